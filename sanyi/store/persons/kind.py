"""Pairs of rows, and health cards, as kinds of work."""
from datetime import datetime

from django.db.models import Q

from sanyi.store.kinds import EVERYTHING, NOTHING, Lock, WorkKind
from sanyi.store.log import hands_of, today_of
from sanyi.store.models import WorkEvent
from sanyi.store.persons.consequences import locked_first
from sanyi.store.persons.merging import merge, part
from sanyi.store.persons.tables import HealthCard, Person, PersonMatch
from sanyi.store.tenancy import in_hand
from sanyi.workflows.facts import Actor
from sanyi.workflows.health_card import CardFacts
from sanyi.workflows.person_match import KEEPERS, MatchFacts


def _match_facts(row: PersonMatch, actor: Actor, now: datetime) -> MatchFacts:
    return MatchFacts(row.state, actor, now, today_of(now), units=_registered_at(row), hands=hands_of(WorkEvent, "person_match", row.pk),
                      are_active=row.one.is_active and row.other.is_active,
                      is_merged=bool(row.kept and row.kept.is_active and row.gone.merged_into_id == row.kept_id and row.pk == _last_merge(row)))


def _last_merge(row: PersonMatch) -> int | None:
    """The pair that was merged last into the row that stayed: merges are parted in the opposite order, so that each gives back what it found."""
    live = PersonMatch.objects.filter(kept=row.kept_id, state="confirmed_same").values("pk")
    return WorkEvent.objects.filter(subject="person_match", step="confirm_same", subject_id__in=live).order_by("-pk").values_list("subject_id", flat=True).first()


def _match_visible(actor: Actor) -> Q:
    """The office sees every pair; a registrar those with a row of the own institution."""
    if actor.role == "registrar" and actor.unit:
        return Q(one__institution=actor.unit) | Q(other__institution=actor.unit)
    return EVERYTHING if actor.role in KEEPERS and actor.role != "registrar" else NOTHING


def _both_rows(row: PersonMatch) -> tuple[Lock, ...]:
    """The two rows, in the order of their numbers; before them what whoever works for a patient locks before the patient."""
    ids = [row.one_id, row.other_id]
    with in_hand(ids):  # wherever they are booked: what is not seen would not be locked, and taken in the other order later
        first = [before.model._default_manager.filter(pk__in=list(before.values_list("pk", flat=True))).order_by("pk") for before in locked_first(ids)]
    return (*first, Person.objects.filter(pk__in=ids).order_by("pk"))


def _registered_at(row: PersonMatch) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.institution for each in (row.one, row.other) if each.institution))


def _card_facts(row: HealthCard, actor: Actor, now: datetime) -> CardFacts:
    """Any desk may act on a card: who lost theirs goes to the next one."""
    return CardFacts(row.state, actor, now, today_of(now), units=(actor.unit,), residents=(str(row.person_id),),
                     has_other=HealthCard.objects.filter(person=row.person_id, state="in_use").exclude(pk=row.pk).exists())


def _card_visible(actor: Actor) -> Q:
    if actor.role == "resident":
        return Q(person=actor.resident) if actor.resident.isdigit() else NOTHING
    return EVERYTHING if actor.role in ("registrar", "office", "doctor", "family_doctor", "nurse") else NOTHING


MATCH = WorkKind("person_match", PersonMatch, _match_facts, _match_visible, WorkEvent, follows={"confirm_same": merge, "part": part}, locks=_both_rows,
                 units=_registered_at, institutions=_registered_at)
CARD = WorkKind("health_card", HealthCard, _card_facts, _card_visible, WorkEvent, resident=lambda row: str(row.person_id),
                institutions=lambda row: (row.institution,) if row.institution else ())
