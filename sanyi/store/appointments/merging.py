"""When two rows of a person are merged: nobody is in two places at one time, nor twice in one line."""
from collections import defaultdict

from django.db.models import Q, QuerySet

from sanyi.store.appointments.tables import PENDING, Appointment, Notice, Slot, Waiting
from sanyi.store.persons.consequences import Merge, Moved, Said, moves_rows, set_aside, set_back
from sanyi.workflows.appointment import LIVE
from sanyi.workflows.errors import GuardRefused


def _slots_first(ids: list[int]) -> tuple[QuerySet, ...]:
    """Whoever books locks slots, by number, and then the patient."""
    mine = Q(appointments__person__in=ids, appointments__state__in=LIVE) | Q(offers__person__in=ids, offers__state="offered")
    return (Slot.objects.filter(pk__in=Slot.objects.filter(mine).values("pk")).order_by("pk"),)


def _nowhere_twice(merge: Merge) -> Moved:
    """Which of two appointments at one time is given up, the patient says: people are asked first. Errors: GuardRefused."""
    for mine in Appointment.objects.filter(person=merge.gone, state__in=LIVE).order_by("pk"):
        other = Appointment.objects.filter(person=merge.kept, state__in=LIVE, starts_at__lt=mine.ends_at, ends_at__gt=mine.starts_at).order_by("pk").first()
        if other:
            raise GuardRefused(f"预约 {other.pk}（{other.institution}）与预约 {mine.pk}（{mine.institution}）时间重叠：请先问清患者取消哪一个，再合并",
                               f"appointments {other.pk} ({other.institution}) and {mine.pk} ({mine.institution}) are at one time: ask the patient which to cancel, then merge", "no_conflict")
    return []


def _one_turn(merge: Merge) -> Moved:
    """Of two turns in one line the better one stays: one that is offered a place, then the earlier. Errors: GuardRefused where both hold a place."""
    alike = defaultdict(list)
    for row in Waiting.objects.select_for_update().filter(person__in=(merge.kept, merge.gone), state__in=PENDING).order_by("-state", "-rank", "-pk"):
        alike[row.queue].append(row)
    made = []
    for lesser, other in (sorted(rows, key=lambda row: (row.state == "offered", -row.rank, -row.pk)) for rows in alike.values() if len(rows) == 2):
        if lesser.state == "offered":
            raise GuardRefused(f"候补 {lesser.pk} 与 {other.pk} 均有保留号源：请先处理其一，再合并", f"turns {lesser.pk} and {other.pk} both hold a place: settle one of them, then merge", "no_conflict")
        made.append(set_aside(lesser, merge, state="withdrawn"))
    return made


def _as_before(merge: Merge, moved: Moved) -> Said:
    return set_back(Waiting, moved, merge, "候补", "waiting turn")


APPOINTMENTS = moves_rows(Appointment, "person", "预约", "appointments", _nowhere_twice, first=_slots_first)
TURNS = moves_rows(Waiting, "person", "候补", "waiting turns", _one_turn, _as_before)
NOTICES = moves_rows(Notice, "person", "通知", "notices")
