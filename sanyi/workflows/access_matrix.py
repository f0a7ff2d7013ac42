"""Who may read how much of a person's health record: basis × purpose × role gives the highest level. Source: R49, GB/T 39725."""
from collections.abc import Mapping

BASES = {"own": ("本人", "the person's own"), "attending": ("在诊", "attending now"), "relation": ("诊疗关系", "treatment relation"),
         "consent": ("本人同意", "the person's consent"), "statutory": ("法定职责", "statutory task"), "break_glass": ("紧急调阅", "break-glass")}
PURPOSES = {"view_own": ("本人查阅", "to read one's own"), "treatment": ("诊疗", "treatment"), "family_doctor": ("签约服务", "family-doctor service"),
            "referral": ("转诊办理", "handling a referral"), "emergency": ("急救", "emergency"), "settlement": ("医保结算与审核", "settlement and audit"),
            "supervision": ("医疗监管", "supervision"), "insurance_claim": ("商业保险理赔", "a private insurance claim"), "research": ("科研", "research")}
LEVELS = {1: ("可公开", "open"), 2: ("较大范围", "wide"), 3: ("中等范围", "middle"), 4: ("较小范围", "narrow"), 5: ("极小范围", "narrowest")}
CONSENTED = ("treatment", "family_doctor", "insurance_claim", "research")  # what a resident may consent to

_CLINICAL = {"doctor": 4, "family_doctor": 4, "nurse": 3}
MATRIX: Mapping[tuple[str, str], Mapping[str, int]] = {
    ("own", "view_own"): {"resident": 5},
    ("attending", "treatment"): {"doctor": 5, "family_doctor": 5, "nurse": 4, "pharmacist": 4, "technician": 3, "registrar": 2},
    ("attending", "referral"): {**_CLINICAL, "registrar": 3},
    ("relation", "treatment"): {**_CLINICAL, "pharmacist": 3, "technician": 3, "registrar": 2},
    ("relation", "family_doctor"): {**_CLINICAL, "registrar": 2},
    ("relation", "referral"): {**_CLINICAL, "registrar": 3},
    ("consent", "treatment"): {**_CLINICAL, "pharmacist": 3},
    ("consent", "family_doctor"): _CLINICAL,
    ("consent", "insurance_claim"): {"registrar": 3, "bureau": 3},
    ("consent", "research"): {"doctor": 3},
    ("statutory", "settlement"): {"bureau": 3},
    ("statutory", "supervision"): {"supervisor": 3},
    ("break_glass", "emergency"): {"doctor": 4, "family_doctor": 4, "nurse": 4},
}


def highest_level(basis: str, purpose: str, role: str) -> int:
    """The highest level that a role may read on a basis for a purpose; 0: nothing."""
    return MATRIX.get((basis, purpose), {}).get(role, 0)


def purposes_of(role: str) -> tuple[str, ...]:
    """The purposes that a role may name, in the order of the table."""
    return tuple(purpose for purpose in PURPOSES if any(highest_level(basis, purpose, role) for basis in BASES))
