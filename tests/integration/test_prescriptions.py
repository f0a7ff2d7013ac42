"""Prescriptions: the stricter rule wins, nobody reviews the own, one pharmacy takes a token, nothing is given twice. Source: RX-1, RX-2, HK-18, HK-19, NG-18."""
from datetime import timedelta

import pytest
from prescription_work import NOW, TODAY, circulating, later, region, script, signed, step, taken, write

from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, StaleVersion, UnknownWork


@pytest.fixture
def person(undone) -> int:
    return region()


def give(row, *parts, by="shop1", now=NOW):
    from sanyi.store.prescriptions.giving import Part, give_out
    row.refresh_from_db()
    done = give_out(row.pk, row.version, [Part(*part) for part in parts], by, now)
    row.refresh_from_db()
    return done


@pytest.mark.parametrize(("kind", "assessed", "days", "says"), [
    ("usual", False, 7, ""), ("usual", False, 8, "7 天"), ("long", False, 28, ""), ("long", False, 29, "28 天"),
    ("long", True, 56, ""), ("long", True, 57, "不超过"), ("long", True, 85, "84 天")])
def test_the_stricter_of_nation_and_plan_wins_and_each_is_said_with_its_clause(person, kind, assessed, days, says):
    lines = ("D001", days, 1000)
    if not says:
        assert write(person, lines, kind=kind, is_assessed=assessed).lines.get().days == days
        return
    with pytest.raises(GuardRefused) as refused:
        write(person, lines, kind=kind, is_assessed=assessed)
    assert ("56 天" if assessed else says) in refused.value.zh and ("HK-18" if assessed else "RX-1") in refused.value.zh
    assert ("84 天" in refused.value.zh) == (days == 85) and refused.value.guard == "supply"


@pytest.mark.parametrize("drug", ["D021", "D020", "D018", "D026", "D027", "D029"])
def test_excluded_classes_are_on_no_long_prescription(person, drug):
    with pytest.raises(GuardRefused, match="不得开具长期处方"):
        write(person, (drug, 14, 1000), kind="long")


def test_what_is_still_in_hand_from_anywhere_stops_the_next_unless_a_coded_reason_says_why(person):
    from sanyi.store.prescriptions.tables import Supply
    write(person, ("D001", 28, 1000), kind="long")
    with pytest.raises(GuardRefused, match="27 天用量在手（H1）"):
        write(person, ("D003", 7, 1000), by="doc-far")
    with pytest.raises(BadField):
        write(person, ("D003", 7, 1000), by="doc-far", overlap_reason="because")
    row = write(person, ("D003", 7, 1000), by="doc-far", overlap_reason="lost")
    assert {(each.ingredient, each.reason) for each in Supply.objects.filter(line__prescription=row)} == {("amlodipine", "lost"), ("valsartan", "")}
    assert row.findings.get(kind="early").severity == "warn"


def test_with_a_week_left_the_next_may_be_written_and_begins_when_the_first_ends(person):
    write(person, ("D001", 28, 1000), kind="long")
    with pytest.raises(GuardRefused):
        write(person, ("D001", 28, 1000), kind="long", now=later(19))
    row = write(person, ("D001", 28, 1000), kind="long", now=later(20))
    assert row.lines.get().from_on == TODAY + timedelta(days=28)


