"""Readings of indicators: what each target is held against, the form to report one, and every reading there was."""
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.bulletin import targets
from sanyi.store.one import readings as find_readings
from sanyi.store.readings import Proof, publish_values, take_reading
from sanyi.store.who import check_office
from sanyi.tables.table import Table, code, date, text
from sanyi.web import clock
from sanyi.web.access import RUN, allowed
from sanyi.web.amounts import WORDS, amount_words, read_amount
from sanyi.web.scope_words import scope_word
from sanyi.web.ledgers import address, chosen, closed, frame, run_plan
from sanyi.web.measured import VALUES
from sanyi.web.opened import has, results, rows as rows_of
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice, typed
from sanyi.web.uploads import ACCEPT, checked
from sanyi.web.words import say
from sanyi.web.work_words import STATUS_TONES, STATUS_WORDS, evidence_choices, evidence_line, target_line
from sanyi.workflows.errors import BadField

ORIGINS = {"reported": ("填报", "reported"), "computed": ("系统计算", "computed"), "": ("尚无", "none yet")}


@allowed(*RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def readings(request: HttpRequest) -> HttpResponse:
    """Every target with its latest reading; a POST by the office carries over what the run computed."""
    found = chosen(request)
    if found is None:
        return closed(request, "readings", notice(request))
    if request.method == "POST":
        return answer_post(request, {"publish": lambda: _publish(request, found["plan"])}, address("readings", found["plan"]),
                           lambda refusal: _page(request, found, refusal))
    return _page(request, found)


def _publish(request: HttpRequest, plan: str) -> Words:
    check_office(request.by)
    if plan != run_plan() or not has(VALUES):
        raise BadField("本次运行不是这份方案的，没有可写入的计算值", "this run is not of this plan: nothing to carry over", "plan")
    count = publish_values(plan, rows_of(VALUES), results().card["digest"], request.by, clock.now())
    return f"已写入 {count} 个计算值", f"{count} computed values carried over"


def _page(request: HttpRequest, found: dict[str, Any], refusal: dict[str, Any] | None = None) -> HttpResponse:
    plan = found["plan"]
    rows = [_row(request, target_line(request, each), each) for each in targets(plan)]
    table = _table(rows)
    if is_export(request):
        return plain_workbook(request, table, rows)

    def link(row: dict[str, Any]) -> str:
        return reading_address(plan, row["indicator"], row["scope_code"])

    links = {"what_zh": link, "what_en": link, "name_zh": link, "name_en": link}
    styles = {"status_code": lambda row: f"mark {STATUS_TONES.get(row['status_code'], 'none')}", "what_zh": lambda row: "what", "what_en": lambda row: "what"}
    columns = [name for name in table.names if name not in ("indicator", "clause")]
    return render(request, "readings.html", {
        **notice(request, refusal), **frame(request, found, "readings"), "is_run": plan == run_plan() and has(VALUES),
        "list": plain_listing(request, table, rows, links=links, styles=styles, columns=columns)}, status=refusal["status"] if refusal else 200)


def reading_address(plan: str, indicator: str, scope: str) -> str:
    """The page of one indicator's readings for a scope."""
    said = {**({} if plan == run_plan() else {"plan": plan}), "scope": scope}
    return reverse("reading", args=[indicator]) + f"?{urlencode(said)}"


def _table(rows: list[dict[str, Any]]) -> Table:
    scopes = {row["scope_code"]: (scope_word(row["scope_code"], "zh"), scope_word(row["scope_code"], "en")) for row in rows}
    return Table("ledger_targets", "目标与读数", "Targets and readings", key=("indicator",), columns=(
        text("what_zh", "目标", "target"), text("what_en", "目标", "target"), text("name_zh", "指标", "indicator"), text("name_en", "指标", "indicator"),
        code("scope_code", "范围", "scope", scopes), text("aim", "目标值", "aim"), text("value", "最新读数", "latest reading", nullable=True),
        text("period", "期间", "period", nullable=True), code("status_code", "对照目标", "against the target", STATUS_WORDS),
        code("origin_code", "来源", "from", ORIGINS), date("due", "期限", "due", nullable=True), text("clause", "条款", "clause"), text("indicator", "编码", "code")))


def _row(request: HttpRequest, line: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    soft = say(request, "力争 ", "strive for ") if row["is_striven_for"] else ""
    return {"what_zh": row["zh"], "what_en": row["en"], "name_zh": row["indicator_zh"], "name_en": row["indicator_en"], "scope_code": row["scope"],
            "aim": soft + line["aim"], "value": line["value"], "period": row["period"], "status_code": row["status"], "origin_code": row["origin"],
            "due": row["due"], "clause": row["clause"], "indicator": row["indicator"]}


@allowed(*RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest, indicator: str) -> HttpResponse:
    """One indicator for one scope (`?scope=`): its targets, its history, and the form to report a value with its proof."""
    found = chosen(request)
    if found is None:
        return closed(request, "readings", notice(request))
    there = [row for row in targets(found["plan"]) if row["indicator"] == indicator]
    scope = request.GET.get("scope", "") or (there[0]["scope"] if there else "")
    about = [row for row in there if row["scope"] == scope]
    if not about:
        raise Http404(f"方案没有指标 {indicator} 的目标 / the plan has no target on {indicator}")
    if request.method == "POST":
        return answer_post(request, {"report": lambda: _report(request, found["plan"], about[0])}, reading_address(found["plan"], indicator, scope),
                           lambda refusal: _one(request, found, about, refusal))
    return _one(request, found, about)


def _report(request: HttpRequest, plan: str, target: dict[str, Any]) -> Words:
    value = read_amount(typed(request, "value", "数值", "value", 60), target["unit"])
    period, note = typed(request, "period", "期间", "period", 10), request.POST.get("note", "")[:4000]
    kind, link = request.POST.get("kind", ""), request.POST.get("link", "").strip()
    if link and not request.FILES.get("file"):
        proof = Proof(kind, request.POST.get("name", "") or link, link)
    else:
        file = checked(request.FILES.get("file"))
        proof = Proof(kind, file.name, chunks=file.chunks())
    take_reading(plan, target["indicator"], target["scope"], period, value, proof, request.by, clock.now(), note)
    return f"已填报 {period}：{amount_words(value, target['unit'], 'zh')}", f"Reported for {period}: {amount_words(value, target['unit'], 'en')}"


def _one(request: HttpRequest, found: dict[str, Any], about: list[dict[str, Any]], refusal: dict[str, Any] | None = None) -> HttpResponse:
    first = about[0]
    lines = [target_line(request, row) for row in about]
    history = [{**row, "words": amount_words(row["value"], first["unit"], request.language), "origin": say(request, *ORIGINS[row["origin"]]),
                "evidence": [evidence_line(request, each) for each in row["evidence"]]}
               for row in find_readings(found["plan"], first["indicator"], first["scope"], first["unit"])]
    return render(request, "reading.html", {
        **notice(request, refusal), **frame(request, found, "reading"), "targets": lines, "title": lines[0]["indicator"], "scope": lines[0]["scope_words"],
        "code": first["indicator"], "indicator_address": lines[0]["indicator_address"], "history": history, "unit": say(request, *WORDS.get(first["unit"], ("", ""))),
        "is_flag": first["unit"] == "flag", "kinds": evidence_choices(request, ("data",)), "accept": ACCEPT, "back": address("readings", found["plan"])},
        status=refusal["status"] if refusal else 200)
