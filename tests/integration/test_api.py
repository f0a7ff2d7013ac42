"""The JSON interface: tokens that only narrow, verbs from the table of steps, refusals as the pages have them. Source: R33, R36, R37, R39."""
from datetime import datetime, timedelta, timezone
import json

import pytest
from api_work import Program, browser, program, token_for
from referral_work import begun, region, submitted

SECRET = "CANARY-4711"


@pytest.fixture
def world(undone):
    return region()


def events(**of):
    from sanyi.store.trail.tables import AuditEvent
    return list(AuditEvent.objects.filter(**of).order_by("-id"))


def test_a_referral_goes_its_way_by_the_interface_alone(world):
    row = begun(world)
    sender, receiver = program(world, "t1-gp"), program(world, "h1-desk")
    at = f"/api/work/referral/{row.pk}/"
    assert receiver.get(at).status_code == 404, "a draft is its sender's"
    told = sender.get(at + "steps/").json()
    assert {step["step"] for step in told["rows"]} >= {"consent", "withdraw"} and told["version"] == row.version
    consent = next(step for step in told["rows"] if step["step"] == "consent")
    assert next(field for field in consent["fields"] if field["name"] == "way")["schema"]["enum"] == ["in_person", "guardian", "online"]
    done = sender.post(at + "steps/consent/", {"version": row.version, "way": "in_person", "digest": sender.get(at).json()["digest"]})
    assert done.status_code == 200 and done.json()["state"] == "consented", done.content
    stale = sender.post(at + "steps/submit/", {"version": row.version})
    assert stale.status_code == 409 and stale.json()["code"] == "stale_version" and stale.json()["zh"] and stale.json()["en"]
    assert sender.post(at + "steps/submit/", {"version": done.json()["version"]}).json()["state"] == "submitted"
    assert receiver.get(at).status_code == 200
    assert receiver.get("/api/work/referral/").json()["rows"][0]["id"] == row.pk
    steps = [each["step"] for each in receiver.get(at + "log/").json()["rows"]]
    assert steps[0] == "submit" and steps[-1] == "begin"
    event = events(subject="referral", step="submit", outcome="done")[0]
    assert event.account == "t1-gp" and event.institution == "T1" and event.request
    assert any(each.subject == "referral_list" and each.account == "h1-desk" for each in events(action="read"))


@pytest.mark.parametrize("body,field", [
    ({}, "version"), ({"version": "1"}, "version"), ({"version": True}, "version"), ({"version": 0}, "version"), ({"version": 2, "way": "in_person"}, "digest"),
    ({"version": 2, "way": "by_magic", "digest": "x"}, "way"), ({"version": 2, "way": ["in_person"], "digest": "x"}, "way"),
    ({"version": 2, "way": "in_person", "digest": "x", "state": "accepted"}, "state"), ({"version": 2, "way": "in_person", "digest": "x", "institution": "H2"}, "institution")])
def test_bodies_that_do_not_fit_name_their_field(world, body, field):
    row = begun(world)
    assert row.version == 2
    said = program(world, "t1-gp").post(f"/api/work/referral/{row.pk}/steps/consent/", body)
    assert (said.status_code, said.json()["field"]) == (422, field), said.content
    row.refresh_from_db()
    assert (row.version, row.state, row.institution) == (2, "draft", "T1")


@pytest.mark.parametrize("version,status", [(b"2.0", 200), (b"2e0", 200), (b"2.5", 422), (b"1e400", 422), (b"1e-99999999999999999999", 422), (b"2" + b"0" * 400 + b".0", 422)])
def test_a_whole_number_may_be_written_with_a_point(world, version, status):
    """JSON's schemas call 2.0 an integer."""
    row, made = begun(world), program(world, "t1-gp")
    said = made.client.post(f"/api/work/referral/{row.pk}/steps/consent/", b'{"version":%s,"way":"in_person","digest":"%s"}' % (version, row.digest.encode()), content_type="application/json", **made.headers)
    assert said.status_code == status, said.content


