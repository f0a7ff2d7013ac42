"""Pages of prescriptions: rules in sight while writing, the queue, the counter, a resident's own, nothing of others."""
from datetime import datetime, timezone
import os

import pytest
from prescription_work import circulating, region, signed, step, taken, write
from signed_in import signed_in
from web_results import invent


@pytest.fixture(scope="module")
def results(tmp_path_factory, site_folder):
    """An invented run, which every page's frame speaks of."""
    told = {"SANYI_RESULTS": str(invent(tmp_path_factory.mktemp("web"))), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    yield
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture
def person(results, undone) -> int:
    return region()


def now() -> datetime:
    return datetime.now(timezone.utc)


def text(response) -> str:
    return response.content.decode("utf-8")


def form(person: int, **more) -> dict:
    return {"do": "check", "person": str(person), "kind": "usual", "diagnosis": "高血压", "is_pregnant": "no", "drug.1": "D001 氨氯地平片 5mg", "quantity.1": "7", "daily.1": "1", **more}


def test_the_form_says_the_limits_and_what_is_in_hand_before_anything_is_kept(person):
    from sanyi.store.prescriptions.tables import Prescription
    write(person, ("D002", 28, 1000), kind="long", now=now())
    doc = signed_in("doc")
    assert doc.get("/prescriptions/write/").status_code == 200
    page = text(doc.post("/prescriptions/write/", form(person, kind="long", is_assessed="yes", **{"drug.2": "D003", "quantity.2": "60", "daily.2": "1"})))
    assert "陈阿婆" in page and "valsartan：27 天" in page and "56 天" in page and "从严" in page and "尚有 27 天用量在手" in page and "60 天" in page
    assert Prescription.objects.count() == 1
    refused = doc.post("/prescriptions/write/", form(person, do="write", **{"quantity.1": "8"}))
    assert refused.status_code == 422 and "7 天" in text(refused) and Prescription.objects.count() == 1
    done = doc.post("/prescriptions/write/", form(person, do="write"))
    made = Prescription.objects.latest("pk")
    assert done.status_code == 302 and done["Location"] == f"/prescriptions/{made.pk}/" and "已开具" in text(doc.get(done["Location"]))


@pytest.mark.parametrize("more", [{"person": "999999"}, {"person": "x"}, {"quantity.1": "-1"}, {"daily.1": "1e9"}, {"daily.1": "nan"}, {"drug.1": "nothing"}, {"kind": "magic"},
                                  {"renews": "x"}, {"overlap_reason": "<b>"}, {"daily.1": "0.0001"}])
def test_what_does_not_fit_is_told_kindly(person, more):
    doc = signed_in("doc")
    for do in ("check", "write"):
        assert doc.post("/prescriptions/write/", {**form(person), **more, "do": do}).status_code == (200 if do == "check" else 422)


def test_a_renewal_brings_the_lines_along(person):
    row = signed(person, ("D001", 14, 500), kind="long", now=now())
    page = text(signed_in("doc").get(f"/prescriptions/write/?person={person}&renews={row.pk}"))
    assert 'value="D001"' in page and 'value="0.5"' in page and f'name="renews" value="{row.pk}"' in page
    assert "D001\"" not in text(signed_in("doc-far").get(f"/prescriptions/write/?renews={row.pk}")).split("datalist")[-1]


def test_the_queue_the_steps_and_the_log(person):
    row = write(person, now=now())
    doc, chem = signed_in("doc"), signed_in("chem")
    assert doc.post(f"/prescriptions/{row.pk}/", {"do": "step", "step": "check", "version": "1"}).status_code == 302
    listed = text(chem.get("/prescriptions/?state=checked"))
    assert f"/prescriptions/{row.pk}/" in listed and "陈*婆" in listed and "陈阿婆" not in listed
    assert chem.post(f"/prescriptions/{row.pk}/", {"do": "step", "step": "approve", "version": "1"}).status_code == 409
    assert chem.post(f"/prescriptions/{row.pk}/", {"do": "step", "step": "approve", "version": "2"}).status_code == 302
    assert "审核通过" in text(doc.get(f"/prescriptions/{row.pk}/"))
    assert chem.get("/prescriptions/?export=xlsx").status_code == 200


def test_a_token_at_the_counter_and_giving_out(person):
    row, token = circulating(person, now=now())
    granny, shop, other = signed_in("granny"), signed_in("shop1"), signed_in("shop2")
    mine = text(granny.get(f"/my/prescriptions/{row.pk}/"))
    assert 'id="token"' in mine and 'id="places"' in mine and "还剩" in text(granny.get("/my/prescriptions/")) and "取药" in text(granny.get("/my/"))
    assert shop.get(f"/prescriptions/{row.pk}/").status_code == 404
    assert shop.post("/prescriptions/counter/", {"do": "token", "token": "AAAA"}).status_code == 422
    for client in (shop, other):
        assert client.post("/prescriptions/counter/", {"do": "token", "token": token})["Location"] == f"/prescriptions/{row.pk}/"
    row.refresh_from_db()
    assert shop.post(f"/prescriptions/{row.pk}/", {"do": "step", "step": "take", "version": str(row.version)}).status_code == 302
    assert other.get(f"/prescriptions/{row.pk}/").status_code == 404
    row.refresh_from_db()
    page = text(shop.get(f"/prescriptions/{row.pk}/"))
    assert 'id="giving"' in page and "D028" in page and f"/prescriptions/{row.pk}/" in text(shop.get("/prescriptions/counter/"))
    given = {"do": "give", "version": str(row.version), "quantity.1": "7", "batch.1": "B1"}
    assert shop.post(f"/prescriptions/{row.pk}/", {**given, "batch.1": ""}).status_code == 422
    assert shop.post(f"/prescriptions/{row.pk}/", given).status_code == 302
    assert shop.post(f"/prescriptions/{row.pk}/", given).status_code == 409
    row.refresh_from_db()
    assert row.state == "closed"


def test_a_delivery_on_its_pages(person):
    row = taken(person, now=now())
    granny = signed_in("granny")
    assert granny.post(f"/my/prescriptions/{row.pk}/", {"do": "deliver", "place": "幸福路 1 号"}).status_code == 302
    order = row.deliveries.get()
    assert "幸福路" in text(granny.get(f"/my/prescriptions/{row.pk}/")) and f"/deliveries/{order.pk}/" in text(signed_in("shop1").get("/deliveries/"))
    assert signed_in("shop2").get(f"/deliveries/{order.pk}/").status_code == 404 and signed_in("stranger").get(f"/my/prescriptions/{row.pk}/").status_code == 404
    assert granny.post(f"/my/prescriptions/{row.pk}/", {"do": "step", "step": "cancel", "delivery": order.pk, "version": "1"}).status_code == 302


def test_who_opens_what(person):
    row = write(person, now=now())
    for address, may in {f"/prescriptions/{row.pk}/": {"doc", "boss", "overseer", "chem"}, f"/my/prescriptions/{row.pk}/": {"granny"}, "/prescriptions/use/": {"boss", "overseer", "chem", "shop1"},
                         "/prescriptions/write/": {"doc"}, "/prescriptions/counter/": {"chem", "shop1"}}.items():
        for name in ("doc", "boss", "overseer", "granny", "chem", "shop1", "stranger", "reform"):
            assert (signed_in(name).get(address).status_code == 200) == (name in may), (address, name)


def test_figures_of_use_and_what_was_read_is_in_the_trail(person):
    from sanyi.store.trail.tables import AuditEvent
    signed(person, ("D001", 28, 1000), ("D002", 28, 1000), ("D004", 28, 1000), ("D009", 28, 1000), ("D007", 28, 1000), kind="long", now=now())
    page = text(signed_in("overseer").get("/prescriptions/use/"))
    assert "100.0%" in page and "陈*婆" in page and "通过" in page
    assert AuditEvent.objects.filter(subject="polypharmacy", action="read", resident=str(person)).exists()


def test_a_returned_prescription_is_corrected_and_the_old_one_revoked(person):
    from sanyi.store.prescriptions.tables import Prescription
    row = write(person, now=now())
    step(row, "check", "doc", now()), step(row, "return", "chem", now(), reason="dose", note="x")
    doc = signed_in("doc")
    assert 'id="correct"' in text(doc.get(f"/prescriptions/{row.pk}/")) and 'id="correct"' not in text(signed_in("doc2").get(f"/prescriptions/{row.pk}/"))
    page = text(doc.get(f"/prescriptions/write/?corrects={row.pk}"))
    assert f'name="corrects" value="{row.pk}"' in page and "D001" in page
    row.refresh_from_db()
    done = doc.post("/prescriptions/write/", form(person, do="write", corrects=str(row.pk), version=str(row.version)))
    assert done.status_code == 302
    row.refresh_from_db()
    assert row.state == "revoked" and Prescription.objects.exclude(pk=row.pk).get().state == "written"


def test_an_allergy_is_noted_in_the_form_which_keeps_what_was_typed_and_judges_by_it(person):
    from sanyi.store.prescriptions.tables import Allergy
    doc = signed_in("doc")
    page = text(doc.post("/prescriptions/write/", form(person, do="allergy", ingredient="amlodipine", is_there="yes")))
    assert Allergy.objects.get().ingredient == "amlodipine" and "已登记" in page and 'value="7"' in page and "过敏：" in page and "居民对 amlodipine 过敏" in page
    assert doc.post("/prescriptions/write/", form(person, do="allergy", ingredient="")).status_code == 422
