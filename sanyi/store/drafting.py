"""Drafting a settlement batch from a run: what the ledger must hold then, what that adds, and every institution's sheet. Source: DIP-26, DIP-27."""
from collections.abc import Mapping
from datetime import datetime
import hashlib
import json

from django.db import transaction
from django.db.models import Q

from sanyi.payment.books.carried import Carried, Entry, digest_of
from sanyi.payment.books.differences import Difference, closing_entries, differences, digest_of_differences
from sanyi.payment.books.sheets import PAID, Sheet, sheets
from sanyi.store.batch_entries import open_vouchers, voucher_rows
from sanyi.store.batch_tables import OPEN_STATES
from sanyi.store.books import find_book, find_period, know_parties
from sanyi.store.causes import causes_between
from sanyi.store.entries import CHUNK, posted_sums
from sanyi.store.log import today_of, write_line
from sanyi.store.models import BatchLine, BatchSheet, Book, SettlementBatch, SettlementPeriod
from sanyi.store.money_commands import earlier_answer, keep_answer
from sanyi.store.who import By, actor_for
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, ClosedPeriod, NotAllowed, NotPostable
from sanyi.workflows.take import clean

POSTED = ("posted", "paid")
KINDS = {"monthly": ("月度预结算", "monthly pre-settlement"), "annual": ("年终清算", "annual clearing")}
FROM_RUNS = Q(batch__isnull=False) & ~Q(posting_code="PAY")


def draft_batch(carried: Carried, period: str, by: By, now: datetime, reason: str = "", key: str = "", on_behalf: str = "") -> SettlementBatch:
    """Draft the settlement of a month (2020-03), or with the year (2020) its clearing, as a run says it.

    Earlier months that the run says otherwise than the ledger are taken up as differences, and then a `reason` is needed. The
    same run for the same period gives the batch there is. Nothing is posted yet. Errors: UnknownWork, NotAllowed, NotPostable,
    ClosedPeriod, BadField, OtherBody. Source: R05, R07, R10.
    """
    with transaction.atomic():
        book = find_book(carried.plan, carried.year, is_locked=True)
        actor = actor_for(by, on_behalf, today_of(now))
        body = {"run": carried.digest, "period": period, "reason": clean(reason), "by": actor.name}
        if earlier := earlier_answer(book, "settlement_batch", key, body):
            return SettlementBatch.objects.get(pk=earlier["id"])
        if actor.role != "bureau":
            raise NotAllowed("结算批次须由医保经办机构制单", "a settlement batch is drafted by the insurance bureau")
        know_parties(book, carried.names)
        place = find_period(book, period)
        batch = _there(place, carried) or _draft(book, place, carried, clean(reason), actor, now)
        keep_answer(book, key, "settlement_batch", body, {"id": batch.pk}, actor.name, now)
    return batch


def _there(period: SettlementPeriod, carried: Carried) -> SettlementBatch | None:
    """The period's newest batch, where it is of this very run and stands."""
    last = period.batches.exclude(state__in=("withdrawn", "reversed")).order_by("-number").first()
    return last if last and last.run_digest == carried.digest and (last.state in OPEN_STATES or period.state != "reopened") else None


def _draft(book: Book, period: SettlementPeriod, carried: Carried, reason: str, actor, now: datetime) -> SettlementBatch:
    kind = "monthly" if "-" in period.code else "annual"
    _check(book, period, carried, kind)
    wanted, found = _to_post(book, period, carried, kind)
    if not reason and any(each.kind == "difference" for each in found):
        raise BadField("本次核算与已入账的数不同，更正已入账的结算须写明理由", "this run differs from what is posted; say why the posted settlement is corrected", "reason")
    vouchers = open_vouchers(book)
    made = sheets([each.entry for each in found], voucher_rows(vouchers), carried.monthly.get(period.code, {}) if kind == "monthly" else carried.annual,
                  carried.names)
    said = _said(period, wanted, found)
    earlier = period.batches.filter(state__in=POSTED).order_by("-number").first()
    last = SettlementBatch.objects.filter(book=book, state__in=POSTED).order_by("-pk").first()
    batch = SettlementBatch.objects.create(
        book=book, kind=kind, period=period, number=period.batches.count() + 1, supersedes=earlier, run_digest=carried.digest,
        run_card=json.dumps(carried.card, sort_keys=True, ensure_ascii=False, default=str), run_finished_at=carried.finished_at,
        lines_digest=digest_of(said), differences_digest=digest_of_differences(found), difference_count=sum(each.kind == "difference" for each in found),
        last_voucher=max((row.pk for row in vouchers), default=0), final_fen=sum(sheet.final_fen for sheet in made), reason=reason,
        cause=causes_between(json.loads(last.run_card), carried.card) if last else "", state=workflow_of("settlement_batch").start,
        due=period.due, made_by=actor.name, made_at=now)
    _keep(batch, said, made)
    write_line(batch, "settlement_batch", "draft", actor.name, now, "", {"run": carried.digest, "period": period.code, "reason": reason,
                                                                      "lines": batch.lines_digest, "final_fen": batch.final_fen}, actor.persons)
    return batch


