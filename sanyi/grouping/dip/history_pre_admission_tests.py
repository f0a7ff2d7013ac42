"""Tests before admission of the history years: their stays cost what this year's cost, tests and all."""
from sanyi.grouping.dip.pre_admission_tests import MOVED, TESTS, moved_tests
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

HISTORY_TESTS = TESTS.called("history_pre_admission_tests", "历史年度住院前检查并入住院", "Tests before admission of the history years, moved to the stays")
BEFORE = Example(
    "历史年度与本年同一办法", "The years before as the year itself", values=MOVED.values,
    given={name if name == "institutions" else f"history_{name}": rows for name, rows in MOVED.given.items()}, expect=MOVED.expect)


@step(makes=HISTORY_TESTS, chosen_by=("dip.merge_tests", True), source=Source("DIP 1.0", "病例范围", "DIP-20", "SEED DEF"), examples=(BEFORE,))
def history_pre_admission_tests(history_encounters, history_settlements, history_charge_lines, institutions, plan):
    """Find the visits of the history years whose tests belong to a stay; years whose visits or charge lines the record does not hold have none."""
    return moved_tests(history_encounters, history_settlements, history_charge_lines, institutions, plan)
