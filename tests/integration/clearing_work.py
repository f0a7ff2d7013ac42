"""A small year to settle without a run: three institutions, two funds, twelve months; people of the bureau; short words for what they do."""
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
import hashlib
import json

from sanyi.payment.books.carried import Carried, carried_entries
from sanyi.payment.books.journal_lines import journal_lines
from sanyi.payment.books.sheets import monthly_figures

NOW = datetime(2021, 2, 1, 2, 0, tzinfo=timezone.utc)
PLAN, YEAR = "small-2020", 2020
HOSPITALS, FUNDS = ("H1", "H2", "H3"), ("employee", "resident")
BUREAU = ("maker", "reviewer", "approver", "payer")
PEOPLE = {**{name: ("bureau", "", "") for name in BUREAU}, "maker-again": ("bureau", "", "Maker "), "office": ("office", "", ""),
          "hospital-1": ("hospital", "H1", ""), "hospital-2": ("hospital", "H2", ""), "lead": ("lead", "health", ""), "looker": ("reader", "", "")}
MONTHS = tuple(f"{YEAR}-{month:02d}" for month in range(1, 13))
EMPTY = {name: [] for name in journal_lines.tables}


def people() -> None:
    """Make the accounts, without passwords."""
    from sanyi.store.models import Account
    for name, (role, unit, person) in PEOPLE.items():
        Account.objects.get_or_create(name=name, defaults={"role": role, "unit": unit, "person": person, "password": "!"})


def paid_in(hospital: str, fund: str, month: int, more: int = 0) -> int:
    """What the small year pays by points for a month, made up but fixed; in fen."""
    return 100_000 + 7_001 * HOSPITALS.index(hospital) + 911 * FUNDS.index(fund) + 37 * month + more


def carried(name: str = "first", changed: dict | None = None, hospitals=HOSPITALS, funds=FUNDS, opening: int = 10_000_000, finished: int = 0, **more) -> Carried:
    """A run's result as a value; `changed` adds to what (hospital, fund, month) is paid, `finished` orders runs in time."""
    changed = changed or {}
    amounts = {(hospital, fund, month): paid_in(hospital, fund, month, changed.get((hospital, fund, month), 0))
               for hospital in hospitals for fund in funds for month in range(1, 13)}
    tables = {**EMPTY, **_tables(amounts, hospitals, funds, opening)}
    lines = journal_lines.function(**tables, year=YEAR)
    card = {"plan": more.pop("plan", PLAN), "year": YEAR, "plan_digest": more.pop("plan_digest", "p1"), "records_snapshot": name, "code_version": "c", "engine": "e"}
    digest = hashlib.sha256(json.dumps(card, sort_keys=True, default=str).encode()).hexdigest()
    monthly = {f"{YEAR}-{month:02d}": {(hospital, fund): monthly_figures(amount, 900_000, 25_000, 3_000, 4) for (hospital, fund, its), amount in amounts.items()
                                       if its == month} for month in range(1, 13)}
    value = Carried(plan=card["plan"], year=YEAR, digest=digest, card=card, finished_at=(NOW + timedelta(minutes=finished)).isoformat(timespec="seconds"),
                    entries=carried_entries(lines), monthly=monthly, annual={}, names={name: f"医院{name}" for name in hospitals})
    return replace(value, **more)


