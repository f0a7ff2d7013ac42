"""A resident makes the own account with the desk's code."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.health.linking import link_account
from sanyi.web import clock
from sanyi.web.access import PUBLIC, allowed
from sanyi.web.guessing import guessing
from sanyi.web.posted import Words, done_or_shown, notice


@allowed(PUBLIC)
@guessing
@require_http_methods(["GET", "HEAD", "POST"])
def my_account(request: HttpRequest) -> HttpResponse:
    """The form; a POST makes the account, or sets a forgotten password anew."""
    return done_or_shown(request, {"link": lambda: _link(request)}, reverse("sign_in"), lambda refusal: _account(request, refusal))


def _account(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    return render(request, "my_account.html", notice(request, refusal), status=refusal["status"] if refusal else 200)


def _link(request: HttpRequest) -> Words:
    values = [request.POST.get(name, "")[:150].strip() for name in ("identity", "code", "name")]
    link_account(*values, request.POST.get("password", "")[:1000], clock.now())
    return "账户已开通，请登录", "The account is ready; sign in"
