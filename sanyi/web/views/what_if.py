"""What-if: sliders over the plan's values, the run beside the page, and what came of it."""
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.payment.reasons.reason import CLEARING_REASONS
from sanyi.plans import Plan
from sanyi.runs.comparison import compared, compared_count
from sanyi.runs.job import told
from sanyi.runs.measures import DIFFERENCES, PATIENTS, SUBJECTS
from sanyi.runs.results import Condition, Results
from sanyi.runs.what_if import assumed_in, day_of, key_of
from sanyi.runs.what_if_words import changed_words, largest, signed
from sanyi.tables.shown import written
from sanyi.tables.table import Table, text
from sanyi.terms.fen import ratio, yuan
from sanyi.web.access import RUN, allowed
from sanyi.web.jobs import RESULTS, WHAT_IFS, start, sweep, var
from sanyi.web.listing import MOST_EXPORTED, Cell, cell_maker, frame, row_html, visible
from sanyi.web.names import CONSORTIA, INSTITUTIONS, names
from sanyi.web.opened import has, plan, results
from sanyi.web.parts import chart
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice
from sanyi.web.question import ask
from sanyi.web.show import charted
from sanyi.web.trailed import reads
from sanyi.web.what_if_form import form_changes, form_groups, written_as
from sanyi.web.words import say
from sanyi.workflows.errors import NotAllowed

ASKED = "asked.json"
SHOWN, CHARTED = 5, 20


