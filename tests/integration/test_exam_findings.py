"""Images, curves, devices and measured values of examinations: who may send and read them, what a device may not do, what a value is held against."""
import json
from datetime import date, timedelta
from io import BytesIO

import pytest
from exam_work import NOW, acting, bring, made, order, result, step
from signed_in import signed_in
from web_results import invent

from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UnknownWork

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
DICOM = bytes(128) + b"DICM" + bytes(64)
LEADS = {"I": [0, 500, 1000, -200] * 125, "II": [3] * 500}


@pytest.fixture
def people(undone, tmp_path, monkeypatch):
    from django.conf import settings
    monkeypatch.setattr(settings, "VAR", tmp_path / "var")
    for name, value in (("SANYI_RESULTS", str(invent(tmp_path))), ("SANYI_PLAN", ""), ("SANYI_REGION", "region-demo")):
        monkeypatch.setenv(name, value)
    return made()


def attach(row, by, content=PNG, now=NOW, name="胸片.png", **more):
    from sanyi.store.findings.attaching import attach_file
    return attach_file(row.pk, name, [content[:50], content[50:]], acting(by), now, **more)


def seen(row, name):
    from sanyi.store.findings.reading import readable_files
    from sanyi.store.who import actor_of
    row.refresh_from_db()
    return [each.name for each in readable_files(row, actor_of(acting(name)))]


def device(by="tech", **given):
    from sanyi.store.devices.registering import register_device
    said = {"code": "CT1", "kind": "imaging", "serial": "S1", "name": "64 排 CT", "calibrated_on": NOW.date() - DAY, "calibrated_until": NOW.date() + 30 * DAY}
    return register_device({**said, **given}, acting(by), NOW)


def refused(guard, call, *arguments, **named):
    with pytest.raises(GuardRefused) as why:
        call(*arguments, **named)
    assert why.value.guard == guard and why.value.zh != why.value.en


def curve(**more):
    return json.dumps({"samples_per_second": 500, "unit": "uV", "leads": LEADS, **more}).encode()


@pytest.mark.parametrize("content, kept_as", [(PNG, "png"), (b"\xff\xd8\xff" + bytes(300), "jpeg"), (DICOM, "dicom"), (b"%PDF-1.7" + bytes(300), "pdf"), (curve(), "curve"), (b"\xff\xd8\xff", "jpeg")])
def test_what_a_file_is_its_content_says(content, kept_as):
    from sanyi.store.findings.formats import recognised
    found, parts = recognised([content[:3], content[3:]])
    whole = b"".join(parts)
    assert found == kept_as and (whole == content or kept_as == "curve" and json.loads(whole)["leads"] == LEADS)


@pytest.mark.parametrize("content", [b"MZ" + bytes(300), b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"", bytes(400), b"{}", b"{", curve(unit="mV"), curve(samples_per_second=0), curve(leads={"I": [1.5] * 500}),
                                     curve(leads={"I": [1] * 500, "II": [1] * 499}), curve(leads={"I": [1] * 499}), curve(leads={"I": [10**6] * 500}), curve(leads={"\ud800": [1] * 500}), curve(leads={"": [1] * 500}), curve(more=1)])
def test_what_is_no_image_and_no_curve_is_refused_kindly(content):
    from sanyi.store.findings.formats import recognised
    with pytest.raises(BadField) as why:
        recognised([content])
    assert why.value.field == "file" and why.value.zh != why.value.en


def test_an_image_is_the_centres_and_its_senders_until_the_report_is_out_then_the_clinics_and_the_residents(people):
    row = bring(order(people["li"], "dr_chest"), "performed")
    attach(row, "tech"), attach(row, "nurse", PNG + b"1", name="申请单.png")
    assert seen(row, "rad") == seen(row, "tech") == ["胸片.png", "申请单.png"] and seen(row, "gp") == ["申请单.png"] and seen(row, "h1-head") == [] == seen(row, "resident-li")
    row = bring(row, "released", NOW + MINUTE)
    assert seen(row, "gp") == seen(row, "resident-li") == seen(row, "h1-head") == ["胸片.png", "申请单.png"]
    row = step(row, "correct", "rad", now=NOW + 2 * MINUTE, reason="补片")
    attach(row, "tech", PNG + b"2", NOW + 3 * MINUTE, "补片.png")
    assert "补片.png" in seen(row, "rad-2") and "补片.png" not in seen(row, "gp") + seen(row, "resident-li")
    for verb, by, given in (("report", "rad", {"findings": "x", "conclusion": "x"}), ("verify", "rad-2", {}), ("release", "rad-2", {})):
        row = step(row, verb, by, now=NOW + 4 * MINUTE, **given)
    assert "补片.png" in seen(row, "gp")


