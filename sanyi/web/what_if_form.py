"""The what-if form: every value that can be tried, in its group, with the editor that fits it; and what a filled form changes."""
import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, QueryDict

from sanyi.plans import Plan, PlanError, Value
from sanyi.plans.changes import change_of, range_of
from sanyi.plans.code_words import code_word, key_word, worded
from sanyi.plans.frozen import Table, freeze, thaw
from sanyi.plans.plan import ON_DAY
from sanyi.plans.units import NAMING_KEYS, value_words
from sanyi.runs.what_if import day_of
from sanyi.web.amounts import amount_typed, read_amount
from sanyi.web.opened import results
from sanyi.web.packs import packs
from sanyi.web.words import name_of, say
from sanyi.workflows.errors import BadField

GROUPS = {  # the first parts of the names of values that steps read
    "consortium": ("医联体", "consortia"), "budget": ("总额预算", "total budget"), "fund": ("基金", "fund"), "payment": ("付费方式", "ways of payment"),
    "dip": ("DIP 付费", "DIP payment"), "drg": ("DRG 付费", "DRG payment"), "bed_day": ("按床日付费", "payment by bed day"), "capitation": ("按人头付费", "capitation"),
    "special_review": ("特例单议", "special reviews"), "settlement": ("结算", "settlement"), "closing": ("关账", "closing"), "benefit": ("参保人待遇", "patient benefits"),
    "behaviour": ("弹性假设", "assumed answers"), "appraisal": ("考核", "appraisal"), "audit": ("审核", "audit"), "violation": ("违规扣分", "violations"),
    "subsidy": ("财政补助", "subsidies"), "referral": ("转诊", "referrals"), "county": ("县域", "county"), "indicator": ("指标", "indicators")}
OWN = ("本方案写明的数值", "figures that this plan states itself")
SIGN = {"ppm": (10_000, "%"), "fen": (100, "元")}
CELL_SIGNS = {"ppm": ("%", "%"), "fen": ("元", "yuan")}
TABLES, LISTS = ("table", "tables"), ("numbers", "weights")


def form_groups(request: HttpRequest, opened: Plan) -> list[dict[str, Any]]:
    """The groups of the form: the plan's own figures first, the rest by what they are about, folded unless looked for or refused.

    A search shows what it finds in its group, every group open.
    """
    wanted = request.GET.get("q", "").strip().casefold()
    rows = [(entry, _row(request, entry, opened)) for entry in entries(opened)]
    found: dict[str, list[dict[str, Any]]] = {}
    for entry, row in rows:
        if wanted in f"{entry.id} {entry.zh} {entry.en} {row['why']} {row['now']}".casefold():
            found.setdefault(_group(entry, row), []).append(row)
    order = ["own", *GROUPS]
    return [{"key": key, "title": say(request, *(OWN if key == "own" else GROUPS.get(key, (key, key)))), "rows": found[key],
             "is_open": key == "own" or bool(wanted) or any(row["is_changed"] for row in found[key])}
            for key in sorted(found, key=lambda key: (order.index(key) if key in order else len(order), key))]


def form_changes(post: QueryDict, opened: Plan) -> dict[str, Any]:
    """What a filled form changes: values that say something else than the plan's. Errors: BadField in the words of the value's unit."""
    changes = {}
    for entry in entries(opened):
        written = post.get(f"value.{entry.id}", "").strip()
        if not written or written == as_typed(entry):
            written = _from_cells(post, entry) or _from_boxes(post, entry)
        elif entry.unit in LISTS and not written.startswith("["):
            written = f"[{written}]"
        if not written:
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


def entries(opened: Plan) -> list[Value]:
    """The values that the run's steps read and that can be tried, in the order of their names."""
    on_day = opened.on(day_of(results()))
    read = {name.partition(ON_DAY)[0] for made in results().card["steps"].values() for name in made["values"] if not name.startswith("target.")}
    return [on_day.entry(name) for name in sorted(read & on_day.values().keys())]


def as_typed(entry: Value) -> str:
    """A value as the form writes it: a figure with its sign, lists and tables as JSON."""
    if entry.unit in SIGN:
        return f"{amount_typed(entry.value, entry.unit)}{SIGN[entry.unit][1]}"
    if entry.unit in LISTS:
        return ", ".join(map(str, entry.value))
    return written_as(thaw(entry.value))


def written_as(value: Any) -> str:
    """A value as the command line takes it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _group(entry: Value, row: Mapping[str, Any]) -> str:
    """A figure that the plan's own text states is what people come for; the rest is found under what it is about."""
    is_own = entry.source.confidence.startswith("SEED") and not entry.borrowed_by
    return "own" if is_own and row["limits"] else entry.id.partition(".")[0]


def _row(request: HttpRequest, entry: Value, opened: Plan) -> dict[str, Any]:
    limits, language = range_of(entry), request.language
    scale, sign = SIGN.get(entry.unit, (1, ""))
    was, typed = as_typed(entry), request.POST.get(f"value.{entry.id}") or as_typed(entry)
    cells = _cells(request, entry) if entry.unit in TABLES else None
    return {"name": entry.id, "title": name_of(entry, language), "why": opened.on(day_of(results())).why(entry.id, language),
            "now": value_words(worded(entry.value, entry.words, language), entry.unit, language), "limits": limits, "scale": scale, "sign": sign,
            "raw": entry.value if limits else "", "was": was, "typed": typed, "is_flag": entry.unit == "flag", "cells": cells,
            "choices": _choices(entry, typed, language) if entry.unit == "code" else [], "boxes": _boxes(request, entry) if entry.unit == "codes" else [],
            "is_changed": typed != was or bool(cells and cells["is_changed"]) or bool(_from_boxes(request.POST, entry)), "reach": reached(entry.id)}


