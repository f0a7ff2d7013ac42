"""Signing in, signing out, and switching the language."""
from urllib.parse import quote

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from sanyi.store.accounts import sign_in as try_sign_in
from sanyi.store.trail.recording import record
from sanyi.web.words import COOKIE, LANGUAGES

YEAR_SECONDS = 365 * 24 * 3600


def next_address(request: HttpRequest) -> str:
    """Where to go on: a page of this site, else the first one."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else reverse("cockpit")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; the answer to a wrong one does not say what was wrong."""
    if request.user.is_authenticated:
        return redirect(next_address(request))
    if request.method != "POST":
        return render(request, "sign_in.html", {"next": next_address(request)})
    account = try_sign_in(request, request.POST.get("name", "")[:150], request.POST.get("password", "")[:1000])
    if account is None:
        return render(request, "sign_in.html", {"next": next_address(request), "is_wrong": True}, status=403)
    login(request, account)
    return HttpResponseRedirect(next_address(request))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    record("sign_out", request.doing.actor, subject="account", subject_id=request.user.pk)
    logout(request)
    return redirect("sign_in")


@login_not_required
@require_POST
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Switch the language and stay on the page."""
    response = HttpResponseRedirect(next_address(request))
    if code in LANGUAGES:
        response.set_cookie(COOKIE, quote(code), max_age=YEAR_SECONDS, httponly=True, samesite="Strict")
    return response
