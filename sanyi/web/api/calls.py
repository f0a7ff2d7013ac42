"""The frame of every call: which verbs an address takes."""
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from sanyi.web.api.answers import refusal

View = Callable[..., HttpResponse]


def verbs(*taken: str) -> Callable[[View], View]:
    """Take these verbs and say so to all others; whoever may get may also ask for the head alone."""
    all_taken = (*taken, *(("HEAD",) if "GET" in taken else ()))

    def declare(view: View) -> View:
        @wraps(view)
        def called(request: HttpRequest, **named: Any) -> HttpResponse:
            if request.method not in all_taken:
                said = refusal(request, 405)
                said.headers["Allow"] = ", ".join(all_taken)
                return said
            return view(request, **named)
        return called
    return declare
