"""The price of each group in each institution: weight × base rate × coefficient, at the year's start and at its end."""
from sanyi.payment.drg.drg_price import NOT_BASIC, in_fen, price, terms
from sanyi.payment.inpatient.case_payment import chosen, rows_from_zero
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

PRICE_BASIS = {
    "institution": ("机构系数", "the institution's coefficient"), "tier": ("等级系数", "the tier's coefficient"),
    "group": ("病组分级系数", "the group's own coefficient at the tier"), "basic": ("基础病组，各级同价", "basic group: one price at every level"),
    "single_review": ("单议病组，无价格", "reviewed case by case: no price"), "no_coefficient": ("该级无系数，无价格", "no coefficient at this tier: no price"),
}
COEFFICIENT_BASIS = ("tier", "institution")
MISSING = ("one", "unpriced")
KEY = ("institution_id", "insurance_code", "drg_code")

DRG_PRICES = Table(
    "drg_prices", "DRG支付标准", "Prices of the groups", key=KEY,
    note="本年在该机构出现过的病组。没有权重、系数或费率的没有支付标准。The groups seen in the institution this year; without a weight, a coefficient or a rate there is no price.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        text("drg_code", "病组编码", "group"),
        code("tier_code", "机构等级", "tier of the institution", codes.TIER),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        flag("is_basic", "基础病组", "basic group"),
        whole("weight_e9", "权重", "weight", "e9", nullable=True, minimum=0),
        whole("coefficient_e8", "系数", "coefficient", "e8", nullable=True, minimum=0),
        code("basis_code", "系数来由", "where the coefficient comes from", PRICE_BASIS),
        code("rate_tier_code", "取哪一级费率", "tier whose rate counts", {**codes.TIER, "all": ("各级同一", "the same everywhere")}),
        whole("opening_rate_e4", "年初费率（元）", "opening rate, yuan", "e4", nullable=True, minimum=0),
        whole("rate_e4", "年终费率（元）", "closing rate, yuan", "e4", nullable=True, minimum=0),
        fen("opening_price_fen", "年初支付标准", "price at the opening rate", nullable=True),
        fen("price_fen", "支付标准", "price at the closing rate", nullable=True),
    ),
)
_SEEN = {"insurance_code": "resident", "case_count": 3}


def _rates(insurance, kind, **rates):
    return [{"insurance_code": insurance, "tier_code": tier, "kind_code": kind, "rate_e4": rate} for tier, rate in rates.items()]


PRICED = Example(
    "权重 2.5 × 费率 12000 × 系数 1.1 = 33000 元；基础病组各级同价；没有权重的没有价格", "2.5 × 12,000 × 1.1; a basic group at one price everywhere; no weight, no price",
    numbers=("EX-14",),
    values={"drg.coefficient_basis": "tier", "drg.tier_coefficients": [{"tier": "tertiary", "coefficient_e4": 11_000}, {"tier": "secondary", "coefficient_e4": 10_000}],
            "drg.basic_group_tier": "secondary", "drg.missing_coefficient": "one"},
    given={"drg_weights": [{"drg_code": "GB11", "weight_e9": 2_500_000_000}, {"drg_code": "GZ15", "weight_e9": 400_000_000, "is_basic": True}],
           "drg_rates": [*_rates("resident", "closing", tertiary=120_000_000, secondary=100_000_000, primary=100_000_000),
                         *_rates("resident", "opening", tertiary=120_000_000, secondary=100_000_000, primary=100_000_000)],
           "drg_year_sums": [{**_SEEN, "institution_id": "a", "tier_code": "tertiary", "drg_code": "GB11"},
                             {**_SEEN, "institution_id": "a", "tier_code": "tertiary", "drg_code": "GZ15"},
                             {**_SEEN, "institution_id": "a", "tier_code": "tertiary", "drg_code": "XX19"},
                             {**_SEEN, "institution_id": "b", "tier_code": "primary", "drg_code": "GZ15"}]},
    expect=({"institution_id": "a", "drg_code": "GB11", "coefficient_e8": 110_000_000, "basis_code": "tier", "price_fen": 3_300_000},
            {"institution_id": "a", "drg_code": "GZ15", "coefficient_e8": 100_000_000, "basis_code": "basic", "price_fen": 400_000},
            {"institution_id": "a", "drg_code": "XX19", "coefficient_e8": 110_000_000, "basis_code": "tier", "price_fen": None},
            {"institution_id": "b", "drg_code": "GZ15", "coefficient_e8": 100_000_000, "basis_code": "basic", "price_fen": 400_000}))


@step(makes=DRG_PRICES, exact=True, chosen_by=codes.BY_DRG_RATE, source=Source("CHS-DRG", "支付标准", "DRG-7 DIP-8", "S4 S5 K"), examples=(PRICED,))
def drg_prices(drg_year_sums, drg_weights, drg_published_groups, drg_rates, drg_institution_coefficients, plan):
    """Price each group in each institution and fund, in fen, half up once. Source: DRG-7, DIP-8."""
    listed = {row["drg_code"]: row for row in drg_published_groups}
    groups = {row["drg_code"]: {**listed.get(row["drg_code"], {}), **row} for row in drg_weights}
    rates = {(row["insurance_code"], row["tier_code"], row["kind_code"]): row["rate_e4"] for row in drg_rates}
    by_institution = chosen(plan, "drg.coefficient_basis", COEFFICIENT_BASIS) == "institution"
    own = {row["institution_id"]: row["coefficient_e4"] for row in drg_institution_coefficients} if by_institution else {}
    rules = (rows_from_zero(plan, "drg.tier_coefficients", "coefficient_e4"), chosen(plan, "drg.basic_group_tier", (NOT_BASIC, "all", *codes.TIER)),
             chosen(plan, "drg.missing_coefficient", MISSING))
    return [_row(row, groups.get(row["drg_code"], NO_GROUP), rules, own.get(row["institution_id"]), rates) for row in drg_year_sums]


NO_GROUP = {"weight_e9": None, "is_basic": False, "is_single_review": False}


def _row(seen, group, rules, own_e4, rates):
    found = terms(group, seen["tier_code"], *rules, own_e4)
    tier = seen["tier_code"] if found.tier_code == "all" else found.tier_code
    opening, closing = (rates.get((seen["insurance_code"], tier, kind)) for kind in ("opening", "closing"))
    return {**{name: seen[name] for name in (*KEY, "tier_code", "case_count")}, "is_basic": group["is_basic"], "weight_e9": group["weight_e9"],
            "coefficient_e8": found.coefficient_e8, "basis_code": found.basis_code, "rate_tier_code": found.tier_code,
            "opening_rate_e4": opening, "rate_e4": closing, "opening_price_fen": in_fen(price(group["weight_e9"], opening, found.coefficient_e8)),
            "price_fen": in_fen(price(group["weight_e9"], closing, found.coefficient_e8))}
