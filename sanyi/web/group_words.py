"""What the groups of tasks and the scopes of indicators in plan packs are called; a code without words is shown as it is."""
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
GROUPS: Mapping[str, tuple[str, str]] = {
    "new-efficiency": ("提升新效能", "new efficiency"), "new-drive": ("激活新动力", "new drive"), "new-trend": ("引领新趋势", "new trend"),
    "new-culture": ("建设新文化", "new culture"), "new-system": ("构建新体系", "new system"), "safeguards": ("组织保障", "safeguards"),
    "party": ("党的建设", "party building"), "operation": ("运行", "operation"), "government-duty": ("政府责任", "government duty"), "system": ("体系", "system"),
    "culture": ("文化", "culture"), "technology": ("技术", "technology"), "project": ("项目", "projects"), "mechanism": ("机制", "mechanism"),
    "mechanisms": ("机制", "mechanisms"), "care": ("医疗服务", "care"), "resources": ("资源", "resources"), "progress": ("推进", "progress"),
    "drugs": ("药品", "drugs"), "group": ("集团", "group"), "health-management": ("健康管理", "health management"), "layout": ("布局", "layout"),
    "insurance": ("医保", "insurance"), "staff": ("人员", "staff"), "information": ("信息化", "information"), "drive": ("动力", "drive"),
    "management": ("管理", "management"), "hospital-management": ("医院管理", "hospital management"), "innovation": ("创新", "innovation"),
    "capability": ("能力", "capability"), "supervision": ("监管", "supervision"), "public-hospitals": ("公立医院", "public hospitals"),
    "service-system": ("服务体系", "service system"), "tiered-care": ("分级诊疗", "tiered care"), "consortium": ("医联体", "consortium"),
    "funding": ("投入", "funding"), "pay": ("薪酬", "pay"), "price": ("价格", "price"), "digital": ("信息化", "digital"), "governance": ("治理", "governance"),
    "pilots": ("试点", "pilots"), "vitality": ("活力", "vitality"), "satisfaction": ("满意度", "satisfaction"), "stages": ("阶段", "stages"),
    "results": ("成果", "results"), "organisation": ("组织", "organisation"), "service": ("服务", "service"), "requirements": ("要求", "requirements"),
    "hospital-quality": ("医院质量", "hospital quality"), "sanming": ("三明经验", "Sanming experience"),
}


def scope_word(code: str, language: str) -> str:
    """What an indicator is measured over."""
    return SCOPES[code][language != "zh"] if code in SCOPES else code_word(code, language)


def group_words(code: str) -> tuple[str, str]:
    """What a group of tasks is called, in Chinese and in English."""
    return GROUPS.get(code) or (code_word(code, "zh"), code_word(code, "en"))
