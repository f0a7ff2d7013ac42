"""Teaching cases without anybody's identity, and the figures of the centres' quality."""
from datetime import date, timedelta
from zlib import crc32

import pytest
from exam_work import FIRST, NOW, acting, bring, made, order, result, step
from signed_in import signed_in
from web_results import invent

from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, StaleVersion, UnknownWork

MINUTE = timedelta(minutes=1)


def chunk(name, said=b""):
    return len(said).to_bytes(4) + name + said + crc32(name + said).to_bytes(4)


def segment(marker, said):
    return bytes((0xFF, marker)) + (len(said) + 2).to_bytes(2) + said


SIGN, HEAD, DOTS, END = b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", bytes(13)), chunk(b"IDAT", b"dots"), chunk(b"IEND")
PNG, NAMED = SIGN + HEAD + DOTS + END, "欧阳建国".encode()
SCAN = segment(0xDA, b"scan") + b"\x01\xff\x00\xff\xd0\x02"
JFIF = segment(0xE0, b"JFIF\0" + bytes(9))
TEXTS = {"title": "大叶性肺炎", "topic": "胸片入门", "story": "发热三天", "findings": "右下肺实变", "lesson": "注意支气管充气征"}


@pytest.fixture
def people(undone, tmp_path, monkeypatch):
    from django.conf import settings
    monkeypatch.setattr(settings, "VAR", tmp_path / "var")
    for name, value in (("SANYI_RESULTS", str(invent(tmp_path))), ("SANYI_PLAN", ""), ("SANYI_REGION", "region-demo")):
        monkeypatch.setenv(name, value)
    ids = made()
    from sanyi.store.organisation.tables import Consortium, Institution, Membership
    from sanyi.store.persons.tables import Person
    joint = Consortium.objects.create(code="M1", name="医共体", kind="tight", from_on=FIRST)
    for code, part in (("H1", "lead"), ("C1", "member")):
        Membership.objects.create(consortium=joint, institution=Institution.objects.get(code=code), part=part, from_on=FIRST)
    Person.objects.filter(pk=ids["li"]).update(name="欧阳建国", sex="male", born_on=date(1950, 12, 1))
    return ids


def a_result(person, content=PNG):
    from sanyi.store.findings.attaching import attach_file
    row = bring(order(person, "dr_chest"), "performed")
    file = attach_file(row.pk, "欧阳建国.png", [content], acting("tech"), NOW)
    return bring(row, "released", NOW + MINUTE), file


def written(row, by="rad", **more):
    from sanyi.store.teaching.sharing import CaseWanted, write_case
    return write_case(CaseWanted(row.pk, **{**TEXTS, **more}), acting(by), NOW)


def test_a_case_says_nothing_of_whose_it_is(people):
    row, file = a_result(people["li"])
    for wrong in ({"story": "欧阳建国发热"}, {"findings": "病历号 20261130"}, {"lesson": "电话 13800000000"}, {"story": "2026-11-30 入院"}, {"story": "2026年11月30日入院"}, {"title": ""}):
        with pytest.raises(BadField) as why:
            written(row, **wrong)
        assert why.value.field == next(iter(wrong))
    with pytest.raises(BadField):
        written(row, images=[file.pk])
    case = written(row, images=[file.pk], is_clean=True)
    assert (case.age_band, case.sex, case.kind) == ("70–79", "male", "imaging")
    shown = signed_in("rad").get(f"/teaching/{case.pk}/").content.decode()
    assert "欧阳" not in shown and "1950" not in shown and f"/exams/{row.pk}/" not in shown and "大叶性肺炎" in shown


@pytest.mark.parametrize("format, dirty, bare", [
    ("png", SIGN + HEAD + b"".join(chunk(name, NAMED) for name in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"prVt")) + DOTS + chunk(b"tEXt", NAMED) + END + NAMED, PNG),
    ("jpeg", b"\xff\xd8" + JFIF + segment(0xE1, b"Exif\0\0" + NAMED) + segment(0xE0, b"JFXX\0" + NAMED) + segment(0xFE, NAMED) + segment(0xDB, b"table") + SCAN + segment(0xFE, NAMED) + SCAN + b"\xff\xd9" + NAMED,
     b"\xff\xd8" + JFIF + segment(0xDB, b"table") + SCAN + SCAN + b"\xff\xd9")])
def test_an_image_is_taught_without_what_is_written_beside_it(format, dirty, bare):
    from sanyi.store.teaching.stripping import stripped
    assert NAMED in dirty and stripped(format, dirty) == bare == stripped(format, bare)
    for length in range(3, len(bare)):
        with pytest.raises(BadField) as why:
            stripped(format, bare[:length])
        assert why.value.field == "images"


def test_the_image_of_a_case_names_nobody_though_the_file_sent_does(people):
    row, file = a_result(people["li"], SIGN + HEAD + chunk(b"tEXt", NAMED) + DOTS + END)
    case = written(row, images=[file.pk], is_clean=True)
    assert b"".join(signed_in("rad").get(f"/teaching/{case.pk}/files/{case.images.get().pk}/")) == PNG
    row, file = a_result(people["wang"], SIGN + HEAD)
    with pytest.raises(BadField):
        written(row, images=[file.pk], is_clean=True)


