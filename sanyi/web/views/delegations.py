"""Delegations: who lets whom act for himself until when, made and taken back. Source: R11."""
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.delegations import delegate, delegations as find_delegations, revoke, takers_for
from sanyi.tables.table import Table, date as date_column, text, whole
from sanyi.web import clock
from sanyi.web.access import OWN, allowed
from sanyi.web.book_pages import chosen_book, frame, no_book, shown
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, typed, whole as whole_of
from sanyi.web.words import say
from sanyi.workflows.errors import BadField

DELEGATIONS = Table("delegations", "委托代办", "Delegations", key=("id",), columns=(
    whole("id", "编号", "no."), text("giver", "委托人", "for"), text("taker", "受托人", "acts"), date_column("from_on", "起", "from"), date_column("to_on", "止", "until"),
    text("reason", "理由", "reason"), text("revoked_by", "撤回人", "taken back by", nullable=True), date_column("revoked_on", "撤回日期", "taken back on", nullable=True),
    text("revoked_reason", "撤回理由", "why", nullable=True)))


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    """What this account gave and got, to the reform office all; a POST delegates or takes back."""
    book = chosen_book(request)
    if book is None:
        return no_book(request)
    if request.method == "POST":
        acts = {"delegate": lambda: _delegate(request), "revoke": lambda: _revoke(request)}
        return answer_post(request, acts, request.get_full_path(), lambda refusal: _list(request, book, refusal))
    return _list(request, book)


def _delegate(request: HttpRequest) -> Words:
    given = delegate(typed(request, "taker", "受托人", "who acts", 150), _day(request, "from_on"), _day(request, "to_on"), typed(request, "reason", "理由", "reason"),
                     request.by, clock.now())
    return f"委托 {given.pk} 已登记", f"Delegation {given.pk} is made"


def _revoke(request: HttpRequest) -> Words:
    id = whole_of(request, "delegation")
    revoke(id, typed(request, "reason", "理由", "reason"), request.by, clock.now())
    return f"委托 {id} 已撤回", f"Delegation {id} is taken back"


def _day(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise BadField("日期应如 2026-12-31", "a day is like 2026-12-31", name) from None


def _list(request: HttpRequest, book: dict[str, Any], refusal: dict[str, Any] | None = None) -> HttpResponse:
    rows = [{**row, "revoked_by": row["revoked_by"] or None, "revoked_on": clock.today_of(row["revoked_at"]) if row["revoked_at"] else None,
             "revoked_reason": row["revoked_reason"] or None} for row in find_delegations(request.by)]
    if is_export(request):
        return plain_workbook(request, DELEGATIONS, rows)
    return shown(request, "delegations.html", {
        **frame(request, book, "delegations"), "list": plain_listing(request, DELEGATIONS, rows), "takers": takers_for(request.by), "today": clock.today(),
        "own": [(row["id"], f"{row['id']}  {row['giver']} → {row['taker']}  {row['from_on']} – {row['to_on']}") for row in rows if row["may_revoke"]],
        "address": reverse("delegations"), "title": say(request, "委托代办", "Delegations")}, refusal)
