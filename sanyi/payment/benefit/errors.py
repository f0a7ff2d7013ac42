"""What can go wrong with benefits.

BenefitError (a PlanError: said plainly at the terminal and on pages)
├── BadBenefitPolicy   values of a plan that contradict each other
└── RefusedClaim       a claim that cannot be settled, with the code of its reason
"""
from sanyi.plans.errors import PlanError


class BenefitError(PlanError):
    """Something about benefits that a person has to put right; `zh` and `en` say it."""

    def __init__(self, zh: str, en: str):
        self.zh, self.en = zh, en
        super().__init__(f"{zh} / {en}")


class BadBenefitPolicy(BenefitError):
    """Values of the plan that contradict each other."""


class RefusedClaim(BenefitError):
    """A claim that cannot be settled; `code` is one of REFUSAL's."""

    def __init__(self, code: str, zh: str, en: str):
        self.code = code
        super().__init__(zh, en)


REFUSAL = {
    "no_policy": ("所在日期没有适用于该险种、就医类型、机构级别的待遇政策", "no policy for this insurance, care and level on the day"),
    "negative_amount": ("政策范围内费用为负，或大于总费用", "the amount in scope is negative or larger than the bill"),
    "reversed": ("已冲销", "reversed"),
    "year_closed": ("该年度已结转：此后年度已有结算", "the year is closed: a later year has settled"),
    "not_last": ("须按后进先出冲销：其后还有结算", "reversals go last in, first out: later settlements stand"),
    "twice": ("结算编码重复", "a settlement of this code is there already"),
    "unknown": ("没有这笔结算", "there is no such settlement"),
}
