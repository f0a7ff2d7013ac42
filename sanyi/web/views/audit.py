"""Audit findings: by rule and by institution, and each with its sentence of evidence."""
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sanyi.audit import rules
from sanyi.audit.evidence import evidence
from sanyi.audit.rule import ACTION, RULE_CLASS
from sanyi.runs.results import Condition, Order
from sanyi.web.access import RUN, allowed
from sanyi.web.listing import listing
from sanyi.web.names import names
from sanyi.web.opened import has, results
from sanyi.web.parts import chart, short_table
from sanyi.web.show import charted
from sanyi.web.trailed import reads
from sanyi.web.words import name_of, say

HITS = "audit_hits"
FEWEST = 8
COLUMNS = ("rule_code", "encounter_id", "finding_code", "institution_id", "amount_fen", "standing_code", "counted_fen", "action_code", "insurance_code", "type_code",
           "settled_month", "item_code", "resident_id")


@allowed(*RUN)
@reads("audit_hits")
def audit(request: HttpRequest) -> HttpResponse:
    """What the rules found: how many hits and how much money, by rule and by institution."""
    if not has(HITS):
        return render(request, "audit.html", {"is_empty": True})
    by_rule = {row["rule_code"]: row for row in results().grouped(HITS, ["rule_code"], ["amount_fen"])}
    known = [_rule(rule, by_rule.get(rule.code), request) for rule in rules()]
    return render(request, "audit.html", {
        "rules": known, "by_rule": _rule_chart(known, request), "by_institution": _institution_chart(request, ()),
        "total": sum(row["row_count"] for row in by_rule.values()), "amount": sum(row["amount_fen"] for row in by_rule.values()),
        "deductions": short_table(request, "audit_deductions", order=(Order("deducted_fen", True),), limit=10), "list": listing(request, HITS, COLUMNS, sort="-amount_fen", adapt=_with_evidence(request.language))})


@allowed(*RUN)
@reads("audit_rule", id="rule_code")
def rule(request: HttpRequest, rule_code: str) -> HttpResponse:
    """One rule: what it looks for, where it hit, and the evidence of each hit on the page."""
    found = next((each for each in rules() if each.code == rule_code), None)
    if found is None:
        raise Http404(f"没有规则 {rule_code} / there is no rule {rule_code}")
    key = (Condition("rule_code", "eq", rule_code),)
    total = results().grouped(HITS, [], ["amount_fen"], key)[0] if has(HITS) else None
    return render(request, "rule.html", {
        "rule": _rule(found, total, request), "by_institution": _institution_chart(request, key),
        "findings": findings(request, key, 20), "list": listing(request, HITS, COLUMNS, key, "-amount_fen", _with_evidence(request.language)) if has(HITS) else None})


def findings(request: HttpRequest, where: tuple[Condition, ...], limit: int = 100) -> list[dict[str, Any]]:
    """Hits as sentences."""
    if not has(HITS):
        return []
    known, items = {each.code: each for each in rules()}, names("charge_items.item_code")
    hits = results().page(HITS, where, (), 0, limit)
    return [{"rule": name_of(known[hit["rule_code"]], request.language), "code": hit["rule_code"], "case": hit["encounter_id"],
             "amount": hit["amount_fen"], "action": say(request, *ACTION[hit["action_code"]]),
             "sentence": evidence(known[hit["rule_code"]], hit, items, request.language)} for hit in hits if hit["rule_code"] in known]


def _with_evidence(language: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A hit with its finding said as the rule's sentence of evidence."""
    known, items = {each.code: each for each in rules()}, names("charge_items.item_code")

    def adapt(hit: dict[str, Any]) -> dict[str, Any]:
        rule = known.get(hit["rule_code"])
        return {**hit, "finding_code": evidence(rule, hit, items, language)} if rule else hit

    return adapt


def _rule(found: Any, row: dict[str, Any] | None, request: HttpRequest) -> dict[str, Any]:
    return {"code": found.code, "title": name_of(found, request.language), "what": say(request, found.what_zh, found.what_en),
            "class": say(request, *RULE_CLASS[found.class_code]), "action": say(request, *ACTION[found.action_code]),
            "is_definite": found.is_definite, "source": str(found.source), "national": found.national_code,
            "count": row["row_count"] if row else 0, "amount": row["amount_fen"] if row else 0}


def _rule_chart(known: list[dict[str, Any]], request: HttpRequest) -> dict[str, Any]:
    ordered = sorted(known, key=lambda each: -each["amount"])
    return chart("ranked", [each["title"] for each in ordered],
                 [(say(request, "涉及金额", "amount"), [charted("money", each["amount"]) for each in ordered])],
                 say(request, "万元", "×10,000 yuan"), links=[reverse("rule", args=[each["code"]]) for each in ordered], labels=True)


def _institution_chart(request: HttpRequest, where: tuple[Condition, ...]) -> dict[str, Any] | None:
    if not has(HITS):
        return None
    found = results().grouped(HITS, ["institution_id"], ["amount_fen"], where)
    most = sorted(found, key=lambda row: (-row["amount_fen"], row["institution_id"]))[:FEWEST]
    known = names("institutions.institution_id")
    if not most:
        return None
    return chart("ranked", [known.get(row["institution_id"], row["institution_id"]) for row in most],
                 [(say(request, "涉及金额", "amount"), [charted("money", row["amount_fen"]) for row in most])],
                 say(request, "万元", "×10,000 yuan"), labels=True,
                 links=[reverse("institution", args=[row["institution_id"]]) for row in most])
