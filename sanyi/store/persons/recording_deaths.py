"""A death that somebody records by hand, with its proof; what the dead still have open ends at once. A second person takes it back where it was wrong."""
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sanyi.store.accounts import SYSTEM
from sanyi.store.crossing import tried_again
from sanyi.store.log import today_of, write_change
from sanyi.store.models import WorkEvent
from sanyi.store.persons.deaths import end_for_the_dead
from sanyi.store.persons.finding import with_merged
from sanyi.store.persons.registering import changed_version, locked
from sanyi.store.persons.tables import MergeMove, Person
from sanyi.store.who import By, check_roles
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import read_fields
from sanyi.workflows.workflow import Field, Step

RECORDERS = ("registrar", "doctor", "family_doctor", "office")
LEARNED = {"here": ("在本机构死亡", "died here"), "home": ("在家中死亡", "died at home"), "elsewhere": ("在其他机构或途中死亡", "died elsewhere or on the way"),
           "told": ("由家属、社区或有关部门告知", "told by the family, the community or an office")}
EVIDENCE = {"certificate": ("居民死亡医学证明（推断）书", "medical certificate of death"), "police": ("公安部门证明", "statement of the police"),
            "cremation": ("火化证明", "certificate of cremation"), "court": ("人民法院宣告死亡判决", "declaration by a court")}
MISTAKES = {"alive": ("本人健在", "the person is alive"), "other_person": ("登记错人", "it was somebody else"), "wrong_day": ("死亡日期有误", "the day is wrong"),
            "bad_evidence": ("凭证无效", "the proof does not hold")}
RECORD, UNDO, CONFIRM = "record_death", "undo_death", "confirm_death"
STEPS = {RECORD: ("登记死亡", "death recorded"), UNDO: ("撤销死亡登记", "death taken back"), CONFIRM: ("区域记录确认死亡", "death confirmed by the region's record")}
FIELDS = (Field("died_on", "date", "死亡日期", "day of death"), Field("learned", "choice", "登记缘由", "how it was learned", choices=LEARNED),
          Field("evidence", "choice", "凭证", "proof", choices=EVIDENCE), Field("number", "text", "凭证编号", "number of the proof"))
UNDO_FIELDS = (Field("mistake", "choice", "撤销原因", "why it is taken back", choices=MISTAKES), Field("note", "text", "说明", "note"))
OPEN_WORDS = ("learned", "evidence", "mistake")  # the day and the number stand in the trail as digests
LONGEST_NUMBER = 60


def record_death(id: int, version: int, given: Mapping[str, object], by: By, now: datetime) -> int:
    """Record that a person died; gives how many contracts, referrals, appointments and turns ended with it.

    Errors: NotAllowed, UnknownWork, StaleVersion, BadField (a day to come or before the birth), GuardRefused (recorded already).
    """
    _recorded(id, version, given, by, now)
    return end_for_the_dead(now, (id,))  # each a transaction of its own; what is broken off here the daily work does


@tried_again
def _recorded(id: int, version: int, given: Mapping[str, object], by: By, now: datetime) -> None:
    with transaction.atomic():
        actor, row = check_roles(by, RECORDERS), locked(id)
        said = read_fields(Step(RECORD, *STEPS[RECORD], (), "", RECORDERS, FIELDS), given)
        if row.died_on:
            raise GuardRefused("此人已登记死亡；日期有误须由另一人先撤销", "this death is recorded; where the day is wrong a second person takes it back first", "recorded")
        _check_day(row, said["died_on"], today_of(now))
        if len(str(said["number"])) > LONGEST_NUMBER:
            raise BadField(f"凭证编号至多 {LONGEST_NUMBER} 字", f"a proof's number has at most {LONGEST_NUMBER} characters", "number")
        changed_version(row, version)
        _write(row, RECORD, actor, now, {"died_on": said["died_on"]}, {**said, "died_on": str(said["died_on"])})


