"""A hit in plain words: the rule's sentence with the item, the value seen and the value allowed in it."""
from collections.abc import Mapping
from typing import Any

from sanyi.audit.rule import Rule
from sanyi.tables import codes
from sanyi.terms.fen import yuan

TWO_LANGUAGES = ("zh", "en")


def evidence(rule: Rule, hit: Mapping[str, Any], item_names: Mapping[str, str], language: str = "zh") -> str:
    """Say what was found; items are named by `item_names` where they are in it, else by their code."""
    sentence = rule.evidence[hit["finding_code"]][TWO_LANGUAGES.index(language)]
    item = hit["item_code"]
    return sentence.format(item=item_names.get(item, item), seen=_words(rule, hit, "seen_value", item_names, language),
                           allowed=_words(rule, hit, "allowed_value", item_names, language))


def _words(rule: Rule, hit: Mapping[str, Any], name: str, item_names: Mapping[str, str], language: str) -> str:
    value = hit[name]
    if value is None:
        return "–"
    if rule.value_unit == "fen" and hit["finding_code"] != "dates_order":
        return f"{yuan(int(value))} {('元', 'yuan')[TWO_LANGUAGES.index(language)]}"
    if rule.value_unit == "sex":
        return codes.SEX[value][TWO_LANGUAGES.index(language)]
    if rule.value_unit == "item":
        return item_names.get(value, value)
    if rule.value_unit == "ppm":
        return f"{int(value) // 10_000}.{int(value) % 10_000 // 100:02d} %"
    counted = {"times": ("次", "times"), "days": ("", "days")}.get(rule.value_unit, ("", ""))
    return f"{value} {counted[TWO_LANGUAGES.index(language)]}".strip()
