"""FHIR R4 within one process: who reads what on which basis, what is masked, what is refused, what the trail hears. Source: R36, R37, R39, R42, R49."""
import pytest
from api_work import browser, invented_run, program
from referral_work import accepted, region, submitted


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    """An invented run, opened for this file."""
    return invented_run(tmp_path_factory.mktemp("fhir"))


@pytest.fixture
def world(undone, run_folder, monkeypatch):
    """The referral tests' region; its first person is the record's resident of encounter E001."""
    for name, value in {"SANYI_RESULTS": str(run_folder), "SANYI_PLAN": "haikou-2018", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    from sanyi.store.models import Account
    from sanyi.store.persons.tables import Person
    from sanyi.web.opened import results
    made = region()
    stay = results().one("encounters", encounter_id=results().page("diagnoses", limit=1)[0]["encounter_id"]) or results().page("encounters", limit=1)[0]
    Person.objects.filter(pk=made["persons"][0]).update(name="欧阳小明", name_key="欧阳小明", pinyin="ouyangxiaoming", initials="oyxm", born_on="1980-05-06", sex="male", resident_id=stay["resident_id"])
    Account.objects.create(name="audit-1", role="audit_admin", password="!", second_factor="x") if hasattr(Account, "second_factor") else Account.objects.create(name="audit-1", role="audit_admin", password="!")
    return {**made, "stay": stay}


def events(**of):
    from sanyi.store.trail.tables import AuditEvent
    return list(AuditEvent.objects.filter(**of).order_by("-id"))


def test_patients_are_found_masked_and_only_by_who_they_are(world):
    caller = program(world, "h1-desk")
    for asked in ({}, {"name": "欧"}, {"gender": "male"}, {"birthdate": "1980"}, {"_summary": "count"}, {"name": "欧阳", "birthdate": "1980-05-06"}, {"phone": "13800000000"},
                  {"identifier": "urn:sanyi:identity:resident_id|110101198005060011"}, {"name": "欧阳", "_count": "100", "_page": "9"}, {"nome": "欧阳"}):
        said = caller.get("/fhir/Patient", **asked)
        assert said.status_code == 422 and said.json()["resourceType"] == "OperationOutcome", (asked, said.content)
    for asked in ({"name": "欧阳"}, {"name": "ouyang"}, {"name": "oyxm"}, {"_id": world["persons"][0]}, {"identifier": world["stay"]["resident_id"]}, {"name": "欧阳", "birthdate": "1980", "gender": "male"}):
        entry = caller.get("/fhir/Patient", **asked).json()["entry"]
        assert [each["resource"]["name"][0]["text"] for each in entry] == ["欧**明"] and entry[0]["resource"]["birthDate"] == "1980", asked
        assert entry[0]["resource"]["meta"]["security"][0]["code"] == "MASKED"
    one = caller.get(f"/fhir/Patient/{world['persons'][0]}")
    assert "小" not in one.content.decode() and "05-06" not in one.content.decode()
    own = program(world, "r-0").get(f"/fhir/Patient/{world['persons'][0]}").json()
    assert own["name"][0]["text"] == "欧阳小明" and own["birthDate"] == "1980-05-06"
    assert program(world, "r-1").get(f"/fhir/Patient/{world['persons'][0]}").status_code == 404
    assert [each.resident for each in events(subject="fhir_patient", account="h1-desk")][:2] == [str(world["persons"][0])] * 2
    found = caller.client.post("/fhir/Patient/_search", {"phone": "13800000000"}, **caller.headers)
    assert found.status_code == 200 and "entry" not in found.json()


def test_the_record_is_read_on_a_live_basis_alone(world):
    stay, patient = world["stay"], world["persons"][0]
    doctor = program(world, "h1-doc")
    encounter = f"/fhir/Encounter/{stay['encounter_id']}"
    assert doctor.get("/fhir/Encounter").status_code == 422, "nobody leafs through the record"
    assert doctor.get("/fhir/Encounter", patient=patient).status_code == 403 and doctor.get(encounter).status_code == 404
    assert len(events(outcome="refused", account="h1-doc")) >= 2
    accepted(world, by="h1-desk")
    seen = doctor.get("/fhir/Encounter", patient=patient)
    assert seen.status_code == 200 and stay["encounter_id"] in [each["resource"]["id"] for each in seen.json()["entry"]], seen.content
    assert doctor.get(encounter).json()["subject"]["reference"] == f"Patient/{patient}"
    assert events(subject="fhir_encounter", account="h1-doc")[0].purpose == "treatment"
    conditions = doctor.get("/fhir/Condition", patient=patient).json()
    assert {each["resource"]["encounter"]["reference"] for each in conditions.get("entry", ())} <= {f"Encounter/{each['resource']['id']}" for each in seen.json()["entry"]}
    assert doctor.get("/fhir/Encounter", patient=world["persons"][1]).status_code == 403
    assert program(world, "h2-doc").get(encounter).status_code == 404
    assert doctor.client.get(encounter, **doctor.headers, HTTP_X_PURPOSE="research").status_code == 404
    assert doctor.client.get("/fhir/Encounter", {"patient": patient}, **doctor.headers, HTTP_X_PURPOSE="curiosity").status_code == 422
    assert program(world, "r-0").get(encounter).status_code == 200 and program(world, "r-1").get(encounter).status_code == 404


def test_offices_read_the_record_as_on_the_pages(world):
    from sanyi.store.models import Account
    from sanyi.store.who import Acting
    from sanyi.web.opened import results
    every, home = results().count("diagnoses"), world["stay"]["institution_id"]
    for name, role, unit in (("reader-1", "reader", ""), ("hospital-1", "hospital", home)):
        Account.objects.create(name=name, role=role, unit=unit, password="!")
        world["by"][name] = Acting(name)
    reader = program(world, "reader-1")
    assert reader.get("/fhir/Condition", _summary="count").json()["total"] == every
    assert "reference" not in reader.get(f"/fhir/Encounter/{world['stay']['encounter_id']}").json()["subject"], "who may not look persons up learns no link to them"
    assert reader.get("/fhir/Encounter", patient=world["persons"][0], _summary="count").json()["total"] == 0
    assert reader.get("/fhir/Encounter", **{"patient:identifier": world["stay"]["resident_id"], "_summary": "count"}).json()["total"] >= 1
    houses = {row["encounter_id"]: row["institution_id"] for row in results().page("encounters", limit=None)}
    own = sum(houses.get(row["encounter_id"]) == home for row in results().page("diagnoses", limit=None))
    hospital = program(world, "hospital-1")
    assert hospital.get("/fhir/Condition", _summary="count").json()["total"] == own < every
    other = next(id for id, house in houses.items() if house != home)
    assert hospital.get(f"/fhir/Encounter/{other}").status_code == 404 and hospital.get("/fhir/Condition", encounter=other, _summary="count").json()["total"] == 0
    assert hospital.get("/fhir/Coverage").status_code == 403


def test_the_trail_is_the_audit_administrators_and_hears_of_its_reader(world):
    for name in ("office-1", "h1-desk", "bureau-1", "r-0"):
        assert program(world, name).get("/fhir/AuditEvent").status_code == 403
    submitted(world)
    from sanyi.store.who import Acting
    world["by"]["audit-1"] = Acting("audit-1")
    auditor = browser(world, "audit-1")
    page = auditor.get("/fhir/AuditEvent", {"patient": world["persons"][0], "subtype": "submit"})
    assert page.status_code == 200 and len(page.json()["entry"]) == 1, page.content
    one = auditor.get(f"/fhir/AuditEvent/{page.json()['entry'][0]['resource']['id']}").json()
    assert one["agent"][0]["who"]["identifier"]["value"] == "t1-gp" and one["outcome"] == "0"
    assert len(events(subject="audit_trail", account="audit-1", action="read")) == 2


def test_a_draft_is_made_by_a_service_request(world):
    sender = program(world, "t1-gp")
    body = {"resourceType": "ServiceRequest", "status": "draft", "intent": "order", "subject": {"reference": f"Patient/{world['persons'][0]}"}, "performer": [{"reference": "Organization/H1"}],
            "reasonCode": [{"coding": [{"code": "I20.0"}]}], "orderDetail": [{"coding": [{"code": "needs_surgery"}]}], "priority": "urgent"}
    made = sender.post("/fhir/ServiceRequest", body)
    assert made.status_code == 201 and made.json()["status"] == "draft" and made.headers["Location"].endswith(f"/fhir/ServiceRequest/{made.json()['id']}"), made.content
    assert program(world, "h1-desk").get(f"/fhir/ServiceRequest/{made.json()['id']}").status_code == 404
    for change in ({"requester": 1, "subject": {"reference": "Patient/0"}}, {"performer": []}, {"id": "7"}, {"resourceType": "Task"}, {"reasonCode": "x"}):
        assert sender.post("/fhir/ServiceRequest", {**body, **change}).status_code in (404, 422), change
    assert program(world, "h1-nurse").post("/fhir/ServiceRequest", body).status_code == 403
    assert events(subject="referral", step="begin", account="t1-gp", subject_id=made.json()["id"])


def test_rows_of_several_tables_are_laid_together_by_their_moment():
    """Also where a table's own order is another: a report written late for an early examination comes where the examination was."""
    from types import SimpleNamespace

    from sanyi.web.fhir.joined import joined
    from sanyi.web.fhir.resource import Found, Resource

    def part(*days: int) -> Resource:
        def search(request, where, start, size, sorting=()):
            rows = [{"at": f"2026-11-{day:02d}"} for day in (sorted(days, reverse=sorting[0][1]) if sorting else days)]
            return Found(rows[start:start + size], [("", ())] * len(rows[start:start + size]))
        return Resource("Observation", ("doctor",), {}, search, lambda request, where: len(days), lambda request, id: None)

    whole = joined({"": part(9, 1, 7), "m-": part(8, 2), "c-": part(3)}, "at", lambda body: "", ("date",), {}, usual=(("date", True),))
    request = SimpleNamespace(actor=SimpleNamespace(role="doctor"))
    said = [int(row["at"][-2:]) for start in (0, 2, 4) for row in whole.search(request, {}, start, 2).rows]
    assert said == [9, 8, 7, 3, 2, 1]
    assert [int(row["at"][-2:]) for row in whole.search(request, {}, 0, 6, (("date", False),)).rows] == [1, 2, 3, 7, 8, 9]
