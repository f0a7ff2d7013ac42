"""What waits for whoever signs in: their queues, what is late first, in their role and at their institution."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.posted import notice
from sanyi.web.trailed import reads
from sanyi.web.waiting.board import board
from sanyi.workflows.facts import OF_AN_INSTITUTION


@allowed("office", "lead", "bureau", "hospital", "expert", "supervisor", *OF_AN_INSTITUTION)
@require_safe
@reads("today")
def today(request: HttpRequest) -> HttpResponse:
    """Today's board."""
    return render(request, "today.html", {**notice(request), **board(request), "today": clock.today()})
