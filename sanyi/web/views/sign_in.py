"""Signing in and out, the second factor, one's own password, the posting one acts in, and the language."""
from typing import Any
from urllib.parse import quote

from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from sanyi.store.accounts import sign_in as try_sign_in
from sanyi.store.factor import enrol, new_nonce, shown_secret, verify
from sanyi.store.passwords import change_password, is_overdue
from sanyi.store.trail.recording import record
from sanyi.web import clock
from sanyi.web.access import FACTOR, POSTING, PUBLIC, SIGNED_IN, allowed, comes_first, first_role, may_open
from sanyi.web.guarding import refused
from sanyi.web.guessing import guessing
from sanyi.web.page import home
from sanyi.web.posted import Words, answer_post, notice, typed, whole
from sanyi.web.squares import square_of
from sanyi.web.words import COOKIE, LANGUAGES
from sanyi.workflows.errors import NotAllowed

NONCE = "factor_nonce"  # in the session, until the factor is set up
YEAR_SECONDS = 365 * 24 * 3600


def next_address(request: HttpRequest) -> str:
    """Where to go on: a page of this site, else the first one."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else reverse("cockpit")


@allowed(PUBLIC)
@guessing
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; the answer to a wrong one does not say what was wrong."""
    if request.user.is_authenticated:
        return redirect(next_address(request))
    if request.method != "POST":
        return render(request, "sign_in.html", {"next": next_address(request)})
    account = try_sign_in(request, request.POST.get("name", "")[:150], request.POST.get("password", "")[:1000])
    if account is None:
        return render(request, "sign_in.html", {"next": next_address(request), "is_wrong": True, "name": request.POST.get("name", "")[:150]}, status=403)
    login(request, account)
    wanted = next_address(request)
    return HttpResponseRedirect(home(first_role(account)) if wanted == reverse("cockpit") else wanted)


@allowed(*SIGNED_IN)
@comes_first
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    record("sign_out", request.doing.actor, subject="account", subject_id=request.user.pk)
    logout(request)
    return redirect("sign_in")


@allowed(PUBLIC)
@require_POST
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Switch the language and stay on the page."""
    response = HttpResponseRedirect(next_address(request))
    if code in LANGUAGES:
        response.set_cookie(COOKIE, quote(code), max_age=YEAR_SECONDS, httponly=True, samesite="Strict")
    return response


@allowed(*SIGNED_IN)
@comes_first
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of the account end."""
    if request.method == "POST":
        return answer_post(request, {"change": lambda: _change(request)}, next_address(request), lambda refusal: _password_page(request, refusal))
    return _password_page(request)


def _change(request: HttpRequest) -> Words:
    new = request.POST.get("new", "")
    account = change_password(request.user.name, request.POST.get("old", "")[:1000], new[:1000], clock.now())
    update_session_auth_hash(request, account)
    return "密码已更改", "The password is changed"


def _password_page(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    return render(request, "password.html", {**notice(request, refusal), "may_have_tokens": may_open("tokens", request.actor.role), "is_overdue": is_overdue(request.user, clock.now()), "next": next_address(request)},
                  status=refusal["status"] if refusal else 200)


@allowed(*SIGNED_IN)
@comes_first
@guessing
@require_http_methods(["GET", "HEAD", "POST"])
def factor(request: HttpRequest) -> HttpResponse:
    """Show a second factor for this session, or set the first one up; its recovery codes are shown this once. Source: R32."""
    if request.method != "POST":
        return _factor_page(request)
    codes: list[str] = []
    acts = {"verify": lambda: _verify(request), "enrol": lambda: _enrol(request, codes)}
    answer = answer_post(request, acts, next_address(request), lambda refusal: _factor_page(request, refusal))
    return render(request, "factor.html", {"codes": codes, "next": next_address(request)}) if codes else answer


def _verify(request: HttpRequest) -> Words:
    verify(request.user.name, typed(request, "code", "验证码", "code", 40), clock.now())
    return _shown(request)


def _enrol(request: HttpRequest, codes: list[str]) -> Words:
    codes += enrol(request.user.name, request.session.pop(NONCE, ""), typed(request, "code", "验证码", "code", 40), request.POST.get("invitation", "")[:40], clock.now())
    request.user.refresh_from_db()
    update_session_auth_hash(request, request.user)
    return _shown(request)


def _shown(request: HttpRequest) -> Words:
    request.session[FACTOR] = int(clock.now().timestamp())
    return "双因素验证已通过", "The second factor is shown"


def _factor_page(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    account, secret, address = request.user, "", ""
    if not account.factor_nonce:
        nonce = request.session.setdefault(NONCE, new_nonce())
        secret, address = shown_secret(account, nonce)
    return render(request, "factor.html", {**notice(request, refusal), "secret": secret, "square": square_of(address) if address else "", "is_invited": bool(account.factor_invitation),
                                           "next": next_address(request)}, status=refusal["status"] if refusal else 200)


@allowed(*SIGNED_IN)
@require_POST
def posting(request: HttpRequest) -> HttpResponse:
    """Act in another of one's own postings from now on."""
    chosen = next((row["role"] for row in request.postings if str(row["id"]) == request.POST.get("posting")), request.actor.role)
    return answer_post(request, {"switch": lambda: _switch(request)}, home(chosen), lambda refusal: refused(request))


def _switch(request: HttpRequest) -> Words:
    chosen = next((row for row in request.postings if row["id"] == whole(request, "posting")), None)
    if chosen is None:
        raise NotAllowed("该任职已结束或不是本人的", "this posting has ended, or is not one's own")
    record("change", request.doing.actor, step="switch", subject="posting", subject_id=chosen["id"], institutions=(chosen["institution_code"],), after=chosen["role"])
    request.session[POSTING] = chosen["id"]
    request.session.cycle_key()
    return f"现在以 {chosen['institution_name']} 的身份办理", f"You now act for {chosen['institution_name']}"

