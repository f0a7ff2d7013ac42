"""Any kind of work for programs: lists, one piece, its log, its steps, and the one call that takes a step."""
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from sanyi.store.act import act
from sanyi.store.kinds import NOTHING, WorkKind, find_work, kinds, no_resident
from sanyi.store.one import allowed_steps
from sanyi.store.trail.reading import reads_person
from sanyi.web import clock
from sanyi.web.access import SIGNED_IN, allowed
from sanyi.web.api.answers import answer, refusal
from sanyi.web.api.asked import BIGGEST, Asked, read_asked
from sanyi.web.api.bearer import check_scope
from sanyi.web.api.beginnings import BEGINNINGS, check_filled
from sanyi.web.api.bodies import body_of, schema_of, typed_in, version_in
from sanyi.web.api.calls import verbs
from sanyi.web.api.columns import IN_LISTS, IN_ONE, Shown, of_work, written
from sanyi.web.trailed import says_reads
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, NotAllowed, UnknownWork
from sanyi.workflows.workflow import Field


@allowed(*SIGNED_IN)
@verbs("GET")
def work_kinds(request: HttpRequest) -> HttpResponse:
    """The kinds of work that the caller may see."""
    seen = [workflow_of(kind.name) for kind in kinds().values() if kind.visible(request.actor) != NOTHING]
    return answer({"rows": [{"kind": flow.name, "zh": flow.zh, "en": flow.en, "states": [state.name for state in flow.states]} for flow in seen]})


@allowed(*SIGNED_IN)
@says_reads("work")
@verbs("GET", "POST")
def work_list(request: HttpRequest, work: str) -> HttpResponse:
    """A page of one kind's list: what the caller may see of it, columns of levels 1 and 2; a POST begins a piece of work where programs begin it."""
    if request.method == "POST":
        return _begun(request, work)
    known = _kind(request, work, "read")
    columns = of_work(known, IN_LISTS)
    asked = read_asked(request, columns)
    rows = asked.page(known.rows_of(request.actor), columns)
    page = [written(columns, row) for row in rows[:asked.size]]
    if known.resident is not no_resident:
        reads_person(f"{work}_list", residents=_residents(known, page, columns))
    return answer(page_of(page, asked, len(rows) > asked.size))


def _begun(request: HttpRequest, work: str) -> HttpResponse:
    _kind(request, work, "act")
    if work not in BEGINNINGS:
        said = refusal(request, 405)
        said.headers["Allow"] = "GET, HEAD"
        return said
    begins, body = BEGINNINGS[work], body_of(request)
    check_filled(begins.fields, body)
    row = begins.begin(typed_in(begins.fields, body), request.by, clock.now())  # type: ignore[attr-defined]
    return answer({"id": row.pk, "state": row.state, "version": row.version}, 201)


