"""Referrals go into the standard record, and there they make an outflow compliant and the deductible run on. Source: REF-5, CON-3, BEN-4."""
from datetime import date, timedelta

import pytest
from referral_work import NOW, accepted, arrived, region, step, submitted, treated

from sanyi.engines.duck import DuckEngine
from sanyi.runs.examples import play
from sanyi.runs.packs import open_plan
from sanyi.runs.steps import all_steps
from sanyi.terms.example import Example
from sanyi.tables.record.referrals import REFERRALS


@pytest.fixture
def world(undone):
    return region()


def rows():
    from sanyi.store.referrals.lists import record_rows
    return list(record_rows(date(2026, 11, 1), date(2026, 11, 30)))


def test_each_state_has_its_place_in_the_record_or_none(world):
    from sanyi.store.referrals.tables import Referral
    submitted(world, reason="WAITING"), accepted(world, reason="ON-WAY")
    arrived(world, reason="THERE"), step(world, treated(world, reason="DONE"), "close", "h1-doc", ending="recovered")
    step(world, submitted(world, reason="NO"), "decline", "h1-desk", reason="other")
    step(world, arrived(world, reason="ONWARD"), "send_on", "h1-doc", to="H2", reason="x")
    step(world, submitted(world, reason="TURNED"), "redirect", "t1-gp", to="H2", reason="x")
    step(world, accepted(world, reason="AWAY"), "withdraw", "t1-gp", reason="x")
    found = {row["diagnosis_code"]: row for row in rows()}
    assert {reason: row["status_code"] for reason, row in found.items()} == {"THERE": "arrived", "DONE": "closed", "NO": "rejected", "ONWARD": "closed", "AWAY": "no_show"}
    assert set(found["DONE"]) == set(REFERRALS.names) and found["DONE"]["resident_id"] == "P000000" and found["DONE"]["referred_on"] == date(2026, 11, 30)
    assert len({row["referral_id"] for row in rows()}) == len(rows()) and Referral.objects.count() > len(rows())


def test_an_exported_referral_makes_the_outflow_compliant(world):
    plan, day = open_plan("haikou-2018"), date(2026, 11, 30)
    row = step(world, treated(world), "close", "h1-doc", ending="recovered")
    (sent,) = rows()
    assert sent["referral_id"] == f"SY-{row.pk}"
    encounter = {"encounter_id": "1", "resident_id": "P000000", "institution_id": "H1", "type_code": "inpatient", "admitted_on": day, "discharged_on": day + timedelta(days=1)}
    bill = {"settlement_id": "S1", "encounter_id": "1", "resident_id": "P000000", "institution_id": "H1", "insurance_code": "resident", "settled_month": 202611, "total_fen": 100, "fund_fen": 70,
            "settled_on": day + timedelta(days=1)}
    with DuckEngine(memory="1GB", threads=1) as engine:
        for number, is_compliant in ((sent["referral_id"], True), (None, False)):
            charged = play(all_steps()["consortium_charged_payments"], Example("转诊", "referral", given={
                "institutions": [{"institution_id": "H1", "is_in_area": False}], "encounters": [{**encounter, "referral_id": number}], "settlements": [bill],
                "contracted_spans": [{"resident_id": "P000000", "consortium_id": "A", "insurance_code": "resident", "from_month": 202601, "to_month": 202612}]}, expect=[], year=2026), plan, engine)
            assert [(each["is_referred"], each["fund_fen"]) for each in charged] == [(is_compliant, 70)]
        came = play(all_steps()["benefit_claims"], Example("起付线", "deductible", given={
            "referrals": [sent], "institutions": [{"institution_id": name, "level_code": level, "is_in_area": True} for name, level in (("T1", "township"), ("H1", "2A"))],
            "encounters": [{**encounter, "referral_id": sent["referral_id"]}], "settlements": [bill], "consortia": [{"consortium_id": "A", "kind_code": "tight"}],
            "consortium_members": [{"consortium_id": "A", "institution_id": name, "from_on": date(2020, 1, 1), "to_on": None} for name in ("T1", "H1")]}, expect=[], year=2026), plan, engine)
        assert [(each["referral_from_id"], each["direction_code"]) for each in came] == [("T1", "up")]
