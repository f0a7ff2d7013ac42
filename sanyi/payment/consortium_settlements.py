"""Each consortium's year: package against what was paid for its residents, and what follows for surplus or overrun."""
from collections import Counter, defaultdict

from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

OUTCOME = {
    "surplus": ("结余留用", "surplus kept"), "held": ("结余暂存（未考核）", "surplus held: not appraised"),
    "overrun": ("超支自付", "overrun borne"), "balanced": ("收支相抵", "balanced"),
}

CONSORTIUM_SETTLEMENTS = Table(
    "consortium_settlements", "医联体年终清算", "Consortium settlements", key=("consortium_id", "insurance_code"),
    note="各险种基金分别清算，互不调剂。责任支出按价格计；审核追回的钱留在基金，不变成结余，也不算超支："
         "结余 = 预算 − 责任支出，超支 = 责任支出 − 追回 − 预算，都不低于 0，至多一项大于 0（CON-5）。"
         "未考核的结余暂存；被一票否决的按最低档。"
         " Each fund settles by itself. Money that audit recovered stays with the fund: it is no surplus, and nobody bears "
         "it as an overrun. surplus = budget − liability, overrun = liability − recovered − budget, neither below 0 and at "
         "most one above it. A surplus without an appraisal is held; a veto takes the lowest band, appraised or not.",
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        fen("budget_fen", "包干预算", "budget"),
        fen("liability_fen", "责任支出（按价格）", "liability at its price", minimum=None),
        fen("audit_recovery_fen", "其中审核追回", "of it recovered by audit"),
        fen("net_liability_fen", "追回后责任支出", "liability after recovery", minimum=None),
        fen("surplus_fen", "结余", "surplus: budget less liability, not below 0"),
        fen("overrun_fen", "超支", "overrun: liability after recovery less budget, not below 0"),
        code("outcome_code", "清算结果", "outcome", OUTCOME),
        whole("score_e4", "考核得分", "appraisal score", "e4", nullable=True),
        whole("keep_ppm", "留用比例", "share of the surplus kept", "ppm", nullable=True, minimum=0),
        fen("kept_fen", "留用结余", "surplus kept"),
        fen("returned_fen", "退回基金", "returned to the fund"),
        fen("held_fen", "暂存待考核", "held until appraised"),
        whole("lead_share_ppm", "牵头医院留用比例", "lead hospital's share of the surplus", "ppm", minimum=0),
        fen("lead_fen", "牵头医院留用", "lead hospital's part of the surplus"),
        fen("members_fen", "成员机构留用", "members' part of the surplus"),
        fen("borne_fen", "医联体承担超支", "overrun borne by the consortium"),
        fen("fund_borne_fen", "基金承担超支", "overrun borne by the fund"),
        whole("borne_lead_share_ppm", "牵头医院分担比例", "lead hospital's share of the overrun", "ppm", minimum=0),
        fen("lead_borne_fen", "牵头医院承担", "lead hospital's part of the overrun"),
        fen("members_borne_fen", "成员机构承担", "members' part of the overrun"),
    ),
)

SCORE_BASES = ("lead", "mean")
_KEY = {"consortium_id": "A", "insurance_code": "resident"}
_BUDGET = [{**_KEY, "budget_fen": 17_000_000_000}]
_LEAD = [{"consortium_id": "A", "lead_institution_id": "H1"}]


def _spent(amount):
    return [{**_KEY, "place_code": "lead", "care_code": "visit", "fund_fen": amount}]


