"""When two rows of a person are merged: one family doctor a day. The second of two contracts in force is suspended, and resumes on parting."""
from datetime import timedelta

from django.db.models import QuerySet

from sanyi.store.contracts.tables import Contract
from sanyi.store.persons.consequences import Merge, Moved, Said, moves_rows, set_aside, set_back
from sanyi.workflows.contract import HOLDING
from sanyi.workflows.errors import GuardRefused, Refused
from sanyi.workflows.facts import SYSTEM

DONE = tuple(state for state in HOLDING if state not in ("signed", "active"))


def _make_room(merge: Merge) -> Moved:
    """Suspend the second of two in force; what goes over then gives way to what holds its days."""
    active = list(Contract.objects.select_for_update().filter(person__in=(merge.kept, merge.gone), state="active").order_by("signed_on", "pk"))
    made = [_suspended(row, merge) for row in active[1:]]
    open_ones = list(_held(merge.gone).filter(state__in=("signed", "active")))
    return made + [_gives_way(mine, others, merge) for mine in open_ones if (others := list(_sharing(mine, merge.kept)))]


def _gives_way(mine: Contract, others: list[Contract], merge: Merge) -> dict:
    """One in force begins after the days of those that are done. Errors: GuardRefused where one of two is signed for days ahead."""
    ahead = next((other for other in others if "signed" in (other.state, mine.state)), None)
    if ahead:
        raise GuardRefused(f"第 {mine.pk} 号与第 {ahead.pk} 号签约日期重叠，其中一份已签约待生效：请先撤销其一，再合并",
                           f"contracts no. {mine.pk} and {ahead.pk} share days, and one of them is signed for days ahead: undo one of them, then merge", "no_conflict")
    last = max(other.to_on for other in others)
    return _suspended(mine, merge) if last >= mine.to_on else set_aside(mine, merge, from_on=last + timedelta(days=1))


def _suspended(row: Contract, merge: Merge) -> dict:
    _act(row, "suspend", merge)
    return {"suspended": row.pk}


def _as_before(merge: Merge, moved: Moved) -> Said:
    said = set_back(Contract, [each for each in moved if "row" in each], merge, "签约", "contract")
    for each in moved:
        if "suspended" in each:
            said += _resumed(Contract.objects.get(pk=each["suspended"]), merge)
    return said


def _resumed(row: Contract, merge: Merge) -> Said:
    """It is in force again, unless it was ended meanwhile, or its team has closed."""
    if row.state != "suspended":
        return [(f"签约 {row.pk} 合并后已被更改，保持现状", f"contract {row.pk} was changed since the merge and stays as it is")]
    try:
        _act(row, "resume", merge)
    except Refused as refusal:
        return [(f"签约 {row.pk} 未能恢复：{refusal.zh}", f"contract {row.pk} could not resume: {refusal.en}")]
    return []


def _act(row: Contract, step: str, merge: Merge) -> None:
    from sanyi.store.act import act
    act("contract", row.pk, row.version, step, {"reason": f"人员比对 {merge.match} / person match {merge.match}"}, SYSTEM, merge.now)


def _stays(merge: Merge) -> list[int]:
    """What is done and shares a day with a contract of the other row tells what once was, and stays with the row it named."""
    return [row.pk for row in _held(merge.gone).filter(state__in=DONE) if _sharing(row, merge.kept).exists()]


def _held(person: object) -> QuerySet:
    return Contract.objects.filter(person=person, state__in=HOLDING).order_by("pk")


def _sharing(row: Contract, other: object) -> QuerySet:
    return _held(other).filter(from_on__lte=row.to_on, to_on__gte=row.from_on)


CONTRACTS = moves_rows(Contract, "person", "家庭医生签约", "family-doctor contracts", _make_room, _as_before, _stays)
