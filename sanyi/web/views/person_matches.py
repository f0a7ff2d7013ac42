"""Pairs of rows that may be one person: the queue, and one pair side by side with what agrees and differs, called by one and confirmed by another. Source: R30."""
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.matching.comparing import COMPARED, DIFFERS, NEAR, SAME, VERDICTS, compare
from sanyi.matching.judging import REASONS
from sanyi.matching.linking import level_words
from sanyi.matching.masking import mask_name
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.one import allowed_steps
from sanyi.store.persons.consequences import consequences
from sanyi.store.persons.describing import described
from sanyi.store.persons.merging import in_order
from sanyi.store.persons.numbers import id_of, number_of
from sanyi.store.persons.tables import Person, PersonMatch
from sanyi.store.persons.unmasking import unmask
from sanyi.store.trail.reading import reads_person
from sanyi.tables.codes import SEX
from sanyi.tables.table import Table, code, date, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.plain_list import is_export
from sanyi.web.posted import Words, answer_post, notice
from sanyi.web.stored_list import stored_listing, stored_workbook
from sanyi.web.views.person import event_of, events_of
from sanyi.web.views.persons import link_of
from sanyi.web.trailed import says_reads
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, state_badge, steps_of
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import UnknownWork
from sanyi.workflows.person_match import KEEPERS

KIND = "person_match"
WAITING = ("proposed", "seconded")
TONES = {SAME: "good", NEAR: "fair", DIFFERS: "bad"}
STATE_TONES = {"proposed": "fair", "seconded": "fair", "confirmed_same": "good"}


@allowed(*KEEPERS)
@says_reads("person_match")
@require_safe
def person_matches(request: HttpRequest) -> HttpResponse:
    """The queue: what waits first, the likeliest before the others."""
    rows, table = _rows(request), _table()
    if is_export(request):
        reads_person("person_match_list", action="export")
        return stored_workbook(request, table, rows, _search, adapt=_adapted)
    links = {"id": lambda row: reverse("person_match", args=[row["id"]])}
    styles = {"state_code": lambda row: f"mark {STATE_TONES.get(row['state_code'], 'none')}"}
    listed = stored_listing(request, table, rows, _search, adapt=_adapted, links=links, styles=styles, dates={"opened_on": "opened_at"})
    reads_person("person_match_list")
    return render(request, "person_matches.html", {"list": listed, "waiting": rows.filter(state__in=WAITING).count(), "seconded": rows.filter(state="seconded").count()})


def _rows(request: HttpRequest) -> QuerySet:
    return kind_of(KIND).seen_by(request.actor).annotate(state_code=F("state"), reason_code=F("reason"), one_name=F("one__name"), other_name=F("other__name"))


def _table() -> Table:
    workflow = workflow_of(KIND)
    return Table(KIND, workflow.zh, workflow.en, key=("id",), columns=(
        whole("id", "编号", "no."), code("state_code", "状态", "state", {each.name: (each.zh, each.en) for each in workflow.states}), code("reason_code", "为何提示", "proposed because", REASONS),
        whole("chance_ppm", "概率", "chance", "ppm", nullable=True), text("one_name", "甲", "one"), text("other_name", "乙", "other"), date("opened_on", "提示日期", "proposed on")))


def _adapted(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "one_name": f"{mask_name(row['one_name'])} {number_of(row['one_id'])}", "other_name": f"{mask_name(row['other_name'])} {number_of(row['other_id'])}",
            "opened_on": clock.today_of(row["opened_at"])}


def _search(text: str) -> Q:
    """By a person's number, a pair's, or how a name begins."""
    if (id := id_of(text)) is not None:
        return Q(one=id) | Q(other=id)
    return Q(pk=int(text)) if text.isascii() and text.isdigit() and len(text) < 15 else Q(one__name__startswith=text) | Q(other__name__startswith=text)


@allowed(*KEEPERS)
@says_reads("person_match")
@require_http_methods(["GET", "HEAD", "POST"])
def person_match(request: HttpRequest, match_id: int) -> HttpResponse:
    """One pair; a POST takes a step, or shows both rows in clear."""
    if request.method != "POST":
        return _pair(request, match_id)
    clear: list[dict[str, str]] = []
    acts = {**work_acts(request, KIND, match_id), "unmask": lambda: _unmasked(request, match_id, clear)}
    answer = answer_post(request, acts, reverse("person_match", args=[match_id]), lambda refusal: _pair(request, match_id, refusal))
    return _pair(request, match_id, clear=clear) if clear else answer


