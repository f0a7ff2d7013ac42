"""What a what-if is compared by: for institutions, consortia, the fund and patients, which sums of which tables."""
from dataclasses import dataclass

from sanyi.runs.results import Condition
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text

SUBJECTS = {"fund": ("基金", "Fund"), "consortium": ("医联体", "Consortia"), "institution": ("医疗机构", "Institutions"), "patient": ("参保人", "Patients")}
ALL = "all"
CARRIED = "3001"


@dataclass(frozen=True)
class Measure:
    """One sum of money: of which column of which table, by whose id; its words are the column's unless given."""

    subject: str
    name: str
    zh: str
    en: str
    table: str
    column: str
    by: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    sign: int = 1

    @property
    def code(self) -> str:
        """The measure's code, of its own among all."""
        return f"{self.subject}_{self.name}"


_AT_INSTITUTION, _IN_CONSORTIUM, _IN_FUND = ("institution_id", "insurance_code"), ("consortium_id", "insurance_code"), ("insurance_code", "insurance_code")
MEASURES = (
    Measure("fund", "raised", "本年筹集", "raised in the year", "fund_inflows", "raised_fen", _IN_FUND),
    Measure("fund", "payable", "住院按病种（病组）应付", "stays, payable at their price", "inpatient_clearings", "payable_fen", _IN_FUND),
    Measure("fund", "as_charged", "其余按实际支付", "the rest, paid as charged", "fund_payments", "fund_fen", _IN_FUND),
    Measure("fund", "deducted", "审核扣款", "deducted by audit", "audit_deductions", "deducted_fen", _IN_FUND),
    Measure("fund", "kept", "医联体留用结余", "surplus kept by consortia", "consortium_settlements", "kept_fen", _IN_FUND),
    Measure("fund", "borne", "医联体承担超支", "overruns borne by consortia", "consortium_settlements", "borne_fen", _IN_FUND),
    Measure("fund", "carried", "年末滚存结余", "balance carried on", "account_balances", "balance_fen", ("fund_code", "fund_code"),
            (Condition("account_code", "eq", CARRIED),), -1),
    Measure("consortium", "budget", "包干预算", "budget", "consortium_settlements", "budget_fen", _IN_CONSORTIUM),
    Measure("consortium", "liability", "责任支出", "liability", "consortium_settlements", "liability_fen", _IN_CONSORTIUM),
    Measure("consortium", "surplus", "结余", "surplus", "consortium_settlements", "surplus_fen", _IN_CONSORTIUM),
    Measure("consortium", "overrun", "超支", "overrun", "consortium_settlements", "overrun_fen", _IN_CONSORTIUM),
    Measure("consortium", "kept", "留用结余", "surplus kept", "consortium_settlements", "kept_fen", _IN_CONSORTIUM),
    Measure("consortium", "borne", "承担超支", "overrun borne", "consortium_settlements", "borne_fen", _IN_CONSORTIUM),
    Measure("institution", "clearing", "清算额", "clearing", "inpatient_clearings", "clearing_fen", _AT_INSTITUTION),
    Measure("institution", "payable", "住院按病种（病组）应付", "stays, payable at their price", "inpatient_clearings", "payable_fen", _AT_INSTITUTION),
    Measure("institution", "as_charged", "其余按实际支付", "the rest, paid as charged", "fund_payments", "fund_fen", _AT_INSTITUTION),
    Measure("institution", "deducted", "审核扣款", "deducted by audit", "audit_deductions", "deducted_fen", _AT_INSTITUTION),
    Measure("institution", "share", "医联体分配", "share of the consortium's result", "consortium_shares", "share_fen", _AT_INSTITUTION),
    Measure("institution", "subsidy", "基层药品补助", "drug subsidy", "drug_subsidies", "subsidy_fen", ("institution_id",)),
)
PATIENT = Measure("patient", "paid", "个人负担", "left to patients", "benefit_years", "patient_fen", ("resident_id",))
RECORDED = ("account_fen", "cash_fen")  # what patients paid by the record, where the plan does not work their benefit out anew
_INSURANCE = {**codes.INSURANCE, "city_treasury": ("市级财政", "city treasury"), "district_treasury": ("区级财政", "district treasury"),
              ALL: ("不分险种", "all schemes")}
_SUMS = (fen("base_fen", "原结果", "base", minimum=None), fen("tried_fen", "试算结果", "what-if", minimum=None),
         fen("difference_fen", "差额", "difference", minimum=None))

DIFFERENCES = Table(
    "what_if_differences", "试算差额", "What-if differences", key=("subject_code", "subject_id", "insurance_code", "measure_code"),
    note="试算结果减原结果；参保人只列合计，逐人见另表。The what-if less its base; of patients only the whole, each stands in a table of its own.",
    columns=(code("subject_code", "对象", "subject", SUBJECTS), text("subject_id", "编码", "code"), code("insurance_code", "险种", "insurance", _INSURANCE),
             code("measure_code", "项目", "measure", {each.code: (each.zh, each.en) for each in (*MEASURES, PATIENT)}), *_SUMS),
)
PATIENTS = Table(
    "what_if_patients", "参保人差额", "Differences of patients", key=("resident_id",),
    note="只列有差额的参保人。Only those whose payment differs.",
    columns=(text("resident_id", "居民编码", "resident code", references="residents.resident_id"), *_SUMS,
             fen("size_fen", "差额大小", "size of the difference, whichever way")),
)
