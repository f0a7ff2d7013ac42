"""Referrals: in and out boxes, one referral for both sides, a new one with the directory beside it, statistics without names. Source: REF-1…5."""
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.matching.masking import mask_name
from sanyi.store.kinds import kind_of
from sanyi.store.one import allowed_steps
from sanyi.store.organisation.lists import house_choices, institution_names
from sanyi.store.referrals.beginning import Wanted, begin_referral, record_emergency, weigh
from sanyi.store.referrals.directory import KEEPERS, end_offer, offer_department, offers_of, searched_offers
from sanyi.store.referrals.kind import SEES
from sanyi.store.referrals.lists import BESIDE, box_of, by_week, counts, one_referral, statistics
from sanyi.store.referrals.rules import ReferralRules, read_rules
from sanyi.store.trail.reading import reads_person
from sanyi.tables.table import Table, code, date as day_column, flag, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.care_charts import referral_flows, referrals_by_week
from sanyi.web.listing import page_of
from sanyi.web.names import diagnosis_words
from sanyi.web.opened import plan
from sanyi.web.picking import picked
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice, optional_whole, typed, whole as whole_typed
from sanyi.web.referral_effect import CHOICES, effect_of
from sanyi.web.stored_list import named_like, stored_listing, stored_workbook
from sanyi.web.trailed import says_reads
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, person, state_badge, steps_of
from sanyi.workflows import referral_guards as guards, workflow_of
from sanyi.workflows.errors import BadField, UnknownWork
from sanyi.workflows.referral import RECEIVERS
from sanyi.workflows.referral_facts import CONSENT_WAYS, DECLINE_REASONS, DIRECTIONS, OUTCOMES, PARTS, PRIORITIES, URGENCIES
from sanyi.workflows.take import READ

KIND = "referral"
READERS = (*SEES, "bureau")
OFFICES = ("office", "bureau", "supervisor")
BOX_WORDS = {"in": ("referrals", ("转入", "Coming in")), "out": ("referrals_out", ("转出", "Going out")), "chain": ("referrals_chain", ("我方首转、他方再转", "Sent on by others"))}
STATES = {state.name: (state.zh, state.en) for state in workflow_of(KIND).states}
TABLE = Table("referral_list", "转诊", "Referrals", key=("id",), columns=(
    whole("id", "编号", "no."), code("urgency", "缓急", "urgency", URGENCIES), code("direction", "方向", "direction", DIRECTIONS), text("person_name", "患者", "patient"),
    text("reason", "诊断", "diagnosis"), text("institution", "转出机构", "from"), text("receiver", "转入机构", "to"), text("department", "科室", "department", nullable=True),
    code("state", "状态", "state", STATES), day_column("due_on", "时限", "due", nullable=True), whole("escalation", "提醒级", "escalated", unit="levels"),
    flag("is_green", "绿色通道", "green channel"), day_column("begun_on", "发起日期", "begun on")))
READ_FIELDS = ("id", "urgency", "direction", "reason", "institution", "receiver", "department", "state", "escalation", "is_green", "due_at", "created_at", "person_id")
DATES = {"due_on": "due_at", "begun_on": "created_at"}
WHERE = {"at": ("在 {name}", "at {name}"), "expected": ("前往 {name} 途中（已接收，待到诊）", "on the way to {name}, where the patient is expected"), "back": ("已由 {name} 接回", "back with {name}")}


