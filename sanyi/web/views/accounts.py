"""Accounts and rights, on two pages for two administrators: who may sign in, and what each may do. Source: R31, R34."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.one import ledgers, units
from sanyi.store.organisation.lists import institution_names
from sanyi.store.people import OWN_ROLES, accounts as find_accounts, new_account, new_password, reset_factor, set_active, set_rights
from sanyi.tables.table import Table, code, date, flag, text
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice, typed
from sanyi.web.words import say
from sanyi.web.work_words import pair
from sanyi.workflows.facts import ROLES

Fresh = dict[str, str]  # what is shown this once and kept nowhere


@allowed("system_admin")
@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts; a POST makes, closes or opens one, or gives it a new password, which is shown this once."""
    fresh: Fresh = {}
    acts = {"new": lambda: _new(request, fresh), "password": lambda: _password(request, fresh),
            "close": lambda: _close(request, False), "open": lambda: _close(request, True)}
    return _answer(request, "accounts", acts, fresh)


@allowed("security_admin")
@require_http_methods(["GET", "HEAD", "POST"])
def rights(request: HttpRequest) -> HttpResponse:
    """What each account may do; a POST gives a role, a unit and whose account it is, or takes a second factor away."""
    fresh: Fresh = {}
    return _answer(request, "rights", {"rights": lambda: _rights(request, fresh), "factor": lambda: _factor(request, fresh)}, fresh)


def _answer(request: HttpRequest, route: str, acts: dict[str, Any], fresh: Fresh) -> HttpResponse:
    if request.method != "POST":
        return _page(request, route)
    answer = answer_post(request, acts, reverse(route), lambda refusal: _page(request, route, refusal))
    return _page(request, route, fresh=fresh) if fresh else answer  # kept nowhere, so the answer itself must show it


def _name(request: HttpRequest) -> str:
    return typed(request, "name", "账户名", "name", 150)


def _new(request: HttpRequest, fresh: Fresh) -> Words:
    name = _name(request)
    fresh |= {"secret": new_account(name, request.POST.get("person", ""), request.by), "name": name, "zh": "密码", "en": "Password"}
    return f"账户 {name} 已建立", f"The account {name} is made"


def _password(request: HttpRequest, fresh: Fresh) -> Words:
    name = _name(request)
    fresh |= {"secret": new_password(name, request.by), "name": name, "zh": "密码", "en": "Password"}
    return f"账户 {name} 已换新密码", f"{name} has a new password"


def _close(request: HttpRequest, is_active: bool) -> Words:
    name = _name(request)
    set_active(name, is_active, request.by)
    return (f"账户 {name} 已启用", f"{name} may sign in again") if is_active else (f"账户 {name} 已停用", f"{name} is closed")


def _rights(request: HttpRequest, fresh: Fresh) -> Words:
    name = _name(request)
    code_ = set_rights(name, request.POST.get("role", ""), request.POST.get("unit", ""), request.POST.get("staff", ""), request.by)
    _invited(fresh, name, code_)
    return f"账户 {name} 的权限已变更", f"The rights of {name} are changed"


def _factor(request: HttpRequest, fresh: Fresh) -> Words:
    name = _name(request)
    _invited(fresh, name, reset_factor(name, request.by))
    return f"账户 {name} 的双因素验证已重置", f"The second factor of {name} is taken away"


def _invited(fresh: Fresh, name: str, code_: str) -> None:
    if code_:
        fresh |= {"secret": code_, "name": name, "zh": "双因素验证邀请码", "en": "Invitation for the second factor"}


def _page(request: HttpRequest, route: str, refusal: dict[str, Any] | None = None, fresh: Fresh | None = None) -> HttpResponse:
    named = {unit["entry"]: pair(request, unit) for ledger in ledgers() for unit in units(ledger["plan"])}
    rows = [_row(request, row, named) for row in find_accounts(request.by)]
    table = _table(named)
    if is_export(request) and not fresh:
        return plain_workbook(request, table, rows)
    return render(request, "accounts.html", {
        **notice(request, refusal), "list": plain_listing(request, table, rows, sort="name"), "is_rights": route == "rights", "fresh": fresh,
        "fresh_title": say(request, fresh["zh"], fresh["en"]) if fresh else "", "names": [row["name"] for row in rows if row["name"] != request.actor.name],
        "roles": [(role, say(request, *ROLES[role])) for role in OWN_ROLES][::-1], "bodies": sorted(named.items(), key=lambda each: each[1])},
        status=refusal["status"] if refusal else 200)


def _table(named: dict[str, str]) -> Table:
    return Table("accounts", "账户", "Accounts", key=("name",), columns=(
        text("name", "账户", "account"), code("role", "角色", "role", ROLES), text("unit", "单位", "unit", nullable=True), text("person", "本人", "person", nullable=True),
        text("staff", "人员编码", "staff", nullable=True), flag("is_active", "启用", "active"), flag("has_factor", "双因素验证", "second factor"),
        flag("is_locked", "锁定", "locked"), date("signed_in_on", "上次登录", "last sign-in", nullable=True), date("password_on", "密码日期", "password of", nullable=True)))


def _row(request: HttpRequest, row: dict[str, Any], named: dict[str, str]) -> dict[str, Any]:
    days = {name: clock.today_of(row[source]) if row[source] else None for name, source in (("signed_in_on", "last_login"), ("password_on", "password_at"))}
    role, house = row["posted"][0] if row["posted"] else (row["role"], named.get(row["unit"]) or institution_names({row["unit"]}).get(row["unit"], row["unit"]) if row["unit"] else "")
    more = len(row["posted"]) - 1
    return {"name": row["name"], "role": role, "unit": f"{house}{say(request, f' 等 {more + 1} 处', f' and {more} more') if more > 0 else ''}" or None, "person": row["staff__name"] or row["person"] or None, "staff": row["staff__code"],
            "is_active": row["is_active"], "has_factor": bool(row["factor_nonce"]), "is_locked": bool(row["locked_until"] and row["locked_until"] > clock.now()), **days}
