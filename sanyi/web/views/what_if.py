"""What-if: sliders over the plan's values, the run beside the page, and what came of it."""
import json
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.payment.reasons.reason import CLEARING_REASONS
from sanyi.plans import Plan, PlanError, Value
from sanyi.plans.changes import change_of, range_of
from sanyi.plans.code_words import worded
from sanyi.plans.frozen import thaw
from sanyi.plans.plan import ON_DAY
from sanyi.plans.units import value_words
from sanyi.runs.comparison import compared
from sanyi.runs.job import told
from sanyi.runs.measures import DIFFERENCES, PATIENTS
from sanyi.runs.results import Order, Results
from sanyi.runs.what_if import assumed_in, day_of, key_of
from sanyi.runs.what_if_words import changed_words, largest, signed, total_words
from sanyi.tables.table import Table, text
from sanyi.web.jobs import RESULTS, WHAT_IFS, start, sweep, var
from sanyi.web.names import CONSORTIA, INSTITUTIONS, names
from sanyi.web.opened import plan, results
from sanyi.web.parts import chart
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice
from sanyi.web.show import charted
from sanyi.web.words import name_of, say
from sanyi.workflows.errors import BadField, NotAllowed

ASKED = "asked.json"
SHOWN, CHARTED, LISTED = 5, 20, 1_000
GROUPS = {  # the first parts of the names of values that steps read
    "appraisal": ("考核", "appraisal"), "audit": ("审核", "audit"), "bed_day": ("按床日付费", "payment by bed day"), "behaviour": ("弹性假设", "assumed answers"),
    "benefit": ("参保人待遇", "patient benefits"), "budget": ("总额预算", "total budget"), "capitation": ("按人头付费", "capitation"), "closing": ("关账", "closing"),
    "consortium": ("医联体", "consortia"), "county": ("县域", "county"), "dip": ("DIP 付费", "DIP payment"), "drg": ("DRG 付费", "DRG payment"), "fund": ("基金", "fund"),
    "indicator": ("指标", "indicators"), "payment": ("付费方式", "ways of payment"), "referral": ("转诊", "referrals"), "settlement": ("结算", "settlement"),
    "special_review": ("特例单议", "special reviews"), "subsidy": ("财政补助", "subsidies"), "violation": ("违规扣分", "violations")}
SIGN = {"ppm": (10_000, "%"), "fen": (100, "元")}


@require_http_methods(["GET", "HEAD", "POST"])
def what_ifs(request: HttpRequest) -> HttpResponse:
    """The values that steps read, each with its slider, and the what-ifs so far; a POST by the reform office starts one."""
    if request.method != "POST":
        return _form(request)
    at: list[str] = []
    answer = answer_post(request, {"run": lambda: _started(request, at)}, reverse("what_ifs"), lambda refusal: _form(request, refusal))
    return HttpResponseRedirect(reverse("what_if", args=at)) if at else answer


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
        "list": plain_listing(request, table, shown), "totals": total_words(rows, request.language), "chart": _chart(request, rows), "why": _why(request, other), "assumed": assumed_in(other, request.language),
        "ran": len(other.card["steps"]) - len(other.card["kept"]), "kept": len(other.card["kept"])})


@require_safe
def what_if_patients(request: HttpRequest, key: str) -> HttpResponse:
    """The patients whose payment differs, the largest differences first."""
    folder = _folder(key)
    if told(folder).state != "done":
        raise Http404("试算尚未完成 / the what-if is not done")
    found = compared(folder / RESULTS, PATIENTS, order=(Order("difference_fen", True),), limit=LISTED)
    if is_export(request):
        return plain_workbook(request, PATIENTS, found)
    return render(request, "what_if_patients.html", {"list": plain_listing(request, PATIENTS, found), "key": key, "most": LISTED})


def _started(request: HttpRequest, at: list[str]) -> Words:
    if request.user.role != "office":
        raise NotAllowed("试算须由医改办发起", "a what-if is started by the reform office")
    opened = _plan()
    on_day = opened.on(day_of(results()))
    changes = _changes(request, opened)
    texts = [f"{name}={_written(changes[name])}" for name in changes]
    is_behaving = bool(request.POST.get("behaviour"))
    key = key_of(results(), opened.changed(changes), is_behaving=is_behaving)
    folder = var() / WHAT_IFS / key
    if told(folder).state != "done" or not (folder / RESULTS / "run-card.json").exists():
        start(folder, "what-if", *(["--behaviour"] if is_behaving else []), *(part for each in texts for part in ("--change", each)))
        told_lines = {language: changed_words(opened, opened.changed(changes), on_day.day, language) for language in ("zh", "en")}
        (folder / ASKED).write_text(json.dumps(told_lines, ensure_ascii=False), "utf-8")
        sweep(folder)
    at.append(key)
    return "试算已开始", "the what-if has begun"


