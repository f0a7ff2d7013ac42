"""Lists of referrals as an actor may see them, counts by state, one referral as plain data, and referrals as rows of the standard record."""
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import TruncWeek
from django.utils import timezone

from sanyi.store.kept import Rows
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.models import WorkEvent
from sanyi.store.organisation.lists import institution_names
from sanyi.store.organisation.tables import Membership, on_day
from sanyi.store.referrals.kind import BOXES, SEES
from sanyi.store.referrals.packet import current_parts
from sanyi.store.referrals.tables import Referral
from sanyi.store.referrals.whereabouts import whereabouts
from sanyi.store.who import By, actor_of
from sanyi.workflows import workflow_of
from sanyi.workflows.facts import Actor


def box_of(box: str, actor: Actor) -> Rows:
    """The referrals of one box: in, out, chain (sent on by others), or all that the actor may see."""
    if box in BOXES and actor.role in SEES and actor.unit:
        return Rows(Referral).filter(BOXES[box](actor.unit))
    return kind_of("referral").rows_of(actor)


BESIDE = {"person_name": F("person__name")}  # columns of a list that stand in other tables


def counts(box: str, actor: Actor, now: datetime) -> dict[str, int]:
    """How many of a box stand in each open state, how many are overdue, and how many there are in all."""
    open_ones = [state.name for state in workflow_of("referral").states if not state.is_finished]
    rows = box_of(box, actor)
    found = rows.count_by("state")
    return {**{name: found.get(name, 0) for name in open_ones}, "overdue": rows.filter(Q(due_at__lt=now)).count(), "all": sum(found.values())}


def statistics(since: date, until: date) -> list[dict[str, Any]]:
    """How many referrals went which way from and to which institution, by state: no names, for the offices. Days of beginning, the last included."""
    rows = Referral.objects.filter(created_at__date__gte=since, created_at__date__lte=until)
    return list(rows.values("institution", "receiver", "direction", "state").annotate(count=Count("pk")).order_by("institution", "receiver", "direction", "state"))


def by_week(since: date, until: date) -> dict[tuple[date, str], int]:
    """How many referrals began in each week (by its Monday) and direction: no names. Days of beginning, the last included."""
    rows = Referral.objects.filter(created_at__date__gte=since, created_at__date__lte=until).annotate(week=TruncWeek("created_at"))
    return {(row["week"].date(), row["direction"]): row["count"] for row in rows.order_by().values("week", "direction").annotate(count=Count("pk"))}


def one_referral(id: int, by: By) -> dict[str, Any]:
    """One referral with its packet, consents, timeline and where the patient is, as an account may see it. Errors: UnknownWork."""
    row = find_work("referral", id, actor_of(by))
    with kind_of("referral").in_hand(row):  # where the patient went on to is said, whoever sent them there
        how, where, last = whereabouts(row)
    parts = current_parts(row.pk)
    return {"row": row, "names": institution_names({row.institution, row.receiver, row.origin, where}), "parts": [(part.kind, part.version, part.text, part.institution, part.created_at) for part in parts.values()],
            "consents": list(row.consents.order_by("pk").values("way", "digest", "created_by", "created_at")), "where": {"how": how, "code": where, "last": last},
            "replaced_by": row.replaced_by.values_list("pk", flat=True).first(), "returned_by": list(row.returned_by.order_by("pk").values_list("pk", flat=True)),
            "events": _events(id)}


def _events(id: int) -> list[dict[str, Any]]:
    """The log of one referral, oldest first, each step with its words."""
    words = {"begin": ("草拟", "begin"), "weigh": ("测算待遇影响", "work out the effect"), **{step.name: (step.zh, step.en) for step in workflow_of("referral").steps}}
    found = WorkEvent.objects.filter(subject="referral", subject_id=id).order_by("version").values("id", "at", "by", "step", "before", "after", "version", "given")
    return [{**event, "step_zh": words[event["step"]][0], "step_en": words[event["step"]][1]} for event in found]


def common_consortium(one: str, other: str, day: date) -> str:
    """Whether two institutions are in one consortium on a day: firm (any but loose), loose, or none. Source: BEN-4."""
    of = Membership.objects.filter(on_day(day), on_day(day, "consortium__"), institution__code=one).values("consortium")
    kinds = set(Membership.objects.filter(on_day(day), consortium__in=of, institution__code=other).values_list("consortium__kind", flat=True))
    return "firm" if kinds - {"loose"} else "loose" if kinds else "none"


OURS = "SY-"  # how the number of an exported referral begins, so that a second export finds its own
STATUS = (("arrived", Q(state__in=("arrived", "treated", "down_offered", "taken_over"))), ("closed", Q(state="closed")), ("closed", Q(state="redirected", arrived_at__isnull=False)),
          ("no_show", Q(state__in=("no_show", "expired"))), ("no_show", Q(state="withdrawn", accepted_at__isnull=False)), ("rejected", Q(state="declined")))


def record_rows(since: date, until: date) -> Iterator[dict[str, Any]]:
    """The referrals of some days as rows of the standard record's table `referrals`; what is not decided yet, or of nobody in the record, is left out."""
    for status, condition in STATUS:
        rows = Referral.objects.filter(condition, ~Q(person__resident_id=""), submitted_at__isnull=False)
        for row in rows.select_related("person").order_by("pk").iterator():
            day = timezone.localtime(row.submitted_at).date()
            if since <= day <= until:
                yield {"referral_id": f"{OURS}{row.pk}", "resident_id": row.person.resident_id, "direction_code": row.direction, "from_institution_id": row.institution,
                       "to_institution_id": row.receiver, "status_code": status, "diagnosis_code": row.reason, "referred_on": day}