@pytest.mark.parametrize("content,type,status", [(b"{", "application/json", 400), (b"[]", "application/json", 400), (b'{"version":NaN}', "application/json", 400),
                                                 (b'{"version":2,"version":3}', "application/json", 400), (b"\xff", "application/json", 400), (b"{}", "text/plain", 415),
                                                 (b"[" * 40_000, "application/json", 400), (b'{"a":"' + b"x" * 70_000 + b'"}', "application/json", 413)])
def test_what_is_no_json_is_refused_kindly(world, content, type, status):
    row = begun(world)
    made = program(world, "t1-gp")
    said = made.client.post(f"/api/work/referral/{row.pk}/steps/consent/", content, content_type=type, **made.headers)
    assert said.status_code == status and said.json()["zh"] and said.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("asked", [{"sort": "reason"}, {"sort": "effect"}, {"reason": "I20.0"}, {"person__name": "x"}, {"_connector": "OR"}, {"institution__startswith": "H"},
                                   {"page": "0"}, {"limit": "101"}, {"page": "9999", "limit": "100"}, {"created_at.from": "yesterday"}, {"id": "9" * 30}, {"state.from": "a"}, {"id.": "1"},
                                   {"stat": "draft"}])
def test_lists_know_their_own_parameters_only(world, asked):
    begun(world)
    assert program(world, "t1-gp").get("/api/work/referral/", **asked).status_code == 422


def test_lists_filter_sort_and_page(world):
    rows = [begun(world, reason=f"I2{number}.0") for number in range(5)]
    caller = program(world, "t1-gp")
    first = caller.get("/api/work/referral/", limit=2).json()
    assert [row["id"] for row in first["rows"]] == [rows[4].pk, rows[3].pk] and first["next"] == 2
    last = caller.get("/api/work/referral/", limit=2, page=3, sort="id").json()
    assert [row["id"] for row in last["rows"]] == [rows[4].pk] and last["next"] is None
    assert caller.get("/api/work/referral/", state="submitted").json()["rows"] == []
    assert len(caller.get("/api/work/referral/", **{"id.from": rows[2].pk, "state": "draft"}).json()["rows"]) == 3
    assert "reason" not in first["rows"][0] and "effect" not in first["rows"][0], "columns of level 3 are not in lists"
    assert caller.get(f"/api/work/referral/{rows[0].pk}/").json()["reason"] == "I20.0"


def test_tokens_only_narrow_and_end_with_the_rights(world):
    from sanyi.store.models import Account
    from sanyi.store.tokens.tables import AccessToken
    row = begun(world)
    at = f"/api/work/referral/{row.pk}/"
    reading = program(world, "t1-gp", "read:referral")
    assert reading.get(at).status_code == 200
    assert reading.post(at + "steps/withdraw/", {"version": 2, "reason": "x"}).status_code == 403
    assert reading.get("/api/persons/", name="居").status_code == 403 and reading.get("/api/organisation/institution/").status_code == 403
    assert program(world, "t1-gp", "act:referral").get(at).status_code == 403
    token = token_for(world, "t1-gp", "read:referral")
    assert not AccessToken.objects.filter(digest=token).exists() and token not in str(list(AccessToken.objects.values()))
    caller = Program(token)
    answer = caller.get(at)
    assert answer.status_code == 200 and not answer.cookies, "a token never becomes a session"
    assert caller.client.get("/password/", **caller.headers).status_code == 302, "and opens no page"
    assert caller.client.get("/api/", **caller.headers).status_code == 302
    assert caller.client.post("/tokens/", {"do": "make"}, **caller.headers).status_code in (302, 403)
    assert caller.client.get(f"{at}?token={token}").status_code == 401, "nor does one count that stands in an address"
    Account.objects.filter(name="t1-gp").update(rights=9)
    assert caller.get(at).status_code == 401, "rights have changed"


