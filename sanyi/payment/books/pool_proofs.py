"""Proofs that the pools hold all that the funds paid, and that nothing of a budget is lost."""
from sanyi.payment.books.account_balances import WHOLE
from sanyi.payment.books.comparison import Comparison, summed

POOL = ("insurance_code", "pool_code")
CARE = ("5001", "5002", "5003", "5004", "5005")
RECOVERED = "4201"


def pool_proofs(tables):
    """Compare each pool with its own sums, and all pools of a fund with clearings, payments, deductions and the accounts."""
    for row in tables["fund_pool_results"]:
        yield from _pool(row)
    funds = {row["insurance_code"] for name in ("fund_pool_results", "inpatient_clearings", "fund_payments", "audit_deductions")
             for row in tables[name]}
    for fund in sorted(funds):
        yield from _fund(tables, fund)


def _pool(row):
    spent = row["paid_fen"] + row["withheld_fen"] + row["deducted_fen"]
    place = "pool", row["insurance_code"], "fund_pool_results", "|".join(row[name] for name in POOL)
    yield Comparison(*place, "paid_fen + withheld_fen + deducted_fen = priced_fen", spent, row["priced_fen"])
    if row["budget_fen"] is not None:
        yield Comparison(*place, "budget_fen = left_fen + paid_fen", row["budget_fen"], row["left_fen"] + row["paid_fen"])


def _fund(tables, fund):
    pools, cleared = tables["fund_pool_results"], tables["inpatient_clearings"]
    due, payable = _of(cleared, "fund_pay_fen", fund), _of(cleared, "payable_fen", fund)
    for column, right in (("priced_fen", due + _of(tables["fund_payments"], "fund_fen", fund)), ("withheld_fen", due - payable),
                          ("deducted_fen", _of(tables["audit_deductions"], "deducted_fen", fund)), ("paid_fen", _spent(tables, fund))):
        yield Comparison("pool", fund, "fund_pool_results", fund, column, _of(pools, column, fund), right)


def _of(rows, column, fund):
    return summed(rows, column, "insurance_code")[fund,]


def _spent(tables, fund):
    """What the accounts say was spent on care, less what audit recovered: an income, so it stands with a minus."""
    return sum(row["before_closing_fen"] for row in tables["account_balances"]
               if row["fund_code"] == fund and row["party_id"] == WHOLE and row["account_code"] in (*CARE, RECOVERED))
