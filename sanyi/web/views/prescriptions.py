"""Prescriptions: the list (of a pharmacist a queue), writing with the rules in sight, one prescription, the pharmacy's counter, figures of use."""
from datetime import date
from typing import Any

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.matching.masking import mask_name
from sanyi.store.kinds import find_work
from sanyi.store.persons.tables import Person
from sanyi.store.one import allowed_steps, events
from sanyi.store.organisation.lists import institution_names
from sanyi.store.prescriptions.giving import Part, give_out, order_delivery
from sanyi.store.prescriptions.looking import dispensings_of, ingredients, lines_of, polypharmacy, prescriptions_for, review_rates, searched, shares
from sanyi.store.prescriptions.patients import note_allergy
from sanyi.store.prescriptions.tables import Prescription
from sanyi.store.prescriptions.tokens import make_token, present
from sanyi.store.prescriptions.writing import correct_prescription, write_prescription
from sanyi.store.trail.reading import reads_person
from sanyi.store.who import actor_of
from sanyi.tables.table import Table, code, date as day, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.masked import masked
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.picking import picked
from sanyi.web.posted import Words, answer_post, notice, optional_whole, status_of, typed, whole as whole_typed
from sanyi.web.prescription_form import form_of, read_script
from sanyi.web.stored_list import stored_listing, stored_workbook, with_names
from sanyi.web.trailed import reads, says_reads
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, staff_member, state_badge, steps_of
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import Refused, UnknownWork
from sanyi.workflows.prescribing import KINDS, OVERLAP_REASONS
from sanyi.workflows.prescription import DOCTORS, RETURN_REASONS, SUBSTITUTE_REASONS

KIND = "prescription"
STAFF = (*DOCTORS, "nurse", "pharmacist", "director", "supervisor")
STATES = {state.name: (state.zh, state.en) for state in workflow_of(KIND).states}
TONES = {"closed": "good", "signed": "fair", "circulating": "fair", "taken": "fair", "partly": "fair", "returned": "watch", "insisted": "watch", "expired": "none", "revoked": "none"}
LISTED = Table("prescription_list", "处方", "Prescriptions", key=("id",), columns=(
    whole("id", "编号", "no."), day("prescribed_on", "开具日期", "written on"), text("person_name", "居民", "resident"), code("kind", "类型", "kind", KINDS),
    text("institution", "开方机构", "prescriber"), code("state", "状态", "state", STATES), text("pharmacy", "药房", "pharmacy", nullable=True), day("valid_to", "有效期至", "holds until"),
    code("overlap_reason", "提前开药理由", "why early", OVERLAP_REASONS, nullable=True)))
USE = Table("polypharmacy", "多重用药名单", "Many drugs at once", key=("person",), columns=(
    whole("person", "居民编号", "person"), text("name", "居民", "resident"), whole("ingredient_count", "药物成分数", "ingredients"),
    whole("institution_count", "开方机构数", "prescribers")))
OUTCOMES = {"approved": ("通过", "approved"), "returned": ("退回", "returned"), "insisted": ("医师坚持", "doctor insisted"), "countersigned": ("双签通过", "countersigned")}
MOST_PERSONS = 5000


@allowed(*STAFF)
@require_safe
@reads("prescription_list")
def prescriptions(request: HttpRequest) -> HttpResponse:
    """The prescriptions one may see, newest first."""
    rows = prescriptions_for(request.by)
    rows, read = rows.annotate(person_name=F("person__name")), []

    def adapt(row: dict[str, Any]) -> dict[str, Any]:
        read.append((row["person_id"], row["institution"]))
        return {**row, "person_name": mask_name(row["person_name"]), "pharmacy": row["pharmacy"] or None,
                "overlap_reason": row["overlap_reason"] or None}

    if is_export(request):
        answer = stored_workbook(request, LISTED, rows, searched, adapt=adapt)
        _record(read, "export")
        return answer
    links = {name: lambda row: reverse("prescription", args=[row["id"]]) for name in ("id", "person_name")}
    shown = stored_listing(request, LISTED, rows, searched, adapt=adapt, links=links, styles={"state": lambda row: f"mark {TONES.get(row['state'], 'none')}"})
    _record(read, "read")
    return render(request, "prescriptions.html", {**notice(request), "list": shown, "may_write": request.actor.role in DOCTORS, "is_pharmacist": request.actor.role == "pharmacist",
                                                  "waiting": prescriptions_for(request.by).filter(state="checked").count()})


def _record(read: list[tuple[int, str]], action: str) -> None:
    reads_person("prescription_list", residents=sorted({id for id, _ in read}), institutions=sorted({where for _, where in read}), action=action)


def _badge(request: HttpRequest, state: str) -> dict[str, str]:
    return {**state_badge(request, KIND, state), "tone": TONES.get(state, "none")}


