"""The accounts, for the reform office: who may sign in, in which role and unit; made, closed, given a new password."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.one import ledgers, units
from sanyi.store.people import accounts as find_accounts, new_account, new_password, set_active
from sanyi.web.posted import Words, answer_post, notice, typed
from sanyi.web.views.errors import said
from sanyi.web.words import say
from sanyi.web.work_words import pair
from sanyi.workflows.facts import ROLES


@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: HttpRequest) -> HttpResponse:
    """The list; a POST makes, closes or opens an account, or gives it a new password, which is shown this once."""
    if request.user.role != "office":
        return said(request, 403, say(request, "账户由医改办管理", "Accounts are kept by the reform office"))
    if request.method != "POST":
        return _page(request)
    fresh: dict[str, str] = {}
    acts = {"new": lambda: _new(request, fresh), "password": lambda: _password(request, fresh),
            "close": lambda: _close(request, False), "open": lambda: _close(request, True)}
    answer = answer_post(request, acts, reverse("accounts"), lambda refusal: _page(request, refusal))
    return _page(request, fresh=fresh) if fresh else answer  # a password is kept nowhere, so the answer itself must show it


def _new(request: HttpRequest, fresh: dict[str, str]) -> Words:
    name = typed(request, "name", "账户名", "name", 150)
    fresh |= {"password": new_account(name, request.POST.get("role", ""), request.POST.get("unit", ""), request.user.name), "name": name}
    return f"账户 {name} 已建立", f"The account {name} is made"


def _password(request: HttpRequest, fresh: dict[str, str]) -> Words:
    name = typed(request, "name", "账户名", "name", 150)
    fresh |= {"password": new_password(name, request.user.name), "name": name}
    return f"账户 {name} 已换新密码", f"{name} has a new password"


def _close(request: HttpRequest, is_active: bool) -> Words:
    name = typed(request, "name", "账户名", "name", 150)
    set_active(name, is_active, request.user.name)
    return (f"账户 {name} 已启用", f"{name} may sign in again") if is_active else (f"账户 {name} 已停用", f"{name} is closed")


def _page(request: HttpRequest, refusal: dict[str, Any] | None = None, fresh: dict[str, str] | None = None) -> HttpResponse:
    named = {unit["entry"]: pair(request, unit) for ledger in ledgers() for unit in units(ledger["plan"])}
    rows = [{**row, "role": say(request, *ROLES[row["role"]]), "unit": named.get(row["unit"], row["unit"]), "is_self": row["name"] == request.user.name}
            for row in find_accounts(request.user.name)]
    return render(request, "accounts.html", {
        **notice(request, refusal), "rows": rows, "fresh": fresh, "roles": [(role, say(request, *words)) for role, words in ROLES.items()][::-1],
        "bodies": sorted(named.items(), key=lambda pair: pair[1])}, status=refusal["status"] if refusal else 200)
