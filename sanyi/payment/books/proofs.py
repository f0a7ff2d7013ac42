"""What must be equal to the fen: each proof sets a sum that was written down against a sum that it must be."""
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sanyi.payment.books.account_balances import SUMS, WHOLE, balances_of
from sanyi.payment.books.accounts import ACCOUNTS, YEARLY, party_of
from sanyi.payment.books.comparison import Comparison
from sanyi.payment.books.part_proofs import part_proofs
from sanyi.payment.books.pool_proofs import pool_proofs
from sanyi.payment.books.postings import CLOSE, POSTINGS
from sanyi.tables import codes

Tables = Mapping[str, list[Mapping[str, Any]]]

CHECKS = {
    "entry": ("每笔分录借贷相等", "every entry balances in its fund"),
    "declared": ("只用已设科目，统驭科目每行有往来对象", "only declared accounts, a party on every line of a control account"),
    "posted": ("来源表每行恰好入账一次，科目和金额相符", "every source row is posted once, to its accounts, with its sum"),
    "base": ("分录的计算基数与来源一致", "the sum an amount was taken from stands in the journal"),
    "reversal": ("冲销分录与原分录相反", "a reversing entry mirrors the entry it reverses"),
    "balance": ("科目余额等于分录合计", "balances are the sums of the journal"),
    "sub_ledger": ("统驭科目等于明细合计", "control accounts are the sums of their sub-ledgers"),
    "closed": ("收入、支出结转后为零", "income and expense are zero after the closing"),
    "sheet": ("资产 = 负债 + 净资产", "assets = liabilities + equity"),
    "fund": ("年初结余 + 收入 = 支出 + 调剂金 + 滚存结余", "opening + inflow = outflow + reserve + carried balance"),
    "budget": ("医联体预算与人月、筹资、比例相符", "budgets follow from person-months, funds raised and shares"),
    "quarter": ("医联体四季对账之和等于全年，备查科目年终为零", "the quarters of each package make its year, and its memorandum accounts end at zero"),
    "settlement": ("医联体清算各项相符", "the parts of each consortium's settlement agree"),
    "shares": ("各机构分配之和等于留用结余和承担超支", "shares add up to the surplus kept and the overrun borne"),
    "recovery": ("审核追回之和等于扣款", "recoveries add up to the deductions"),
    "subsidy": ("市、区补助之和等于补助总额", "city and district add up to the subsidy"),
    "clearing": ("清算 = 应付 − 扣款 − 预付", "clearing = payable − deductions − prepaid"),
    "pool": ("各预算项目：实付 + 扣留 + 扣款 = 计价，结余 = 预算 − 实付，合计与账簿相符",
             "pools: paid + withheld + deducted = priced, left = budget − paid, and together what the books say"),
    "inflow": ("筹集额、调剂金与人月、比例相符", "raised and reserve follow from person-months and shares"),
}


def comparisons(tables: Tables) -> Iterator[Comparison]:
    """Every comparison of every proof, on tables as they stand. Source: R02, R09, DIP-27, HK-06 to HK-10, HK-23, HK-24."""
    lines = tables["journal_lines"]
    yield from _entries(lines)
    yield from _declared(lines)
    yield from _posted(tables)
    yield from _bases(tables)
    yield from _reversals(lines)
    yield from _balances(tables)
    yield from _funds(tables)
    yield from part_proofs(tables)
    yield from pool_proofs(tables)


def _entries(lines):
    debit, credit = Counter(), Counter()
    for line in lines:
        key = (line["fund_code"], line["entry_id"])
        debit[key] += line["debit_fen"]
        credit[key] += line["credit_fen"]
    for fund, entry in debit:
        yield Comparison("entry", fund, "journal_lines", entry, "debit_fen = credit_fen", debit[fund, entry], credit[fund, entry])


def _declared(lines):
    for line in lines:
        account = ACCOUNTS.get(line["account_code"])
        fits = account and (account.party_kind == "none") == (line["party_id"] == "-")
        yield Comparison("declared", line["fund_code"], "journal_lines", f"{line['entry_id']} {line['line_number']}",
                         line["account_code"], 0 if fits else line["debit_fen"] + line["credit_fen"] or 1, 0)