@allowed(*READERS)
@says_reads("referral_list")
@require_safe
def referrals(request: HttpRequest, box: str = "in") -> HttpResponse:
    """One box from the database: overdue first, counts by state, search by number, diagnosis, department or institution. The bureau has one list."""
    box = box if request.actor.role in SEES else ""
    rows, now = box_of(box, request.actor), clock.now()
    if is_export(request):
        return stored_workbook(request, TABLE, rows, _searched, sort="due_on", adapt=_row, dates=DATES, beside=BESIDE)
    seen: list[dict[str, Any]] = []
    known = counts(box, request.actor, now)
    shown = stored_listing(request, TABLE, rows, _searched, sort="due_on", adapt=lambda row: seen.append(row) or _row(row), dates=DATES, beside=BESIDE, read=READ_FIELDS, total=known["all"],
                           links={name: lambda row: page_of("referral", row["id"]) for name in ("id", "person_name")},
                           styles={"state": lambda row: f"mark {_tone(row, now)}", "urgency": lambda row: "mark bad" if row["urgency"] == "emergency" else ""})
    reads_person("referral_list", residents=[row["person_id"] for row in seen], institutions=sorted({row[name] for row in seen for name in ("institution", "receiver")}))
    return render(request, "referrals.html", {
        **notice(request), "list": shown, "counts": _counts(request, known), "may_begin": request.actor.role in RECEIVERS,
        "tabs": [(reverse(route), say(request, *words), name == box) for name, (route, words) in BOX_WORDS.items()] if box else []})


def _searched(words: str) -> Q:
    found = Q(reason__istartswith=words) | Q(department__icontains=words) | Q(institution__iexact=words) | Q(receiver__iexact=words)
    if words.isascii() and words.isdigit():  # a number means the referral, not every institution with that figure in its name
        return found | Q(pk=int(words)) if len(words) < 18 else found
    found |= Q() if any(sign.isdigit() for sign in words) else Q(person__name__startswith=words)  # no name holds a digit, and every row's person would be read
    return found | named_like(words, "institution", "receiver")


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "reason": diagnosis_words(row["reason"]), "person_name": mask_name(row["person_name"]), "department": row["department"] or None, "due_on": clock.local(row["due_at"]).date() if row["due_at"] else None,
            "begun_on": clock.local(row["created_at"]).date()}


def _tone(row: dict[str, Any], now: datetime) -> str:
    return "none" if not row["due_at"] else "bad" if row["due_at"] < now else "fair"


def _counts(request: HttpRequest, found: dict[str, int]) -> list[dict[str, Any]]:
    address = request.path
    late = [{"words": say(request, "已超时", "overdue"), "count": found["overdue"], "address": f"{address}?due_on.to={clock.today()}", "tone": "bad"}] if found["overdue"] else []
    return late + [{"words": say(request, *STATES[name]), "count": count, "address": f"{address}?state={name}", "tone": "none"} for name, count in found.items() if count and name not in ("overdue", "all")]


@allowed(*READERS)
@says_reads("referral")
@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: HttpRequest, referral_id: int) -> HttpResponse:
    """One referral: where the patient is, packet, effect, steps, log; a POST takes a step or says the benefit effect."""
    if request.method == "POST":
        acts = {**work_acts(request, KIND, referral_id), "effect": lambda: _weigh(request, referral_id)}
        response = answer_post(request, acts, reverse("referral", args=[referral_id]), lambda refusal: _one(request, referral_id, refusal))
        if response.status_code == 302 and not kind_of(KIND).seen_by(request.actor).filter(pk=referral_id).exists():
            response["Location"] = reverse("referrals")  # the step took it out of this actor's hands, as a filing that the insurance refused
        return response
    return _one(request, referral_id)


def _weigh(request: HttpRequest, id: int) -> Words:
    row = _seen(request, id)["row"]
    weigh(id, whole_typed(request, "version"), effect_of(row, request.POST), request.by, clock.now())
    return "待遇影响已测算，请告知患者后登记同意", "The effect is worked out; tell the patient, then record the consent"


def _seen(request: HttpRequest, id: int) -> dict[str, Any]:
    try:
        return one_referral(id, request.by)
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown


