"""A slow, obvious second opinion on patient benefits: straight from rules BEN-1 to BEN-10, one claim after another.

It shares nothing with the house: exact fractions, the plan's values as they are written, the record's rows as they come.
"""
from fractions import Fraction
from math import floor

STAYS = ("inpatient", "day_surgery")


def half_up(amount):
    """To whole fen (or millionths), half up; what is taken back is rounded as it was when it was given."""
    exact = Fraction(amount)
    return floor(exact + Fraction(1, 2)) if exact >= 0 else -floor(Fraction(1, 2) - exact)


def settle_all(tables, values_on, choices, year):
    """Every settlement: its sums, or the word of its refusal. `values_on(day)` gives the plan's values on a day, or None."""
    tables = _as_one(tables)
    facts = [_facts(bill, tables, choices, year) for bill in tables["settlements"]]
    before = {**tables, "settlements": tables["history_settlements"], "encounters": tables["history_encounters"] + tables["encounters"], "charge_lines": []}
    last = [_facts(bill, before, choices, year - 1) for bill in tables["history_settlements"] if bill["settled_on"].year == year - 1]
    people = sorted({(fact["resident_id"], fact["insurance_code"]) for fact in facts})
    found = {}
    for person in people:
        old, new = ([fact for fact in each if (fact["resident_id"], fact["insurance_code"]) == person] for each in (last, facts))
        then = _one_year(old, values_on, choices, [])
        borne = [{**fact, "borne": then[fact["settlement_id"]]["deductible_fen"]} for fact in old
                 if fact["is_stay"] and isinstance(then[fact["settlement_id"]], dict)]
        found.update(_one_year(new, values_on, choices, borne if choices["over_new_year"] else []))
    return found


def _as_one(tables):
    """Every row of a code that was merged, under the code that stays."""
    stays = {row["resident_id"]: row["same_as_id"] for row in tables.get("same_residents", ())}
    return {name: [{**row, "resident_id": stays.get(row["resident_id"], row["resident_id"])} if "resident_id" in row else row for row in rows] for name, rows in tables.items()}


def _facts(bill, tables, choices, year):
    """What decides a bill, looked up plainly."""
    visit = next((row for row in tables["encounters"] if (row["encounter_id"], row["resident_id"]) == (bill["encounter_id"], bill["resident_id"])), None)
    house = next(row for row in tables["institutions"] if row["institution_id"] == bill["institution_id"])
    is_stay = visit is not None and visit["type_code"] in STAYS
    special = visit is not None and (is_stay or visit["referral_id"] is not None or visit["type_code"] == "emergency")
    admitted = visit["admitted_on"] if special else bill["settled_on"]
    referral = _referral(visit, tables) if special else None
    shared = _shared_kinds(referral, admitted, tables)
    runs_on = referral is not None and (
        (choices["referral_scope"] == "region" and choices["continuous"])
        or (choices["continuous"] and any(kind != "loose" for kind in shared)) or (choices["loose"] and "loose" in shared))
    if house["is_in_area"] or (choices["loose"] and "loose" in shared):
        way = "local"
    elif special and any(row["resident_id"] == visit["resident_id"] and row["from_on"] <= admitted
                         and (row["to_on"] is None or admitted <= row["to_on"]) for row in tables["off_site_filings"]):
        way = "filed"
    elif referral is not None:
        way = "referred"
    elif special and visit["type_code"] == "emergency":
        way = "emergency"
    else:
        way = "unfiled"
    return {**bill, "in_scope_fen": _in_scope(bill, tables, choices), "is_stay": is_stay, "level": house["level_code"], "way": way, "person": _person(bill, tables, year),
            "admitted_on": admitted, "discharged_on": visit["discharged_on"] if special else bill["settled_on"],
            "sent_from": referral["from_institution_id"] if runs_on else None,
            "direction": referral["direction_code"] if runs_on else None,
            "is_reversed": any(row["settlement_id"] == bill["settlement_id"] for row in tables["settlement_reversals"])}


