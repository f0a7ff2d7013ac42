"""An independent FHIR client against a really running server: it reads, searches and creates every resource, and models check each answer. Source: issue 5 (API)."""
import ctypes
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from api_work import invented_run

fhirpy = pytest.importorskip("fhirpy", reason="the FHIR client is not installed; python3 bootstrap.py test brings it")
models = pytest.importorskip("fhir.resources.R4B", reason="the FHIR models are not installed; python3 bootstrap.py test brings them")
SCRIPT, WAIT_SECONDS = Path(__file__).parent / "fhir_scripts.py", 180
RECORD = ("Encounter", "Condition", "Procedure", "Coverage", "Claim", "ClaimResponse")
READ_BY = {"Organization": "t1-gp", "Location": "t1-gp", "Practitioner": "h1-doc", "Patient": "h1-doc", "ServiceRequest": "h1-doc", "Task": "h1-doc", "Schedule": "h1-desk", "Slot": "r-0",
           "Appointment": "r-0", "DiagnosticReport": "t1-gp", "Observation": "t1-gp", "Media": "t1-gp", "Device": "h1-tech", "MedicationRequest": "h1-doc", "MeasureReport": "bureau-1", **dict.fromkeys(RECORD, "bureau-1")}


class Served:
    """The server's address, and clients of its accounts."""

    def __init__(self, address: str, made: dict) -> None:
        self.address, self.made = address, made

    def client(self, name: str) -> "fhirpy.SyncFHIRClient":
        """A client that shows an account's token."""
        return fhirpy.SyncFHIRClient(f"{self.address}/fhir", authorization=f"Bearer {self.made['tokens'][name]}")

    def auditor(self) -> "fhirpy.SyncFHIRClient":
        """A client in the audit administrator's session: administrators have no tokens."""
        return fhirpy.SyncFHIRClient(f"{self.address}/fhir", extra_headers={"Cookie": f"sanyi_session={self.made['session']}"})


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """`sanyi.web.server` over a database with one piece of each kind of work, and an invented run."""
    folder = tmp_path_factory.mktemp("fhir")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = {**os.environ, "SANYI_VAR": str(folder / "var"), "SANYI_RESULTS": str(invented_run(folder)), "SANYI_PLAN": "haikou-2018", "SANYI_REGION": "region-demo", "SANYI_DATABASE": "",
            "DJANGO_SETTINGS_MODULE": "sanyi.web.settings", "SANYI_HOST": "127.0.0.1", "SANYI_PORT": str(port)}
    (folder / "var").mkdir()
    done = subprocess.run([sys.executable, str(SCRIPT), str(folder / "var")], env=told, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    with subprocess.Popen([sys.executable, "-m", "sanyi.web.server"], env=told) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/fhir/metadata", server)
            yield Served(f"http://127.0.0.1:{port}", json.loads(done.stdout.splitlines()[-1]))
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(address: str, server: subprocess.Popen) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5)
        except urllib.error.HTTPError as said:
            assert said.code == 401
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server does not answer")


def fits(resource: dict) -> dict:
    """What the models say of a resource; they raise where it is none."""
    return models.get_fhir_model_class(resource["resourceType"]).model_validate(json.loads(json.dumps(resource))).model_dump()


def asked(served: Served, type: str) -> dict:
    """The search that finds something: persons are looked for by name, the record by patient."""
    return {"Patient": {"name": "ouyang"}}.get(type, {})


def test_the_server_says_what_it_can_and_it_is_true(served):
    told = served.client("office-1").execute("metadata", "get")
    fits(dict(told))
    known = {each["type"]: {every["code"] for every in each["interaction"]} for each in told["rest"][0]["resource"]}
    assert set(known) == {*READ_BY, "AuditEvent", "Binary"} and len(known) == 23 and told["fhirVersion"] == "4.0.1"
    rest = told["rest"][0]
    assert [each["code"] for each in rest["interaction"]] == ["transaction"] and "no update" in rest["documentation"]
    for verb in ("put", "patch", "delete"):  # what is not said is not there
        with pytest.raises(fhirpy.base.exceptions.OperationOutcome, match="does not take that method"):
            served.client("h1-desk").execute("Patient/1", verb, data={"resourceType": "Patient", "id": "1"})
    assert {type for type, codes in known.items() if "create" in codes} == {"Patient", "ServiceRequest", "Appointment", "MedicationRequest", "DiagnosticReport", "Media", "Observation"}


