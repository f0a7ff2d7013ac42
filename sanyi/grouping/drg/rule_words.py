"""What a rule asks of a case, in words of both languages."""
from collections.abc import Iterator

from sanyi.grouping.drg.conditions import BOTH_SEXES, EVERY, EVERY_WAY, MOST, Conditions
from sanyi.grouping.drg.rules import ANY_DIAGNOSIS, OPERATION, SECONDARY_DIAGNOSIS, Rule

Words = tuple[str, str]
KIND = {ANY_DIAGNOSIS: ("任一诊断", "a diagnosis"), SECONDARY_DIAGNOSIS: ("次要诊断", "a secondary diagnosis"), OPERATION: ("操作", "an operation")}
RANGE = {"age_years": ("年龄（岁）", "age in years"), "age_days": ("日龄", "age in days"), "weight_grams": ("体重（克）", "weight in grams"),
         "stay_days": ("住院天数", "days of stay"), "icu_hours_count": ("重症监护小时", "hours in intensive care")}
WAYS = {1: ("医嘱离院", "home"), 2: ("转院", "another hospital"), 3: ("转基层", "primary care"), 4: ("非医嘱离院", "against advice"), 5: ("死亡", "died"), 9: ("其他", "other")}
LEVELS = {(2, 2): ("伴严重并发症", "with a major complication"), (1, 2): ("伴并发症", "with a complication"), (1, 1): ("伴一般并发症", "with a complication, none major"),
          (0, 0): ("不伴并发症", "without complications")}


def asked_words(rule: Rule) -> Words:
    """A rule's lists, requirements and conditions, in Chinese and English; a rule that asks nothing takes every case."""
    said = [*_lists(rule), *_conditions(rule.conditions)] or [("任何病例", "any case")]
    return "；".join(zh for zh, _ in said), "; ".join(en for _, en in said)


def _lists(rule: Rule) -> Iterator[Words]:
    for kind, name in rule.principal:
        listed = f"mdc_dx {name}" if kind == "mdc" else f"adrg_dx {name} 0"
        yield f"主要诊断在 {listed}", f"the principal diagnosis is in {listed}"
    if rule.main:
        yield f"主要操作在 adrg_proc {rule.main} 0", f"the main operation is in adrg_proc {rule.main} 0"
    for need in sorted(rule.needs, key=lambda need: (need.kind, need.name)):
        zh, en = KIND[need.kind]
        if need.name.endswith(" part"):
            yield f"诊断涉及至少 {need.least} 个部位（mdc_dx {need.name}）", f"diagnoses of at least {need.least} body sites (mdc_dx {need.name})"
        elif need.least > 1:
            yield f"至少 {need.least} 个不同{zh}带标签 {need.name}", f"at least {need.least} different operations tagged {need.name}"
        else:
            yield f"{zh}在 {need.name}", f"{en} is in {need.name}"


def _conditions(held: Conditions) -> Iterator[Words]:
    if held.sex != BOTH_SEXES:
        yield {1: ("男性", "male"), 2: ("女性", "female")}.get(held.sex, ("无此性别", "no sex"))
    for name, (zh, en) in RANGE.items():
        low, high = getattr(held, name)
        if (low, high) != EVERY:
            bounds = f"{low}–{high}" if low >= 0 and high < MOST else f"≥ {low}" if high == MOST else f"≤ {high}"
            yield f"{zh} {bounds}", f"{en} {bounds}"
    if held.leaving != EVERY_WAY:
        ways = [words for bit, words in WAYS.items() if held.leaving >> bit & 1]
        yield "离院方式：" + "、".join(zh for zh, _ in ways), "left: " + " or ".join(en for _, en in ways)
    if held.main_valid_count[0] == 1:
        yield "主要操作为有效手术", "the main operation is valid"
    if held.valid_count != EVERY:
        yield ("有有效手术", "some operation is valid") if held.valid_count[0] == 1 else ("没有有效手术", "no operation is valid")
    if held.complication_number != EVERY:
        yield LEVELS[held.complication_number]
