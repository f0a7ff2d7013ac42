"""A second, slow opinion on the audit rules: unit by unit, case by case, fractions, no shared code."""
from collections import defaultdict
from fractions import Fraction
from math import floor


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def too_much(lines: list[dict], allowed_e3: int) -> dict[int, tuple[int, int]]:
    """Per line number (quantity too much, in-scope fen of it): what is allowed or given back is used up line by line."""
    left = allowed_e3 - sum(line["quantity_e3"] for line in lines if line["quantity_e3"] < 0)
    found = {}
    for line in sorted(lines, key=lambda line: line["line_number"]):
        if line["quantity_e3"] <= 0:
            continue
        free = min(left, line["quantity_e3"])
        left -= free
        beyond = line["quantity_e3"] - free
        if beyond > 0 and line["in_scope_fen"] > 0:
            found[line["line_number"]] = beyond, half_up(Fraction(line["in_scope_fen"] * beyond, line["quantity_e3"]))
    return found


def groups(lines: list[dict], *names: str) -> list[list[dict]]:
    found = defaultdict(list)
    for line in lines:
        found[tuple(line[name] for name in names)].append(line)
    return list(found.values())


def other_sex(world: dict, for_drugs: bool) -> dict:
    items = {item["item_code"]: item for item in world["charge_items"]}
    sex = {person["resident_id"]: person["sex_code"] for person in world["residents"]}
    patient = {case["encounter_id"]: sex[case["resident_id"]] for case in world["encounters"]}
    hits = {}
    for group in groups(world["charge_lines"], "encounter_id", "item_code"):
        item, case = items[group[0]["item_code"]], group[0]["encounter_id"]
        is_drug = item["class_code"] in ("drug", "herbal")
        if item["sex_code"] and is_drug == for_drugs and item["sex_code"] != patient[case]:
            hits.update({(case, number): fen for number, (_, fen) in too_much(group, 0).items()})
    return hits


def charged_twice(world: dict) -> dict:
    pairs = {(row["item_code"], row["other_item_code"]) for row in world["knowledge_points"] if row["rule_code"] == "AUD-12"}
    hits = {}
    for day in groups(world["charge_lines"], "encounter_id", "charged_on"):
        charged = {code for code in {line["item_code"] for line in day}
                   if sum(line["quantity_e3"] for line in day if line["item_code"] == code) > 0}
        for contained in {other for item, other in pairs if item in charged}:
            lines = [line for line in day if line["item_code"] == contained]
            hits.update({(line_case(lines), number): fen for number, (_, fen) in too_much(lines, 0).items()} if lines else {})
    return hits


def line_case(lines: list[dict]) -> str:
    return lines[0]["encounter_id"]


def daily_limit(world: dict) -> dict:
    hits = {}
    for group in groups(world["charge_lines"], "encounter_id", "charged_on", "item_code"):
        limits = [row["limit_count"] for row in world["knowledge_points"]
                  if row["rule_code"] == "AUD-13" and row["item_code"] == group[0]["item_code"]]
        if limits:
            hits.update({(line_case(group), number): fen for number, (_, fen) in too_much(group, min(limits) * 1000).items()})
    return hits


def over_price(world: dict) -> dict:
    limits = {item["item_code"]: item["price_limit_fen"] for item in world["charge_items"]}
    hits = {}
    for group in groups(world["charge_lines"], "encounter_id", "item_code", "unit_price_fen"):
        limit, price = limits[group[0]["item_code"]], group[0]["unit_price_fen"]
        if limit is not None and price > limit:
            hits.update({(line_case(group), number): half_up(Fraction(fen * (price - limit), price))
                         for number, (_, fen) in too_much(group, 0).items()})
    return hits


def deductions(hits: list[dict], bills: list[dict], in_area: dict[str, bool], by_points: dict[str, int | None]) -> dict:
    """Fen by (institution, insurance, pool); a stay paid by points gives back no more than its points brought."""
    found: dict = defaultdict(int)
    for case in {hit["encounter_id"] for hit in hits if hit["standing_code"] in ("definite", "agreed")}:
        own = [hit for hit in hits if hit["encounter_id"] == case and hit["standing_code"] in ("definite", "agreed")]
        largest: dict = {}
        for hit in own:
            largest[hit["line_number"]] = max(largest.get(hit["line_number"], 0), hit["counted_fen"])
        whole_case = largest.pop(0, 0)
        paid = [bill for bill in bills if bill["encounter_id"] == case]
        if not paid:
            continue
        in_scope, fund = sum(bill["in_scope_fen"] for bill in paid), sum(bill["fund_fen"] for bill in paid)
        amount = min(max(whole_case, sum(largest.values())), in_scope)
        is_dip = own[0]["type_code"] in ("inpatient", "day_surgery") and in_area[own[0]["institution_id"]]
        key = own[0]["institution_id"], own[0]["insurance_code"], "dip" if is_dip else "other"
        back = half_up(Fraction(amount * fund, in_scope)) if in_scope else 0
        found[key] += min(back, by_points.get(case) or 0) if is_dip else back
    return dict(found)


def standings(hits: list[dict], decisions: list[dict]) -> dict:
    """(standing, fen that count, decision) by (rule, case, line): a finding's lines written out whole are held against each decision's, the last first."""
    apart = {"decision_id", "line_count", "status_code", "agreed_fen", "decided_by", "decided_on", "document_code", "plan_code", "year", "run_digest"}
    found: dict = {}
    for rule, case in {(hit["rule_code"], hit["encounter_id"]) for hit in hits}:
        own = [hit for hit in hits if (hit["rule_code"], hit["encounter_id"]) == (rule, case)]
        about = None
        for name in sorted({row["decision_id"] for row in decisions}, key=lambda name: max((row["decided_on"], name) for row in decisions if row["decision_id"] == name)):
            rows = [row for row in decisions if row["decision_id"] == name]
            if all(row["line_count"] == len(own) for row in rows) and as_written(own, set()) == as_written(rows, apart):
                about = {row["line_number"]: row for row in rows}
        for hit in own:
            row = about[hit["line_number"]] if about else None
            is_definite = hit["action_code"] == "refuse"
            if row is None:
                stands = ("definite", hit["amount_fen"]) if is_definite else ("suspect", 0)
            elif row["status_code"] == "cleared":
                stands = "cleared", 0
            else:
                stands = ("agreed", min(row["agreed_fen"], hit["amount_fen"])) if is_definite or row["status_code"] == "final" else ("suspect", 0)
            found[rule, case, hit["line_number"]] = (*stands, row["decision_id"] if row else None)
    return found


def as_written(rows: list[dict], apart: set[str]) -> list[str]:
    return sorted(repr(sorted((name, str(value)) for name, value in row.items() if name not in apart)) for row in rows)
