"""Why a case was grouped and paid as it was."""
from sanyi.audit import rules
from sanyi.audit.evidence import evidence
from sanyi.runs.explain.drg_case import explain_bed_day, explain_points, explain_rate
from sanyi.runs.explain.explanation import Explanation, Part
from sanyi.runs.explain.facts import Fact, heading, name_of, parts_of, rows_of, sentence, the_row
from sanyi.runs.explain.mending import with_mending
from sanyi.runs.explain.pay_form import COST, LESS_PATIENT, PAY, form_of, in_form
from sanyi.runs.results import Condition, Results

STAY = (Fact("admitted_on"), Fact("discharged_on"), Fact("stay_days"), Fact("age_years"), Fact("principal_diagnosis_code"))
GROUP = (
    Fact("group_code"), Fact("layer_code"),
    Fact("reason_code", ("完整组合键 {full_key_code}", "full key {full_key_code}"), ("dip.core_case_minimum",)),
    Fact("main_operation_code"),
    Fact("related_operation_codes", ("费用达到病例总费用的规定比例，计入组合", "cost enough of the case to count"), ("dip.related_operation_share_ppm",)),
    Fact("dropped_operation_codes", ("费用占比不足，不计入组合", "cost too little of the case to count")),
)
CATALOGUE = (
    Fact("weighted_mean_fen", ("三年均费 {third_last_year_mean_fen}、{second_last_year_mean_fen}、{last_year_mean_fen} 加权",
                               "the three years' means {third_last_year_mean_fen}, {second_last_year_mean_fen}, {last_year_mean_fen}, weighted"),
         ("dip.history_weights", "dip.trim_case_minimum")),
    Fact("weight_e4", ("病种均费 ÷ 全部病例均费", "mean of the group ÷ mean of all cases")),
    Fact("points_e4", ("权重 {weight_e4} × 分值标度", "weight {weight_e4} × the scale of points"), ("dip.score_scale",)),
)
POINTS = (
    Fact("base_points_e4"),
    Fact("auxiliary_e4", ("辅助目录维度：{dimension_code}", "auxiliary dimension: {dimension_code}"), ("dip.auxiliary_combination",)),
    Fact("coefficient_e4", ("基层病种为 1", "1 for primary-care groups"), ("dip.coefficient_floor_e4", "dip.coefficient_cap_e4")),
    Fact("ratio_ppm", ("费用 {cost_fen} ÷ {comparison_mean_fen}（{comparison_code}）", "cost {cost_fen} ÷ {comparison_mean_fen} ({comparison_code})")),
    Fact("deviation_code", ("低于下限按实际比例，高于上限加计超出部分", "below the low limit as spent, above the high limit with the excess"),
         ("dip.low_ratio_ppm", "dip.high_ratio_ppm")),
    Fact("points_e4", ("基础 {base_points_e4} × 辅助 {auxiliary_e4} × 机构 {coefficient_e4}，按偏差修正",
                       "base {base_points_e4} × auxiliary {auxiliary_e4} × institution {coefficient_e4}, corrected for deviation")),
)
POOLED = {
    "cost": ("{fund_fen} ÷（{share_numerator_fen} ÷ {share_denominator_fen}）", "{fund_fen} ÷ ({share_numerator_fen} ÷ {share_denominator_fen})"),
    "fund": ("基金 {fund_fen}，不除以报销比例", "the fund's {fund_fen}, not divided by the share it pays"),
}
VALUE = Fact("point_value_e4", ("{cost_fen} 元 ÷ 总分值 {points_e4}", "{cost_fen} yuan ÷ {points_e4} points"))
PAID = (
    Fact("standard_fen", ("分值 {points_e4} × 点值 {point_value_e4}", "{points_e4} points × {point_value_e4}")),
    Fact("patient_fen"), Fact("other_payers_fen"), Fact("fund_pay_fen", PAY[LESS_PATIENT]), Fact("cost_fen"), Fact("difference_fen", COST),
)
SETTLED = ("入组 {group_code}（{layer_code}：{reason_code}），得 {points_e4} 分 × 点值 {point_value_e4} 元 = 支付标准 {standard_fen} 元；"
           "减去个人 {patient_fen} 元和其他 {other_payers_fen} 元，基金应付 {fund_pay_fen} 元。费用 {cost_fen} 元，标准减费用为 {difference_fen} 元。",
           "Group {group_code} ({layer_code}: {reason_code}): {points_e4} points × {point_value_e4} yuan = a standard of {standard_fen} yuan; "
           "less {patient_fen} from the patient and {other_payers_fen} from others, the fund pays {fund_pay_fen} yuan. "
           "The stay cost {cost_fen} yuan; standard less cost is {difference_fen} yuan.")