def _in_scope(bill, tables, choices):
    """The bill's own sum, or its lines' where they are to count; a visit that is billed in parts has no lines for each, so their own sums stand."""
    visit = bill["encounter_id"]
    lines = [line for line in tables["charge_lines"] if line["encounter_id"] == visit]
    if choices["in_scope_from"] != "lines" or not lines or sum((row["encounter_id"], row["resident_id"]) == (visit, bill["resident_id"]) for row in tables["settlements"]) > 1:
        return bill["in_scope_fen"]
    items = {row["item_code"]: row for row in tables["charge_items"]}
    unknown = {"scope_share_ppm": 0}
    return in_scope([(line["amount_fen"], items.get(line["item_code"], unknown)["scope_share_ppm"], line["unit_price_fen"], line["quantity_e3"],
                      items.get(line["item_code"], unknown).get("price_limit_fen")) for line in lines])


def _referral(visit, tables):
    for row in tables["referrals"]:
        if (row["referral_id"] == visit["referral_id"] and row["status_code"] in ("arrived", "closed")
                and row["to_institution_id"] == visit["institution_id"] and row["resident_id"] == visit["resident_id"]):
            return row
    return None


def _shared_kinds(referral, day, tables):
    """The kinds of consortium that both ends of a referral belong to on a day."""
    if referral is None:
        return set()

    def of(institution):
        return {row["consortium_id"] for row in tables["consortium_members"] if row["institution_id"] == institution
                and row["from_on"] <= day and (row["to_on"] is None or day <= row["to_on"])}

    both = of(referral["from_institution_id"]) & of(referral["to_institution_id"])
    return {row["kind_code"] for row in tables["consortia"] if row["consortium_id"] in both}


def _person(bill, tables, year):
    month = bill["settled_month"] % 100
    held = {row["person_class_code"] for row in tables["insured_months"]
            if row["resident_id"] == bill["resident_id"] and row["insurance_code"] == bill["insurance_code"] and row["year"] == year
            and row["from_month"] <= month <= row["to_month"]}
    return next((name for name in ("poor", "disabled", "retired", "student") if name in held), "ordinary")


def _one_year(facts, values_on, choices, last_year):
    found, accepted = {}, []
    for fact in facts:
        day = fact["discharged_on"] if choices["policy_date"] == "discharged_on" and fact["is_stay"] else fact["settled_on"]
        values = values_on(day)
        care = "inpatient" if fact["is_stay"] else "outpatient"
        row = None if values is None else next((each for each in values[f"benefit.{care}.{fact['insurance_code']}"]
                                                if each["level"] == fact["level"]), None)
        if fact["is_reversed"]:
            found[fact["settlement_id"]] = "reversed"
        elif not 0 <= fact["in_scope_fen"] <= fact["total_fen"]:
            found[fact["settlement_id"]] = "negative_amount"
        elif row is None:
            found[fact["settlement_id"]] = "no_policy"
        else:
            accepted.append({**fact, "values": values, "row": row})
    accepted.sort(key=lambda fact: (fact["settled_on"], fact["settlement_id"]))
    chain_of, down = _chains(last_year + [fact for fact in accepted if fact["is_stay"]], choices)
    used = {"visit_deductible": 0, "stay_deductible": 0, "segment": 0, "visit_fund": 0, "fund": 0, "self_pay": 0, "catastrophic": 0, "aid": 0}
    paid_in_chain, chains_seen = {}, []
    for stay in last_year:
        paid_in_chain[chain_of[stay["settlement_id"]]] = paid_in_chain.get(chain_of[stay["settlement_id"]], 0) + stay["borne"]
    for fact in accepted:
        chain = chain_of.get(fact["settlement_id"])
        if chain is not None and chain not in chains_seen:
            chains_seen.append(chain)
        number = chains_seen.index(chain) + 1 if chain is not None else 0
        found[fact["settlement_id"]] = _settle(fact, choices, used, paid_in_chain, chain, number, fact["encounter_id"] in down)
    return found