def test_who_may_not_send_and_when(people):
    row = bring(order(people["li"], "dr_chest"), "performed")
    with pytest.raises(UnknownWork):
        attach(row, "other")
    for name in ("head", "h1-head"):
        with pytest.raises(NotAllowed):
            attach(row, name)
    attach(row, "tech")
    refused("once", attach, row, "rad")
    row = bring(row, "released")
    refused("examination_is_open", attach, row, "tech", PNG + b"1")


def test_what_is_somebody_elses_is_set_aside_told_and_read_by_nobody(people):
    from sanyi.store.exams.tables import ExamNotice
    from sanyi.store.findings.attaching import set_aside
    from sanyi.store.findings.reading import find_file
    from sanyi.store.who import actor_of
    row = bring(order(people["li"], "dr_chest"), "performed")
    file = attach(row, "tech")
    row = bring(row, "released", NOW + MINUTE)
    refused("examination_is_open", set_aside, file.pk, row.pk, "bad_quality", acting("rad"), NOW)
    with pytest.raises(NotAllowed):
        set_aside(file.pk, row.pk, "wrong_person", acting("nurse"), NOW)
    set_aside(file.pk, row.pk, "wrong_person", acting("rad"), NOW)
    assert seen(row, "rad") == seen(row, "gp") == [] and ExamNotice.objects.filter(exam=row, kind="image_gone", institution="C1").exists()
    for name in ("rad", "gp", "resident-li"):
        with pytest.raises(UnknownWork):
            find_file(row.pk, file.pk, actor_of(acting(name)))


def test_the_page_offers_to_set_aside_what_the_door_lets_be_set_aside(people):
    row = bring(order(people["li"], "dr_chest"), "performed")
    file, sent = attach(row, "tech"), attach(row, "nurse", PNG + b"1")

    def offered(name):
        form = signed_in(name).get(f"/exams/{row.pk}/").content.decode().partition('id="aside"')[2].partition("</details>")[0]
        return {value for value in (str(file.pk), str(sent.pk), "wrong_person", "wrong_exam", "bad_quality") if f'value="{value}"' in form}
    assert offered("rad") == {str(file.pk), str(sent.pk), "wrong_person", "wrong_exam", "bad_quality"} and offered("gp") == offered("rad") - {str(file.pk)}
    row = bring(row, "released", NOW + MINUTE)
    assert offered("rad") == {str(file.pk), str(sent.pk), "wrong_person", "wrong_exam"} and offered("nurse") == offered("rad") - {str(file.pk)} and offered("h1-head") == set()
    assert signed_in("rad").post(f"/exams/{row.pk}/", {"do": "aside", "file": file.pk, "reason": "wrong_person"}).status_code == 302 and seen(row, "rad") == [sent.name]


