"""The packages' quarters in the posted ledger: with the settlement of a quarter's last month, corrected by differences, empty at the year's end. CON-10."""
from dataclasses import replace

import pytest
from clearing_work import EMPTY, MONTHS, YEAR, balance, carried, faults, opened, settle_year, settled

from sanyi.payment.books.carried import carried_entries
from sanyi.payment.books.journal_lines import journal_lines

pytestmark = pytest.mark.usefixtures("undone")
EARNED, PAID = (900, 900, 900, 903), (700, 1_100, -50, 2_000)


def packaged(name="first", more=0, **at):
    """The small year's run with one consortium's quarters; `more` was paid in the first quarter besides."""
    key = {"consortium_id": "C1", "insurance_code": "resident"}
    paid = (PAID[0] + more, *PAID[1:])
    tables = {**EMPTY, "consortium_settlements": [{**key, "budget_fen": sum(EARNED), "quota_left_fen": sum(EARNED) - sum(paid)}],
              "consortium_quarters": [{**key, "month": YEAR * 100 + 3 * place, "earned_fen": earned, "paid_fen": spent}
                                      for place, (earned, spent) in enumerate(zip(EARNED, paid, strict=True), 1)]}
    entries = carried_entries(journal_lines.function(**tables, year=YEAR))
    run = carried(name, **at)
    return replace(run, entries={**run.entries, **entries})


def test_a_quarter_is_posted_with_its_last_month_and_corrected_by_a_difference_and_the_year_empties_it():
    from sanyi.store.models import EntryGroup
    opened()
    first, later = packaged(), packaged("second", 30, finished=5)
    for code in MONTHS[:2]:
        settled(code, first)
    assert not EntryGroup.objects.filter(posting_code__startswith="QUOTA").exists()
    march = settled("2020-03", first)
    assert balance("8101", party="C1") == -200 and balance("8001") == 200 and march.final_fen == settled_without("2020-03")
    for code in MONTHS[3:6]:
        settled(code, later, "补记一季度费用")
    assert balance("8101", party="C1") == -(1_800 - 700 - 1_100 - 30) and faults() == []
    used = EntryGroup.objects.filter(key="QUOTAUSED|C1|resident|202003").order_by("sequence")
    assert [(group.kind, group.total_fen, group.period.code) for group in used] == [("original", 700, "2020-03"), ("difference", 30, "2020-04")]
    settle_year(later)
    assert balance("8101", party="C1") == balance("8101") == balance("8001") == 0 and faults() == []
    left = EntryGroup.objects.get(key="QUOTALEFT|C1|resident")
    assert (left.for_period, left.total_fen) == ("2020", 177)


def settled_without(code):
    """What the month pays where there is no package: memorandum entries move no money."""
    return -sum(amount for entry in carried().entries.values() if entry.for_period == code
                for (account, _), amount in entry.sums.items() if account == "1002")
