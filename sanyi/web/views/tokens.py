"""One's own tokens for programs: made here, by a signed-in person, and shown once. Source: R33."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.tokens.making import end_token, make_token, tokens_of
from sanyi.web import clock
from sanyi.web.access import SIGNED_IN, allowed
from sanyi.web.posted import Words, answer_post, notice, typed, whole
from sanyi.workflows.facts import ADMINISTRATORS


@allowed(*(role for role in SIGNED_IN if role not in ADMINISTRATORS))
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """One's tokens; a POST makes or ends one."""
    fresh: dict[str, str] = {}
    if request.method != "POST":
        return _page(request)
    acts = {"make": lambda: _make(request, fresh), "end": lambda: _end(request)}
    said = answer_post(request, acts, reverse("tokens"), lambda refusal: _page(request, refusal))
    return _page(request, fresh=fresh) if fresh else said


def _make(request: HttpRequest, fresh: dict[str, str]) -> Words:
    name = typed(request, "name", "名称", "name", 80)
    token, _ = make_token(name, request.POST.get("scopes", "").split(), whole(request, "days"), request.by, clock.now())
    fresh |= {"name": name, "token": token}
    return f"令牌“{name}”已建立", f"The token {name!r} is made"


def _end(request: HttpRequest) -> Words:
    end_token(whole(request, "id"), request.by, clock.now())
    return "令牌已作废", "The token is ended"


def _page(request: HttpRequest, refusal: dict[str, Any] | None = None, fresh: dict[str, str] = {}) -> HttpResponse:
    return render(request, "tokens.html", {**notice(request, refusal), "fresh": fresh, "rows": tokens_of(request.by, clock.now())},
                  status=refusal["status"] if refusal else 200)
