"""The words of family-doctor signing."""
from sanyi.tables.record_tables import record_tables

PARTS = {"gp": ("全科医生", "general practitioner"), "nurse": ("护士", "nurse"), "public_health": ("公共卫生人员", "public-health worker"),
         "specialist": ("专科支持", "specialist support")}
NEEDED = ("gp", "nurse", "public_health", "specialist")  # a whole team. Source: FDR-1, JH-14.
KINDS = {"basic": ("基础包", "basic"), "personalised": ("个性化包", "personalised"), "paid": ("差别化有偿包", "differentiated, paid")}
PAYERS = {"insurance_fund": ("医保基金", "insurance fund"), "public_health": ("基本公共卫生经费", "public-health funds"), "resident": ("居民自付", "the resident"),
          "account": ("个人账户", "personal account"), "treasury": ("财政、扶贫、残联等", "treasury and other offices")}
GROUPS = {"elderly": ("老年人", "the elderly"), "child": ("0–6 岁儿童", "children to 6"), "pregnant": ("孕产妇", "pregnant and newly delivered"),
          "hypertension": ("高血压", "hypertension"), "diabetes": ("糖尿病", "diabetes"), "tuberculosis": ("结核病", "tuberculosis"),
          "mental": ("严重精神障碍", "severe mental illness"), "disabled": ("残疾人", "disabled"), "poor": ("低收入人口", "low income"),
          "special_family": ("计划生育特殊家庭", "families that lost an only child")}
RECORD_PACKAGES = dict(record_tables()["contracts"]["package_code"].allowed)
ENTRIES = {"first": ("首次签约", "first"), "renewal": ("续签", "renewal"), "transfer": ("转签", "transfer"), "package": ("换服务包", "change of package"), "succession": ("机构合并转来", "passed on by a merger")}
PLACES = {"community": ("基层机构", "primary institution"), "district": ("区（县）级医院", "district hospital"), "city": ("市级医院", "city hospital")}
