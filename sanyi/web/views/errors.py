"""What is said when a page cannot be shown."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error

from sanyi.web.api.answers import refusal, speaks
from sanyi.web.words import say


def said(request: HttpRequest, status: int, text: str, command: str = "") -> HttpResponse:
    """One sentence on a page of its own, with the command that helps where there is one; to programs, what they can read."""
    if speaks(request):
        return refusal(request, status)
    return render(request, "said.html", {"status": status, "text": text, "command": command}, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page, or no such thing on it."""
    words = str(exception.args[0]) if exception.args and isinstance(exception.args[0], str) else ""
    return said(request, 404, words or say(request, "没有这一页", "There is no such page"))


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours: programs are told in what they can read, and nobody is told more than that."""
    return refusal(request, 500) if speaks(request) else server_error(request)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: opened too long ago, or sent from elsewhere."""
    return said(request, 403, say(request, "页面已过期，请返回刷新后再试", "This page is too old; go back, reload and try again"))