def test_the_database_itself_refuses_two_supplies_on_one_day(person):
    from django.db import IntegrityError, transaction
    from sanyi.store.prescriptions.tables import Supply
    line = write(person, ("D001", 7, 1000)).lines.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        other = write(person, ("D004", 7, 1000)).lines.get()
        Supply.objects.create(person_id=person, line=other, institution="H1", ingredient="amlodipine", from_on=TODAY, to_on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(line).objects.filter(pk=line.pk).update(dispensed=8)


def test_rules_stop_or_tell_the_pharmacist(person):
    from sanyi.store.prescriptions.patients import note_allergy
    with pytest.raises(GuardRefused, match="横纹肌溶解"):
        write(person, ("D008", 7, 1000), ("D017", 14, 2000))
    with pytest.raises(GuardRefused, match="不适用于该性别"):
        write(person, ("D023", 7, 1000))
    row = write(person, ("D009", 7, 1000), ("D010", 7, 1000), ("D001", 21, 3000), ("D003", 7, 1000))
    assert {(each.kind, each.severity, each.is_verified) for each in row.findings.all()} == {("interaction", "warn", False), ("max_daily", "warn", False), ("duplicate", "warn", False)}
    assert "每日 20 毫克，超过 10 毫克" in row.findings.get(kind="max_daily").zh
    note_allergy(person, "aspirin", True, "gp", NOW)
    with pytest.raises(GuardRefused, match="过敏"):  # noted after it was written: it goes no further
        step(row, "check", "doc")
    note_allergy(person, "aspirin", False, "gp", NOW)
    step(row, "check", "doc")


def test_nobody_reviews_the_own_and_a_doctor_who_insists_needs_a_second(person):
    from sanyi.store.models import Account
    Account.objects.create(name="doc-as-chem", role="pharmacist", unit="H1", person="doc", password="!")
    row = write(person)
    step(row, "check", "doc")
    with pytest.raises(GuardRefused, match="同一人"):
        step(row, "approve", "doc-as-chem")
    step(row, "return", "chem", reason="dose", note="减量")
    with pytest.raises(GuardRefused):
        step(row, "insist", "doc2", reason="x")
    step(row, "insist", "doc", reason="已复查")
    with pytest.raises(GuardRefused, match="同一人"):
        step(row, "countersign", "doc")
    step(row, "countersign", "boss")
    with pytest.raises(GuardRefused):
        step(row, "sign", "doc2")
    step(row, "sign", "doc")
    assert list(row.reviews.order_by("pk").values_list("outcome", "reason")) == [("returned", "dose"), ("insisted", ""), ("countersigned", "")]


def test_a_member_clinic_is_reviewed_by_its_lead_hospital(person):
    row = write(person, by="gp")
    step(row, "check", "gp")
    with pytest.raises(UnknownWork):
        step(row, "approve", "far")
    step(row, "approve", "chem")
    assert row.state == "approved"


def test_a_corrected_prescription_takes_the_place_of_the_returned(person):
    from sanyi.store.prescriptions.writing import correct_prescription
    row = write(person, ("D001", 7, 1000))
    step(row, "check", "doc"), step(row, "return", "chem", reason="days")
    with pytest.raises(GuardRefused):  # the old stands where the new one is not fit
        correct_prescription(row.pk, row.version, script(person, ("D001", 9, 1000)), "doc", NOW)
    row.refresh_from_db()
    assert row.state == "returned"
    new = correct_prescription(row.pk, row.version, script(person, ("D001", 5, 1000)), "doc", NOW)
    row.refresh_from_db()
    assert row.state == "revoked" and new.lines.get().from_on == TODAY


def test_a_token_is_good_for_one_pharmacy_and_for_its_time(person):
    from sanyi.store.prescriptions.tokens import present, take_by_token
    row, token = circulating(person)
    for wrong in ("", "AAAA", token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), token + "AAAAAAAA", "中文", "-"):
        with pytest.raises(BadField, match="流转码无效"):
            present(wrong, "shop1", NOW)
    with pytest.raises(BadField):
        present(token, "shop1", later(1) + timedelta(minutes=1))
    with pytest.raises(NotAllowed, match="药店"):
        present(token, "far", NOW)
    with pytest.raises(NotAllowed):
        present(token, "doc", NOW)
    present(token.lower().replace("-", " "), "shop2", NOW)
    take_by_token(token, "shop1", NOW)
    with pytest.raises(UnknownWork):  # shown in time, but another was faster: it does not exist there any more
        step(row, "take", "shop2")
    with pytest.raises(BadField):
        present(token, "shop2", NOW)
    row.refresh_from_db()
    assert (row.state, row.pharmacy) == ("taken", "P1")


def test_a_new_token_makes_the_old_one_worthless(person):
    from sanyi.store.prescriptions.tokens import make_token, present
    row, token = circulating(person)
    step(row, "new_token", "granny")
    with pytest.raises(BadField):
        present(token, "shop1", NOW)
    with pytest.raises(UnknownWork):
        make_token(row.pk, "stranger", NOW)
    assert present(make_token(row.pk, "doc", NOW)[0], "shop1", NOW).pk == row.pk