def _chains(stays, choices):
    """Follow each patient from stay to stay: same stay, or referred from where they just were, soon enough."""
    chain_of, down, last = {}, set(), None
    for stay in sorted(stays, key=lambda fact: (fact["admitted_on"], fact["discharged_on"], fact["encounter_id"], fact["settlement_id"])):
        chain = stay["settlement_id"]
        if last is not None:
            gap = (stay["admitted_on"] - last["discharged_on"]).days
            if stay["encounter_id"] == last["encounter_id"]:
                chain = chain_of[last["settlement_id"]]
            elif stay["sent_from"] == last["institution_id"] and 0 <= gap <= choices["window_days"]:
                chain = chain_of[last["settlement_id"]]
                if stay["direction"] == "down":
                    down.add(stay["encounter_id"])
        chain_of[stay["settlement_id"]] = chain
        last = stay
    return chain_of, down


def _settle(fact, choices, used, paid_in_chain, chain, number, came_down):
    values, insurance, is_stay = fact["values"], fact["insurance_code"], fact["is_stay"]
    inside = fact["in_scope_fen"]
    deductible = _deductible(fact, choices, used, paid_in_chain, chain, number, came_down)
    # the bands: the part after the deductible, laid where the plan measures from
    start = used["segment"] if is_stay and choices["segment_basis"] == "year" else 0
    if choices["bands_from"] == "zero":
        start += deductible
    base = _by_bands(fact, start, start + inside - deductible)
    fund = base
    if not is_stay:
        fund = min(fund, max(0, _cap(values[f"benefit.outpatient_cap_fen.{insurance}"]) - used["visit_fund"]))
    if is_stay or choices["cap_counts_visits"]:
        fund = min(fund, max(0, _cap(values[f"benefit.cap_fen.{insurance}"]) - used["fund"]))
    self_pay = inside - fund
    catastrophic = 0
    if is_stay or choices["catastrophic_counts_visits"]:
        catastrophic = _catastrophic(fact, used["self_pay"], used["self_pay"] + self_pay, used["catastrophic"])
    aid = 0
    help_row = next((row for row in values["benefit.aid"] if row["person"] == fact["person"]), None)
    if help_row and (is_stay or choices["aid_counts_visits"]):
        aid = min(half_up(Fraction((self_pay - catastrophic) * help_row["ratio_ppm"], 10**6)), max(0, _cap(help_row["cap_fen"]) - used["aid"]))
    if is_stay:
        used["stay_deductible"] += deductible
        used["segment"] += inside - (deductible if choices["bands_from"] == "deductible" else 0)
        paid_in_chain[chain] = paid_in_chain.get(chain, 0) + deductible
    else:
        used["visit_deductible"] += deductible
        used["visit_fund"] += fund
    used["fund"] += fund if is_stay or choices["cap_counts_visits"] else 0
    used["self_pay"] += self_pay if is_stay or choices["catastrophic_counts_visits"] else 0
    used["catastrophic"] += catastrophic
    used["aid"] += aid
    return {"deductible_fen": deductible, "base_fen": base, "fund_fen": fund, "catastrophic_fen": catastrophic, "aid_fen": aid,
            "patient_fen": fact["total_fen"] - fund - catastrophic - aid}


def _cap(fen):
    return fen if fen else 10**30


def _deductible(fact, choices, used, paid_in_chain, chain, number, came_down):
    full = fact["row"]["deductible_fen"]
    if not fact["is_stay"]:
        due = full - used["visit_deductible"]
    elif came_down:
        due = 0
    elif choices["deductible_basis"] == "year":
        due = full - used["stay_deductible"]
    else:
        rule = fact["values"]["benefit.repeat_stay"]
        if number > 1 and rule["rule"] == "less":
            full = max(min(full, rule["floor_fen"]), full - rule["step_fen"] * (number - 1))
        elif number > 1 and rule["rule"] == "part":
            full = half_up(Fraction(full * rule["part_ppm"], 10**6))
        due = full - paid_in_chain.get(chain, 0)
    return min(fact["in_scope_fen"], max(0, due))