def test_a_token_ends_when_it_should(world):
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Posting
    from sanyi.store.tokens.making import end_token, make_token
    from sanyi.store.tokens.tables import AccessToken
    now = datetime.now(timezone.utc)
    def works(token):
        return Program(token).get("/api/work/").status_code == 200
    one, row = make_token("a", ["read:*"], 1, world["by"]["h1-doc"], now)
    assert works(one)
    end_token(row.pk, world["by"]["h1-doc"], now)
    assert not works(one)
    two, row = make_token("a", ["read:*"], 1, world["by"]["h1-doc"], now - timedelta(days=2))
    assert not works(two), "out of date"
    three = token_for(world, "h1-doc")
    Posting.objects.filter(staff__code="h1-doc").update(to_on=(now - timedelta(days=3)).date())
    assert not works(three), "its posting has ended"
    four = token_for(world, "bureau-1")
    Account.objects.filter(name="bureau-1").update(is_active=False)
    assert not works(four)
    assert all(Program(word).get("/api/work/").status_code == 401 for word in ("", "x", "sanyi_", "sanyi_" + "a" * 43, "Basic abc"))
    assert AccessToken.objects.exclude(ended_at=None).count() == 1


def test_tokens_are_made_in_a_session_with_its_form_only(world):
    from sanyi.workflows.errors import BadField, NotAllowed, UnknownWork
    from sanyi.store.tokens.making import end_token, make_token
    now = datetime.now(timezone.utc)
    for scopes, days in ((["read"], 3), (["write:*"], 3), ([], 3), (["read:*"], 0), (["read:*"], 91), (["read:a b"], 3)):
        with pytest.raises(BadField):
            make_token("a", scopes, days, world["by"]["h1-doc"], now)
    with pytest.raises(NotAllowed):
        make_token("a", ["read:*"], 3, "system", now)
    _, row = make_token("a", ["read:*"], 3, world["by"]["h1-doc"], now)
    with pytest.raises(UnknownWork):
        end_token(row.pk, world["by"]["h1-desk"], now)


def test_a_session_needs_its_form_token(world):
    row = begun(world)
    at = f"/api/work/referral/{row.pk}/steps/withdraw/"
    there = browser(world, "t1-gp", enforce_csrf_checks=True)
    said = there.post(at, json.dumps({"version": 2, "reason": "x"}), content_type="application/json")
    assert said.status_code == 403 and said.headers["Content-Type"] == "application/problem+json"
    assert browser(world, "t1-gp").get(f"/api/work/referral/{row.pk}/").status_code == 200


def test_a_method_that_is_not_taken_says_which_are(world):
    said = program(world, "t1-gp").post("/api/work/referral/", {})
    assert said.status_code == 405 and said.headers["Allow"] == "GET, HEAD"


def test_every_call_times_every_account_of_another_tenant_reads_and_changes_nothing(world):
    """Canaries stand in what another institution must not see; no answer holds one, and nothing moves."""
    from sanyi.store.organisation.tables import Department, Institution, Posting, Staff
    from sanyi.web.api.openapi import document
    row = submitted(world, by="t1-gp", to="H1", parts={**{name: SECRET for name in ("summary", "history", "results", "medication", "purpose")}})
    type(row).objects.filter(pk=row.pk).update(department=SECRET, slot=SECRET)
    home = Institution.objects.get(code="H1")
    hidden = {"department": Department.objects.create(institution=home, code="d", name=SECRET, from_on="2020-01-01").pk,
              "staff": (staff := Staff.objects.create(code="s", name=SECRET, profession="doctor", from_on="2020-01-01")).pk,
              "posting": Posting.objects.create(staff=staff, institution=home, role="doctor", from_on="2020-01-01").pk, "referral": row.pk}
    calls = refused = 0
    strangers = ("h2-doc", "h2-desk", "t2-gp", "r-1", "bureau-1", "office-1")
    for name in strangers:
        caller = program(world, name)
        for path, verbs in document()["paths"].items():
            subject = path.split("/")[3]
            mine = path.replace("{id}", str(hidden.get(subject, 10**9)))
            for verb, told in verbs.items():
                asked = [{}, {"institution": "H1"}, {"receiver": "H1"}, {"id": hidden.get(subject, 1)}, {"institution_id": home.pk}] if verb == "get" and "{id}" not in path else [{}]
                for each in asked:
                    answer = caller.get(mine, **each) if verb == "get" else caller.post(mine, {"version": row.version, "institution": "H2", "unit": "H2", "person": 1})
                    calls += 1
                    refused += answer.status_code >= 400
                    assert answer.status_code < 500, (name, mine, answer.content)
                    if not (subject in ("department", "staff", "posting") and name in ("bureau-1", "office-1")):
                        assert SECRET.encode() not in answer.content, (name, verb, mine, each)
                    if subject in hidden and "{id}" in path and not (subject != "referral" and name in ("bureau-1", "office-1")):
                        assert answer.status_code in (403, 404, 422), (name, verb, mine, answer.status_code)
    before = row.version
    row.refresh_from_db()
    assert row.version == before and row.state == "submitted"
    print(f"{len(document()['paths'])} paths × {len(strangers)} strangers: {calls} calls, {refused} refused, no canary")
    assert calls > 700 and refused > 500
    seen = program(world, "h1-desk").get(f"/api/work/referral/{row.pk}/")
    assert SECRET.encode() in seen.content, "the canary can be seen where it may be"


