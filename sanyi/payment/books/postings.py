"""Posting rules as data: which sum of which table goes from which account to which, and by which clause."""
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


MONTHS = ("month", "settled_month")


@dataclass(frozen=True)
class Posting:
    """One rule: the amount column of each row of a table is debited to one account and credited to another.

    `key` names the columns that tell the source's rows apart; `fund` is a fund's code, or empty where the row's
    insurance is the fund; `only` holds only for rows with these values; `base` is the column the amount was taken from.
    """

    code: str
    table: str
    key: tuple[str, ...]
    amount: str
    debit: str
    credit: str
    zh: str
    en: str
    clause: str
    fund: str = ""
    only: tuple[str, Any] = ("", "")
    base: str = ""
    is_opening: bool = False

    def rows(self, tables: Mapping[str, list[Mapping[str, Any]]]) -> Iterator[Mapping[str, Any]]:
        """The source's rows this rule speaks of."""
        column, wanted = self.only
        return (row for row in tables[self.table] if not column or row[column] == wanted)

    def source_key(self, row: Mapping[str, Any]) -> str:
        """The row's key in one word."""
        return "|".join(str(row[name]) for name in self.key)

    def fund_of(self, row: Mapping[str, Any]) -> str:
        """The fund whose books the entry stands in."""
        return self.fund or row["insurance_code"]

    def amount_of(self, row: Mapping[str, Any]) -> int:
        """The sum to post; a sum that could not be computed is not posted."""
        return row[self.amount] or 0

    def base_of(self, row: Mapping[str, Any]) -> int | None:
        """The sum the amount was taken from, where the rule names one."""
        return row[self.base] or 0 if self.base else None

    def is_posted(self, row: Mapping[str, Any]) -> bool:
        """Whether an entry stands in the journal: also a nil entry, where a sum of nothing was taken from something."""
        return bool(self.amount_of(row) or self.base_of(row))

    @property
    def is_monthly(self) -> bool:
        """Whether a month's settlement posts it; the annual clearing posts the rest."""
        return self.is_opening or any(name in self.key for name in MONTHS)

    def posted_on(self, row: Mapping[str, Any], year: int) -> date:
        """The first day of the year for openings, the month's last day for monthly sums, else the year's last day."""
        if self.is_opening:
            return date(year, 1, 1)
        month = next((row[name] % 100 for name in MONTHS if name in self.key), 12)
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


_INFLOW = {"table": "fund_inflows", "key": ("insurance_code",), "is_opening": True}
_CLEARING = {"table": "inpatient_clearings", "key": ("institution_id", "insurance_code"), "only": ("is_blocked", False)}
_PAYMENT = {"table": "fund_payments", "key": ("institution_id", "insurance_code", "month", "care_code"), "amount": "fund_fen",
            "credit": "1001", "clause": "HK-07"}
_AUDIT = {"table": "audit_deductions", "key": ("institution_id", "insurance_code", "place_code"), "amount": "deducted_fen",
          "credit": "4201", "zh": "审核扣款", "en": "audit deduction", "clause": "CON-5"}
_SHARE = {"table": "consortium_shares", "key": ("consortium_id", "insurance_code", "institution_id")}
_QUARTER = {"table": "consortium_quarters", "key": ("consortium_id", "insurance_code", "month"), "clause": "CON-10"}
_SUBSIDY = {"table": "drug_subsidies", "key": ("institution_id",), "debit": "5201", "credit": "2201", "clause": "HK-23 HK-24"}