SETTLED_OTHERWISE = ("入组 {group_code}（{layer_code}：{reason_code}），得 {points_e4} 分 × 点值 {point_value_e4} 元 = 支付标准 {standard_fen} 元；基金应付 {fund_pay_fen} 元。费用 {cost_fen} 元。",
                     "Group {group_code} ({layer_code}: {reason_code}): {points_e4} points × {point_value_e4} yuan = a standard of {standard_fen} yuan; "
                     "the fund pays {fund_pay_fen} yuan. The stay cost {cost_fen} yuan.")
UNSETTLED = ("尚未支付：{status_code}。入组情况：{layer_code}，{reason_code}。费用 {cost_fen} 元。",
             "Not paid yet: {status_code}. Grouping: {layer_code}, {reason_code}. The stay cost {cost_fen} yuan.")
CHARGED = ("按实际结算支付：总费用 {total_fen} 元，其中基金支付 {fund_fen} 元。",
           "Paid as charged: {total_fen} yuan in all, {fund_fen} yuan of it by the fund.")
APART = (Fact("amount_fen"), Fact("in_scope_fen"),
         Fact("fund_fen", ("目录比例或单据比例，不超过单据的基金支付", "at the listed share or the bill's, never more than the fund paid on the bill"), ("payment.separate_drugs",)),
         Fact("patient_fen"))
DECIDED = Fact("decision_id", ("{status_code}：本行认定 {agreed_fen} 元；{decided_by} 于 {decided_on} 决定，文书 {document_code}，针对运行 {run_digest}",
                               "{status_code}: {agreed_fen} yuan of this line; decided by {decided_by} on {decided_on}, document {document_code}, about the run {run_digest}"), depth=2)
SHORT = 12  # letters of a digest, for people
BILL = (Fact("total_fen"), Fact("in_scope_fen"), Fact("fund_fen"), Fact("catastrophic_fen"), Fact("aid_fen"), Fact("account_fen"), Fact("cash_fen"))


def explain_case(results: Results, encounter_id: str) -> Explanation:
    """Explain one case: the stay, its group, its points, the point value and the payment; a visit by its bill.

    Raises NothingToExplain where the year has no such encounter. Source: DIP-1, DIP-19, DIP-22.
    """
    encounter = the_row(results, "encounters", ("就诊", "encounter"), encounter_id=encounter_id)
    name = name_of(results, encounter["institution_id"])
    parts = [heading(("一、就诊", "1. The encounter"), (name, name)), *parts_of(results, "encounters", encounter, STAY)]
    priced = results.one("inpatient_cases", encounter_id=encounter_id)
    said, how = PRICED[priced["method_code"]](results, encounter_id) if priced else _paid_by_bill(results, encounter_id)
    return Explanation(f"病例 {encounter_id}", f"Case {encounter_id}", [*parts, *how, *_apart(results, encounter_id), *_findings(results, encounter_id)], *said)


