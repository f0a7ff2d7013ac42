"""What a page does with a form: do one thing, say so on the page it leads back to, or say kindly why not."""
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from sanyi.store.files import TooLarge
from sanyi.store.trail.refusing import record_refusal
from sanyi.web.uploads import too_large
from sanyi.web.words import say
from sanyi.workflows.errors import (
    BadField, Busy, ClosedPeriod, FactorNeeded, NotAllowed, NotPostable, OtherBody, Overdrawn, Refused, StaleVersion, UndeclaredStep, UnknownWork,
)

SAID, SAID_SECONDS = "sanyi_said", 300  # a cookie, signed for this session: kept in the session it would cost every form two more commits
STATUS = ((NotAllowed, 403), (UnknownWork, 404), (StaleVersion, 409), (Busy, 409), (UndeclaredStep, 409), (OtherBody, 409), (NotPostable, 409), (ClosedPeriod, 409), (Overdrawn, 409))
Words = tuple[str, str]
Show = Callable[[dict[str, Any]], HttpResponse]


def answer_post(request: HttpRequest, acts: Mapping[str, Callable[[], Words]], back: str, show: Show) -> HttpResponse:
    """Do what the form's field `do` names; then lead back, or show the page again with the refusal and what was typed."""
    act = acts.get(request.POST.get("do", ""))
    try:
        if act is None:
            raise BadField("表单不完整", "the form is not complete", "do")
        said = act()
    except FactorNeeded:
        return HttpResponseRedirect(f"{reverse('factor')}?next={quote(request.path)}")
    except Refused as refused:
        record_refusal(refused, request.doing.actor, subject="page", subject_id=request.resolver_match.url_name)
        return show({"words": refused.words(request.language), "status": status_of(refused), "is_stale": isinstance(refused, StaleVersion),
                     **_asked(request, getattr(refused, "field", ""))})
    except TooLarge:
        return show({"words": too_large(request), "status": 413, "is_stale": False, **_asked(request, "file")})
    response = HttpResponseRedirect(back)
    response.set_cookie(SAID, signing.dumps(said, salt=_salt(request), compress=True), max_age=SAID_SECONDS, httponly=True, samesite="Strict")
    return response


def done_or_shown(request: HttpRequest, acts: Mapping[str, Callable[[], Words]], back: str, show: Callable[[dict[str, Any] | None], HttpResponse]) -> HttpResponse:
    """What a page with forms answers: the form done, or the page, which `show` makes with the refusal that is said on it (None: nothing was refused)."""
    return answer_post(request, acts, back, show) if request.method == "POST" else show(None)


def _asked(request: HttpRequest, field: str) -> dict[str, str]:
    """Which field a refusal is about, and of which of the page's forms."""
    return {"field": field, "do": request.POST.get("do", ""), "step": request.POST.get("step", "")}


def status_of(refused: Refused) -> int:
    """The answer's status: not allowed, unknown, overtaken, or not fit."""
    return next((status for kind, status in STATUS if isinstance(refused, kind)), 422)


def notice(request: HttpRequest, refusal: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the top of a page says: that something was done, once, or why not; and what was typed."""
    said = _said(request) if SAID in request.COOKIES else None
    return {"said": say(request, *said) if said else "", "refusal": refusal, "typed": request.POST if refusal else {}}


def _said(request: HttpRequest) -> Words | None:
    """What the form before this page said; `said_once` takes the cookie away."""
    request.has_said = True  # type: ignore[attr-defined]
    try:
        return tuple(signing.loads(request.COOKIES[SAID], salt=_salt(request), max_age=SAID_SECONDS))
    except signing.BadSignature:
        return None


def _salt(request: HttpRequest) -> str:
    return f"said|{request.session.session_key}"


def typed(request: HttpRequest, name: str, zh: str, en: str, most: int = 4000) -> str:
    """A field that must be filled in. Errors: BadField."""
    text = request.POST.get(name, "").strip()
    if not text:
        raise BadField(f"请填写“{zh}”", f"fill in {en!r}", name)
    if len(text) > most:
        raise BadField(f"“{zh}”至多 {most} 字，现有 {len(text)} 字", f"{en!r} holds {most} characters at most, here are {len(text)}", name)
    return text


def whole(request: HttpRequest, name: str) -> int:
    """A whole number that the form carries. Errors: BadField."""
    text = request.POST.get(name, "")
    if not text:
        raise BadField("表单不完整", "the form is not complete", name)
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise BadField(f"应为整数，得到“{text[:40]}”", f"must be a whole number, got {text[:40]!r}", name)
    return int(text)


def optional_whole(request: HttpRequest, name: str) -> int | None:
    """A whole number, or None where it is left empty. Errors: BadField."""
    return whole(request, name) if request.POST.get(name) else None
