"""What a hospital's account sees of a run: pages that speak of no institution, and of the others its own institution's rows alone."""
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from sanyi.runs.results import Condition
from sanyi.tables.table import Table
from sanyi.workflows.errors import NotAllowed

KEY = "institution_id"


def own_unit(request: HttpRequest) -> str:
    """The institution whose part alone a hospital's account sees; an empty word for everybody else."""
    return request.actor.unit if request.actor.role == "hospital" else ""


def own_rows_of(request: HttpRequest, table: Table) -> tuple[Condition, ...]:
    """The condition that keeps a list to a hospital's own rows. Errors: NotAllowed where the table does not say whose a row is."""
    unit = own_unit(request)
    if not unit:
        return ()
    if KEY not in table.names:
        raise _not_shown()
    return (Condition(KEY, "eq", unit),)


class own_pages:  # noqa: N801  (a middleware that looks at the view must be a class)
    """On pages that name an institution a hospital's account is kept to its own; it begins at its own page. Which pages it opens, the views say."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], _: tuple, named: dict[str, Any]) -> HttpResponse | None:
        """Another institution is answered like one that there is not."""
        if request.actor is None or request.actor.role != "hospital":  # type: ignore[attr-defined]
            return None
        route = request.resolver_match.url_name or ""
        if named.get(KEY, request.actor.unit) != request.actor.unit:
            return _unknown(request, named[KEY])
        return redirect("institution", request.actor.unit) if route == "cockpit" else None


def _unknown(request: HttpRequest, institution: str) -> HttpResponse:
    from sanyi.web.views.errors import not_found
    return not_found(request, Http404(f"没有机构 {institution} / there is no institution {institution}"))


def _not_shown() -> NotAllowed:
    return NotAllowed("医疗机构账户只能查看本机构的数据", "an account of an institution sees its own institution's data alone")
