"""Each consortium's year: package against what was paid for its residents, and what follows for surplus or overrun."""
from collections import Counter, defaultdict

from sanyi.payment.consortium.consortium_scores import SCORE_BASES, consortium_scores
from sanyi.payment.consortium.consortium_splits import lead_shares
from sanyi.payment.consortium.liability_rules import counting, is_self_referred
from sanyi.payment.consortium.overruns import shared_overrun
from sanyi.payment.consortium.surpluses import parted_surplus
from sanyi.payment.inpatient.case_payment import chosen
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

OUTCOME = {
    "surplus": ("结余留用", "surplus kept"), "held": ("结余暂存（未考核或方案未定）", "surplus held: not appraised, or undecided"),
    "overrun": ("超支分担", "overrun borne or shared"), "overrun_held": ("超支暂挂（待认定或方案未定）", "overrun held until decided"),
    "balanced": ("收支相抵", "balanced"),
}

CONSORTIUM_SETTLEMENTS = Table(
    "consortium_settlements", "医联体年终清算", "Consortium settlements", key=("consortium_id", "insurance_code"),
    note="各险种基金分别清算，互不调剂。责任支出 = 居民基金支付 − 不计入部分 − 考核扣留（只在按考核后口径时）+ 调整；审核追回的钱留在基金，不变成结余，也不算超支："
         "结余 = 预算 − 责任支出，超支 = 责任支出 − 追回 − 预算，都不低于 0，至多一项大于 0（CON-5）。未考核的结余暂存；被一票否决的按最低档。"
         "超支按方案：自付，或合理部分由基金按超支率分档分担（档界归低档，须有经认定的证据），或方案未定、证据待认定时暂挂（CON-7）。"
         " Each fund settles by itself. liability = payments for its residents − what does not count − withheld by appraisal (only on the payable basis) + "
         "adjustments. Money that audit recovered stays with the fund: it is no surplus, and nobody bears it as an overrun. surplus = budget − "
         "liability, overrun = liability − recovered − budget, neither below 0 and at most one above it. A surplus without an appraisal is held; a veto "
         "takes the lowest band, appraised or not. An overrun is borne by the consortium, or its reasonable part (by recognised evidence) is shared by "
         "the band of the whole overrun, or it is held while the rule or the evidence is undecided.",
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        fen("budget_fen", "包干预算", "budget"),
        fen("residents_paid_fen", "居民基金支付（按价格）", "paid for its residents, at their price", minimum=None),
        fen("left_out_fen", "其中不计入责任的", "of it not held against it: late or self-referred by the plan's rule", minimum=None),
        fen("quota_left_fen", "打包额度余额（调整前）", "left of the package before appraisal and adjustments: what its quarters end with", minimum=None),
        fen("withheld_fen", "其中考核扣留", "of it withheld by the appraisal of hospitals, on the payable basis", minimum=None),
        fen("adjustment_fen", "责任支出调整", "adjustments decided by the agency", minimum=None),
        fen("liability_fen", "责任支出", "liability", minimum=None),
        fen("audit_recovery_fen", "其中审核追回", "of it recovered by audit"),
        fen("net_liability_fen", "追回后责任支出", "liability after recovery", minimum=None),
        fen("surplus_fen", "结余", "surplus: budget less liability, not below 0"),
        fen("overrun_fen", "超支", "overrun: liability after recovery less budget, not below 0"),
        code("outcome_code", "清算结果", "outcome", OUTCOME),
        whole("score_e4", "考核得分", "appraisal score", "e4", nullable=True),
        whole("keep_ppm", "考核对应留用比例", "share of the surplus kept at that score", "ppm", nullable=True, minimum=0),
        whole("retained_ppm", "方案留用比例", "share of a surplus that the plan leaves at all", "ppm", minimum=0),
        whole("cap_ppm", "留用上限（占预算）", "most that may be kept, as a share of the budget", "ppm", minimum=0),
        fen("kept_fen", "留用结余", "surplus kept"),
        fen("returned_fen", "退回基金", "returned to the fund"),
        fen("held_fen", "暂存待考核", "held until appraised"),
        whole("lead_share_ppm", "牵头医院留用比例", "lead hospital's share of the surplus", "ppm", minimum=0),
        fen("lead_fen", "牵头医院留用", "lead hospital's part of the surplus"),
        fen("members_fen", "成员机构留用", "members' part of the surplus"),
        fen("reasonable_fen", "认定的合理超支", "reasonable part of the overrun"),
        whole("fund_share_ppm", "基金分担比例", "fund's share of the reasonable part", "ppm", minimum=0),
        fen("reasonable_borne_fen", "合理超支中医联体承担", "consortium's part of the reasonable overrun"),
        fen("borne_fen", "医联体承担超支", "overrun borne by the consortium"),
        fen("fund_borne_fen", "基金承担超支", "overrun borne by the fund"),
        fen("overrun_held_fen", "超支暂挂", "overrun held until decided"),
        whole("borne_lead_share_ppm", "牵头医院分担比例", "lead hospital's share of the overrun", "ppm", minimum=0),
        fen("lead_borne_fen", "牵头医院承担", "lead hospital's part of the overrun"),
        fen("members_borne_fen", "成员机构承担", "members' part of the overrun"),
    ),
)