def _tables(amounts, hospitals, funds, opening):
    inflows = [{"insurance_code": fund, "person_months_count": 12, "raised_per_head_fen": 5_000_000, "raised_fen": 5_000_000, "reserve_share_ppm": 50_000,
                "reserve_fen": 250_000, "opening_balance_fen": opening} for fund in funds]
    prepaid = [{"institution_id": hospital, "insurance_code": fund, "settled_month": YEAR * 100 + month, "fund_pay_fen": amount, "prepaid_fen": amount * 9 // 10}
               for (hospital, fund, month), amount in amounts.items()]
    visits = [{"institution_id": hospital, "insurance_code": fund, "month": YEAR * 100 + month, "care_code": "visit", "fund_fen": 1_000 + month}
              for hospital, fund, month in amounts]
    cleared = []
    for hospital in hospitals:
        for fund in funds:
            due = sum(amount for (its, its_fund, _), amount in amounts.items() if (its, its_fund) == (hospital, fund))
            before = sum(row["prepaid_fen"] for row in prepaid if (row["institution_id"], row["insurance_code"]) == (hospital, fund))
            cleared.append({"institution_id": hospital, "insurance_code": fund, "fund_pay_fen": due, "payable_fen": due, "prepaid_fen": before,
                            "audit_deduction_fen": 500, "clearing_fen": due - 500 - before, "is_blocked": False})
    deducted = [{"institution_id": row["institution_id"], "insurance_code": row["insurance_code"], "place_code": "dip", "deducted_fen": 500} for row in cleared]
    shares = [{"consortium_id": "C1", "insurance_code": fund, "institution_id": "H1", "kept_share_fen": 9_000, "borne_share_fen": 0} for fund in funds]
    return {"fund_inflows": inflows, "inpatient_prepayments": prepaid, "fund_payments": visits, "inpatient_clearings": cleared, "audit_deductions": deducted,
            "consortium_shares": shares}


def opened():
    """The books of the small year with everybody there."""
    from sanyi.store.books import open_book
    people()
    return open_book(PLAN, YEAR, "maker", NOW, parties=HOSPITALS)


def step(kind: str, row, name: str, by: str, key: str = "", now=NOW, on_behalf: str = "", **given):
    """Take a step on the newest version of a piece of the books' work."""
    from sanyi.store.act import act
    row.refresh_from_db()
    return act(kind, row.pk, row.version, name, given, by, now, key, on_behalf)


def draft(period: str, run: Carried | None = None, by: str = "maker", reason: str = "", **more):
    """Draft a batch."""
    from sanyi.store.drafting import draft_batch
    return draft_batch(run or carried(), period, by, NOW, reason, **more)


def posted(period: str, run: Carried | None = None, reason: str = ""):
    """Draft a batch and take it to the ledger."""
    batch = draft(period, run, reason=reason)
    for name, by in (("review", "reviewer"), ("approve", "approver"), ("post", "maker")):
        step("settlement_batch", batch, name, by)
    batch.refresh_from_db()
    return batch


def settled(period: str, run: Carried | None = None, reason: str = ""):
    """Draft a batch and take it all the way to paid."""
    batch = posted(period, run, reason)
    step("settlement_batch", batch, "pay", "payer", amount_fen=batch.final_fen)
    batch.refresh_from_db()
    return batch


def settle_year(run: Carried | None = None) -> None:
    """Settle every month and the year, closing each period; what is done already is left as it is."""
    from sanyi.store.models import SettlementPeriod
    book = opened()
    for code in (*MONTHS, f"{YEAR}"):
        period = SettlementPeriod.objects.get(book=book, code=code)
        if period.state == "closed":
            continue
        go_on(period, run)
        step("settlement_period", period, "close", "reviewer")


def go_on(period, run: Carried | None = None) -> None:
    """Take a period's batch on from wherever it stands, as people would after a break."""
    batch = period.batches.exclude(state__in=("withdrawn", "reversed")).order_by("-number").first() or draft(period.code, run)
    by = {"drafted": ("review", "reviewer"), "reviewed": ("approve", "approver"), "approved": ("post", "maker"), "posted": ("pay", "payer")}
    while batch.state != "paid":
        name, who = by[batch.state]
        step("settlement_batch", batch, name, who, key=f"{period.code}-{name}", **({"amount_fen": batch.final_fen} if name == "pay" else {}))
        batch.refresh_from_db()


def voucher(kind: str = "ADJUST", amount: int = 500, period: str = "2020-01", fund: str = "resident", institution: str = "H1", by: str = "maker",
            reason: str = "理由", is_approved: bool = True, **more):
    """Make a voucher, and let it be approved."""
    from sanyi.store.vouchers import draft_voucher
    made = draft_voucher(PLAN, YEAR, period, kind, fund, institution, amount, reason, by, NOW, **more)
    if is_approved:
        step("voucher", made, "approve", "approver")
    return made


def balance(account: str, fund: str = "resident", party: str = "-") -> int:
    """Debit less credit of an account."""
    from sanyi.store.models import BookBalance
    row = BookBalance.objects.filter(account__code=account, fund_code=fund, party=party, book__plan=PLAN).first()
    return row.debit_fen - row.credit_fen if row else 0


def faults() -> list[str]:
    """What does not hold of the small year's ledger."""
    from sanyi.store.book_check import check_book
    from sanyi.store.books import find_book
    return [str(fault) for fault in check_book(find_book(PLAN, YEAR))]