def _changes(request: HttpRequest, opened: Plan) -> dict[str, Any]:
    """What the form changes: fields that say another value than the plan's. Errors: BadField in the words of the value's unit."""
    changes = {}
    for entry in _entries(opened):
        written = request.POST.get(f"value.{entry.id}", "").strip()
        if not written or written == _as_typed(entry):
            continue
        try:
            value = change_of(entry, written)
        except PlanError as refused:
            zh, _, en = str(refused).partition(" / ")
            raise BadField(zh, en or zh, f"value.{entry.id}") from None
        if value != thaw(entry.value):
            changes[entry.id] = value
    if not changes:
        raise BadField("没有改动任何数值", "no value was changed")
    return changes


def _form(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    opened = _plan()
    wanted = request.GET.get("q", "").strip().casefold()
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in _entries(opened):
        row = _slider(request, entry, opened)
        if wanted in f"{entry.id} {entry.zh} {entry.en} {row['why']}".casefold():
            groups.setdefault(_group(request, entry.id), []).append(row)
    return render(request, "what_ifs.html", {
        **notice(request, refusal), "groups": groups.items(), "q": request.GET.get("q", ""), "may": request.user.role == "office", "earlier": _earlier(request)},
        status=refusal["status"] if refusal else 200)


def _group(request: HttpRequest, name: str) -> str:
    """The words of a value's first part: dip, consortium, benefit …"""
    first = name.partition(".")[0]
    return say(request, *GROUPS.get(first, (first, first)))


def _slider(request: HttpRequest, entry: Value, opened: Plan) -> dict[str, Any]:
    limits, language = range_of(entry), request.language
    scale, sign = SIGN.get(entry.unit, (1, ""))
    return {"name": entry.id, "title": name_of(entry, language), "why": opened.on(day_of(results())).why(entry.id, language),
            "now": value_words(worded(entry.value, entry.words, language), entry.unit, language), "limits": limits, "scale": scale, "sign": sign, "raw": entry.value if limits else "",
            "typed": request.POST.get(f"value.{entry.id}", _as_typed(entry)), "is_flag": entry.unit == "flag", "is_long": entry.unit in ("table", "tables"),
            "reach": _reached(entry.id)}


def _reached(name: str) -> int:
    """How many steps a change of the value reaches at most."""
    read = {step for step, made in results().card["steps"].items() if name in {each.partition(ON_DAY)[0] for each in made["values"]}}
    touched = set(read)
    grown = True
    while grown:
        more = {step for step, made in results().card["steps"].items() if step not in touched and touched & set(made["needs"])}
        touched, grown = touched | more, bool(more)
    return len(touched)


def _entries(opened: Plan) -> list[Value]:
    """The values that the run's steps read and that can be tried, in the order of their names."""
    on_day = opened.on(day_of(results()))
    read = {name.partition(ON_DAY)[0] for made in results().card["steps"].values() for name in made["values"] if not name.startswith("target.")}
    return [on_day.entry(name) for name in sorted(read & on_day.values().keys())]


def _as_typed(entry: Value) -> str:
    """A value as the form writes it: a figure with its sign, lists and tables as JSON."""
    if entry.unit in SIGN:
        scale, sign = SIGN[entry.unit]
        whole, rest = divmod(abs(entry.value), scale)
        digits = f".{rest:0{len(str(scale)) - 1}d}".rstrip("0").rstrip(".")
        return f"{'-' if entry.value < 0 else ''}{whole}{digits}{sign}"
    return _written(thaw(entry.value))


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _rows(request: HttpRequest, other: Results) -> list[dict[str, Any]]:
    called = {**names(INSTITUTIONS, request.language), **names(CONSORTIA, request.language)}
    rows = [{**row, "name": called.get(row["subject_id"], "")} for row in compared(other.folder, DIFFERENCES)]
    return sorted(rows, key=lambda row: -abs(row["difference_fen"]))


def _table() -> Table:
    subject, code, *rest = DIFFERENCES.columns
    return Table(DIFFERENCES.name, DIFFERENCES.zh, DIFFERENCES.en, DIFFERENCES.key, (subject, code, text("name", "名称", "name", nullable=True), *rest), DIFFERENCES.note)


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
