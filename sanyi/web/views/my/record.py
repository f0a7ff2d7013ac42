"""The own record: every visit, diagnosis, result and medicine across institutions."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from sanyi.store.persons.tables import Person
from sanyi.web.access import allowed
from sanyi.web.my_parts import LEVEL, OWN, MyPart, own_page
from sanyi.web.timeline import timeline, wanted
from sanyi.web.trailed import reads

PAGES = {"result": "my_result", "referral": "my_referral", "prescription": "my_prescription"}  # a work entry's own page, where its key is the work's number


@allowed(*OWN)
@require_safe
@reads("health_record", purpose="view_own")
def my_record(request: HttpRequest) -> HttpResponse:
    """The whole own timeline, by kind and day."""
    def show(person: Person) -> dict[str, Any]:
        shown = timeline(request, person, LEVEL, wanted(request))
        for entry in shown["entries"]:
            entry["address"] = reverse(PAGES[entry["kind"]], args=[entry["key"]]) if entry["kind"] in PAGES and entry["key"].isdigit() else ""
        return {"timeline": shown, "institutions": shown["institutions"]}

    return own_page(request, "my_record.html", show)


RECORD = MyPart(80, ("我的健康档案", "My record"), ("历次就诊、诊断、用药", "visits, diagnoses, medicines"), (("record/", "my_record", my_record),))
