"""The head-count that the platform shows is the person-months that the budget counts: the same contracts by two ways."""
from datetime import date

import pytest
from contract_work import at, signed, town

pytestmark = pytest.mark.usefixtures("undone")


def test_heads_on_the_first_of_a_month_are_the_months_that_the_budget_counts(undone):
    from sanyi.engines.duck import DuckEngine
    from sanyi.payment.consortium.contracted_spans import contracted_spans
    from sanyi.runs.examples import play_rows
    from sanyi.runs.packs import open_plan
    from sanyi.store.act import act
    from sanyi.store.contracts.daily import daily_work
    from sanyi.store.contracts.heads import contract_rows, head_count, team_rows
    from sanyi.store.persons.loading import load_residents
    town(12)
    ended, _ = signed(1), signed(2)
    signed(3, from_on=date(2026, 7, 2)), signed(4, "T2"), signed(5, now=at(date(2026, 6, 20))), signed(6, "T2", at(date(2026, 9, 1)))
    act("contract", ended.pk, ended.version, "end", {"reason": "moved", "to_on": "2026-07-31"}, "gp1", at(date(2026, 8, 2)))
    signed(2, "T2", at(date(2026, 10, 9)))  # from the tenth of October
    undone_ = signed(7)
    act("contract", undone_.pk, undone_.version, "cancel", {"reason": "x"}, "r7", at(3))
    died = {8: date(2026, 8, 15), 9: date(2026, 9, 1), 10: date(2026, 12, 31)}
    [signed(number) for number in died]
    daily_work(at(date(2026, 10, 10)))
    load_residents(({"resident_id": f"R{number:05d}", "identity_hash": "", "sex_code": "female", "born_on": date(1960, 1, 1), "region_id": "", "died_on": day} for number, day in died.items()),
                   at(date(2026, 11, 20)))
    year, days = 2026, {"start_on": date(2020, 1, 1), "end_on": None}
    given = {"contracts": list(contract_rows(date(2026, 1, 1), date(2026, 12, 31))), "teams": list(team_rows()),
             "consortia": [{"consortium_id": code, "kind_code": "tight", "lead_institution_id": place, **days} for code, place in (("K1", "C1"), ("K2", "C2"))],
             "consortium_members": [{"consortium_id": code, "institution_id": place, "role_code": "lead", "from_on": date(2020, 1, 1), "to_on": None} for code, place in (("K1", "C1"), ("K2", "C2"))],
             "residents": [{"resident_id": f"R{number:05d}", "born_on": date(1960, 1, 1), "died_on": died.get(number)} for number in range(1, 13)],
             "insured_months": [{"resident_id": f"R{number:05d}", "insurance_code": "resident", "year": year, "from_month": 1, "to_month": 12} for number in range(1, 13)]}
    with DuckEngine(memory="1GB", threads=1) as engine:
        spans = play_rows(contracted_spans, given, open_plan("haikou-2018").on(date(year, 12, 31)), year, engine)
    for month in range(1, 13):
        by_budget: dict[str, int] = {}
        for span in spans:
            if span["from_month"] <= year * 100 + month <= span["to_month"]:
                by_budget[span["institution_id"]] = by_budget.get(span["institution_id"], 0) + 1
        assert head_count(date(year, month, 1), "institution") == by_budget, month
    assert sum(by_budget.values()) == 6, "one ended, one was undone, two died; the moved one counts once, and so does who dies on the last day"
