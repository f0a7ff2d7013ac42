"""The chart of accounts: what each account holds, and whose sub-ledger stands behind it."""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sanyi.tables import codes
from sanyi.tables.table import Table, code, flag, text
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

FUND = {**codes.INSURANCE, "city_treasury": ("市级财政", "city treasury"), "district_treasury": ("区级财政", "district treasury")}
CLASS = {"asset": ("资产", "asset"), "liability": ("负债", "liability"), "equity": ("净资产", "equity"),
         "income": ("收入", "income"), "expense": ("支出", "expense"), "memorandum": ("备查", "memorandum")}
PARTY = {"none": ("无", "none"), "institution": ("医疗机构", "institution"), "consortium": ("医联体", "consortium")}
YEARLY = ("income", "expense")
BOUND = {"none": ("不限", "either side"), "debit": ("不得为贷方余额", "never in credit"), "credit": ("不得为借方余额", "never in debit")}
DEPOSITS, UNDER_WAY = "1001", "1002"
NOBODY = "-"


@dataclass(frozen=True)
class Account:
    """One account; with a party kind it is a control account, and each of its lines names a party.

    `bound` says on which side its balance may stand: of each party where it has parties, else as a whole.
    """

    code: str
    zh: str
    en: str
    class_code: str
    party_kind: str = "none"
    bound: str = "none"


ACCOUNTS = {account.code: account for account in (
    Account(DEPOSITS, "基金存款", "fund deposits", "asset", bound="debit"),
    Account(UNDER_WAY, "待支付款项", "payments under way", "asset", "institution"),
    Account("1201", "预付医疗机构款", "prepaid to institutions", "asset", "institution", bound="debit"),
    Account("1301", "应收审核追回", "audit recoveries receivable", "asset", "institution"),
    Account("1302", "应收超支分担", "overrun shares receivable", "asset", "institution"),
    Account("2001", "应付医疗机构款", "payable to institutions", "liability", "institution"),
    Account("2101", "应付结余分配", "surplus shares payable", "liability", "institution", bound="credit"),
    Account("2102", "暂留款", "retained from institutions", "liability", "institution", bound="credit"),
    Account("2201", "应付药品补助", "drug subsidies payable", "liability", "institution", bound="credit"),
    Account("3001", "滚存结余", "carried balance", "equity"),
    Account("3101", "调剂金", "reserve", "equity", bound="credit"),
    Account("4001", "基金筹集收入", "contributions raised", "income"),
    Account("4101", "超支分担收入", "overruns borne by consortia", "income"),
    Account("4201", "审核追回收入", "audit recoveries", "income"),
    Account("5001", "按病种付费住院支出", "stays priced by points", "expense"),
    Account("5002", "门诊支出", "visits", "expense"),
    Account("5003", "区外住院支出", "stays outside the area", "expense"),
    Account("5004", "其他住院支出", "other stays", "expense"),
    Account("5005", "单独支付药品支出", "drugs paid apart", "expense"),
    Account("5101", "医联体结余分配支出", "surplus shares of consortia", "expense"),
    Account("5201", "药品补助支出", "drug subsidies", "expense"),
    Account("8001", "医联体打包额度（备查）", "quotas of the packages", "memorandum"),
    Account("8101", "医联体额度往来（备查）", "consortia's quotas left", "memorandum", "consortium"),
)}


def party_of(account: str, row: Mapping[str, Any]) -> str:
    """The party that a source row gives an account: its institution or its consortium, - where the account has no parties."""
    kind = ACCOUNTS[account].party_kind
    return NOBODY if kind == "none" else row.get(f"{kind}_id", NOBODY)


CHART_OF_ACCOUNTS = Table(
    "chart_of_accounts", "会计科目", "Chart of accounts", key=("account_code",),
    columns=(
        text("account_code", "科目编码", "account code"),
        text("name_zh", "科目名称", "name in Chinese"),
        text("name_en", "英文名称", "name in English"),
        code("class_code", "类别", "class", CLASS),
        code("party_kind_code", "明细核算对象", "party of the sub-ledger", PARTY),
        flag("is_control", "是否统驭科目", "control account"),
    ),
)


@step(CHART_OF_ACCOUNTS, exact=True, source=Source("三医参考规则", "B3", "GB-2", "DEF"), examples=(
    Example("统驭科目按医疗机构设明细", "A control account has a sub-ledger by institution", given={},
            expect=[{"account_code": account.code, "is_control": account.party_kind != "none"}
                    for account in ACCOUNTS.values()]),
))
def chart_of_accounts():
    """List the accounts in the order of their codes."""
    return [{"account_code": account.code, "name_zh": account.zh, "name_en": account.en, "class_code": account.class_code,
             "party_kind_code": account.party_kind, "is_control": account.party_kind != "none"}
            for account in ACCOUNTS.values()]
