"""Every stay of the three history years in its DRG by the plan's present scheme: what weights are computed from."""
from sanyi.grouping.drg.case_groups import CASE_GROUPS, groups_of
from sanyi.grouping.drg.worked import cases
from sanyi.tables import codes
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

HISTORY_GROUPS = CASE_GROUPS.called("drg_history_groups", "历史病例 DRG 入组", "History cases in their DRGs")
EARLIER = ("encounters", "diagnoses", "operations")


def _before(given):
    return {f"history_{name}" if name in EARLIER else name: rows for name, rows in given.items()}


@step(makes=HISTORY_GROUPS, locality="case", source=Source("CHS-DRG 分组方案 1.1 版", "分组规则", "DRG-1 DRG-6", "S4 K"), chosen_by=codes.BY_DRG, examples=(
    Example("历史病例按现行方案分组", "History cases are grouped by the present scheme", given=_before(cases(("a", "female", 88, "K22.301 K11.901", ""))),
            expect=({"encounter_id": "a", "status_code": "grouped", "drg_code": "GZ13"},)),))
def drg_history_groups(history_encounters, history_diagnoses, history_operations, residents, institutions, scheme_diagnoses, scheme_operations, scheme_keys,
                       scheme_candidates, scheme_conditions, scheme_requirements, scheme_needs, scheme_rules, scheme_settings, plan):
    """Give every stay of the years before its group, as if the plan's scheme had held then. Source: DRG-6."""
    scheme = {table.get_name(): table for table in (
        scheme_diagnoses, scheme_operations, scheme_keys, scheme_candidates, scheme_conditions, scheme_requirements, scheme_needs, scheme_rules, scheme_settings)}
    return groups_of(history_encounters, history_diagnoses, history_operations, residents, institutions, scheme, plan)