def _posted(tables):
    """Net sums by source row and account: what each rule says of each row, against what the journal says."""
    said, posted = Counter(), Counter()
    for posting in POSTINGS:
        for row in posting.rows(tables):
            place = (posting.fund_of(row), posting.table, posting.source_key(row), posting.code)
            for account, amount in ((posting.debit, posting.amount_of(row)), (posting.credit, -posting.amount_of(row))):
                said[(*place, account, party_of(account, row))] += amount
    for line in tables["journal_lines"]:
        if line["posting_code"] != CLOSE:
            posted[line["fund_code"], line["source_table"], line["source_key"], line["posting_code"], line["account_code"],
                   line["party_id"]] += line["debit_fen"] - line["credit_fen"]
    for key in sorted({**said, **posted}):
        fund, table, row, code, account, party = key
        yield Comparison("posted", fund, table, row, f"{code} {account} {party}", said[key], posted[key])


def _bases(tables):
    posted = {}
    for line in tables["journal_lines"]:
        if line["base_fen"] is not None and not line["reversed_entry_id"]:
            posted.setdefault((line["fund_code"], line["source_table"], line["source_key"], line["posting_code"]), []).append(line)
    for posting in POSTINGS:
        for row in posting.rows(tables) if posting.base else ():
            key = (posting.fund_of(row), posting.table, posting.source_key(row), posting.code)
            for line in posted.get(key) or [{"base_fen": 0, "entry_id": "no entry"}]:
                yield Comparison("base", key[0], posting.table, key[2], f"{posting.base} = base_fen of {line['entry_id']}",
                                 posting.base_of(row), line["base_fen"])


def _reversals(lines):
    reversed_ids = {line["reversed_entry_id"] for line in lines} - {None}
    net = Counter()
    for line in lines:
        entry = line["reversed_entry_id"] or line["entry_id"]
        if entry in reversed_ids:
            net[line["fund_code"], entry, line["account_code"], line["party_id"]] += line["debit_fen"] - line["credit_fen"]
    for (fund, entry, account, party), amount in net.items():
        yield Comparison("reversal", fund, "journal_lines", entry, f"{account} {party}", amount, 0)


def _balances(tables):
    """The trial balance against the journal, its sub-ledgers against their control accounts."""
    written = {(row["fund_code"], row["account_code"], row["party_id"]): row for row in tables["account_balances"]}
    summed = balances_of(tables["journal_lines"])
    nothing = dict.fromkeys(SUMS, 0)
    for key in sorted({**written, **summed}):
        for column in SUMS:
            yield Comparison("balance", key[0], "account_balances", " ".join(key), column,
                             written.get(key, nothing)[column], summed.get(key, nothing)[column])
    parts = Counter()
    for (fund, account, party), row in written.items():
        if party != WHOLE:
            parts.update({(fund, account, column): row[column] for column in SUMS})
    for (fund, account, party), row in written.items():
        if party == WHOLE and ACCOUNTS.get(account, ACCOUNTS["1001"]).party_kind != "none":
            for column in SUMS:
                yield Comparison("sub_ledger", fund, "account_balances", f"{fund} {account}", column, row[column],
                                 parts[fund, account, column])


def _funds(tables):
    """Each fund as a whole: what came in and what was there, against what went out, was set aside and is carried on."""
    whole = [row for row in tables["account_balances"] if row["party_id"] == WHOLE]
    came = _inflow(tables)
    for fund in sorted({row["fund_code"] for row in whole} | set(came)):
        rows = [row for row in whole if row["fund_code"] == fund]
        classes, left = Counter(), Counter()
        for row in rows:
            classes[row["class_code"]] += row["balance_fen"]
            left[row["class_code"]] += row["before_closing_fen"]
            if row["class_code"] in YEARLY:
                yield Comparison("closed", fund, "account_balances", f"{fund} {row['account_code']}", "balance_fen",
                                 row["balance_fen"], 0)
        yield Comparison("sheet", fund, "account_balances", fund, "balance_fen", classes["asset"],
                         -classes["liability"] - classes["equity"])
        yield Comparison("fund", fund, "account_balances", fund, "opening + inflow = outflow + reserve + carried", came[fund],
                         left["expense"] - classes["equity"])


def _inflow(tables):
    """Opening balance and income of each fund, from the tables the books are made of."""
    came: Counter = Counter(dict.fromkeys(codes.INSURANCE, 0))
    for row in tables["fund_inflows"]:
        came[row["insurance_code"]] += row["opening_balance_fen"] + row["raised_fen"]
    for row in tables["audit_deductions"]:
        came[row["insurance_code"]] += row["deducted_fen"]
    for row in tables["consortium_shares"]:
        came[row["insurance_code"]] += row["borne_share_fen"]
    return came