def test_a_case_goes_with_its_image_and_is_published_while_its_report_stands(people):
    from sanyi.store.findings.attaching import set_aside
    from sanyi.store.teaching.sharing import publish_case
    row, file = a_result(people["li"])
    told, drafted, texts_alone = written(row, images=[file.pk], is_clean=True), written(row, images=[file.pk], is_clean=True), written(row)
    publish_case(told.pk, 1, acting("rad-2"), NOW)
    row = step(row, "correct", "rad", NOW + MINUTE, reason="x")
    with pytest.raises(GuardRefused) as why:
        publish_case(drafted.pk, 1, acting("rad-2"), NOW)
    assert why.value.guard == "may_be_taught"
    address = f"/teaching/{told.pk}/files/{told.images.get().pk}/"
    assert signed_in("gp").get(address).status_code == 200
    set_aside(file.pk, row.pk, "wrong_person", acting("rad"), NOW)
    for case, state in ((told, "withdrawn"), (drafted, "withdrawn"), (texts_alone, "draft")):
        case.refresh_from_db()
        assert case.state == state
    assert signed_in("gp").get(address).status_code == 404 == signed_in("rad").get(address).status_code
    shown = signed_in("rad").get(f"/teaching/{told.pk}/")
    assert shown.status_code == 200 and address not in shown.content.decode()


def test_who_writes_does_not_publish_and_members_alone_read(people):
    from sanyi.store.teaching.sharing import cases_seen, note_read, publish_case, withdraw_case
    from sanyi.store.trail.tables import AuditEvent
    from sanyi.store.who import actor_of
    row, file = a_result(people["li"])
    with pytest.raises(NotAllowed):
        written(row, "gp")
    case = written(row, images=[file.pk], is_clean=True)

    def seen(name):
        return set(cases_seen(actor_of(acting(name)), NOW).values_list("pk", flat=True))
    assert seen("rad-2") == {case.pk} and seen("gp") == set() == seen("other")
    with pytest.raises(GuardRefused):
        publish_case(case.pk, 1, acting("rad"), NOW)
    with pytest.raises(UnknownWork):
        publish_case(case.pk, 1, acting("other"), NOW)
    publish_case(case.pk, 1, acting("rad-2"), NOW)
    with pytest.raises(StaleVersion):
        withdraw_case(case.pk, 1, acting("rad"), NOW)
    assert seen("gp") == seen("nurse") == {case.pk} and seen("other") == set(), "another hospital is in no consortium with it"
    gp = signed_in("gp")
    image = case.images.get()
    answer = gp.get(f"/teaching/{case.pk}/files/{image.pk}/")
    assert b"".join(answer) == PNG and signed_in("other").get(f"/teaching/{case.pk}/files/{image.pk}/").status_code == 404 and signed_in("resident-li").get(f"/teaching/{case.pk}/").status_code == 403
    assert "已读 0 / 1" in gp.get("/teaching/").content.decode()
    assert gp.post(f"/teaching/{case.pk}/", {"do": "read"}).status_code == 302 and "已读 1 / 1" in gp.get("/teaching/").content.decode()
    assert 'id="readers"' not in gp.get(f"/teaching/{case.pk}/").content.decode() and 'id="readers"' in signed_in("rad").get(f"/teaching/{case.pk}/").content.decode(), "how many read it, its centre sees"
    with pytest.raises(GuardRefused):
        note_read(case.pk, acting("gp"), NOW)
    assert AuditEvent.objects.filter(subject="teaching_case", action="read", account="gp").exists()
    withdraw_case(case.pk, 2, acting("h1-head"), NOW)
    assert seen("gp") == set()


def test_the_form_of_a_case_and_what_is_not_taught(people):
    row, file = a_result(people["li"])
    rad = signed_in("rad")
    page = rad.get(f"/teaching/write/{row.pk}/").content.decode()
    assert "所见" in page and f'value="{file.pk}"' in page and f"/teaching/write/{row.pk}/" in rad.get(f"/exams/{row.pk}/").content.decode()
    assert rad.post(f"/teaching/write/{row.pk}/", {"do": "write", **TEXTS, "story": "欧阳建国"}).status_code == 422
    assert rad.post(f"/teaching/write/{row.pk}/", {"do": "write", **TEXTS, "image": str(file.pk), "is_clean": "yes"}).status_code == 302
    open_one = bring(order(people["wang"], "dr_chest"), "performed")
    with pytest.raises(GuardRefused):
        written(open_one)


def test_the_centres_quality_in_figures(people):
    from sanyi.store.exams.quality import quality_by_centre
    from sanyi.store.exams.rules import rules_now
    first = bring(order(people["li"]), "in_transit")
    step(first, "reject", "tech", reason="haemolysis")
    result(people["wang"])
    corrected = result(people["wang"], "tsh")
    step(corrected, "correct", "rad", NOW + MINUTE, reason="x"), step(corrected, "report", "rad", NOW + 2 * MINUTE, findings="x", conclusion="x"), step(corrected, "verify", "rad-2", NOW + 3 * MINUTE)
    step(corrected, "release", "rad-2", NOW + 3 * MINUTE)
    for minutes, item_by in ((30, "li"), (90, "wang")):
        row = step(order(people[item_by], "biopsy"), "sample", "nurse", barcode=f"P{minutes}", sampled_at=NOW - minutes * MINUTE)
        step(row, "fix", "nurse", fixed_at=NOW)
    rows = {row["kind"]: row for row in quality_by_centre(NOW - timedelta(days=1), NOW + timedelta(days=1), rules_now(), "H1")}
    laboratory, pathology = rows["laboratory"], rows["pathology"]
    assert (laboratory["count"], laboratory["released"], laboratory["in_time_ppm"], laboratory["rejected"], laboratory["rejected_ppm"], laboratory["corrected_ppm"]) == (3, 2, 1_000_000, 1, 333_333, 500_000)
    assert pathology["fixed_in_time_ppm"] == 500_000 and pathology["in_time_ppm"] is None
    assert "33.33" in signed_in("h1-head").get("/exams/quality/").content.decode() and "检验" in signed_in("office-1").get("/exams/quality/").content.decode()
    assert "第一人民医院" not in signed_in("other").get("/exams/quality/").content.decode(), "another centre's figures are its own"
