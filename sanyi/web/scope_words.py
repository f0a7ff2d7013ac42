"""What the scopes of indicators are called; a code without words is shown as it is."""
from collections.abc import Mapping

from sanyi.indicators.groups import GROUP_WORDS
from sanyi.plans.code_words import code_word

SCOPES: Mapping[str, tuple[str, str]] = {
    "city": ("全市（区域）", "whole city"), "county": ("全县", "whole county"), "district": ("全区", "whole district"), "region": ("全区域", "whole region"),
    "primary": ("基层机构", "primary institutions"), **GROUP_WORDS,
    "county_hospital_recommended": ("县级医院（推荐标准）", "county hospitals (recommended standard)"), "each_county": ("各县", "each county"), "each_district": ("各区", "each district"),
    "consortium": ("医联体", "consortium"), "institution": ("机构", "institution"), "street": ("街道", "street"),
    "hypertension": ("高血压患者", "patients with hypertension"), "diabetes": ("糖尿病患者", "patients with diabetes"),
    "named_list": ("名单内", "those on the list"), "county_and_city_institution": ("市县机构", "city and county institutions"),
}


def scope_word(code: str, language: str) -> str:
    """What an indicator is measured over."""
    return SCOPES[code][language != "zh"] if code in SCOPES else code_word(code, language)