LIABILITY_BASES = ("priced", "payable")
_KEY = {"consortium_id": "A", "insurance_code": "resident"}
_BUDGET = [{**_KEY, "budget_fen": 17_000_000_000}]
_LEAD = [{"consortium_id": "A", "lead_institution_id": "H1"}]


def _spent(amount):
    return [{**_KEY, "place_code": "lead", "care_code": "visit", "fund_fen": amount}]


def _scored(score, **more):
    return [{"institution_id": "H1", "year": 2020, "score_e4": score, **more}]


def _evidence(amount, **more):
    return {"evidence_id": str(amount), **_KEY, "year": 2020, "cause_code": "epidemic", "amount_fen": amount, "state_code": "recognised", **more}


_SHARED = {"consortium.overrun_rule": "shared"}


@step(CONSORTIUM_SETTLEMENTS, exact=True, examples=(
    Example("预算 1.7 亿、责任 1.6 亿、考核合格：结余 1 000 万，牵头 700 万、成员 300 万",
            "Budget 170 million, liability 160 million, appraisal passed: lead 7 million, members 3 million",
            given={"consortium_budgets": _BUDGET, "consortium_liabilities": _spent(16_000_000_000), "consortia": _LEAD,
                   "appraisals": _scored(920_000)},
            expect=[{"surplus_fen": 1_000_000_000, "keep_ppm": 1_000_000, "kept_fen": 1_000_000_000,
                     "lead_fen": 700_000_000, "members_fen": 300_000_000, "outcome_code": "surplus"}], numbers=("EX-42",)),
    Example("得分 85：留用九成，其余退回基金；审核追回不变成结余",
            "A score of 85 keeps nine tenths, the rest returns; what audit recovered makes no surplus",
            given={"consortium_budgets": _BUDGET, "consortium_liabilities": _spent(16_999_999_999), "consortia": _LEAD,
                   "consortium_recoveries": [{**_KEY, "recovered_fen": 500}], "appraisals": _scored(850_000)},
            expect=[{"net_liability_fen": 16_999_999_499, "surplus_fen": 1, "kept_fen": 1, "returned_fen": 0, "lead_fen": 1,
                     "members_fen": 0}]),
    Example("没有考核结果：结余暂存", "No appraisal: the surplus is held",
            given={"consortium_budgets": _BUDGET, "consortia": _LEAD},
            expect=[{"outcome_code": "held", "keep_ppm": None, "kept_fen": 0, "returned_fen": 0, "held_fen": 17_000_000_000}]),
    Example("一票否决：结余全部退回基金", "A veto: the surplus returns to the fund",
            given={"consortium_budgets": _BUDGET, "consortia": _LEAD, "appraisals": _scored(950_000, veto_code="fraud")},
            expect=[{"keep_ppm": 0, "kept_fen": 0, "returned_fen": 17_000_000_000}]),
    Example("超支由医联体全部承担", "An overrun is borne whole by the consortium",
            given={"consortium_budgets": _BUDGET, "consortium_liabilities": _spent(17_000_000_101), "consortia": _LEAD},
            expect=[{"outcome_code": "overrun", "overrun_fen": 101, "borne_fen": 101, "fund_borne_fen": 0,
                     "lead_borne_fen": 71, "members_borne_fen": 30}]),
    Example("合理超支分担：超支率恰为 5%，归低档，基金担已认定部分的 50%",
            "Shared: an overrun of exactly 5 % is in the lower band, the fund bears half of what was recognised",
            given={"consortium_budgets": [{**_KEY, "budget_fen": 2_000}], "consortium_liabilities": _spent(2_100), "consortia": _LEAD,
                   "overrun_evidence": [_evidence(61), _evidence(39, state_code="rejected"), _evidence(50, cause_code="other")]},
            values=_SHARED,
            expect=[{"outcome_code": "overrun", "overrun_fen": 100, "reasonable_fen": 61, "fund_share_ppm": 500_000, "fund_borne_fen": 31,
                     "borne_fen": 69, "overrun_held_fen": 0}]),
    Example("证据待认定：超支暂挂，谁都不先承担", "Evidence waits for a decision: the overrun is held, nobody bears it yet",
            given={"consortium_budgets": [{**_KEY, "budget_fen": 2_000}], "consortium_liabilities": _spent(2_100), "consortia": _LEAD,
                   "overrun_evidence": [_evidence(61), _evidence(39, state_code="pending")]}, values=_SHARED,
            expect=[{"outcome_code": "overrun_held", "overrun_fen": 100, "overrun_held_fen": 100, "borne_fen": 0, "fund_borne_fen": 0}]),
    Example("方案没有写超支如何承担：暂挂，须先定", "The plan does not say who bears an overrun: held until it is decided",
            given={"consortium_budgets": [{**_KEY, "budget_fen": 2_000}], "consortium_liabilities": _spent(2_100), "consortia": _LEAD},
            values={"consortium.overrun_rule": "undecided"},
            expect=[{"outcome_code": "overrun_held", "overrun_held_fen": 100, "borne_fen": 0, "fund_borne_fen": 0}]),
    Example("未经转诊的外出住院照计责任，但不在分担之内", "Self-referred stays outside count at face, but no part of them is shared",
            given={"consortium_budgets": [{**_KEY, "budget_fen": 2_000}], "consortia": _LEAD,
                   "consortium_liabilities": [*_spent(2_020), {**_KEY, "place_code": "off_site", "care_code": "off_site_stay", "fund_fen": 60},
                                              {**_KEY, "place_code": "off_site", "care_code": "off_site_stay", "is_referred": True, "fund_fen": 20}],
                   "overrun_evidence": [_evidence(90)]},
            values={**_SHARED, "consortium.unreferred_outflow_is_shared": False},
            expect=[{"liability_fen": 2_100, "overrun_fen": 100, "reasonable_fen": 40, "fund_borne_fen": 20, "borne_fen": 80}]),
    Example("上年就诊、清算后才报的由风险金付，不计责任", "Care of last year that came after its clearing is paid from the reserve",
            given={"consortium_budgets": [{**_KEY, "budget_fen": 2_000}], "consortia": _LEAD, "appraisals": _scored(900_000),
                   "consortium_liabilities": [*_spent(1_900), {**_KEY, "is_late": True, "fund_fen": 300}]},
            values={"consortium.late_claims": "reserve"},
            expect=[{"residents_paid_fen": 2_200, "left_out_fen": 300, "liability_fen": 1_900, "surplus_fen": 100, "kept_fen": 100}]),
    Example("按考核后口径：医院考核扣下的不算居民花的，一笔超支成了结余；负调整再减",
            "On the payable basis what hospitals' appraisals withheld was not spent: the overrun becomes a surplus; an adjustment lowers it more",
            given={"consortium_budgets": [{**_KEY, "budget_fen": 2_000}], "consortia": _LEAD, "consortium_liabilities": _spent(2_100),
                   "appraisals": _scored(900_000), "consortium_withholdings": [{**_KEY, "withheld_fen": 150}],
                   "consortium_adjustments": [{**_KEY, "adjustment_id": "J1", "year": 2020, "amount_fen": -7},
                                              {**_KEY, "adjustment_id": "J2", "year": 2019, "amount_fen": 99}]},
            values={"consortium.liability_basis": "payable"},
            expect=[{"withheld_fen": 150, "adjustment_fen": -7, "liability_fen": 1_943, "surplus_fen": 57, "overrun_fen": 0}]),
    Example("留用不超过预算的 10%，其余退回", "No more than 10 % of the budget is kept, the rest returns",
            given={"consortium_budgets": [{**_KEY, "budget_fen": 2_000}], "consortia": _LEAD, "consortium_liabilities": _spent(1_500),
                   "appraisals": _scored(900_000)},
            values={"consortium.surplus_cap_ppm": 100_000},
            expect=[{"surplus_fen": 500, "kept_fen": 200, "returned_fen": 300, "lead_fen": 140, "members_fen": 60}]),
    Example("方案没有写结余归谁：有考核分也暂存", "The plan does not say whose a surplus is: held, whatever the score",
            given={"consortium_budgets": [{**_KEY, "budget_fen": 2_000}], "consortia": _LEAD, "appraisals": _scored(900_000)},
            values={"consortium.surplus_rule": "undecided"},
            expect=[{"outcome_code": "held", "score_e4": 900_000, "keep_ppm": None, "held_fen": 2_000, "kept_fen": 0}]),
    Example("审核已追回的钱不再算超支：超支按追回后的责任支出算",
            "What audit recovered is not borne again: an overrun is of the liability after recovery",
            given={"consortium_budgets": _BUDGET, "consortium_liabilities": _spent(17_000_000_101), "consortia": _LEAD,
                   "consortium_recoveries": [{**_KEY, "recovered_fen": 100}]},
            expect=[{"outcome_code": "overrun", "surplus_fen": 0, "overrun_fen": 1, "borne_fen": 1}]),
    Example("价格超出预算、追回后不超：既无结余，也无超支",
            "Above the budget at its price, below it after recovery: neither a surplus nor an overrun",
            given={"consortium_budgets": _BUDGET, "consortium_liabilities": _spent(17_000_000_101), "consortia": _LEAD,
                   "consortium_recoveries": [{**_KEY, "recovered_fen": 500}]},
            expect=[{"outcome_code": "balanced", "surplus_fen": 0, "overrun_fen": 0, "borne_fen": 0}]),
    Example("一票否决而没有得分：按最低档，不暂存", "A veto without a score: the lowest band, not held",
            given={"consortium_budgets": _BUDGET, "consortia": _LEAD, "appraisals": _scored(None, veto_code="fraud")},
            expect=[{"outcome_code": "surplus", "keep_ppm": 0, "held_fen": 0, "returned_fen": 17_000_000_000}]),
), source=Source("海府办〔2018〕251号", "二(二)，附件三(三)2(3)", "HK-08 HK-09 HK-10 CON-5 CON-6 CON-7", "SEED DEF"))
def consortium_settlements(consortium_budgets, consortium_liabilities, consortium_withholdings, consortium_recoveries,
                           consortium_adjustments, overrun_evidence, consortium_agreements, consortia, consortium_members, appraisals, plan, year):
    """Set each package against its liability: surplus kept by score and split, or overrun borne, shared or held; fen.

    Raises BadChoice for a rule it does not know. Source: HK-08, HK-09, HK-10, CON-3, CON-5, CON-6, CON-7, EX-42.
    """
    payments, evidence = defaultdict(list), defaultdict(list)
    for row in consortium_liabilities:
        payments[_key(row)].append(row)
    for row in overrun_evidence:
        evidence[_key(row) if row["year"] == year else None].append(row)
    recovered = _summed(consortium_recoveries, "recovered_fen")
    withheld = _summed(consortium_withholdings, "withheld_fen") if _is_payable(plan) else Counter()
    adjusted = _summed((row for row in consortium_adjustments if row["year"] == year), "amount_fen")
    scores = consortium_scores(consortia, consortium_members, appraisals, chosen(plan, "consortium.score_basis", SCORE_BASES), year)
    leads = lead_shares(consortia, consortium_agreements, plan, year)
    counts, settled = counting(plan), []
    for row in consortium_budgets:
        key = _key(row)
        balance = _balance(row["budget_fen"], payments[key], counts, withheld[key], adjusted[key], recovered[key])
        lead_share, borne_lead_share = leads[key[0]]
        settled.append({"consortium_id": key[0], "insurance_code": key[1], **balance,
                        **_kept(balance, *scores.get(key[0], (None, False)), lead_share, plan),
                        **_borne(balance, _unshared(payments[key], counts, plan), evidence[key], borne_lead_share, plan)})
    return [{**row, "outcome_code": _outcome(row)} for row in settled]