@pytest.mark.parametrize("type", sorted(READ_BY))
def test_every_resource_is_searched_and_read(served, type):
    client = served.client(READ_BY[type])
    bundle = client.resources(type).search(**asked(served, type), _count=5).fetch_raw()
    fits(dict(bundle))
    found = [each["resource"] for each in bundle["entry"]]
    assert found, type
    for each in found:
        fits(each)
    one = client.reference(type, found[0]["id"]).to_resource().serialize()
    assert fits(one) and one["id"] == found[0]["id"] and one["resourceType"] == type
    assert client.resources(type).search(_id=found[0]["id"]).fetch_raw()["entry"][0]["resource"]["id"] == found[0]["id"]
    assert client.resources(type).search(**asked(served, type)).count() >= len(found)


def test_the_audit_trail_is_read_in_a_session(served):
    client = served.auditor()
    page = client.resources("AuditEvent").search(patient=str(served.made["patient"])).limit(5).fetch()
    assert len(page) == 5 and all(fits(each.serialize()) for each in page)
    assert fits(client.reference("AuditEvent", page[0]["id"]).to_resource().serialize())
    for name in ("office-1", "h1-doc", "r-0"):
        with pytest.raises(fhirpy.base.exceptions.ForbiddenError):
            served.client(name).resources("AuditEvent").fetch()


def test_pages_follow_their_links_to_the_end(served):
    client = served.client("r-0")
    rows = client.resources("Slot").search(schedule="Schedule/1").limit(7).fetch_all()
    assert len(rows) == client.resources("Slot").count() > 20 and len({row["id"] for row in rows}) == len(rows)
    assert [row["start"] for row in rows] == sorted(row["start"] for row in rows)


SEARCHES = [
    ("h1-doc", "ServiceRequest", {"patient": "{patient}", "status": "active"}, 3), ("h1-doc", "ServiceRequest", {"patient": "{patient}", "category": "up", "status": "active"}, 1),
    ("h1-doc", "ServiceRequest", {"patient": "{patient}", "category": "imaging"}, 1), ("t1-gp", "ServiceRequest", {"category": "ecg", "status": "completed"}, 1), ("h1-desk", "ServiceRequest", {"category": "ecg"}, 0), ("h1-doc", "ServiceRequest", {"status": "revoked"}, 0), ("h1-doc", "Task", {"focus": "ServiceRequest/{referral}"}, 1),
    ("r-0", "Appointment", {"patient": "Patient/{patient}", "status": "booked"}, 1), ("r-0", "Appointment", {"date": "lt2020-01-01"}, 0), ("r-1", "Appointment", {}, 0), ("h1-desk", "Appointment", {"slot": "Slot/999999"}, 0),
    ("t1-gp", "DiagnosticReport", {"patient": "{patient}", "status": "final", "category": "ecg"}, 1), ("t1-gp", "DiagnosticReport", {"identifier": "urn:sanyi:exam|{exam}"}, 1),
    ("h2-doc", "DiagnosticReport", {"patient": "{patient}"}, 0), ("h2-doc", "Observation", {"patient": "{patient}"}, 0), ("t1-gp", "Observation", {"patient": "{patient}", "status": "final"}, 2),
    ("t1-gp", "Media", {"patient": "{patient}", "based-on": "ServiceRequest/exam-{exam}"}, 1), ("h2-doc", "Media", {"patient": "{patient}"}, 0), ("h1-tech", "Device", {"identifier": "ECG1"}, 1), ("t1-gp", "Device", {}, 0),
    ("h1-doc", "MedicationRequest", {"group-identifier": "{prescription}", "status": "draft"}, 1), ("h1-doc", "MedicationRequest", {"patient": "{other}"}, 0), ("r-0", "MedicationRequest", {}, 1),
    ("r-1", "MedicationRequest", {"patient": "{patient}"}, 0), ("h1-desk", "Slot", {"status": "busy"}, 0), ("h1-desk", "Schedule", {"actor": "Practitioner/h1-doc"}, 1), ("h1-desk", "Schedule", {"actor": "Practitioner/h2-doc"}, 0),
    ("t1-gp", "Organization", {"identifier": "H1"}, 1), ("t1-gp", "Location", {"organization": "Organization/H9", "status": "active"}, 1), ("h1-doc", "Practitioner", {"identifier": "h2-doc"}, 0),
    ("bureau-1", "Claim", {"patient:identifier": "urn:sanyi:resident|nobody"}, 0), ("bureau-1", "Encounter", {"identifier": "E001"}, 1), ("h1-doc", "Patient", {"identifier": "urn:sanyi:resident|reside001"}, 1)]


