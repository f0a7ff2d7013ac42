"""Runs made up for publishing: findings of some rules and institutions, people who work on them; short words for what they do."""
from datetime import datetime, timedelta, timezone
import hashlib

from sanyi.store.publishing.rules import Terms
from sanyi.workflows.published import Finding, Run

NOW = datetime(2026, 11, 30, 2, tzinfo=timezone.utc)
DAY = timedelta(days=1)
PLAN, YEAR, TERMS = "small-2020", 2020, Terms(10, 60)
PEOPLE = {"bureau-1": ("bureau", ""), "bureau-2": ("bureau", ""), "office": ("office", ""), "watcher": ("supervisor", ""), "hospital-1": ("hospital", "H1"), "hospital-2": ("hospital", "H2"),
          "looker": ("reader", "")}


def people() -> None:
    """Make the accounts, without passwords."""
    from sanyi.store.models import Account
    for name, (role, unit) in PEOPLE.items():
        Account.objects.get_or_create(name=name, defaults={"role": role, "unit": unit, "password": "!"})


def run(name: str, minutes: int = 0) -> Run:
    """A run by its name, finished some minutes after the first."""
    return Run(PLAN, YEAR, hashlib.sha256(name.encode()).hexdigest(), datetime(2021, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=minutes))


def hits(amounts: dict[int, int]) -> list[Finding]:
    """Audit findings: by number of the case what each comes to; odd ones are of H1, even ones of H2."""
    found = []
    for number, amount in sorted(amounts.items()):
        house = "H1" if number % 2 else "H2"
        row = {"rule_code": "AUD-13", "encounter_id": f"E{number:05d}", "line_number": 1, "finding_code": "over_daily_limit", "resident_id": f"R{number}", "institution_id": house,
               "insurance_code": "resident", "type_code": "outpatient", "settled_month": 202003, "item_code": "I1", "seen_value": "3",
               "allowed_value": "1", "amount_fen": amount, "action_code": "refuse"}
        found.append(Finding(f"AUD-13|E{number:05d}", house, "B6", (row,), amount, f"E{number:05d}", "AUD-13"))
    return found


def sums(amounts: dict[str, int]) -> list[Finding]:
    """What is deducted of each institution."""
    return [Finding(f"{house}|resident|dip", house, "第三十八条 B6", ({"institution_id": house, "insurance_code": "resident", "place_code": "dip", "deducted_fen": amount, "case_count": 1, "hit_count": 1},), amount)
            for house, amount in sorted(amounts.items())]


def publish(which: Run, findings, part: str = "audit", by: str = "bureau-1", now=NOW, **more) -> dict[str, int]:
    """Publish and say how many of what."""
    from sanyi.store.publishing.carrying import publish as door
    return dict(door(which, part, findings, TERMS, by, now, **more))


def case(number: int, part: str = "audit"):
    """The newest case of a number."""
    from sanyi.store.publishing.tables import AuditCase
    return AuditCase.objects.filter(part=part, encounter=f"E{number:05d}").latest("id")


def step(row, name: str, by: str, now=NOW, **given):
    """Take a step on the newest version."""
    from sanyi.store.act import act
    row.refresh_from_db()
    return act("audit_case" if hasattr(row, "agreed_fen") else "result_notice", row.pk, row.version, name, given, by, now)


def faults() -> list[str]:
    """What must hold of all cases, in plain words, from the rows alone."""
    from collections import Counter

    from sanyi.store.models import WorkEvent
    from sanyi.store.publishing.tables import AuditCase, ResultNotice
    from sanyi.store.trail.tables import AuditEvent
    found = []
    for kind, table, open_ones in (("audit_case", AuditCase, ("found", "notified", "answered", "withdrawn")), ("result_notice", ResultNotice, ("issued", "objected", "withdrawn"))):
        rows = list(table.objects.order_by("id"))
        undecided = Counter((row.plan, row.year, row.part, row.row_key) for row in rows if row.state in open_ones)
        found += [f"{kind} {key} is open {count} times" for key, count in undecided.items() if count > 1]
        for row in rows:
            lines = list(WorkEvent.objects.filter(subject=kind, subject_id=row.pk).order_by("version").values_list("version", "after"))
            found += [f"{kind} {row.pk}: versions {lines}"] if [version for version, _ in lines] != list(range(1, row.version + 1)) or lines[-1][1] != row.state else []
            events = AuditEvent.objects.filter(subject=kind, subject_id=str(row.pk), action="change").count()
            found += [f"{kind} {row.pk}: {events} events, {row.version} versions"] if events != row.version else []
            found += [f"{kind} {row.pk} follows one that is undecided"] if row.follows and row.follows.state in open_ones else []
    return found
