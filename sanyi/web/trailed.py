"""The trail around every request: what was read and what was refused is recorded before the answer leaves."""
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from sanyi.store.trail.doing import Doing, answering
from sanyi.store.trail.reading import reads_person, record_reads
from sanyi.store.trail.recording import actor_named, record
from sanyi.store.trail.watching import watch
from sanyi.web import clock
from sanyi.web.plain_list import is_export
from sanyi.web.views.errors import said
from sanyi.web.watched import limits
from sanyi.web.words import say
from sanyi.workflows.facts import Actor

View = Callable[..., HttpResponse]
REFUSALS = (401, 403, 404, 409, 413, 422)


def trailed(answer: View) -> View:
    """Give the request its number; whoever is not signed in leaves no event here, for anybody can knock as often as they like."""
    def middleware(request: HttpRequest) -> HttpResponse:
        with answering() as going:
            request.doing = going  # type: ignore[attr-defined]
            if request.user.is_authenticated:
                going.actor, going.is_export = _actor(request), is_export(request)
            response = _watched(request, answer(request), going)
            if going.actor is not None:
                _record_refusal(request, response, going)
            record_reads(going)
            return response
    return middleware


def _watched(request: HttpRequest, response: HttpResponse, going: Doing) -> HttpResponse:
    """The answer, or the refusal of one who reads in bulk: then nothing of it leaves, and nothing was read."""
    is_refused = response.status_code in REFUSALS
    allowed = limits() if going.actor and (going.reads or is_refused) else None
    pattern = watch(going, is_refused, allowed, clock.now()) if allowed else ""
    if not pattern:
        return response
    going.reads.clear()
    record("refuse", going.actor, subject="page", subject_id=request.resolver_match.url_name or "", outcome="refused", reason=pattern)
    going.has_refusal = True
    return said(request, 429, say(request, f"短时间内打开的资料过多，已暂停并告知安全审计员；约 {int(allowed.window.total_seconds()) // 60} 分钟后恢复",
                                  "Too many persons' data in a short time: reading is stopped for about "
                                  f"{int(allowed.window.total_seconds()) // 60} minutes, and the audit administrator is told"))


def _actor(request: HttpRequest) -> Actor:
    """The account in the posting it acts in."""
    return getattr(request, "actor", None) or actor_named(request.user.name)


def _record_refusal(request: HttpRequest, response: HttpResponse, going: Doing) -> None:
    """A page that was refused, unless what refused it has said so already; the page is named by its route, what it was asked for by digests."""
    if response.status_code not in REFUSALS or going.has_refusal:
        return
    match = request.resolver_match
    record("refuse", going.actor, subject="page", subject_id=match.url_name if match and match.url_name else "", outcome="refused",
           reason=f"http_{response.status_code}", given={"method": request.method, **(match.kwargs if match else {})}, open_names={"method"})


def says_reads(subject: str) -> Callable[[View], View]:
    """Declare that a view shows personal data and says itself, by `reads_person`, whose and when (a search that found nobody shows nobody)."""
    def declare(view: View) -> View:
        view.reads_persons = subject  # type: ignore[attr-defined]
        return view
    return declare


def reads(subject: str, id: str = "", is_resident: bool = False, action: str = "read", purpose: str = "") -> Callable[[View], View]:
    """Declare that a view shows personal data: whatever it answers well leaves an event, with what its address names by `id`.

    A view that knows more (whose data, which institutions') says so itself by `reads_person`; then that is what is recorded.
    """
    def declare(view: View) -> View:
        @wraps(view)
        def watched(request: HttpRequest, **named: Any) -> HttpResponse:
            before = len(request.doing.reads)  # type: ignore[attr-defined]
            response = view(request, **named)
            if response.status_code < 400 and len(request.doing.reads) == before:  # type: ignore[attr-defined]
                value = named.get(id, "")
                reads_person(subject, value, residents=(value,) if is_resident else (), action=action, purpose=purpose)
            return response
        watched.reads_persons = subject  # type: ignore[attr-defined]
        return watched
    return declare
