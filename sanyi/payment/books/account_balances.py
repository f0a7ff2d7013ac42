"""The trial balance: each account of each fund before and after the closing, with its sub-ledger."""
from collections import Counter

from sanyi.payment.books.accounts import ACCOUNTS, CLASS, FUND, PARTY
from sanyi.payment.books.postings import CLOSE
from sanyi.tables.table import Table, code, fen, flag, text
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

WHOLE = "-"
SUMS = ("debit_fen", "credit_fen", "before_closing_fen", "balance_fen")

ACCOUNT_BALANCES = Table(
    "account_balances", "科目余额", "Account balances", key=("fund_code", "account_code", "party_id"),
    note="往来对象为 - 的行是科目合计，其余行是明细；余额为借方减贷方。"
         " The row of party - is the account as a whole, the others its sub-ledger; balances are debit less credit.",
    columns=(
        code("fund_code", "基金", "fund", FUND),
        text("account_code", "科目编码", "account", references="chart_of_accounts.account_code"),
        code("party_kind_code", "往来对象类别", "kind of party", PARTY),
        text("party_id", "往来对象", "party, - for the whole account"),
        code("class_code", "类别", "class", CLASS),
        flag("is_sub_ledger", "是否明细", "sub-ledger row"),
        fen("debit_fen", "本年借方（结转前）", "debits before the closing"),
        fen("credit_fen", "本年贷方（结转前）", "credits before the closing"),
        fen("before_closing_fen", "结转前余额", "balance before the closing", minimum=None),
        fen("balance_fen", "年末余额", "balance at year end", minimum=None),
    ),
)


@step(ACCOUNT_BALANCES, exact=True, source=Source("三医参考规则", "B3", "GB-2 R09", "DEF"), examples=(
    Example("统驭科目等于明细合计", "A control account is the sum of its sub-ledger",
            given={"journal_lines": [
                {"entry_id": "1", "fund_code": "resident", "account_code": "1201", "party_kind_code": "institution",
                 "party_id": "H1", "debit_fen": 100, "posting_code": "PREPAY"},
                {"entry_id": "2", "fund_code": "resident", "account_code": "1201", "party_kind_code": "institution",
                 "party_id": "H2", "credit_fen": 30, "posting_code": "OFFSET"}]},
            expect=[{"party_id": "-", "is_sub_ledger": False, "balance_fen": 70},
                    {"party_id": "H1", "is_sub_ledger": True, "balance_fen": 100},
                    {"party_id": "H2", "is_sub_ledger": True, "balance_fen": -30}]),
))
def account_balances(journal_lines):
    """Add up the journal by fund and account, and by party where the account is a control account; fen."""
    return [{"fund_code": fund, "account_code": account, "party_kind_code": ACCOUNTS[account].party_kind, "party_id": party,
             "class_code": ACCOUNTS[account].class_code, "is_sub_ledger": party != WHOLE, **sums}
            for (fund, account, party), sums in balances_of(journal_lines).items()]


def balances_of(lines):
    """The four sums of each fund, account and party ("-" for the account as a whole)."""
    found: dict[tuple[str, str, str], Counter] = {}
    for line in lines:
        debit, credit, is_closing = line["debit_fen"], line["credit_fen"], line["posting_code"] == CLOSE
        before = {} if is_closing else {"debit_fen": debit, "credit_fen": credit, "before_closing_fen": debit - credit}
        for party in dict.fromkeys((WHOLE, line["party_id"])):
            key = (line["fund_code"], line["account_code"], party)
            found.setdefault(key, Counter(dict.fromkeys(SUMS, 0))).update({**before, "balance_fen": debit - credit})
    return {key: dict(found[key]) for key in sorted(found)}
