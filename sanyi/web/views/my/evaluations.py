"""Saying how a service was: a visit, a referral, a contract, a consultation; once each."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.contracts.fulfilment import evaluate as evaluate_contract
from sanyi.store.contracts.tables import Contract, ContractEvaluation
from sanyi.store.exams.tables import Consultation
from sanyi.store.health.basis import own_person
from sanyi.store.health.evaluating import SCORES, evaluate
from sanyi.store.health.tables import Evaluation
from sanyi.store.kinds import kind_of
from sanyi.store.log import today_of
from sanyi.store.persons.tables import Person
from sanyi.tables.timeline import TIMELINE_KINDS
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.my_parts import LEVEL, OWN, MyPart, own_page
from sanyi.web.posted import Words, done_or_shown, whole
from sanyi.web.timeline import Wanted, entries_of, institution_names
from sanyi.web.trailed import reads
from sanyi.web.words import say
from sanyi.workflows.contract import HOLDING
from sanyi.workflows.errors import UnknownWork

VISITS = ("encounter", "referral")
KINDS = {**TIMELINE_KINDS, "consultation": ("远程会诊", "remote consultation")}
MOST = 20


@dataclass(frozen=True)
class _Had:
    """One service the resident had."""

    kind: str
    key: str
    on: date
    institution: str


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("health_record", purpose="view_own")
def my_evaluations(request: HttpRequest) -> HttpResponse:
    """The latest services; a POST says how one was."""
    return done_or_shown(request, {"evaluate": lambda: _evaluate(request)}, reverse("my_evaluations"), lambda refusal: _shown(request, refusal))


def _services(request: HttpRequest, person: Person) -> list[_Had]:
    """What may be evaluated, the newest first."""
    found = [_Had(each.kind, each.key, each.on, each.institution) for kind in VISITS for each in entries_of(person, LEVEL, Wanted(kind)) if each.institution]
    found += [_Had("contract", str(row.pk), row.from_on, row.institution) for row in Contract.objects.filter(person=person, state__in=HOLDING)]
    seen = kind_of("consultation").seen_by(request.actor).filter(pk__in=Consultation.objects.filter(person=person))
    found += [_Had("consultation", str(row.pk), today_of(row.created_at), row.expert_institution) for row in seen]
    return sorted(found, key=lambda each: (each.on, each.kind, each.key), reverse=True)[:MOST]


def _scores(person: Person) -> dict[tuple[str, str], int]:
    """What was said already."""
    said = {("contract", str(row.contract_id)): row.score for row in ContractEvaluation.objects.filter(contract__person=person)}
    return said | {(row.kind, row.subject_id): row.score for row in Evaluation.objects.filter(person=person)}


def _shown(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    def show(person: Person) -> dict[str, Any]:
        found, done = _services(request, person), _scores(person)
        names = institution_names({each.institution for each in found})
        rows = [{"service": f"{each.kind}|{each.key}", "kind": say(request, *KINDS[each.kind]), "on": each.on, "who": names.get(each.institution, each.institution),
                 "score": done.get((each.kind, each.key))} for each in found]
        return {"rows": rows, "scores": [(score, "★" * score) for score in list(SCORES)[::-1]], "institutions": sorted(names)}

    return own_page(request, "my_evaluations.html", show, refusal)


def _evaluate(request: HttpRequest) -> Words:
    kind, _, key = request.POST.get("service", "").partition("|")
    found = next((each for each in _services(request, own_person(request.actor)) if (each.kind, each.key) == (kind, key)), None)
    if found is None:
        raise UnknownWork("没有这项服务", "there is no such service of yours")
    _door(found)(whole(request, "score"), request.POST.get("text", ""), request.by, clock.now())
    return "谢谢您的评价", "Thank you"


def _door(had: _Had) -> Callable[..., Any]:
    """A contract's evaluation is the contract's; all others are kept together."""
    if had.kind == "contract":
        return lambda *said: evaluate_contract(int(had.key), *said)
    return lambda *said: evaluate(had.kind, had.key, had.institution, *said)


EVALUATIONS = MyPart(110, ("评价服务", "Evaluate"), ("给服务打分", "say how it was"), (("evaluations/", "my_evaluations", my_evaluations),))
