"""Why an institution is paid what it is."""
from sanyi.runs.explain.consortium import share_facts
from sanyi.runs.explain.explanation import Explanation, Part
from sanyi.runs.explain.facts import Fact, heading, parts_of, rows_of, sentence, the_row
from sanyi.runs.results import Results

COEFFICIENT = (Fact("coefficient_e4", (
    "（本机构历史费用 ÷ 按区域均费应有费用）÷（全区域同一比值）= {raw_e4}；各年先按目录的年度权重加权，结果限于上下限内（{basis_code}）；"
    "未加权时本机构为 {cost_fen} 和 {expected_fen}",
    "(history cost ÷ cost expected at regional means) ÷ (the same for the whole region) = {raw_e4}; years weigh as in the catalogue, the result is kept "
    "within limits ({basis_code}); unweighted the two sums are {cost_fen} and {expected_fen}"),
    ("dip.history_weights", "dip.coefficient_floor_e4", "dip.coefficient_cap_e4")),)
GROUP_COEFFICIENT = (Fact("coefficient_e4", (
    "加权历史费用 {cost_fen} ÷ 按区域病组均费应有费用 {expected_fen} = {raw_e4}，限于上下限内（{basis_code}）",
    "weighted history cost {cost_fen} ÷ cost expected at the region's group means {expected_fen} = {raw_e4}, kept within limits ({basis_code})"),
    ("drg.coefficient_basis", "drg.coefficient_floor_e4", "drg.coefficient_cap_e4")), Fact("cmi_e4"))
CAPITATION = (
    Fact("person_count"), Fact("heads_fen", ("加权人月 {weighted_months_e4} ÷ 12 × 标准 {rate_fen}", "weighted person-months {weighted_months_e4} ÷ 12 × rate {rate_fen}"),
                               ("capitation.rates", "capitation.group_weights", "capitation.disease_weights")),
    Fact("bundle_fen", values=("capitation.bundles",)), Fact("outside_fen"),
    Fact("payable_fen", ("{heads_fen} + {bundle_fen} − 外出 {outside_fen}", "{heads_fen} + {bundle_fen} − use outside {outside_fen}")),
    Fact("difference_fen", ("应付 {payable_fen} − 已按实际支付 {own_fen}", "payable {payable_fen} − paid as charged {own_fen}")),
)
CLEARING = (
    Fact("case_count"), Fact("points_e4"),
    Fact("fund_pay_fen", ("{case_count} 例基金支付之和", "the fund's payments for {case_count} cases, summed")),
    Fact("payable_fen", ("{fund_pay_fen} × 考核系数 {appraisal_factor_ppm}", "{fund_pay_fen} × appraisal factor {appraisal_factor_ppm}"),
         ("appraisal.band_factors",)),
    Fact("audit_deduction_fen"),
    Fact("prepaid_fen", ("全年各月预付之和", "the year's monthly prepayments, summed"), ("dip.prepay_rate_ppm",)),
    Fact("clearing_fen", ("应付 {payable_fen} − 审核扣款 {audit_deduction_fen} − 已预付 {prepaid_fen}",
                          "payable {payable_fen} − deductions {audit_deduction_fen} − prepaid {prepaid_fen}")),
)
APPRAISAL = (
    Fact("score_e4", ("季度 {quarter_points_e4} + 半年 {half_year_points_e4} + 年终 {year_end_points_e4} + 加分 {bonus_e4} − 扣分 {malus_e4}；计划规定时截至满分",
                      "quarters {quarter_points_e4} + half-year {half_year_points_e4} + year-end {year_end_points_e4} + bonus {bonus_e4} − malus {malus_e4}; clipped to full marks where the plan says so"),
         ("appraisal.quarter_weight_ppm", "appraisal.half_year_weight_ppm", "appraisal.year_end_weight_ppm")),
    Fact("band_code", ("按分数为 {band_before_code}", "by score {band_before_code}"), ("appraisal.bands",)),
)
SUBSIDY = (Fact("subsidy_fen", ("药品销售 {drug_sales_fen} × {subsidy_share_ppm}", "drug sales {drug_sales_fen} × {subsidy_share_ppm}"), ("subsidy.drug_sales_share_ppm",)),
           Fact("city_fen", ("{subsidy_fen} × {city_share_ppm}", "{subsidy_fen} × {city_share_ppm}"), ("subsidy.city_share_ppm",)),
           Fact("district_fen", ("{subsidy_fen} − {city_fen}", "{subsidy_fen} − {city_fen}")))
CLEARED = ("{insurance_code}：{case_count} 例按病种应付 {fund_pay_fen} 元，乘考核系数 {appraisal_factor_ppm} 后为 {payable_fen} 元；减审核扣款 "
           "{audit_deduction_fen} 元、已预付 {prepaid_fen} 元，清算额 {clearing_fen} 元。",
           "{insurance_code}: {case_count} cases come to {fund_pay_fen} yuan by groups, {payable_fen} after the appraisal factor of {appraisal_factor_ppm}; "
           "less {audit_deduction_fen} deducted and {prepaid_fen} prepaid, {clearing_fen} yuan remain to be cleared.")
SECTIONS = (
    ("dip_institution_coefficients", ("机构系数", "Institution coefficient"), COEFFICIENT),
    ("drg_institution_coefficients", ("DRG机构系数", "Institution coefficient for groups"), GROUP_COEFFICIENT),
    ("inpatient_clearings", ("住院按病种付费年终清算", "Annual clearing of priced stays"), CLEARING),
    ("capitation_settlements", ("按人头付费", "Capitation"), CAPITATION),
    ("appraisals", ("绩效考核", "Appraisal"), APPRAISAL),
    ("consortium_shares", ("医联体分配", "Share of the consortium's result"), share_facts),
    ("drug_subsidies", ("基层药品补助", "Drug subsidy"), SUBSIDY),
)


def explain_institution(results: Results, institution_id: str) -> Explanation:
    """Explain an institution's year: coefficient, clearing, appraisal, consortium share and drug subsidy.

    Raises NothingToExplain. Source: DIP-25, DIP-27, WS-08, HK-09, HK-23.
    """
    institution = the_row(results, "institutions", ("医疗机构", "institution"), institution_id=institution_id)
    parts: list[Part] = []
    for table, title, facts in SECTIONS:
        rows = rows_of(results, table, institution_id=institution_id)
        for row in rows:
            parts += [_opened(results, table, row, title), *parts_of(results, table, row, facts(row) if callable(facts) else facts)]
    name = f"{institution['name']}"
    said = [sentence(results, "inpatient_clearings", row, CLEARED) for row in rows_of(results, "inpatient_clearings", institution_id=institution_id)]
    return Explanation(f"{name}（{institution_id}）{results.year} 年", f"{name} ({institution_id}), {results.year}", parts,
                       "".join(zh for zh, _ in said), " ".join(en for _, en in said))


def _opened(results: Results, table: str, row: dict, title: tuple[str, str]) -> Part:
    """Open a section; where a table has a row for each insurance, say which."""
    if "insurance_code" not in row:
        return heading(title)
    zh, en = results.promise(table)["insurance_code"].allowed[row["insurance_code"]]
    return heading(title, (zh, en))
