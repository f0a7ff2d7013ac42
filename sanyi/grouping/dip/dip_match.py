"""The group a case falls in, of all it could: a rule's first, then the best core group, then the comprehensive one."""
import ibis

from sanyi.tables.codes import RULE_LAYERS

TIE_BREAKS = {
    "most_parts": ("手术组合项最多", "most operations joined by a plus sign"),
    "most_exact": ("按扩展码精确命中最多", "most operations matched with their extension"),
    "most_operations": ("命中手术最多", "most of the case's operations matched"),
    "nearest_mean": ("与病种均费最接近", "mean cost nearest to the case's"),
    "first": ("编码在前", "first by code"),
}


def matched(cases, dip_rule_groups, dip_key_matches, plan, means=None):
    """Add to each case the group it falls in, its layer and what of it matched; always exactly one, none for a case with a fault.

    Adds group_code, layer_code and match_code (early, merged, diagnosis, full, part, main, comprehensive). Several core groups are
    told apart in the order of dip.tie_breaks (`means` gives group_code and mean_fen for the nearest mean; without it that is
    passed over). Source: DIP-3, DIP-4.
    """
    found = _best(dip_key_matches, cases, plan, means)
    cases = cases.mutate(kept_count=_kept_count(cases))
    cases = cases.left_join(dip_rule_groups, "encounter_id").drop("encounter_id_right")
    cases = cases.left_join(found, "encounter_id").drop("encounter_id_right")
    match = ibis.cases(
        (cases.fault_code.notnull(), ibis.null("string")), (cases.rule_layer_code.notnull(), cases.rule_layer_code),
        (cases.core_group_code.isnull(), "comprehensive"), (cases.used_count == cases.kept_count, "full"), (cases.used_count > 1, "part"),
        else_="main")
    group = ibis.coalesce(cases.rule_group_code, cases.core_group_code, cases.comprehensive_key_code)
    cases = cases.mutate(match_code=match, group_code=cases.fault_code.isnull().ifelse(group, ibis.null("string")))
    layer = ibis.cases((cases.match_code.isin((*RULE_LAYERS, "comprehensive")), cases.match_code), (cases.match_code.isnull(), "none"),
                       else_="core")
    return cases.mutate(layer_code=layer)


def _kept_count(cases):
    """How many operations a case keeps: the main one and the related ones; 0 without a main one."""
    related = cases.related_operation_codes
    count = (related == "").ifelse(0, related.length() - related.replace("+", "").length() + 1)
    return cases.main_operation_code.isnull().ifelse(0, count + 1)


def _best(candidates, cases, plan, means):
    """One candidate a case: the first in the order of the plan's tie-breaks, the last of which is always the code."""
    order = []
    for name in plan.value("dip.tie_breaks"):
        if name not in TIE_BREAKS:
            raise ValueError(f"dip.tie_breaks names {name!r}; {', '.join(TIE_BREAKS)} were expected")
        if name == "nearest_mean" and means is not None:
            candidates = candidates.join(cases.select("encounter_id", "cost_fen"), "encounter_id")
            candidates = candidates.left_join(means, candidates.core_group_code == means.group_code).drop("group_code")
            apart = (candidates.mean_fen - candidates.cost_fen).abs()
            candidates = candidates.mutate(is_far=apart.isnull().cast("int64"), distance_fen=apart.fill_null(0))
            order += ["is_far", "distance_fen"]
        elif name in ("most_parts", "most_exact", "most_operations"):
            column = {"most_parts": "part_count", "most_exact": "exact_count", "most_operations": "used_count"}[name]
            order.append(ibis.desc(column))
    placed = candidates.mutate(place=ibis.row_number().over(ibis.window(group_by="encounter_id", order_by=[*order, "core_group_code"])))
    return placed.filter(placed.place == 0).select("encounter_id", "core_group_code", "used_count")
