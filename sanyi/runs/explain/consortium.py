"""Why a consortium kept or owed what it did."""
from sanyi.runs.explain.explanation import Explanation, Part
from sanyi.runs.explain.facts import Fact, heading, name_of, parts_of, rows_of, sentence, the_row
from sanyi.runs.results import Results

BUDGET = (
    Fact("person_months_count"),
    Fact("raised_fen", ("{person_months_count} 人月 × {raised_per_head_fen} 元 ÷ 12", "{person_months_count} person-months × {raised_per_head_fen} yuan ÷ 12"),
         ("consortium.budget_insurance_types", "consortium.contract_month_rule")),
    Fact("budget_fen", ("{person_months_count} 人月 × {raised_per_head_fen} 元 × {budget_share_ppm} ÷ 12；只四舍五入一次",
                        "{person_months_count} person-months × {raised_per_head_fen} yuan × {budget_share_ppm} ÷ 12; rounded once"),
         ("consortium.budget_share_ppm", "consortium.budget_shares")),
)
AFTER_ASIDES = (
    *BUDGET[:2],
    Fact("set_aside_fen", values=("consortium.set_asides",)),
    Fact("budget_fen", ("（{raised_fen} − {set_aside_fen}）× {budget_share_ppm}；只四舍五入一次", "({raised_fen} − {set_aside_fen}) × {budget_share_ppm}; rounded once"),
         ("consortium.budget_share_ppm", "consortium.budget_shares")),
)
LIABILITY = (Fact("fund_fen", ("{case_count} 例次", "{case_count} cases"), depth=1),)
PLACED = ("{place_code} · {care_code}", "{place_code} · {care_code}")
REFERRED = ("{place_code} · {care_code} · 经转诊", "{place_code} · {care_code} · referred")
SETTLED = {
    "surplus": ("预算 {budget_fen} 元，居民就医花去 {liability_fen} 元，结余 {surplus_fen} 元；考核 {score_e4} 分，留用 {kept_fen} 元："
                "牵头医院 {lead_fen} 元，其他成员 {members_fen} 元。",
                "Of a package of {budget_fen} yuan its residents' care took {liability_fen} yuan: a surplus of {surplus_fen} yuan. With a score "
                "of {score_e4} it keeps {kept_fen} yuan: {lead_fen} for the lead hospital, {members_fen} for the other members."),
    "held": ("预算 {budget_fen} 元，居民就医花去 {liability_fen} 元，结余 {surplus_fen} 元；没有考核结果，暂存 {held_fen} 元。",
             "Of a package of {budget_fen} yuan its residents' care took {liability_fen} yuan: a surplus of {surplus_fen} yuan. Without an "
             "appraisal {held_fen} yuan are held."),
    "overrun": ("预算 {budget_fen} 元，居民就医花去 {liability_fen} 元，其中审核已追回 {audit_recovery_fen} 元，超支 {overrun_fen} 元，"
                "其中医联体自担 {borne_fen} 元。",
                "Of a package of {budget_fen} yuan its residents' care took {liability_fen} yuan, of which audit recovered {audit_recovery_fen}: "
                "an overrun of {overrun_fen} yuan, {borne_fen} of it borne by the consortium."),
    "overrun_held": ("预算 {budget_fen} 元，居民就医花去 {liability_fen} 元，其中审核已追回 {audit_recovery_fen} 元，超支 {overrun_fen} 元；方案未定或证据待认定，暂挂 {overrun_held_fen} 元。",
                     "Of a package of {budget_fen} yuan its residents' care took {liability_fen} yuan, of which audit recovered {audit_recovery_fen}: an overrun "
                     "of {overrun_fen} yuan. The rule or its evidence is undecided: {overrun_held_fen} yuan are held."),
    "balanced": ("预算 {budget_fen} 元，居民就医花去 {liability_fen} 元，其中审核已追回 {audit_recovery_fen} 元：没有结余，也没有超支。",
                 "Of a package of {budget_fen} yuan its residents' care took {liability_fen} yuan, of which audit recovered {audit_recovery_fen}: "
                 "neither a surplus nor an overrun."),
}
OUTCOME = (
    Fact("residents_paid_fen", ("本医联体签约居民在任何机构发生的基金支付之和", "all fund payments for its contracted residents, wherever treated")),
    Fact("liability_fen", ("{residents_paid_fen} − 不计入 {left_out_fen} − 考核扣留 {withheld_fen} + 调整 {adjustment_fen}",
                           "{residents_paid_fen} − not counted {left_out_fen} − withheld {withheld_fen} + adjustments {adjustment_fen}"),
         ("consortium.liability_basis", "consortium.unreferred_outflow_counts", "consortium.late_claims")),
    Fact("audit_recovery_fen", ("审核追回中归属本医联体居民的部分", "audit recoveries that belong to its residents")),
    Fact("net_liability_fen", ("{liability_fen} − {audit_recovery_fen}", "{liability_fen} − {audit_recovery_fen}")),
    Fact("surplus_fen", ("预算 {budget_fen} − 责任支出 {liability_fen}；不低于 0，审核追回归基金，不算结余",
                         "budget {budget_fen} − liability {liability_fen}; not below 0, what audit recovers is the fund's, no surplus")),
    Fact("kept_fen", ("{surplus_fen} × {keep_ppm} × {retained_ppm}；考核 {score_e4} 分；不超过预算的 {cap_ppm}",
                      "{surplus_fen} × {keep_ppm} × {retained_ppm}; at a score of {score_e4}; at most {cap_ppm} of the budget"),
         ("consortium.surplus_rule", "consortium.surplus_keep_bands", "consortium.retained_ppm", "consortium.surplus_cap_ppm")),
    Fact("lead_fen", ("{kept_fen} × {lead_share_ppm}", "{kept_fen} × {lead_share_ppm}"), ("consortium.surplus_lead_share_ppm",)),
    Fact("members_fen", ("{kept_fen} − {lead_fen}", "{kept_fen} − {lead_fen}")),
    Fact("overrun_fen", ("追回后责任支出 {net_liability_fen} − 预算 {budget_fen}；不低于 0",
                         "liability after recovery {net_liability_fen} − budget {budget_fen}; not below 0")),
    Fact("fund_borne_fen", ("认定的合理部分 {reasonable_fen} × {fund_share_ppm}", "recognised as reasonable {reasonable_fen} × {fund_share_ppm}"),
         ("consortium.overrun_rule", "consortium.overrun_fund_share_bands", "consortium.reasonable_overrun_causes")),
    Fact("borne_fen", ("超支 {overrun_fen} − 基金承担 {fund_borne_fen} − 暂挂 {overrun_held_fen}",
                       "overrun {overrun_fen} − borne by the fund {fund_borne_fen} − held {overrun_held_fen}"), ("consortium.overrun_rule",)),
    Fact("lead_borne_fen", ("{borne_fen} × {borne_lead_share_ppm}", "{borne_fen} × {borne_lead_share_ppm}"), ("consortium.overrun_lead_share_ppm",)),
    Fact("members_borne_fen", ("{borne_fen} − {lead_borne_fen}", "{borne_fen} − {lead_borne_fen}")),
)
NET = ("结余所得 {kept_share_fen} − 超支分担 {borne_share_fen}；", "surplus {kept_share_fen} − overrun borne {borne_share_fen}; ")
SHARED = {
    "lead": ("牵头医院部分，没有成员时得全部或担全部", "the lead hospital's part, or all of it where there is no other member"),
    "kept": ("成员部分按签约 {person_months_count} 人月 × 考核 {score_e4} 分的权重 {share_weight} 分配，全无权重时按人月，再平均",
             "the members' part by the weight {share_weight} of {person_months_count} person-months × score {score_e4}; where nobody has a weight "
             "by person-months, then equally"),
    "borne": ("成员部分按签约 {person_months_count} 人月分担，与得分无关，全无人月时平均",
              "the members' part by {person_months_count} person-months, whatever the score; where nobody has any, equally"),
}


