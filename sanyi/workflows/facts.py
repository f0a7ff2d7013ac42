"""What a step may know: plain values, gathered by the store before the step is judged."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

SYSTEM = "system"  # who acts at the command line and in scheduled work
ROLES = {
    "office": ("医改办", "reform office"), "lead": ("牵头单位", "lead unit"), "bureau": ("医保经办机构", "insurance bureau"),
    "hospital": ("医疗机构", "medical institution"), "expert": ("评审专家", "expert reviewer"), "reader": ("只读", "reader"),
    "doctor": ("医师", "doctor"), "family_doctor": ("家庭医生", "family doctor"), "nurse": ("护士", "nurse"),
    "registrar": ("窗口与转诊办", "registrar"), "technician": ("诊断中心技师", "technician"), "pharmacist": ("药师", "pharmacist"),
    "director": ("机构负责人", "director"), "supervisor": ("监管人员", "supervisor"), "resident": ("居民", "resident"),
    "system_admin": ("系统管理员", "system administrator"), "security_admin": ("安全管理员", "security administrator"),
    "audit_admin": ("审计管理员", "audit administrator")}
PLAN_ROLES = ("office", "lead", "bureau", "hospital", "expert", "reader")  # of an account itself
SEES_PLANS = (*PLAN_ROLES, "supervisor")  # who may look at plans, ledgers, runs and books
POSTED = ("doctor", "family_doctor", "nurse", "registrar", "technician", "pharmacist", "director", "supervisor")  # given by a posting
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")  # three persons. Source: R34.
OF_AN_INSTITUTION = ("doctor", "family_doctor", "nurse", "registrar", "technician", "pharmacist", "director")
BOUND_TO_UNIT = ("lead", "hospital", *OF_AN_INSTITUTION)  # they act for their own unit alone


@dataclass(frozen=True)
class Actor:
    """Who acts: account name, role, unit (of staff the institution's code), and the persons whose hand it is.

    An account belongs to one person, who may have others; who acts for somebody else brings both persons. Source: R11.
    Staff act in one posting; `resident` is the person id of a resident's own account; `has_factor` says that a second factor was shown
    (the command line needs none). Never from a request: from the session alone.
    """

    name: str
    role: str = "reader"
    unit: str = ""
    persons: tuple[str, ...] = ()
    resident: str = ""
    has_factor: bool = False


@dataclass(frozen=True)
class Facts:
    """One piece of work as it stands now. A workflow that needs more names a frozen class of its own, whose every field has a default.

    `units` are those whose accounts may act on it, `sides` which of them stand on which side of it (a step may ask for one),
    `residents` the persons whose own accounts may. `hands` are the (step, person) that worked on it, `done_by` who reported it done.
    """

    state: str
    actor: Actor
    now: datetime
    today: date
    units: tuple[str, ...] = ()
    sides: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    residents: tuple[str, ...] = ()
    due: date | None = None
    done_by: str = ""
    hands: tuple[tuple[str, str], ...] = ()


Given = Mapping[str, object]
