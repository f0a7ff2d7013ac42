"""Why a case paid by diagnosis-related group, by its points or by the day is paid as it is."""
from sanyi.runs.explain.drg import trace_parts
from sanyi.runs.explain.explanation import Part
from sanyi.runs.explain.facts import Fact, heading, parts_of, rows_of, sentence, the_row
from sanyi.runs.explain.mending import with_mending
from sanyi.runs.explain.pay_form import form_of, in_form
from sanyi.runs.results import Results

Words = tuple[str, str]
PAID = (Fact("patient_fen"), Fact("other_payers_fen"), Fact("fund_pay_fen"), Fact("cost_fen"), Fact("difference_fen"))
WEIGHT = (
    Fact("mean_fen", ("历史 {kept_count} 例，按年度加权", "{kept_count} history cases, weighted by year"), ("drg.history_weights", "drg.trim_case_minimum")),
    Fact("weight_e9", ("病组均费 {mean_fen} ÷ 全部均费 {all_mean_fen} × 调整系数 {factor_e4}，再等比缩放（{source_code}）",
                       "mean of the group {mean_fen} ÷ mean of all {all_mean_fen} × factor {factor_e4}, rescaled ({source_code})"), ("drg.weight_source",)),
)
RATE = (
    Fact("cost_fen", ("基金 {fund_fen} ÷（{share_numerator_fen} ÷ {share_denominator_fen}）", "the fund's {fund_fen} ÷ ({share_numerator_fen} ÷ {share_denominator_fen})"),
         ("payment.point_value_basis",)),
    Fact("rate_e4", ("{cost_fen} 元 ÷ 总权重 {weight_e9}（{source_code}）", "{cost_fen} yuan ÷ a weight of {weight_e9} ({source_code})"), ("drg.opening_rate", "drg.closing_rate")),
)
PRICE = (
    Fact("weight_e9"), Fact("rate_e4"), Fact("coefficient_e8", ("{basis_code}", "{basis_code}"), ("drg.coefficient_basis", "drg.basic_group_tier")),
    Fact("price_fen", ("权重 {weight_e9} × 费率 {rate_e4} × 系数 {coefficient_e8}", "weight {weight_e9} × rate {rate_e4} × coefficient {coefficient_e8}")),
)
OUTLIER = (
    Fact("ratio_ppm", ("费用 {cost_fen} ÷ {price_fen}；高倍率界限 {high_ratio_ppm}", "cost {cost_fen} ÷ {price_fen}; high above {high_ratio_ppm}"),
         ("drg.low_ratio_ppm", "drg.high_bands")),
    Fact("deviation_code", ("住院 {stay_days} 天", "{stay_days} days"), ("drg.as_spent_kinds", "drg.high_case_share_ppm")),
    Fact("extra_fen", ("超出界限 {excess_fen} × 分担比例", "{excess_fen} above the limit × the share paid"), ("drg.high_share_ppm",)),
    Fact("standard_fen", ("按偏差类型：{price_fen} + {extra_fen}，或实际费用 {cost_fen}，或特例单议核定金额", "by the deviation: {price_fen} + {extra_fen}, or the cost {cost_fen}, or what a special review agreed")),
)
GROUP_POINTS = (
    Fact("base_points_e4", ("权重 {weight_e9} × 点数标度", "weight {weight_e9} × the scale of points"), ("drg.point_scale",)),
    Fact("coefficient_e4", ("医院 {institution_ratio_e4}、等级 {tier_ratio_e4}、病例组合指数 {cmi_ratio_e4} 加权，限于上下限",
                            "institution {institution_ratio_e4}, tier {tier_ratio_e4}, case mix {cmi_ratio_e4}, weighted and kept within limits"), ("drg.differential_weights",)),
)
CASE_POINTS = (
    Fact("ratio_ppm", ("费用比均费 {mean_fen}；高倍率界限 {high_ratio_ppm}", "cost to the mean {mean_fen}; high above {high_ratio_ppm}"), ("drg.low_ratio_ppm", "drg.high_bands")),
    Fact("deviation_code", ("{reason_code}", "{reason_code}"), ("drg.ungrouped_share_ppm", "drg.high_points_cap_ppm")),
    Fact("points_e4", ("基准 {base_points_e4} × 差异系数 {coefficient_e4}，按偏差修正；或费用（特例单议的为核定金额）÷ 全部均费 {all_mean_fen}",
                       "base {base_points_e4} × differential {coefficient_e4}, corrected; or cost (the amount agreed, if reviewed) ÷ the mean of all {all_mean_fen}")),
)
POINT_VALUE = (
    Fact("available_fen", ("预算 {fund_fen}，结转 {carried_fen}，调整 {adjusted_fen}", "budget {fund_fen}, carried {carried_fen}, taken off {adjusted_fen}"),
         ("payment.point_value_basis", "drg.carried_in_fen", "drg.adjusted_fen")),
    Fact("value_e4", ("{available_fen} 元 ÷ {points_e4} 点", "{available_fen} yuan ÷ {points_e4} points")),
)
POINTS_PAID = (Fact("standard_fen", ("点数 {points_e4} × 点值 {value_e4}", "{points_e4} points × {value_e4}")),)
BY_DAY = (
    Fact("category_code", values=("bed_day.categories", "bed_day.minimum_days")), Fact("stay_days"),
    Fact("full_fen", ("{full_days} 天，按阶段标准", "{full_days} days at their stages' rates"), ("bed_day.rates", "bed_day.caps")),
    Fact("taper_fen", ("超出上限 {taper_days} 天", "{taper_days} days beyond the limit"), ("bed_day.taper_ppm",)),
    Fact("standard_fen", ("{full_fen} + {taper_fen}", "{full_fen} + {taper_fen}")),
)
BY_GROUP = ("入组 {drg_code}：权重 {weight_e9} × 费率 {rate_e4} 元 × 系数 {coefficient_e8} = {price_fen} 元；{deviation_code}，支付标准 {standard_fen} 元；"
            "基金应付 {fund_pay_fen} 元。费用 {cost_fen} 元，标准减费用为 {difference_fen} 元。",
            "Group {drg_code}: weight {weight_e9} × rate {rate_e4} yuan × coefficient {coefficient_e8} = {price_fen} yuan; {deviation_code}: a standard of "
            "{standard_fen} yuan; the fund pays {fund_pay_fen} yuan. The stay cost {cost_fen} yuan; standard less cost is {difference_fen} yuan.")