def _scored(score, **more):
    return [{"institution_id": "H1", "year": 2020, "score_e4": score, **more}]


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
def consortium_settlements(consortium_budgets, consortium_liabilities, consortium_recoveries, consortia, consortium_members,
                           appraisals, plan, year):
    """Set each package against its liability: surplus kept by score and split, or overrun borne; fen.

    Source: HK-08, HK-09, HK-10, CON-5, CON-6, CON-7, EX-42.
    """
    spent: Counter = Counter()
    for row in consortium_liabilities:
        spent[row["consortium_id"], row["insurance_code"]] += row["fund_fen"]
    recovered = {(row["consortium_id"], row["insurance_code"]): row["recovered_fen"] for row in consortium_recoveries}
    scores = _scores(consortia, consortium_members, appraisals, plan.value("consortium.score_basis"), year)
    bands = plan.value("consortium.surplus_keep_bands")
    return [_settle(row, spent, recovered, scores, bands, plan) for row in consortium_budgets]


def _settle(row, spent, recovered, scores, bands, plan):
    key = (row["consortium_id"], row["insurance_code"])
    return {"consortium_id": key[0], "insurance_code": key[1],
            **_balance(row["budget_fen"], spent[key], recovered.get(key, 0)),
            **_outcome(max(row["budget_fen"] - spent[key], 0), max(spent[key] - recovered.get(key, 0) - row["budget_fen"], 0),
                       scores.get(key[0], (None, False)), bands, plan)}


def _balance(budget, liability, recovered):
    return {"budget_fen": budget, "liability_fen": liability, "audit_recovery_fen": recovered,
            "net_liability_fen": liability - recovered}


def _outcome(surplus, overrun, score, bands, plan):
    points, is_vetoed = score
    keep = kept_share(points, bands, is_vetoed)
    kept = 0 if keep is None else take_rate(surplus, keep)
    lead_share, borne_share = plan.value("consortium.surplus_lead_share_ppm"), plan.value("consortium.overrun_lead_share_ppm")
    lead, borne = take_rate(kept, lead_share), take_rate(overrun, plan.value("consortium.overrun_consortium_share_ppm"))
    lead_borne = take_rate(borne, borne_share)
    outcome = "overrun" if overrun else "balanced" if not surplus else "held" if keep is None else "surplus"
    return {"surplus_fen": surplus, "overrun_fen": overrun, "outcome_code": outcome, "score_e4": points, "keep_ppm": keep,
            "kept_fen": kept, "returned_fen": 0 if keep is None else surplus - kept,
            "held_fen": surplus if keep is None else 0, "lead_share_ppm": lead_share, "lead_fen": lead,
            "members_fen": kept - lead, "borne_fen": borne, "fund_borne_fen": overrun - borne,
            "borne_lead_share_ppm": borne_share, "lead_borne_fen": lead_borne, "members_borne_fen": borne - lead_borne}


def kept_share(score: int | None, bands, is_vetoed: bool = False) -> int | None:
    """The share of the surplus kept at a score: of the highest band reached; a veto takes the lowest band's.

    None where there is neither a veto nor a score.
    """
    if is_vetoed:
        return min(band["keep_ppm"] for band in bands)
    if score is None:
        return None
    reached = [(band["minimum_score_e4"], band["keep_ppm"]) for band in bands if score >= band["minimum_score_e4"]]
    return max(reached)[1] if reached else 0


def _scores(consortia, members, appraisals, basis, year):
    """Each consortium's score (None where an appraisal is missing) and whether its lead is under a veto."""
    if basis not in SCORE_BASES:
        raise ValueError(f"consortium.score_basis: {basis!r} was seen, one of {', '.join(SCORE_BASES)} was expected")
    given = {row["institution_id"]: row for row in appraisals if row["year"] == year}
    listed = defaultdict(set)
    for row in members:
        listed[row["consortium_id"]].add(row["institution_id"])
    found = {}
    for row in consortia:
        lead = row["lead_institution_id"]
        wanted = sorted({lead, *listed[row["consortium_id"]]}) if basis == "mean" else [lead]
        points = [given.get(name, {}).get("score_e4") for name in wanted]
        score = None if None in points else take_rate(sum(points), 1, len(points))
        found[row["consortium_id"]] = (score, bool(given.get(lead, {}).get("veto_code")))
    return found
