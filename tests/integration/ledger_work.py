"""A small plan with everything a ledger follows, the people who work on it, and short words for what they do."""
from datetime import date, datetime, timezone

from sanyi.plans import IssuedDocument, Milestone, Organisation, Plan, Target, Task, Unit
from sanyi.plans.entries import Indicator, Place
from sanyi.plans.pack import Identity
from sanyi.terms.source import Source

NOW = datetime(2023, 6, 15, 2, 0, tzinfo=timezone.utc)
TODAY = date(2023, 6, 15)
PLACE = Place("small-2023", "tasks.toml", 1)
PEOPLE = {"office-1": ("office", ""), "office-2": ("office", ""), "health-1": ("lead", "health"), "health-2": ("lead", "health"),
          "insurance-1": ("lead", "insurance"), "clinic-1": ("lead", "clinic"), "looker": ("reader", "")}


def entry(kind, id, **fields):
    """One entry of the small plan."""
    shared = {"id": id, "zh": f"事项 {id}", "en": f"Work {id}", "place": PLACE, "sources": (Source("试〔2023〕1号", "一", "LJ-01", "SEED"),)}
    return kind(**{**shared, **fields})


def task(id, **fields):
    """One task; the health department leads unless told otherwise."""
    return entry(Task, id, **{"lead": "health", "lead_basis": "text", "group": "first", **fields})


TASKS = (
    task("plain", due=date(2023, 12, 31), number="1", co_leads=("insurance",), units=("clinic",), leaders=("张三",)),
    task("late", due=date(2023, 5, 31), number="2"),
    task("red", due=date(2023, 6, 22), number="3", lead="insurance"),
    task("yellow", due=date(2023, 7, 15), number="4", lead="insurance"),
    task("undated", number="5"),
    task("waiting", due_after="parent-issued", due_after_months=3, number="6"),
    task("needing", needs=("plain",), number="7"),
    task("measured", targets=("beds", "share", "years"), evidence=("data",), number="8"),
    task("monthly", every="month", number="9"),
    task("part-of-plain", parent="plain", due=date(2023, 10, 31)),
)


def small_plan(tasks=TASKS, **more) -> Plan:
    """The small plan as a value."""
    fields = {
        "tasks": tasks, "documents": (entry(IssuedDocument, "rules", issuer="health", due=date(2023, 6, 30)),),
        "milestones": (entry(Milestone, "parent-issued"), entry(Milestone, "half-way", due=date(2023, 6, 30))),
        "targets": (entry(Target, "beds", indicator="bed-count", comparator="≥", scope="county", value=18_000, unit="per_1000_e4", due=date(2023, 12, 31)),
                    entry(Target, "share", indicator="soft-share", comparator="≥", scope="county", value=650_000, unit="ppm", is_striven_for=True),
                    entry(Target, "years", indicator="open-figure", comparator="open", scope="county", unit="years_e4")),
        "indicators": (entry(Indicator, "bed-count", unit="per_1000_e4"), entry(Indicator, "soft-share", unit="ppm"),
                       entry(Indicator, "open-figure", unit="years_e4")),
        "organisation": Organisation(tuple(entry(Unit, name, role="department") for name in ("health", "insurance", "clinic"))), **more}
    identity = Identity(id="small-2023", kind="plan", title_zh="小方案", title_en="A small plan", body_zh="县", body_en="county",
                        number="试〔2023〕1号", issued_on=date(2023, 1, 1))
    return Plan(identity, **{"layers": (), **fields})


def people() -> None:
    """Make the accounts, without passwords."""
    from sanyi.store.models import Account
    for name, (role, unit) in PEOPLE.items():
        Account.objects.get_or_create(name=name, defaults={"role": role, "unit": unit, "password": "!"})


def opened(plan=None, now=NOW):
    """Open the small plan's ledger (or another plan's) with everybody there."""
    from sanyi.store.opening import open_ledger
    people()
    return open_ledger(plan or small_plan(), "office-1", now)


def row(id: str, plan: str = "small-2023"):
    """The item of a task of the small plan, as the database holds it now."""
    from sanyi.store.models import Item
    return Item.objects.get(ledger__plan=plan, entry=id)


def take_step(work, step: str, by: str, kind: str = "task", now=NOW, **given):
    """Take a step on the newest version of some work."""
    from sanyi.store.act import act
    work.refresh_from_db()
    return act(kind, work.pk, work.version, step, given, by, now)


def prove(work, by: str, kind: str = "task", evidence_kind: str = "data"):
    """Add a link as evidence."""
    from sanyi.store.evidence import add_link
    work.refresh_from_db()
    return add_link(kind, work.pk, work.version, evidence_kind, "proof", "https://example.org/proof", by, NOW)


def finish(work, by: str = "health-1"):
    """Start some work and report it done."""
    take_step(work, "start", by)
    return take_step(work, "report_done", by)
