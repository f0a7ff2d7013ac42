"""Every route says who may call it, and everybody else is refused. Source: R35."""
import pytest
from signed_in import signed_in
from web_results import invent

from sanyi.workflows.facts import PLAN_ROLES, ROLES


@pytest.fixture
def pages(undone, tmp_path, monkeypatch):
    for name, value in {"SANYI_RESULTS": str(invent(tmp_path)), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    return signed_in


def patterns():
    from django.urls import get_resolver
    return get_resolver().url_patterns


def address_of(pattern) -> str:
    import re
    return "/" + re.sub(r"<(\w+):\w+>", lambda found: "7" if found.group(1) == "int" else "x", str(pattern.pattern))


def test_every_route_is_declared_and_none_is_nested(site_folder):
    from sanyi.web.access import PUBLIC, routes
    undeclared = [address for address, roles in routes().items() if not roles]
    assert not undeclared, f"routes without @allowed: {undeclared}"
    assert len(routes()) == len(patterns()) and all(hasattr(pattern, "callback") for pattern in patterns())
    assert {address for address, roles in routes().items() if PUBLIC in roles} == {"/sign-in/", "/language/<str:code>/", "/my/account/"}, "a resident opens an account with a code from the desk"
    assert all(roles <= {*ROLES, PUBLIC} for roles in routes().values())


def test_a_view_that_declares_nothing_is_refused_even_to_the_office(pages, monkeypatch):
    from sanyi.store.models import Account
    from sanyi.web.views import cockpit
    Account.objects.create(name="office-1", role="office")
    assert pages("office-1").get("/").status_code == 200
    monkeypatch.setattr(cockpit.cockpit, "allowed_roles", frozenset())
    from sanyi.web import access
    access._by_name.cache_clear()
    try:
        assert pages("office-1").get("/").status_code == 302, "led on to the first page that is declared"
        monkeypatch.delattr(cockpit.cockpit, "allowed_roles")
        assert pages("office-1").get("/").status_code == 302
    finally:
        access._by_name.cache_clear()
    with pytest.raises(ValueError):
        access.allowed("king")
    with pytest.raises(ValueError):
        access.allowed()


def test_every_route_times_every_role_is_refused_where_it_is_not_declared(pages):
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Institution, Posting, Staff
    from sanyi.web.access import PUBLIC
    day = "2020-01-01"
    place = Institution.objects.create(code="walked-H1", name="院", kind="general", ownership="public", from_on=day)
    refused = opened = 0
    for role in ROLES:
        if role in (*PLAN_ROLES, "resident", "system_admin", "security_admin", "audit_admin"):
            Account.objects.create(name=f"walks-as-{role}", role=role, unit="walked-H1")
        else:
            staff = Staff.objects.create(code=f"walks-as-{role}", profession="doctor", from_on=day)
            Posting.objects.create(staff=staff, institution=place, role=role, from_on=day)
            Account.objects.create(name=f"walks-as-{role}", staff=staff)
        browser = pages(f"walks-as-{role}")
        for pattern in patterns():
            roles = pattern.callback.allowed_roles
            if role in roles or PUBLIC in roles:
                opened += 1
                continue
            for verb in ("get", "post"):
                answer = getattr(browser, verb)(address_of(pattern))
                is_led_on = answer.status_code == 302 and address_of(pattern) == "/"
                assert answer.status_code == 403 or is_led_on, (role, verb, str(pattern.pattern), answer.status_code)
                refused += 1
    print(f"{len(patterns())} routes × {len(ROLES)} roles: {opened} declared, {refused} calls refused")
    assert refused > 1_000


def test_nobody_signed_out_opens_anything_but_the_sign_in(pages):
    from django.test import Client

    from sanyi.web.access import PUBLIC
    for pattern in patterns():
        if PUBLIC not in pattern.callback.allowed_roles:
            answer = Client().get(address_of(pattern))
            assert answer.status_code == 401 if is_for_programs(address_of(pattern)) else answer.headers.get("Location", "").startswith("/sign-in/"), str(pattern.pattern)


def is_for_programs(address: str) -> bool:
    """Programs are told in JSON that nobody knows them; people are led to the sign-in."""
    return address.startswith(("/api/", "/fhir/")) and address != "/api/"


def test_pages_hand_over_the_session_and_never_a_bare_name(checkout):
    for path in (checkout / "sanyi" / "web").rglob("*.py"):
        if path.name not in ("access.py", "sign_in.py", "trailed.py"):
            assert "request.user.name" not in path.read_text("utf-8"), f"{path.name}: request.by says who acts, with posting and factor"


def test_the_printed_table_of_routes_is_the_code_s(site_folder, checkout):
    from sanyi.web.routes_page import routes_page
    assert (checkout / "docs" / "routes.md").read_text("utf-8") == routes_page(), "print it: sanyi pages print"
