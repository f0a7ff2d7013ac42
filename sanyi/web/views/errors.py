"""What is said when a page cannot be shown."""
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from sanyi.web.api.answers import refusal, speaks
from sanyi.web.words import LANGUAGES, say


def said(request: HttpRequest, status: int, text: str, command: str = "") -> HttpResponse:
    """One sentence on a page of its own, with the command that helps where there is one; to programs, what they can read."""
    if speaks(request):
        return refusal(request, status)
    return render(request, "said.html", {"status": status, "text": one_language(request, text), "command": command}, status=status)


def one_language(request: HttpRequest, text: str) -> str:
    """Of a sentence that says itself in both languages (“中文 / English”) the reader's; another as it is."""
    zh, _, en = text.partition(" / ")
    return say(request, zh, en) if en and not zh.isascii() and en[:1].isascii() else text


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page, or no such thing on it."""
    words = str(exception.args[0]) if exception.args and isinstance(exception.args[0], str) else ""
    return said(request, 404, words or say(request, "没有这一页", "There is no such page"))


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours: programs are told in what they can read, and nobody is told more than that."""
    if speaks(request):
        return refusal(request, 500)
    return HttpResponseServerError(render_to_string("failed.html", {"language": getattr(request, "language", LANGUAGES[0])}))  # asks nothing else of the request, and nothing of the database: either may be what failed


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: opened too long ago, or sent from elsewhere."""
    return said(request, 403, say(request, "页面已过期，请返回刷新后再试", "This page is too old; go back, reload and try again"))