@allowed(*DOCTORS)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("prescription_form")
def prescription_write(request: HttpRequest) -> HttpResponse:
    """The form: each change asks the rules again, what is in hand stands beside it; kept only by the button."""
    if request.method == "POST" and request.POST.get("do") == "allergy":
        return _allergy(request)
    if request.method != "POST" or request.POST.get("do") != "write":
        return _form(request)
    made: list[Prescription] = []

    def write() -> Words:
        corrects = optional_whole(request, "corrects")
        if corrects is None:
            made.append(write_prescription(read_script(request), request.by, clock.now()))
        else:
            made.append(correct_prescription(corrects, whole_typed(request, "version"), read_script(request), request.by, clock.now()))
        return f"处方第 {made[0].pk} 号已开具，请提交审方", f"Prescription no. {made[0].pk} is written; put it forward to the pharmacist"

    answer = answer_post(request, {"write": write}, reverse("prescriptions"), lambda refusal: _form(request, refusal))
    return HttpResponseRedirect(reverse("prescription", args=[made[0].pk])) if made else answer


def _allergy(request: HttpRequest) -> HttpResponse:
    """Note an allergy, or that there is none after all; the rest of the form stays as it was typed, and is judged by it at once."""
    try:
        row = note_allergy(picked(request), request.POST.get("ingredient", ""), request.POST.get("is_there") != "no", request.by, clock.now())
    except Refused as refused:
        return _form(request, {"words": refused.words(request.language), "status": status_of(refused), "is_stale": False, "field": getattr(refused, "field", "")})
    return _form(request, said=say(request, f"已登记：{row.ingredient} {'过敏' if row.is_there else '不过敏'}", f"noted: {'allergic' if row.is_there else 'not allergic'} to {row.ingredient}"))


def _form(request: HttpRequest, refusal: dict[str, Any] | None = None, said: str = "") -> HttpResponse:
    shown = {**notice(request, refusal), **form_of(request, clock.today()), "ingredients": ingredients()}
    return render(request, "prescription_write.html", {**shown, "said": said or shown["said"]}, status=refusal["status"] if refusal else 200)


