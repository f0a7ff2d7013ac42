"""What a gate, a basic group or a split may ask of a case besides its codes; every column may be left out or empty."""
from sanyi.tables.table import Column, flag, text, whole

SEX = {"1": ("男", "male"), "2": ("女", "female")}


def optional(name: str, zh: str, en: str, unit: str) -> Column:
    """A whole number that may be left out."""
    return whole(name, zh, en, unit, nullable=True, minimum=0)


GENDER = Column("gender", "text", "性别限制", "limited to sex", allowed=SEX, nullable=True)
AGE = (
    optional("min_age_years", "最低年龄（含）", "least age, included", "years"),
    optional("max_age_years", "最高年龄（含）", "highest age, included", "years"),
    optional("min_age_day", "最低日龄（含）", "least age in days, included", "days"),
    optional("max_age_day", "最高日龄（含）", "highest age in days, included", "days"),
)
WEIGHT = (
    optional("min_weight", "最低体重（含）", "least birth weight, included", "grams"),
    optional("max_weight", "最高体重（不含）", "birth weight it stays below", "grams"),
    flag("needs_weight", "须有体重", "a birth weight is needed", nullable=True),
)
STAY = (
    optional("min_stay_days", "最短住院天数（含）", "shortest stay, included", "days"),
    optional("max_stay_days", "最长住院天数（含）", "longest stay, included", "days"),
    text("leaving_types", "离院方式（以 | 分隔：1 医嘱离院 2 转院 3 转基层 4 非医嘱 5 死亡 9 其他）",
         "ways of leaving, joined by |: 1 home, 2 hospital, 3 primary care, 4 against advice, 5 died, 9 other", nullable=True),
    optional("min_icu_hours", "最短重症监护小时（含）", "least hours in intensive care, included", "hours"),
    optional("max_icu_hours", "最长重症监护小时（含）", "most hours in intensive care, included", "hours"),
)
CONDITIONS = (GENDER, *AGE, *WEIGHT, *STAY)
