"""Standardised workload: what counts, what is late, who is paid how much of the fees, and who may see it."""
from datetime import date, timedelta

import pytest
from contract_work import NOW, TODAY, at, signed, town
from signed_in import signed_in
from web_results import invent

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def results_folder(tmp_path_factory):
    """An invented run: the pages' frame speaks of it."""
    return invent(tmp_path_factory.mktemp("contract-work"))


@pytest.fixture
def worked_year(undone):
    """The elder package (120 yuan; a visit a month) of r1 with T1, r2's basic one with T3: three visits of the doctor, one late, one corrected; a check of the nurse."""
    from sanyi.store.contracts.fulfilment import correct_service, evaluate, give_service
    town()
    one, two = signed(1, package="elder"), signed(2, "T3")
    give_service(one.pk, "visit", TODAY + timedelta(days=20), "gp1", at(40))
    give_service(one.pk, "visit", TODAY + timedelta(days=70), "gp1", at(80))
    wrong = give_service(one.pk, "visit", TODAY + timedelta(days=71), "gp1", at(80))
    correct_service(wrong.pk, "gp1", at(81), "录错")
    give_service(two.pk, "exam", TODAY + timedelta(days=30), "nurse1", at(80))
    evaluate(two.pk, 5, "好", "r2", at(81))
    return one, two


def test_points_and_pay_by_hand(worked_year):
    from sanyi.store.contracts.workload import worked
    found = {(row.team, row.staff): row for row in worked(2026)}
    # 120.00 x 70 % = 84.00; T1: 1 x 1 + 1 x 0.8 = 1.8; T3: a check weighs 2, scored five: 2.2; 84.00 x 1.8 / 4 and 2.2 / 4
    assert {key: (row.services, row.points_e4, row.team_fen, row.pay_fen) for key, row in found.items()} == {("T1", "S1"): (2, 18_000, 3_780, 3_780), ("T3", "S2"): (1, 22_000, 4_620, 4_620)}
    assert {row.pool_fen for row in found.values()} == {8_400}
    assert worked(2027) == [] and worked(2026, "C2") == []


def test_the_record_has_one_row_a_service_and_the_run_pays_the_same(worked_year):
    from sanyi.remuneration.workload import points_e8, shared_pay
    from sanyi.store.contracts.terms import terms_in_force
    from sanyi.store.contracts.workload import is_own_service, service_rows
    from sanyi.tables.record_tables import record_tables
    rows = list(service_rows(date(2026, 1, 1), date(2026, 12, 31)))
    assert [(row["team_id"], row["service_code"], row["is_late"], row["score_number"]) for row in rows] == [("T1", "visit", False, None), ("T1", "visit", True, None), ("T3", "exam", False, 5)]
    assert all(set(row) == set(record_tables()["contract_care"].names) and is_own_service(row, date(2026, 1, 1), date(2026, 12, 31)) for row in rows)
    late = list(service_rows(date(2026, 8, 1), date(2026, 12, 31)))
    assert [row["is_late"] for row in late] == [True], "the second of the year stays the second"
    points = points_e8([{**row, "service_count": 1} for row in rows], terms_in_force().quality)
    assert shared_pay({"C1": 8_400}, points)["C1", "T1", "S1"] == (3_780, 3_780)
    with pytest.raises(ValueError, match="没有评分"):
        points_e8([{**rows[0], "service_count": 1, "score_number": 3}], terms_in_force().quality)


def test_a_member_sees_the_own_row_alone_the_director_all_others_none(worked_year, results_folder, monkeypatch):
    from sanyi.web import clock
    for name, value in {"SANYI_RESULTS": str(results_folder), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    page = {name: signed_in(name).get("/contracts/work/?year=2026").content.decode() for name in ("gp1", "chief1", "gp2")}
    assert "46.20" in page["chief1"] and page["chief1"].count("37.80") >= 2
    assert page["gp1"].count("37.80") >= 2 and "84.00" in page["chief1"]
    for word in ("46.20", "84.00", "团队T3"):  # the nurse alone is her team: its part, or the pool less the own, is her pay
        assert word in page["chief1"] and word not in page["gp1"], word
    from sanyi.store.trail.tables import AuditEvent
    assert set(AuditEvent.objects.filter(action="read", subject="contract_work").values_list("account", flat=True)) == {"gp1", "chief1", "gp2"}
    assert "团队T1" not in page["gp2"]
    assert signed_in("doctor-d1").get("/contracts/work/").status_code == 403