def _unmasked(request: HttpRequest, match_id: int, clear: list[dict[str, str]]) -> Words:
    match = find_work(KIND, match_id, request.actor)
    clear += [unmask(id, "match", request.by, clock.now()) for id in (match.one_id, match.other_id)]
    return "两条均以明文显示，离开即恢复脱敏", "Both are in clear; they are masked again when you leave"


def _pair(request: HttpRequest, match_id: int, refusal: dict[str, Any] | None = None, clear: list[dict[str, str]] | None = None) -> HttpResponse:
    try:
        match = find_work(KIND, match_id, request.actor)
    except UnknownWork as unknown:
        from sanyi.web.views.errors import said
        return said(request, 404, unknown.words(request.language))
    rows = (match.one, match.other)
    reads_person(KIND, match_id, residents=[row.pk for row in rows], institutions=[row.institution for row in rows if row.institution])
    log = [event_line(request, event_of(event, KIND, {"propose": ("提示", "propose"), "weigh": ("补充概率依据", "weigh")}), KIND) for event in events_of(KIND, match_id)]
    since = request.POST.get("version", "")
    return render(request, "person_match.html", {
        **notice(request, refusal), "row": match, "state": state_badge(request, KIND, match.state), "reason": say(request, *REASONS.get(match.reason, (match.reason, match.reason))),
        "chance": f"{match.chance_ppm // 1000 // 10}.{match.chance_ppm // 1000 % 10}%" if match.chance_ppm is not None else "", "evidence": _evidence(request, match),
        "people": [link_of(row) for row in rows], "fields": _fields(request, rows, clear or []), "is_clear": bool(clear), "kept": in_order(list(rows))[0].pk if match.state in WAITING else match.kept_id,
        "moves": _moves(request, match), "stayed": [say(request, *words) for move in match.moves.order_by("pk") for words in move.stayed], "log": log[::-1],
        "changed": [line for line in log if refusal and refusal["is_stale"] and since.isdigit() and line["version"] > int(since[:9])],
        "steps": steps_of(request, KIND, match.state, allowed_steps(KIND, match_id, request.by, clock.now()), [])}, status=refusal["status"] if refusal else 200)


def _fields(request: HttpRequest, rows: tuple[Person, Person], clear: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Field by field: what each row says (masked, or in clear), and whether they agree."""
    return [{"title": say(request, *COMPARED[each.field]), "shown": [_value(request, row, each.field, clear[at] if clear else {}) for at, row in enumerate(rows)],
             "tone": TONES.get(each.verdict, "none"), "words": say(request, each.zh, each.en) or say(request, *VERDICTS[each.verdict])} for each in compare(*map(described, rows))]


def _value(request: HttpRequest, row: Person, field: str, clear: dict[str, str]) -> str:
    born = f"{row.born_on.year}-**-**" if row.born_on else ""
    shown = {"name_key": clear.get("name") or mask_name(row.name), "sex": say(request, *SEX[row.sex]) if row.sex in SEX else "", "born_on": clear.get("born_on") or born,
             "identity": clear.get("identity") or row.identity_masked, "phone": clear.get("phone") or row.phone_masked, "region": row.region,
             "mother": number_of(row.mother_id) if row.mother_id else "", "birth_order": str(row.birth_order or ""), "record": row.identity_hash[:6] + "…" if row.identity_hash else ""}
    return shown[field] or "–"


def _evidence(request: HttpRequest, match: PersonMatch) -> list[dict[str, Any]]:
    """What a linkage weighed: each field, how far it agreed, and how many bits that speaks for one person (or against)."""
    return [{"title": say(request, *COMPARED.get(each["field"], (each["field"], each["field"]))), "level": say(request, *level_words(each["field"], each["level"])), "bits": f"{'+' if each['weight_e2'] >= 0 else '−'}{abs(each['weight_e2']) // 100}"
             f".{abs(each['weight_e2']) % 100:02d}", "tone": "good" if each["weight_e2"] > 0 else "bad" if each["weight_e2"] < 0 else "none"} for each in match.evidence]


def _moves(request: HttpRequest, match: PersonMatch) -> list[tuple[str, int]]:
    """What goes over with the row that goes, by area: before a merge what would, after it what did."""
    if match.state in WAITING:
        gone = in_order([match.one, match.other])[1]
        found = ((each, sum(table._default_manager.filter(**{column: gone}).count() for table, column in each.answers_for)) for each in consequences() if each.zh)
    else:
        done = {move.consequence: sum(len(each.get("rows", ())) for each in move.moved) for move in match.moves.all()}
        found = ((each, done.get(each.name, 0)) for each in consequences())
    return [(say(request, each.zh, each.en), count) for each, count in found if count]
