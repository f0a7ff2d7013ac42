"""The hits of all rules in one table; a new rule's file is all it takes to be in it."""
import ibis

from sanyi.audit import rules
from sanyi.audit.hits import AUDIT_HITS
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import Step


def _unite(**tables: ibis.Table) -> ibis.Table:
    """All rows of all rules' hits."""
    first, *others = (tables[name] for name in sorted(tables))
    return first.union(*others) if others else first


def _hit(code: str, amount: int) -> dict:
    return {"rule_code": code, "encounter_id": "E1", "line_number": 1, "amount_fen": amount}


audit_hits = Step(
    "audit_hits", _unite, AUDIT_HITS, tuple(rule.step.name for rule in rules()), source=Source(obligation="B6"),
    examples=(Example("同一行被两条规则命中：两行都在", "One line hit by two rules: both rows are there",
                      {"audit_hits_aud_13": [_hit("AUD-13", 500)], "audit_hits_aud_26": [_hit("AUD-26", 700)]},
                      [_hit("AUD-13", 500), _hit("AUD-26", 700)]),))
