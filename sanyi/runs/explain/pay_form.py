"""How the plan's form turns a standard into what the fund pays, in words. Source: DIP-18, DIP-19."""
from collections.abc import Sequence

from sanyi.runs.explain.facts import Fact
from sanyi.runs.results import Results

NAME = "payment.fund_pay_form"
LESS_PATIENT = "less_patient"
PAY = {
    LESS_PATIENT: ("标准 {standard_fen} − 个人 {patient_fen} − 其他 {other_payers_fen}；不低于 0",
                   "standard {standard_fen} − patient {patient_fen} − others {other_payers_fen}; not below 0"),
    "times_share": ("标准 {standard_fen} ×（基金记账 {charged_fund_fen} ÷ 费用 {cost_fen}）", "standard {standard_fen} × ({charged_fund_fen} charged to the fund ÷ cost {cost_fen})"),
    "whole": ("标准 {standard_fen} 即基金应付", "the standard {standard_fen} is what the fund pays"),
}
COST = ("标准 {standard_fen} − 费用 {cost_fen}", "standard {standard_fen} − cost {cost_fen}")
CHARGED = ("标准 {standard_fen} − 基金记账 {charged_fund_fen}", "standard {standard_fen} − {charged_fund_fen} charged to the fund")


def form_of(results: Results, table: str) -> str:
    """The form that made a table of case statements, as the run card keeps it."""
    return results.card.get("steps", {}).get(table, {}).get("values", {}).get(NAME, LESS_PATIENT)


def in_form(facts: Sequence[Fact], form: str) -> list[Fact]:
    """The facts with what the fund pays and the difference said as the form has them."""
    said = {"fund_pay_fen": Fact("fund_pay_fen", PAY[form], (NAME,)), "difference_fen": Fact("difference_fen", CHARGED if form == "whole" else COST)}
    return [said.get(fact.column, fact) for fact in facts]