def test_parts_are_given_each_in_its_window_and_the_last_closes_it(person):
    row = taken(person, ("D001", 56, 1000), kind="long", is_assessed=True)
    with pytest.raises(GuardRefused, match="本期还可发 28.*2026-12-21"):
        give(row, (1, 29, "B1"))
    give(row, (1, 28, "B1"))
    with pytest.raises(GuardRefused, match="本期还可发 0"):
        give(row, (1, 1, "B1"), now=later(20))
    give(row, (1, 28, "B2"), now=later(21))
    assert row.state == "closed" and list(row.dispensings.order_by("pk").values_list("batch", "quantity")) == [("B1", 28), ("B2", 28)]


def test_a_part_lasts_until_the_next_may_be_fetched(person):
    row = taken(person, ("D001", 30, 1000), kind="long", is_assessed=True)
    give(row, (1, 28, "B1"))
    with pytest.raises(GuardRefused, match="本期还可发 0"):
        give(row, (1, 2, "B2"), now=later(20))
    give(row, (1, 2, "B2"), now=later(21))
    assert row.state == "closed"


def test_several_lines_are_given_together_or_not_at_all(person):
    row = taken(person, ("D001", 7, 1000), ("D004", 14, 2000))
    with pytest.raises(GuardRefused):
        give(row, (1, 7, "B1"), (2, 15, "B1"))
    assert row.dispensings.count() == 0 and row.state == "taken"
    give(row, (1, 7, "B1"), (2, 4, "B1"))
    assert row.state == "partly"
    with pytest.raises(GuardRefused, match="剩余 0"):
        give(row, (1, 1, "B1"))
    give(row, (2, 10, "B2"))
    assert row.state == "closed"


def test_another_drug_of_the_same_contents_may_stand_in(person):
    row = taken(person, ("D001", 7, 1000))
    for other in (("D028", ""), ("D004", "out_of_stock"), ("none", "out_of_stock")):
        with pytest.raises(GuardRefused):
            give(row, (1, 7, "B1", *other))
    give(row, (1, 7, "B1", "D028", "procurement"))
    assert row.dispensings.get().drug.code == "D028" and row.dispensings.get().reason == "procurement"


def test_no_substitute_where_the_doctor_ruled_it_out(person):
    row = taken(person, ("D001", 7, 1000, "", False))
    with pytest.raises(GuardRefused, match="不能以"):
        give(row, (1, 7, "B1", "D028", "procurement"))


def test_out_of_stock_goes_back_and_another_pharmacy_gives_the_rest(person):
    from sanyi.store.prescriptions.tokens import make_token, take_by_token
    row = taken(person, ("D001", 7, 1000))
    give(row, (1, 3, "B1"))
    step(row, "give_back", "shop1", reason="out_of_stock")
    take_by_token(make_token(row.pk, "granny", NOW)[0], "shop2", NOW)
    give(row, (1, 4, "B9"), by="shop2")
    assert row.state == "closed" and set(row.dispensings.values_list("institution", flat=True)) == {"P1", "P2"}


def test_what_is_revoked_or_expires_frees_the_days_that_were_not_given(person):
    from sanyi.store.prescriptions.giving import expire_due
    from sanyi.store.prescriptions.tables import Supply
    row = taken(person, ("D001", 56, 1000), kind="long", is_assessed=True)
    give(row, (1, 14, "B1"))
    step(row, "revoke", "doc", reason="condition")
    assert Supply.objects.get(line__prescription=row).to_on == TODAY + timedelta(days=13)
    with pytest.raises(GuardRefused):
        write(person, ("D001", 7, 1000), now=later(5))
    write(person, ("D001", 7, 1000), now=later(7))
    other = signed(person, ("D004", 7, 1000))
    assert expire_due(later(3)) == 0 and expire_due(later(4)) == 1
    other.refresh_from_db()
    assert other.state == "expired" and not Supply.objects.get(line__prescription=other).is_live


def test_what_nobody_signs_expires_and_is_not_in_hand_any_more(person):
    from sanyi.store.prescriptions.giving import expire_due
    from sanyi.store.prescriptions.tables import Supply
    row = write(person, ("D001", 56, 1000), kind="long", is_assessed=True)
    step(row, "check", "doc")
    step(row, "approve", "chem")
    with pytest.raises(GuardRefused, match="已过期"):
        step(row, "sign", "doc", now=later(4))
    assert expire_due(later(3)) == 0 and expire_due(later(4)) == 1
    row.refresh_from_db()
    assert row.state == "expired" and not Supply.objects.get(line__prescription=row).is_live
    write(person, ("D001", 7, 1000), by="doc-far", now=later(4))


