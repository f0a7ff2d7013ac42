"""The base rate of each fund: yuan for a weight of one, at the start of the year and at its end."""
from sanyi.payment.drg.drg_price import rate_of
from sanyi.payment.inpatient.case_payment import BASES, chosen, rows_from_zero
from sanyi.payment.inpatient.inpatient_pool import inpatient_budget
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

KIND = {"opening": ("年初费率", "at the start of the year"), "closing": ("年终费率", "at the end of the year")}
SOURCE = {"published": ("方案公布", "published by the plan"), "computed": ("按预算和权重测算", "computed from budget and weights"),
          "opening": ("沿用年初费率", "the opening rate stands")}
E9 = 10 ** 9

DRG_RATES = Table(
    "drg_rates", "DRG费率", "Base rates", key=("insurance_code", "tier_code", "kind_code"),
    note="没有权重或没有预算时费率为空，清算中止。Empty, and clearing blocked, where there is no weight or no budget.",
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        code("tier_code", "机构等级", "tier", codes.TIER),
        code("kind_code", "费率类型", "kind", KIND),
        code("source_code", "费率来源", "where it comes from", SOURCE),
        fen("fund_fen", "可用于DRG付费的基金", "fund available", nullable=True),
        fen("share_numerator_fen", "报销比例分子：基金支付", "share paid by the fund, numerator", nullable=True),
        fen("share_denominator_fen", "报销比例分母：总费用", "share paid by the fund, denominator", nullable=True),
        fen("cost_fen", "可分配总费用", "cost to be shared by weight", nullable=True),
        whole("weight_e9", "总权重", "sum of the cases' weights", "e9", minimum=0),
        whole("rate_e4", "费率（元）", "yuan for a weight of one", "e4", nullable=True, minimum=0),
        flag("is_blocked", "无费率，清算中止", "no rate: clearing is blocked"),
    ),
)
_OWN = {"institution_id": "h", "insurance_code": "resident", "tier_code": "tertiary", "drg_code": "GZ13"}
COMPUTED = Example(
    "年终费率 =（基金 840 万 ÷ 报销比例 70%）÷ 总权重 1000 = 12000 元；没有预算的险种无费率",
    "Closing rate = (8.4 m of the fund ÷ 70 %) ÷ a weight of 1,000 = 12,000 yuan; a fund without a budget has none",
    values={"drg.opening_rate": "computed", "drg.closing_rate": "computed", "payment.point_value_basis": "cost"},
    given={"fund_budget_lines": [{"insurance_code": "resident", "version_number": 0, "line_code": "dip_inpatient", "budget_fen": 840_000_000}],
           "drg_weights": [{"drg_code": "GZ13", "weight_e9": 2_500_000_000}],
           "drg_year_sums": [{**_OWN, "case_count": 400, "cost_fen": 1_000, "fund_fen": 700}, {**_OWN, "drg_code": "0000", "case_count": 9, "cost_fen": 50}],
           "drg_history_sums": [{**_OWN, "last_case_count": 480, "last_cost_fen": 1_000, "last_fund_fen": 700}]},
    expect=tuple({"insurance_code": insurance, "tier_code": tier, "kind_code": kind, "rate_e4": rate, "is_blocked": rate is None}
                 for insurance, rates in (("employee", (None, None)), ("resident", (120_000_000, 100_000_000)))
                 for tier in sorted(codes.TIER) for kind, rate in zip(("closing", "opening"), rates, strict=True)))
PUBLISHED = Example(
    "方案公布的费率：年终沿用", "A published rate stands at the year's end", values={
        "drg.opening_rate": "published", "drg.closing_rate": "opening",
        "drg.base_rates": [{"insurance": "all", "tier": "all", "rate_e4": 1_000_000}, {"insurance": "resident", "tier": "tertiary", "rate_e4": 2_000_000}]},
    given={},
    expect=tuple({"insurance_code": insurance, "tier_code": tier, "kind_code": kind,
                  "rate_e4": 2_000_000 if (insurance, tier) == ("resident", "tertiary") else 1_000_000}
                 for insurance in sorted(codes.INSURANCE) for tier in sorted(codes.TIER) for kind in ("closing", "opening")))


@step(makes=DRG_RATES, exact=True, chosen_by=codes.BY_DRG_RATE, source=Source("CHS-DRG", "费率测算", "DRG-7", "S4 S5 K"), examples=(COMPUTED, PUBLISHED))
def drg_rates(drg_weights, drg_year_sums, drg_history_sums, fund_budgets, fund_budget_lines, bed_day_sums, separate_drug_sums, plan, year):
    """Base rate = (fund ÷ share it pays) ÷ Σ(weight × cases), half up to 1/10,000 yuan; or what the plan publishes.

    Computed, the opening rate sets the budget in force in January against the last year's cases, the closing rate that of
    December against the year's own. What the fund pays by the day and for drugs apart is taken off the budget first. With payment.point_value_basis "fund" the fund is not divided by the share. Source: DRG-7.
    """
    weights = {row["drg_code"]: row["weight_e9"] or 0 for row in drg_weights}
    basis, paid_first = chosen(plan, "payment.point_value_basis", BASES), {"bed_day": bed_day_sums, "separate_drugs": separate_drug_sums}
    rows = []
    for insurance in sorted(codes.INSURANCE):
        at_first, at_last = (inpatient_budget(fund_budgets, fund_budget_lines, paid_first, insurance, year * 100 + month) for month in (1, 12))
        opening = _found("opening", _sums(drg_history_sums, insurance, weights, "last_"), at_first, basis, plan, None)
        closing = _found("closing", _sums(drg_year_sums, insurance, weights, ""), at_last, basis, plan, opening)
        rows += [_row(insurance, tier, kind, found, plan) for tier in sorted(codes.TIER) for kind, found in (("opening", opening), ("closing", closing))]
    return rows


def _sums(rows, insurance, weights, prefix):
    """Weight, cost and fund of a fund's grouped cases."""
    own = [row for row in rows if row["insurance_code"] == insurance and weights.get(row["drg_code"])]
    return {"weight_e9": sum(weights[row["drg_code"]] * row[f"{prefix}case_count"] for row in own),
            **{f"{name}_fen": sum(row[f"{prefix}{name}_fen"] for row in own) for name in ("cost", "fund")}}


def _found(kind, sums, fund, basis, plan, opening):
    source = chosen(plan, f"drg.{kind}_rate", ("published", "computed") if opening is None else ("opening", "computed"))
    if source == "opening":
        return {**opening, "source_code": "opening", "from_code": opening["source_code"]}
    numerator, denominator = (sums["fund_fen"], sums["cost_fen"]) if basis == "cost" else (1, 1)
    known = source == "computed" and fund is not None and numerator > 0
    rate = take_rate(fund * denominator, 100 * E9, numerator * sums["weight_e9"]) if known and sums["weight_e9"] else None
    return {"source_code": source, "from_code": source, "fund_fen": fund, "share_numerator_fen": sums["fund_fen"], "share_denominator_fen": sums["cost_fen"],
            "cost_fen": take_rate(fund, denominator, numerator) if known else None, "weight_e9": sums["weight_e9"], "rate_e4": rate}


def _row(insurance, tier, kind, found, plan):
    rate = rate_of(rows_from_zero(plan, "drg.base_rates", "rate_e4"), insurance, tier) if found["from_code"] == "published" else found["rate_e4"]
    return {**{name: value for name, value in found.items() if name != "from_code"}, "insurance_code": insurance, "tier_code": tier, "kind_code": kind,
            "rate_e4": rate, "is_blocked": rate is None}