def test_nobody_is_told_so_in_json(undone):
    from django.test import Client
    for path in ("/api/work/", "/api/work/referral/1/", "/fhir/Patient", "/fhir/metadata", "/api/openapi.json", "/api/no/such/"):
        answer = Client().get(path)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer") and answer.headers["Content-Type"].endswith("json")


def test_no_hidden_column_sorts_filters_or_goes_in_or_out(world):
    """R39: of every kind each column that a list does not show is refused as filter and as order, and none stands in an answer; no column of the table goes in beside a step's fields."""
    from sanyi.store.kinds import kinds
    from sanyi.web.api.columns import IN_LISTS, of_work
    begun(world)
    callers = [program(world, name) for name in ("h1-doc", "t1-gp", "h1-desk", "office-1", "bureau-1", "h1-head", "r-0")]
    tried = kinds_seen = 0
    for kind in kinds().values():
        caller = next((each for each in callers if each.get(f"/api/work/{kind.name}/").status_code == 200), None)
        if caller is None:
            continue
        kinds_seen += 1
        shown = {column.name for column in of_work(kind, IN_LISTS)}
        hidden = [field for field in kind.table._meta.concrete_fields if field.attname not in shown]
        for field in hidden:
            for name in {field.attname, field.name, f"{field.name}__gt"}:
                tried += 2
                assert caller.get(f"/api/work/{kind.name}/", **{name: "1"}).status_code == 422, (kind.name, name)
                assert caller.get(f"/api/work/{kind.name}/", sort=name).status_code == 422, (kind.name, name)
        assert all(getattr(field, "level", 0) < 3 for field in kind.table._meta.concrete_fields if field.attname in shown), kind.name
    print(f"{kinds_seen} kinds, {tried} hidden filters and orders refused")
    assert kinds_seen >= 12 and tried > 60


def test_no_column_of_the_table_goes_in_beside_a_steps_fields(world):
    row = begun(world)
    caller, before = program(world, "t1-gp"), type(row).objects.filter(pk=row.pk).values().get()
    for field in row._meta.concrete_fields:
        if field.attname not in ("version", "digest"):
            said = caller.post(f"/api/work/referral/{row.pk}/steps/consent/", {"version": row.version, "way": "in_person", "digest": row.digest, field.attname: 1})
            assert (said.status_code, said.json()["field"]) == (422, field.attname)
    assert type(row).objects.filter(pk=row.pk).values().get() == before


