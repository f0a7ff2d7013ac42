"""The referral's pages in a browser: boxes, a new one to its closing by both sides, the resident's view, what others do not see."""
import pytest
from referral_work import DOWN, NOW, UP, accepted, begun, region, submitted
from signed_in import signed_in


@pytest.fixture
def world(undone, tmp_path, monkeypatch):
    from web_results import invent
    for name, value in {"SANYI_RESULTS": str(invent(tmp_path)), "SANYI_PLAN": "haikou-2018", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    return region()


def page(name, address, status=200):
    response = signed_in(name).get(address)
    assert response.status_code == status, address
    return response.content.decode()


def post(name, address, **fields):
    response = signed_in(name).post(address, fields)
    assert response.status_code == 302, response.content.decode()[:3000].split('id="refused"')[-1][:600]
    return response["Location"]


def test_from_the_form_to_the_receivers_hand(world):
    from sanyi.store.referrals.tables import Referral
    fields = {f"part.{name}": text for name, text in UP.items()}
    where = post("t1-gp", "/referrals/new/", do="begin", person=world["persons"][0], to="H1", reason="I20.0", urgency="urgent", criterion="needs_surgery", **fields)
    row = Referral.objects.get()
    assert where == f"/referrals/{row.pk}/" and "尚未测算" in page("t1-gp", where)
    post("t1-gp", where, do="effect", version=row.version, insurance="resident", person_class="ordinary", bill="20000", earlier="6000")
    row.refresh_from_db()
    assert row.effect["patient_fen"] > 0 and row.effect["zh"] in page("t1-gp", where)
    post("r-0", f"/my{where}", do="step", step="consent", version=row.version, **{"given.way": "online", "given.digest": row.digest})
    row.refresh_from_db()
    page("h1-desk", where, 404)
    post("t1-gp", where, do="step", step="submit", version=row.version)
    row.refresh_from_db()
    seen = page("h1-desk", where)
    assert UP["purpose"] in seen and f'name="given.digest" value="{row.digest}"' in seen and "机构T1" in seen
    assert 'id="where"' in seen and "需手术治疗" in seen and "needs_surgery" not in seen
    stale = signed_in("h1-desk").post(where, {"do": "step", "step": "accept", "version": row.version - 1, "given.digest": row.digest, "given.expected_at": "2030-01-01T09:00"})
    assert stale.status_code == 409
    wrong = signed_in("t1-gp").post(where, {"do": "step", "step": "accept", "version": row.version, "given.digest": row.digest, "given.expected_at": "2030-01-01T09:00"})
    assert wrong.status_code == 403


def test_the_lists_are_masked_counted_and_narrowed(world):
    sent = submitted(world, reason="K35")
    begun(world, reason="I10"), accepted(world, person=1)
    inbox, outbox = page("h1-desk", "/referrals/"), page("t1-gp", "/referrals/out/")
    assert 'data-count="2"' in inbox and 'data-count="3"' in outbox and "居*0" in inbox and "居民0" not in inbox
    assert 'data-count="0"' in page("h2-doc", "/referrals/") and 'data-count="1"' in page("h1-desk", "/referrals/?q=K35") and 'data-count="1"' in page("h1-desk", f"/referrals/?q={sent.pk}")
    assert 'data-count="1"' in page("h1-desk", "/referrals/?state=accepted") and "已接收" in inbox
    assert page("r-0", "/my/referrals/").count("my-row") == 2 and 'data-count="0"' in page("bureau-1", "/referrals/")
    assert signed_in("h1-desk").get("/referrals/?export=xlsx").status_code == 200
    page("h2-doc", f"/referrals/{sent.pk}/", 404), page("office-1", f"/referrals/{sent.pk}/", 403), page("office-1", "/referrals/", 403), page("h1-pharmacist", "/referrals/", 403)


def test_offices_have_counts_and_no_names(world):
    submitted(world)
    seen = page("office-1", "/referrals/statistics/")
    assert "机构T1" in seen and "居民" not in seen.replace("居民医保", "") and "I20" not in seen


def test_the_directory_is_kept_by_its_own_institution_and_found(world):
    from sanyi.store.referrals.tables import ReferralOffer
    post("h1-desk", "/referrals/directory/", do="add", department="心内科", capabilities="冠脉介入", directions="up", day_quota="5", is_green="on")
    seen = page("t1-gp", "/referrals/new/?q=冠脉")
    assert "机构H1 · 心内科" in seen and "绿色通道" in seen
    assert "机构H1 · 心内科" not in page("t1-gp", "/referrals/new/?q=骨科")
    assert signed_in("h1-doc").post("/referrals/directory/", {"do": "add", "department": "x"}).status_code == 403
    offer = ReferralOffer.objects.get()
    assert signed_in("h2-desk").post("/referrals/directory/", {"do": "end", "id": offer.pk, "version": 1}).status_code == 404
    post("h1-desk", "/referrals/directory/", do="end", id=offer.pk, version=1)
    offer.refresh_from_db()
    assert offer.to_on is not None and 'value="end"' not in page("h1-desk", "/referrals/directory/")


def test_every_page_read_is_in_the_trail(world):
    from sanyi.store.trail.looking import listed as naming
    from sanyi.store.trail.tables import AuditEvent
    row = submitted(world)
    page("h1-desk", f"/referrals/{row.pk}/"), page("h1-desk", "/referrals/")
    one = AuditEvent.objects.get(action="read", subject="referral")
    listed = AuditEvent.objects.get(action="read", subject="referral_list")
    assert one.resident == str(row.person_id) and listed.account == "h1-desk" and (listed.resident == str(row.person_id) or listed in naming(str(row.person_id)))
