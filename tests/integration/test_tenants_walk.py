"""The whole URL map × roles × tenants: what is another tenant's is answered as if it were not there, and no byte of it leaves by any page, list, count or workbook. Source: R36, R40."""
import io
import re
import zipfile

import pytest
from canary_world import FOREIGN, MARK, NOW, OWN, World, canary
from signed_in import signed_in
from web_results import invent

from sanyi.workflows.facts import ROLES

ROW_OF = {  # which row a parameter names; what is not here names nobody's row (a plan, a table, a rule)
    "prescription_id": "prescription", "delivery_id": "deliveryorder", "exam_id": "exam", "critical_id": "criticalvalue", "consultation_id": "consultation", "appointment_id": "appointment",
    "waiting_id": "waiting", "contract_id": "contract", "referral_id": "referral", "access_review_id": "breakglass", "person_id": "person", "review_id": "specialreview", "voucher_id": "voucher",
    "institution_id": "institution", "card_id": "healthcard"}
WIDE = ("office", "lead", "bureau", "expert", "reader", "supervisor", "system_admin", "security_admin", "audit_admin")  # roles that look after the region: no tenant is another's to them
DIRECTORY = ("organisation_of", "organisation_row")  # who works where is everybody's
ASKED = ("", f"?q={MARK}", "?export=xlsx", f"?institution={FOREIGN[0]}&unit={FOREIGN[0]}&institution_id={FOREIGN[0]}&size=100&all=")
VERBS = ("get", "head", "post", "put", "patch", "delete")
NOT_THERE, SAID = (403, 404), (200, 302, 400, 403, 404, 405, 409, 413, 415, 422, 503)
CANARIES = re.compile("|".join(canary(tenant, 0)[:-1] for tenant in FOREIGN).encode())


@pytest.fixture
def world(undone, tmp_path, monkeypatch):
    """The canaries, a run, books with a hospital's dispute of each tenant, an account of every role at the own institution, and one of every role that looks after the region."""
    from sanyi.store.models import Account
    from sanyi.web import clock
    for name, value in {"SANYI_RESULTS": str(invent(tmp_path)), "SANYI_PLAN": "haikou-2018", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    made = World()
    made.books()
    made.rules()
    for role in WIDE:
        if role not in made.accounts:
            made.accounts[role] = Account.objects.create(name=f"wide-{role}", role=role, unit="L1" if role == "lead" else "", person=f"wide-{role}", password="!").name
    return made


def test_nothing_of_another_tenant_leaves_by_any_route(world):
    from django.urls import get_resolver
    from sanyi.web.access import PUBLIC
    told = {"cells": 0, "refused": 0, "listed": 0, "bytes": 0, "wide": 0}
    wrong: list = []
    patterns = get_resolver().url_patterns
    for role in ROLES:
        browser = signed_in(world.accounts[role], raise_request_exception=False)
        for pattern in patterns:
            roles, names = pattern.callback.allowed_roles, list(pattern.pattern.converters)
            if PUBLIC in roles or pattern.name in ("sign_out", *DIRECTORY):
                continue
            for tenant in FOREIGN:
                is_row = any(name in ROW_OF for name in names)
                addresses = _addresses(world, pattern, tenant, is_row)
                verbs = VERBS if role in roles and is_row else ("get", "post")
                for address in addresses if role in roles else addresses[:1]:
                    for verb in verbs if address == addresses[0] else ("get",):
                        status, body = _asked(browser, verb, address, tenant)
                        told["cells"] += 1
                        told["bytes"] += len(body)
                        if status not in SAID:
                            wrong.append((role, verb, address, status))
                        elif role in WIDE:
                            told["wide"] += 1
                        elif found := CANARIES.search(body):
                            wrong.append((role, verb, address, status, body[max(0, found.start() - 60):found.end() + 20]))
                        elif role not in roles or is_row:
                            told["refused"] += 1
                            if status not in NOT_THERE and not (address == "/" and status == 302) and verb in ("get", "post"):
                                wrong.append((role, verb, address, status))
                        else:
                            told["listed"] += 1
                if not names or not is_row:
                    break  # an address that names no tenant is the same for all: its canaries are those of all
    print(f"{len(patterns)} routes × {len(ROLES)} roles × {1 + len(FOREIGN)} tenants: {told['cells']} calls, {told['refused']} refused, {told['listed']} lists and forms without a canary, "
          f"{told['wide']} of roles that look after the region, {told['bytes']} bytes read")
    assert wrong == []
    assert told["refused"] > 1_500 and told["listed"] > 200


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


def _addresses(world, pattern, tenant: str, is_row: bool) -> list[str]:
    """A route's address for a tenant's row; of one that names no row also what can be asked of it."""
    def value(found: re.Match) -> str:
        row = world.rows.get((tenant, ROW_OF.get(found.group(2), "")))
        if found.group(2) in ("batch_id", "period_id"):
            return str(world.batch.pk if found.group(2) == "batch_id" else world.batch.period_id)
        return str(row.code if ROW_OF.get(found.group(2)) == "institution" else row.pk) if row else {"int": "987654", "str": world_person(world, tenant)}[found.group(1)]
    plain = "/" + re.sub(r"<(\w+):(\w+)>", value, str(pattern.pattern))
    return [plain] if is_row else [plain + asked for asked in ASKED]


def world_person(world, tenant: str) -> str:
    """A resident of another tenant, for whatever asks by a word."""
    return str(world.rows[tenant, "person"].pk)


def _asked(browser, verb: str, address: str, tenant: str) -> tuple[int, bytes]:
    """What is answered, a workbook unpacked; forms name the other tenant wherever they can."""
    form = {"do": "step", "step": "withdraw", "version": "1", "given.reason": "x", "given.note": "x", "institution": tenant, "unit": tenant, "institution_id": tenant, "person": "1"}
    answer = getattr(browser, verb)(address, form) if verb == "post" else getattr(browser, verb)(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    return answer.status_code, body
