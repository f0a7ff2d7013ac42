"""Supervision orders: issued by the office, acknowledged and answered by a unit, closed by somebody else. Source: HK-52."""
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sanyi.store.one import order as find_order, orders as find_orders
from sanyi.store.posting import issue_order
from sanyi.web import clock
from sanyi.web.access import RUN, allowed
from sanyi.web.posted import Words, optional_whole, typed
from sanyi.web.posted_work import posted_list, posted_page
from sanyi.web.views.ledger_item import asked_date, found_or_404

KIND = "supervision_order"


@allowed(*RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def orders(request: HttpRequest) -> HttpResponse:
    """The list; a POST by the office issues an order."""
    return posted_list(request, KIND, find_orders, lambda plan: _add(request, plan))


@allowed(*RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order."""
    return posted_page(request, KIND, order_id, lambda id: found_or_404(find_order, id))


def _add(request: HttpRequest, plan: str) -> Words:
    row = issue_order(plan, request.POST.get("unit", ""), typed(request, "text", "督办事项", "order"), asked_date(request, "due"), request.by,
                      clock.now(), optional_whole(request, "item"))
    return f"已下达督办单第 {row.pk} 号", f"Supervision order no. {row.pk} issued"