def explain_consortium(results: Results, consortium_id: str) -> Explanation:
    """Explain a consortium's year: its package, its liability by place, what it kept or bore, and each member's share.

    Raises NothingToExplain. Source: HK-06, HK-07, HK-09, HK-10.
    """
    consortium = the_row(results, "consortia", ("医联体", "consortium"), consortium_id=consortium_id)
    parts: list[Part] = []
    summary = ("", "")
    for settled in rows_of(results, "consortium_settlements", consortium_id=consortium_id):
        key = {"consortium_id": consortium_id, "insurance_code": settled["insurance_code"]}
        for budget in rows_of(results, "consortium_budgets", **key):
            parts += [heading(("一、包干预算", "1. The package")), *parts_of(results, "consortium_budgets", budget, AFTER_ASIDES if budget["set_aside_fen"] else BUDGET)]
        parts.append(heading(("二、责任支出", "2. The liability")))
        for place in rows_of(results, "consortium_liabilities", **key):
            called = sentence(results, "consortium_liabilities", place, REFERRED if place["is_referred"] else PLACED)
            parts += [_named(part, *called) for part in parts_of(results, "consortium_liabilities", place, LIABILITY)]
        parts += [heading(("三、年终结果", "3. The year's outcome")), *parts_of(results, "consortium_settlements", settled, OUTCOME)]
        parts.append(heading(("四、成员分配", "4. The members' shares")))
        parts += _shares(results, rows_of(results, "consortium_shares", **key))
        said = sentence(results, "consortium_settlements", settled, SETTLED[settled["outcome_code"]])
        summary = (summary[0] + said[0], " ".join(filter(None, (summary[1], said[1]))))
    return Explanation(f"{consortium['name']}（{consortium_id}）{results.year} 年", f"{consortium['name']} ({consortium_id}), {results.year}",
                       parts, *summary)


def share_facts(share: dict) -> tuple[Fact, ...]:
    """How one institution's share came about: the lead's part, or a member's by weight (surplus) or person-months (overrun)."""
    how = SHARED["lead" if share["role_code"] == "lead" else "borne" if share["borne_share_fen"] else "kept"]
    return (Fact("share_fen", (NET[0] + how[0], NET[1] + how[1]), depth=1),)


def _shares(results: Results, shares: list[dict]) -> list[Part]:
    """Each member with a share or with contracted residents, the largest first; the rest as a number."""
    there = [share for share in shares if share["share_fen"] or share["person_months_count"]]
    parts = [_named(part, name, name) for share in sorted(there, key=lambda share: (-abs(share["share_fen"]), share["institution_id"]))
             for name in [name_of(results, share["institution_id"])] for part in parts_of(results, "consortium_shares", share, share_facts(share))]
    left = len(shares) - len(there)
    if left:
        parts.append(Part("其余成员", "The other members", f"{left} 家", str(left), "没有签约居民，不参加分配", "no contracted residents, no share",
                          "consortium_shares", depth=1))
    return parts


def _named(part: Part, zh: str, en: str) -> Part:
    return Part(zh, en, part.value_zh, part.value_en, part.formula_zh, part.formula_en, part.source_table,
                part.source_key, part.clauses_zh, part.clauses_en, part.depth)
