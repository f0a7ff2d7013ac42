"""What of the year's budget is left for stays that groups or scores price."""

POOL = "dip_inpatient"


def inpatient_budget(fund_pools, paid_first, insurance_code, year):
    """The fund's budget for stays in the area less what it pays first (by the day, for drugs apart), in fen, not below 0; None without a budget. Source: DIP-18, GB-2."""
    budgets = [row["budget_fen"] for row in fund_pools
               if (row["insurance_code"], row["year"], row["pool_code"]) == (insurance_code, year, POOL)]
    first = sum(row["fund_pay_fen"] for row in paid_first if row["insurance_code"] == insurance_code)
    return max(sum(budgets) - first, 0) if budgets else None