@pytest.mark.parametrize(("name", "type", "search", "count"), SEARCHES)
def test_searches_find_what_they_name_and_nothing_else(served, name, type, search, count):
    told = {key: value.format(**served.made) for key, value in search.items()}
    bundle = served.client(name).resources(type).search(**told, _total="accurate").fetch_raw()
    assert (bundle["total"], len(bundle.get("entry", ()))) == (count, min(count, 20)), dict(bundle)


def test_what_people_create_is_created(served):
    made, desk, doctor = served.made, served.client("h1-desk"), served.client("h1-doc")
    patient = desk.resource("Patient", name=[{"text": "诸葛亮"}], gender="male", birthDate="1971-02-03", telecom=[{"system": "phone", "value": "13812345678"}])
    patient.save()
    assert fits(patient.serialize()) and patient["name"][0]["text"] == "诸*亮" and patient["birthDate"] == "1971"
    found = desk.resources("Patient").search(name="诸葛").fetch()
    assert [each["id"] for each in found] == [patient["id"]]
    visit = desk.resource("Appointment", status="booked", slot=[{"reference": f"Slot/{made['free']}"}], participant=[{"actor": {"reference": f"Patient/{patient['id']}"}, "status": "accepted"}])
    visit.save()
    assert fits(visit.serialize()) and visit["status"] == "booked" and visit["start"]
    again = desk.resource("Appointment", status="booked", slot=[{"reference": f"Slot/{made['free']}"}], participant=[{"actor": {"reference": f"Patient/{patient['id']}"}, "status": "accepted"}])
    with pytest.raises(fhirpy.base.exceptions.OperationOutcome, match="at that time already"):
        again.save()
    drug = doctor.resource("MedicationRequest", status="draft", intent="order", subject={"reference": f"Patient/{patient['id']}"}, reasonCode=[{"text": "高血压"}],
                           medicationCodeableConcept={"coding": [{"system": "urn:sanyi:drug", "code": "D001"}]}, dispenseRequest={"quantity": {"value": 7}},
                           dosageInstruction=[{"text": "每日一次", "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}, "doseAndRate": [{"doseQuantity": {"value": 1}}]}])
    drug.save()
    assert fits(drug.serialize()) and drug["status"] == "draft" and drug["dispenseRequest"]["expectedSupplyDuration"]["value"] == 7
    assert drug["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] == 1
    wanted = served.client("t1-gp").resource("ServiceRequest", status="draft", intent="order", subject={"reference": f"Patient/{patient['id']}"}, performer=[{"reference": "Organization/H1"}],
                                             reasonCode=[{"coding": [{"code": "I20.0"}]}])
    wanted.save()
    assert fits(wanted.serialize()) and wanted["status"] == "draft"
    order = served.client("t1-gp").resource("ServiceRequest", status="active", intent="order", category=[{"coding": [{"code": "ecg"}]}], code={"coding": [{"code": "ecg_12"}]},
                                            subject={"reference": f"Patient/{patient['id']}"}, performer=[{"reference": "Organization/H1"}], reasonCode=[{"text": "胸闷"}])
    order.save()
    assert fits(order.serialize()) and order["id"].startswith("exam-") and order["status"] == "active" and order["reasonCode"][0]["text"] == "胸闷"
    report = served.client("h1-doc-2").resource("DiagnosticReport", status="preliminary", identifier=[{"system": "urn:sanyi:exam", "value": str(made["claimed"])}], code={"text": "B 超"},
                                                conclusion="肝脏未见异常", contained=[{"resourceType": "Observation", "status": "preliminary", "code": {"text": "B 超"}, "valueString": "肝脏大小正常"}])
    report.save()
    assert fits(report.serialize()) and report["status"] == "preliminary" and report["conclusion"] == "肝脏未见异常"
    assert served.client("t1-gp").reference("DiagnosticReport", str(made["claimed"])).to_resource().get("conclusion") is None, "the clinic reads what is released"


def line_of(patient: str, drug: str, group: str | None = "rx", **more) -> dict:
    """A line of a prescription as a program writes it."""
    return {"resourceType": "MedicationRequest", "status": "draft", "intent": "order", "subject": {"reference": patient}, "reasonCode": [{"text": "高血压"}],
            **({"groupIdentifier": {"value": group}} if group else {}), "medicationCodeableConcept": {"coding": [{"system": "urn:sanyi:drug", "code": drug}]}, "dispenseRequest": {"quantity": {"value": 7}},
            "dosageInstruction": [{"text": "每日一次", "doseAndRate": [{"doseQuantity": {"value": 1}}]}], **more}


def transacted(client, *bodies: dict, **names: str) -> list[dict]:
    """What a transaction makes; `names` are the fullUrls by place."""
    entries = [{**({"fullUrl": names[f"at_{place}"]} if f"at_{place}" in names else {}), "resource": body, "request": {"method": "POST", "url": body["resourceType"]}} for place, body in enumerate(bodies)]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    fits(bundle)
    said = client.execute("", "post", data=bundle)
    assert fits(dict(said)) and said["type"] == "transaction-response"
    for each in said["entry"]:
        assert fits(each["resource"]) and each["response"]["location"] == f"{each['resource']['resourceType']}/{each['resource']['id']}"
    return [{**each["resource"], "status_line": each["response"]["status"]} for each in said["entry"]]


def test_several_lines_are_one_prescription_made_in_one_transaction(served):
    desk, doctor = served.client("h1-desk"), served.client("h1-doc")
    patient = desk.resource("Patient", name=[{"text": "司马光"}], gender="male", birthDate="1961-01-02")
    patient.save()
    whose = f"Patient/{patient['id']}"
    made = transacted(doctor, line_of(whose, "D001"), line_of(whose, "D003"))
    number = made[0]["groupIdentifier"]["value"]
    assert [each["id"] for each in made] == [f"{number}-1", f"{number}-2"] and {each["status_line"] for each in made} == {"201 Created"}
    assert [each["medicationCodeableConcept"]["coding"][0]["code"] for each in made] == ["D001", "D003"]
    found = doctor.resources("MedicationRequest").search(**{"group-identifier": number}).fetch()
    assert {each["id"] for each in found} == {f"{number}-1", f"{number}-2"}
    with pytest.raises(fhirpy.base.exceptions.OperationOutcome, match="entry 2"):
        transacted(doctor, line_of(whose, "D002", None), line_of(whose, "D999", None))
    assert doctor.resources("MedicationRequest").search(patient=whose).count() == 2, "a refused transaction leaves nothing"
    urn = "urn:uuid:0b8f8f5e-3c1a-4a5f-9a55-000000000001"
    person = {"resourceType": "Patient", "name": [{"text": "文彦博"}], "gender": "male", "birthDate": "1951-01-02"}
    *lines, new = transacted(doctor, line_of(urn, "D001"), line_of(urn, "D003"), person, at_2=urn)
    assert {each["subject"]["reference"] for each in lines} == {f"Patient/{new['id']}"} and len({each["groupIdentifier"]["value"] for each in lines}) == 1
    other = {**person, "name": [{"text": "范仲淹"}]}
    with pytest.raises(fhirpy.base.exceptions.OperationOutcome, match="one patient, kind and diagnosis"):
        transacted(doctor, other, line_of(urn, "D001"), line_of(whose, "D003"), at_0=urn)
    assert doctor.resources("Patient").search(name="范仲淹").fetch() == [], "nor the patient that came with them"


@pytest.mark.parametrize("change, said", [
    ({"type": "batch"}, "type transaction"), ({"entry": []}, "1 to 50"), ({"entry": ["x"]}, "1 to 50"),
    ({"entry": [{"request": {"method": "PUT", "url": "Patient/1"}, "resource": {"resourceType": "Patient", "id": "1"}}]}, "only made here"),
    ({"entry": [{"request": {"method": "POST", "url": "Patient", "ifNoneExist": "name=x"}, "resource": {"resourceType": "Patient"}}]}, "only made here"),
    ({"entry": [{"request": {"method": "POST", "url": "Patient"}}]}, "resource is missing"), ({"entry": [{"request": {"method": "POST", "url": "Patient"}, "resource": {"resourceType": "Task"}}]}, "must be Patient"),
    ({"entry": [{"request": {"method": "POST", "url": "Weather"}, "resource": {"resourceType": "Weather"}}]}, "no resource type"),
    ({"entry": [{"request": {"method": "POST", "url": "Encounter"}, "resource": {"resourceType": "Encounter"}}]}, "role may not"),
    ({"entry": [{"fullUrl": "urn:uuid:1", "request": {"method": "POST", "url": "Patient"}, "resource": {"resourceType": "Patient"}}] * 2}, "stand twice")])
def test_what_a_transaction_cannot_do_is_refused(served, change, said):
    with pytest.raises((fhirpy.base.exceptions.OperationOutcome, fhirpy.base.exceptions.ForbiddenError, fhirpy.base.exceptions.ResourceNotFound), match=said):
        served.client("h1-doc").execute("", "post", data={"resourceType": "Bundle", "type": "transaction", **change})


def bundle_of(client, type: str, **search) -> dict[str, list[dict]]:
    """A search's rows by how they came in; each fits its model, none comes twice."""
    bundle = client.resources(type).search(**search).fetch_raw()
    fits(dict(bundle))
    found: dict[str, list[dict]] = {"match": [], "include": []}
    for each in bundle.get("entry", ()):
        found[each["search"]["mode"]].append(each["resource"])
    names = [(each["resourceType"], each["id"]) for rows in found.values() for each in rows]
    assert len(set(names)) == len(names)
    return found


def test_a_search_is_sorted_as_asked(served):
    desk = served.client("h1-desk")
    up, down = ([each["start"] for each in bundle_of(desk, "Slot", _sort=order, _count=9)["match"]] for order in ("start", "-start"))
    assert up == sorted(up) and down == sorted(down, reverse=True) and up[0] < down[0]
    asked = bundle_of(served.client("t1-gp"), "ServiceRequest", _sort="authored")["match"]
    assert len({each["category"][0]["coding"][0]["system"] for each in asked}) == 2, "referrals and orders in one list"
    assert [each["authoredOn"] for each in asked] == sorted(each["authoredOn"] for each in asked)
    pages = [bundle_of(served.client("t1-gp"), "ServiceRequest", _count=1, _page=number)["match"][0]["id"] for number in range(1, len(asked) + 1)]
    assert len(set(pages)) == len(asked)


def test_what_belongs_to_it_comes_with_a_search(served):
    made, desk = served.made, served.client("h1-desk")
    found = bundle_of(desk, "Appointment", patient=str(made["patient"]), _include=["Appointment:slot", "Appointment:patient", "Appointment:location"])
    assert {each["resourceType"] for each in found["include"]} == {"Slot", "Patient", "Location"} and found["match"][0]["slot"][0]["reference"] == f"Slot/{next(each['id'] for each in found['include'] if each['resourceType'] == 'Slot')}"
    back = bundle_of(desk, "Slot", _id=found["match"][0]["slot"][0]["reference"].partition("/")[2], _revinclude="Appointment:slot")
    assert [each["id"] for each in back["include"]] == [str(made["booked"])]
    asked = bundle_of(served.client("t1-gp"), "Patient", _id=str(made["patient"]), _revinclude=["ServiceRequest:patient", "DiagnosticReport:patient"])
    assert {each["resourceType"] for each in asked["include"]} == {"ServiceRequest", "DiagnosticReport"}
    stays = bundle_of(served.client("bureau-1"), "Encounter", _count=3, _include="Encounter:service-provider")
    assert {each["resourceType"] for each in stays["include"]} <= {"Organization"}


def test_what_comes_along_is_read_by_the_callers_own_rights(served):
    made = served.made
    with pytest.raises(fhirpy.base.exceptions.ForbiddenError):  # a desk reads no prescriptions, by no way
        bundle_of(served.client("h1-desk"), "Patient", _id=str(made["patient"]), _revinclude="MedicationRequest:patient")
    strange = bundle_of(served.client("h2-doc"), "Patient", _id=str(made["patient"]), _revinclude=["DiagnosticReport:patient", "Appointment:patient", "MedicationRequest:patient"])
    assert strange["include"] == []


def test_refusals_are_outcomes(served):
    client = served.client("h1-doc")
    with pytest.raises(fhirpy.base.exceptions.ResourceNotFound):
        client.reference("ServiceRequest", "999999").to_resource()
    for type, search in (("Patient", {}), ("ServiceRequest", {"nonsense": "1"}), ("Encounter", {}), ("Appointment", {"date": "soon"}), ("Observation", {"_sort": "value"}), ("Appointment", {"_include": "Appointment:weather"}), ("Slot", {"_revinclude": "Appointment:patient"})):
        with pytest.raises(fhirpy.base.exceptions.OperationOutcome) as said:
            client.resources(type).search(**search).fetch()
        assert fits(said.value.resource if hasattr(said.value, "resource") else json.loads(str(said.value)))["issue"][0]["severity"] == "error"
    with pytest.raises(fhirpy.base.exceptions.ForbiddenError):
        client.resource("Task", status="draft", intent="order").save()


def test_the_server_sends_small_answers_at_once(served):
    """Without TCP_NODELAY the second answer of a kept connection can wait 40 ms for an acknowledgement; looked at in the server's own socket."""
    host, _, port = served.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as kept:
        kept.sendall(b"GET /fhir/metadata HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert kept.recv(8) == b"HTTP/1.1"
        held = _held_by(kept.getsockname())
        if held is None:
            pytest.skip("this system lets nobody look at another process's sockets")
        with held:
            assert held.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def _held_by(peer: tuple[str, int]) -> socket.socket | None:
    """The other end of a connection: a copy of the server's socket, or None where it cannot be had (pidfd_getfd is Linux's since 5.6)."""
    get = ctypes.CDLL(None, use_errno=True).syscall
    for process in (each for each in Path("/proc").iterdir() if each.name.isdigit() and b"sanyi.web.server" in _command(each)):
        with open(os.pidfd_open(int(process.name))) as opened:
            for file in (process / "fd").iterdir():
                if (number := get(438, opened.fileno(), int(file.name), 0)) >= 0:
                    try:
                        found = socket.socket(fileno=number)
                    except OSError:  # no socket
                        os.close(number)
                        continue
                    if _peer(found) == peer:
                        return found
                    found.close()
    return None


def _command(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def _peer(found: socket.socket) -> object:
    try:
        return found.getpeername()
    except OSError:
        return None


def test_a_device_sends_an_image_a_curve_and_values_and_they_are_read_back(served):
    """With a token of the centre's technician: what it sends is what is read, byte for byte; and nobody reads it elsewhere."""
    import base64
    tech, made = served.client("h1-tech"), served.made
    image = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 800  # more than Django takes into memory
    order = {"basedOn": [{"reference": f"ServiceRequest/exam-{made['claimed']}"}], "status": "completed"}
    sent = tech.resource("Media", **order, content={"contentType": "image/png", "title": "肝", "data": base64.b64encode(image).decode()}, subject={"reference": f"Patient/{made['patient']}"})
    sent.save()
    fits(sent.serialize())
    read = tech.reference("Binary", sent.id).to_resource()
    assert base64.b64decode(read["data"]) == image and read["contentType"] == "image/png"
    fits(read.serialize())
    values = [{"code": {"coding": [{"system": "urn:sanyi:analyte", "code": code}]}, "valueQuantity": {"value": value}} for code, value in (("k", 6.3), ("na", 140), ("cl", 100.5))]
    blood = tech.resource("Observation", status="preliminary", basedOn=[{"reference": f"ServiceRequest/exam-{made['blood']}"}], code={"text": "电解质"}, component=values)
    blood.save()
    assert blood.id.startswith("measured-") and [each["interpretation"][0]["coding"][0]["code"] for each in blood["component"]] == ["HH", "N", "N"]
    fits(blood.serialize())
    found = served.client("t1-gp").resources("Observation").search(patient=made["patient"], category="ecg", status="final").fetch()
    curve = next(each for each in found if each.id.startswith("curve-"))
    assert curve["component"][0]["valueSampledData"]["data"].split()[:2] == ["0", "900"] and curve["component"][0]["valueSampledData"]["period"] == 10
    fits(curve.serialize())
    again = tech.resource("Observation", status="final", basedOn=order["basedOn"], code={"text": "x"}, component=[dict(each) for each in curve["component"]])
    again.save()
    assert again.id.startswith("curve-")
    for client, wrong in (("h2-doc", 404), ("r-0", 403)):
        with pytest.raises(Exception) as why:
            served.client(client).resource("Media", **order, content={"data": base64.b64encode(image + b"1").decode()}).save()
        assert "forbidden" in str(why.value) or "not-found" in str(why.value), wrong
    with pytest.raises(Exception) as why:
        served.client("t1-gp").reference("Binary", sent.id).to_resource()
    assert "not-found" in str(why.value) or "Not" in type(why.value).__name__, "not out yet"
    with pytest.raises(Exception) as why:
        tech.resource("Media", **order, content={"data": base64.b64encode(b"MZ" + bytes(300)).decode()}).save()
    assert "DICOM" in str(why.value)
