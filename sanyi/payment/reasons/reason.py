"""The reasons there are, in the order in which one is taken after the other, and what they say."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text, whole

REASONS = {
    "cases": ("病例增减", "cases more or fewer"),
    "unpriced": ("不能计价或改为可计价的病例", "cases that cannot be priced, or now can"),
    "method": ("付费方式改变（标准之差）", "another way of paying (difference of standards)"),
    "group": ("分组与病种分值", "groups and their points"),
    "own_cost": ("本机构费用与病种均价之差", "own cost against the group's price"),
    "auxiliary": ("辅助目录（年龄、严重程度）", "severity and age"),
    "coefficient": ("机构系数", "institution coefficient"),
    "deviation": ("费用偏差（低于或高于均费）", "cost deviation, low and high"),
    "value": ("点值", "yuan a point"),
    "payers": ("个人、大病与救助支付", "what patients and other payers paid"),
    "rule": ("其他支付规则与取整", "other rules of payment, and rounding"),
    "appraisal": ("考核系数", "appraisal factor"),
    "deduction": ("审核扣款", "deducted by audit"),
    "prepaid": ("已预付", "prepaid"),
    "withheld": ("记账而未预付的部分", "charged but not prepaid"),
}
CASE_REASONS = ("cases", "unpriced", "method", "group", "own_cost", "auxiliary", "coefficient", "deviation", "value", "payers", "rule")

CASE_SUMS = Table(
    "case_reasons", "病例层面的原因", "Reasons among the cases", key=("institution_id", "insurance_code"),
    columns=(text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
             code("insurance_code", "险种", "insurance", codes.INSURANCE),
             *(fen(f"{name}_fen", *REASONS[name], minimum=None) for name in CASE_REASONS)),
)
CLEARING_REASONS = Table(
    "clearing_reasons", "清算额的原因", "Reasons of a clearing", key=("institution_id", "insurance_code", "reason_code"),
    note="每一机构、险种各原因之和等于清算额（或清算额之差），一分不差。For each institution and insurance the reasons sum to the clearing, or to its difference, to the fen.",
    columns=(text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
             code("insurance_code", "险种", "insurance", codes.INSURANCE),
             code("reason_code", "原因", "reason", REASONS),
             fen("amount_fen", "使清算额增减", "what it adds to the clearing", minimum=None),
             whole("place", "按大小排序", "place by size, 1 the largest", minimum=1)),
)