def _to_post(book: Book, period: SettlementPeriod, carried: Carried, kind: str) -> tuple[dict[str, Entry], list[Difference]]:
    """What the run says up to the period, and how that differs from the ledger."""
    if kind == "monthly":
        wanted = {key: entry for key, entry in carried.entries.items() if "-" in entry.for_period and entry.for_period <= period.code}
        posted = posted_sums(book, where=FROM_RUNS & Q(for_period__contains="-", for_period__lte=period.code))
        return wanted, differences(wanted, posted)
    vouchers = [each.entry for each in posted_sums(book, where=Q(voucher__isnull=False)).values()]
    wanted = {**carried.entries, **closing_entries([*carried.entries.values(), *vouchers], book.year)}
    return wanted, differences(wanted, posted_sums(book, where=FROM_RUNS))


def _said(period: SettlementPeriod, wanted: Mapping[str, Entry], found: list[Difference]) -> list[Entry]:
    """What the batch keeps: all of its own period, and of earlier ones what differs; a key that is wanted no more stands there empty."""
    own = {key: entry for key, entry in wanted.items() if entry.for_period == period.code}
    for each in found:
        if each.entry.key in wanted:
            own[each.entry.key] = wanted[each.entry.key]
        else:
            own[each.entry.key] = Entry(**{**vars(each.entry), "sums": {next(iter(each.entry.sums)): 0}})
    return [own[key] for key in sorted(own)]


def _keep(batch: SettlementBatch, said: list[Entry], made: list[Sheet]) -> None:
    lines = [BatchLine(batch=batch, account_code=account, party=party, amount_fen=amount,
                       **{name: value for name, value in vars(entry).items() if name != "sums"})
             for entry in said for (account, party), amount in sorted(entry.sums.items())]
    BatchLine.objects.bulk_create(lines, batch_size=CHUNK)
    BatchSheet.objects.bulk_create([BatchSheet(
        batch=batch, institution_id=sheet.institution_id, name=sheet.name, fund_code=sheet.fund_code,
        **{name: getattr(sheet, name) for name in PAID}, **sheet.figures) for sheet in made], batch_size=CHUNK)


def _check(book: Book, period: SettlementPeriod, carried: Carried, kind: str) -> None:
    if period.state not in ("open", "reopened"):
        raise ClosedPeriod(f"期间 {period.code} 已关账，须先由两人重开", f"the period {period.code} is closed; two persons must reopen it first")
    open_one = SettlementBatch.objects.filter(book=book, state__in=OPEN_STATES).first()
    if open_one:
        raise NotPostable(f"批次 {open_one.pk}（{open_one.period.code}）尚未办结，每次只办一批", f"batch {open_one.pk} of {open_one.period.code} is not finished; one batch at a time")
    _check_run(book, carried, period, kind)
    lacking = [code for code in SettlementPeriod.objects.filter(book=book, code__contains="-").exclude(batches__state__in=POSTED).order_by("code")
               .values_list("code", flat=True) if kind == "annual" or code < period.code]
    if lacking:
        raise NotPostable(f"尚未结算的月份：{'、'.join(lacking)}，须依次结算", f"months that are not settled yet: {', '.join(lacking)}; they are settled in their order")


def _check_run(book: Book, carried: Carried, period: SettlementPeriod, kind: str) -> None:
    """Refuse a run that is not what it says, does not balance, lacks a point value, or has been superseded."""
    if card_digest(carried.card) != carried.digest:
        raise NotPostable("运行记录与其摘要不符，可能被改动", "the run card does not have the digest it says; it may have been changed")
    if carried.findings:
        raise NotPostable(f"核算的账簿不平，不能入账：{carried.findings[0]}", f"the run's books do not hold and cannot be posted: {carried.findings[0]}")
    stopped = [words for words in carried.blocked if kind == "annual" or "-" in words[0] and words[0] <= period.code]
    if stopped:
        raise NotPostable(f"缺少点值，不能结算：{'；'.join(zh for _, zh, _ in stopped[:3])}", f"a point value is missing: {'; '.join(en for _, _, en in stopped[:3])}")
    posted = SettlementBatch.objects.filter(book=book, state__in=POSTED).order_by("-pk")
    last = posted.first()
    if last is None or last.run_digest == carried.digest:
        return
    if posted.filter(run_digest=carried.digest).exists():
        raise NotPostable(f"核算 {carried.digest[:12]} 已被批次 {last.pk} 的核算取代", f"the run {carried.digest[:12]} was superseded by that of batch {last.pk}")
    if carried.finished_at < last.run_finished_at:
        raise NotPostable(f"核算早于批次 {last.pk} 的核算", f"the run is older than that of batch {last.pk}")


def card_digest(card: Mapping[str, object]) -> str:
    """The digest of a run card's unchanging part, as the run wrote it."""
    return hashlib.sha256(json.dumps(card, sort_keys=True, default=str).encode()).hexdigest()
