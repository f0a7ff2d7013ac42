"""Sealing a period when it is closed: the digest of all that was posted in it stays, whatever a later round adds."""
from datetime import datetime
import hashlib

from django.db.models import Max

from sanyi.store.models import EntryGroup, EntryLine, PeriodClosing, SettlementPeriod
from sanyi.workflows.facts import Actor


def seal_period(period: SettlementPeriod, actor: Actor, now: datetime) -> None:
    """Keep what the period comes to in this round. Source: R10."""
    last = EntryGroup.objects.filter(book=period.book).aggregate(last=Max("number"))["last"] or 0
    PeriodClosing.objects.create(period=period, round=period.round, last_number=last, digest=period_digest(period, last), by=actor.name, at=now)


def period_digest(period: SettlementPeriod, last_number: int) -> str:
    """SHA-256 of every group posted in a period up to a number of the books, with its lines; without the clock's time."""
    digest = hashlib.sha256()
    for text in group_texts(period=period, number__lte=last_number):
        digest.update(text.encode())
    return digest.hexdigest()


def group_texts(**which):
    """One text a group, in the order of their numbers: what it says, in the words that digests cover."""
    lines: dict[object, list[str]] = {}
    rows = EntryLine.objects.filter(**{f"group__{name}": value for name, value in which.items()}).order_by("group__number", "number")
    for group, number, account, party, debit, credit in rows.values_list("group_id", "number", "account__code", "party", "debit_fen", "credit_fen"):
        lines.setdefault(group, []).append(f"{number} {account} {party} {debit} {credit}")
    names = ("pk", "number", "period__code", "key", "sequence", "kind", "corrects_id", "reverses_id", "fund_code", "posting_code", "for_period",
             "posted_on", "base_fen", "text_zh", "text_en", "source_table", "source_key", "clause", "reason", "line_count", "total_fen", "by")
    for group in EntryGroup.objects.filter(**which).order_by("number").values_list(*names):
        yield "\t".join(map(str, (*group, *lines.get(group[0], ())))) + "\n"
