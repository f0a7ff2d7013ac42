"""Lists of a ledger's items: filtered, searched, sorted and cut into pages in the database."""
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from sanyi.store.ledgers import find_ledger
from sanyi.store.models import Item, Ledger
from sanyi.workflows import workflow_of
from sanyi.workflows.lines import LINES, line_of

SORTS = {"position": ("position", "number"), "due": (F("due").asc(nulls_last=True), "position"), "lead": ("lead", "position"),
         "state": ("state_order", "position"), "number": ("position", "number"), "late": (F("due").asc(nulls_last=True), "position")}
KINDS = {"task": ("任务", "task"), "document": ("文件", "document"), "milestone": ("里程碑", "milestone"), "part": ("子任务", "part")}
FINISHED = workflow_of("task").finished
LONGEST_SEARCH = 100
PAGE_SIZES = (20, 50, 100, 500)


@dataclass(frozen=True)
class Wanted:
    """Which items: an empty field asks for nothing; `lead` counts co-leads too when `with_co_leads`, `unit` any part in it."""

    lead: str = ""
    with_co_leads: bool = False
    unit: str = ""
    state: str = ""
    line: str = ""
    group: str = ""
    kind: str = ""
    search: str = ""
    due_from: date | None = None
    due_to: date | None = None
    withdrawn: bool = False
    sort: str = "position"
    descending: bool = False
    page: int = 1
    size: int = 50


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows as plain dictionaries, and how many there are in all."""

    rows: list[dict]
    total: int
    page: int
    pages: int


def items(plan: str, wanted: Wanted, today: date) -> Page:
    """Give one page of a ledger's items. Errors: UnknownWork (no such ledger)."""
    ledger = find_ledger(plan)
    found = selected(ledger, wanted, today)
    total, size = found.count(), max(1, min(wanted.size, max(PAGE_SIZES)))
    pages = max(1, -(-total // size))
    page = max(1, min(wanted.page, pages))
    rows = _sorted(found, wanted).select_related("parent", "owner").prefetch_related("bodies")[(page - 1) * size:page * size]
    return Page([item_row(item, ledger, today) for item in rows], total, page, pages)


def selected(ledger: Ledger, wanted: Wanted, today: date) -> QuerySet:
    """The items that a list asks for, unsorted; a word it does not know selects nothing."""
    found = Item.objects.filter(ledger=ledger, is_withdrawn=wanted.withdrawn)
    for name in ("state", "group", "kind"):
        if getattr(wanted, name):
            found = found.filter(**{name: getattr(wanted, name)})
    if wanted.lead:
        parts = ("lead", "co_lead") if wanted.with_co_leads else ("lead",)
        found = found.filter(pk__in=Item.objects.filter(bodies__unit=wanted.lead, bodies__part__in=parts).values("pk"))
    if wanted.unit:
        found = found.filter(pk__in=Item.objects.filter(bodies__unit=wanted.unit).values("pk"))
    if wanted.line:
        found = found.filter(on_line(wanted.line, ledger, today)) if wanted.line in LINES else found.none()
    found = found.filter(due__gte=wanted.due_from) if wanted.due_from else found
    found = found.filter(due__lte=wanted.due_to) if wanted.due_to else found
    return _searched(found, wanted.search)


def on_line(line: str, ledger: Ledger, today: date) -> Q:
    """The condition that `line_of` states, for the database."""
    red, yellow = today + timedelta(days=ledger.red_days), today + timedelta(days=ledger.yellow_days)
    is_open = ~Q(state__in=FINISHED)
    return {
        "settled": Q(state__in=FINISHED), "overdue": is_open & Q(due__lt=today), "red": is_open & Q(due__gte=today, due__lte=red),
        "yellow": is_open & Q(due__gte=today, due__gt=red, due__lte=yellow), "green": is_open & Q(due__gte=today, due__gt=max(red, yellow)),
        "undated": is_open & Q(due=None, due_after=""), "waiting": is_open & Q(due=None) & ~Q(due_after=""),
    }[line]


def _searched(found: QuerySet, search: str) -> QuerySet:
    for word in search.replace("\0", "")[:LONGEST_SEARCH].split():
        found = found.filter(Q(zh__icontains=word) | Q(en__icontains=word) | Q(number__iexact=word) | Q(entry__iexact=word)
                             | Q(lead_zh__icontains=word) | Q(lead_en__icontains=word) | Q(clause__icontains=word) | Q(obligations__icontains=word))
    return found


def _sorted(found: QuerySet, wanted: Wanted) -> QuerySet:
    order = Case(*(When(state=state.name, then=Value(place)) for place, state in enumerate(workflow_of("task").states)),
                 output_field=IntegerField())
    keys = SORTS.get(wanted.sort, SORTS["position"])
    ordered = found.annotate(state_order=order).order_by(*keys, "pk")
    return ordered.reverse() if wanted.descending else ordered


def item_row(item: Item, ledger: Ledger, today: date) -> dict:
    """One item as plain data, with the line it stands at today."""
    bodies = sorted(item.bodies.all(), key=lambda body: body.position)
    plain = {name: getattr(item, name) for name in (
        "id", "kind", "entry", "number", "zh", "en", "group", "lead", "lead_zh", "lead_en", "leaders", "clause", "obligations", "start", "due",
        "due_source", "due_after", "due_after_months", "every", "state", "version", "round", "exempt_reason", "done_by", "done_at",
        "verified_by", "verified_at", "is_exploratory", "is_striven_for", "is_withdrawn", "measures", "note_zh", "note_en", "quote", "indicator")}
    is_finished = item.state in FINISHED
    line = line_of(is_finished, item.due, today, ledger.yellow_days, ledger.red_days, bool(item.due_after))
    return {**plain, "line": line, "is_finished": is_finished, "days_late": (today - item.due).days if line == "overdue" else 0,
            "parent_id": item.parent_id, "parent_number": item.parent.number if item.parent else "", "owner": item.owner.name if item.owner else "",
            "evidence_asked": item.evidence_asked.split(),
            **{f"{part}s": [{"unit": body.unit, "zh": body.zh, "en": body.en} for body in bodies if body.part == part] for part in ("co_lead", "unit")}}


def counts(plan: str, today: date) -> dict[str, dict[str, int]]:
    """How many items stand in each state, at each line, and of each kind; what left the plan is not counted."""
    ledger = find_ledger(plan)
    there = Item.objects.filter(ledger=ledger, is_withdrawn=False)
    by_state = dict(there.values_list("state").annotate(count=Count("pk")).order_by())
    by_kind = dict(there.values_list("kind").annotate(count=Count("pk")).order_by())
    return {"states": {state.name: by_state.get(state.name, 0) for state in workflow_of("task").states},
            "lines": {line: there.filter(on_line(line, ledger, today)).count() for line in LINES},
            "kinds": {kind: by_kind.get(kind, 0) for kind in KINDS}}


def choices(plan: str) -> dict[str, list[dict]]:
    """What the list's filters may be set to: leads and groups that occur, states, lines and kinds, each with its words."""
    there = Item.objects.filter(ledger=find_ledger(plan), is_withdrawn=False)
    leads = there.exclude(lead="").values("lead", "lead_zh", "lead_en").distinct().order_by("lead_zh")
    return {
        "leads": [{"name": row["lead"], "zh": row["lead_zh"], "en": row["lead_en"]} for row in leads],
        "groups": [{"name": group} for group in there.exclude(group="").values_list("group", flat=True).distinct().order_by("group")],
        "states": [{"name": state.name, "zh": state.zh, "en": state.en} for state in workflow_of("task").states],
        "lines": [{"name": name, "zh": zh, "en": en} for name, (zh, en) in LINES.items()],
        "kinds": [{"name": name, "zh": zh, "en": en} for name, (zh, en) in KINDS.items()]}
