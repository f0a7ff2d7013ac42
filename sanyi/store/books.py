"""Opening the books of a plan's year: the chart of accounts and the periods; and finding them."""
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from sanyi.payment.books.accounts import ACCOUNTS
from sanyi.plans.dues import add_months, period_end
from sanyi.store.ledger_tables import NAME
from sanyi.store.log import write_line
from sanyi.store.models import Book, BookAccount, BookParty, SettlementPeriod
from sanyi.store.who import By, check_roles
from sanyi.terms.working_days import working_day_after
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import UnknownWork

MAKERS = ("bureau", "office")
SETTLED_WITHIN_DAYS, CLEARED_WITHIN_MONTHS = 30, 6  # where no plan is at hand


def open_book(plan: str, year: int, by: By, now: datetime, within: int = SETTLED_WITHIN_DAYS, months: int = CLEARED_WITHIN_MONTHS,
              holidays: Iterable[date] = (), parties: Iterable[str] = ()) -> Book:
    """Open the books of a plan's year, or bring their accounts up to the chart; the same again changes nothing.

    A month is to be settled so many working days after its end, the year cleared so many months after it; `parties` are the record's
    institutions. Errors: NotAllowed. Source: GB-2, DIP-29.
    """
    with transaction.atomic():
        actor = check_roles(by, MAKERS)
        book = Book.objects.select_for_update().filter(plan=plan, year=year).first()
        if book is None:
            book = Book.objects.create(plan=plan, year=year, opened_by=actor.name[:NAME], opened_at=now)
            start = workflow_of("settlement_period").start
            SettlementPeriod.objects.bulk_create([SettlementPeriod(book=book, code=code, state=start, due=due)
                                                  for code, due in period_dues(year, within, months, set(holidays)).items()])
            for period in SettlementPeriod.objects.filter(book=book).order_by("pk"):
                write_line(period, "settlement_period", "enter", actor.name, now, "", {"due": period.due}, actor.persons)
        _add_accounts(book)
        know_parties(book, parties)
    return book


def period_dues(year: int, within: int, months: int, holidays: set[date]) -> dict[str, date]:
    """The year's periods with the day each is to be settled by."""
    dues = {}
    for month in range(1, 13):
        dues[f"{year}-{month:02d}"] = working_day_after(period_end("month", date(year, month, 1)), within, holidays)
    return {**dues, f"{year}": period_end("month", add_months(date(year, 12, 1), months))}


def _add_accounts(book: Book) -> None:
    there = set(BookAccount.objects.filter(book=book).values_list("code", flat=True))
    BookAccount.objects.bulk_create([BookAccount(
        book=book, code=account.code, zh=account.zh, en=account.en, class_code=account.class_code, party_kind=account.party_kind,
        bound=account.bound) for account in ACCOUNTS.values() if account.code not in there])


def know_parties(book: Book, codes: Iterable[str]) -> None:
    """Let the books know the institutions of a run's record; what they know already stays."""
    there = set(BookParty.objects.filter(book=book).values_list("code", flat=True))
    BookParty.objects.bulk_create([BookParty(book=book, code=code) for code in sorted(set(codes) - there)])


def find_book(plan: str, year: int, is_locked: bool = False) -> Book:
    """Find the books of a plan's year. Errors: UnknownWork naming those there are."""
    rows = Book.objects.select_for_update() if is_locked else Book.objects
    book = rows.filter(plan=plan, year=year).first()
    if book is None:
        there = "、".join(f"{plan} {year}" for plan, year in Book.objects.order_by("plan", "year").values_list("plan", "year")) or "—"
        raise UnknownWork(f"没有 {plan} {year} 年的账簿；现有：{there}", f"there are no books of {plan} for {year}; there are: {there}")
    return book


def find_period(book: Book, code: str) -> SettlementPeriod:
    """Find a period of the books. Errors: UnknownWork."""
    period = SettlementPeriod.objects.filter(book=book, code=code).first()
    if period is None:
        raise UnknownWork(f"账簿没有期间“{code}”；应如 {book.year}-03 或 {book.year}",
                          f"the books have no period {code!r}; a period is like {book.year}-03, or {book.year} for the year's clearing")
    return period


def open_periods(book: Book) -> list[str]:
    """The periods that still take a batch."""
    return list(SettlementPeriod.objects.filter(book=book, state__in=("open", "reopened")).order_by("code").values_list("code", flat=True))
