"""Why a consortium kept or owed what it did."""
from sanyi.runs.explain.explanation import Explanation, Part
from sanyi.runs.explain.facts import Fact, heading, name_of, parts_of, rows_of, the_row
from sanyi.runs.results import Results

BUDGET = (
    Fact("person_months_count"),
    Fact("raised_fen", ("{person_months_count} 人月 × {raised_per_head_fen} 元 ÷ 12", "{person_months_count} person-months × {raised_per_head_fen} yuan ÷ 12"),
         ("consortium.budget_insurance_types", "consortium.contract_month_rule")),
    Fact("budget_fen", ("{raised_fen} × {budget_share_ppm}", "{raised_fen} × {budget_share_ppm}"), ("consortium.budget_share_ppm",)),
)
LIABILITY = (Fact("fund_fen", ("{place_code}，{care_code}，{case_count} 例次", "{place_code}, {care_code}, {case_count} cases"), depth=1),)
OUTCOME = (
    Fact("liability_fen", ("本医联体签约居民在任何机构发生的基金支付之和", "all fund payments for its contracted residents, wherever treated")),
    Fact("audit_recovery_fen", ("审核追回中归属本医联体居民的部分", "audit recoveries that belong to its residents")),
    Fact("net_liability_fen", ("{liability_fen} − {audit_recovery_fen}", "{liability_fen} − {audit_recovery_fen}")),
    Fact("surplus_fen", ("预算 {budget_fen} − {net_liability_fen}，不足为 0", "budget {budget_fen} − {net_liability_fen}, 0 if negative")),
    Fact("kept_fen", ("{surplus_fen} × {keep_ppm}（考核 {score_e4} 分）", "{surplus_fen} × {keep_ppm} (score {score_e4})"), ("consortium.surplus_keep_bands",)),
    Fact("lead_fen", ("{kept_fen} × {lead_share_ppm}", "{kept_fen} × {lead_share_ppm}"), ("consortium.surplus_lead_share_ppm",)),
    Fact("members_fen", ("{kept_fen} − {lead_fen}", "{kept_fen} − {lead_fen}")),
    Fact("overrun_fen", ("{net_liability_fen} − 预算 {budget_fen}，结余为 0", "{net_liability_fen} − budget {budget_fen}, 0 if a surplus")),
    Fact("borne_fen", ("超支由医联体承担的部分", "the part of the overrun that the consortium bears"), ("consortium.overrun_consortium_share_ppm",)),
)
SHARE = (Fact("share_fen", ("签约 {person_months_count} 人月 × 考核 {score_e4} 分，按权重 {share_weight} 分配",
                            "{person_months_count} person-months × score {score_e4}, shared by the weight {share_weight}"), depth=1),)


def explain_consortium(results: Results, consortium_id: str) -> Explanation:
    """Explain a consortium's year: its package, its liability by place, what it kept or bore, and each member's share.

    Raises NothingToExplain. Source: HK-06, HK-07, HK-09, HK-10.
    """
    consortium = the_row(results, "consortia", ("医联体", "consortium"), consortium_id=consortium_id)
    parts: list[Part] = []
    for settled in rows_of(results, "consortium_settlements", consortium_id=consortium_id):
        key = {"consortium_id": consortium_id, "insurance_code": settled["insurance_code"]}
        for budget in rows_of(results, "consortium_budgets", **key):
            parts += [heading(("一、包干预算", "1. The package")), *parts_of(results, "consortium_budgets", budget, BUDGET)]
        parts.append(heading(("二、责任支出", "2. The liability")))
        for place in rows_of(results, "consortium_liabilities", **key):
            parts += parts_of(results, "consortium_liabilities", place, LIABILITY)
        parts += [heading(("三、年终结果", "3. The year's outcome")), *parts_of(results, "consortium_settlements", settled, OUTCOME)]
        parts.append(heading(("四、成员分配", "4. The members' shares")))
        for share in rows_of(results, "consortium_shares", **key):
            parts += [_named(part, name_of(results, share["institution_id"]))
                      for part in parts_of(results, "consortium_shares", share, SHARE)]
    return Explanation(f"{consortium['name']}（{consortium_id}）{results.year} 年", f"{consortium['name']} ({consortium_id}), {results.year}", parts)


def _named(part: Part, name: str) -> Part:
    return Part(name, name, part.value_zh, part.value_en, part.formula_zh, part.formula_en, part.source_table,
                part.source_key, part.clauses_zh, part.clauses_en, part.depth)
