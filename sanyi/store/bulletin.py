"""The monthly bulletin as plain data: what is done, what is late and whose it is, orders, problems and targets. Source: TSK-4, HK-52."""
from collections.abc import Iterable
from datetime import date, datetime, time

from django.utils import timezone

from sanyi.plans.dues import period_end
from sanyi.store.items import FINISHED, item_row
from sanyi.store.ledgers import find_ledger
from sanyi.store.models import Item, LedgerTarget
from sanyi.store.one import orders, problems
from sanyi.plans.aims import number_words
from sanyi.store.standings import aim_of, latest_reading, standing_of

COUNTED = ("task", "document", "milestone")
DONE = ("done", "verified")
PPM = 1_000_000


def bulletin(plan: str, month: date, today: date) -> dict:
    """Give the bulletin of the month that a day lies in, as things stand today.

    Shares are ppm, rounded down: of the items of the plan that are not exempt, how many are done or verified. Parts that
    units added stand in the lists of what is late, not in the shares. Errors: UnknownWork (no such ledger).
    """
    ledger = find_ledger(plan)
    there = Item.objects.filter(ledger=ledger, is_withdrawn=False).select_related("parent", "owner").prefetch_related("bodies")
    rows = [item_row(item, ledger, today) for item in there.order_by("position", "id")]
    counted = [row for row in rows if row["kind"] in COUNTED]
    first, last = moment(month.replace(day=1)), moment(period_end("month", month), time.max)
    late = sorted((row for row in rows if row["line"] == "overdue"), key=lambda row: (-row["days_late"], row["id"]))
    return {
        "plan": plan, "title_zh": ledger.title_zh, "title_en": ledger.title_en, "month": month.strftime("%Y-%m"), "today": today,
        "yellow_days": ledger.yellow_days, "red_days": ledger.red_days,
        "total": share(counted), "by_lead": [{**lead, **share(lead["rows"]), "rows": None} for lead in by_lead(counted)],
        "by_kind": {kind: share(row for row in counted if row["kind"] == kind) for kind in COUNTED},
        "newly_done": [row for row in rows if row["done_at"] and first <= row["done_at"] <= last and row["state"] in DONE],
        "overdue": late, "overdue_by_lead": by_lead(late),
        **{line: [row for row in rows if row["line"] == line] for line in ("red", "yellow", "waiting")},
        "exempt": [row for row in rows if row["state"] == "exempt"],
        "orders_open": [row for row in orders(plan, today) if row["state"] != "closed"],
        "problems_open": [row for row in problems(plan, today) if row["state"] != "closed"],
        "problems_closed": [row for row in problems(plan, today) if row["state"] == "closed" and first <= row["closed_at"] <= last],
        "targets": targets(plan),
    }


def moment(day: date, at: time = time.min) -> datetime:
    """A time of a day where the plan is carried out."""
    return timezone.make_aware(datetime.combine(day, at))


def share(rows: Iterable[dict]) -> dict[str, int]:
    """Count items: all, done (verified among them), verified, exempt, overdue, and the share done in ppm of those not exempt."""
    rows = list(rows)
    done, exempt = sum(row["state"] in DONE for row in rows), sum(row["state"] == "exempt" for row in rows)
    owed = len(rows) - exempt
    return {"items": len(rows), "done": done, "verified": sum(row["state"] == "verified" for row in rows), "exempt": exempt,
            "overdue": sum(row["line"] == "overdue" for row in rows), "open": sum(row["state"] not in FINISHED for row in rows),
            "done_ppm": done * PPM // owed if owed else 0}


def by_lead(rows: Iterable[dict]) -> list[dict]:
    """Items under the unit that leads them, in the order of the units' names; those nobody leads come last."""
    found: dict[str, dict] = {}
    for row in rows:
        lead = found.setdefault(row["lead"], {"lead": row["lead"], "zh": row["lead_zh"] or "未明确牵头单位", "en": row["lead_en"] or "no lead named",
                                              "rows": []})
        lead["rows"].append(row)
    return sorted(found.values(), key=lambda lead: (lead["lead"] == "", lead["zh"]))


def targets(plan: str) -> list[dict]:
    """Every target of a plan with its latest reading and how it stands."""
    rows = LedgerTarget.objects.filter(ledger=find_ledger(plan), is_withdrawn=False).select_related("ledger").order_by("position")
    return [target_row(row) for row in rows]


def target_row(row: LedgerTarget) -> dict:
    """One target as plain data; `status` is a word of the indicators' STATUS or no_judgement, `is_above` and `is_on_line` are notices."""
    standing, latest = standing_of(row), latest_reading(row)
    plain = {name: getattr(row, name) for name in ("id", "entry", "zh", "en", "indicator", "indicator_zh", "indicator_en", "unit", "scope", "comparator",
                                                   "value", "upper", "baseline", "due", "group", "is_striven_for", "is_reported", "clause")}
    return {**plain, "aim": aim_of(row, "zh"), "aim_en": aim_of(row, "en"),
            **{name: "" if row.baseline is None else number_words(row.baseline, row.unit, language)
               for name, language in (("baseline_words", "zh"), ("baseline_words_en", "en"))},
            "status": standing.status, "is_above": standing.is_above, "is_on_line": standing.is_on_line, "period": standing.period,
            "reading": latest.value if latest else None, "reading_words": standing.value, "reading_words_en": standing.value_en,
            "origin": latest.origin if latest else ""}
