"""Refusing what a view does not declare, and leading to what must be done first. Source: R32, R35."""
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from sanyi.store.passwords import is_overdue
from sanyi.web.access import PUBLIC, View
from sanyi.web.api.answers import refusal, speaks
from sanyi.web.page import home
from sanyi.web.views.errors import said
from sanyi.web.words import say
from sanyi.workflows.facts import ADMINISTRATORS


class declared_only:  # noqa: N801  (a middleware that needs process_view must be a class)
    """Refuse a view that does not declare this role, or anything at all; ask administrators for their second factor, and for an overdue password."""

    def __init__(self, answer: View) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: View, arguments: Any, named: Any) -> HttpResponse | None:
        """Refuse, or lead to what must be done first."""
        roles = getattr(view, "allowed_roles", frozenset())
        if PUBLIC in roles:
            return None
        if request.actor is None or request.actor.role not in roles:  # type: ignore[attr-defined]
            return refused(request)
        return None if getattr(view, "is_first", False) else _first(request)


def _first(request: HttpRequest) -> HttpResponse | None:
    """Programs cannot be led anywhere: they are told."""
    if is_overdue(request.user, timezone.now()):
        return refusal(request, 403, said=("密码须先更改", "the password must be changed first")) if speaks(request) else HttpResponseRedirect(reverse("password"))
    if request.actor.role in ADMINISTRATORS and not request.actor.has_factor:  # type: ignore[attr-defined]
        return refusal(request, 403, said=("须先通过双因素验证", "this takes a second factor")) if speaks(request) else HttpResponseRedirect(f"{reverse('factor')}?next={request.path}")
    return None


def refused(request: HttpRequest) -> HttpResponse:
    """The page that says no, and nothing else; the first page leads on to the first one of the role's own menu."""
    if request.path == reverse("cockpit") and request.actor is not None:  # type: ignore[attr-defined]
        return HttpResponseRedirect(home(request.actor.role))
    return said(request, 403, say(request, "您的角色不能查看此页", "Your role may not open this page"))
