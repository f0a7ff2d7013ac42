"""Every case of the year in exactly one group, with the reason."""
import ibis

from sanyi.grouping.dip.dip_levels import level_columns, severity_level
from sanyi.grouping.dip.dip_match import matched
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, month, text
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

REASON_OF = {"full": "full_key", "part": "part_key", "main": "main_key"}

CASE_GROUPS = Table(
    "dip_case_groups", "病例入组", "Cases in their groups", key=("encounter_id",),
    note="区内机构的住院与日间手术各一行；区外就医按实际费用支付，不在此表。未入组的病例待更正。One row per stay in the area; stays "
         "outside it are paid as charged and not listed. Cases without a group wait for correction.",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("tier_code", "机构等级", "tier of the institution", codes.TIER),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        month(),
        fen("cost_fen", "总费用", "whole cost"),
        text("group_code", "病种编码", "group", nullable=True),
        code("layer_code", "层级", "layer", codes.LAYER),
        code("reason_code", "入组依据", "reason", codes.GROUPING_REASON),
        text("principal_diagnosis_code", "主要诊断", "principal diagnosis", nullable=True),
        text("main_operation_code", "主要手术操作", "main operation", nullable=True),
        text("related_operation_codes", "达到费用占比的相关手术", "related operations with their share of the cost"),
        text("dropped_operation_codes", "未达占比而不计的手术", "operations left out"),
        text("full_key_code", "完整组合", "key with related operations", nullable=True),
        *level_columns("age", "severity", "cci", "icu"),
    ),
)


def _case(name, main=None, related="", **more):
    return {"encounter_id": name, "main_operation_code": main, "related_operation_codes": related, "comprehensive_key_code": "K35-4", **more}


def _candidate(name, group, parts, used, exact=None):
    return {"encounter_id": name, "core_group_code": group, "part_count": parts, "used_count": used, "exact_count": used if exact is None else exact}


def _groups(*names):
    return [{"group_code": name, "points_e4": 1_000_000} for name in names]


REASONS = Example(
    "规则先于核心病种，核心病种先于综合病种；有差错的不入组", "Rules before core groups, core before comprehensive; none for a case with a fault",
    given={"dip_current_cases": [
        _case("a", "1", "2"), _case("b", "1", "2"), _case("c", "1"), _case("d", comprehensive_key_code="Z99-1"),
        {"encounter_id": "e", "fault_code": "invalid_principal"}, _case("f", "1", "2+3"), _case("g"), _case("h", "1", "2"),
        _case("i", fault_code="no_bill")],
        "dip_rule_groups": [{"encounter_id": "h", "rule_group_code": "96.72", "rule_layer_code": "early"},
                            {"encounter_id": "i", "rule_group_code": "96.72", "rule_layer_code": "early"}],
        "dip_key_matches": [_candidate("a", "D+1+2", 2, 2), _candidate("a", "D+1", 1, 1), _candidate("b", "D+1", 1, 1),
                                _candidate("f", "D+1+2", 2, 2), _candidate("g", "D", 0, 0), _candidate("h", "D+1+2", 2, 2)],
        "dip_groups": _groups("D", "D+1", "D+1+2", "K35-4", "96.72")},
    expect=tuple({"encounter_id": name, "group_code": group, "layer_code": layer, "reason_code": reason} for name, group, layer, reason in (
        ("a", "D+1+2", "core", "full_key"), ("b", "D+1", "core", "main_key"), ("c", "K35-4", "comprehensive", "comprehensive"),
        ("d", "Z99-1", "comprehensive", "no_history"), ("e", None, "none", "invalid_principal"), ("f", "D+1+2", "core", "part_key"),
        ("g", "D", "core", "full_key"), ("h", "96.72", "early", "early"), ("i", None, "none", "no_bill"))))
TIED = Example(
    "多个病种命中：先比组合项数，再比精确命中数，再比命中手术数，再比均费之差，再按编码", "Most parts, then most exact, then most operations, then the nearest mean, then the first",
    given={"dip_current_cases": [_case("a", "1"), _case("b", "1"), _case("c", "1"), _case("d", "1", cost_fen=900), _case("e", "1", cost_fen=500)],
           "dip_key_matches": [_candidate("a", "A", 1, 9), _candidate("a", "B", 2, 1), _candidate("b", "A", 1, 2, 1), _candidate("b", "B", 1, 2, 2),
                                   _candidate("c", "A", 1, 2, 1), _candidate("c", "B", 1, 3, 1),
                                   *(_candidate(name, group, 1, 1) for name in "de" for group in "ABC")],
           "dip_groups": [{"group_code": name, "points_e4": 1, "weighted_mean_fen": mean} for name, mean in (("A", 0), ("B", 1000), ("C", None))]},
    expect=tuple({"encounter_id": name, "group_code": group} for name, group in zip("abcde", "BBBBA", strict=True)))


@step(makes=CASE_GROUPS, chosen_by=codes.BY_DIP, source=Source("DIP 2.0", "分组规则", "DIP-1 DIP-3 DIP-4", "S2 S3 S5"),
      examples=(REASONS, TIED))
def dip_case_groups(dip_current_cases, dip_rule_groups, dip_key_matches, dip_groups, plan):
    """Match each case of the year to the catalogue and say by which rule or key, or why it has no group."""
    means = dip_groups.filter(dip_groups.weighted_mean_fen.notnull()).select("group_code", mean_fen="weighted_mean_fen")
    cases = matched(dip_current_cases, dip_rule_groups, dip_key_matches, plan, means)
    known = dip_groups.select(known_group="group_code", standard_fen="weighted_mean_fen", known_points_e4="points_e4")
    cases = cases.left_join(known, cases.group_code == known.known_group)
    reason = ibis.cases(
        (cases.fault_code.notnull(), cases.fault_code), (cases.known_points_e4.isnull(), "no_history"),
        *((cases.match_code == match, reason) for match, reason in REASON_OF.items()), else_=cases.match_code)
    return cases.mutate(reason_code=reason, severity_level_code=severity_level(cases, cases.standard_fen))