def test_a_signed_long_one_holds_as_long_as_its_supply(person):
    assert signed(person, ("D001", 56, 1000), kind="long", is_assessed=True).valid_to == TODAY + timedelta(days=55)


def test_one_drug_on_two_lines_does_not_pass_the_limit_of_days(person):
    for second in ("D001", "D028"):  # the same, and another maker's of the same contents
        with pytest.raises(GuardRefused, match="合并为一行"):
            write(person, ("D001", 28, 1000), (second, 28, 1000), kind="long")


def test_primary_care_carries_on_what_a_hospital_began(person):
    long = {"kind": "long", "by": "gp"}
    contracted(person)
    with pytest.raises(GuardRefused, match="首次长期处方"):
        write(person, ("D001", 28, 1000), **long)
    end_contract(person)
    signed(person, ("D001", 28, 1000), kind="long")
    now = later(24)
    with pytest.raises(GuardRefused, match="签约家庭医生"):
        from sanyi.store.models import Account
        Account.objects.create(name="clinic-doc", role="doctor", unit="C1", password="!")
        write(person, ("D001", 28, 1000), kind="long", by="clinic-doc", now=now)
    with pytest.raises(GuardRefused, match="未与本机构签约"):
        write(person, ("D001", 28, 1000), **long, now=now)
    contracted_again(person)
    assert write(person, ("D001", 28, 1000), **long, now=now).state == "written"


def test_an_extended_prescription_names_the_higher_hospital(person):
    contracted(person)
    signed(person, ("D025", 28, 1000), kind="long")
    more = {"kind": "extended", "by": "gp", "now": later(24)}
    with pytest.raises(GuardRefused, match="上级医院"):
        write(person, ("D025", 28, 1000), **more)
    assert write(person, ("D025", 28, 1000), **more, upper="H1").upper == "H1"


def contracted(person: int) -> None:
    """The person under contract with the clinic."""
    from sanyi.store.contracts.tables import Contract, DoctorTeam, CarePackage
    from sanyi.store.organisation.tables import Institution
    team = DoctorTeam.objects.create(code="T1", name="团队", institution=Institution.objects.get(code="C1"), from_on=TODAY)
    package = CarePackage.objects.create(code="B", name="基础包", kind="basic", price_fen=0, from_on=TODAY)
    last = TODAY + timedelta(days=365)
    Contract.objects.create(institution="C1", person_id=person, team=team, package=package, state="active", from_on=TODAY, to_on=last, term_on=last, signed_on=TODAY,
                            created_by="system", created_at=NOW)


def end_contract(person: int) -> None:
    from sanyi.store.contracts.tables import Contract
    Contract.objects.filter(person_id=person).update(state="ended")


def contracted_again(person: int) -> None:
    from sanyi.store.contracts.tables import Contract
    Contract.objects.filter(person_id=person).update(state="active")


def test_who_sees_what(person):
    from sanyi.store.kinds import find_work
    from sanyi.store.prescriptions.looking import prescriptions_for
    from sanyi.store.who import actor_of
    row = write(person)
    may = {name: prescriptions_for(name).filter(pk=row.pk).exists() for name in ("doc", "doc2", "chem", "boss", "overseer", "granny", "gp", "shop1", "far", "stranger", "reform", "system")}
    assert {name for name, sees in may.items() if sees} == {"doc", "doc2", "chem", "boss", "overseer", "granny", "system"}
    for name, sees in may.items():
        if not sees:
            with pytest.raises(UnknownWork):
                find_work("prescription", row.pk, actor_of(name))


