"""The proofs of the year's books, one row per proof and fund."""
from sanyi.payment.books.accounts import FUND
from sanyi.payment.books.proofs import CHECKS, comparisons
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

NAMED = 3

BOOK_CHECKS = Table(
    "book_checks", "账簿校验", "Proofs of the books", key=("check_code", "fund_code"),
    columns=(
        code("check_code", "校验", "proof", CHECKS),
        code("fund_code", "基金", "fund", FUND),
        text("text_zh", "校验内容", "what is proved, in Chinese"),
        text("text_en", "英文说明", "what is proved, in English"),
        whole("comparison_count", "比对数", "comparisons made", "comparisons", minimum=0),
        fen("left_fen", "左侧合计", "left side", minimum=None),
        fen("right_fen", "右侧合计", "right side", minimum=None),
        fen("difference_fen", "差异绝对值合计", "differences, all taken as positive"),
        flag("is_ok", "是否相符", "proved"),
        text("detail", "不符之处", "what does not agree", nullable=True),
    ),
)
_SHARED = {"insurance_code": "resident", "recovered_fen": 50}


@step(BOOK_CHECKS, exact=True, source=Source("三医参考规则", "B3", "GB-2 R02 R09", "DEF"), examples=(
    Example("追回少记一分：指明差在哪里", "One fen of what was recovered is lacking: the place and the fen are named",
            given={"audit_deductions": [{"institution_id": "H1", "insurance_code": "resident", "place_code": "none",
                                          "deducted_fen": 101}],
                   "consortium_recoveries": [{"consortium_id": "-", **_SHARED}, {"consortium_id": "A", **_SHARED}]},
            expect=[{"check_code": "fund", "fund_code": "employee", "difference_fen": 0, "is_ok": True, "detail": None},
                    {"check_code": "fund", "fund_code": "resident", "difference_fen": 101, "is_ok": False,
                     "detail": "account_balances resident opening + inflow = outflow + reserve + carried: +101"},
                    {"check_code": "pool", "fund_code": "resident", "difference_fen": 101, "is_ok": False,
                     "detail": "fund_pool_results resident deducted_fen: -101"},
                    {"check_code": "recovery", "fund_code": "resident", "difference_fen": 1, "is_ok": False,
                     "detail": "consortium_recoveries resident recovered_fen = deducted_fen: -1"},
                    {"check_code": "sheet", "fund_code": "employee", "difference_fen": 0, "is_ok": True, "detail": None},
                    {"check_code": "sheet", "fund_code": "resident", "difference_fen": 0, "is_ok": True, "detail": None}]),
))
def book_checks(journal_lines, account_balances, fund_inflows, fund_payments, inpatient_prepayments, inpatient_clearings,
                audit_deductions, consortium_person_months, consortium_budgets, consortium_quarters, consortium_liabilities,
                consortium_recoveries, consortium_settlements, consortium_shares, drug_subsidies, fund_pool_results):
    """Run every proof over the books and the tables they are made of; fen. Source: R02, R09."""
    tables = {
        "journal_lines": journal_lines, "account_balances": account_balances, "fund_inflows": fund_inflows,
        "fund_payments": fund_payments, "inpatient_prepayments": inpatient_prepayments, "inpatient_clearings": inpatient_clearings,
        "audit_deductions": audit_deductions, "consortium_person_months": consortium_person_months,
        "consortium_budgets": consortium_budgets, "consortium_quarters": consortium_quarters, "consortium_liabilities": consortium_liabilities,
        "consortium_recoveries": consortium_recoveries, "consortium_settlements": consortium_settlements,
        "consortium_shares": consortium_shares, "drug_subsidies": drug_subsidies,
        "fund_pool_results": fund_pool_results}
    return prove(tables)


def prove(tables):
    """One row per proof and fund: how much was compared, whether all agreed, and the first places that did not."""
    found = {}
    for each in comparisons(tables):
        found.setdefault((each.check_code, each.fund_code), []).append(each)
    return [_row(check, fund, compared) for (check, fund), compared in sorted(found.items())]


def _row(check, fund, compared):
    apart = [each for each in compared if each.difference_fen]
    named = "; ".join(f"{each.table} {each.key} {each.column}: {each.difference_fen:+d}" for each in apart[:NAMED])
    return {"check_code": check, "fund_code": fund, "text_zh": CHECKS[check][0], "text_en": CHECKS[check][1],
            "comparison_count": len(compared), "left_fen": sum(each.left_fen for each in compared),
            "right_fen": sum(each.right_fen for each in compared),
            "difference_fen": sum(abs(each.difference_fen) for each in apart), "is_ok": not apart, "detail": named or None}
