"""Finding a person: by own number, by how the name begins, or by pinyin; what is shown is masked. An identity or phone number is asked for by POST, never in an address."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from sanyi.matching.masking import mask_name
from sanyi.store.persons.finding import SHOWN, by_any_number, found, newest_of
from sanyi.store.persons.numbers import number_of
from sanyi.store.persons.tables import IDENTITY_KINDS
from sanyi.store.trail.reading import reads_person
from sanyi.tables.codes import SEX
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.words import say

FINDERS = ("registrar", "doctor", "family_doctor", "nurse", "technician", "pharmacist", "office")


@allowed(*FINDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def persons(request: HttpRequest) -> HttpResponse:
    """Those who are found, a page at a time; without a question those the own institution registered last."""
    asked, number, following = request.GET.get("q", "").strip()[:80], request.POST.get("number", "").strip()[:40], ""
    if number:
        rows = [{name: getattr(row, name) for name in SHOWN} for row in by_any_number(number, clock.today())]
    elif asked:
        rows, following = found(asked, _place(request.GET.get("after", "")))
    else:
        rows = newest_of(request.actor.unit)
    reads_person("person_list", residents=[row["id"] for row in rows], institutions=[row["institution"] for row in rows])
    return render(request, "persons.html", {"asked": asked, "is_asked": bool(asked or number), "rows": [_shown(request, row) for row in rows],
                                            "next": urlencode({"q": asked, "after": following}) if following else ""})


def _place(after: str) -> str:
    """Where a page begins, as the page before said it; anything else begins at the beginning."""
    parts = after.split("|")
    return after if len(parts) == 3 and parts[0] in ("name_key", "pinyin", "initials") and parts[2].isascii() and parts[2].isdigit() and len(parts[2]) < 19 and "\0" not in after else ""


def _shown(request: HttpRequest, row: dict[str, Any]) -> dict[str, Any]:
    return {"number": number_of(row["id"]), "name": mask_name(row["name"]) or "–", "sex": say(request, *SEX[row["sex"]]) if row["sex"] in SEX else "–",
            "born": row["born_on"].year if row["born_on"] else "–", "kind": say(request, *IDENTITY_KINDS[row["identity_kind"]]), "identity": row["identity_masked"] or "–",
            "phone": row["phone_masked"] or "–", "region": row["region"] or "–"}