def test_pages_hand_images_out_on_the_reports_basis_alone_and_each_reading_is_in_the_trail(people):
    from sanyi.store.trail.tables import AuditEvent
    first = bring(order(people["li"], "dr_chest"), "performed")
    old = attach(first, "tech", PNG + b"old")
    first = bring(first, "released", NOW + MINUTE)
    row = bring(order(people["li"], "dr_chest", reason="condition_changed", now=NOW + 2 * MINUTE), "performed", NOW + 2 * MINUTE)
    rad = signed_in("rad")
    sent = rad.post(f"/exams/{row.pk}/", {"do": "attach", "view": "正位", "file": BytesIO(PNG)})
    assert sent.status_code == 302, sent.content.decode()[-1500:]
    viewed = rad.get(f"/exams/{row.pk}/images/", {"beside": first.pk}).content.decode()
    assert "正位" in viewed and f"/exams/{row.pk}/files/{old.pk}/" in viewed
    address = f"/exams/{row.pk}/files/{row.files.get().pk}/"
    answer = rad.get(address)
    assert b"".join(answer) == PNG and answer.headers["Content-Type"] == "image/png" and answer.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"".join(rad.get(f"/exams/{row.pk}/files/{old.pk}/")) == PNG + b"old", "an earlier one beside it"
    assert AuditEvent.objects.filter(subject="exam_file", action="read", subject_id=str(row.files.get().pk)).exists()
    assert {str(first.pk), str(row.pk)} <= set(AuditEvent.objects.filter(subject="exam", action="read", account="rad").values_list("subject_id", flat=True)), "both that stood there"
    assert set(AuditEvent.objects.filter(subject="exam_file", account="rad", action="read").values_list("subject_id", flat=True)) <= {str(old.pk), str(row.files.get().pk)}
    assert signed_in("gp").get(address).status_code == 404, "not out yet"
    assert signed_in("other").get(address).status_code == 404 and signed_in("resident-li").get(address).status_code == 403
    assert b"".join(signed_in("resident-li").get(f"/my/results/{first.pk}/files/{old.pk}/")) == PNG + b"old"
    assert signed_in("resident-wang").get(f"/my/results/{first.pk}/files/{old.pk}/").status_code == 404
    assert signed_in("resident-li").get(f"/my/results/{row.pk}/files/{row.files.get().pk}/").status_code == 404
    wrong = rad.post(f"/exams/{row.pk}/", {"do": "attach", "file": BytesIO(b"MZ" + bytes(200))})
    assert wrong.status_code == 422 and "DICOM" in wrong.content.decode()


def test_a_curve_is_drawn_with_its_peaks_and_a_dicom_is_handed_out_whole(people):
    row = bring(order(people["li"], "ecg_12"), "performed")
    attach(row, "nurse", curve(), name="心电.json"), attach(row, "tech", DICOM, name="a.dcm")
    shown = signed_in("rad").get(f"/exams/{row.pk}/images/").content.decode()
    assert shown.count("<polyline") == 2 and "500/s" in shown and "10 mm/mV" in shown
    from sanyi.web.views.exam_images import find_file
    from sanyi.store.who import actor_of
    from sanyi.web.curves import MARGIN, MILLIVOLT, STRIP, drawn_curve
    drawn = drawn_curve(find_file(row.pk, row.files.get(format="curve").pk, actor_of(acting("rad")))[1])
    assert f"{MARGIN + 2 * 100 / 500:.1f},{STRIP // 2 - MILLIVOLT:.1f}" in drawn["strips"][0][2], "one millivolt is ten millimetres high"
    other = attach(row, "tech", curve(leads={"V1": [7] * 500}), name="胸导.json")
    page = signed_in("rad").get(f"/exams/{row.pk}/images/").content.decode()
    assert page.count("<polyline") == 2 and f'?curve={other.pk}"' in page, "one curve at a time"
    assert signed_in("rad").get(f"/exams/{row.pk}/images/", {"curve": other.pk}).content.decode().count("<polyline") == 1
    whole = signed_in("rad").get(f"/exams/{row.pk}/files/{row.files.get(format='dicom').pk}/")
    assert b"".join(whole) == DICOM and "attachment" in whole.headers["Content-Disposition"]


def test_a_backup_takes_images_and_a_sweep_leaves_them(people, tmp_path):
    import os

    from sanyi.store.backups.moment import held_now
    from sanyi.store.evidence import sweep_files
    from sanyi.store.files import file_path
    row = bring(order(people["li"], "dr_chest"), "performed")
    file = attach(row, "tech")
    path = file_path(tmp_path / "var", file.sha256)
    os.utime(path, (1, 1))
    assert file.sha256 in held_now().evidence and sweep_files() == [] and path.is_file()