BY_POINTS = ("入组 {drg_code}（{deviation_code}），得 {points_e4} 点 × 点值 {value_e4} 元 = 支付标准 {standard_fen} 元；基金应付 {fund_pay_fen} 元。费用 {cost_fen} 元，标准减费用为 {difference_fen} 元。",
             "Group {drg_code} ({deviation_code}): {points_e4} points × {value_e4} yuan = a standard of {standard_fen} yuan; the fund pays {fund_pay_fen} yuan. "
             "The stay cost {cost_fen} yuan; standard less cost is {difference_fen} yuan.")
BY_BED_DAY = ("按床日：{stay_days} 天，{full_days} 天全额 {full_fen} 元，{taper_days} 天递减 {taper_fen} 元，支付标准 {standard_fen} 元；基金应付 {fund_pay_fen} 元。",
              "By the day: {stay_days} days, {full_days} in full for {full_fen} yuan, {taper_days} tapered for {taper_fen} yuan: a standard of {standard_fen} yuan; "
              "the fund pays {fund_pay_fen} yuan.")
BY_REVIEW = ("特例单议核定的支付标准为 {standard_fen} 元（入组 {drg_code}）；基金应付 {fund_pay_fen} 元。费用 {cost_fen} 元，标准减费用为 {difference_fen} 元。",
             "A special review agreed a standard of {standard_fen} yuan (group {drg_code}); the fund pays {fund_pay_fen} yuan. The stay cost {cost_fen} yuan; "
             "standard less cost is {difference_fen} yuan.")
WAITING = ("尚未支付：{status_code}。费用 {cost_fen} 元。", "Not paid yet: {status_code}. The stay cost {cost_fen} yuan.")
STATEMENT = ("结算单", "statement")


