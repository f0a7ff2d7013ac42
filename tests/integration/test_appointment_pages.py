"""The pages of appointments: the desk's day with one-click check-in, booking, waiting, overbooking, closing, rosters, lists and the patient's own page."""
from datetime import timedelta
import re

import pytest
from appointment_work import FIRST, a_roster, people
from signed_in import signed_in
from web_results import invent


@pytest.fixture
def they(undone, tmp_path, monkeypatch):
    """Everybody with browsers of their own, and an examination whose slots begin all day from tomorrow on."""
    for name, value in {"SANYI_RESULTS": str(invent(tmp_path)), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    from sanyi.web import clock
    made = people()
    from appointment_work import NOW
    monkeypatch.setattr(clock, "now", lambda: made.get("now", NOW))
    made["roster"], made["slots"] = a_roster(made["desk"], slots=4, capacity=2)
    return made


def browser(they, name):
    by = they[name]
    return signed_in(name, posting=by.posting)


def text(response) -> str:
    return response.content.decode("utf-8")


def said(response, client) -> str:
    assert response.status_code == 302, text(response)[-1500:]
    page = text(client.get(response.headers["Location"]))
    return page[page.index('id="said"'):][:300]


def test_a_patient_books_on_a_phone_and_the_desk_checks_in_with_one_click(they):
    patient, desk, slot = browser(they, "r0"), browser(they, "desk"), they["slots"][4]
    assert "没有预约" in text(patient.get("/my/bookings/")) and "where=H1" in text(patient.get("/my/bookings/find/"))
    offered = re.search(r'href="(\?where=H1&amp;what=[^"]+)"', text(patient.get("/my/bookings/find/?where=H1"))).group(1).replace("&amp;", "&")
    assert f"/my/bookings/slots/{slot.pk}/" in text(patient.get(f"/my/bookings/find/{offered}"))
    assert "约好了" in said(patient.post(f"/my/bookings/slots/{slot.pk}/", {"do": "book"}), patient)
    assert "机构H1" in text(patient.get("/my/bookings/"))
    again = patient.post(f"/my/bookings/slots/{slot.pk}/", {"do": "book"})
    assert again.status_code == 422 and "该时间已有预约" in text(again)
    they["now"] = slot.starts_at - timedelta(minutes=20)
    page = text(desk.get("/appointments/?who=jumin000"))
    assert "签到" in page and "day-patient found" in page and "居***" in page and "居民000" not in page, "names are masked in lists"
    from sanyi.store.appointments.tables import Appointment
    row = Appointment.objects.get()
    assert "第 1 号" in said(desk.post("/appointments/", {"do": "check_in", "id": row.pk, "version": row.version}), desk)
    stale = desk.post("/appointments/", {"do": "check_in", "id": row.pk, "version": row.version})
    assert stale.status_code == 409
    assert "居民000" in text(desk.get(f"/appointments/{row.pk}/"))


def test_the_desk_books_waits_closes_and_tells(they):
    desk, slot = browser(they, "desk"), they["slots"][-3]
    numbers = they["patients"]
    for number in numbers[:2]:
        assert "已预约" in said(desk.post(f"/slots/{slot.pk}/", {"do": "book", "person": number}), desk)
    full = desk.post(f"/slots/{slot.pk}/", {"do": "book", "person": numbers[2]})
    assert full.status_code == 422 and "已约满" in text(full) and 'id="pick-1-who" aria-live="polite"' in text(full), "what was typed stays"
    doctor = browser(they, "doc")
    assert "已加号" in said(doctor.post(f"/slots/{slot.pk}/", {"do": "overbook", "person": numbers[2], "reason": "术后复查"}), doctor)
    assert "已候补" in said(desk.post(f"/slots/{slot.pk}/", {"do": "wait", "person": numbers[3]}), desk)
    from sanyi.store.appointments.tables import Slot
    version = Slot.objects.get(pk=slot.pk).version
    assert "3 位患者" in said(desk.post(f"/slots/{slot.pk}/", {"do": "close", "version": version, "reason": "医师外出"}), desk)
    page = text(desk.get("/appointments/"))
    assert "待通知的患者" in page and "已优先列入候补" in page
    from sanyi.store.appointments.tables import Notice
    first = Notice.objects.filter(kind="displaced").first()
    assert "已获知" in said(desk.post("/appointments/", {"do": "told", "id": first.pk}), desk)
    assert "恢复开诊" in text(desk.get(f"/slots/{slot.pk}/"))


def test_a_clinic_moves_its_patients_appointment(they):
    clinic = browser(they, "clinic")
    clinic.post(f"/slots/{they['slots'][-1].pk}/", {"do": "book", "person": they["patients"][1]})
    from sanyi.store.appointments.tables import Appointment
    row = Appointment.objects.get()
    assert "已改期" in said(clinic.post(f"/appointments/{row.pk}/", {"do": "step", "step": "move", "version": 1, "given.slot": they["slots"][-2].pk}), clinic)
    assert "已取消" in text(clinic.post(f"/appointments/{Appointment.objects.latest('pk').pk}/", {"do": "step", "step": "cancel", "version": 1, "given.why": "recovered"}, follow=True))


@pytest.mark.parametrize("address", ["/appointments/list/", "/slots/", "/waiting/", "/rosters/"])
def test_lists_are_searched_sorted_paged_and_taken_away(they, address):
    desk = browser(they, "desk")
    desk.post(f"/slots/{they['slots'][-1].pk}/", {"do": "book", "person": they["patients"][1]})
    desk.post(f"/slots/{they['slots'][-1].pk}/", {"do": "wait", "person": they["patients"][2]})
    for query in ("", "?q=jumin", "?q=5", "?sort=-id&size=20", "?sort=id&page=1", "?on.from=2026-12-01&on.to=2026-12-31" if address in ("/appointments/list/", "/slots/") else ""):
        assert desk.get(address + query).status_code == 200, query
    assert desk.get(f"{address}?export=xlsx").headers["Content-Type"].endswith("sheet")
    english = signed_in("desk", posting=they["desk"].posting)
    english.cookies["sanyi_language"] = "en"
    assert "预约" not in text(english.get(address))


def test_a_roster_is_made_published_and_ended_on_its_page(they):
    desk, doctor = browser(they, "desk"), browser(they, "doc")
    given = {"department": "card", "examination": "CT", "weekdays": "12345", "begins": "13:00", "ends": "15:00", "slot_minutes": "30", "capacity": "3", "from_on": str(FIRST)}
    form = {"do": "add", **{f"given.{name}": value for name, value in given.items()}}
    assert "排班已建立，发布" in said(desk.post("/rosters/", form), desk)
    assert doctor.post("/rosters/", form).status_code == 403
    from sanyi.store.appointments.tables import Roster
    row = Roster.objects.latest("pk")
    assert row.reserved_ppm == 200_000 and row.examination == "CT"
    assert "新发布 0" in said(desk.post("/rosters/", {"do": "publish", "id": row.pk}), desk)
    assert "2026-12-20" in said(desk.post("/rosters/", {"do": "end", "id": row.pk, "version": Roster.objects.get(pk=row.pk).version, "to_on": "2026-12-20"}), desk)


def test_what_is_another_houses_is_not_found_and_every_read_leaves_its_event(they):
    desk, stranger = browser(they, "desk"), browser(they, "stranger")
    desk.post(f"/slots/{they['slots'][-1].pk}/", {"do": "book", "person": they["patients"][1]})
    from sanyi.store.appointments.tables import Appointment
    from sanyi.store.trail.tables import AuditEvent
    row = Appointment.objects.get()
    assert stranger.get(f"/appointments/{row.pk}/").status_code == 404
    own, others = (text(each.get("/appointments/list/")) for each in (desk, stranger))
    assert f'href="/appointments/{row.pk}/"' in own and f'href="/appointments/{row.pk}/"' not in others
    assert stranger.post(f"/appointments/{row.pk}/", {"do": "step", "step": "cancel", "version": 1, "given.why": "other"}).status_code == 404
    before = AuditEvent.objects.filter(action="read").count()
    desk.get(f"/appointments/{row.pk}/")
    event = AuditEvent.objects.filter(action="read").latest("pk")
    assert AuditEvent.objects.filter(action="read").count() == before + 1 and (event.subject, event.resident) == ("appointment", str(row.person_id))