def test_a_delivery_goes_its_way_and_there_is_one_at_a_time(person):
    from sanyi.store.act import act
    from sanyi.store.prescriptions.giving import order_delivery
    row = taken(person)
    with pytest.raises(UnknownWork):
        order_delivery(row.pk, "幸福路 1 号", "stranger", NOW)
    order = order_delivery(row.pk, "幸福路 1 号", "granny", NOW)
    with pytest.raises(GuardRefused, match="已有未完成"):
        order_delivery(row.pk, "幸福路 2 号", "shop1", NOW)
    with pytest.raises(GuardRefused, match="尚未发药"):
        act("delivery_order", order.pk, 1, "pack", {}, "shop1", NOW)
    give(row, (1, 7, "B1"))
    for name, by, given in (("pack", "shop1", {}), ("hand_over", "shop1", {"carrier": "顺达"}), ("deliver", "shop1", {})):
        order = act("delivery_order", order.pk, order.version, name, given, by, NOW)
    with pytest.raises(UnknownWork):
        act("delivery_order", order.pk, order.version, "receive", {}, "stranger", NOW)
    assert act("delivery_order", order.pk, order.version, "receive", {}, "granny", NOW).state == "received"
    again = order_delivery(row.pk, "幸福路 1 号", "granny", NOW)
    assert again.pk != order.pk


def test_a_resident_and_a_pharmacy_cannot_write_and_stale_versions_are_refused(person):
    for by in ("granny", "shop1", "chem", "reform"):
        with pytest.raises(NotAllowed):
            write(person, by=by)
    row = write(person)
    from sanyi.store.act import act
    step(row, "check", "doc")
    with pytest.raises(StaleVersion):
        act("prescription", row.pk, 1, "approve", {}, "chem", NOW)


@pytest.mark.parametrize(("lines", "field"), [((("none", 7, 1000),), "drug"), ((("D001", 0, 1000),), "quantity"), ((("D001", 7, 0),), "quantity"), ((("D001", 10**6, 1000),), "quantity")])
def test_what_is_no_line_is_refused(person, lines, field):
    with pytest.raises(BadField) as refused:
        write(person, *lines)
    assert refused.value.field == field


def test_a_formulary_without_rules_is_said_and_no_error(person):
    from sanyi.store.prescriptions.formulary import book_of
    from sanyi.store.prescriptions.tables import Formulary
    with pytest.raises(GuardRefused, match="没有规则"):
        book_of(Formulary(book={}, digest="x"))


def test_the_formulary_is_loaded_once_and_what_left_it_is_not_current(person):
    from prescription_work import plan_of
    from sanyi.store.prescriptions.formulary import load_formulary
    from sanyi.store.prescriptions.tables import Drug, Formulary
    plan = plan_of()
    load_formulary(plan.on(TODAY), "system", NOW)
    assert Formulary.objects.count() == 1 and Drug.objects.count() == 30
    fewer = [row for row in plan.on(TODAY).value("prescription.drugs") if row["drug"] != "D030"]
    load_formulary(plan.changed({"prescription.drugs": fewer}).on(TODAY), "system", NOW)
    assert Formulary.objects.count() == 2 and not Drug.objects.get(code="D030").is_current
    with pytest.raises(BadField):
        write(person, ("D030", 7, 1000))
    with pytest.raises(NotAllowed):
        load_formulary(plan.on(TODAY), "doc", NOW)


def test_figures_and_rows_for_the_record(person):
    from sanyi.store.prescriptions.exporting import record_rows, unplaced
    from sanyi.store.prescriptions.looking import polypharmacy, review_rates, shares
    from sanyi.tables.record_tables import record_tables
    signed(person, ("D001", 28, 1000), ("D002", 28, 1000), ("D004", 56, 2000), ("D009", 28, 1000), ("D007", 28, 1000), kind="long", encounter="E1")
    signed(person, ("D024", 7, 1000))
    rows = list(record_rows(TODAY, TODAY))
    assert len(rows) == 5 and unplaced(TODAY, TODAY) == 1
    assert set(rows[0]) == set(record_tables()["prescriptions"].names) and (rows[0]["quantity_e3"], rows[0]["supply_days"], rows[0]["is_long"]) == (28_000, 28, True)
    assert shares("overseer", TODAY, TODAY) == [{"institution": "H1", "count": 2, "long_count": 1, "extended_count": 0}]
    assert review_rates("boss", TODAY, TODAY) == [{"institution": "H1", "outcome": "approved", "reason": "", "count": 2}]
    assert [(each["person"], each["ingredient_count"]) for each in polypharmacy("overseer", TODAY)] == [(person, 6)]
    assert list(polypharmacy("shop1", TODAY)) == []