def _key(row):
    return row["consortium_id"], row["insurance_code"]


def _summed(rows, column):
    sums: Counter = Counter()
    for row in rows:
        sums[_key(row)] += row[column]
    return sums


def _is_payable(plan) -> bool:
    """Whether stays count after the factor of the hospital's appraisal, not at their price."""
    return chosen(plan, "consortium.liability_basis", LIABILITY_BASES) == "payable"


def _balance(budget, payments, counts, withheld, adjusted, recovered):
    counted = [row for row in payments if counts(row)]
    paid, held_against = sum(row["fund_fen"] for row in payments), sum(row["fund_fen"] for row in counted)
    liability = held_against - withheld + adjusted
    return {"budget_fen": budget, "residents_paid_fen": paid, "left_out_fen": paid - held_against,
            "quota_left_fen": budget - held_against, "withheld_fen": withheld, "adjustment_fen": adjusted, "liability_fen": liability,
            "audit_recovery_fen": recovered, "net_liability_fen": liability - recovered,
            "surplus_fen": max(budget - liability, 0), "overrun_fen": max(liability - recovered - budget, 0)}


def _kept(balance, score, is_vetoed, lead_share, plan):
    """What of the surplus stays, and the lead's part of it."""
    parts = parted_surplus(balance["surplus_fen"], balance["budget_fen"], score, is_vetoed, plan)
    lead = take_rate(parts.kept_fen, lead_share)
    return {"score_e4": score, **vars(parts), "lead_share_ppm": lead_share, "lead_fen": lead, "members_fen": parts.kept_fen - lead}