def explain_rate(results: Results, encounter_id: str) -> tuple[Words, list[Part]]:
    """Group, weight, base rate, coefficient, outlier rule, standard, fund pay. Source: DRG-6, DRG-7, DRG-8."""
    case = the_row(results, "drg_cases", STATEMENT, encounter_id=encounter_id)
    parts = [*_grouped(results, case), heading(("三、费率", "3. The base rate"))]
    for price in rows_of(results, "drg_prices", institution_id=case["institution_id"], insurance_code=case["insurance_code"], drg_code=case["drg_code"]):
        tier = case["tier_code"] if price["rate_tier_code"] == "all" else price["rate_tier_code"]
        for rate in rows_of(results, "drg_rates", insurance_code=case["insurance_code"], tier_code=tier, kind_code="closing"):
            parts += parts_of(results, "drg_rates", rate, RATE)
    parts += [heading(("四、支付标准", "4. The price")), *parts_of(results, "drg_cases", case, PRICE)]
    parts += [heading(("五、偏差", "5. How far its cost is off")), *parts_of(results, "drg_cases", case, OUTLIER)]
    return _said(results, "drg_cases", case, BY_REVIEW if case["deviation_code"] == "reviewed" else BY_GROUP), [*parts, heading(("六、支付", "6. The payment")), *_paid(results, "drg_cases", case)]


def explain_points(results: Results, encounter_id: str) -> tuple[Words, list[Part]]:
    """Group, base points, differential coefficient, category, point value, fund pay. Source: GB-3, GB-4."""
    case = the_row(results, "drg_point_cases", STATEMENT, encounter_id=encounter_id)
    parts = [*_grouped(results, case), heading(("三、点数", "3. Its points"))]
    for group in rows_of(results, "drg_group_points", institution_id=case["institution_id"], drg_code=case["drg_code"]):
        parts += parts_of(results, "drg_group_points", group, GROUP_POINTS)
    for row in rows_of(results, "drg_case_points", encounter_id=encounter_id):
        parts += parts_of(results, "drg_case_points", row, CASE_POINTS)
    parts.append(heading(("四、年度点值", "4. The year's point value")))
    for value in rows_of(results, "drg_point_values", insurance_code=case["insurance_code"], kind_code="year"):
        parts += parts_of(results, "drg_point_values", value, POINT_VALUE)
    paid = [*parts_of(results, "drg_point_cases", case, POINTS_PAID), *_paid(results, "drg_point_cases", case)]
    return _said(results, "drg_point_cases", case, BY_POINTS), [*parts, heading(("五、支付", "5. The payment")), *paid]


def explain_bed_day(results: Results, encounter_id: str) -> tuple[Words, list[Part]]:
    """Days, stages, taper, standard, fund pay. Source: GB-5."""
    case = the_row(results, "bed_day_cases", STATEMENT, encounter_id=encounter_id)
    parts = [heading(("二、按床日付费", "2. Paid by the day")), *parts_of(results, "bed_day_cases", case, BY_DAY)]
    return _said(results, "bed_day_cases", case, BY_BED_DAY), [*parts, heading(("三、支付", "3. The payment")), *_paid(results, "bed_day_cases", case)]


def _grouped(results: Results, case: dict) -> list[Part]:
    """Its group with what decided it, and the group's weight."""
    parts = [heading(("二、入组", "2. Its group"))]
    for row in rows_of(results, "drg_case_groups", encounter_id=case["encounter_id"]):
        [trace] = rows_of(results, "drg_case_traces", encounter_id=case["encounter_id"])
        parts += trace_parts({**row, **trace}, "drg_case_groups", "drg_case_traces")
    for row in rows_of(results, "drg_weights", drg_code=case["drg_code"]):
        parts += parts_of(results, "drg_weights", row, WEIGHT)
    return parts


def _paid(results: Results, table: str, case: dict) -> list[Part]:
    return parts_of(results, table, case, in_form(PAID, form_of(results, table)))


def _said(results: Results, table: str, case: dict, words: Words) -> Words:
    said = sentence(results, table, case, words if case["status_code"] == "settled" else WAITING)
    grouped = rows_of(results, "drg_case_groups", encounter_id=case["encounter_id"]) if case["status_code"] == "pending" else []
    return with_mending(said, case["status_code"], grouped[0]["reason_code"] if grouped else None)
