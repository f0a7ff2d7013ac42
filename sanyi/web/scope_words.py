"""What the scopes of indicators are called; a code without words is shown as it is."""
from collections.abc import Mapping

from sanyi.plans.code_words import code_word

SCOPES: Mapping[str, tuple[str, str]] = {
    "city": ("全市（区域）", "whole city"), "county": ("全县", "whole county"), "district": ("全区", "whole district"), "region": ("全区域", "whole region"),
    "primary": ("基层机构", "primary institutions"), "secondary": ("二级医院", "secondary hospitals"), "tertiary": ("三级医院", "tertiary hospitals"),
    "secondary_and_above": ("二级及以上医院", "secondary hospitals and above"), "public_hospitals": ("公立医院", "public hospitals"),
    "secondary_and_below_public": ("二级及以下公立医院", "public hospitals, secondary and below"), "hospital": ("医院", "hospitals"),
    "county_hospital": ("县级医院", "county hospitals"), "city_hospital": ("市级医院", "city hospitals"),
    "county_hospital_recommended": ("县级医院（推荐标准）", "county hospitals (recommended standard)"), "each_county": ("各县", "each county"), "each_district": ("各区", "each district"),
    "consortium": ("医联体", "consortium"), "institution": ("机构", "institution"), "street": ("街道", "street"),
    "hypertension": ("高血压患者", "patients with hypertension"), "diabetes": ("糖尿病患者", "patients with diabetes"), "class_a": ("第一类医院", "first class of hospitals"),
    "class_b": ("第二类医院", "second class of hospitals"), "named_list": ("名单内", "those on the list"), "county_and_city_institution": ("市县机构", "city and county institutions"),
}


def scope_word(code: str, language: str) -> str:
    """What an indicator is measured over."""
    return SCOPES[code][language != "zh"] if code in SCOPES else code_word(code, language)
