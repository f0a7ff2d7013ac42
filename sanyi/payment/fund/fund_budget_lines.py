"""How each version of a fund's budget is split: what is set aside, and the pools that care is paid from."""
from sanyi.payment.errors import BudgetTooSmall, PoolsDoNotSum
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import share_out, take_rate, yuan
from sanyi.terms.source import Source
from sanyi.terms.step import step

KIND = {"set_aside": ("先行提留", "set aside"), "pool": ("预算项目", "pool")}
BASIS = {"share": ("按比例提留", "a share of the budget"), "recorded": ("按批复额", "as approved"),
         "shared_out": ("按权重分配余额", "a share of what is left, by weight"), "residual": ("余额归此项", "takes what is left")}
NO_POOL = "none"
WHOLE_YEAR = 0  # the version of a fund whose pools are recorded without a total budget

FUND_BUDGET_LINES = Table(
    "fund_budget_lines", "基金预算分解", "Lines of the fund budgets", key=("insurance_code", "version_number", "line_code"),
    note="提留和各项目之和等于总额，一分不差：批复额照列，余额归指定项目，或按权重分配（最大余数法）。没有总额预算、只有批复额时版本为 0。"
         " What is set aside and the pools make the whole to the fen: approved sums stand as they are, what is left goes to the pool that "
         "the plan names, or by weight (largest remainder). Version 0: pools were approved without a total.",
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("version_number", "版本", "version", minimum=0),
        code("line_code", "项目", "line", {**codes.SET_ASIDE, **codes.POOL}),
        code("kind_code", "性质", "kind of line", KIND),
        code("basis_code", "确定方式", "how it was set", BASIS),
        fen("budget_fen", "预算额", "budget"),
    ),
)


def _pool(pool, budget):
    return {"insurance_code": "resident", "year": 2020, "pool_code": pool, "budget_fen": budget}


_WHOLE = [{"insurance_code": "resident", "version_number": 1, "is_in_force": True, "budget_fen": 1_001}]
_ASIDE = {"fund.reserve_share_ppm": 50_000, "budget.set_asides": [{"set_aside": "risk_reserve", "share_ppm": 30_000}]}


@step(FUND_BUDGET_LINES, exact=True, source=Source("三医参考规则", "B3", "GB-2", "DEF"), examples=(
    Example("调剂金 5%、风险金 3% 之后，批复额照列，余额归门诊", "5 % and 3 % set aside, approved pools as they are, the rest to outpatient care",
            given={"fund_budgets": _WHOLE, "fund_pools": [_pool("dip_inpatient", 600), _pool("off_site", 100)]},
            values={**_ASIDE, "budget.residual_pool": "outpatient"},
            expect=[{"line_code": "adjustment_fund", "kind_code": "set_aside", "basis_code": "share", "budget_fen": 50},
                    {"line_code": "dip_inpatient", "kind_code": "pool", "basis_code": "recorded", "budget_fen": 600},
                    {"line_code": "off_site", "kind_code": "pool", "basis_code": "recorded", "budget_fen": 100},
                    {"line_code": "outpatient", "kind_code": "pool", "basis_code": "residual", "budget_fen": 221},
                    {"line_code": "risk_reserve", "kind_code": "set_aside", "basis_code": "share", "budget_fen": 30}]),
    Example("没有指定余额项目：按权重分，余分给余数大者", "No pool is named: by weight, the odd fen to the largest remainder",
            given={"fund_budgets": _WHOLE}, values={**_ASIDE, "budget.residual_pool": "none", "budget.pool_weights": [
                {"pool": "dip_inpatient", "weight": 6}, {"pool": "outpatient", "weight": 3}, {"pool": "consortium_packages", "weight": 1}]},
            expect=[{"line_code": "adjustment_fund", "budget_fen": 50}, {"line_code": "consortium_packages", "budget_fen": 92},
                    {"line_code": "dip_inpatient", "budget_fen": 553}, {"line_code": "outpatient", "budget_fen": 276},
                    {"line_code": "risk_reserve", "budget_fen": 30}]),
    Example("只有批复额、没有总额：照列为第 0 版", "Pools approved without a total: as they are, version 0",
            given={"fund_pools": [_pool("off_site", 7)]},
            expect=[{"version_number": 0, "line_code": "off_site", "basis_code": "recorded", "budget_fen": 7}]),
    Example("关账日按 183/366 计：总额 1001 分计 501 分，各项按全年分解分给，最大余数法；项目用尽总额时也不差一分",
            "Closed after 183 of 366 days: 501 of 1,001 fen, shared out by the year's own split; pools that take the budget to the last fen still make it",
            given={"fund_budgets": _WHOLE, "fund_pools": [_pool("dip_inpatient", 335), _pool("off_site", 333), _pool("outpatient", 333)],
                   "counted_days": [{"year": 2020, "gone_days": 183, "year_days": 366}, {"year": 2019, "gone_days": 1, "year_days": 365}]},
            values={"fund.reserve_share_ppm": 0, "budget.residual_pool": "outpatient"},
            expect=[{"line_code": "dip_inpatient", "budget_fen": 168}, {"line_code": "off_site", "budget_fen": 167},
                    {"line_code": "outpatient", "budget_fen": 166}]),
))
def fund_budget_lines(fund_budgets, fund_pools, counted_days, plan, year):
    """Split each version in force into set-asides and pools that sum to it exactly; fen.

    Where the record was cut at a day, a version counts by the days gone (half up), shared out by its lines of the whole year (largest
    remainder). Raises BudgetTooSmall, PoolsDoNotSum. Source: GB-1 (5 % adjustment fund), GB-2.
    """
    approved = {}
    for row in fund_pools:
        if row["year"] == year:
            approved.setdefault(row["insurance_code"], {})[row["pool_code"]] = row["budget_fen"]
    versions = [row for row in fund_budgets if row["is_in_force"]]
    lines = [line for row in versions for line in _split(row, approved.get(row["insurance_code"], {}), plan)]
    without = sorted(set(approved) - {row["insurance_code"] for row in versions})
    lines += [_line(insurance, WHOLE_YEAR, "pool", pool, "recorded", budget) for insurance in without for pool, budget in sorted(approved[insurance].items())]
    return _counted(lines, next((row for row in counted_days if row["year"] == year), None))


