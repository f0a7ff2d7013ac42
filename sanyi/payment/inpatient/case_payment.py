"""What the fund pays for a priced case, and what the institution gains or loses by it: the same for every way of pricing."""
from sanyi.plans.errors import BadChoice
from sanyi.tables import codes
from sanyi.tables.money import take_rate
from sanyi.tables.table import code, fen

FORMS = tuple(codes.FUND_PAY_FORM)
BASES = ("cost", "fund")
WHO_PAYS = (
    fen("patient_fen", "个人支付", "paid by the patient"),
    fen("other_payers_fen", "大病与救助支付", "paid by catastrophic insurance and medical aid"),
    fen("fund_pay_fen", "基金应付", "payable by the fund", nullable=True),
)
WHAT_REMAINS = (
    fen("cost_fen", "总费用", "whole cost", minimum=None),
    fen("charged_fund_fen", "基金记账额", "charged to the fund", minimum=None),
    fen("difference_fen", "结余或超支", "standard less cost: gained (+) or lost (−)", minimum=None, nullable=True),
    code("status_code", "状态", "status", codes.CASE_STATUS),
)


def chosen(plan, name, words):
    """The plan's word for a choice; raises BadChoice naming the value, what it says and what it may say."""
    word = plan.value(name)
    if word not in words:
        raise BadChoice(name, word, words)
    return word


def rows_from_zero(plan, name, column):
    """The plan's rows of rates, weights or sums; raises BadChoice where one is below zero."""
    rows = plan.value(name)
    for row in rows:
        if row.get(column, 0) < 0:
            raise BadChoice(f"{name} {column}", row[column], ("0", "…"))
    return rows


def fund_pay(cases, standard_fen, form):
    """What the fund pays of a standard, in fen, not below 0; null where the standard is.

    less_patient: less what patient and other payers paid. times_share: times the share of the case's cost charged to the
    fund, half up. whole: the standard itself, where the point value is the fund's own. Source: DIP-18, DIP-19.
    """
    if form == "whole":
        return standard_fen
    if form == "times_share":
        share = take_rate(standard_fen, cases.charged_fund_fen, cases.cost_fen)
        return standard_fen.notnull().ifelse(share.fill_null(0), standard_fen)
    rest = standard_fen - cases.patient_fen - cases.other_payers_fen
    return (rest < 0).ifelse(0, rest)


def difference(cases, standard_fen, form):
    """Standard less cost; where the standard is the fund's alone: what the fund pays less what was charged to it. Source: DIP-19."""
    return standard_fen - (cases.charged_fund_fen if form == "whole" else cases.cost_fen)
