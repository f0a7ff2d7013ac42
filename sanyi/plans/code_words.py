"""What the codes and keys in a plan's values are called, so that people read words.

Codes that the code reads stand here; those that only a pack knows stand in the pack's own words.toml.
"""
from collections.abc import Mapping

from sanyi.plans.frozen import Table
from sanyi.tables.codes import AUXILIARY_DIMENSION, FUND_PAY_FORM, INPATIENT_METHOD, INSURANCE, LEVEL, PRICE_CHOICE, SEX, TIER, WEIGHT_SOURCE
from sanyi.tables.codes import BUDGET_CHANGE, OVERRUN_CAUSE, PACKAGE_CHOICE, POOL, SET_ASIDE, USE_PURPOSE, USE_SOURCE

KEYS: Mapping[str, tuple[str, str]] = {  # the keys of small tables, without their unit
    "alarm": ("警戒线", "alarm line"), "band": ("等次", "band"), "deductible": ("起付线", "deductible"), "direction": ("方向", "direction"),
    "district": ("区县", "district"), "factor": ("系数", "factor"), "indicator": ("指标", "indicator"), "keep": ("留用", "kept"),
    "lead": ("牵头医院", "lead hospital"), "level": ("级别", "level"), "minimum_score": ("得分不低于", "score from"),
    "points": ("分值", "points"), "ratio": ("报销比例", "reimbursed"), "warn": ("提示线", "warning line"),
    "category": ("类目", "category"), "cmi": ("病例组合指数", "case mix"), "coefficient": ("系数", "coefficient"), "bundle": ("打包", "bundle"), "from_years": ("自几岁", "from age"), "sex": ("性别", "sex"), "to_years": ("至几岁", "to age"), "weight": ("权重", "weight"), "from_days": ("自第几天", "from day"),
    "institution": ("机构", "institution"), "insurance": ("险种", "insurance"), "limit_days": ("天数上限", "limit of days"), "rate": ("标准", "rate"),
    "fund_share": ("基金分担", "fund's share"), "maximum_overrun": ("超支率不超过", "overrun up to"), "per_head": ("人均", "per head"),
    "pool": ("项目", "pool"), "purposes": ("用途", "purposes"), "set_aside": ("提留", "set aside"), "share": ("比例", "share"), "source": ("来源", "source"),
    "weight": ("权重", "weight"), "limit": ("界限", "limit"), "tier": ("等级", "tier"), "to_days": ("至第几天", "to day"), "up_to": ("不超过", "up to"),
}
CODES: Mapping[str, tuple[str, str]] = {
    **LEVEL, **INSURANCE, **AUXILIARY_DIMENSION, **INPATIENT_METHOD, **FUND_PAY_FORM, **PRICE_CHOICE, **SEX, **TIER, **WEIGHT_SOURCE,
    **BUDGET_CHANGE, **POOL, **SET_ASIDE, **OVERRUN_CAUSE, **USE_SOURCE, **USE_PURPOSE, **PACKAGE_CHOICE,
    "anywhere": ("无论在哪里就医", "wherever treated"), "appraisal": ("考核", "appraisal"), "appraisal_score": ("考核得分", "appraisal score"),
    "assets": ("资产", "assets"), "awards": ("评先评优", "awards"), "backbone": ("业务骨干", "backbone staff"),
    "basic_public_health": ("基本公共卫生", "basic public health"), "bed": ("按床日", "by bed day"), "capitation": ("按人头", "capitation"),
    "central": ("中央", "central"), "city": ("市级", "city"), "consultation": ("远程会诊", "consultation"),
    "contracted_resident": ("签约居民", "contracted residents"), "contracted_residents": ("签约居民数", "contracted residents"),
    "ceiling": ("上限", "a ceiling"), "cost": ("总费用", "whole cost"), "cost_control": ("医疗费用控制", "cost control"), "countryside": ("下乡", "countryside"),
    "democratic_vote": ("民主测评", "democratic vote"), "director_salary": ("负责人年薪", "director's salary"),
    "disabled_federation": ("残联", "disabled persons' federation"), "disease": ("按病种", "by disease"), "district": ("区级", "district"),
    "drg": ("按疾病诊断相关分组", "DRG"), "duties": ("职责", "duties"), "duty": ("值班", "duty"),
    "duty_fulfilment": ("职责任务落实", "duties fulfilled"), "education": ("远程教育", "education"),
    "electrocardiogram": ("远程心电", "electrocardiogram"), "excellent": ("好", "excellent"), "fair": ("一般", "fair"),
    "family_doctor_contract": ("家庭医生签约", "family-doctor contracts"), "finance": ("财务", "finance"),
    "first_contact_and_tiered_care": ("基层首诊与分级诊疗", "first contact and tiered care"), "first_day": ("当月第一日", "the month's first day"),
    "floor": ("下限", "a floor"), "following_budget": ("随预算", "following the budget"), "front_line": ("临床一线", "front line"), "funds": ("资金分配", "funds"),
    "global_prepayment": ("总额预付", "global prepayment"), "good": ("较好", "good"), "government_input": ("政府投入", "government input"),
    "hazardous": ("有毒有害", "hazardous"), "health_poverty_relief": ("健康扶贫", "health poverty relief"),
    "health_promotion": ("健康促进", "health promotion"), "health_record": ("健康档案", "health records"), "high": ("越高越好", "higher is better"),
    "hospital_outbreak": ("院内聚集性疫情", "outbreak in hospital"), "human_resources": ("人事", "human resources"),
    "imaging": ("远程影像", "imaging"), "information": ("信息", "information"), "insurance": ("医保", "insurance"),
    "interview": ("个别谈话", "interviews"), "pro_rata": ("按日折算", "by the days gone"), "whole_year": ("全年", "the whole year's"), "key_post": ("关键岗位", "key posts"), "lead": ("牵头医院", "the lead hospital"),
    "loose": ("松散型", "loose"), "low": ("越低越好", "lower is better"), "main_leader": ("主要领导", "main leader"),
    "major_fire": ("重大消防安全事故", "major fire"), "major_medical_accident": ("重特大医疗事故", "major medical accident"),
    "major_public_opinion": ("重大舆情事件", "major public-opinion event"), "major_safety_accident": ("重特大安全生产事故", "major safety accident"),
    "maximum": ("取最大值", "the highest"), "medical_business": ("业务", "medical business"), "medical_community": ("医共体", "medical community"),
    "medical_group": ("医疗集团", "medical group"), "medical_record": ("电子病历", "medical records"),
    "medical_income": ("医疗收入，不剔除药品", "medical income, drugs included"),
    "medical_income_less_drugs": ("医疗收入，剔除药品", "medical income without drugs"),
    "medical_service_income": ("计入医疗服务收入", "medical-service income"), "money": ("资金", "money"), "multiply": ("相乘", "the product"),
    "names": ("名称", "names"), "national_health_authority": ("国家卫生健康委", "national health authority"), "nature": ("机构性质", "nature"),
    "night": ("夜班", "night"), "on_site_verification": ("现场核实", "verification on site"),
    "operating_efficiency": ("运行效率", "operating efficiency"), "outstanding_contribution": ("突出贡献", "outstanding contribution"),
    "overtime": ("加班", "overtime"), "party_building": ("党建工作成效", "party building"), "pathology": ("远程病理", "pathology"),
    "political_quality": ("政治素质", "political quality"), "poor": ("差", "poor"), "population": ("人口信息", "population"),
    "poverty_relief": ("扶贫", "poverty relief"), "preferential_policies": ("优惠政策", "preferential policies"),
    "primary_institution": ("基层机构", "primary institutions"), "primary_service": ("基层服务", "primary service"),
    "primary_talent_and_capability": ("基层人才结构与服务能力", "primary staff and capability"), "projects": ("项目申报", "projects"),
    "province": ("省级", "province"), "provincial_health_authority": ("省卫生健康委", "provincial health authority"),
    "public_benefit": ("公益性", "public benefit"), "report": ("总结述职", "report"), "resource_allocation": ("资源调配", "allocation of resources"),
    "specialist_clinic": ("远程专家门诊", "specialist clinic"), "specialty_alliance": ("专科联盟", "specialty alliance"),
    "staff": ("人员", "staff"), "staffing_quota": ("编制", "staffing quota"),
    "telemedicine_collaboration": ("远程医疗协作网", "telemedicine collaboration"), "tight": ("紧密型", "tight"), "two_sided": ("双向", "two-sided"), "town": ("镇级", "town"),
    "use_available": ("用另一季度得分并标记", "the other quarter's score, marked"), "village": ("村级", "village"),
    "voluntary": ("自愿", "voluntary"), "wage_total": ("工资总额", "total of wages"), "year_end_appraisal": ("年终考核", "year-end appraisal"),
}


