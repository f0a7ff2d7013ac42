"""Who calls: a token in the header, which never becomes a session, or the browser's own session. Source: R33."""
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sanyi.store.tokens.scopes import covers
from sanyi.store.tokens.using import bearer_of
from sanyi.web import clock
from sanyi.web.access import POSTING
from sanyi.web.api.answers import refusal, speaks
from sanyi.workflows.errors import NotAllowed

View = Callable[[HttpRequest], HttpResponse]


def bearer(answer: View) -> View:
    """Let a token speak for its account, for this one call to the interfaces; pages know no tokens, and no cookie counts beside one."""
    def middleware(request: HttpRequest) -> HttpResponse:
        request.scopes = None  # type: ignore[attr-defined]
        given = request.META.get("HTTP_AUTHORIZATION")
        if not given or not speaks(request):
            return answer(request)
        scheme, _, token = given.partition(" ")
        found = bearer_of(token.strip(), clock.now()) if scheme.lower() == "bearer" else None
        if found is None:
            return refusal(request, 401)
        kept = request.session
        request.user, request.scopes = found.account, found.scopes  # type: ignore[attr-defined,assignment]
        request.session = {POSTING: found.posting} if found.posting else {}  # type: ignore[assignment]
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  (no browser sends a token by itself)
        try:
            return answer(request)
        finally:
            request.session = kept
    return middleware


def known_callers(answer: View) -> View:
    """Programs that nobody knows are told so, not led to a page; so are tokens whose posting has ended."""
    def middleware(request: HttpRequest) -> HttpResponse:
        if speaks(request) and (request.actor is None or _has_moved(request)):  # type: ignore[attr-defined]
            return refusal(request, 401)
        return answer(request)
    return middleware


def _has_moved(request: HttpRequest) -> bool:
    return request.scopes is not None and request.by.posting != request.session.get(POSTING)  # type: ignore[attr-defined]


def check_scope(request: HttpRequest, verb: str, name: str) -> None:
    """Refuse what a token does not cover. Errors: NotAllowed."""
    scopes = request.scopes  # type: ignore[attr-defined]
    if scopes is not None and not covers(scopes, verb, name):
        raise NotAllowed(f"令牌没有权限 {verb}:{name}", f"the token lacks the scope {verb}:{name}")