def test_what_a_refused_upload_left_goes_with_the_nightly_job(people, tmp_path):
    import os

    from sanyi.store.files import file_path, keep_file
    from sanyi.store.jobs.kinds import job_kind
    row = bring(order(people["li"], "dr_chest"), "performed")
    file, var = attach(row, "tech"), tmp_path / "var"
    left, young = (file_path(var, keep_file(var, [content])[0]) for content in (b"left", b"young"))
    for path in (left, file_path(var, file.sha256)):
        os.utime(path, (1, 1))
    kind = job_kind("files_sweep")
    assert kind.is_scheduled and "1" in kind.work([], NOW, lambda done, text: None)
    assert not left.exists() and young.exists() and file_path(var, file.sha256).exists()
    assert kind.work([], NOW, lambda done, text: None) == "", "where nothing was left it says nothing"


def test_a_device_is_the_institutions_own_calibrated_and_in_control_or_gives_no_result(people):
    from sanyi.store.devices.controls import run_control
    made_one, row = device(), order(people["li"], "ct_chest")
    device(code="CT2", serial="S2", calibrated_until=NOW.date() - DAY, calibrated_on=NOW.date() - 9 * DAY), device(code="CT3", serial="S3", sender="rad"), device(by="head", code="CTC", serial="S4")
    for code in ("CT2", "CT3", "CTC", "CT9"):
        refused("device_fits", step, row, "perform", "tech", performed_at=NOW, device=code)
        refused("device_fits", attach, row, "tech", device=code)
    for value, rule in (("50", ""), ("57", "1_2s"), ("57", "2_2s")):
        assert run_control(made_one.pk, "density", "L1", value, "50", "3", acting("tech"), NOW).rule == rule
    refused("device_fits", step, row, "perform", "tech", performed_at=NOW, device="CT1")
    assert run_control(made_one.pk, "density", "L1", "57", "50", "3", acting("tech"), NOW).rule == "1_2s", "what was corrected begins anew"
    row = step(row, "perform", "tech", performed_at=NOW, device="CT1")
    assert row.device == made_one and row.lapsed_on is None and attach(row, "tech", device="CT1").device == made_one


def test_where_the_plan_marks_a_lapsed_device_its_result_says_so(people, monkeypatch):
    from sanyi.store.exams.rules import Rules
    monkeypatch.setattr(Rules, "is_lapse_refused", property(lambda self: False))
    device(calibrated_until=NOW.date() - DAY, calibrated_on=NOW.date() - 9 * DAY)
    row = step(order(people["li"], "ct_chest"), "perform", "tech", performed_at=NOW, device="CT1")
    assert row.lapsed_on == NOW.date() - DAY
    assert 'id="lapsed"' in signed_in("rad").get(f"/exams/{row.pk}/").content.decode()


@pytest.mark.parametrize("offsets, rule", [([5], ""), ([-21], "1_2s"), ([31], "1_3s"), ([21, 22], "2_2s"), ([21, -22], "1_2s"), ([11] * 4, "4_1s"), ([11] * 3, ""), ([1] * 10, "10_x"), ([1] * 9, ""), ([-1] * 9 + [1], ""),
                                           ([20], ""), ([30, 0], "1_2s")])
def test_the_rules_of_control(offsets, rule):
    from sanyi.store.devices.controls import rule_broken
    assert rule_broken(offsets, 10) == rule


def test_a_device_is_calibrated_changed_and_retired_by_its_institution_alone(people):
    from sanyi.store.devices.registering import step_device
    row = device(by="h1-head")
    with pytest.raises(UnknownWork):
        step_device(row.pk, 1, "retire", {"reason": "x"}, acting("head"), NOW)
    with pytest.raises(NotAllowed):
        step_device(row.pk, 1, "retire", {"reason": "x"}, acting("tech"), NOW)
    row = step_device(row.pk, 1, "calibrate", {"calibrated_on": NOW.date(), "calibrated_until": NOW.date() + DAY}, acting("tech"), NOW)
    assert row.calibrated_until == NOW.date() + DAY
    for wrong in ({"calibrated_on": NOW.date(), "calibrated_until": NOW.date() - DAY}, {"calibrated_on": NOW.date()}):
        with pytest.raises(BadField):
            step_device(row.pk, 2, "calibrate", wrong, acting("tech"), NOW)
    refused("device_once", device, by="head")
    row = step_device(row.pk, 2, "retire", {"reason": "调出"}, acting("h1-head"), NOW)
    refused("in_use", step_device, row.pk, 3, "calibrate", {"calibrated_on": NOW.date(), "calibrated_until": NOW.date()}, acting("tech"), NOW)
    assert device(by="head").institution == "C1", "what was passed on is registered where it stands now"


