"""The own bills: what was paid for each, and line by line why, from the bill to what was left to oneself."""
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanyi.store.persons.tables import Person
from sanyi.terms.fen import yuan
from sanyi.web.access import allowed
from sanyi.web.my_parts import LEVEL, OWN, MyPart, own_page
from sanyi.web.opened import plan, results, rows, where
from sanyi.web.timeline import Wanted, institution_names, timeline, wanted
from sanyi.web.trailed import reads
from sanyi.web.views.benefit import settled_parts
from sanyi.web.words import say

PAID = (("fund_fen", "统筹基金", "basic fund"), ("catastrophic_fen", "大病保险", "catastrophic insurance"), ("aid_fen", "医疗救助", "medical aid"), ("account_fen", "个人账户", "personal account"),
        ("cash_fen", "个人现金", "cash"))
TAKEN = ("fund_fen", "catastrophic_fen", "aid_fen")


@allowed(*OWN)
@require_safe
@reads("benefit", purpose="view_own")
def my_bills(request: HttpRequest) -> HttpResponse:
    """The year's bills, the newest first, each with its lines and their clauses; the years before as they were recorded."""
    def show(person: Person) -> dict[str, Any]:
        parts = settled_parts(request, person.resident_id) if person.resident_id and plan() is not None else []
        recorded = {row["settlement_id"]: row for row in rows("settlements", where(resident_id=person.resident_id))} if person.resident_id else {}
        names = institution_names({row["institution_id"] for row in recorded.values()})
        bills = [_bill(request, claim, recorded.get(claim["id"]), names, part["title"]) for part in parts for claim in part["claims"]]
        refused = [(recorded[id], reason) for part in parts for id, reason in part["refused"] if id in recorded]
        return {"subject": "benefit", "institutions": sorted(names), "year": results().year, "bills": sorted(bills, key=lambda bill: (bill["on"], bill["id"]), reverse=True),
                "sums": _sums(request, list(recorded.values())), "refused": [{"on": row["settled_on"], "total": yuan(row["total_fen"]), "why": why} for row, why in refused],
                "timeline": timeline(request, person, LEVEL, Wanted("bill", until=date(results().year - 1, 12, 31) if bills else None, page=wanted(request).page))}

    return own_page(request, "my_bills.html", show)


def _bill(request: HttpRequest, claim: dict[str, Any], row: dict[str, Any] | None, names: dict[str, str], insurance: str) -> dict[str, Any]:
    """A bill: what was paid as it was recorded, and whether the rules come to the same."""
    if row is None:
        return {**claim, "where": "", "insurance": insurance, "paid": [], "is_same": True}
    recorded = row["total_fen"] - sum(row[name] for name in TAKEN)
    return {**claim, "where": names.get(row["institution_id"], row["institution_id"]), "insurance": insurance, "total": yuan(row["total_fen"]), "own": yuan(recorded),
            "paid": [(say(request, zh, en), yuan(row[name])) for name, zh, en in PAID if row[name]], "is_same": claim["patient_fen"] == recorded}


def _sums(request: HttpRequest, found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The year so far: bills, what others paid, what was left."""
    total, taken = sum(row["total_fen"] for row in found), sum(row[name] for row in found for name in TAKEN)
    words = (("总费用", "bills", total), ("医保和救助已付", "paid for you", taken), ("自己负担", "left to you", total - taken))
    return [(say(request, zh, en), yuan(fen)) for zh, en, fen in words] if found else []


BILLS = MyPart(70, ("我的费用", "My bills"), ("每一笔怎么报销", "how each was reimbursed"), (("bills/", "my_bills", my_bills),))