def _paid_by_points(results: Results, encounter_id: str) -> tuple[tuple[str, str], list[Part]]:
    key = {"encounter_id": encounter_id}
    case = the_row(results, "dip_cases", ("结算单", "statement"), **key)
    form = form_of(results, "dip_cases")
    settled = SETTLED if form == LESS_PATIENT else SETTLED_OTHERWISE
    said = sentence(results, "dip_cases", case, settled if case["status_code"] == "settled" else UNSETTLED)
    said = with_mending(said, case["status_code"], case["reason_code"])
    parts = [heading(("二、入组", "2. Its group"))]
    parts += parts_of(results, "dip_case_groups", the_row(results, "dip_case_groups", ("入组", "group"), **key), GROUP)
    for group in rows_of(results, "dip_groups", group_code=case["group_code"]) if case["group_code"] else []:
        parts += parts_of(results, "dip_groups", group, CATALOGUE)
    parts += [heading(("三、分值", "3. Its points")), *parts_of(results, "dip_cases", case, POINTS)]
    for value in rows_of(results, "dip_point_values", insurance_code=case["insurance_code"], kind_code="settlement"):
        parts += [heading(("四、点值", "4. The point value")), *parts_of(results, "dip_point_values", value, value_facts(value))]
    return said, [*parts, heading(("五、支付", "5. The payment")), *parts_of(results, "dip_cases", case, in_form(PAID, form))]


def value_facts(value: dict) -> tuple[Fact, ...]:
    """How a settlement point value came about; under the basis "fund" the cost to be shared is the fund itself."""
    basis = "fund" if value["cost_fen"] == value["fund_fen"] else "cost"
    return Fact("cost_fen", POOLED[basis], ("payment.point_value_basis",)), VALUE


def _paid_by_bill(results: Results, encounter_id: str) -> tuple[tuple[str, str], list[Part]]:
    """Visits, and stays outside the insurance area, are paid as charged."""
    bill = the_row(results, "settlements", ("结算", "settlement"), encounter_id=encounter_id)
    return sentence(results, "settlements", bill, CHARGED), [
        heading(("二、按实际结算支付（不按病种付费）", "2. Paid as charged (not by groups)")), *parts_of(results, "settlements", bill, BILL)]


PRICED = {"dip": _paid_by_points, "drg": explain_rate, "drg_points": explain_points, "bed_day": explain_bed_day}


def _apart(results: Results, encounter_id: str) -> list[Part]:
    """What was paid apart from the price of the stay."""
    found = [part for row in rows_of(results, "separate_drugs", encounter_id=encounter_id) for part in parts_of(results, "separate_drugs", row, APART)]
    return [heading(("单独支付药品（不计入病例费用）", "Drugs paid apart (not in the case's cost)")), *found] if found else []


def _findings(results: Results, encounter_id: str) -> list[Part]:
    """Each audit finding of the case as its rule's own sentence."""
    hits = rows_of(results, "audit_hits", encounter_id=encounter_id)
    known = {rule.code: rule for rule in rules()}
    items = sorted({code for hit in hits for code in (hit["item_code"], hit["seen_value"], hit["allowed_value"]) if code})
    names = {row["item_code"]: row["name"] for row in results.page("charge_items", [Condition("item_code", "in", items)], limit=None)} if items else {}
    parts = [heading(("审核发现", "Audit findings"))] if hits else []
    for hit in hits:
        rule = known[hit["rule_code"]]
        [part] = parts_of(results, "audit_hits", hit, [Fact("amount_fen", depth=1)])
        parts.append(Part(f"{rule.code} {rule.zh}", f"{rule.code} {rule.en}", part.value_zh, part.value_en,
                          evidence(rule, hit, names, "zh"), evidence(rule, hit, names, "en"), part.source_table,
                          part.source_key, (str(rule.source),), (str(rule.source),), 1))
        parts += _decision(results, hit)
    return parts


def _decision(results: Results, hit: dict) -> list[Part]:
    """How a finding stands, what of it counts, and the decision that says so: whose, when, in which document, on which run."""
    [counted] = parts_of(results, "audit_hits", hit, [Fact("counted_fen", ("{standing_code}", "{standing_code}"), depth=2)])
    said = rows_of(results, "audit_decisions", decision_id=hit["decision_id"], line_number=hit["line_number"]) if hit["decision_id"] else []
    return [counted, *(part for row in said for part in parts_of(results, "audit_decisions", {**row, "run_digest": row["run_digest"][:SHORT], "document_code": row["document_code"] or "–"}, [DECIDED]))]
