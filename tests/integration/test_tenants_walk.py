"""The whole URL map × roles × tenants: what is another tenant's is answered as if it were not there, and no byte of it leaves by any page, list, count or workbook. Source: R36, R40."""
import io
import re
import zipfile

import pytest
from canary_world import FOREIGN, MARK, NOW, OWN, TENANTS, World, canary
from signed_in import signed_in
from web_results import invent

from sanyi.workflows.facts import ROLES

ROW_OF = {  # which row a parameter names; what is not here names nobody's row (a plan, a table, a rule)
    "prescription_id": "prescription", "delivery_id": "deliveryorder", "exam_id": "exam", "critical_id": "criticalvalue", "consultation_id": "consultation", "appointment_id": "appointment",
    "waiting_id": "waiting", "contract_id": "contract", "contract_request_id": "contractrequest", "referral_id": "referral", "access_review_id": "breakglass", "person_id": "person", "review_id": "specialreview", "voucher_id": "voucher",
    "institution_id": "institution", "audit_case_id": "auditcase", "result_notice_id": "resultnotice", "card_id": "healthcard"}
WIDE = ("office", "lead", "bureau", "expert", "reader", "supervisor", "system_admin", "security_admin", "audit_admin")  # roles that look after the region: no tenant is another's to them
DIRECTORY = ("organisation_of", "organisation_row")  # who works where is everybody's
BREAKING_GLASS = (("post", "health_record"),)  # the one form that any clinician may fill in on anybody: filled in wrongly it is sent back
ASKED = ("", f"?q={MARK}&size=100&export=xlsx", f"?institution={FOREIGN[0]}&unit={FOREIGN[0]}&institution_id={FOREIGN[0]}&size=100&all=")
VERBS = ("get", "post", "put")
NOT_THERE, SAID = (403, 404, 405), (200, 302, 400, 403, 404, 405, 409, 413, 415, 422, 503)
CANARIES = re.compile("|".join(canary(tenant, 0)[:-1] for tenant in FOREIGN).encode())


