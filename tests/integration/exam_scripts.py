"""What several people do to one examination at once; run as `python exam_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON. The same on both databases."""
import json
import sys
import time
from datetime import timedelta
from pathlib import Path

import script_paths  # noqa: F401  (first: the others are found by it)
from narrowed_doors import narrow_doors

from sanyi.store import configure, prepare_database

VAR = Path(sys.argv[2])


def prepare(rounds: str) -> dict:
    """For each kind of race as many examinations as rounds, brought to where it begins."""
    prepare_database(VAR)
    narrow_doors()
    from django.db import transaction
    from exam_work import bring, made, order
    from sanyi.store.organisation.tables import Institution
    from sanyi.store.persons.tables import Person
    with transaction.atomic():
        ids = made()
        people = [Person.objects.create(name=f"p{number}", created_by="system", created_at="2026-01-01T00:00:00Z").pk for number in range(int(rounds))]
        begun = {"claim": [bring(order(person, "dr_chest"), "performed").pk for person in people], "release": [bring(order(person, "ecg_12"), "verified").pk for person in people]}
        begun["take_over"] = [bring(order(person, "ct_chest"), "claimed").pk for person in people]
        begun["correct"] = [bring(order(person, "mri_head"), "released").pk for person in people]
        begun["accept"], begun["close"] = asked(people, "requested"), asked(people, "answered")
        alarms = [bring(order(person), "reported", value="6.8", critical="K 6.8").critical_values.get().pk for person in people]
    return {**begun, "acknowledge": alarms, "order": people, "resident": ids["li"], "there": Institution.objects.count()}


def asked(people: list[int], state: str) -> list[int]:
    """Consultations of a clinic with the hospital's doctors, as far as wanted."""
    from exam_work import NOW, acting, step
    from sanyi.store.exams.consulting import ConsultationWanted, ask_consultation
    from sanyi.store.exams.rules import CONSULTATION_KINDS
    made = [ask_consultation(ConsultationWanted(person, "H1", sorted(CONSULTATION_KINDS)[0], "urgent", "用药"), acting("gp"), NOW) for person in people]
    for row in made if state == "answered" else ():
        step(row, "accept", "rad", kind="consultation")
        step(row, "give_opinion", "rad", kind="consultation", opinion="x")
    return [row.pk for row in made]


def race(worker: str, kind: str, id_list: str, step: str, by: str, given: str, minutes: str) -> list:
    """Take one step on each row in turn, as another process takes its own; gives what each came to."""
    from exam_work import NOW, acting
    from sanyi.store.act import act
    from sanyi.store.kinds import kind_of
    from sanyi.workflows.errors import Refused
    ids, who = json.loads(id_list), by if by == "system" else acting(by)
    versions = dict(kind_of(kind).table.objects.filter(pk__in=ids).values_list("pk", "version"))
    _together(worker)
    told = []
    for id in ids:
        try:
            told.append(act(kind, id, versions[id], step, json.loads(given), who, NOW + timedelta(minutes=int(minutes))).state)
        except Refused as refused:
            told.append(refused.code)
    return told


def ordering(worker: str, id_list: str, by: str) -> list:
    """Order the same item for each person, seen as nothing was there yet."""
    from exam_work import order
    from sanyi.workflows.errors import GuardRefused
    _together(worker)
    told = []
    for person in json.loads(id_list):
        try:
            told.append(order(person, "tsh", by).series)
        except GuardRefused as refused:
            told.append(refused.guard)
    return told


def _together(worker: str) -> None:
    (VAR / f"ready-{worker}").touch()
    while not (VAR / "go").exists():
        time.sleep(0.002)


def state() -> dict:
    """What there is at the end."""
    from django.db.models import Count
    from sanyi.store.exams.tables import Consultation, ConsultationShare, Exam, ExamRelease
    from sanyi.store.models import WorkEvent
    twice = WorkEvent.objects.values("subject", "subject_id", "version").annotate(n=Count("pk")).filter(n__gt=1).count()
    return {"claimed": Exam.objects.filter(item="dr_chest", state="claimed").count(), "released": Exam.objects.filter(item="ecg_12", state="released").count(),
            "cancelled": Exam.objects.filter(item="ecg_12", state="cancelled").count(), "releases": ExamRelease.objects.filter(report__exam__item="ecg_12").count(), "tsh": Exam.objects.filter(item="tsh").count(),
            "fees": [sum(Consultation.objects.filter(state="closed").values_list("fee_fen", flat=True)), sum(ConsultationShare.objects.values_list("share_fen", flat=True))], "twice": twice}


if __name__ == "__main__":
    if sys.argv[1] != "prepare":
        configure(VAR)
        narrow_doors()
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[3:])))
