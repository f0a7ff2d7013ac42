"""Which book a settlement page speaks of, and what all of them carry."""
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sanyi.store.book_rows import books
from sanyi.store.delegations import givers_for
from sanyi.store.one import allowed_steps, events
from sanyi.tables.table import Table
from sanyi.web import clock
from sanyi.web.opened import results
from sanyi.web.own import own_unit
from sanyi.web.plain_list import Links, plain_listing
from sanyi.web.posted import notice
from sanyi.web.words import say
from sanyi.web.work_words import event_line, state_badge, steps_of
from sanyi.workflows.errors import UnknownWork

TABS = (("settlement", "期间与批次", "Periods and batches"), ("settlement_balances", "科目余额", "Balances"), ("settlement_entries", "明细账", "Entries"),
        ("settlement_vouchers", "记账凭证", "Vouchers"), ("delegations", "委托代办", "Delegations"))


def chosen_book(request: HttpRequest, id: int | None = None) -> dict[str, Any] | None:
    """The book that is meant: by its number, by ?book=, else the run's, else the first. Raises Http404 for one that there is not."""
    there = {book["id"]: book for book in books()}
    asked = request.GET.get("book", "")
    if id is None and asked:
        id = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else -1
    if id is not None and id not in there:
        raise Http404("没有这本账簿 / there is no such book")
    card = results().card
    own = next((book for book in there.values() if (book["plan"], book["year"]) == (card["plan"], int(card["year"]))), None)
    return there[id] if id is not None else own or next(iter(there.values()), None)


def frame(request: HttpRequest, book: Mapping[str, Any], here: str) -> dict[str, Any]:
    """The tabs and the other books."""
    return {"book": book, "tabs": [{"title": say(request, zh, en), "address": f"{reverse(route)}?book={book['id']}", "is_here": route == here} for route, zh, en in TABS],
            "books": [{**each, "is_here": each["id"] == book["id"]} for each in books()], "is_bureau": request.actor.role == "bureau",
            "may_download": True}


def own_rows(request: HttpRequest, rows: Iterable[dict[str, Any]], column: str) -> list[dict[str, Any]]:
    """The rows that an account sees: all of them, or where it is a hospital's those that name it."""
    unit = own_unit(request)
    return [row for row in rows if not unit or row[column] == unit]


def found(find: Callable[[int], dict[str, Any]], id: int) -> dict[str, Any]:
    """A row of the books by its number. Raises Http404."""
    try:
        return find(id)
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from None


def no_book(request: HttpRequest) -> HttpResponse:
    """The page where nothing was drafted yet."""
    return render(request, "settlement_none.html", {})


def work(request: HttpRequest, kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A piece of settlement work: its state, the steps this account may take and for whom else, and its log.

    The log of a batch and of a period tells the sums of all institutions, so a hospital is not shown it.
    """
    is_of_all = kind in ("settlement_batch", "settlement_period")
    return {"kind": kind, "version": row["version"], "state": state_badge(request, kind, row["state"]), "behalf": givers_for(request.by, clock.today()),
            "steps": steps_of(request, kind, row["state"], allowed_steps(kind, row["id"], request.by, clock.now()), []),
            "log": [] if is_of_all and own_unit(request) else [event_line(request, event, kind) for event in events(kind, row["id"])][::-1]}


def listed(request: HttpRequest, table: Table, rows: Sequence[Mapping[str, Any]], links: Links = {}, columns: Sequence[str] = ()) -> dict[str, Any]:
    """A list with the book's number kept through its filters."""
    return plain_listing(request, table, rows, links=links, columns=columns or [name for name in table.names if name != "id"])


def shown(request: HttpRequest, template: str, context: Mapping[str, Any], refusal: dict[str, Any] | None = None) -> HttpResponse:
    """A page, with what was refused on top where something was."""
    return render(request, template, {**notice(request, refusal), **context}, status=refusal["status"] if refusal else 200)
