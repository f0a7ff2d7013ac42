"""The pages of the person index: found, registered, corrected, in clear for a purpose; cards at the desk and at /my/; pairs side by side, merged and parted."""
import re

import pytest

from persons_scripts import NOW, accounts, acting, number, person
from signed_in import signed_in


@pytest.fixture
def desk(undone, tmp_path, monkeypatch):
    from web_results import invent
    for name, value in {"SANYI_RESULTS": str(invent(tmp_path)), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    from sanyi.web import clock
    monkeypatch.setattr(clock, "now", lambda: NOW)
    accounts()
    return signed_in("desk", has_factor=True, posting=acting("desk").posting)


def text(answer, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_a_person_is_registered_once_corrected_and_shown_in_clear_for_a_purpose(desk):
    from sanyi.store.persons.tables import Person
    own = number("19880808", 11)
    said = {"do": "register", "given.name": "武则天", "given.identity_kind": "resident_id", "given.identity": own, "given.phone": "13977778888"}
    here = desk.post("/persons/new/", said).headers["Location"]
    row = Person.objects.get(name="武则天")
    assert here == f"/persons/{row.pk}/" == desk.post("/persons/new/", said).headers["Location"] and Person.objects.filter(name="武则天").count() == 1
    page = text(desk.get(here))
    assert "此人已登记" in page and "武*天" in page
    assert [each for each in ("武则天", own, "13977778888", "1988-08-08") if each in page] == []
    assert "请核对是否抄错" in text(desk.post("/persons/new/", {**said, "given.identity": own[:-1] + ("0" if own[-1] != "0" else "1")}), 422)
    desk.post(here, {"do": "correct", "version": str(row.version), "given.address": "人民路 1 号"})
    clear = text(desk.post(here, {"do": "unmask", "purpose": "contact"}))
    assert all(each in clear for each in ("武则天", own, "13977778888", "1988-08-08", "人民路 1 号")) and 'id="clear"' in clear
    page = text(desk.get(here))
    assert own not in page and "人民路" not in page and "联系本人" in page, "who looked says for what"
    assert desk.post(here, {"do": "correct", "version": "1", "given.phone": "13900000000"}).status_code == 409
    assert signed_in("desk", has_factor=False, posting=acting("desk").posting).post(here, {"do": "unmask", "purpose": "contact"}).status_code == 302
    assert desk.get("/persons/999999/").status_code == 404


def test_a_newborn_is_registered_from_its_mothers_page(desk):
    from sanyi.store.persons.numbers import number_of
    from sanyi.store.persons.tables import Person
    mother = person("王母", identity=number("19950101", 2))
    form = text(desk.get(f"/persons/new/?mother={number_of(mother.pk)}"))
    assert "登记新生儿" in form and number_of(mother.pk) in form
    answer = desk.post("/persons/new/", {"do": "register", "given.name": "王母之女", "given.identity_kind": "newborn", "given.mother": number_of(mother.pk), "given.born_on": "2026-11-01",
                                         "given.sex": "female", "given.birth_order": "1"})
    child = Person.objects.get(mother=mother)
    assert answer.headers["Location"] == f"/persons/{child.pk}/" and number_of(child.pk) in text(desk.get(f"/persons/{mother.pk}/"))


def test_a_card_is_issued_shown_as_a_square_checked_lost_and_blocked(desk):
    from sanyi.store.models import Account
    from sanyi.store.persons.tables import HealthCard
    row = person("郑一", identity=number("19700101", 1))
    Account.objects.create(name="herself", role="resident", resident=str(row.pk), password="!")
    herself = signed_in("herself")
    desk.post(f"/persons/{row.pk}/", {"do": "issue"})
    card = HealthCard.objects.get(person=row)
    page = text(herself.get("/my/card/"))
    assert "<svg" in page and 'data-every="45"' in page and "xlink" not in page
    first = re.search(r'id="card-code">([^<]+)<', page)[1]
    second = re.search(r'id="card-code">([^<]+)<', text(herself.get("/my/card/code/")))[1]
    assert first != second
    assert desk.post("/persons/", {"do": "card", "code": second.lower()}).headers["Location"] == f"/persons/{row.pk}/"
    assert "无效、已用过或已过期" in text(desk.post("/persons/", {"do": "card", "code": second}), 422)
    here = f"/health-cards/{card.pk}/"
    desk.post(here, {"do": "step", "step": "suspend", "version": "1", "given.reason": "丢失"})
    assert "已挂失" in text(desk.get(here)) and desk.post("/persons/", {"do": "card", "code": first}).status_code == 422
    desk.post(here, {"do": "step", "step": "resume", "version": "2", "given.reason": "找回"})
    desk.post(here, {"do": "step", "step": "revoke", "version": "3", "given.reason": "销户"})
    assert "已注销" in text(desk.get(here)) and "领取" not in text(desk.get(f"/persons/{row.pk}/")) and herself.get("/my/card/code/").status_code == 404


def test_the_square_says_the_code_itself():
    import segno
    from sanyi.store.persons.card_codes import FORM
    from sanyi.web.squares import square_of
    code = "SY1.1A.6F2B8C3D.0123456789AB.ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert FORM.fullmatch(code)
    drawn, square = square_of(code), segno.make(code, error="q", micro=False, boost_error=False)
    assert square.error == "Q" and square.mode == "alphanumeric" and f'viewBox="0 0 {square.symbol_size()[0]} {square.symbol_size()[0]}"' in drawn and "<script" not in drawn


def test_a_pair_is_seen_side_by_side_called_confirmed_by_another_and_parted(desk):
    from sanyi.store.persons.tables import PersonMatch
    one, two = person("欧阳雪峰", identity=number("19800101", 1), phone="13900000001"), person("欧阳雪峰", born_on="1980-01-01", phone="13900000002", sex="male")
    match = PersonMatch.objects.get(one=one, other=two)
    here = f"/person-matches/{match.pk}/"
    assert f'href="{here}"' in text(desk.get("/person-matches/?state_code=proposed"))
    page = text(desk.get(here))
    assert "欧**峰" in page and "欧阳雪峰" not in page and 'class="differs"' in page and "1980-**-**" in page and "13900000001" not in page
    assert "13900000002" in text(desk.post(here, {"do": "unmask"}))
    desk.post(here, {"do": "step", "step": "call_same", "version": "1", "given.why": "document_seen"})
    assert "须由他人办理" in text(desk.post(here, {"do": "step", "step": "confirm_same", "version": "2", "given.why": "document_seen"}), 422)
    second = signed_in("second", has_factor=True)
    second.post(here, {"do": "step", "step": "confirm_same", "version": "2", "given.why": "document_seen"})
    two.refresh_from_db()
    assert two.merged_into_id == one.pk and "已并入" in text(desk.get(f"/persons/{two.pk}/")) and "已并入的记录" in text(desk.get(f"/persons/{one.pk}/"))
    second.post(here, {"do": "step", "step": "part", "version": "3", "given.reason": "弄错"})
    two.refresh_from_db()
    assert two.is_active and "已拆分" in text(desk.get(here))
    other = signed_in("other_desk", has_factor=True, posting=acting("other_desk").posting)
    assert other.get(here).status_code == 404 and f'href="{here}"' not in text(other.get("/person-matches/"))


@pytest.mark.parametrize(("one", "other", "field", "verdict"), [
    ({"name_key": "王强"}, {"name_key": "王墙", }, "name_key", "near"), ({"name_key": "王强", "pinyin": "wangqiang"}, {"name_key": "汪蔷", "pinyin": "wangqiang"}, "name_key", "near"),
    ({"name_key": "王小强"}, {"name_key": "王强"}, "name_key", "near"), ({"name_key": "王强"}, {"name_key": "李勇"}, "name_key", "differs"),
    ({"phone": "a"}, {"phone": "b"}, "phone", "differs"), ({"phone": "a"}, {}, "phone", "unknown"), ({"sex": "male"}, {"sex": "male"}, "sex", "same")])
def test_two_rows_are_compared_field_by_field(one, other, field, verdict):
    from sanyi.matching.comparing import compare
    from sanyi.matching.judging import Described
    assert {each.field: each.verdict for each in compare(Described(1, **one), Described(2, **other))} == {field: verdict}
