"""The one writer of the posted ledger: groups of lines that balance, numbered without gaps, within every account's bounds."""
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import connection
from django.db.models import Max, Q, Sum

from sanyi.payment.books.accounts import ACCOUNTS
from sanyi.payment.books.carried import HEAD, Entry, Place, is_declared
from sanyi.payment.books.differences import Difference, Posted
from sanyi.store.models import Book, BookAccount, BookBalance, EntryGroup, EntryLine, SettlementPeriod
from sanyi.terms.fen import yuan
from sanyi.workflows.errors import ClosedPeriod, NotPostable, Overdrawn

NAMESPACE = UUID("6d1f4d0e-7f0c-5e53-9d3c-0a7f6f2f8a51")
CHUNK = 400


def post_entries(period: SettlementPeriod, found: Sequence[Difference], by: str, now: datetime, reason: str = "",
                 posted_on: date | None = None, **origin) -> list[EntryGroup]:
    """Post groups into a period, in one transaction with whatever they follow from; the books must be locked.

    `origin` names the batch or the voucher; `posted_on` the day where it is not the entry's own. Errors: ClosedPeriod,
    NotPostable (an undeclared account), Overdrawn. Source: R02, R03, R08, R10.
    """
    assert connection.in_atomic_block, "entries and what they follow from are one transaction"
    if period.state not in ("open", "reopened"):
        raise ClosedPeriod(f"期间 {period.code} 已关账，不能入账", f"the period {period.code} is closed; nothing is posted into it")
    book = period.book
    ordered = sorted(found, key=lambda each: (_takes_away(each.entry.sums), each.entry.key, each.kind))
    _check_declared(ordered)
    _check_bounds(book, ordered)
    groups, lines = _rows(book, period, ordered, by, now, reason, posted_on, origin)
    EntryLine.objects.bulk_create(lines, batch_size=CHUNK)
    EntryGroup.objects.bulk_create(groups, batch_size=CHUNK)  # last: the database takes a group only over lines that balance
    return groups


def posted_sums(book: Book, keys: Iterable[str] | None = None, where: Q = Q()) -> dict[str, Posted]:
    """What the ledger holds of each key: of some keys, or of all that meet a condition."""
    groups = EntryGroup.objects.filter(where, book=book)
    wanted = None if keys is None else set(keys)
    if wanted is not None and len(wanted) <= CHUNK:
        groups = groups.filter(key__in=wanted)
    sums: dict[str, Counter] = {}
    lines = EntryLine.objects.filter(group__in=groups).values_list("group__key", "account__code", "party").annotate(
        debit=Sum("debit_fen"), credit=Sum("credit_fen")).order_by()
    for key, account, party, debit, credit in lines:
        sums.setdefault(key, Counter())[account, party] += debit - credit
    found = {}
    for group in groups.order_by("number"):  # the last group's head is the newest
        if wanted is None or group.key in wanted:
            count = found[group.key].count + 1 if group.key in found else 1
            held = {place: amount for place, amount in sums[group.key].items() if amount}
            found[group.key] = Posted(Entry(key=group.key, for_period=group.for_period, sums=held, **{name: getattr(group, name) for name in HEAD}), count)
    return found


def _rows(book, period, ordered, by, now, reason, posted_on, origin):
    accounts = dict(BookAccount.objects.filter(book=book).values_list("code", "pk"))
    number = EntryGroup.objects.filter(book=book).aggregate(last=Max("number"))["last"] or 0
    before = _before(book, [each.entry.key for each in ordered])
    groups, lines = [], []
    for each in ordered:
        number, key = number + 1, each.entry.key
        sequence, first = before.get(key, (0, None))
        group = _group(book, period, each, number, sequence + 1, first)
        before[key] = (sequence + 1, first or group.pk)
        group.by, group.at, group.reason = by, now, reason
        group.posted_on = posted_on or group.posted_on
        for name, value in origin.items():
            setattr(group, name, value)
        groups.append(group)
        lines += [EntryLine(group_id=group.pk, number=place, account_id=accounts[account], party=party, debit_fen=max(amount, 0),
                            credit_fen=max(-amount, 0)) for place, ((account, party), amount) in enumerate(sorted(each.entry.sums.items()), 1)]
    return groups, lines


def _before(book: Book, keys: list[str]) -> dict[str, tuple[int, UUID]]:
    """How many groups each key has, and its first."""
    found: dict[str, tuple[int, UUID]] = {}
    for start in range(0, len(keys), CHUNK):
        rows = EntryGroup.objects.filter(book=book, key__in=keys[start:start + CHUNK]).order_by("sequence").values_list("key", "sequence", "pk")
        for key, sequence, group in rows:
            found[key] = (sequence, found.get(key, (0, group))[1])
    return found


def _group(book: Book, period: SettlementPeriod, each: Difference, number: int, sequence: int, first: UUID | None) -> EntryGroup:
    head = {name: getattr(each.entry, name) for name in HEAD}
    return EntryGroup(
        id=uuid5(NAMESPACE, f"{book.plan}|{book.year}|{each.entry.key}|{sequence}"), book=book, number=number, period=period, key=each.entry.key,
        sequence=sequence, kind=each.kind, corrects_id=first, reverses_id=each.reverses, for_period=each.entry.for_period, line_count=len(each.entry.sums),
        total_fen=sum(amount for amount in each.entry.sums.values() if amount > 0), **head)


def _takes_away(sums: Mapping[Place, int]) -> bool:
    """Whether a group moves an account towards its bound: such groups come last, so that no order of theirs is refused."""
    return any(amount < 0 if ACCOUNTS[account].bound == "debit" else amount > 0 for (account, _), amount in sums.items()
               if account in ACCOUNTS and ACCOUNTS[account].bound != "none")


def _check_declared(found: Iterable[Difference]) -> None:
    for each in found:
        for place in each.entry.sums:
            if not is_declared(place):
                raise NotPostable(f"{each.entry.key}：科目 {place[0]} 未设，或往来对象 {place[1]} 不当",
                                  f"{each.entry.key}: the account {place[0]} is not declared, or the party {place[1]} is out of place")


def _check_bounds(book: Book, found: Iterable[Difference]) -> None:
    """Name the account that would leave its bounds; the database would refuse it too. Errors: Overdrawn."""
    moved: Counter = Counter()
    for each in found:
        for (account, party), amount in each.entry.sums.items():
            if ACCOUNTS[account].bound != "none":
                moved[each.entry.fund_code, account, party] += amount
    there = {(fund, account, party): debit - credit for fund, account, party, debit, credit in BookBalance.objects.filter(
        book=book, account__code__in={account for _, account, _ in moved}).values_list("fund_code", "account__code", "party", "debit_fen", "credit_fen")}
    for (fund, account, party), amount in sorted(moved.items()):
        balance = there.get((fund, account, party), 0)
        side = 1 if ACCOUNTS[account].bound == "debit" else -1
        if (balance + amount) * side < 0:
            raise Overdrawn(
                f"{fund} 科目 {account} {ACCOUNTS[account].zh}（{party}）余额 {yuan(balance * side)} 元，不足 {yuan(-amount * side)} 元",
                f"{fund} account {account} {ACCOUNTS[account].en} ({party}) holds {yuan(balance * side)} yuan; {yuan(-amount * side)} are wanted")