def measured(row, values, by="tech", now=NOW, **more):
    from sanyi.store.findings.measuring import measure
    return measure(row.pk, values, acting(by), now, **more)


def test_a_panel_is_reported_with_all_its_values_and_what_is_critical_is_said(people):
    from sanyi.store.persons.tables import Person
    Person.objects.filter(pk=people["li"]).update(sex="female")
    row = bring(order(people["li"], "cbc"), "claimed")
    refused("panel_is_measured", step, row, "report", "rad", findings="x", conclusion="x")
    with pytest.raises(BadField):
        measured(row, {"fly": "1"})
    with pytest.raises(BadField):
        measured(row, {"wbc": "1.2345"})
    with pytest.raises(NotAllowed):
        measured(row, {"wbc": "5"}, "gp")
    measured(row, {"wbc": "5", "rbc": "5.2", "hb": "114.9", "plt": "30"})
    refused("critical_measure_is_said", step, row, "report", "rad", findings="x", conclusion="x")
    measured(row, {"plt": "130"})
    row = bring(row, "released")
    from sanyi.store.findings.measuring import measured_of
    found = measured_of(row, 1)
    assert {code: each.flag for code, each in found.items()} == {"wbc": "", "rbc": "H", "hb": "L", "plt": ""}, "a woman's limits"
    refused("examination_is_open", measured, row, {"wbc": "6"})


@pytest.mark.parametrize("period", [5e-324, 0, -1, 1001, "2"])
def test_a_curve_by_fhir_has_a_period_that_can_be(period):
    from sanyi.web.fhir.resources.measured import _send_curve
    with pytest.raises(BadField):
        _send_curve(None, {"component": [{"code": {"coding": [{"code": "I"}]}, "valueSampledData": {"period": period, "data": "1 2"}}]})


def test_a_failed_control_holds_back_its_own_analyte_until_a_good_run_of_any_material(people):
    from sanyi.store.devices.controls import out_of_control, run_control
    made_one, row = device(code="LAB1", kind="laboratory"), bring(order(people["li"], "cbc"), "claimed")

    def control(analyte, material, value):
        run_control(made_one.pk, analyte, material, value, "50", "3", acting("tech"), NOW)
    control("wbc", "L1", "90")
    refused("device_fits", measured, row, {"wbc": "5", "plt": "130"}, device="LAB1")
    measured(row, {"plt": "130"}, device="LAB1")
    control("wbc", "L2", "50"), control("W.B.C.", "L1", "90")
    assert out_of_control([made_one.pk]) == {made_one.pk: ("W.B.C.",)}, "a new lot ran well"
    refused("device_fits", measured, row, {"plt": "130"}, device="LAB1")


def test_a_value_is_held_against_the_persons_last_released_one_wherever_it_was_measured(people):
    from sanyi.store.exams.rules import rules_now
    from sanyi.store.findings.comparing import compared
    from sanyi.store.who import actor_of
    for days, value in ((9, "4.0"), (5, "5.4")):
        result(people["li"], "k", NOW - days * DAY, value=value)
    result(people["wang"], "k", NOW - DAY, value="2.9")
    row = bring(order(people["li"], "electrolytes"), "claimed")
    measured(row, {"k": "4.1", "na": "140", "cl": "100"})
    k, na, _ = compared(row, 1, actor_of(acting("rad")), rules_now())
    assert [value for _, value in k.past] == [4000, 5400] and (k.before_e3, k.is_far, k.row.flag) == (5400, False, "") and na.before_e3 is None
    measured(row, {"k": "3.7"})
    assert compared(row, 1, actor_of(acting("rad")), rules_now())[0].is_far, "by more than three tenths"
    page = signed_in("rad").get(f"/exams/{row.pk}/").content.decode()
    assert "3.7" in page and "-1.7" in page and 'data-chart="trend-k"' in page and "3.5–5.3" in page
    assert "3.7" not in signed_in("gp").get(f"/exams/{row.pk}/").content.decode(), "not out yet"
    row = bring(row, "released")
    assert "3.7" in signed_in("gp").get(f"/exams/{row.pk}/").content.decode() and "-1.7" not in signed_in("resident-wang").get("/my/results/").content.decode()
    assert "3.7" in signed_in("resident-li").get(f"/my/results/{row.pk}/").content.decode()


