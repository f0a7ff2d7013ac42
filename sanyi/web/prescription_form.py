"""The form of a prescription: what was typed, what the rules say of it, what the person still has, and the drugs that fit the search."""
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest

from sanyi.store.prescriptions.formulary import book_of, in_force
from sanyi.store.prescriptions.looking import find_drugs
from sanyi.store.prescriptions.patients import in_hand, one_person, patient_of
from sanyi.store.prescriptions.tables import Drug, Prescription
from sanyi.store.prescriptions.writing import Script, ScriptLine, judge
from sanyi.store.kinds import find_work
from sanyi.store.trail.reading import reads_person
from sanyi.store.who import actor_of
from sanyi.web.picking import picked
from sanyi.web.posted import optional_whole, whole
from sanyi.web.words import say
from sanyi.workflows.errors import BadField, Refused
from sanyi.workflows.prescribing import KINDS, OVERLAP_REASONS, USUAL
from sanyi.workflows.prescription_supply import limits_for

FLAGS = {"": None, "yes": True, "no": False}


def read_script(request: HttpRequest) -> Script:
    """The script that the form carries. Errors: BadField."""
    post = request.POST
    lines = tuple(_line(request, place) for place in range(1, _most() + 1) if post.get(f"drug.{place}", "").strip())
    return Script(person=picked(request), kind=post.get("kind", USUAL), diagnosis=post.get("diagnosis", ""), lines=lines, is_assessed=post.get("is_assessed") == "yes",
                  is_pregnant=FLAGS.get(post.get("is_pregnant", "")), overlap_reason=post.get("overlap_reason", ""), upper=post.get("upper", "").strip(),
                  encounter=post.get("encounter", "")[:100], renews=optional_whole(request, "renews"))


def _line(request: HttpRequest, place: int) -> ScriptLine:
    post = request.POST
    return ScriptLine(post[f"drug.{place}"].split(" ")[0].strip(), whole(request, f"quantity.{place}"), _thousandths(post.get(f"daily.{place}", ""), place),
                      post.get(f"use.{place}", ""), post.get(f"only.{place}") != "yes")


def _thousandths(text: str, place: int) -> int:
    """A day's use as people write it (1, 0.5, 1.5), in thousandths. Errors: BadField."""
    try:
        value = Decimal(text.strip()) * 1000
        if value.is_finite() and value == value.to_integral_value() and abs(value) < 10**9:
            return int(value)
    except InvalidOperation:
        pass
    raise BadField(f"第 {place} 行每日用量应为数字，至多三位小数", f"the daily use of line {place} is a number with at most three decimals", f"daily.{place}")


def _most() -> int:
    return book_of(in_force()).most_lines


def form_of(request: HttpRequest, today: date) -> dict[str, Any]:
    """All that the form shows; whatever cannot be judged yet says why."""
    given = request.POST if request.method == "POST" else _renewed(request)
    try:
        most, trouble = _most(), ""
    except Refused as refused:
        most, trouble = 0, refused.words(request.language)
    search = given.get("find", "")
    lines = [{"place": place, **{name: given.get(f"{name}.{place}", "") for name in ("drug", "quantity", "daily", "use", "only")}} for place in range(1, most + 1)]
    used = [place for place, line in enumerate(lines, 1) if line["drug"]]
    return {"given": {name: given.get(name, "") for name in ("person", "kind", "diagnosis", "is_assessed", "is_pregnant", "overlap_reason", "upper", "encounter", "renews", "corrects", "version", "find")},
            "kinds": [(name, say(request, *words)) for name, words in KINDS.items()], "reasons": [(name, say(request, *words)) for name, words in OVERLAP_REASONS.items()],
            "lines": lines[:max(used, default=0) + 1], "drugs": [_drug(request, drug) for drug in find_drugs(search, 60)], "trouble": trouble,
            **_patient(request, given, today), **_judged(request, given, today)}


def _drug(request: HttpRequest, drug: Drug) -> dict[str, str]:
    return {"code": drug.code, "words": say(request, drug.zh, drug.en), "unit": drug.unit}


def _patient(request: HttpRequest, given: Any, today: date) -> dict[str, Any]:
    """Whom it is for, and what is still in hand."""
    if not given.get("person", "").strip():
        return {"patient": None, "in_hand": []}
    try:
        person = one_person(picked(request, text=given["person"]))
    except Refused as refused:
        return {"patient": None, "in_hand": [], "no_patient": refused.words(request.language)}
    reads_person("prescription_form", residents=(person.pk,))
    known = patient_of(person, None, today)
    return {"patient": {"name": person.name, "age": known.age, "sex": {"male": say(request, "男", "male"), "female": say(request, "女", "female")}.get(person.sex, "–"),
                        "allergies": sorted(known.allergies)},
            "in_hand": [{"ingredient": each.ingredient, "to_on": each.to_on, "days": (each.to_on - today).days, "institution": each.institution} for each in in_hand(person, today)]}


def _judged(request: HttpRequest, given: Any, today: date) -> dict[str, Any]:
    """What the rules say of what stands in the form, once there is a person and a whole line."""
    kind = given.get("kind") or USUAL
    try:
        limits = limits_for(kind, given.get("is_assessed") == "yes", book_of(in_force()).limits)
    except Refused:
        return {"limits": [], "findings": [], "is_judged": False}
    shown = [{"words": say(request, each.zh, each.en), "days": each.days, "source": each.source, "is_strictest": place == 0} for place, each in enumerate(limits)]
    if request.method != "POST":
        return {"limits": shown, "findings": [], "is_judged": False}
    try:
        script = read_script(request)
        judged = judge(script, actor_of(request.by), today)
    except Refused as refused:
        return {"limits": shown, "findings": [], "is_judged": False, "not_yet": refused.words(request.language)}
    return {"limits": shown, "is_judged": True, "days": [line.days for line in judged.asked.lines],
            "findings": [{"words": say(request, each.zh, each.en), "is_stop": each.severity == "stop", "line": each.line, "is_verified": each.is_verified, "source": each.source}
                         for each in judged.found]}


def _renewed(request: HttpRequest) -> dict[str, str]:
    """What a prescription that is carried on, or corrected, puts into the form. Source: NG-09."""
    asked = {name: request.GET.get(name, "") for name in ("person", "renews", "corrects")}
    before = asked["corrects"] or asked["renews"]
    if not before.isdecimal():
        return asked
    try:
        row: Prescription = find_work("prescription", int(before[:15]), actor_of(request.by))
    except Refused:
        return {"person": asked["person"]}
    lines = {f"{name}.{line.position}": value for line in row.lines.select_related("drug").order_by("position") for name, value in (
        ("drug", line.drug.code), ("quantity", str(line.quantity)), ("daily", _daily(line.daily_e3)), ("use", line.use), ("only", "" if line.may_substitute else "yes"))}
    whose = {"corrects": str(row.pk), "version": str(row.version), "renews": str(row.renews_id or "")} if asked["corrects"] else {"renews": str(row.pk)}
    return {"person": str(row.person_id), **whose, "kind": row.kind, "diagnosis": row.diagnosis, "upper": row.upper, **lines}


def _daily(e3: int) -> str:
    return f"{e3 // 1000}.{e3 % 1000:03d}".rstrip("0").rstrip(".")