@allowed(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("prescription", id="prescription_id")
def prescription(request: HttpRequest, prescription_id: int) -> HttpResponse:
    """One prescription; a POST takes a step, gives out, or orders a delivery."""
    if request.method == "POST":
        acts = {**work_acts(request, KIND, prescription_id), "give": lambda: _give(request, prescription_id), "deliver": lambda: _deliver(request, prescription_id)}
        return answer_post(request, acts, request.path, lambda refusal: _one(request, prescription_id, refusal))
    return _one(request, prescription_id)


def _give(request: HttpRequest, id: int) -> Words:
    parts = [_part(request, place) for place in range(1, 21) if request.POST.get(f"quantity.{place}", "").strip()]
    row = give_out(id, whole_typed(request, "version"), parts, request.by, clock.now())
    return ("已全部发药", "All given out") if row.state == "closed" else ("已发药，余量留待下次", "Given out; the rest is for next time")


def _part(request: HttpRequest, place: int) -> Part:
    batch = typed(request, f"batch.{place}", f"第 {place} 行批号", f"batch of line {place}", 100)
    return Part(place, whole_typed(request, f"quantity.{place}"), batch, request.POST.get(f"substitute.{place}", ""), request.POST.get(f"why.{place}", ""))


def _deliver(request: HttpRequest, id: int) -> Words:
    order = order_delivery(id, typed(request, "place", "送达地点", "where to", 150), request.by, clock.now())
    return f"配送单第 {order.pk} 号已下单", f"Delivery no. {order.pk} is ordered"


def _found(request: HttpRequest, id: int) -> Prescription:
    try:
        return find_work(KIND, id, actor_of(request.by))
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown


def _one(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    row, today = _found(request, id), clock.today()
    reads_person("prescription", row.pk, residents=(row.person_id,), institutions=(row.institution,))
    steps = allowed_steps(KIND, id, request.by, clock.now())
    is_giving = any(step["name"] == "dispense" for step in steps)
    shown = steps_of(request, KIND, row.state, [step for step in steps if step["name"] != "dispense"], [])
    log = [event_line(request, event, KIND, choices={"kind": KINDS}) for event in events(KIND, id)]
    return render(request, "prescription.html", {
        **notice(request, refusal), "row": row, "state": _badge(request, row.state), "kind": say(request, *KINDS[row.kind]), "lines": lines_of(row, today), "is_giving": is_giving,
        "findings": [{"words": say(request, each.zh, each.en), "is_stop": each.severity == "stop", "line": each.line, "source": each.source, "is_verified": each.is_verified}
                     for each in row.findings.order_by("pk")],
        "given": [{**each, "why": say(request, *SUBSTITUTE_REASONS[each["reason"]]) if each["reason"] else ""} for each in with_names(dispensings_of(row))],
        "whys": [(name, say(request, *words)) for name, words in SUBSTITUTE_REASONS.items()], "written_by": staff_member(request, row.created_by), "log": log[::-1],
        "overlap": say(request, *OVERLAP_REASONS[row.overlap_reason]) if row.overlap_reason else "", "token": _token(request, row),
        "may_correct": row.state == "returned" and row.created_by == request.actor.name, **_houses(row),
        "may_renew": request.actor.role in DOCTORS and row.institution == request.actor.unit,
        "deliveries": [{"id": each.pk, "state": state_badge(request, "delivery_order", each.state)} for each in row.deliveries.order_by("-pk")],
        "may_order": row.pharmacy and row.state in ("taken", "partly", "closed") and request.actor.role in ("pharmacist", "family_doctor", "nurse"),
        "steps": {**shown, "others": [other for other in shown["others"] if not (is_giving and other["title"] == say(request, "发药", "give out"))]}},
        status=refusal["status"] if refusal else 200)


def _houses(row: Prescription) -> dict[str, str]:
    """The names of the institutions that wrote it, have it, and began it."""
    names = institution_names({row.institution, row.pharmacy, row.upper})
    return {f"{part}_name": names.get(code, code) for part, code in (("house", row.institution), ("pharmacy", row.pharmacy), ("upper", row.upper))}


def _token(request: HttpRequest, row: Prescription) -> dict[str, Any] | None:
    """The token, to those who may have it."""
    try:
        token, until = make_token(row.pk, request.by, clock.now())
    except Refused:
        return None
    return {"text": token, "until": clock.local(until)}


@allowed("pharmacist")
@says_reads("prescription_list")
@require_http_methods(["GET", "HEAD", "POST"])
def prescription_counter(request: HttpRequest) -> HttpResponse:
    """The pharmacy's counter: a token leads to its prescription; below, what this pharmacy has in hand."""
    if request.method != "POST":
        return _counter(request)
    shown: list[Prescription] = []

    def look() -> Words:
        shown.append(present(typed(request, "token", "流转码", "token", 100), request.by, clock.now()))
        return "已核验流转码，请接方", "The token holds; take the prescription"

    answer = answer_post(request, {"token": look}, reverse("prescription_counter"), lambda refusal: _counter(request, refusal))
    return HttpResponseRedirect(reverse("prescription", args=[shown[0].pk])) if shown else answer


def _counter(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    own = prescriptions_for(request.by).filter(pharmacy=request.actor.unit, state__in=("taken", "partly")).select_related("person").order_by("valid_to", "pk")[:50]
    rows = [{"id": row.pk, "name": mask_name(row.person.name), "state": _badge(request, row.state), "valid_to": row.valid_to, "lines": lines_of(row, clock.today())} for row in own]
    reads_person("prescription_list", residents=sorted({row.person_id for row in own}))
    return render(request, "prescription_counter.html", {**notice(request, refusal), "rows": rows}, status=refusal["status"] if refusal else 200)


@allowed("director", "pharmacist", "supervisor")
@require_safe
@reads("polypharmacy")
def prescription_use(request: HttpRequest) -> HttpResponse:
    """How drugs are used: long prescriptions and pharmacists' answers by institution, and persons with many drugs at once. Source: NG-16, NG-18."""
    today = clock.today()
    from_on, to_on = _day(request, "from", date(today.year, 1, 1)), _day(request, "to", today)
    found = list(polypharmacy(request.by, today)[:MOST_PERSONS])
    names = dict(Person.objects.filter(pk__in=[row["person"] for row in found]).values_list("pk", "name"))
    rows = [{**row, "name": mask_name(names.get(row["person"], ""))} for row in found]
    reads_person("polypharmacy", residents=[row["person"] for row in rows], action="export" if is_export(request) else "read")
    if is_export(request):
        return plain_workbook(request, USE, rows)
    answers, parts = list(review_rates(request.by, from_on, to_on)), list(shares(request.by, from_on, to_on))
    houses = institution_names({row["institution"] for row in (*answers, *parts)})
    rates = [{**row, "institution": houses.get(row["institution"], row["institution"]), "outcome": say(request, *OUTCOMES[row["outcome"]]), "reason": say(request, *RETURN_REASONS[row["reason"]]) if row["reason"] else ""}
             for row in answers]
    return render(request, "prescription_use.html", {"list": plain_listing(request, USE, rows, sort="-ingredient_count"), "from_on": from_on, "to_on": to_on, "rates": rates,
                                                     "shares": [{**row, "institution": houses.get(row["institution"], row["institution"]), "share": _share(row)} for row in parts]})


def _share(row: dict[str, Any]) -> str:
    tenths = row["long_count"] * 1000 // row["count"]
    return f"{tenths // 10}.{tenths % 10}%"


def _day(request: HttpRequest, name: str, default: date) -> date:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return default
