"""DRG schemes on this machine: sizes, switches, groups, and the places of any code."""
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sanyi.grouping.drg.scheme import SWITCHES, Scheme
from sanyi.runs.errors import SchemeRefused
from sanyi.runs.scheme_words import places_of
from sanyi.runs.schemes import digest_of, find_scheme, open_scheme, schemes, title_of
from sanyi.tables.scheme.drg import KIND
from sanyi.tables.scheme_tables import scheme_tables
from sanyi.tables.table import Table, code, text, whole
from sanyi.web.access import OWN, allowed
from sanyi.web.opened import plan
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.words import name_of, say

SCHEMES = Table("drg_schemes", "DRG 分组方案", "DRG schemes", key=("scheme_name",), columns=(
    text("scheme_name", "名称", "name"), text("title", "标题", "title"), whole("mdc_count", "大类", "major categories"), whole("adrg_count", "ADRG", "basic groups"),
    whole("drg_count", "DRG", "groups"), whole("complication_count", "并发症编码", "complications"), text("switched", "已开的开关", "switches that are on"),
    text("digest", "摘要", "digest"), text("problem", "不可用的原因", "why it cannot be used", nullable=True)))
GROUPS = Table("drg_groups", "细分组", "Groups", key=("drg",), columns=(
    text("mdc", "主要诊断大类", "major category"), text("adrg", "ADRG", "basic group"), text("drg", "DRG", "group"), text("name", "名称", "name"),
    code("kind", "并发症要求", "complications asked for", KIND), text("more", "其他条件", "other conditions", nullable=True)))
PLAIN = ("adrg", "seq", "drg", "kind", "name")


@lru_cache(maxsize=4)
def _opened(name: str, digest: str) -> Scheme:
    """A scheme, read once for each content."""
    return open_scheme(name)


@allowed(*OWN)
def scheme_list(request: HttpRequest) -> HttpResponse:
    """Every scheme there is, those that cannot be used with the reason."""
    rows = [_row(request, name, folder) for name, folder in schemes().items()]
    if is_export(request):
        return plain_workbook(request, SCHEMES, rows)
    links = {"scheme_name": lambda row: reverse("scheme_of", args=[row["scheme_name"]])}
    return render(request, "schemes.html", {"list": plain_listing(request, SCHEMES, rows, links=links)})


def _title(request: HttpRequest, name: str, folder: Any) -> str:
    """A scheme's title; one that bears none but its name is called what the plan calls it."""
    title, opened = title_of(folder), plan()
    return opened.word(name, request.language) if title == name and opened else title


def _row(request: HttpRequest, name: str, folder: Any) -> dict[str, Any]:
    place, cut = (1, "；") if request.language == "zh" else (2, ";")
    row = {"scheme_name": name, "title": _title(request, name, folder), "digest": digest_of(folder)[:16], "problem": None,
           **dict.fromkeys(("mdc_count", "adrg_count", "drg_count", "complication_count"), 0), "switched": ""}
    try:
        scheme = _opened(name, digest_of(folder))
    except SchemeRefused as refused:
        return row | {"problem": str(refused).splitlines()[0]}
    return row | {"mdc_count": len({one["mdc"] for one in scheme["mdc_rule"]}), "adrg_count": len({one["adrg"] for one in scheme["adrg_rule"]}), "drg_count": len(scheme["drg"]),
                  "complication_count": len(scheme["mcc"]) + len(scheme["cc"]), "switched": f"{cut} ".join(SWITCHES[key][place].partition(cut)[0] for key, is_on in scheme.switches.items() if is_on)}


@allowed(*OWN)
def scheme_of(request: HttpRequest, name: str) -> HttpResponse:
    """One scheme: its switches, sizes and groups."""
    scheme, is_zh = _known(request, name), request.language == "zh"
    rows = _groups(scheme)
    if is_export(request):
        return plain_workbook(request, GROUPS, rows)
    return render(request, "scheme.html", {
        "name": name, "title": _title(request, name, find_scheme(name)), "digest": scheme.digest,
        "switches": [{"name": key, "is_on": is_on, "words": SWITCHES[key][1 if is_zh else 2]} for key, is_on in scheme.switches.items()],
        "sizes": [{"table": name_of(table, request.language), "file": key, "rows": len(scheme[key])} for key, table in scheme_tables().items() if scheme[key]],
        "list": plain_listing(request, GROUPS, rows)})


@allowed(*OWN)
def scheme_code(request: HttpRequest, name: str) -> HttpResponse:
    """Where one code stands in a scheme: names, crosswalk, lists, complications, exclusions."""
    sought = request.GET.get("seek", "").strip()
    places = [{"table": name_of(scheme_tables()[place.table], request.language), "file": place.table, "under": place.under, "listed": place.listed}
              for place in places_of(_known(request, name), sought)] if sought else []
    return render(request, "scheme_code.html", {"name": name, "sought": sought, "places": places})


def _known(request: HttpRequest, name: str) -> Scheme:
    """A scheme by name. Raises Http404 where there is none, or it cannot be used."""
    if name not in schemes():
        raise Http404(say(request, f"没有分组方案 {name}", f"there is no scheme {name}"))
    try:
        return _opened(name, digest_of(find_scheme(name)))
    except SchemeRefused as refused:
        raise Http404(str(refused)) from None


def _groups(scheme: Scheme) -> list[dict[str, Any]]:
    category = {row["adrg"]: row["mdc"] for row in scheme["adrg_rule"]}
    return [{"mdc": category[row["adrg"]], "adrg": row["adrg"], "drg": row["drg"], "name": row["name"], "kind": row["kind"],
             "more": ", ".join(f"{key} {value}" for key, value in row.items() if key not in PLAIN and value is not None) or None} for row in scheme["drg"]]
