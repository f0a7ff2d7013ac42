"""The own health card with its short-lived code."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.health.basis import own_person
from sanyi.store.persons.cards import code_of, issue, own_card
from sanyi.store.persons.tables import Person
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.masked import person_row
from sanyi.web.my_parts import OWN, MyPart, own_page
from sanyi.web.posted import Words, answer_post
from sanyi.web.trailed import reads


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("person", purpose="view_own")
def my_card(request: HttpRequest) -> HttpResponse:
    """The own card with a fresh code; a POST issues one."""
    if request.method == "POST":
        return answer_post(request, {"issue": lambda: _issue(request)}, reverse("my_card"), lambda refusal: _shown(request, refusal))
    return _shown(request)


def _shown(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    def show(person: Person) -> dict[str, Any]:
        card = own_card(request.by)
        return {"subject": "person", "person": person_row(person), "card": card, "code": code_of(card.pk, request.by, clock.now()) if card else ""}

    return own_page(request, "my_card.html", show, refusal)


def _issue(request: HttpRequest) -> Words:
    issue(own_person(request.actor).pk, request.by, clock.now())
    return "健康卡已开通", "The card is issued"


CARD = MyPart(20, ("我的健康卡", "My card"), ("看病时出示", "show it when you come"), (("card/", "my_card", my_card),))