@pytest.fixture
def world(undone, tmp_path, monkeypatch):
    """The canaries, a run, books with a hospital's dispute of each tenant, and an account of every role at the own institution."""
    from sanyi.web import clock
    for name, value in {"SANYI_RESULTS": str(invent(tmp_path)), "SANYI_PLAN": "haikou-2018", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    made = World()
    made.books()
    made.rules()
    return made


def test_nothing_of_another_tenant_leaves_by_any_route(world):
    """Roles that look after the region have no other tenant; that a route refuses roles it does not declare, `test_access.py` walks whole."""
    from django.urls import get_resolver
    from sanyi.web.access import PUBLIC
    told, wrong = dict.fromkeys(("refused", "listed", "bytes"), 0), []
    patterns, narrow = get_resolver().url_patterns, [role for role in ROLES if role not in WIDE]
    for role in narrow:
        browser = signed_in(world.accounts[role], raise_request_exception=False)
        for pattern in patterns:
            roles, is_row = pattern.callback.allowed_roles, _names_a_row(pattern)
            if PUBLIC in roles or pattern.name == "sign_out" or pattern.name in DIRECTORY or role not in roles and not is_row:
                continue
            for verb, address in _calls(world, pattern, is_row, role in roles):
                status, body = _asked(browser, verb, address)
                told["bytes"] += len(body)
                told["refused" if is_row else "listed"] += 1
                if found := CANARIES.search(body):
                    wrong.append((role, verb, address, status, body[max(0, found.start() - 60):found.end() + 20]))
                elif status not in (NOT_THERE if is_row and (verb, pattern.name) not in BREAKING_GLASS else SAID):
                    wrong.append((role, verb, address, status))
    print(f"{len(patterns)} routes × {len(narrow)} roles × {len(TENANTS)} tenants: {told['refused']} calls for another's row refused, {told['listed']} lists, forms and workbooks without a canary, "
          f"{told['bytes']} bytes read")
    assert wrong == [], "\n".join(map(str, wrong[:60]))
    assert told["refused"] > 300 and told["listed"] > 400


def _names_a_row(pattern) -> bool:
    """Whether an address names a tenant's row; a person of the index every desk finds, masked, and any desk proves any card."""
    return bool(set(pattern.pattern.converters) & set(ROW_OF)) and not any(shared in str(pattern.pattern) for shared in ("persons/", "health-cards/"))


def _calls(world, pattern, is_row: bool, is_declared: bool):
    """The calls of one cell: of a row of each other tenant with every verb; of a list what can be asked of it, and a form that names another tenant."""
    if is_row:
        for tenant in FOREIGN:
            yield from ((verb, _address(world, pattern, tenant)) for verb in (VERBS if is_declared else VERBS[:1]))
        return
    plain = _address(world, pattern, FOREIGN[0])
    is_of_a_run = "reader" in pattern.callback.allowed_roles and "settlement" not in plain  # what a run says is kept to the own by `test_own_pages.py`
    yield from (("get", plain + asked) for asked in (ASKED[:1] if is_of_a_run else ASKED))
    if not is_of_a_run:
        yield "post", plain


def test_the_canaries_are_there_to_be_found(world):
    """The same pages show them to whom they belong: the walk would see a leak."""
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Posting
    shown = 0
    for role, address in (("doctor", "/referrals/out/"), ("doctor", "/prescriptions/"), ("family_doctor", "/contracts/"), ("doctor", "/exams/"), ("director", "/access-reviews/")):
        posting = Posting.objects.get(staff=Account.objects.get(name=world.accounts[role]).staff)
        Posting.objects.filter(pk=posting.pk).update(institution=world.rows[FOREIGN[0], "institution"])
        body = signed_in(world.accounts[role]).get(address).content
        Posting.objects.filter(pk=posting.pk).update(institution=world.rows[OWN, "institution"])
        count = re.search(rb'data-count="(\d+)"', body)
        assert count and int(count.group(1)) == 1, (address, count)
        shown += bool(CANARIES.search(body))
    assert shown >= 1


def _address(world, pattern, tenant: str) -> str:
    """A route's address for a tenant's row."""
    def value(found: re.Match) -> str:
        kind, name = found.groups()
        if name in ("batch_id", "period_id"):
            return str(world.batch.pk if name == "batch_id" else world.batch.period_id)
        row = world.rows.get((tenant, ROW_OF.get(name, "")))
        return str(row.code if ROW_OF.get(name) == "institution" else row.pk) if row else {"int": "987654"}.get(kind, world_person(world, tenant))
    return "/" + re.sub(r"<(\w+):(\w+)>", value, str(pattern.pattern))


def world_person(world, tenant: str) -> str:
    """A resident of another tenant, for whatever asks by a word."""
    return str(world.rows[tenant, "person"].pk)


def _asked(browser, verb: str, address: str) -> tuple[int, bytes]:
    """What is answered, a workbook unpacked; forms name the other tenant wherever they can."""
    tenant = FOREIGN[0]
    form = {"do": "step", "step": "withdraw", "version": "1", "given.reason": "x", "given.note": "x", "institution": tenant, "unit": tenant, "institution_id": tenant, "person": "1"}
    answer = getattr(browser, verb)(address, form) if verb == "post" else getattr(browser, verb)(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    return answer.status_code, body


DESKS = ("registrar", "technician", "doctor", "director")
FOR_THE_LIST = {  # above the second level, and what the list is there for: who reads it does that very work
    "exam.item": {"exams", "exam_work", "critical_values", "today"}, "criticalvalue.text": {"exams", "exam_work", "critical_values", "today"}}
ALARMED = {"technician", "doctor", "director"}  # a critical value is said at once to whoever must tell it, read it back, or is told when nobody does


def test_lists_show_nothing_above_the_second_level_but_what_they_are_there_for(world):
    """Pages that name no row, of the own institution's rows: texts of level 4 and 5 never, but an alarm to whom it rings. Source: R48."""
    from django.urls import get_resolver
    levels, shown, asked = _levels(world), set(), 0
    for role in DESKS:
        browser = signed_in(world.accounts[role], raise_request_exception=False)
        for pattern in get_resolver().url_patterns:
            if role in pattern.callback.allowed_roles and not pattern.pattern.converters and pattern.name != "sign_out":
                _, body = _asked(browser, "get", f"/{pattern.pattern}")
                shown |= {(*levels[text.decode()], pattern.name, role) for text in re.findall(rb"canaryA1x\d+", body) if text.decode() in levels}
                asked += 1
    high = {each for each in shown if each[0] > 2}
    print(f"{asked} lists; above the second level: {sorted(high)}")
    assert asked > 100 and len(shown) > len(high) > 0
    assert [each for each in high if each[2] not in FOR_THE_LIST.get(each[1], ())] == [], "mask it, or say what the list is there for"
    assert {(name, role) for level, name, _, role in high if level > 3} <= {("criticalvalue.text", role) for role in ALARMED}


def _levels(world) -> dict:
    """Each text of the own institution's rows with the level and name of its column."""
    from sanyi.store.personal import level_of
    return {getattr(row, field.attname): (level_of(type(row), field.name), f"{name}.{field.name}") for (tenant, name), row in world.rows.items() if tenant == OWN
            for field in row._meta.concrete_fields if str(getattr(row, field.attname)).startswith(MARK)}


FHIR_ROWS = {  # which row of a tenant a resource is, by its id
    "Appointment": lambda rows, tenant: rows[tenant, "appointment"].pk, "ServiceRequest": lambda rows, tenant: rows[tenant, "referral"].pk, "Task": lambda rows, tenant: rows[tenant, "referral"].pk,
    "DiagnosticReport": lambda rows, tenant: rows[tenant, "exam"].pk, "Observation": lambda rows, tenant: rows[tenant, "examreport"].pk,
    "MedicationRequest": lambda rows, tenant: f"{rows[tenant, 'prescriptionline'].prescription_id}-{rows[tenant, 'prescriptionline'].position}"}


def test_no_fhir_resource_shows_another_tenants_canary(world):
    """Every resource × roles × tenants: lists, searches by a stranger's patient, what comes along, and reads of a stranger's rows. Source: R36, R37."""
    from sanyi.web.fhir import all_resources
    from sanyi.web.fhir.including import revincludes
    told, wrong = dict.fromkeys(("searched", "refused", "bytes"), 0), []
    narrow = [role for role in ROLES if role not in WIDE]
    for role in narrow:
        browser = signed_in(world.accounts[role], raise_request_exception=False)
        for type, resource in all_resources().items():
            persons = [world.rows[tenant, "person"].pk for tenant in FOREIGN]
            along = "".join(f"&_include={type}:{name}" for name in resource.refers) + "".join(f"&_revinclude={each}" for each in revincludes(type))
            searches = ["?_count=100", f"?_count=100{along}", *(f"?_sort=-{name}&_total=accurate" for name in resource.sorts),
                        *(f"?{name}={person}{along}" for name in ("patient", "_id") if name in {*resource.params, "_id"} for person in persons)]
            reads = [f"/{row(world.rows, tenant)}" for tenant in FOREIGN for row in (FHIR_ROWS.get(type),) if row] + ([f"/exam-{world.rows[tenant, 'exam'].pk}" for tenant in FOREIGN] if type == "ServiceRequest" else [])
            for asked in (*searches, *reads):
                said = browser.get(f"/fhir/{type}{asked}")
                told["refused" if asked.startswith("/") else "searched"] += 1
                told["bytes"] += len(said.content)
                if CANARIES.search(said.content) or said.status_code not in ((403, 404) if asked.startswith("/") else (200, 400, 403, 404, 422)):
                    wrong.append((role, type, asked, said.status_code, said.content[:200]))
    print(f"{len(all_resources())} resources × {len(narrow)} roles × {len(TENANTS)} tenants: {told['searched']} searches without a canary, {told['refused']} reads of another's row refused, {told['bytes']} bytes read")
    assert wrong == [], "\n".join(map(str, wrong[:40]))
    assert told["searched"] > 700 and told["refused"] > 100
