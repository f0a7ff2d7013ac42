"""Which combinations of diagnosis and operations had enough cases in three years to be core groups."""
from sanyi.tables import codes
from sanyi.tables.table import Table, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

KEYS = Table(
    "dip_catalogue_keys", "核心病种组合", "Keys of the core groups", key=("group_code",),
    columns=(
        text("group_code", "病种编码", "group: diagnosis, main operation, related operations in code order"),
        flag("has_related_operations", "含相关手术", "has related operations"),
        whole("case_count", "三年例数", "cases in three years", "cases", minimum=1),
    ),
)


def _case(number, full, main):
    return {"encounter_id": f"{number:02}", "full_key_code": full, "main_key_code": main, "comprehensive_key_code": "K35-4"}


FOLDED = Example(
    "完整组合例数不足的，并入主要组合再看例数", "A full key with too few cases is counted with its main key",
    values={"dip.core_case_minimum": 2},
    given={"dip_history_cases": [
        _case(1, "K35.8+47.0901+54.5101", "K35.8+47.0901"), _case(2, "K35.8+47.0901+54.5101", "K35.8+47.0901"),
        _case(3, "K35.8+47.0901+54.1101", "K35.8+47.0901"), _case(4, "K35.8+47.0901", "K35.8+47.0901"),
        _case(5, "K35.8", "K35.8"), {"encounter_id": "06", "fault_code": "no_principal_diagnosis"}]},
    expect=({"group_code": "K35.8+47.0901", "has_related_operations": False, "case_count": 2},
            {"group_code": "K35.8+47.0901+54.5101", "has_related_operations": True, "case_count": 2}))


@step(makes=KEYS, chosen_by=codes.BY_DIP, source=Source("DIP 1.0 / 2.0", "病种组合", "DIP-2 DIP-3", "S2 S5"), examples=(FOLDED,))
def dip_catalogue_keys(dip_history_cases, plan):
    """Core groups: first full keys with related operations, then main keys over the cases that are left.

    Each case counts for one key only; a key needs the plan's fewest cases.
    """
    fewest = plan.value("dip.core_case_minimum")
    usable = dip_history_cases.filter(dip_history_cases.fault_code.isnull())
    related = usable.filter(usable.full_key_code != usable.main_key_code)
    full = _often(related, "full_key_code", fewest).mutate(has_related_operations=True)
    rest = usable.anti_join(full, usable.full_key_code == full.group_code)
    main = _often(rest, "main_key_code", fewest).mutate(has_related_operations=False)
    return full.union(main)


def _often(cases, key, fewest):
    counted = cases.group_by(group_code=cases[key]).agg(case_count=cases.count())
    return counted.filter(counted.case_count >= fewest)
