"""Each fund's total budget of the year, and every change of it: which versions are in force, and in which months."""
from sanyi.payment.errors import BudgetRefused
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import PPM, take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

BASE = {"settled": ("上年决算", "last year as settled"), "manual": ("手工基数（无上年决算）", "a base by hand: no year before is settled")}
REFUSAL = {"wrong_kind": ("不属允许年中调整的情形", "not a kind of reason that allows a change during the year"),
           "no_reason": ("没有写明理由", "no reason is given"),
           "not_later": ("生效月份不晚于上一版，或不在本年", "not used later than the version before, or not in the year")}

FUND_BUDGETS = Table(
    "fund_budgets", "基金总额预算", "Total fund budgets", key=("insurance_code", "version_number"),
    note="预算 = 上年决算 ×（1 + 增长率）+ 参保变化 + 价格变化 + 待遇变化 − 储备；没有上年决算时以手工基数代替前一项并标明。年中只因重大疫情或待遇调整、"
         "写明理由才能改，其余不予采用，仍用前一版。"
         " budget = last year as settled × (1 + growth) + changes of enrolment, prices and benefits − reserves; a base by hand stands for the "
         "first term where nothing was settled, and says so. During the year it changes only for a major epidemic or a change of benefits, with a "
         "reason; any other change is refused and the version before stays in force.",
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("version_number", "版本", "version", minimum=1),
        code("kind_code", "调整原因类别", "kind of reason", codes.BUDGET_CHANGE),
        flag("is_in_force", "是否采用", "in force"),
        code("refusal_code", "不采用的原因", "why it is refused", REFUSAL, nullable=True),
        whole("from_month", "起用月份", "first month it is used in", "yyyymm", minimum=190001),
        whole("to_month", "止用月份", "last month it is used in", "yyyymm", nullable=True, minimum=190001),
        code("base_code", "基数来源", "where the base comes from", BASE),
        fen("base_fen", "基数", "base"),
        whole("growth_ppm", "增长率", "growth", "ppm"),
        fen("growth_fen", "增长额", "growth of the base", minimum=None),
        fen("enrolment_change_fen", "参保变化", "for more or fewer insured", minimum=None),
        fen("price_change_fen", "价格变化", "for changed prices", minimum=None),
        fen("benefit_change_fen", "待遇变化", "for changed benefits", minimum=None),
        fen("reserves_fen", "扣除储备", "taken off for reserves"),
        fen("budget_fen", "总额预算", "budget"),
        text("reason", "调整理由", "reason, in words", nullable=True),
        text("document_number", "文号", "document number", nullable=True),
    ),
)


def _version(number=1, from_month=202001, kind="initial", **more):
    return {"insurance_code": "resident", "year": 2020, "version_number": number, "from_month": from_month, "kind_code": kind, **more}


_FIRST = _version(settled_last_year_fen=100_000_001, enrolment_change_fen=2_000_000, price_change_fen=-500_000, reserves_fen=1_000_000)
_SECOND = _version(2, 202007, "benefit_change", settled_last_year_fen=100_000_001, benefit_change_fen=3_000_000, reason="门诊共济")


