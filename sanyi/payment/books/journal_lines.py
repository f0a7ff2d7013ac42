"""The journal: every entry of the year, two lines or more, balanced to the fen in its fund."""
from collections import Counter
from datetime import date

from sanyi.payment.books.accounts import ACCOUNTS, FUND, PARTY, YEARLY, party_of
from sanyi.payment.books.postings import CLOSE, POSTINGS
from sanyi.tables.table import Table, code, date as date_column, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

CARRIED = "3001"

JOURNAL_LINES = Table(
    "journal_lines", "会计分录", "Journal lines", key=("entry_id", "line_number"),
    note="每笔分录在其基金内借贷相等；已记分录不改，更正只用冲销分录。"
         " Each entry balances within its fund; what is posted is never changed, a correction is a reversing entry.",
    columns=(
        text("entry_id", "分录编号", "entry"),
        whole("line_number", "行号", "line", minimum=1),
        date_column("posted_on", "记账日期", "posted on"),
        code("fund_code", "基金", "fund whose books these are", FUND),
        text("posting_code", "业务类型", "kind of entry"),
        text("account_code", "科目编码", "account", references="chart_of_accounts.account_code"),
        code("party_kind_code", "往来对象类别", "kind of party", PARTY),
        text("party_id", "往来对象", "party, - for none"),
        fen("debit_fen", "借方", "debit"),
        fen("credit_fen", "贷方", "credit"),
        fen("base_fen", "计算基数", "sum that the amount was taken from", nullable=True, minimum=None),
        text("text_zh", "摘要", "text in Chinese"),
        text("text_en", "英文摘要", "text in English"),
        text("source_table", "来源表", "source table"),
        text("source_key", "来源行", "source row"),
        text("clause", "依据", "clause"),
        text("reversed_entry_id", "被冲销分录", "entry that this one reverses", nullable=True),
    ),
)


@step(JOURNAL_LINES, exact=True, source=Source("三医参考规则", "B3", "GB-2 CON-10 R02 R03", "DEF"), examples=(
    Example("补助分记市、区两级财政，各自借贷相等", "A subsidy stands in two treasuries, balanced in each",
            given={"drug_subsidies": [{"institution_id": "T1", "drug_sales_fen": 1_234_567_890, "subsidy_fen": 370_370_367,
                                       "city_fen": 203_703_702, "district_fen": 166_666_665}]},
            expect=[
                {"entry_id": "2020-CITY-T1", "account_code": "5201", "debit_fen": 203_703_702, "credit_fen": 0},
                {"entry_id": "2020-CITY-T1", "account_code": "2201", "debit_fen": 0, "credit_fen": 203_703_702},
                {"entry_id": "2020-CLOSE-city_treasury", "account_code": "5201", "debit_fen": 0, "credit_fen": 203_703_702},
                {"entry_id": "2020-CLOSE-city_treasury", "account_code": "3001", "debit_fen": 203_703_702, "credit_fen": 0},
                {"entry_id": "2020-CLOSE-district_treasury", "account_code": "5201", "debit_fen": 0,
                 "credit_fen": 166_666_665},
                {"entry_id": "2020-CLOSE-district_treasury", "account_code": "3001", "debit_fen": 166_666_665,
                 "credit_fen": 0},
                {"entry_id": "2020-DISTRICT-T1", "account_code": "5201", "debit_fen": 166_666_665, "credit_fen": 0},
                {"entry_id": "2020-DISTRICT-T1", "account_code": "2201", "debit_fen": 0, "credit_fen": 166_666_665}],
            numbers=("EX-44",)),
    Example("清算为负：机构退回多预付的钱", "A negative clearing: the institution pays back what was prepaid too much",
            given={"inpatient_clearings": [{"institution_id": "H1", "insurance_code": "resident", "clearing_fen": -500}]},
            expect=[{"entry_id": "2020-CLEAR-H1|resident", "account_code": "2001", "party_id": "H1", "debit_fen": 0,
                     "credit_fen": 500},
                    {"entry_id": "2020-CLEAR-H1|resident", "account_code": "1001", "party_id": "-", "debit_fen": 500,
                     "credit_fen": 0}]),
))
def journal_lines(fund_inflows, inpatient_prepayments, fund_payments, inpatient_clearings, audit_deductions, consortium_quarters,
                  consortium_settlements, consortium_shares, drug_subsidies, year):
    """Post the year by the posting rules, then close income and expense into each fund's carried balance; fen."""
    tables = {"fund_inflows": fund_inflows, "inpatient_prepayments": inpatient_prepayments, "fund_payments": fund_payments,
              "inpatient_clearings": inpatient_clearings, "audit_deductions": audit_deductions, "consortium_quarters": consortium_quarters,
              "consortium_settlements": consortium_settlements, "consortium_shares": consortium_shares, "drug_subsidies": drug_subsidies}
    lines = [line for posting in POSTINGS for row in posting.rows(tables) if posting.is_posted(row)
             for line in _entry(posting, row, year)]
    return lines + closing_lines(lines, year)


def _entry(posting, row, year):
    amount, source_key = posting.amount_of(row), posting.source_key(row)
    head = {"entry_id": f"{year}-{posting.code}-{source_key}", "posted_on": posting.posted_on(row, year),
            "fund_code": posting.fund_of(row), "posting_code": posting.code, "base_fen": posting.base_of(row),
            "text_zh": posting.zh, "text_en": posting.en, "source_table": posting.table, "source_key": source_key,
            "clause": posting.clause, "reversed_entry_id": None}
    return [{**head, "line_number": number, **_side(account, party_of(account, row), signed)}
            for number, (account, signed) in enumerate(((posting.debit, amount), (posting.credit, -amount)), 1)]


def _side(account, party, signed):
    """An account with its party and the sum on the side it belongs to: debit where positive."""
    kind = ACCOUNTS[account].party_kind
    return {"account_code": account, "party_kind_code": kind, "party_id": party,
            "debit_fen": max(signed, 0), "credit_fen": max(-signed, 0)}


def closing_lines(lines, year):
    """One entry per fund that brings income and expense to zero and the difference into the carried balance."""
    net: Counter = Counter()
    for line in lines:
        if ACCOUNTS[line["account_code"]].class_code in YEARLY:
            net[line["fund_code"], line["account_code"]] += line["debit_fen"] - line["credit_fen"]
    return [line for fund in FUND for line in _closing(fund, {code: amount for (owner, code), amount in sorted(net.items())
                                                              if owner == fund and amount}, year)]


def _closing(fund, net, year):
    head = {"entry_id": f"{year}-{CLOSE}-{fund}", "posted_on": date(year, 12, 31), "fund_code": fund, "posting_code": CLOSE,
            "base_fen": None, "text_zh": "年终结转", "text_en": "closing of the year", "source_table": "journal_lines",
            "source_key": fund, "clause": "GB-1", "reversed_entry_id": None}
    sides = [(account, -amount) for account, amount in net.items()] + ([(CARRIED, sum(net.values()))] if net else [])
    return [{**head, "line_number": number, **_side(account, "-", signed)}
            for number, (account, signed) in enumerate(sides, 1) if signed]
