"""The organisation: institutions, consortia and members, departments, staff, postings; lists, one row with its log, forms for who keeps them."""
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.organisation.apart import crossings
from sanyi.store.organisation.keeping import add, change, end, kept_of, may_keep
from sanyi.store.organisation.kept import KEPT, TO, YES_NO, Kept
from sanyi.store.organisation.lists import one_of, rows_of
from sanyi.store.organisation.words import CONSORTIUM_KINDS, KINDS, LEVELS, ORIGINS, OWNERSHIP, PARTS, POSTED_ROLES, PROFESSIONS, TITLES
from sanyi.store.who import actor_of
from sanyi.tables.table import Column, Table, code, date, flag, text, whole
from sanyi.web import clock
from sanyi.web.access import ORGANISATION, allowed
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice, whole as whole_typed
from sanyi.web.words import say
from sanyi.web.work_words import LABELS, pair, person
from sanyi.workflows.errors import UnknownWork
from sanyi.workflows.workflow import Field

COLUMNS = {
    "institution": (code("level", "级别", "level", LEVELS), code("kind", "类别", "kind", KINDS), code("ownership", "举办主体", "owner", OWNERSHIP),
                    text("region", "所在区划", "region", nullable=True)),
    "consortium": (code("kind", "类型", "kind", CONSORTIUM_KINDS), text("region", "服务区域", "region", nullable=True)),
    "membership": (text("consortium_code", "医联体编码", "consortium"), text("consortium_name", "医联体", "consortium name"), text("institution_code", "机构编码", "institution"),
                   text("institution_name", "机构", "institution name"), code("part", "角色", "part", PARTS), flag("has_full_finance", "全额财政", "fully financed"),
                   flag("is_independent", "社会办（人财物独立）", "private, independent")),
    "department": (text("institution_code", "机构编码", "institution"), text("institution_name", "机构", "institution name")),
    "staff": (code("profession", "岗位", "profession", PROFESSIONS), code("title", "职称", "title", TITLES, nullable=True)),
    "posting": (text("staff_code", "人员编码", "staff"), text("staff_name", "姓名", "name", nullable=True), text("institution_code", "机构编码", "institution"),
                text("institution_name", "机构", "institution name"), text("department_name", "科室", "department", nullable=True), code("role", "角色", "role", POSTED_ROLES))}
NAMED = ("institution", "consortium", "department", "staff")


@allowed(*ORGANISATION)
@require_http_methods(["GET", "HEAD"])
def organisation(request: HttpRequest) -> HttpResponse:
    """The first list."""
    return redirect("organisation_of", "institution")


@allowed(*ORGANISATION)
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_of(request: HttpRequest, kind: str) -> HttpResponse:
    """The list of one kind; a POST adds a row."""
    kept = _kept(kind)
    if request.method == "POST":
        return answer_post(request, {"add": lambda: _add(request, kept)}, reverse("organisation_of", args=[kind]), lambda refusal: _list(request, kept, refusal))
    return _list(request, kept)


@allowed(*ORGANISATION)
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_row(request: HttpRequest, kind: str, row_id: int) -> HttpResponse:
    """One row with its log; a POST changes or ends it."""
    kept = _kept(kind)
    if request.method == "POST":
        acts = {"change": lambda: _change(request, kept, row_id), "end": lambda: _end(request, kept, row_id)}
        return answer_post(request, acts, request.path, lambda refusal: _one(request, kept, row_id, refusal))
    return _one(request, kept, row_id)


def _kept(kind: str) -> Kept:
    try:
        return kept_of(kind)
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown


def _given(request: HttpRequest) -> dict[str, str]:
    return {name.removeprefix("given."): value for name, value in request.POST.items() if name.startswith("given.") and value.strip()}


def _add(request: HttpRequest, kept: Kept) -> Words:
    add(kept.name, _given(request), request.by, clock.now())
    return f"{kept.zh}：已新增", f"{kept.en}: added"


def _change(request: HttpRequest, kept: Kept, id: int) -> Words:
    change(kept.name, id, whole_typed(request, "version"), _given(request), request.by, clock.now())
    return f"{kept.zh}：已更改", f"{kept.en}: changed"


def _end(request: HttpRequest, kept: Kept, id: int) -> Words:
    row = end(kept.name, id, whole_typed(request, "version"), _given(request), request.by, clock.now())
    return f"{kept.zh}：最后一日 {row.to_on}", f"{kept.en}: its last day is {row.to_on}"


