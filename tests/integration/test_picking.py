"""Choosing a person in a form: by name, pinyin or number, masked, each look in the trail; nobody without a question, several are offered, what was typed stays."""
import pytest
from exam_work import NOW, made
from signed_in import signed_in
from web_results import invent


@pytest.fixture
def town(undone, tmp_path, monkeypatch):
    for name, value in (("SANYI_RESULTS", str(invent(tmp_path))), ("SANYI_PLAN", ""), ("SANYI_REGION", "region-demo")):
        monkeypatch.setenv(name, value)
    from sanyi.store.persons.registering import register
    ids = made()
    for name, born in (("王小明", "1960-05-01"), ("王晓敏", "1971-02-03"), ("赵云", "1980-01-01")):
        ids[name] = register({"name": name, "sex": "male", "born_on": born, "phone": "13900001234" if name == "赵云" else ""}, "office-1", NOW)[0].pk
    return ids


def looked(name: str, text: str, status: int = 200):
    answer = signed_in(name).post("/persons/pick/", {"q": text})
    assert answer.status_code == status
    return answer.json()["rows"] if status == 200 else []


def test_a_look_finds_by_name_pinyin_number_and_phone_masked(town):
    from sanyi.store.persons.numbers import number_of
    both = {town["王小明"], town["王晓敏"]}
    assert {row["id"] for row in looked("gp", "王")} == set(), "one sign is no question"
    assert {row["id"] for row in looked("gp", "wangx")} == {row["id"] for row in looked("gp", "wxm")} == both
    assert [row["id"] for row in looked("gp", "王小明")] == [town["王小明"]] == [row["id"] for row in looked("gp", number_of(town["王小明"]))]
    assert [row["id"] for row in looked("gp", "13900001234")] == [town["赵云"]]
    assert all("小" not in row["name"] and "晓" not in row["name"] and "*" in row["name"] for row in looked("gp", "wangx"))
    assert looked("gp", "") == looked("gp", "不存在的人") == []


def test_each_look_is_in_the_trail_with_whose_rows_were_shown(town):
    from sanyi.store.trail.tables import AuditEvent
    before = AuditEvent.objects.filter(subject="person_pick").count()
    looked("gp", "王小明")
    event = AuditEvent.objects.filter(subject="person_pick").latest("id")
    assert AuditEvent.objects.filter(subject="person_pick").count() == before + 1 and (event.account, event.resident, event.action) == ("gp", str(town["王小明"]), "read")


def test_who_may_look(town):
    looked("resident-li", "王小明", 403)
    assert signed_in("gp").get("/persons/pick/").status_code == 405, "no name stands in an address"


def test_a_form_without_script_offers_several_and_keeps_what_was_typed(town):
    from sanyi.store.exams.tables import Consultation
    said = {"do": "add", "person": "wangx", "expert_institution": "H1", "kind": "ecg", "urgency": "urgent", "question": "请看心电图"}
    answer = signed_in("gp").post("/consultations/", said)
    page = answer.content.decode()
    assert answer.status_code == 422 and page.count('type="radio" name="person"') == 2 and 'value="wangx"' in page and "请看心电图" in page and 'aria-invalid="true"' in page
    from sanyi.store.persons.numbers import number_of
    assert signed_in("gp").post("/consultations/", {**said, "person": number_of(town["王晓敏"])}).status_code == 302
    assert Consultation.objects.get().person_id == town["王晓敏"]
    nobody = signed_in("gp").post("/consultations/", {**said, "person": "nobody-at-all"})
    assert nobody.status_code == 422 and "没有找到" in nobody.content.decode()


def test_the_look_before_ordering_keeps_names_out_of_addresses(town):
    client = signed_in("gp")
    answer = client.post("/exams/order/", {"do": "look", "person": "王小明", "item": "k"})
    assert answer.status_code == 302 and answer.headers["Location"] == f"/exams/order/?person={town['王小明']}&item=k"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "王*明" in page and "王小明" not in page and '<option value="H1"' in page, "the centre is chosen by its name"
    assert client.post("/exams/order/", {"do": "look", "person": "wangx", "item": "k"}).status_code == 422
