"""Every case of the year in exactly one group, with the reason."""
import ibis

from sanyi.grouping.dip_levels import level_columns, severity_level
from sanyi.grouping.dip_match import matched
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, month, text
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

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


def _case(name, full, main, comprehensive="K35-4"):
    return {"encounter_id": name, "full_key_code": full, "main_key_code": main, "comprehensive_key_code": comprehensive}


REASONS = Example(
    "先完整组合，再主要组合，最后综合病种；有差错的不入组", "The narrowest core key first, the comprehensive group last",
    given={"dip_current_cases": [
        _case("a", "K35.8+47.0901+54.5101", "K35.8+47.0901"), _case("b", "K35.8+47.0901+54.1101", "K35.8+47.0901"),
        _case("c", "K35.2+47.0901", "K35.2+47.0901"), _case("d", "Z99.9", "Z99.9", "Z99-1"),
        {"encounter_id": "e", "fault_code": "invalid_principal"}],
        "dip_catalogue_keys": [{"group_code": "K35.8+47.0901+54.5101"}, {"group_code": "K35.8+47.0901"}],
        "dip_groups": [{"group_code": name, "points_e4": 1_000_000}
                       for name in ("K35.8+47.0901+54.5101", "K35.8+47.0901", "K35-4")]},
    expect=({"encounter_id": "a", "group_code": "K35.8+47.0901+54.5101", "layer_code": "core", "reason_code": "full_key"},
            {"encounter_id": "b", "group_code": "K35.8+47.0901", "layer_code": "core", "reason_code": "main_key"},
            {"encounter_id": "c", "group_code": "K35-4", "layer_code": "comprehensive", "reason_code": "comprehensive"},
            {"encounter_id": "d", "group_code": "Z99-1", "layer_code": "comprehensive", "reason_code": "no_history"},
            {"encounter_id": "e", "group_code": None, "layer_code": "none", "reason_code": "invalid_principal"}))


@step(makes=CASE_GROUPS, chosen_by=codes.BY_DIP, source=Source("DIP 2.0", "分组规则", "DIP-1 DIP-3", "S2 S3 S5"), examples=(REASONS,))
def dip_case_groups(dip_current_cases, dip_catalogue_keys, dip_groups):
    """Match each case of the year to the catalogue and say by which key, or why it has no group."""
    cases = matched(dip_current_cases, dip_catalogue_keys)
    known = dip_groups.select(known_group="group_code", standard_fen="weighted_mean_fen", known_points_e4="points_e4")
    cases = cases.left_join(known, cases.group_code == known.known_group)
    reason = ibis.cases(
        (cases.fault_code.notnull(), cases.fault_code), (cases.known_points_e4.isnull(), "no_history"),
        (cases.match_code == "full", "full_key"), (cases.match_code == "main", "main_key"), else_="comprehensive")
    exact = (cases.full_key_code == cases.main_key_code) & (reason == "main_key")
    layer = ibis.cases((cases.match_code.isnull(), "none"), (cases.match_code == "comprehensive", "comprehensive"), else_="core")
    return cases.mutate(reason_code=exact.fill_null(False).ifelse("full_key", reason), layer_code=layer,
                        severity_level_code=severity_level(cases, cases.standard_fen))