def test_persons_are_found_by_who_they_are_alone(world):
    caller = program(world, "h1-desk")
    for asked in ({}, {"name": "居"}, {"name": ""}, {"name": "居民", "id": "1"}, {"sex": "male"}, {"region": "x"}, {"name": "居民", "limit": "100", "page": "3"}, {"id": "x"}, {"id": "9" * 30}):
        assert caller.get("/api/persons/", **asked).status_code == 422, asked
    rows = caller.get("/api/persons/", name="居民", limit=2).json()
    assert [row["name_masked"] for row in rows["rows"]] == ["居*0", "居*1"] and rows["next"] == 2 and "name" not in rows["rows"][0]
    one = caller.get("/api/persons/", number=rows["rows"][0]["number"]).json()["rows"]
    assert [row["id"] for row in one] == [world["persons"][0]] and caller.get("/api/persons/", number="1").json()["rows"] == []
    made = caller.post("/api/persons/", {"name": "王小二", "sex": "male", "phone": "13812345678"})
    assert made.status_code == 201 and made.json()["is_new"] and made.json()["name_masked"] == "王*二"
    assert [row["id"] for row in caller.post("/api/persons/find/", {"number": "138 1234 5678"}).json()["rows"]] == [made.json()["id"]]
    assert caller.post("/api/persons/", {"name": "王小二", "is_active": False}).status_code == 422 and caller.post("/api/persons/", {"name": 3}).status_code == 422
    assert program(world, "r-0").post("/api/persons/find/", {"number": "13812345678"}).status_code == 403
    assert [row["id"] for row in program(world, "r-0").get("/api/persons/").json()["rows"]] == [world["persons"][0]]
    assert program(world, "r-0").get("/api/persons/", name="居民").json()["rows"] == program(world, "r-0").get("/api/persons/").json()["rows"]
    assert program(world, "bureau-1").post("/api/persons/", {"name": "王小三"}).status_code == 403


def test_the_log_leaves_out_what_has_a_column_of_its_own(world):
    """Texts of level 4 stand in their own table; the log says the step, the trail has the digest."""
    from sanyi.store.models import WorkEvent
    from referral_work import step
    row = begun(world)
    step(world, row, "add_part", "t1-gp", part="history", text=SECRET)
    event = WorkEvent.objects.filter(subject="referral", subject_id=row.pk, step="add_part").latest("version")
    assert event.given == {"part": "history"} and SECRET not in str(list(WorkEvent.objects.values_list("given", flat=True)))
    assert events(subject="referral", step="add_part")[0].given["text"] not in ("", SECRET)


def test_programs_begin_contracts_and_orders_by_the_pages_doors(world):
    from sanyi.runs.packs import open_plan
    from sanyi.store.exams.rules import keep_rules
    from sanyi.store.exams.tables import Exam
    keep_rules(open_plan("haikou-2018", "region-demo"), "system", datetime.now(timezone.utc))
    doctor, desk, person = program(world, "t1-gp"), program(world, "h1-desk"), world["persons"][0]
    wanted = {"person": person, "item": "ecg_12", "centre": "H1"}
    made = doctor.post("/api/work/exam/", wanted)
    assert made.status_code == 201 and made.json()["state"] == "requested", made.content
    assert Exam.objects.get(pk=made.json()["id"]).institution == "T1"
    assert doctor.post("/api/work/exam/", wanted).json()["code"] == "guard", "the repeat alert is the page's"
    for body, field in (({**wanted, "institution": "H2"}, "institution"), ({**wanted, "person": "1"}, "person"), ({"person": person, "item": "ecg_12"}, "centre"), ({**wanted, "item": "moon"}, "item")):
        said = doctor.post("/api/work/exam/", body)
        assert (said.status_code, said.json()["field"]) == (422, field), said.content
    assert desk.post("/api/work/exam/", wanted).status_code == 403 and Exam.objects.count() == 1
    contract = doctor.post("/api/work/contract/", {"person": person, "team": "none", "package": "basic"})
    assert contract.status_code == 422, contract.content
    assert doctor.post("/api/work/referral/", {"person": person}).status_code == 405, "what has no such door is begun on its page"
    assert events(subject="exam", step="order", outcome="done")[0].account == "t1-gp"


def test_who_registered_a_person_is_the_trails_to_tell(world):
    told = program(world, "t1-gp").get(f"/api/persons/{world['persons'][0]}/").json()
    assert "created_by" not in told and told["name_masked"]