class Said(str):
    """A word that is already what people read, with the code it stands for; no shared list translates it again."""

    code: str

    def __new__(cls, words: str, code: str):
        """Keep the code beside the words."""
        said = super().__new__(cls, words)
        said.code = code
        return said


def code_word(code: str, language: str) -> str:
    """What a code is called; a code without words is shown as it is."""
    return CODES[code][0 if language == "zh" else 1] if code in CODES and not isinstance(code, Said) else str(code)


def key_word(key: str, language: str) -> str:
    """What a key of a small table is called, its unit left out."""
    plain = without_unit(key)
    if isinstance(key, Said) or plain not in KEYS:
        return str(plain)
    return KEYS[plain][0 if language == "zh" else 1]


def without_unit(key: str) -> str:
    """A key of a small table without the unit it ends in."""
    return key.removesuffix("_e4").removesuffix("_ppm").removesuffix("_fen")


def worded(value, words, language: str):
    """A frozen value with its codes and keys as a pack's own words call them; what the pack does not name stays.

    A word of `band.poor` is what the code poor is called under the key band alone.
    """
    known = {code: pair[0 if language == "zh" else 1] for code, pair in words}
    return _worded(value, known) if known else value


def _worded(value, known: Mapping[str, str]):
    if isinstance(value, Table):
        return Table((_key(key, known), _worded(part, {**known, part: of_key} if (of_key := _of_key(key, part, known)) else known)) for key, part in value)
    if isinstance(value, tuple):
        return tuple(_worded(part, known) for part in value)
    return Said(known[value], value) if isinstance(value, str) and value in known else value


def _of_key(key: str, part, known: Mapping[str, str]) -> str | None:
    return known.get(f"{without_unit(key)}.{part}") if isinstance(part, str) else None


def _key(key: str, known: Mapping[str, str]) -> str:
    plain = without_unit(key)
    return Said(known[plain] + key[len(plain):], key) if plain in known else key


def codes_in(value) -> set[str]:
    """Every code and key in a frozen value."""
    if isinstance(value, Table):
        return {without_unit(key) for key, _ in value} | {code for _, part in value for code in codes_in(part)}
    if isinstance(value, tuple):
        return {code for part in value for code in codes_in(part)}
    return {value} if isinstance(value, str) else set()