@tried_again
def undo_death(id: int, version: int, given: Mapping[str, object], by: By, now: datetime) -> Person:
    """Take back a death that was recorded by hand, by another person than who recorded it. What ended with it stays ended and is begun anew by people.

    Errors: NotAllowed, UnknownWork, StaleVersion, BadField, GuardRefused (none recorded, or the region's record says so).
    """
    with transaction.atomic():
        actor, row = check_roles(by, RECORDERS), locked(id)
        said, known = read_fields(Step(UNDO, *STEPS[UNDO], (), "", RECORDERS, UNDO_FIELDS), given), by_hand(row)
        if known is None:
            raise GuardRefused("没有可撤销的人工死亡登记；来自区域记录的，须在来源更正", "no death was recorded here by hand; what the region's record says is corrected at its source", "by_hand")
        if is_own(known, actor):
            raise NotAllowed("撤销死亡登记须由登记人以外的另一人办理", "a second person, not who recorded it, takes a death back")
        changed_version(row, version)
        for each in with_merged(row):
            if each.died_on:
                _write(each, UNDO, actor, now, {"died_on": None}, said)
    return row


def by_hand(row: Person) -> WorkEvent | None:
    """The line of the log by which somebody recorded this person's death (under a row merged into it, too), unless it was taken back or the region's record says a death, of whichever row."""
    if not row.died_on:
        return None
    family = with_merged(row)
    last = _last_lines(family)
    filled = {move.match.kept_id for move in MergeMove.objects.filter(match__kept__in=family, consequence="filled", returned_at=None).select_related("match") if "died_on" in move.moved[0]}
    if any(each.died_on and not (each.pk in last and last[each.pk].step == RECORD) and (each.pk in last and last[each.pk].step == CONFIRM or each.pk not in filled) for each in family):
        return None  # the day of one of the rows came from the record, or was confirmed by it
    return max((line for line in last.values() if line.step == RECORD), key=lambda line: line.pk, default=None)


def is_said_by_hand(row: Person) -> bool:
    """Whether a death rests on what somebody recorded here and the region's record has not confirmed of this row yet."""
    last = _last_lines(with_merged(row))
    line = last.get(row.pk) or max(last.values(), key=lambda each: each.pk, default=None)
    return bool(row.died_on) and line is not None and line.step == RECORD


def confirm_death(row: Person, now: datetime) -> None:
    """Note that the region's record says a death that was recorded by hand: from now on it is corrected at its source. Called within the load's transaction."""
    write_change(row, "person", CONFIRM, SYSTEM, now, {}, {}, residents=(row.pk,), institutions=(row.institution,))


def with_hand_lines() -> set[int]:
    """The rows of every person of whom a death was ever recorded by hand: a load looks closer at these alone."""
    said = set(WorkEvent.objects.filter(subject="person", step=RECORD).values_list("subject_id", flat=True))
    return said | set(Person.objects.filter(merged_from__in=said).values_list("pk", flat=True))


def _last_lines(rows: list[Person]) -> dict[int, WorkEvent]:
    """The newest line on the death of each row that has one."""
    return {line.subject_id: line for line in WorkEvent.objects.filter(subject="person", subject_id__in=[row.pk for row in rows], step__in=STEPS).order_by("pk")}


def is_own(event: WorkEvent, actor: Actor) -> bool:
    """Whether somebody had this hand: the account, or one of the persons behind it."""
    return event.by == actor.name or bool(set(actor.persons) & set(filter(None, event.persons.split("\n"))))


def _check_day(row: Person, died_on: Any, today: date) -> None:
    if died_on > today or row.born_on and died_on < row.born_on:
        raise BadField("死亡日期须在出生日期之后、不晚于今天", "the day of death lies after the birth and not after today", "died_on")


def _write(row: Person, step: str, actor: Actor, now: datetime, changes: Mapping[str, Any], said: Mapping[str, Any]) -> None:
    write_change(row, "person", step, actor.name, now, changes, said, actor.persons, actor=actor, residents=(row.pk,), institutions=(row.institution,), open_names=OPEN_WORDS)
