"""What each rule asks of a case besides principal diagnosis and main operation."""
from sanyi.tables.table import Column, Table, whole

BOUNDED = {"age_years": ("年龄", "age", "years"), "age_days": ("日龄", "age in days", "days"), "weight_grams": ("体重", "birth weight", "grams"),
           "stay_days": ("住院天数", "stay", "days"), "icu_hours_count": ("重症监护小时", "hours in intensive care", "hours"),
           "main_valid_count": ("主要操作有效", "main operation valid (1) or not (0)", ""), "valid_count": ("有有效手术", "some operation valid (1) or none (0)", ""),
           "complication_number": ("并发症", "complication: 0 none, 1 complication, 2 major", "")}


def _bounds() -> tuple[Column, ...]:
    return tuple(whole(f"{end}_{name}", f"{zh}{'下限' if end == 'least' else '上限'}", f"{end} of: {en}", unit)
                 for name, (zh, en, unit) in BOUNDED.items() for end in ("least", "most"))


SCHEME_CONDITIONS = Table("scheme_conditions", "规则条件", "Conditions of the rules", key=("condition_rank_number",), columns=(
    whole("condition_rank_number", "规则次序", "place of the rule"),
    whole("taken_sex_number", "性别掩码", "sexes taken: 1 male, 2 female, 3 both"),
    whole("taken_leaving_number", "离院方式掩码", "ways of leaving taken, one bit each"), *_bounds()))
