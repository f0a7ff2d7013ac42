"""Each consortium's package: funds raised for its contracted residents, times the plan's share."""
from collections import Counter

from sanyi.payment.errors import BudgetTooSmall
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import PPM, take_rate, yuan
from sanyi.terms.source import Source
from sanyi.terms.step import step

CONSORTIUM_BUDGETS = Table(
    "consortium_budgets", "医联体包干预算", "Consortium budgets", key=("consortium_id", "insurance_code"),
    note="预算由签约人月直接计算，只四舍五入一次；月度预付额为控制线，不另行支付。"
         " The budget is computed from the person-months with one rounding; the monthly advance is a line to watch, "
         "not a second payment.",
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("person_months_count", "签约人月", "contracted person-months", "person-months", minimum=0),
        fen("raised_per_head_fen", "人均筹资", "funds raised per head and year"),
        fen("raised_fen", "签约居民筹资额", "funds raised for the contracted residents"),
        fen("set_aside_fen", "先行提留", "set aside before the package"),
        whole("left_per_head_e6", "提留后人均筹资（百万分之一分）", "left per head after what is set aside, in millionths of a fen", "e6", minimum=0),
        whole("budget_share_ppm", "包干比例", "share handed over", "ppm", minimum=0),
        fen("budget_fen", "包干预算", "budget"),
        whole("prepay_share_ppm", "月度预付比例", "share of a twelfth advanced each month", "ppm", minimum=0),
        fen("monthly_prepay_fen", "月度预付控制线", "line for each month's advance"),
    ),
)


def _months(consortium, insurance, count):
    return [{"consortium_id": consortium, "insurance_code": insurance, "month": 202000 + month, "person_count": count}
            for month in range(1, 13)]


@step(CONSORTIUM_BUDGETS, exact=True, source=Source("海府办〔2018〕251号", "二(二)", "HK-06 CON-1 CON-2 CON-10", "SEED"), examples=(
    Example("20 万签约人、人均筹资 1 000 元、85%：预算 1.7 亿元",
            "200,000 contracted, 1,000 yuan raised per head, 85 %: a budget of 170 million yuan",
            given={"consortium_person_months": _months("A", "resident", 200_000) + _months("A", "employee", 50_000)},
            values={"fund.raised_per_head_fen.resident": 100_000, "consortium.budget_share_ppm": 850_000},
            expect=[{"consortium_id": "A", "insurance_code": "resident", "person_months_count": 2_400_000,
                     "raised_fen": 20_000_000_000, "budget_fen": 17_000_000_000, "monthly_prepay_fen": 1_275_000_000}],
            numbers=("EX-41",)),
    Example("先提风险金 5% 和人均大病保费 60 元，余额再乘 85%", "5 % for risks and 60 yuan a head for catastrophic insurance first, then 85 % of the rest",
            given={"consortium_person_months": _months("A", "resident", 1_000)},
            values={"fund.raised_per_head_fen.resident": 100_000, "consortium.budget_share_ppm": 850_000, "consortium.set_asides": [
                {"set_aside": "risk_reserve", "share_ppm": 50_000}, {"set_aside": "catastrophic_premium", "per_head_fen": 6_000}]},
            expect=[{"raised_fen": 100_000_000, "set_aside_fen": 11_000_000, "left_per_head_e6": 89_000_000_000,
                     "budget_fen": 75_650_000}]),
    Example("职工另定比例 60%，居民仍按 85%", "A share of its own for employees, 60 %; residents stay at 85 %",
            given={"consortium_person_months": [*_months("A", "resident", 1_000), *_months("A", "employee", 1_000)]},
            values={"fund.raised_per_head_fen.resident": 100_000, "fund.raised_per_head_fen.employee": 300_000, "consortium.budget_share_ppm": 850_000,
                    "consortium.budget_insurance_types": ["employee", "resident"], "consortium.budget_shares": [{"insurance": "employee", "share_ppm": 600_000}]},
            expect=[{"insurance_code": "employee", "budget_share_ppm": 600_000, "budget_fen": 180_000_000},
                    {"insurance_code": "resident", "budget_share_ppm": 850_000, "budget_fen": 85_000_000}]),
    Example("无人签约：没有预算", "Nobody contracted: no budget",
            given={"consortia": [{"consortium_id": "A", "kind_code": "tight"},
                                 {"consortium_id": "B", "kind_code": "specialty"}]},
            expect=[{"consortium_id": "A", "person_months_count": 0, "budget_fen": 0}]),
))
def consortium_budgets(consortium_person_months, consortia, plan):
    """Person-months × funds raised per head ÷ 12, less what is set aside first, × the plan's share; fen.

    Raises BudgetTooSmall where more is to be set aside than is raised. Source: HK-06, CON-1, CON-2, EX-41.
    """
    persons: Counter = Counter()
    insurances = plan.value("consortium.budget_insurance_types")
    kinds = plan.value("consortium.package_kinds")
    for consortium in consortia:
        if consortium["kind_code"] in kinds:
            persons.update({(consortium["consortium_id"], insurance): 0 for insurance in insurances})
    for row in consortium_person_months:
        if row["insurance_code"] in insurances:
            persons[row["consortium_id"], row["insurance_code"]] += row["person_count"]
    return [_budget(consortium, insurance, count, plan) for (consortium, insurance), count in persons.items()]


def _budget(consortium, insurance, person_months, plan):
    per_head = plan.value(f"fund.raised_per_head_fen.{insurance}")
    share, prepay_share = share_of(insurance, plan), plan.value("consortium.prepay_share_ppm")
    left = left_per_head_e6(per_head, plan)
    if left < 0:
        raise BudgetTooSmall(f"{insurance}：人均筹资 {yuan(per_head)} 元小于应提留数（consortium.set_asides） / "
                             f"{yuan(per_head)} yuan raised per head are less than consortium.set_asides take")
    raised, budget = take_rate(person_months, per_head, 12), package(person_months, left, share)
    return {"consortium_id": consortium, "insurance_code": insurance, "person_months_count": person_months,
            "raised_per_head_fen": per_head, "raised_fen": raised, "set_aside_fen": raised - package(person_months, left, PPM),
            "left_per_head_e6": left, "budget_share_ppm": share, "budget_fen": budget,
            "prepay_share_ppm": prepay_share, "monthly_prepay_fen": take_rate(budget, prepay_share, 12 * PPM)}


def share_of(insurance: str, plan) -> int:
    """The share handed over for an insurance: its own where the plan gives one, else the plan's one share for all; ppm. Source: CON-1."""
    own = {row["insurance"]: row["share_ppm"] for row in plan.value("consortium.budget_shares")}
    return own.get(insurance, plan.value("consortium.budget_share_ppm"))


def left_per_head_e6(per_head_fen: int, plan) -> int:
    """What is left of the funds raised per head after the plan's set-asides, in millionths of a fen. Source: CON-2."""
    rows = plan.value("consortium.set_asides")
    return per_head_fen * (PPM - sum(row.get("share_ppm", 0) for row in rows)) - PPM * sum(row.get("per_head_fen", 0) for row in rows)


def package(person_months: int, left_per_head: int, share_ppm: int) -> int:
    """What is left per head (millionths of a fen a year) × person-months ÷ 12 × share, rounded once; fen. Source: CON-1, CON-2."""
    return take_rate(person_months * left_per_head, share_ppm, 12 * PPM * PPM)
