"""Asking for a remote consultation, and sharing its fee. Source: NG-05, HK-27."""
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from sanyi.store.exams.ordering import checked_choice, checked_text, find_institution, find_patient
from sanyi.store.exams.rules import CONSULTATION_KINDS, URGENCIES, rules_now
from sanyi.store.exams.tables import Consultation, ConsultationShare
from sanyi.store.log import today_of, write_line
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, check_roles
from sanyi.terms.fen import PPM, share_out
from sanyi.workflows.consultation import ASKERS
from sanyi.workflows.errors import BadField
from sanyi.workflows.facts import Actor, Given


@dataclass(frozen=True)
class ConsultationWanted:
    """What is asked, about whom, of which institution."""

    person: int
    expert_institution: str
    kind: str
    urgency: str
    question: str
    summary: str = ""


def ask_consultation(wanted: ConsultationWanted, by: By, now: datetime) -> Consultation:
    """Ask for a consultation. Errors: NotAllowed, BadField, GuardRefused (no rules are loaded)."""
    with refusals_recorded(by, subject="consultation", step="ask", now=now), transaction.atomic():
        actor, rules = check_roles(by, ASKERS), rules_now()
        person, experts = find_patient(wanted.person), find_institution(wanted.expert_institution, today_of(now), "expert_institution")
        if experts.code == actor.unit:
            raise BadField("受邀机构应为另一家机构", "the experts are of another institution", "expert_institution")
        kind, urgency = checked_choice(wanted.kind, CONSULTATION_KINDS, "kind"), checked_choice(wanted.urgency, URGENCIES, "urgency")
        row = Consultation.objects.create(
            state="requested", person=person, institution=actor.unit, expert_institution=experts.code, kind=kind, urgency=urgency,
            question=checked_text(wanted.question, "question", "会诊目的", True), summary=checked_text(wanted.summary, "summary", "病情摘要"),
            due_at=now + timedelta(minutes=rules.answer_minutes(urgency)), fee_fen=rules.fee_fen(kind), experts_share_ppm=rules.experts_share_ppm, created_by=actor.name, created_at=now)
        write_line(row, "consultation", "ask", actor.name, now, "", {"kind": kind, "urgency": urgency, "experts": experts.code}, actor.persons, actor=actor)
    return row


def share_fee(row: Consultation, actor: Actor, now: datetime, given: Given) -> None:
    """Share the fee between the two institutions, to the fen. Source: R04."""
    ppm = rules_now().experts_share_ppm if row.experts_share_ppm is None else row.experts_share_ppm
    parts = share_out(row.fee_fen, {row.expert_institution: ppm, row.institution: PPM - ppm})
    ConsultationShare.objects.bulk_create([ConsultationShare(consultation=row, institution=code, share_fen=fen) for code, fen in sorted(parts.items())])