@allowed(*RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def what_ifs(request: HttpRequest) -> HttpResponse:
    """The values that steps read, each with its slider, and the what-ifs so far; a POST by the reform office starts one."""
    if request.method != "POST":
        return _form(request)
    at: list[str] = []
    answer = answer_post(request, {"run": lambda: _started(request, at)}, reverse("what_ifs"), lambda refusal: _form(request, refusal))
    return HttpResponseRedirect(reverse("what_if", args=at)) if at else answer


@allowed(*RUN)
@require_safe
def what_if(request: HttpRequest, key: str) -> HttpResponse:
    """One what-if: how far it is, why it failed, or its differences."""
    folder = _folder(key)
    said = told(folder)
    context = {"job": said, "key": key, "lines": _asked(folder).get(request.language, []), "percent": round(said.done * 100), **notice(request)}
    if said.state != "done":
        return render(request, "what_if.html", context)
    other = Results(folder / RESULTS)
    rows, table = _rows(request, other), _table()
    shown = rows if request.GET.get("all") is not None else [row for row in rows if row["difference_fen"]]
    if is_export(request):
        return plain_workbook(request, table, rows)
    return render(request, "what_if.html", context | {
        "list": plain_listing(request, table, shown), "totals": _totals(request, rows), "chart": _chart(request, rows), "why": _why(request, other), "assumed": assumed_in(other, request.language),
        "ran": len(other.card["steps"]) - len(other.card["kept"]), "kept": len(other.card["kept"])})


@allowed(*RUN)
@require_safe
@reads("what_if", id="key")
def what_if_patients(request: HttpRequest, key: str) -> HttpResponse:
    """The patients whose payment differs: the largest differences first, whichever way; all of them, page by page."""
    folder = _folder(key)
    if told(folder).state != "done":
        raise Http404("试算尚未完成 / the what-if is not done")
    place = folder / RESULTS
    question = ask(PATIENTS, request.GET, sort="-size_fen")
    if is_export(request):
        return plain_workbook(request, PATIENTS, compared(place, PATIENTS, question.where, question.order, MOST_EXPORTED))
    seen = visible(PATIENTS, (), request.language)
    has_years = has("benefit_claims") and results().count("benefit_claims") > 0
    makers = [(column.name, _with_year(cell_maker(column, request.language)) if has_years and column.name == "resident_id" else cell_maker(column, request.language)) for column in seen]
    found = compared(place, PATIENTS, question.where, question.order, question.size, (question.page - 1) * question.size)
    listed = {**frame(question, seen, compared_count(place, PATIENTS, question.where), request), "totals": [], "export": question.address(export="xlsx", page=None, size=None),
              "rows": [row_html([make(row[name]) for name, make in makers]) for row in found]}
    more, less = (compared_count(place, PATIENTS, (Condition("difference_fen", *bound),)) for bound in (("ge", 1), ("le", -1)))
    return render(request, "what_if_patients.html", {"list": listed, "key": key, "more": more, "less": less, "has_years": has_years})


def _with_year(make: Callable[[Any], Cell]) -> Callable[[Any], Cell]:
    """A resident's cell that leads to the resident's year of benefits."""
    return lambda value: replace(make(value), address=reverse("benefit_resident", args=[value]))


def _started(request: HttpRequest, at: list[str]) -> Words:
    if request.actor.role != "office":
        raise NotAllowed("试算须由医改办发起", "a what-if is started by the reform office")
    opened = _plan()
    on_day = opened.on(day_of(results()))
    changes = form_changes(request.POST, opened)
    texts = [f"{name}={written_as(changes[name])}" for name in changes]
    is_behaving = bool(request.POST.get("behaviour"))
    key = key_of(results(), opened.changed(changes), is_behaving=is_behaving)
    folder = var() / WHAT_IFS / key
    if told(folder).state != "done" or not (folder / RESULTS / "run-card.json").exists():
        start(request, folder, "what-if", *(["--behaviour"] if is_behaving else []), *(part for each in texts for part in ("--change", each)))
        told_lines = {language: changed_words(opened, opened.changed(changes), on_day.day, language) for language in ("zh", "en")}
        (folder / ASKED).write_text(json.dumps(told_lines, ensure_ascii=False), "utf-8")
        sweep(folder)
    at.append(key)
    return "试算已开始", "the what-if has begun"


def _form(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    return render(request, "what_ifs.html", {
        **notice(request, refusal), "groups": form_groups(request, _plan()), "q": request.GET.get("q", ""), "may": request.actor.role == "office",
        "earlier": _earlier(request)}, status=refusal["status"] if refusal else 200)


def _rows(request: HttpRequest, other: Results) -> list[dict[str, Any]]:
    called = {**names(INSTITUTIONS, request.language), **names(CONSORTIA, request.language)}
    rows = [{**row, "name": called.get(row["subject_id"], "")} for row in compared(other.folder, DIFFERENCES)]
    return sorted(rows, key=lambda row: -abs(row["difference_fen"]))


def _table() -> Table:
    subject, code, *rest = DIFFERENCES.columns
    return Table(DIFFERENCES.name, DIFFERENCES.zh, DIFFERENCES.en, DIFFERENCES.key, (subject, code, text("name", "名称", "name", nullable=True), *rest), DIFFERENCES.note)


def _totals(request: HttpRequest, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sum of each measure that moved, over all insurance schemes."""
    sums: dict[str, list[int]] = {}
    for row in rows:
        one = sums.setdefault(row["measure_code"], [0, 0])
        one[0], one[1] = one[0] + row["base_fen"], one[1] + row["tried_fen"]
    words, language = DIFFERENCES["measure_code"].allowed, request.language
    in_order = sorted((code for code, (before, after) in sums.items() if before != after), key=list(words).index)
    return [{"title": f"{say(request, *SUBJECTS[code.partition('_')[0]])} {say(request, *words[code])}", "base": yuan(sums[code][0]), "tried": yuan(sums[code][1]),
             "difference": signed(sums[code][1] - sums[code][0]), "is_less": sums[code][1] < sums[code][0],
             "share": written("share", ratio(sums[code][1] - sums[code][0], abs(sums[code][0])), language)} for code in in_order]


def _chart(request: HttpRequest, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The institutions that gain or lose most: clearing and share of the consortium's result, all insurance schemes together."""
    sums: dict[str, dict[str, int]] = {}
    for row in rows:
        if row["measure_code"] in ("institution_clearing", "institution_share") and row["difference_fen"]:
            one = sums.setdefault(row["subject_id"], {"name": row["name"] or row["subject_id"], "institution_clearing": 0, "institution_share": 0})
            one[row["measure_code"]] += row["difference_fen"]
    most = sorted(sums.values(), key=lambda one: -abs(one["institution_clearing"]) - abs(one["institution_share"]))[:CHARTED]
    if not most:
        return None
    words = DIFFERENCES["measure_code"].allowed
    return chart("ranked", [one["name"] for one in most],
                 [(say(request, *words[code]), [charted("money", one[code]) for one in most]) for code in ("institution_clearing", "institution_share")],
                 say(request, "万元", "×10,000 yuan"))


def _why(request: HttpRequest, other: Results) -> list[dict[str, Any]]:
    """The institutions whose clearing moves most, with their three largest reasons."""
    called, words = names(INSTITUTIONS, request.language), 0 if request.language == "zh" else 1
    return [{"name": called.get(key[0], key[0]), "insurance": CLEARING_REASONS["insurance_code"].allowed[key[1]][words], "id": key[0],
             "sum": signed(sum(row["amount_fen"] for row in reasons)),
             "reasons": [(CLEARING_REASONS["reason_code"].allowed[row["reason_code"]][words], signed(row["amount_fen"])) for row in reasons[:3]]}
            for key, reasons in largest(compared(other.folder, CLEARING_REASONS))[:SHOWN]]


def _earlier(request: HttpRequest) -> list[dict[str, Any]]:
    folders = sorted((var() / WHAT_IFS).glob("*"), key=lambda path: path.stat().st_mtime, reverse=True) if (var() / WHAT_IFS).is_dir() else []
    return [{"key": folder.name, "lines": _asked(folder).get(request.language, []), "state": told(folder).state} for folder in folders if folder.is_dir()]


def _asked(folder: Path) -> dict[str, list[str]]:
    try:
        return json.loads((folder / ASKED).read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _folder(key: str) -> Path:
    folder = var() / WHAT_IFS / key
    if len(key) != 16 or set(key) - set("0123456789abcdef") or not folder.is_dir():
        raise Http404(f"没有试算 {key} / there is no what-if {key}")
    return folder


def _plan() -> Plan:
    opened = plan()
    if opened is None:
        raise Http404("此方案的计划包不在本机，不能试算 / this plan's pack is not on this machine, so nothing can be tried")
    return opened