def _unshared(payments, counts, plan):
    """What was spent by self-referral, where the plan keeps it out of what can be shared."""
    free = plan.value("consortium.referral_free_care")
    if plan.value("consortium.unreferred_outflow_is_shared"):
        return 0
    return sum(row["fund_fen"] for row in payments if is_self_referred(row, free) and counts(row))


def _borne(balance, unshared, evidence, lead_share, plan):
    """Who bears the overrun."""
    parts = shared_overrun(balance["overrun_fen"], balance["budget_fen"], unshared, evidence, plan)
    lead = take_rate(parts.borne_fen, lead_share)
    return {"reasonable_fen": parts.reasonable_fen, "fund_share_ppm": parts.fund_share_ppm,
            "reasonable_borne_fen": parts.reasonable_fen - parts.fund_borne_fen, "borne_fen": parts.borne_fen, "fund_borne_fen": parts.fund_borne_fen,
            "overrun_held_fen": parts.held_fen, "borne_lead_share_ppm": lead_share, "lead_borne_fen": lead, "members_borne_fen": parts.borne_fen - lead}


def _outcome(row):
    if row["overrun_fen"]:
        return "overrun_held" if row["overrun_held_fen"] else "overrun"
    return "balanced" if not row["surplus_fen"] else "held" if row["keep_ppm"] is None else "surplus"
