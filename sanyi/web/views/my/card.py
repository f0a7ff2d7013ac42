"""The own health card with its short-lived code."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.store.health.basis import own_person
from sanyi.store.persons.card_codes import SECONDS
from sanyi.store.persons.cards import code_of, issue, own_card
from sanyi.store.persons.tables import Person
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.masked import person_row
from sanyi.web.my_parts import OWN, MyPart, own_page
from sanyi.web.posted import Words, done_or_shown
from sanyi.web.squares import square_of
from sanyi.web.trailed import reads


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("person", purpose="view_own")
def my_card(request: HttpRequest) -> HttpResponse:
    """The own card with a fresh code; a POST issues one."""
    return done_or_shown(request, {"issue": lambda: _issue(request)}, reverse("my_card"), lambda refusal: _shown(request, refusal))


def _shown(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    def show(person: Person) -> dict[str, Any]:
        card = own_card(request.by)
        return {"subject": "person", "person": person_row(person), "card": card, "every": SECONDS - 15, **(_code(request, card.pk) if card else {})}

    return own_page(request, "my_card.html", show, refusal)


@allowed(*OWN)
@require_safe
@reads("health_card", purpose="view_own")
def my_card_code(request: HttpRequest) -> HttpResponse:
    """A fresh code, before the one that is shown has run out."""
    card = own_card(request.by)
    return render(request, "parts/card_code.html", _code(request, card.pk)) if card else HttpResponse(status=404)


def _code(request: HttpRequest, card: int) -> dict[str, Any]:
    code = code_of(card, request.by, clock.now())
    return {"code": code, "square": square_of(code)}


def _issue(request: HttpRequest) -> Words:
    issue(own_person(request.actor).pk, request.by, clock.now())
    return "健康卡已开通", "The card is issued"


CARD = MyPart(20, ("我的健康卡", "My card"), ("看病时出示", "show it when you come"), (("card/", "my_card", my_card), ("card/code/", "my_card_code", my_card_code)))
