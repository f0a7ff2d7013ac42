"""Where the recorded settlements and the policy part: the difference each of them would be corrected by."""
import ibis

from sanyi.payment.benefit.benefit_policies import CHOSEN
from sanyi.payment.benefit.errors import REFUSAL
from sanyi.tables import codes
from sanyi.tables.table import Table, code, date, fen, text
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

PAYERS = ("fund", "catastrophic", "aid", "patient")
KIND = {"amounts": ("与政策不一致", "differs from the policy"), **{name: REFUSAL[name] for name in ("reversed", "negative_amount", "no_policy")}}

BENEFIT_DIFFERENCES = Table(
    "benefit_differences", "待遇结算差异", "Benefit differences", key=("settlement_id",),
    note="差额 = 按政策 − 已记录；更正只记差额，不改原记录。已冲销的按零计；无法按政策计算的不给差额，只写原因。"
         " difference = by the policy − recorded; a correction is booked as the difference, the record stands. What was reversed counts "
         "as nothing; what the policy cannot compute has no difference, only the reason.",
    columns=(
        text("settlement_id", "结算编码", "settlement code", references="settlements.settlement_id"),
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE), date("settled_on", "结算日期", "settled on"),
        code("kind_code", "差异类别", "kind", KIND),
        *(fen(f"{payer}_difference_fen", f"{zh}差额", f"{en}, difference", minimum=None, nullable=True)
          for payer, zh, en in zip(PAYERS, ("统筹基金", "大病保险", "医疗救助", "个人"), ("fund", "catastrophic insurance", "medical aid", "patient"), strict=True)),
    ),
)
_CLAIM = {"encounter_id": "E", "resident_id": "P1", "insurance_code": "resident"}


@step(BENEFIT_DIFFERENCES, locality="person", source=Source("三医参考规则", "B5", "BEN-2 BEN-10", "DEF"), chosen_by=CHOSEN, examples=(
    Example("一致的不列；不一致的给差额；冲销的全额退回", "Equal ones are not listed; others by their difference; a reversed one in full",
            given={"benefit_claims": [{**_CLAIM, "settlement_id": name, "refusal_code": refusal}
                                      for name, refusal in (("1", None), ("2", None), ("3", "reversed"), ("4", "no_policy"))],
                   "settlements": [{"settlement_id": name, "total_fen": 1_000, "fund_fen": 700, "account_fen": 100, "cash_fen": 200} for name in "1234"],
                   "benefit_settlements": [{"settlement_id": "1", "total_fen": 1_000, "fund_fen": 700, "patient_fen": 300},
                                           {"settlement_id": "2", "total_fen": 1_000, "fund_fen": 650, "aid_fen": 50, "patient_fen": 300}]},
            expect=[{"settlement_id": "2", "kind_code": "amounts", "fund_difference_fen": -50, "aid_difference_fen": 50, "patient_difference_fen": 0},
                    {"settlement_id": "3", "kind_code": "reversed", "fund_difference_fen": -700, "aid_difference_fen": 0, "patient_difference_fen": -300},
                    {"settlement_id": "4", "kind_code": "no_policy", "fund_difference_fen": None, "aid_difference_fen": None,
                     "patient_difference_fen": None}]),
))
def benefit_differences(benefit_claims, benefit_settlements, settlements):
    """Compare who paid by the policy with who paid by the record, payer by payer; fen. Source: BEN-2."""
    recorded = settlements.select("settlement_id", recorded_fund="fund_fen", recorded_catastrophic="catastrophic_fen", recorded_aid="aid_fen",
                                  recorded_patient=settlements.account_fen + settlements.cash_fen)
    by_policy = benefit_settlements.select("settlement_id", *(f"{payer}_fen" for payer in PAYERS))
    claims = benefit_claims.select("settlement_id", "encounter_id", "resident_id", "institution_id", "insurance_code", "settled_on", "refusal_code")
    both = claims.join(recorded, "settlement_id").left_join(by_policy, "settlement_id").drop("settlement_id_right")
    computed = both.refusal_code.isnull() | (both.refusal_code == "reversed")
    both = both.mutate(**{f"{payer}_difference_fen": computed.ifelse(both[f"{payer}_fen"].fill_null(0) - both[f"recorded_{payer}"], ibis.null("int64"))
                          for payer in PAYERS}, kind_code=both.refusal_code.fill_null("amounts"))
    differs = both.refusal_code.notnull()
    for payer in PAYERS:
        differs = differs | (both[f"{payer}_difference_fen"] != 0)
    return both.filter(differs)