def _table(kept: Kept) -> Table:
    own: tuple[Column, ...] = (text("code", "编码", "code"), text("name", "名称", "name", nullable=True)) if kept.name in NAMED else ()
    return Table(kept.name, kept.zh, kept.en, key=("id",), columns=(
        whole("id", "编号", "no."), *own, *COLUMNS[kept.name], date("from_on", "起始日期", "from"), date("to_on", "最后一日", "last day", nullable=True),
        flag("is_current", "现行", "current"), code("origin", "来源", "origin", ORIGINS)))


def _tabs(request: HttpRequest, kept: Kept) -> list[dict[str, Any]]:
    return [{"address": reverse("organisation_of", args=[each.name]), "title": pair(request, vars(each)), "is_here": each is kept} for each in KEPT.values()]


def _list(request: HttpRequest, kept: Kept, refusal: dict[str, Any] | None = None) -> HttpResponse:
    rows, table = rows_of(kept.name, clock.today()), _table(kept)
    if is_export(request):
        return plain_workbook(request, table, rows)

    def to_row(row: dict[str, Any]) -> str:
        return reverse("organisation_row", args=[kept.name, row["id"]])

    links = {name: to_row for name in ("id", "code", "name")}
    columns = [name for name in table.names if name != "id" or kept.name not in NAMED]
    return render(request, "organisation.html", {
        **notice(request, refusal), "tabs": _tabs(request, kept), "title": pair(request, vars(kept)), "may": may_keep(kept, actor_of(request.by)),
        "fields": [_field(request, field, {}) for field in kept.asks], "crossings": _crossings(request) if kept.name == "membership" else None,
        "list": plain_listing(request, table, rows, links=links, columns=columns)}, status=refusal["status"] if refusal else 200)


def _crossings(request: HttpRequest) -> list[dict[str, Any]]:
    """What crosses between private members and others, in words. Source: HK-47."""
    words = {"staff": ("人员任职", "works at both"), "assets": ("设备", "equipment")}
    return [{**each, "what": say(request, *words[each["what"]])} for each in crossings(clock.today())]


def _one(request: HttpRequest, kept: Kept, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        row = one_of(kept.name, id, clock.today())
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
    may, table = may_keep(kept, actor_of(request.by)), _table(kept)
    words = {name: {code: say(request, *pair_) for code, pair_ in (table[name].allowed or {}).items()} for name in table.names}
    facts = [(say(request, table[name].zh, table[name].en), words[name].get(row[name], _plain(request, row[name]))) for name in table.names if name not in ("id", "is_current")]
    return render(request, "organisation_row.html", {
        **notice(request, refusal), "tabs": _tabs(request, kept), "title": f"{pair(request, vars(kept))} {row.get('name') or row.get('code') or id}", "row": row, "facts": facts,
        "changes": [_field(request, field, row) for field in kept.changes] if may else [], "ends": [_field(request, TO, row)] if may and row["to_on"] is None else [],
        "log": [_event(request, event, kept) for event in row["events"]]}, status=refusal["status"] if refusal else 200)


def _plain(request: HttpRequest, value: Any) -> Any:
    return say(request, *YES_NO["yes" if value else "no"]) if isinstance(value, bool) else "–" if value in (None, "") else value


def _field(request: HttpRequest, field: Field, row: dict[str, Any]) -> dict[str, Any]:
    return {"name": field.name, "title": say(request, field.zh, field.en), "kind": field.kind, "is_required": field.is_required,
            "choices": [(code, say(request, *words)) for code, words in field.choices.items()], "typed": request.POST.get(f"given.{field.name}", row.get(field.name) or "")}


def _event(request: HttpRequest, event: dict[str, Any], kept: Kept) -> dict[str, Any]:
    steps = {"add": ("新增", "added"), "change": ("更改", "changed"), "end": ("终止", "ended")}
    titles = {field.name: (field.zh, field.en) for field in (*kept.asks, TO)}
    given = say(request, "；", "; ").join(f"{say(request, *titles.get(name, LABELS.get(name, (name, name))))}: {value}" for name, value in event["given"].items())
    return {"at": event["at"], "by": person(request, event["by"]), "step": say(request, *steps[event["step"]]), "given": given}
