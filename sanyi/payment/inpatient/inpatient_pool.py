"""What of a fund's budget in force is left for stays that groups or scores price."""
from sanyi.payment.fund.fund_budget_lines import WHOLE_YEAR

POOL = "dip_inpatient"


def version_in_force(fund_budgets, insurance_code, month):
    """The number of the version of a fund's budget that a month (yyyymm) is held against; WHOLE_YEAR where the fund has no total budget. Source: GB-1."""
    return next((row["version_number"] for row in fund_budgets if row["is_in_force"] and row["insurance_code"] == insurance_code
                 and row["from_month"] <= month <= row["to_month"]), WHOLE_YEAR)


def inpatient_budget(fund_budgets, fund_budget_lines, paid_first, insurance_code, month):
    """The year's budget for stays in the area by the version in force in a month (yyyymm), less what the fund pays first.

    `paid_first` has the rows that pay first (insurance_code, fund_pay_fen) by the pool they may have of their own: where the budget has that
    pool they take nothing of this one. In fen, not below 0; None without a budget. Source: DIP-18, GB-1, GB-2.
    """
    version = version_in_force(fund_budgets, insurance_code, month)
    budgets = {row["line_code"]: row["budget_fen"] for row in fund_budget_lines
               if (row["insurance_code"], row["version_number"]) == (insurance_code, version)}
    first = sum(row["fund_pay_fen"] for pool, rows in paid_first.items() if pool not in budgets for row in rows if row["insurance_code"] == insurance_code)
    return max(budgets[POOL] - first, 0) if POOL in budgets else None