def _counted(lines, days):
    """The lines as far as they count: each version's whole by the days gone, then shared out, so that its parts still make it."""
    if days is None:
        return lines
    versions = {}
    for row in lines:
        versions.setdefault((row["insurance_code"], row["version_number"]), {})[row["line_code"]] = row["budget_fen"]
    parts = {place: share_out(take_rate(sum(split.values()), days["gone_days"], days["year_days"]), split) for place, split in versions.items()}
    return [{**row, "budget_fen": parts[row["insurance_code"], row["version_number"]][row["line_code"]]} for row in lines]


def _line(insurance, version, kind, name, basis, budget):
    return {"insurance_code": insurance, "version_number": version, "line_code": name, "kind_code": kind, "basis_code": basis, "budget_fen": budget}


def _split(row, approved, plan):
    place = row["insurance_code"], row["version_number"]
    asides = {"adjustment_fund": plan.value("fund.reserve_share_ppm")}
    for aside in plan.value("budget.set_asides"):
        asides[aside["set_aside"]] = asides.get(aside["set_aside"], 0) + aside["share_ppm"]
    held = {name: take_rate(row["budget_fen"], share) for name, share in asides.items() if share}
    named = f"{place[0]} 第 {place[1]} 版 / version {place[1]}"
    if sum(held.values()) > row["budget_fen"]:
        raise BudgetTooSmall(f"{named}：预算 {yuan(row['budget_fen'])} 元小于应提留的 {yuan(sum(held.values()))} 元 / "
                             f"the budget of {yuan(row['budget_fen'])} yuan is smaller than the {yuan(sum(held.values()))} to be set aside of it")
    pools = _pools(row["budget_fen"] - sum(held.values()), approved, plan, named)
    return [*(_line(*place, "set_aside", name, "share", budget) for name, budget in held.items()),
            *(_line(*place, "pool", name, basis, budget) for name, (basis, budget) in pools.items())]


def _pools(whole, approved, plan, named):
    """The pools of what may be spent: approved sums, and what is left of it by the plan's rule."""
    left, residual = whole - sum(approved.values()), plan.value("budget.residual_pool")
    if left < 0:
        raise BudgetTooSmall(f"{named}：提留后可分配 {yuan(whole)} 元，小于各项目批复额 {yuan(whole - left)} 元 / "
                             f"{yuan(whole)} yuan are left after what is set aside, less than the {yuan(whole - left)} approved for the pools")
    pools = {name: ("recorded", budget) for name, budget in approved.items()}
    if residual != NO_POOL:
        return {**pools, residual: ("residual", approved.get(residual, 0) + left)}
    weights = {row["pool"]: row["weight"] for row in plan.value("budget.pool_weights") if row["pool"] not in approved}
    if left and not any(weights.values()):
        raise PoolsDoNotSum(f"{named}：余 {yuan(left)} 元没有项目承接，请设 budget.residual_pool 或 budget.pool_weights / "
                            f"{yuan(left)} yuan are left that no pool takes: set budget.residual_pool or budget.pool_weights")
    return {**pools, **{name: ("shared_out", part) for name, part in share_out(left, weights).items() if weights[name]}}
