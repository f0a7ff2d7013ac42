"""Reading the benefit policy out of a plan, with the days within the year on which it changes."""
from datetime import date, timedelta

from sanyi.payment.benefit.bands import bands_above, bands_of
from sanyi.payment.benefit.checks import check_levels, check_words
from sanyi.payment.benefit.policy import CARE, NO_LIMIT, PERSON, WAY, Band, Choices, Key, Policies, Policy, Repeat, Terms
from sanyi.plans.errors import UnknownValue
from sanyi.tables import codes
from sanyi.terms.fen import PPM, take_rate

PREFIX = "benefit."
CHOICES = {
    "deductible_basis": "benefit.deductible_basis", "segment_basis": "benefit.segment_basis", "bands_from": "benefit.bands_from",
    "policy_date": "benefit.policy_date", "reversal_order": "benefit.reversal_order", "referral_scope": "benefit.referral_scope",
    "referral_window_days": "benefit.referral_window_days", "referral_is_continuous": "benefit.referral_deductible_is_continuous",
    "loose_referral_is_continuous": "benefit.loose_referral_continuous_deductible",
    "referral_runs_over_new_year": "benefit.referral_runs_over_new_year", "cap_counts_visits": "benefit.cap_counts_visits",
    "catastrophic_counts_visits": "benefit.catastrophic_counts_visits", "aid_counts_visits": "benefit.aid_counts_visits",
}


def read_policies(plan, year: int) -> Policies:
    """Read a year's policies from a plan on a day; bills of the year before that settle late find its last policy too.

    Errors: UnknownValue where a way of counting is not chosen; BadBenefitPolicy for values that contradict each other.
    """
    choices = Choices(**{field: plan.value(name) for field, name in CHOICES.items()})
    check_words(choices)
    days = _days(plan, year)
    ends = [*(day - timedelta(1) for day in days[1:]), plan.day]
    periods = [policy for day, end in zip(days, ends, strict=True) if (policy := _policy(plan.on(end), day))]
    for policy in periods:
        check_levels(policy, choices)
    return Policies(choices, tuple(periods))


def _days(plan, year: int) -> list[date]:
    """The first day and every day on which a value changes; a plan that is tried on another year holds unchanged throughout it."""
    first = date(year - 1, 1, 1)
    if plan.day.year != year:
        return [first]
    return [first, *(day for day in plan.changes(PREFIX) if first < day <= plan.day)]


def _policy(plan, day: date) -> Policy | None:
    """The policy of one day, of the schemes the plan holds whole on it; claims of the others are refused, not guessed."""
    terms: dict[Key, Terms] = {}
    for insurance in codes.INSURANCE:
        try:
            terms.update(dict(_scheme(plan, insurance)))
        except UnknownValue:
            continue
    return Policy(day, terms) if terms else None


def _scheme(plan, insurance: str):
    """Every cell of one insurance."""
    factors = {row["way"]: row["factor_ppm"] for row in plan.value("benefit.off_site")}
    aid = {row["person"]: row for row in plan.value("benefit.aid")}
    repeat = _repeat(plan.value("benefit.repeat_stay"))
    for care in CARE:
        rows = plan.value(f"benefit.inpatient.{insurance}" if care == "stay" else f"benefit.outpatient.{insurance}")
        more = plan.value(f"benefit.inpatient_bands.{insurance}") if care == "stay" else []
        rises = {row["person"]: row["rise_ppm"] for row in plan.value(f"benefit.class_rises.{insurance}") if row["care"] == care}
        for row in rows:
            for person in PERSON:
                above = _catastrophic(plan, insurance, person)
                for way in WAY:
                    factor = PPM if way == "local" else factors[way]
                    bands = bands_of(row["ratio_ppm"], [each for each in more if each["level"] == row["level"]], person,
                                     rises.get(person, 0), factor)
                    key: Key = (insurance, care, row["level"], person, way)
                    yield key, Terms(row["deductible_fen"], bands, repeat, _limit(plan.value(f"benefit.outpatient_cap_fen.{insurance}")),
                                     _limit(plan.value(f"benefit.cap_fen.{insurance}")), *above,
                                     aid[person]["ratio_ppm"] if person in aid else 0,
                                     _limit(aid[person]["cap_fen"]) if person in aid else NO_LIMIT)


def _repeat(value: dict) -> Repeat:
    """The rule for later stays: none, less (a step each, to a floor), or part (such as half)."""
    if value["rule"] == "none":
        return Repeat()
    if value["rule"] == "less":
        return Repeat(PPM, value["step_fen"], value["floor_fen"])
    return Repeat(value["part_ppm"], 0, 0)


def _limit(fen: int) -> int:
    """A cap of 0 means that there is none."""
    return fen or NO_LIMIT


def _catastrophic(plan, insurance: str, person: str) -> tuple[int, tuple[Band, ...], int]:
    """Deductible, bands above it and cap for one class of person: the poor's deductible falls, their ratios rise. Source: BEN-7."""
    if insurance == "employee" and not plan.value("benefit.catastrophic_includes_employees"):
        return 0, (), NO_LIMIT
    deductible = plan.value(f"benefit.catastrophic_deductible_fen.{insurance}")
    rows, written_as = plan.value(f"benefit.catastrophic_bands.{insurance}"), plan.value("benefit.catastrophic_bands_are")
    cap = _limit(plan.value(f"benefit.catastrophic_cap_fen.{insurance}"))
    if person not in plan.value("benefit.catastrophic_poor_persons"):
        return deductible, bands_above(rows, written_as, deductible), cap
    poor = plan.value("benefit.catastrophic_poor")
    raised = bands_above(rows, written_as, deductible, poor["ratio_rise_points_e4"])  # ten-thousandths of a point are millionths
    has_cap = plan.value("benefit.catastrophic_poor_has_annual_cap")
    return take_rate(deductible, poor["deductible_ppm"]), raised, cap if has_cap else NO_LIMIT