POSTINGS = (
    Posting("OPEN", amount="opening_balance_fen", debit="1001", credit="3001", zh="年初累计结余转入", en="balance carried in",
            clause="GB-1", **_INFLOW),
    Posting("RAISE", amount="raised_fen", debit="1001", credit="4001", zh="本年基金筹集", en="funds raised for the year",
            clause="GB-1 CON-1", base="raised_per_head_fen", **_INFLOW),
    Posting("RESERVE", amount="reserve_fen", debit="3001", credit="3101", zh="提取调剂金", en="reserve set aside",
            clause="GB-1", base="raised_fen", **_INFLOW),
    Posting("PREPAY", "inpatient_prepayments", ("institution_id", "insurance_code", "settled_month"), "prepaid_fen", "1201",
            "1001", "按月预付", "monthly prepayment", "DIP-26", base="fund_pay_fen"),
    Posting("VISIT", debit="5002", zh="门诊按实际支付", en="visits paid as charged", only=("care_code", "visit"), **_PAYMENT),
    Posting("CHRONICVISIT", debit="5002", zh="门诊慢特病按实际支付", en="visits for chronic diseases paid as charged", only=("care_code", "chronic_visit"), **_PAYMENT),
    Posting("HEADVISIT", debit="5002", zh="按人头付费居民门诊按实际支付", en="visits of residents paid by the head, as charged", only=("care_code", "capitated_visit"), **_PAYMENT),
    Posting("OFFSITE", debit="5003", zh="区外住院按实际支付", en="stays outside the area paid as charged",
            only=("care_code", "off_site_stay"), **_PAYMENT),
    Posting("OTHERSTAY", debit="5004", zh="其他住院按实际支付", en="other stays paid as charged",
            only=("care_code", "other_stay"), **_PAYMENT),
    Posting("DRUGAPART", debit="5005", zh="单独支付药品", en="drugs paid apart from the price of a stay", only=("care_code", "separate_drug"), **_PAYMENT),
    Posting("CAPITATION", debit="5002", zh="按人头付费年终补退", en="capitation: the year's difference", only=("care_code", "capitation"), **_PAYMENT),
    Posting("DUE", amount="payable_fen", debit="5001", credit="2001", zh="按病种付费年度应付", en="payable for stays by points",
            clause="DIP-27", base="fund_pay_fen", **_CLEARING),
    Posting("OFFSET", amount="prepaid_fen", debit="2001", credit="1201", zh="冲抵已预付", en="prepayments set off",
            clause="DIP-27", **_CLEARING),
    Posting("AUDITDIP", debit="2001", only=("place_code", "dip"), **_AUDIT),
    Posting("AUDITOTHER", debit="1301", only=("place_code", "other"), **_AUDIT),
    Posting("CLEAR", amount="clearing_fen", debit="2001", credit="1001", zh="年终清算支付", en="annual clearing paid",
            clause="DIP-27", **_CLEARING),
    Posting("KEPT", amount="kept_share_fen", debit="5101", credit="2101", zh="医联体结余分配，计入医疗服务性收入",
            en="share of the consortium's surplus, medical-service income of the institution", clause="HK-08 HK-09", **_SHARE),
    Posting("BORNE", amount="borne_share_fen", debit="1302", credit="4101", zh="医联体超支分担", en="share of the overrun",
            clause="HK-10", **_SHARE),
    Posting("QUOTA", amount="earned_fen", debit="8001", credit="8101", zh="医联体打包额度：本季应得", en="package: earned in the quarter", **_QUARTER),
    Posting("QUOTAUSED", amount="paid_fen", debit="8101", credit="8001", zh="医联体打包额度：本季居民支出", en="package: paid for its residents in the quarter", **_QUARTER),
    Posting("QUOTALEFT", "consortium_settlements", ("consortium_id", "insurance_code"), "quota_left_fen", "8101", "8001", "医联体打包额度：年终清算转出",
            "package: what is left goes into the settlement", "CON-5 CON-10", base="budget_fen"),
    Posting("CITY", amount="city_fen", fund="city_treasury", zh="药品补助市级部分", en="city's part of the drug subsidy",
            base="subsidy_fen", **_SUBSIDY),
    Posting("DISTRICT", amount="district_fen", fund="district_treasury", zh="药品补助区级部分",
            en="district's part of the drug subsidy", base="drug_sales_fen", **_SUBSIDY),
)
CLOSE = "CLOSE"
SOURCES = tuple(dict.fromkeys(posting.table for posting in POSTINGS))