def test_what_a_corrected_report_measures_is_read_with_its_release(people):
    from sanyi.store.findings.measuring import measured_of
    row = result(people["li"], "k", value="4.1")
    row = step(row, "correct", "rad", reason="录入错误")
    row = step(row, "report", "rad", findings="x", conclusion="x", value="4.7")
    assert measured_of(row, 1)["k"].value_e3 == 4100 and measured_of(row, 2)["k"].value_e3 == 4700
    page = signed_in("gp").get(f"/exams/{row.pk}/").content.decode()
    assert ">4.1<" in page and ">4.7<" not in page


def test_cold_ischaemia_is_counted_shown_and_flagged(people):
    row = step(order(people["li"], "biopsy"), "sample", "nurse", barcode="P1", sampled_at=NOW - 100 * MINUTE)
    refused("comes_after_the_removal", step, row, "fix", "nurse", fixed_at=NOW - 101 * MINUTE)
    row = step(row, "fix", "nurse", fixed_at=NOW - 39 * MINUTE)
    assert "61 分钟（上限 60 分钟）" in (shown := signed_in("gp").get(f"/exams/{row.pk}/").content.decode()) and 'id="cold"><span class="state bad"' in shown
    row = step(row, "fix", "nurse", fixed_at=NOW - 40 * MINUTE)
    assert 'id="cold"><span class="state good"' in signed_in("gp").get(f"/exams/{row.pk}/").content.decode()
    row = step(row, "receive", "tech", received_at=NOW, lowest_e1=30, highest_e1=60)
    row = step(row, "section", "tech", sectioned_at=NOW, blocks_count=2, slides_count=6)
    row = step(row, "reject", "tech", reason="fixation")
    row = step(row, "sample", "nurse", barcode="P2", sampled_at=NOW)
    assert (row.fixed_at, row.sectioned_at, row.blocks_count) == (None, None, None), "a fresh specimen has a way of its own"


def test_the_register_of_devices_is_kept_on_its_pages(people):
    head, today = signed_in("h1-head"), NOW.date()
    said = {"do": "add", "given.code": "LAB1", "given.kind": "laboratory", "given.serial": "S9", "given.name": "生化仪", "given.calibrated_on": f"{today - DAY}", "given.calibrated_until": f"{today + 2 * DAY}"}
    assert head.post("/devices/", {**said, "given.sender": "gp"}).status_code == 422, "an account of another institution"
    assert head.post("/devices/", said).status_code == 302 and head.post("/devices/", {**said, "given.code": "LAB2"}).status_code == 422, "one serial number, one device"
    from sanyi.store.devices.tables import Device
    row = Device.objects.get()
    address = f"/devices/{row.pk}/"
    assert "校准将到期" in head.get("/devices/").content.decode() and "生化仪" not in signed_in("head").get("/devices/").content.decode() and signed_in("head").get(address).status_code == 404
    control = {"do": "control", "analyte": "k", "material": "L1", "target": "4", "deviation": "0.1"}
    for value in ("4.05", "4.35"):
        assert signed_in("tech").post(address, {**control, "value": value}).status_code == 302
    page = head.get(address).content.decode()
    assert "1-3s 失控" in page and "质控失控" in page and 'data-chart="control-0"' in page
    assert head.post(address, {**control, "value": "four"}).status_code == 422
    assert head.post(address, {"do": "step", "version": 2, "step": "retire", "given.reason": "报废"}).status_code == 409, "stale"
    assert head.post(address, {"do": "step", "version": 1, "step": "retire", "given.reason": "报废"}).status_code == 302
    assert "已停用" in head.get(address).content.decode()