def _one(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    found = _seen(request, id)
    row, names, since = found["row"], found["names"], request.POST.get("version", "")
    reads_person(KIND, id, residents=(str(row.person_id),), institutions=(row.institution, row.receiver))
    zh, en = WHERE[found["where"]["how"]]
    there = names.get(found["where"]["code"], found["where"]["code"])
    words = row.rules.rules["words"]
    log = [event_line(request, event, KIND, choices={"direction": DIRECTIONS, "urgency": URGENCIES, "criterion": words}) for event in found["events"]]
    steps = steps_of(request, KIND, row.state, allowed_steps(KIND, id, request.by, clock.now()), [])
    steps["mine"] = [each for each in steps["mine"] if each["name"] != "acknowledge" or row.news_at]
    hidden = {say(request, step.zh, step.en) for step in workflow_of(KIND).steps if step.roles == ("office",) or step.name == "acknowledge" and not row.news_at or guards.is_off_site in step.guards and row.direction != "off_site"}
    steps["others"] = [each for each in steps["others"] if each["title"] not in hidden]
    return render(request, "referral.html", {
        **notice(request, refusal), "row": row, "reason": diagnosis_words(row.reason), "found": diagnosis_words(row.diagnosis), "state": state_badge(request, KIND, row.state), "names": {"from": names.get(row.institution, row.institution), "to": names.get(row.receiver, row.receiver),
        "origin": names.get(row.origin, row.origin)}, "where": say(request, zh.format(name=there), en.format(name=there)), "last": found["where"]["last"] if found["where"]["last"] != id else None,
        "direction": say(request, *DIRECTIONS[row.direction]), "urgency": say(request, *URGENCIES[row.urgency]), "criterion": say(request, *words.get(row.criterion, (row.criterion,) * 2)),
        "parts": [(say(request, *PARTS[kind]), version, text_, names.get(house, house), clock.local(at)) for kind, version, text_, house, at in found["parts"]],
        "consents": [(say(request, *CONSENT_WAYS[each["way"]]), person(request, each["created_by"]), clock.local(each["created_at"]), each["digest"][:12], each["digest"] == row.digest) for each in found["consents"]],
        "effect": say(request, row.effect["zh"], row.effect["en"]) if row.effect else "", "is_late": row.due_at is not None and row.due_at < clock.now(),
        "may_weigh": row.state == "draft" and request.actor.unit == row.institution, "effect_fields": _effect_fields(request), "digest": row.digest,
        "decline": say(request, *DECLINE_REASONS[row.decline_reason]) if row.decline_reason else "", "outcome": say(request, *OUTCOMES[row.outcome]) if row.outcome else "",
        "steps": _with_criteria(request, steps, row), "log": log[::-1], "replaced_by": found["replaced_by"], "returned_by": found["returned_by"],
        "may_return": row.state in ("arrived", "treated", "down_offered") and request.actor.unit == row.receiver and request.actor.role in RECEIVERS,
        "changed": [line for line in log if refusal and refusal["is_stale"] and since.isdigit() and line["version"] > int(since[:9])]}, status=refusal["status"] if refusal else 200)


def _with_criteria(request: HttpRequest, steps: dict[str, Any], row: Any) -> dict[str, Any]:
    """A criterion is chosen from the plan's own, in words."""
    rules = row.rules.rules
    for step in steps["mine"]:
        step["is_blocked"] = False if step["fields"] else step["is_blocked"]  # what a field says decides
        for each in step["fields"]:
            if each["name"] == "criterion":
                codes = rules["criteria"].get("down" if step["name"] == "offer_down" else row.direction, [])
                each.update(kind="choice", choices=[(name, say(request, *rules["words"].get(name, (name, name)))) for name in codes])
    return steps


def _effect_fields(request: HttpRequest) -> list[dict[str, Any]]:
    return [{"name": name, "title": say(request, zh, en), "options": [(code_, say(request, *words), request.POST.get(name) == code_) for code_, words in codes.items()]}
            for name, zh, en, codes in CHOICES]


@allowed(*RECEIVERS)
@says_reads("referral")
@require_http_methods(["GET", "HEAD", "POST"])
def referral_new(request: HttpRequest) -> HttpResponse:
    """A new referral, or an emergency written down afterwards; the directory is searched beside it."""
    if request.method == "POST":
        acts = {"begin": lambda: _begin(request), "emergency": lambda: _emergency(request)}
        back: list[str] = []
        request.made = back  # type: ignore[attr-defined]
        response = answer_post(request, acts, reverse("referrals_out"), lambda refusal: _new(request, refusal))
        if response.status_code == 302 and back:
            response["Location"] = back[0]
        return response
    return _new(request)


def _new(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    rules, words = _rules(), request.GET.get("q", "").strip()
    offers = offers_of(None, clock.today()).exclude(institution__code=request.actor.unit)
    found = offers.filter(searched_offers(words)) if words else offers
    returns = request.GET.get("returns", "")
    return render(request, "referral_new.html", {
        **notice(request, refusal), "q": words, "returns": returns if returns.isdigit() else "",
        "offers": [(each.institution.code, each.institution.name, each.department, each.capabilities, " / ".join(say(request, *DIRECTIONS[way]) for way in each.directions.split("\n") if way in DIRECTIONS),
                    each.day_quota, each.is_green, each.contact) for each in found.order_by("institution__code", "department")[:50]],
        "urgencies": [(name, say(request, *pair)) for name, pair in URGENCIES.items()],
        "criteria": [(say(request, *DIRECTIONS[way]), [(name, say(request, *rules.words[name])) for name in codes]) for way, codes in rules.criteria.items()],
        "parts": [(name, say(request, *pair), (request.POST or {}).get(f"part.{name}", "")) for name, pair in PARTS.items()],
        "houses": house_choices(clock.today(), request.actor.unit), "picked": {name: request.GET.get(name, "") for name in ("to", "department", "person")}}, status=refusal["status"] if refusal else 200)


def _rules() -> ReferralRules:
    found = _rules_or_none()
    if found is None:
        raise Http404("本机没有运行方案 / the run's plan is not on this machine")
    return found


def _rules_or_none() -> ReferralRules | None:
    opened = plan()
    return None if opened is None else read_rules(opened.on(clock.today()))


def _wanted(request: HttpRequest, to: str) -> Wanted:
    parts = {name: value for name in PARTS if (value := request.POST.get(f"part.{name}", "").strip())}
    return Wanted(picked(request), to, typed(request, "reason", "诊断编码", "diagnosis", 30), request.POST.get("urgency", ""), request.POST.get("department", "")[:150],
                  request.POST.get("criterion", "")[:100], parts, optional_whole(request, "returns"))


def _begin(request: HttpRequest) -> Words:
    row = begin_referral(_wanted(request, typed(request, "to", "转入机构编码", "institution", 100)), _rules(), request.by, clock.now())
    request.made.append(reverse("referral", args=[row.pk]))  # type: ignore[attr-defined]
    return f"转诊 {row.pk} 已草拟：测算待遇影响，取得患者同意后提交", f"Referral {row.pk} is drafted: work out the effect, ask the patient, then send it"


def _emergency(request: HttpRequest) -> Words:
    sender, to = typed(request, "from", "转出机构编码", "institution it came from", 100), typed(request, "to", "转入机构编码", "institution", 100)
    moved = READ["moment"](request.POST.get("moved_at", ""))
    if not isinstance(moved, datetime):
        raise BadField("请填写到诊时间", "say when the patient arrived", "moved_at")
    row = record_emergency(_wanted(request, to), sender, moved, _rules(), request.by, clock.now())
    request.made.append(reverse("referral", args=[row.pk]))  # type: ignore[attr-defined]
    return f"急诊转诊 {row.pk} 已补录，待对方确认", f"Emergency {row.pk} is recorded; the other side confirms it"


OFFERS = Table("referral_offers", "接收目录", "What institutions take", key=("id",), columns=(
    whole("id", "编号", "no."), text("institution_code", "机构编码", "institution"), text("institution_name", "机构", "institution name"), text("department", "科室", "department"),
    text("capabilities", "能力", "capabilities", nullable=True), text("directions", "方向", "directions", nullable=True), whole("day_quota", "每日名额", "a day", nullable=True),
    flag("is_green", "绿色通道", "green channel"), text("contact", "联系方式", "contact", nullable=True), whole("version", "版本", "version")))


@allowed(*SEES, "office", "bureau", "supervisor")
@require_http_methods(["GET", "HEAD", "POST"])
def referral_directory(request: HttpRequest) -> HttpResponse:
    """What each institution takes; its registrar or director keeps it."""
    if request.method == "POST":
        acts = {"add": lambda: _offer(request), "end": lambda: _end_offer(request)}
        return answer_post(request, acts, reverse("referral_directory"), lambda refusal: _directory(request, refusal))
    return _directory(request)


def _directory(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    rows = [{"id": each.pk, "institution_code": each.institution.code, "institution_name": each.institution.name, "department": each.department, "capabilities": each.capabilities or None,
             "directions": "、".join(say(request, *DIRECTIONS[way]) for way in each.directions.split("\n") if way) or None, "day_quota": each.day_quota, "is_green": each.is_green,
             "contact": each.contact or None, "version": each.version, "is_ending": each.to_on is not None} for each in offers_of(None, clock.today()).order_by("institution__code", "department")]
    if is_export(request):
        return plain_workbook(request, OFFERS, rows)
    is_keeper, rules = request.actor.role in KEEPERS, _rules_or_none()
    said = {"first_contact": [(code, say(request, *rules.words[code])) for code in rules.first_contact], "criteria": [say(request, *rules.words[code]) for code in rules.first_contact_criteria],
            "priority": [say(request, *PRIORITIES[code]) for code in rules.priority]} if rules else {}
    return render(request, "referral_directory.html", {
        **said,
        **notice(request, refusal), "list": plain_listing(request, OFFERS, rows, columns=[name for name in OFFERS.names if name not in ("version", "institution_code")]), "is_keeper": is_keeper,
        "directions": [(name, say(request, *pair)) for name, pair in DIRECTIONS.items()], "own": [row for row in rows if is_keeper and row["institution_code"] == request.actor.unit and not row["is_ending"]]},
        status=refusal["status"] if refusal else 200)


def _offer(request: HttpRequest) -> Words:
    row = offer_department(typed(request, "department", "科室", "department", 150), request.by, clock.now(), tuple(name for name in request.POST.getlist("directions")),
                           request.POST.get("capabilities", "")[:4000], optional_whole(request, "day_quota"), "is_green" in request.POST, request.POST.get("contact", "")[:150])
    return f"{row.department} 已列入接收目录", f"{row.department} is in the directory"


def _end_offer(request: HttpRequest) -> Words:
    end_offer(whole_typed(request, "id"), whole_typed(request, "version"), request.by, clock.now())
    return "已移出接收目录", "Taken out of the directory"


STATISTICS = Table("referral_statistics", "转诊统计", "Referral statistics", key=("institution", "receiver", "direction", "state"), columns=(
    text("institution", "转出机构", "from"), text("receiver", "转入机构", "to"), code("direction", "方向", "direction", DIRECTIONS), code("state", "状态", "state", STATES),
    whole("count", "人次", "referrals", unit="referrals")))


@allowed(*OFFICES)
@require_safe
def referral_statistics(request: HttpRequest) -> HttpResponse:
    """How many referrals of the last year went which way: no names, no single request."""
    rows = statistics(clock.today() - timedelta(days=365), clock.today())
    names = institution_names({row[name] for row in rows for name in ("institution", "receiver")})
    rows = [{**row, **{name: names.get(row[name], row[name]) for name in ("institution", "receiver")}} for row in rows]
    if is_export(request):
        return plain_workbook(request, STATISTICS, rows)
    since, today = clock.today() - timedelta(days=365), clock.today()
    return render(request, "referral_statistics.html", {"list": plain_listing(request, STATISTICS, rows), "weeks": referrals_by_week(request, by_week(since, today), today),
                                                        "flows": referral_flows(request, rows)})
