"""The hits of all rules in one table, each with how it stands; a new rule's file is all it takes to be in it."""
from datetime import date

import ibis

from sanyi.audit import rules
from sanyi.audit.hits import AUDIT_HITS
from sanyi.audit.standing import with_standing
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import Step


def _unite(audit_decisions: ibis.Table, **tables: ibis.Table) -> ibis.Table:
    """All rows of all rules' hits, and what people decided about them."""
    first, *others = (tables[name] for name in sorted(tables))
    return with_standing(first.union(*others) if others else first, audit_decisions)


def _hit(code: str, amount: int, line: int = 1, **more) -> dict:
    return {"rule_code": code, "encounter_id": "E1", "line_number": line, "amount_fen": amount, "action_code": "refuse", **more}


def _decided(code: str, amount: int, agreed: int, status: str, line: int = 1, **more) -> dict:
    return {"decision_id": "D1", **_hit(code, amount, line), "status_code": status, "agreed_fen": agreed, "line_count": 1, **more}


def _stands(standing: str, counted: int, decision: str | None = "D1") -> dict:
    return {"standing_code": standing, "counted_fen": counted, "decision_id": decision}


SUSPECT = {"action_code": "review"}
audit_hits = Step(
    "audit_hits", _unite, AUDIT_HITS, (*(rule.step.name for rule in rules()), "audit_decisions"), source=Source("医疗保障基金使用监督管理条例", "第三十八条", "B6", "K"),
    examples=(
        Example("同一行被两条规则命中：两行都在", "One line hit by two rules: both rows are there",
                {"audit_hits_aud_13": [_hit("AUD-13", 500)], "audit_hits_aud_26": [_hit("AUD-26", 700)]},
                [{**_hit("AUD-13", 500), **_stands("definite", 500, None)}, {**_hit("AUD-26", 700), **_stands("definite", 700, None)}]),
        Example("排除的不扣；认定的按认定金额扣，两行共 300 分摊为 200 与 100", "Cleared costs nothing; agreed costs what was agreed, 300 of two lines as 200 and 100",
                {"audit_hits_aud_13": [_hit("AUD-13", 500)], "audit_hits_aud_26": [_hit("AUD-26", 600), _hit("AUD-26", 300, 2)],
                 "audit_decisions": [_decided("AUD-13", 500, 0, "cleared"), _decided("AUD-26", 600, 200, "appealable", line_count=2, decision_id="D2"),
                                     _decided("AUD-26", 300, 100, "appealable", 2, line_count=2, decision_id="D2")]},
                [_stands("cleared", 0), _stands("agreed", 200, "D2"), _stands("agreed", 100, "D2")]),
        Example("命中金额已变的，原决定不适用", "The finding comes to another sum: the decision does not apply",
                {"audit_hits_aud_13": [_hit("AUD-13", 501)], "audit_decisions": [_decided("AUD-13", 500, 0, "cleared")]}, [_stands("definite", 501, None)]),
        Example("多命中一行的，原决定对各行都不适用", "One line more is found: the decision applies to none of them",
                {"audit_hits_aud_13": [_hit("AUD-13", 500), _hit("AUD-13", 100, 2)], "audit_decisions": [_decided("AUD-13", 500, 0, "cleared")]},
                [_stands("definite", 500, None), _stands("definite", 100, None)]),
        Example("可疑的：认定生效后才扣", "What is suspect costs only once the violation is final",
                {"audit_hits_aud_29": [_hit("AUD-29", 900, 0, **SUSPECT)], "audit_decisions": [_decided("AUD-29", 900, 400, "final", 0, **SUSPECT)]}, [_stands("agreed", 400)]),
        Example("可疑的：申诉期内不扣，无决定的不扣", "What is suspect costs nothing while it may be appealed, nor without a decision",
                {"audit_hits_aud_29": [_hit("AUD-29", 900, 0, **SUSPECT)], "audit_hits_aud_32": [_hit("AUD-32", 900, 0, **SUSPECT)],
                 "audit_decisions": [_decided("AUD-29", 900, 400, "appealable", 0, **SUSPECT)]}, [_stands("suspect", 0), _stands("suspect", 0, None)]),
        Example("同一发现两次决定：以后一次为准", "Decided twice: the later decision counts",
                {"audit_hits_aud_13": [_hit("AUD-13", 500)], "audit_decisions": [
                    _decided("AUD-13", 500, 300, "final"), _decided("AUD-13", 500, 0, "cleared", decision_id="D0", decided_on=date(2020, 5, 1))]}, [_stands("cleared", 0, "D0")])))
