"""The bands of every cell of the year's benefit policies."""
from itertools import product

from sanyi.payment.benefit.benefit_policies import BENEFIT_BANDS, CHOSEN, POLICY_SOURCE
from sanyi.payment.benefit.policy import CARE, NO_LIMIT, PERSON, WAY, Band, Policies
from sanyi.payment.benefit.reading import read_policies
from sanyi.tables.codes import INSURANCE
from sanyi.terms.example import Example
from sanyi.terms.step import step

_LEVEL = [{"level": "1", "deductible_fen": 20_000, "ratio_ppm": 800_000}]
_VALUES = {f"benefit.{care}.{insurance}": _LEVEL for care in ("inpatient", "outpatient") for insurance in ("resident", "employee")}
_VALUES |= {f"benefit.inpatient_bands.{insurance}": [{"level": "1", "over_fen": 1_000_000, "ratio_ppm": 850_000},
                                                     {"level": "1", "over_fen": 10_000_000, "ratio_ppm": 900_000, "person": "student"}]
            for insurance in ("resident", "employee")}
_VALUES |= {f"benefit.class_rises.{insurance}": [{"person": "student", "care": "stay", "rise_ppm": 100_000}] for insurance in ("resident", "employee")}
_VALUES |= {"benefit.off_site": [{"way": way, "factor_ppm": 1_000_000} for way in WAY],
            "benefit.catastrophic_includes_employees": False, "benefit.catastrophic_bands_are": "absolute",
            "benefit.catastrophic_deductible_fen.resident": 1_200_000,
            "benefit.catastrophic_bands.resident": [{"amount_fen": 1_200_000, "ratio_ppm": 500_000}, {"amount_fen": 5_000_000, "ratio_ppm": 600_000}]}


def _expected():
    """Each cell's bands: students 10 points more, but 90 % above 100,000 yuan; absolute amounts made edges above the deductible; the poor 5 points more."""
    for number, (insurance, care, person, way) in enumerate(product(INSURANCE, CARE, PERSON, WAY), 1):
        general = [(0, 1_000_000, 800_000), (1_000_000, NO_LIMIT, 850_000)]
        student = [(0, 1_000_000, 900_000), (1_000_000, 10_000_000, 950_000), (10_000_000, NO_LIMIT, 900_000)]
        base = [(0, NO_LIMIT, 800_000)] if care == "visit" else student if person == "student" else general
        rise = 50_000 if person == "poor" else 0
        above = [(0, 3_800_000, 500_000 + rise), (3_800_000, NO_LIMIT, 600_000 + rise)] if insurance == "resident" else []
        for layer, bands in (("base", base), ("catastrophic", above)):
            for over, to, ratio in bands:
                yield {"policy_number": number, "layer_code": layer, "over_fen": over, "to_fen": to, "ratio_ppm": ratio}


@step(BENEFIT_BANDS, exact=True, source=POLICY_SOURCE, chosen_by=CHOSEN, examples=(
    Example("分段与人员加成；大病分段的绝对金额换算为起付标准以上", "Bands and a class's own; absolute catastrophic amounts become edges above the deductible",
            given={}, values=_VALUES, expect=list(_expected())),
))
def benefit_bands(plan, year):
    """Give every band of every cell, from its lower to its upper edge; fen. Source: BEN-3, BEN-7."""
    return band_rows(read_policies(plan, year))


def band_rows(policies: Policies) -> list[dict]:
    """The bands as rows."""
    return [{"policy_number": number, "layer_code": layer, "over_fen": band.over_fen, "to_fen": top, "ratio_ppm": band.ratio_ppm}
            for number, _, _, terms in policies.cells
            for layer, bands in (("base", terms.bands), ("catastrophic", terms.catastrophic_bands))
            for band, top in zip(bands, _tops(bands), strict=True)]


def _tops(bands: tuple[Band, ...]) -> list[int]:
    return [*(band.over_fen for band in bands[1:]), *([NO_LIMIT] if bands else [])]
