"""What happens around every request: language, idle sessions, private caching, kind errors."""
import time
from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.request import QueryDict

from sanyi.runs.errors import RunError
from sanyi.runs.results import BadQuestion, OtherPromise
from sanyi.store.crossing import busy, has_crossed
from sanyi.store.trail.refusing import record_refusal
from sanyi.web.api.answers import refusal, speaks
from sanyi.web.opened import results
from sanyi.web.posted import SAID, status_of
from sanyi.web.words import COOKIE, LANGUAGES, say
from sanyi.workflows.errors import Refused

Answer = Callable[[HttpRequest], HttpResponse]
SEEN, ZERO = "seen_at", "\0"
NOTED_EVERY_SECONDS = 300
IDLE_SECONDS = 2 * 3600


def chosen_language(answer: Answer) -> Answer:
    """Chinese unless the reader has switched."""
    def middleware(request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(COOKIE)
        request.language = wanted if wanted in LANGUAGES else LANGUAGES[0]
        return answer(request)
    return middleware


class no_zero_bytes:  # noqa: N801  (a middleware that looks at the form must be a class)
    """A zero byte is no text and not every database can hold one: neither an address, a form nor a cookie may carry it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the address and the cookies before anything asks the database about them."""
        cookies = (*request.COOKIES, *request.COOKIES.values())
        return _zero_byte(request) if any(ZERO in word for word in (request.path_info, *_words(request.GET), *cookies)) else self.answer(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Look at the form, which is not read before its size is known."""
        return _zero_byte(request) if request.method == "POST" and any(ZERO in word for word in _words(request.POST)) else None


def _words(given: QueryDict) -> list[str]:
    return [word for name, values in given.lists() for word in (name, *values)]


def _zero_byte(request: HttpRequest) -> HttpResponse:
    if speaks(request):
        return refusal(request, 400, said=("请求中含有零字节", "the request holds a zero byte"))
    return HttpResponseBadRequest("请求中含有零字节 / the request holds a zero byte", content_type="text/plain; charset=utf-8")


def private_pages(answer: Answer) -> Answer:
    """Pages hold health data: no cache keeps them, and the browser asks for no camera and the like."""
    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
    return middleware


def idle_sessions_end(answer: Answer) -> Answer:
    """A session that was not used for two hours ends; its use is noted every five minutes, to spare the disk."""
    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            idle = time.time() - request.session.get(SEEN, 0)
            if SEEN in request.session and idle > IDLE_SECONDS:
                logout(request)
            elif idle > NOTED_EVERY_SECONDS:
                request.session[SEEN] = int(time.time())
        return answer(request)
    return middleware


def said_once(answer: Answer) -> Answer:
    """What a form said is shown once: the page that showed it takes the cookie away."""
    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if getattr(request, "has_said", False) and SAID not in response.cookies:
            response.delete_cookie(SAID, samesite="Strict")
        return response
    return middleware


class kind_errors:  # noqa: N801  (a middleware that needs process_exception must be a class)
    """A question that cannot be answered is said on a page of its own."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say what is wrong with a question, or that the results cannot be read."""
        from sanyi.web.views.errors import said
        if speaks(request) and isinstance(error, Refused):
            record_refusal(error, request.doing.actor, subject="page", subject_id=request.resolver_match.url_name)
            return refusal(request, getattr(error, "status", status_of(error)), error)
        if isinstance(error, BadQuestion):
            return said(request, 400, str(error))
        if isinstance(error, OtherPromise):
            return said(request, 409, say(request, "这些结果由另一版本的程序算出，或文件已不在，这一页无法照现在的约定显示。请用现在的程序重新运行一次：",
                                          "These results were made by another version, or a file is gone, so this page cannot be shown as it is promised "
                                          "now. Run the year again with this version:"),
                        f"python3 bootstrap.py sanyi run --plan {results().card['plan']} --records … --year {results().year} --out …")
        if isinstance(error, RunError):
            return said(request, 404, str(error))
        if has_crossed(error):
            error = busy()
        if isinstance(error, Refused):
            record_refusal(error, request.doing.actor, subject="page", subject_id=request.resolver_match.url_name)
            return said(request, status_of(error), error.words(request.language))
        return None