def reached(name: str) -> int:
    """How many steps a change of the value reaches at most."""
    steps = results().card["steps"]
    touched, grown = {step for step, made in steps.items() if name in {each.partition(ON_DAY)[0] for each in made["values"]}}, True
    while grown:
        more = {step for step, made in steps.items() if step not in touched and touched & set(made["needs"])}
        touched, grown = touched | more, bool(more)
    return len(touched)


def _choices(entry: Value, typed: str, language: str) -> list[tuple[str, str, bool]]:
    """The codes that this plan and the others on this machine know for a value, in words; more may be typed on the command line."""
    known: dict[str, str] = {}
    for each in (entry, *_elsewhere(entry)):
        known.setdefault(each.value, code_word(worded(each.value, each.words, language), language))
    return [(code, words, code == typed) for code, words in {**known, typed: known.get(typed, typed)}.items()]


def _boxes(request: HttpRequest, entry: Value) -> list[tuple[str, str, bool, bool]]:
    """Each code that may stand in a list, its words, whether it is ticked, and whether the plan has it; the plan's own order first."""
    known: dict[str, str] = {}
    for each in (entry, *_elsewhere(entry)):
        for code, words in zip(each.value, worded(each.value, each.words, request.language), strict=True):
            known.setdefault(code, code_word(words, request.language))
    ticked = request.POST.getlist(f"codes.{entry.id}") if f"codes.{entry.id}.shown" in request.POST else entry.value
    return [(code, words, code in ticked, code in entry.value) for code, words in known.items()]


def _from_boxes(post: QueryDict, entry: Value) -> str:
    """The list that ticked boxes say, as JSON, or nothing where they were not shown or say what the plan says."""
    if entry.unit != "codes" or f"codes.{entry.id}.shown" not in post:
        return ""
    ticked = post.getlist(f"codes.{entry.id}")
    return "" if sorted(ticked) == sorted(entry.value) else written_as(ticked)


def _elsewhere(entry: Value) -> tuple[Value, ...]:
    """The same value in the other plans on this machine."""
    return _in_all_plans(entry.id, entry.unit, day_of(results()))


@lru_cache(maxsize=512)
def _in_all_plans(name: str, unit: str, day: date) -> tuple[Value, ...]:
    on_days = (plan.on(day) for plan in packs().values())
    return tuple(entry for on_day in on_days if name in on_day.values() and (entry := on_day.entry(name)).unit == unit)


def _rows_of(entry: Value) -> tuple[Table, ...]:
    return (entry.value,) if entry.unit == "table" else entry.value


def _cells(request: HttpRequest, entry: Value) -> dict[str, Any]:
    """A small table as rows of cells: what a row is about in words, its figures to be typed in the unit that people use."""
    rows, language = _rows_of(entry), request.language
    said = [dict(zip([key for key, _ in row], worded(row, entry.words, language), strict=True)) for row in rows]
    keys = list(dict.fromkeys(key for row in rows for key, _ in row))
    keys = sorted(keys, key=lambda key: key not in NAMING_KEYS and any(_is_figure(dict(row).get(key)) for row in rows))
    shown = [[_cell(request, entry, place, key, dict(row).get(key), said[place].get(key)) for key in keys] for place, row in enumerate(rows)]
    heads = [next((_heading(said_row[key][0], key, language) for said_row in said if key in said_row), key) for key in keys]
    return {"heads": heads, "rows": shown, "is_changed": any(cell.get("typed") != cell.get("was") for row in shown for cell in row)}


def _is_figure(part: Any) -> bool:
    return isinstance(part, int)


def _heading(said_key: str, key: str, language: str) -> str:
    sign = CELL_SIGNS.get(_unit(key), ("", ""))[0 if language == "zh" else 1]
    return key_word(said_key, language) + (f" ({sign})" if sign else "")


def _unit(key: str) -> str:
    ending = key.rpartition("_")[2]
    return ending if ending in ("fen", "ppm", "e4") else ""


def _cell(request: HttpRequest, entry: Value, place: int, key: str, part: Any, said: Any) -> dict[str, Any]:
    """One cell: words where it is a code, else a field."""
    if part is None:
        return {"words": ""}
    if not _is_figure(part):
        language = request.language
        parts = said[1] if type(said[1]) is tuple else (said[1],)
        return {"words": ("、" if language == "zh" else ", ").join(code_word(each, language) if isinstance(each, str) else str(each) for each in parts)}
    name, was = f"cell.{entry.id}.{place}.{key}", _typed_cell(key, part)
    return {"name": name, "was": was, "typed": request.POST.get(name, was), "is_flag": isinstance(part, bool)}


def _typed_cell(key: str, part: int) -> str:
    if isinstance(part, bool):
        return "true" if part else "false"
    return amount_typed(part, _unit(key)) if _unit(key) else str(part)


def _from_cells(post: QueryDict, entry: Value) -> str:
    """The JSON that a small table's cells say, or nothing where none was changed. Errors: BadField."""
    if entry.unit not in TABLES:
        return ""
    said = [{key: _read_cell(post, f"cell.{entry.id}.{place}.{key}", key, part) for key, part in row} for place, row in enumerate(_rows_of(entry))]
    if [freeze(row) for row in said] == list(_rows_of(entry)):
        return ""
    return written_as(thaw(freeze(said[0] if entry.unit == "table" else said)))


def _read_cell(post: QueryDict, name: str, key: str, part: Any) -> Any:
    written = post.get(name, "").strip()
    if not written or not _is_figure(part) or written == _typed_cell(key, part):
        return part
    if isinstance(part, bool):
        return written == "true"
    try:
        return read_amount(written, _unit(key) or "count")
    except BadField as refused:
        raise BadField(refused.zh, refused.en, name) from None
