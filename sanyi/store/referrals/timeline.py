"""Referrals on a person's timeline."""
from collections.abc import Iterator

from sanyi.store.health.timeline import TimelinePart
from sanyi.store.log import today_of
from sanyi.store.personal import NARROWEST, OPEN, level_of
from sanyi.store.referrals.tables import Referral
from sanyi.tables.levels import is_narrowest
from sanyi.tables.timeline import TimelineEntry, TimelineFact
from sanyi.workflows import workflow_of
from sanyi.workflows.referral_facts import DIRECTIONS, URGENCIES


def _entries(person: int, narrowest: tuple[str, ...]) -> Iterator[TimelineEntry]:
    for row in Referral.objects.filter(person=person).order_by("-id"):
        level = NARROWEST if is_narrowest(row.reason, narrowest) or is_narrowest(row.diagnosis, narrowest) else level_of(Referral, "reason") or NARROWEST
        state = workflow_of("referral").state(row.state)
        facts = (("方向", "direction", *_words(DIRECTIONS, row.direction), OPEN), ("缓急", "urgency", *_words(URGENCIES, row.urgency), OPEN), ("转往", "to", row.receiver, row.receiver, OPEN),
                 ("状态", "state", state.zh, state.en, OPEN), ("诊断", "diagnosis", row.reason, row.reason, level_of(Referral, "reason")),
                 ("接收方诊断", "the receiver's diagnosis", row.diagnosis, row.diagnosis, level_of(Referral, "diagnosis")))
        yield TimelineEntry("referral", today_of(row.submitted_at or row.created_at), row.institution, str(row.pk), level,
                            tuple(TimelineFact((zh, en), (said, said_en), max(fact or NARROWEST, level if level == NARROWEST else 1)) for zh, en, said, said_en, fact in facts))


def _words(words: dict, code: str) -> tuple[str, str]:
    return tuple(words.get(code, (code, code)))[:2]


REFERRALS = TimelinePart("referral", _entries, "referral")
