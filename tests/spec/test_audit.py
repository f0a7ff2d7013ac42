"""The rules as people read them: found by folder, and every hit of every example can be said in both languages."""
import pytest

from sanyi.audit import rules
from sanyi.audit.evidence import evidence
from sanyi.audit.rule import ACTION, RULE_CLASS
from sanyi.engines.duck import DuckEngine
from sanyi.runs.examples import play
from sanyi.runs.packs import open_plan

CODES = ["AUD-01", "AUD-02", "AUD-12", "AUD-13", "AUD-26", "AUD-29", "AUD-32", "AUD-37"]


@pytest.fixture(scope="module")
def engine():
    with DuckEngine(memory="1GB", threads=2) as opened:
        yield opened


def test_the_rules_are_found_in_the_order_of_their_codes():
    assert [rule.code for rule in rules()] == CODES


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_a_rule_is_complete(rule):
    assert rule.action_code in ACTION and rule.class_code in RULE_CLASS and rule.source.obligation == rule.code
    assert all((rule.zh, rule.en, rule.what_zh, rule.what_en)) and rule.evidence
    assert rule.step.name == f"audit_hits_{rule.code.lower().replace('-', '_')}"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_every_hit_says_its_evidence_in_both_languages(rule, engine):
    plan = open_plan("haikou-2018")
    hits = [hit for example in rule.step.examples for hit in play(rule.step, example, plan, engine)]
    assert {hit["finding_code"] for hit in hits} == set(rule.evidence)
    for hit in hits:
        assert hit["rule_code"] == rule.code and hit["action_code"] == rule.action_code
        for language in ("zh", "en"):
            said = evidence(rule, hit, {}, language)
            assert said and "{" not in said and "None" not in said


@pytest.mark.parametrize(("code", "hit", "zh", "en"), [
    ("AUD-26", {"finding_code": "over_price", "item_code": "A", "seen_value": "123456", "allowed_value": "1000"},
     "“胸部CT平扫”单价 1,234.56 元，核定价 10.00 元", "“胸部CT平扫” at 1,234.56 yuan a unit; the approved price is 10.00 yuan"),
    ("AUD-01", {"finding_code": "other_sex", "item_code": "Z", "seen_value": "male", "allowed_value": "female"},
     "“Z”限女性使用，患者为男性", "“Z” is for female patients only; the patient is male"),
    ("AUD-32", {"finding_code": "low_cost", "item_code": None, "seen_value": "299999", "allowed_value": "300000"},
     "费用为病种均值的 29.99 %（低于 30.00 %），住院短且无手术",
     "Cost 29.99 % of the group's mean (below 30.00 %), a short stay without operation")])
def test_evidence_reads_like_a_sentence(code, hit, zh, en):
    rule = next(rule for rule in rules() if rule.code == code)
    assert (evidence(rule, hit, {"A": "胸部CT平扫"}, "zh"), evidence(rule, hit, {"A": "胸部CT平扫"}, "en")) == (zh, en)