@step(FUND_BUDGETS, exact=True, source=Source("三医参考规则", "B3", "GB-1", "S9 LOC"), examples=(
    Example("上年 100 万元零 1 分 × 1.06 四舍五入，加参保、价格变化，减储备；7 月因待遇调整改版",
            "Last year × 1.06, rounded once, with the changes, less reserves; changed in July for new benefits",
            given={"budget_versions": [_FIRST, _SECOND]}, values={"budget.growth_ppm.resident": 60_000},
            expect=[{"version_number": 1, "from_month": 202001, "to_month": 202006, "base_code": "settled", "growth_fen": 6_000_000,
                     "budget_fen": 106_500_001, "is_in_force": True},
                    {"version_number": 2, "from_month": 202007, "to_month": 202012, "base_code": "settled", "growth_fen": 6_000_000,
                     "budget_fen": 109_000_001, "is_in_force": True}]),
    Example("没有理由、情形不符的年中调整不采用，前一版用到年底", "A change without a reason or of another kind is refused; the version before stays",
            given={"budget_versions": [_FIRST, {**_SECOND, "reason": " "}, {**_SECOND, "version_number": 3, "kind_code": "other"},
                                       {**_SECOND, "version_number": 4, "from_month": 202001}]},
            values={"budget.growth_ppm.resident": 60_000},
            expect=[{"version_number": 1, "is_in_force": True, "refusal_code": None, "to_month": 202012},
                    {"version_number": 2, "is_in_force": False, "refusal_code": "no_reason", "to_month": None},
                    {"version_number": 3, "is_in_force": False, "refusal_code": "wrong_kind", "to_month": None},
                    {"version_number": 4, "is_in_force": False, "refusal_code": "not_later", "to_month": None}]),
    Example("没有上年决算：用手工基数，不再乘增长率", "Nothing was settled before: the base by hand is taken as it is",
            given={"budget_versions": [_version(manual_base_fen=5_000, benefit_change_fen=1)]}, values={"budget.growth_ppm.resident": 60_000},
            expect=[{"base_code": "manual", "base_fen": 5_000, "growth_ppm": 0, "growth_fen": 0, "budget_fen": 5_001}]),
))
def fund_budgets(budget_versions, plan, year):
    """Work out every version of each fund's budget and say which are in force in which months; fen.

    Raises BudgetRefused where the first version is none or a version has no base or falls below zero. Source: GB-1.
    """
    reasons = plan.value("budget.change_reasons")
    own = [row for row in budget_versions if row["year"] == year]
    return [version for insurance in sorted({row["insurance_code"] for row in own})
            for version in _of_fund([row for row in own if row["insurance_code"] == insurance], reasons,
                                    plan.value(f"budget.growth_ppm.{insurance}"), year)]


def _of_fund(rows, reasons, growth_ppm, year):
    """A fund's versions in their order, each closed by the next that is in force."""
    made, last_month = [], 0
    for row in sorted(rows, key=lambda row: row["version_number"]):
        refusal = _first(row, year) if not made else _refusal(row, reasons, last_month, year)
        last_month = last_month if refusal else row["from_month"]
        made.append({**_worked(row, growth_ppm), "is_in_force": not refusal, "refusal_code": refusal})
    starts = [version["from_month"] for version in made if version["is_in_force"]]
    ends = dict(zip(starts, [*(start - 1 for start in starts[1:]), year * 100 + 12]))
    return [{**version, "to_month": ends[version["from_month"]] if version["is_in_force"] else None} for version in made]


def _first(row, year):
    if row["kind_code"] != "initial" or row["from_month"] != year * 100 + 1:
        raise BudgetRefused(f"{row['insurance_code']} {year}：首版应为年初预算（initial），自 {year * 100 + 1} 起，实为 {row['kind_code']}、{row['from_month']} / "
                            f"the first version should be `initial` from {year * 100 + 1}, seen: {row['kind_code']}, {row['from_month']}")


def _refusal(row, reasons, last_month, year):
    if row["kind_code"] not in reasons:
        return "wrong_kind"
    if not (row["reason"] or "").strip():
        return "no_reason"
    return None if last_month < row["from_month"] <= year * 100 + 12 else "not_later"


def _worked(row, growth_ppm):
    """One version by the formula."""
    is_settled = row["settled_last_year_fen"] is not None
    base = row["settled_last_year_fen"] if is_settled else row["manual_base_fen"]
    named = f"{row['insurance_code']} {row['year']} 第 {row['version_number']} 版 / version {row['version_number']}"
    if base is None:
        raise BudgetRefused(f"{named}：没有上年决算，也没有手工基数 / neither last year as settled nor a base by hand is given")
    growth = growth_ppm if is_settled else 0
    grown = take_rate(base, PPM + growth)
    changes = ("enrolment_change_fen", "price_change_fen", "benefit_change_fen")
    budget = grown + sum(row[name] for name in changes) - row["reserves_fen"]
    if budget < 0:
        raise BudgetRefused(f"{named}：预算为负（{budget} 分） / the budget is negative ({budget} fen)")
    kept = ("insurance_code", "version_number", "kind_code", "from_month", *changes, "reserves_fen", "reason", "document_number")
    return {**{name: row[name] for name in kept}, "base_code": "settled" if is_settled else "manual", "base_fen": base,
            "growth_ppm": growth, "growth_fen": grown - base, "budget_fen": budget}
