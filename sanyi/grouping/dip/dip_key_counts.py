"""How often each combination of diagnosis and operations occurred in the history years."""
from sanyi.tables import codes
from sanyi.tables.table import Table, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

KEY_COUNTS = Table(
    "dip_key_counts", "诊断手术组合例数", "Combinations counted", key=("full_key_code",),
    columns=(
        text("full_key_code", "完整组合", "key with related operations"),
        text("main_key_code", "主要组合", "key of diagnosis and main operation"),
        whole("case_count", "三年例数", "cases in three years", "cases", minimum=1),
    ),
)

COUNTED = Example(
    "有差错的与先期分组的不计", "Cases with a fault, and those that a rule takes first, are not counted",
    given={"dip_history_cases": [
        {"encounter_id": "1", "full_key_code": "K35.8+47.0901", "main_key_code": "K35.8+47.0901"},
        {"encounter_id": "2", "full_key_code": "K35.8+47.0901", "main_key_code": "K35.8+47.0901"},
        {"encounter_id": "3", "full_key_code": "K35.8+47.0901", "main_key_code": "K35.8+47.0901"},
        {"encounter_id": "4", "fault_code": "no_principal_diagnosis"}],
        "dip_rule_groups": [{"encounter_id": "3", "rule_group_code": "R"}]},
    expect=({"full_key_code": "K35.8+47.0901", "main_key_code": "K35.8+47.0901", "case_count": 2},))


@step(makes=KEY_COUNTS, chosen_by=codes.BY_DIP, source=Source("DIP 1.0 / 2.0", "病种组合", "DIP-1 DIP-2", "S2 S5"), examples=(COUNTED,))
def dip_key_counts(dip_history_cases, dip_rule_groups):
    """Count the history cases of each full key; what a rule takes first never comes to the core groups."""
    usable = dip_history_cases.filter(dip_history_cases.fault_code.isnull()).anti_join(dip_rule_groups, "encounter_id")
    return usable.group_by(["full_key_code", "main_key_code"]).agg(case_count=usable.count())
