"""Lines of items that are limited to the other sex: the ground of two rules."""
import ibis

from sanyi.audit.hits import as_hits
from sanyi.audit.lines import excess_lines

DRUGS = ("drug", "herbal")


def sex_hits(rule_code, watched_lines, charge_items, residents, for_drugs: bool) -> ibis.Table:
    """Hits of the items of one kind (drugs, or everything else) whose sex limit is not the patient's sex."""
    limited = charge_items.filter(charge_items.sex_code.notnull(), charge_items.class_code.isin(DRUGS) == for_drugs)
    lines = watched_lines.inner_join(limited.select("item_code", allowed_value=limited.sex_code), "item_code")
    cases = lines.inner_join(residents.select("resident_id", seen_value=residents.sex_code), "resident_id")
    wrong = cases.filter(cases.seen_value != cases.allowed_value).mutate(allowed_e3=ibis.literal(0, "int64"))
    found = excess_lines(wrong, ("encounter_id", "item_code"))
    return as_hits(found, rule_code, "refuse", finding_code=ibis.literal("other_sex"), amount_fen=found.excess_fen)


EVIDENCE = {"other_sex": ("“{item}”限{allowed}性使用，患者为{seen}性", "“{item}” is for {allowed} patients only; the patient is {seen}")}
