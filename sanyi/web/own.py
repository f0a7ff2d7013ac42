"""What a hospital's account sees of a run: pages that speak of no institution, and of the others its own institution's rows alone."""
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from sanyi.runs.results import Condition
from sanyi.tables.table import Table
from sanyi.workflows.errors import NotAllowed

OF_NOBODY = {"sign_in", "sign_out", "language", "plan", "plans", "plan_of", "schemes", "scheme_of", "scheme_code", "compare_chosen", "compare_plans", "coverage",
             "obligation", "dictionary", "about_table"}
NARROWED = {"cockpit", "institutions", "institution", "why_institution", "cases", "case", "table", "workbook", "special_reviews", "special_review", "delegations",
            "settlement", "settlement_period", "settlement_batch", "settlement_sheet", "settlement_entries", "settlement_balances", "settlement_vouchers",
            "settlement_voucher"}
KEY = "institution_id"


def own_unit(request: HttpRequest) -> str:
    """The institution whose part alone a hospital's account sees; an empty word for everybody else."""
    return request.user.unit if request.user.role == "hospital" else ""


def own_rows_of(request: HttpRequest, table: Table) -> tuple[Condition, ...]:
    """The condition that keeps a list to a hospital's own rows. Errors: NotAllowed where the table does not say whose a row is."""
    unit = own_unit(request)
    if not unit:
        return ()
    if KEY not in table.names:
        raise _not_shown()
    return (Condition(KEY, "eq", unit),)


def may_open(role: str, route: str) -> bool:
    """Whether a page is for an account's role at all; a page that is not named here is not a hospital's."""
    return role != "hospital" or route in OF_NOBODY or route in NARROWED


class own_pages:  # noqa: N801  (a middleware that looks at the view must be a class)
    """A hospital's account is kept to its pages, and on those that name an institution to its own; it begins at its own page."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], _: tuple, named: dict[str, Any]) -> HttpResponse | None:
        """Refuse what is not a hospital's; another institution is answered like one that there is not."""
        if not request.user.is_authenticated or request.user.role != "hospital":
            return None
        route = request.resolver_match.url_name or ""
        if not may_open("hospital", route):
            return _refused(request)
        if named.get(KEY, request.user.unit) != request.user.unit:
            return _unknown(request, named[KEY])
        return redirect("institution", request.user.unit) if route == "cockpit" else None


def _refused(request: HttpRequest) -> HttpResponse:
    from sanyi.web.views.errors import said
    return said(request, 403, _not_shown().words(request.language))


def _unknown(request: HttpRequest, institution: str) -> HttpResponse:
    from sanyi.web.views.errors import not_found
    return not_found(request, Http404(f"没有机构 {institution} / there is no institution {institution}"))


def _not_shown() -> NotAllowed:
    return NotAllowed("医疗机构账户只能查看本机构的数据", "an account of an institution sees its own institution's data alone")
