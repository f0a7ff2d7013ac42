"""What a package owes a resident, what was given, what is overdue; and what the resident thinks of it. Source: FDR-2, FDR-5, LJ-23."""
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from sanyi.store.contracts.tables import Contract, ContractEvaluation, GivenCare
from sanyi.store.kinds import find_work
from sanyi.store.log import today_of
from sanyi.store.or_refused import or_refused
from sanyi.store.organisation.tables import Posting, on_day
from sanyi.store.trail.recording import record
from sanyi.store.who import By, actor_of
from sanyi.workflows.contract import HOLDING, TEAM
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import LONGEST_TEXT, clean

GIVERS = (*TEAM, "doctor")


@dataclass(frozen=True)
class Due:
    """One service of a package in one contract: how often it is owed in the term, was given, should have been given by now, and when next."""

    item: int
    code: str
    name: str
    owed: int
    given: int
    overdue: int
    next_on: date | None


def due_days(from_on: date, term_on: date, years: int, times_a_year: int) -> list[date]:
    """The days by which each time is due, spread evenly over each year of the term: four a year are due each after a quarter of it."""
    days = (from_on + timedelta(days=365 * number // times_a_year - 1) if 365 * number >= times_a_year else from_on for number in range(1, times_a_year * years + 1))
    return [day for day in days if day <= term_on]


def fulfilment(row: Contract, today: date) -> list[Due]:
    """How each service of the contract's package stands. What the contract's early end leaves ungiven is owed no more."""
    given = Counter(row.services.filter(corrected_by=None, corrects=None).values_list("item", flat=True))
    found = []
    for item in row.package.items.order_by("pk"):
        days = [day for day in due_days(row.from_on, row.term_on, row.years, item.times_a_year) if row.state not in ("ended", "transferred") or day <= row.to_on]
        done = given[item.pk]
        late = max(0, sum(day < today for day in days) - done)
        found.append(Due(item.pk, item.code, item.name, len(days), done, late, days[done] if done < len(days) else None))
    return found


def give_service(id: int, item: str, given_on: date, by: By, now: datetime, note: str = "", staff: str = "") -> GivenCare:
    """Log a service given under a contract, on one of its days. Errors: UnknownWork, NotAllowed, BadField."""
    with transaction.atomic():
        actor, row = _giver(id, by)
        service = row.package.items.filter(code=item).first()
        if service is None:
            raise BadField(f"服务包“{row.package.name}”没有服务“{item}”", f"the package {row.package.name} has no service {item!r}", "item")
        if row.state not in HOLDING or not row.from_on <= given_on <= min(row.to_on, today_of(now)):
            raise BadField(f"服务日期应在 {row.from_on} 与 {min(row.to_on, today_of(now))} 之间", f"the day lies between {row.from_on} and {min(row.to_on, today_of(now))}", "given_on")
        if staff and not Posting.objects.filter(on_day(given_on), staff__code=staff, institution__code=row.institution).exists():
            raise BadField(f"人员“{staff}”该日不在本机构任职", f"{staff!r} did not work here on that day", "staff")
        line = GivenCare.objects.create(
            contract=row, item=service, given_on=given_on, staff=staff or _own_code(actor), note=_text(note, "note"), institution=row.institution, created_by=actor.name, created_at=now)
        _log(row, "give_service", actor, now, {"item": item, "given_on": given_on})
    return line


def correct_service(line: int, by: By, now: datetime, note: str) -> GivenCare:
    """Say that a line of the log was wrong; the line stays, and counts no more. Errors: UnknownWork, NotAllowed, BadField, GuardRefused."""
    with transaction.atomic():
        wrong = GivenCare.objects.filter(pk=line, corrects=None).first()
        if wrong is None:
            raise BadField(f"没有编号为 {line} 的服务记录", f"there is no service no. {line}", "line")
        actor, row = _giver(wrong.contract_id, by)
        if not _text(note, "note"):
            raise BadField("请写明更正原因", "say why it is corrected", "note")
        with or_refused("该记录已更正", "it has been corrected already", "once"):
            made = GivenCare.objects.create(contract=row, item=wrong.item, given_on=wrong.given_on, staff=_own_code(actor), note=_text(note, "note"), corrects=wrong,
                                                  institution=row.institution, created_by=actor.name, created_at=now)
        _log(row, "correct_service", actor, now, {"line": line})
    return made


def evaluate(id: int, score: int, text: str, by: By, now: datetime) -> ContractEvaluation:
    """The resident says once what a contract was like, one to five. Errors: UnknownWork, NotAllowed, BadField, GuardRefused."""
    with transaction.atomic():
        actor = actor_of(by)
        row = find_work("contract", id, actor, is_locked=True)
        if actor.role != "resident":
            raise NotAllowed("评价由居民本人作出", "the resident alone evaluates")
        if not 1 <= score <= 5:
            raise BadField(f"评分为 1 至 5，得到 {score}", f"a score is 1 to 5; got {score}", "score")
        if row.state not in HOLDING or row.from_on > today_of(now):
            raise GuardRefused("签约生效后方可评价", "a contract is evaluated once it was in force", "begun")
        with or_refused("已经评价过", "it has been evaluated already", "once"):
            made = ContractEvaluation.objects.create(contract=row, score=score, text=_text(text, "text"), institution=row.institution, created_by=actor.name, created_at=now)
        _log(row, "evaluate", actor, now, {"score": score})
    return made


def _giver(id: int, by: By) -> tuple[Actor, Contract]:
    actor = actor_of(by)
    row = find_work("contract", id, actor, is_locked=True)
    if actor.role not in GIVERS or actor.unit != row.institution:
        raise NotAllowed("服务由签约机构登记", "a service is logged by the contract's institution")
    return actor, row


def _own_code(actor: Actor) -> str:
    return next((person.removeprefix("staff:") for person in actor.persons if person.startswith("staff:")), "")


def _text(text: str, field: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise BadField(f"至多 {LONGEST_TEXT} 字", f"at most {LONGEST_TEXT} characters", field)
    return clean(text)


def _log(row: Contract, step: str, actor: Actor, now: datetime, given: dict) -> None:
    record("change", actor, subject="contract", subject_id=row.pk, step=step, residents=(str(row.person_id),), institutions=(row.institution,), now=now, given=given, open_names={"item"})
