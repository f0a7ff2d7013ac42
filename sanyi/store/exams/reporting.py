"""What follows a report: its version is kept, a critical value raised at once; a release opens the version to the clinic and tells it."""
from datetime import datetime, timedelta
from typing import Any

from sanyi.store.exams.attending import attends, tell_clinic
from sanyi.store.exams.rules import rules_now
from sanyi.store.exams.tables import CriticalValue, Exam, ExamRelease, ExamReport
from sanyi.store.findings.measuring import keep_value
from sanyi.store.log import write_line
from sanyi.store.messages.queueing import put_down
from sanyi.store.models import Account
from sanyi.store.who import person_of
from sanyi.workflows.facts import Actor, Given


def last_report(exam: Exam) -> ExamReport | None:
    """The newest version, released or not."""
    return ExamReport.objects.filter(exam=exam).order_by("-number").first()


def keep_report(exam: Exam, actor: Actor, now: datetime, given: Given) -> None:
    """Add a version; what is critical does not wait for verification. Source: NG-01."""
    attends(exam, *actor.persons)
    last = last_report(exam)
    report = ExamReport.objects.create(exam=exam, number=last.number + 1 if last else 1, written_by=actor.name, written_at=now,
                                       **{name: given.get(name, "") for name in ("findings", "conclusion", "value", "critical")})
    keep_value(report, actor, now)
    if report.critical and not CriticalValue.objects.filter(exam=exam, text=report.critical).exclude(state="withdrawn").exists():
        raise_critical(report, actor, now)


def raise_critical(report: ExamReport, actor: Actor, now: datetime) -> CriticalValue:
    """Raise it with the one who asked; a corrected report that says the same raises it no second time."""
    exam = report.exam
    row = CriticalValue.objects.create(
        state="raised", exam=exam, report=report, institution=exam.institution, centre=exam.centre, text=report.critical, told_to=exam.created_by, told_at=now,
        due_at=now + timedelta(minutes=rules_now().critical_minutes(1)), created_by=actor.name, created_at=now)
    write_line(row, "critical_value", "raise", actor.name, now, "", {"told_to": row.told_to}, actor.persons, actor=actor)
    return row


def release_report(exam: Exam, actor: Actor, now: datetime, given: Given) -> None:
    """Open the newest version to the clinic; earlier ones stay readable."""
    attends(exam, *actor.persons)
    report: Any = last_report(exam)
    ExamRelease.objects.create(report=report, verified_by=exam.verified_by, released_by=actor.name, released_at=now)
    if not exam.is_narrow:
        put_down(exam.person_id, exam.institution, "result", f"exam {exam.pk} {report.number}", now, actor)
    tell_clinic(exam, "corrected" if ExamRelease.objects.filter(report__exam=exam).count() > 1 else "released", now)


def tell_of(kind: str) -> Any:
    """What follows a step that the clinic must hear of."""
    def follow(exam: Exam, actor: Actor, now: datetime, given: Given) -> None:
        attends(exam, *actor.persons)
        tell_clinic(exam, kind, now)
    return follow


def told_attends(row: CriticalValue, actor: Actor, now: datetime, given: Given) -> None:
    """Whoever is told of a critical value attends the examination from then on."""
    found = Account.objects.filter(name=row.told_to).first()
    attends(row.exam, *((person_of(found), found.person_key) if found else ()))
