"""The problem list: what is wrong, who answers for it, until when, closed by another person; and one problem. Source: JH-80."""
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sanyi.store.one import problem as find_problem, problems as find_problems
from sanyi.store.posting import list_problem
from sanyi.web import clock
from sanyi.web.access import RUN, allowed
from sanyi.web.posted import Words, optional_whole, typed
from sanyi.web.posted_work import posted_list, posted_page
from sanyi.web.views.ledger_item import found_or_404

KIND = "problem"


@allowed(*RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def problems(request: HttpRequest) -> HttpResponse:
    """The list; a POST puts a problem on it."""
    return posted_list(request, KIND, find_problems, lambda plan: _add(request, plan))


@allowed(*RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def problem(request: HttpRequest, problem_id: int) -> HttpResponse:
    """One problem."""
    return posted_page(request, KIND, problem_id, lambda id: found_or_404(find_problem, id))


def _add(request: HttpRequest, plan: str) -> Words:
    row = list_problem(plan, typed(request, "text", "问题", "problem"), request.by, clock.now(), optional_whole(request, "item"))
    return f"问题第 {row.pk} 号已列入清单", f"Problem no. {row.pk} is on the list"