def _by_bands(fact, start, end):
    """Cut the piece at every amount where a ratio may change, and pay each slice at its own ratio."""
    more = []
    if fact["is_stay"]:
        more = [row for row in fact["values"][f"benefit.inpatient_bands.{fact['insurance_code']}"] if row["level"] == fact["level"]]
    cuts = sorted({start, end, *(row["over_fen"] for row in more if start < row["over_fen"] < end)})
    return half_up(sum(Fraction((high - low) * _ratio(fact, more, low), 10**6) for low, high in zip(cuts, cuts[1:])))


def _ratio(fact, more, position):
    """The ratio at a position: the class's own row if one reaches it, else the general row with the class's rise; then the way's factor."""
    values, insurance = fact["values"], fact["insurance_code"]
    own = [row for row in more if row.get("person") == fact["person"] and row["over_fen"] <= position]
    if own:
        ratio = max(own, key=lambda row: row["over_fen"])["ratio_ppm"]
    else:
        general = [row for row in more if not row.get("person") and row["over_fen"] <= position]
        ratio = max(general, key=lambda row: row["over_fen"])["ratio_ppm"] if general else fact["row"]["ratio_ppm"]
        care = "stay" if fact["is_stay"] else "visit"
        ratio += sum(row["rise_ppm"] for row in values[f"benefit.class_rises.{insurance}"] if (row["person"], row["care"]) == (fact["person"], care))
        ratio = min(ratio, 10**6)
    if fact["way"] == "local":
        return ratio
    factor = next(row["factor_ppm"] for row in values["benefit.off_site"] if row["way"] == fact["way"])
    return half_up(Fraction(ratio * factor, 10**6))


def _catastrophic(fact, low, high, paid):
    """What of the year's self-pay between two positions lies in which band above the deductible."""
    values, insurance = fact["values"], fact["insurance_code"]
    if insurance == "employee" and not values["benefit.catastrophic_includes_employees"]:
        return 0
    floor_fen, rise, cap = values[f"benefit.catastrophic_deductible_fen.{insurance}"], 0, _cap(values[f"benefit.catastrophic_cap_fen.{insurance}"])
    edges = _edges(values[f"benefit.catastrophic_bands.{insurance}"], values["benefit.catastrophic_bands_are"], floor_fen)
    if fact["person"] in values["benefit.catastrophic_poor_persons"]:
        poor = values["benefit.catastrophic_poor"]
        floor_fen = half_up(Fraction(floor_fen * poor["deductible_ppm"], 10**6))
        rise = poor["ratio_rise_points_e4"]
        cap = cap if values["benefit.catastrophic_poor_has_annual_cap"] else 10**30
    owed = Fraction(0)
    for place, (edge, ratio) in enumerate(edges):
        top = edges[place + 1][0] if place + 1 < len(edges) else 10**30
        part = min(high - floor_fen, top) - max(low - floor_fen, edge)
        owed += Fraction(max(0, part) * max(0, min(10**6, ratio + rise)), 10**6)
    return min(half_up(owed), max(0, cap - paid))


def _edges(rows, written_as, deductible):
    if written_as == "above_deductible":
        return [(row["amount_fen"], row["ratio_ppm"]) for row in rows]
    if written_as == "absolute":
        return [(row["amount_fen"] - deductible, row["ratio_ppm"]) for row in rows]
    found, edge = [], 0
    for row in rows:
        found.append((edge, row["ratio_ppm"]))
        if row["amount_fen"] == 0:
            return found
        edge += row["amount_fen"]
    return [*found, (edge, -10**9)]  # beyond the last width nothing is paid, whatever the rise


def in_scope(lines):
    """BEN-1: the whole, less class C, less the self-paid part of class B, less what is over the price limit."""
    found = 0
    for amount, share, price, quantity_e3, limit in lines:
        over = amount - half_up(Fraction(limit * quantity_e3, 1000)) if limit is not None and price > limit else 0
        found += half_up(Fraction((amount - over) * share, 10**6))
    return found
