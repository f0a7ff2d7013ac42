"""The pages of shared diagnosis: who may open them, what they show and hide, and the forms."""
import os

import pytest
from exam_work import acting, bring, made, order, result, step
from signed_in import signed_in
from web_results import invent


@pytest.fixture
def people(undone, tmp_path, monkeypatch):
    monkeypatch.setenv("SANYI_RESULTS", str(invent(tmp_path)))
    for name, value in (("SANYI_PLAN", ""), ("SANYI_REGION", "region-demo")):
        monkeypatch.setenv(name, value)
    assert os.environ["SANYI_RESULTS"]
    return made()


def page(name, address, status=200, **more):
    client = signed_in(name)
    response = client.post(address, more["post"]) if "post" in more else client.get(address, more.get("get", {}))
    assert response.status_code == status, response.content.decode()[-2000:]
    return response.content.decode("utf-8")


def test_lists_mask_names_and_show_each_institution_its_own(people):
    row = result(people["li"])
    assert f'/exams/{row.pk}/' in page("gp", "/exams/") and f'/exams/{row.pk}/' not in page("other", "/exams/")
    assert ">li<" not in page("gp", "/exams/") and "l*" in page("gp", "/exams/")
    page("office-1", "/exams/", 403)
    page("other", f"/exams/{row.pk}/", 404)
    assert "结论" in page("resident-li", f"/my/results/{row.pk}/")
    page("resident-wang", f"/my/results/{row.pk}/", 404)


def test_the_clinic_reads_what_is_released_and_the_centre_what_is_written(people):
    row = bring(order(people["li"]), "reported", value="4.1", conclusion="草稿结论")
    assert "草稿结论" in page("rad-2", f"/exams/{row.pk}/")
    clinic = page("gp", f"/exams/{row.pk}/").split('id="log"')[0]
    assert "草稿结论" not in clinic


def test_the_log_gives_the_clinic_nothing_that_is_not_released(people):
    row = bring(order(people["li"]), "reported", value="4.1", conclusion="草稿结论")
    assert "草稿结论" not in page("gp", f"/exams/{row.pk}/")
    assert "草稿结论" not in page("nurse", f"/exams/{row.pk}/")


def test_the_work_list_has_critical_first_and_a_critical_value_is_told_on_top(people):
    late = bring(order(people["wang"]), "claimed")
    row = bring(order(people["li"]), "reported", value="6.8", critical="K 6.8 mmol/L")
    text = page("tech", "/exams/work/")
    listed = text.split('id="list"')[1]
    assert listed.index(f"/exams/{row.pk}/") < listed.index(f"/exams/{late.pk}/")
    assert 'id="alarms"' in page("gp", "/exams/") and "K 6.8 mmol/L" in page("gp", "/critical-values/")
    critical = row.critical_values.get()
    said = {"do": "step", "version": critical.version, "step": "acknowledge", "given.read_back": "K 6.8 mmol/L"}
    page("gp", f"/critical-values/{critical.pk}/", 302, post=said)
    critical.refresh_from_db()
    assert critical.state == "acknowledged"
    page("other", f"/critical-values/{critical.pk}/", 404)


def test_ordering_looks_first_uses_a_result_or_asks_why_not(people):
    from sanyi.store.exams.tables import Exam, RecognitionCheck
    row = result(people["li"], conclusion="血钾正常")
    asked = {"person": people["li"], "item": "k"}
    assert "血钾正常" in page("other", "/exams/order/", get=asked)
    assert "血钾正常" not in page("other", "/exams/order/", get={**asked, "person": people["wang"]})
    refused = page("other", "/exams/order/", 422, post={"do": "order", **asked, "centre": "H1", "urgency": "routine"})
    assert 'id="refused"' in refused and Exam.objects.count() == 1
    page("other", "/exams/order/", 302, post={"do": "accept", **asked, "result": row.pk})
    assert RecognitionCheck.objects.get().saved_fen == 600
    page("gp", "/exams/order/", 302, post={"do": "order", **asked, "centre": "H1", "urgency": "urgent", "reason": "emergency"})
    assert Exam.objects.count() == 2
    page("tech", "/exams/order/", 403)
    assert "6.00" in page("office-1", "/recognition/") and "H2" not in page("head", "/recognition/").split('id="list"')[1]


def test_a_corrected_report_is_noted_and_both_versions_can_be_read(people):
    row = result(people["li"])
    row = step(row, "correct", "rad", reason="x")
    row = bring(step(row, "report", "rad", findings="x", conclusion="第二版结论", value="4.7"), "released")
    text = page("gp", f"/exams/{row.pk}/")
    assert "第二版结论" in text and "结论" in text and 'id="notices"' in text
    page("gp", f"/exams/{row.pk}/", 302, post={"do": "seen"})
    assert 'id="notices"' not in page("gp", f"/exams/{row.pk}/")


def test_a_consultation_is_asked_for_on_its_page_and_seen_by_both_sides_only(people):
    from sanyi.store.exams.tables import Consultation
    page("gp", "/consultations/", 302, post={"do": "add", "person": people["li"], "expert_institution": "H1", "kind": "ecg", "urgency": "urgent", "question": "心电图？"})
    row = Consultation.objects.get()
    assert "心电图？" in page("rad", f"/consultations/{row.pk}/") and f"/consultations/{row.pk}/" in page("gp", "/consultations/")
    page("other", f"/consultations/{row.pk}/", 404)
    page("resident-li", f"/consultations/{row.pk}/", 403)
    assert "心电图？" not in page("resident-li", "/my/results/"), "told once it is answered"
    assert acting("gp")


def test_lists_are_exported_and_what_was_read_is_in_the_trail(people):
    from sanyi.store.trail.tables import AuditEvent
    row = result(people["li"])
    for address in ("/exams/", "/exams/work/", "/critical-values/", "/consultations/"):
        response = signed_in("rad").get(address, {"export": "xlsx"})
        assert response.status_code == 200 and response.streaming
    page("rad", f"/exams/{row.pk}/")
    assert AuditEvent.objects.filter(subject="exam_list", action="export", account="rad", resident=str(people["li"])).exists()
    assert AuditEvent.objects.filter(subject="exam", action="read", account="rad", resident=str(people["li"]), subject_id=str(row.pk)).exists()
