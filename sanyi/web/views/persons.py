"""Finding a person: by own number, by how the name begins, by pinyin, or by the health card; what is shown is masked. Registering one who is not there.

An identity or phone number is asked for by POST, never in an address; nobody is listed without a question of two signs at least.
"""
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from sanyi.matching.masking import mask_name
from sanyi.matching.names import name_key
from sanyi.store.persons.cards import DESK, check
from sanyi.store.persons.finding import SHORTEST, SHOWN, by_any_number, found
from sanyi.store.persons.numbers import number_of
from sanyi.store.persons.registering import FIELDS, KEEPERS, register
from sanyi.store.persons.tables import IDENTITY_KINDS, Person
from sanyi.store.trail.reading import reads_person
from sanyi.tables.codes import SEX
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.posted import Words, answer_post, notice, typed
from sanyi.web.trailed import says_reads
from sanyi.web.words import say
from sanyi.workflows.workflow import Field

FINDERS = ("registrar", "doctor", "family_doctor", "nurse", "technician", "pharmacist", "office")


@allowed(*FINDERS)
@says_reads("person_list")
@require_http_methods(["GET", "HEAD", "POST"])
def persons(request: HttpRequest) -> HttpResponse:
    """Those who are found, a page at a time; a POST asks by a whole number, or takes the code of a health card and opens the person's page."""
    if request.POST.get("do") == "card":
        return leading_on(request, {"card": lambda made: _checked(request, made)}, lambda refusal: _found(request, refusal))
    return _found(request)


def _checked(request: HttpRequest, made: list[int]) -> Words:
    made.append(check(typed(request, "code", "健康卡码", "the card's code", 120), request.by, clock.now()).pk)
    return "健康卡有效，已识别本人", "The card is valid; this is its person"


def _found(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    asked, number, following = request.GET.get("q", "").strip()[:80], request.POST.get("number", "").strip()[:40], ""
    if number:
        rows = [{name: getattr(row, name) for name in SHOWN} for row in by_any_number(number, clock.today())]
    else:
        rows, following = found(asked, _place(request.GET.get("after", ""))) if len(name_key(asked)) >= SHORTEST else ([], "")
    if asked or number:
        reads_person("person_list", residents=[row["id"] for row in rows], institutions=[row["institution"] for row in rows])
    return render(request, "persons.html", {
        **notice(request, refusal), "asked": asked, "is_asked": bool(asked or number), "rows": [_shown(request, row) for row in rows], "may_scan": request.actor.role in DESK,
        "may_register": request.actor.role in KEEPERS, "next": urlencode({"q": asked, "after": following}) if following else ""}, status=refusal["status"] if refusal else 200)


def _place(after: str) -> str:
    """Where a page begins, as the page before said it; anything else begins at the beginning."""
    parts = after.split("|")
    return after if len(parts) == 3 and parts[0] in ("name_key", "pinyin", "initials") and parts[2].isascii() and parts[2].isdigit() and len(parts[2]) < 19 and "\0" not in after else ""


def _shown(request: HttpRequest, row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "number": number_of(row["id"]), "name": mask_name(row["name"]) or "–", "sex": say(request, *SEX[row["sex"]]) if row["sex"] in SEX else "–",
            "born": row["born_on"].year if row["born_on"] else "–", "kind": say(request, *IDENTITY_KINDS[row["identity_kind"]]), "identity": row["identity_masked"] or "–",
            "phone": row["phone_masked"] or "–", "region": row["region"] or "–"}


@allowed(*KEEPERS)
@says_reads("person")
@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    """The form of a person who is not there, a newborn's with its mother; who certainly is there is opened instead."""
    if request.method == "POST":
        return leading_on(request, {"register": lambda made: _registered(request, made)}, lambda refusal: _form(request, refusal))
    return _form(request)


def _registered(request: HttpRequest, made: list[int]) -> Words:
    row, is_new = register(given_of(request), request.by, clock.now())
    made.append(row.pk)
    reads_person("person", row.pk, residents=(row.pk,), institutions=(row.institution,))
    return ("已登记", "Registered") if is_new else ("此人已登记，没有重复建档", "This person was there already; no second row was made")


def _form(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    mother = request.GET.get("mother", "")[:20]
    before = {"identity_kind": "newborn", "mother": mother, "birth_order": "1"} if mother else {"identity_kind": "resident_id"}
    return render(request, "person_new.html", {**notice(request, refusal), "mother": mother, "fields": form_fields(request, before)}, status=refusal["status"] if refusal else 200)


def form_fields(request: HttpRequest, before: dict[str, str], is_correcting: bool = False, asked: Sequence[Field] = FIELDS) -> list[dict[str, Any]]:
    """The fields of a person (or of something that is said of one) as parts/fields.html shows them, with what was typed, or stood before."""
    return [{"name": field.name, "kind": field.kind, "title": say(request, field.zh, field.en), "is_required": field.is_required and not is_correcting,
             "choices": [(code, say(request, *words)) for code, words in field.choices.items()],
             "typed": request.POST.get(f"given.{field.name}", before.get(field.name, ""))} for field in asked]


def given_of(request: HttpRequest) -> dict[str, str]:
    """What a form of fields says; empty ones are left out."""
    return {name.removeprefix("given."): value for name, value in request.POST.items() if name.startswith("given.") and value.strip()}


def leading_on(request: HttpRequest, acts: Any, show: Any) -> HttpResponse:
    """Do what the form says and open the page of the person whom it made or found; a refusal is shown on the form's own page."""
    made: list[int] = []
    answer = answer_post(request, {name: lambda act=act: act(made) for name, act in acts.items()}, reverse("persons"), show)
    if made:
        answer.headers["Location"] = reverse("person", args=[made[0]])
    return answer


def link_of(row: Person) -> tuple[str, str, str]:
    """A person as another page names it: number, masked name, address."""
    return number_of(row.pk), mask_name(row.name), reverse("person", args=[row.pk])
