"""The benefit effect of a referral for its pages: the form's fields, and the plan's answer."""
from collections.abc import Mapping
from typing import Any

from sanyi.payment.benefit.errors import BenefitError
from sanyi.payment.benefit.policy import PERSON
from sanyi.payment.benefit.reading import read_policies
from sanyi.payment.benefit.referred import AskedReferral, referral_effect
from sanyi.plans import UnknownValue
from sanyi.store.organisation.tables import Institution
from sanyi.store.referrals.lists import common_consortium
from sanyi.store.referrals.tables import Referral
from sanyi.tables.codes import INSURANCE
from sanyi.web import clock
from sanyi.web.amounts import read_amount
from sanyi.web.opened import plan
from sanyi.workflows.errors import BadField

UNINSURED = {"": ("未参保", "not insured")}
CHOICES = (("insurance", "险种", "insurance", {**INSURANCE, **UNINSURED}), ("person_class", "人员类别", "class of person", PERSON))
NO_CHANGE = {"zh": "患者未参加基本医疗保险，转诊不改变其费用负担。", "en": "The patient is not insured; the referral changes nothing for the bill."}


def effect_of(row: Referral, form: Mapping[str, str]) -> dict[str, Any]:
    """What the plan says that a referral changes, as it is kept with the request. Errors: BadField."""
    if not form.get("insurance"):
        return NO_CHANGE
    for name, zh, en, allowed in CHOICES:
        if form.get(name, "") not in allowed:
            raise BadField(f"“{zh}”不在可选范围内", f"{en} is not one of the choices", name)
    opened, today = plan(), clock.today()
    if opened is None:
        raise BadField("本机没有运行方案，不能测算", "the run's plan is not on this machine", "insurance")
    levels = dict(Institution.objects.filter(code__in=(row.institution, row.receiver)).values_list("code", "level"))
    earlier = form.get("earlier", "").strip()
    asked = AskedReferral(form["insurance"], levels.get(row.institution, ""), levels.get(row.receiver, ""), row.direction, today, read_amount(form.get("bill", ""), "fen"),
                          read_amount(earlier, "fen") if earlier else None, form["person_class"], common_consortium(row.institution, row.receiver, today))
    try:
        effect = referral_effect(asked, read_policies(opened.on(today), today.year))
    except (BenefitError, UnknownValue) as refusal:
        raise BadField(getattr(refusal, "zh", str(refusal)), getattr(refusal, "en", str(refusal)), "bill") from refusal
    return {"zh": effect.zh, "en": effect.en, "deductible_fen": effect.deductible_fen, "deductible_without_fen": effect.deductible_without_fen, "patient_fen": effect.patient_fen,
            "patient_without_fen": effect.patient_without_fen, "plan": opened.name}
