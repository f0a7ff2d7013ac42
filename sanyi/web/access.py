"""Who may call which route: every view declares it, and what is not declared is refused. Source: R35."""
from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver
from django.utils import timezone

from sanyi.store.organisation.lists import postings_of
from sanyi.store.tenancy import acting_for
from sanyi.store.who import Acting, acting_in
from sanyi.workflows.facts import OF_AN_INSTITUTION, ROLES, SEES_PLANS

View = Callable[..., HttpResponse]
POSTING, FACTOR = "posting", "factor_at"  # in the session
PUBLIC = "public"
SIGNED_IN = tuple(ROLES)
OWN = SEES_PLANS  # pages of plans, runs and books that a hospital sees too: what is of nobody, or narrowed to its own (`web/own.py`)
RUN = tuple(role for role in OWN if role != "hospital")  # those that show every institution
ORGANISATION = ("office", "bureau", "supervisor", "system_admin", "security_admin", *OF_AN_INSTITUTION)


def allowed(*roles: str) -> Callable[[View], View]:
    """Declare the roles that may call a view; `PUBLIC` needs no sign-in. Written above every other decorator."""
    unknown = set(roles) - {*ROLES, PUBLIC}
    if unknown or not roles:
        raise ValueError(f"no such roles: {sorted(unknown)}")

    def declare(view: View) -> View:
        view.allowed_roles = frozenset(roles)  # type: ignore[attr-defined]
        return login_not_required(view) if PUBLIC in roles else view
    return declare


def acting(answer: View) -> View:
    """Say who acts: the account in the posting that the session names; never from anything the request brings."""
    def middleware(request: HttpRequest) -> HttpResponse:
        request.by = request.actor = None  # type: ignore[attr-defined]
        request.postings = []  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            request.postings = postings_of(request.user.staff_id, timezone.localdate()) if request.user.staff_id else []
            row, has_factor = _posting(request), bool(request.session.get(FACTOR))
            request.by = Acting(request.user.name, row and row["id"], has_factor)
            request.actor = acting_in(request.user, row and (row["role"], row["institution_code"]), has_factor)
        with acting_for(request.actor):
            return answer(request)
    return middleware


def _posting(request: HttpRequest) -> dict[str, Any] | None:
    """The posting chosen in this session while it lasts, else the first that staff has; others act in their account's own role."""
    own, chosen = request.postings, request.session.get(POSTING)  # type: ignore[attr-defined]
    return next((row for row in own if row["id"] == chosen), own[0] if own else None)


def first_role(account: Any) -> str:
    """The role in which somebody who signs in begins: that of the first posting of today, else the account's own."""
    postings = postings_of(account.staff_id, timezone.localdate()) if account.staff_id else []
    return postings[0]["role"] if postings else str(account.role)


def comes_first(view: View) -> View:
    """Mark a view that may be called before a password is changed or a factor shown."""
    view.is_first = True  # type: ignore[attr-defined]
    return view


def routes() -> dict[str, frozenset[str]]:
    """Every route by its address, with the roles that may call it (none: nobody)."""
    return {f"/{pattern.pattern}": getattr(pattern.callback, "allowed_roles", frozenset()) for pattern in get_resolver().url_patterns}


@cache
def _by_name() -> dict[str, frozenset[str]]:
    return {pattern.name: getattr(pattern.callback, "allowed_roles", frozenset()) for pattern in get_resolver().url_patterns}


def may_open(route: str, role: str) -> bool:
    """Whether a role may open a route by its name; the menu shows no other."""
    return role in _by_name()[route]