def page_of(rows: Sequence[dict[str, Any]], asked: Asked, has_more: bool) -> dict[str, Any]:
    """A page as lists give it; `next` is the number of the page that follows, if any."""
    return {"rows": rows, "next": asked.start // asked.size + 2 if has_more else None}


@allowed(*SIGNED_IN)
@says_reads("work")
@verbs("GET")
def work_one(request: HttpRequest, work: str, work_id: int) -> HttpResponse:
    """One piece of work, with columns of levels 1 to 3."""
    known, row = _read(request, work, work_id)
    columns = of_work(known, IN_ONE)
    return answer(written(columns, tuple(getattr(row, column.name) for column in columns)))


@allowed(*SIGNED_IN)
@says_reads("work")
@verbs("GET")
def work_log(request: HttpRequest, work: str, work_id: int) -> HttpResponse:
    """The log of one piece of work; where it is a resident's, texts that were written stay on the page."""
    known, row = _read(request, work, work_id)
    events = known.log.objects.filter(subject=work, subject_id=row.pk).order_by("-version").values("at", "by", "step", "before", "after", "version", "given")
    fields = {(step.name, field.name): field for step in workflow_of(work).steps for field in step.fields}
    is_open = known.resident is no_resident
    return answer({"rows": [{**event, "at": event["at"].isoformat(), "given": {name: value for name, value in event["given"].items()
                                                                              if is_open or _is_open(fields.get((event["step"], name)))}} for event in events]})


@allowed(*SIGNED_IN)
@says_reads("work")
@verbs("GET")
def work_steps(request: HttpRequest, work: str, work_id: int) -> HttpResponse:
    """The steps that the caller may take now, with their fields, and what stands in their way."""
    _, row = _read(request, work, work_id)
    steps = allowed_steps(work, row.pk, request.by, clock.now())
    return answer({"version": row.version, "state": row.state, "rows": [_step(each) for each in steps]})


@allowed(*SIGNED_IN)
@verbs("POST")
def work_step(request: HttpRequest, work: str, work_id: int, step: str) -> HttpResponse:
    """Take a step on the version it was decided on; gives the state and version that follow."""
    known = _kind(request, work, "act")
    declared = next((each for each in workflow_of(work).steps if each.name == step), None)
    if declared is None:
        raise UnknownWork(f"没有步骤“{step[:40]}”", f"there is no step {step[:40]!r}")
    _check_number(work_id, known)
    body = body_of(request)
    key = body.pop("key", "") if known.has_keys else ""
    if not isinstance(key, str) or len(key) > 100:
        raise BadField("key 须为至多 100 字的文字", "key must be a text of at most 100 characters", "key")
    version = version_in(body)
    row = act(work, work_id, version, step, typed_in(declared.fields, body), request.by, clock.now(), key=key)
    return answer({"id": row.pk, "state": row.state, "version": row.version})


def _kind(request: HttpRequest, name: str, verb: str) -> WorkKind:
    """The kind of work, if the caller's token covers it and the caller sees any of it at all. Errors: UnknownWork, NotAllowed."""
    if name not in kinds():
        raise UnknownWork(f"没有业务“{name[:40]}”", f"there is no kind of work {name[:40]!r}")
    check_scope(request, verb, name)
    if kinds()[name].visible(request.actor) == NOTHING:
        raise NotAllowed("您的角色不能查看此类业务", "your role does not see work of this kind")
    return kinds()[name]


def _read(request: HttpRequest, name: str, id: int) -> tuple[WorkKind, Any]:
    """One row that the caller may see, with its kind; the trail hears of it. Errors: UnknownWork, NotAllowed."""
    kind = _kind(request, name, "read")
    _check_number(id, kind)
    row = find_work(kind.name, id, request.actor)
    if kind.resident is not no_resident:
        reads_person(kind.name, id, residents=(kind.resident(row),), institutions=kind.institutions(row))
    return kind, row


def _check_number(id: int, kind: WorkKind) -> None:
    if id > BIGGEST:
        raise UnknownWork(f"没有编号为 {id} 的{workflow_of(kind.name).zh}", f"there is no {workflow_of(kind.name).en} number {id}")


def _residents(kind: WorkKind, page: Sequence[dict[str, Any]], columns: tuple[Shown, ...]) -> list[str]:
    if any(column.name == "person_id" for column in columns):
        return [str(row["person_id"]) for row in page]
    rows: QuerySet = kind.table._default_manager.filter(pk__in=[row["id"] for row in page])
    return [kind.resident(row) for row in rows]


def _is_open(field: Field | None) -> bool:
    return field is not None and field.kind != "text"


def _step(step: dict[str, Any]) -> dict[str, Any]:
    fields = [Field(**field) for field in step["fields"]]
    return {"step": step["name"], "zh": step["zh"], "en": step["en"], "after": step["after"], "is_blocked": step["is_blocked"],
            "blocks": [{"zh": zh, "en": en} for zh, en in step["blocks"]],
            "fields": [{"name": field.name, "is_required": field.is_required, "schema": schema_of(field)} for field in fields]}
