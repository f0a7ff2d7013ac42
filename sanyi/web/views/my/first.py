"""The first page of a resident: what waits, then big buttons."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sanyi.store.health.basis import own_person
from sanyi.web.access import allowed
from sanyi.web.masked import person_row
from sanyi.web.my_parts import OWN, my_parts
from sanyi.web.posted import notice
from sanyi.web.trailed import reads
from sanyi.web.words import say
from sanyi.workflows.errors import UnknownWork


@allowed(*OWN)
@require_safe
@reads("person", purpose="view_own")
def my(request: HttpRequest) -> HttpResponse:
    """What waits for the resident, and a big button for each part."""
    try:
        person = own_person(request.actor)
    except UnknownWork:
        person = None
    cards = [(reverse(part.route), say(request, *part.words), say(request, *part.hint)) for part in my_parts()]
    due = [each for part in my_parts() for each in part.due(request, person)] if person else []
    return render(request, "my.html", {**notice(request), "person": person and person_row(person), "cards": cards, "due": due})
