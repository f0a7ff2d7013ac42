"""Payment by diagnosis-related group, by its points and by the day, a second time: plain Python, slow, from the text of the rules.

DRG-6 weights, DRG-7 rates and prices, DRG-8 outliers, DRG-9 measures, GB-3 points, GB-4 point values, GB-5 bed-days. Case by case, with
fractions; nothing here is imported from the house.
"""
from collections import defaultdict
from fractions import Fraction
from math import isqrt

MILLION, E4, E8, E9 = 10 ** 6, 10 ** 4, 10 ** 8, 10 ** 9
TIERS = ("primary", "secondary", "tertiary")
FUNDS = ("employee", "resident")
NONE = "0000"


def half_up(value):
    value = Fraction(value)
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return size if value >= 0 else -size


def by(rows, *names):
    found = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in names)].append(row)
    return found


# ------------------------------------------------------------------ history and weights

def percentile(costs, ppm):
    position = Fraction((len(costs) - 1) * ppm, MILLION)
    place = position.numerator // position.denominator
    return costs[place] + (costs[min(place + 1, len(costs) - 1)] - costs[place]) * (position - place)


def grouped_history(stays, groups, values, year):
    """The history's grouped cases, each with its year's weight and whether it was trimmed."""
    group_of = {row["encounter_id"]: row["drg_code"] for row in groups if row["drg_code"] is not None}
    rows = [{**row, "drg_code": group_of[row["encounter_id"]]} for row in stays if row["encounter_id"] in group_of and row["cost_fen"] > 0]
    weights = values["drg.history_weights"]
    for found in by(rows, "drg_code").values():
        costs = sorted(row["cost_fen"] for row in found)
        low, high = (percentile(costs, values[f"drg.trim_{side}_ppm"]) for side in ("low", "high"))
        for row in found:
            before = year - int(str(row["settled_month"])[:4])
            row["year_weight"] = weights[len(weights) - before] if 1 <= before <= len(weights) else 0
            row["is_trimmed"] = len(found) >= values["drg.trim_case_minimum"] and not low <= row["cost_fen"] <= high
            row["is_last"] = before == 1
    return rows


def weights(history, published, values):
    """Mean of the group ÷ mean of all, times the expert's factor, all multiplied so that the cases' mean weight is 1."""
    listed, kept = {row["drg_code"]: row for row in published}, [row for row in history if not row["is_trimmed"]]
    mean = {name: _mean(rows) for (name,), rows in by(kept, "drg_code").items()}
    every = _mean(kept)
    factor = {name: Fraction(listed[name]["factor_e4"], E4) if name in listed and listed[name]["factor_e4"] is not None else 1 for name in mean}
    adjusted = {name: mean[name] / every * factor[name] for name in mean if mean[name] is not None and every}
    cases = defaultdict(int)
    for row in kept:
        cases[row["drg_code"]] += row["year_weight"]
    average = sum(adjusted[name] * cases[name] for name in adjusted) / sum(cases.values()) if adjusted and sum(cases.values()) else None
    made = {}
    for name in {row["drg_code"] for row in history} | set(listed):
        rows = [row for row in history if row["drg_code"] == name]
        own = [row for row in rows if not row["is_trimmed"]]
        weight = listed.get(name, {}).get("weight_e9") if values["drg.weight_source"] == "published" else (
            half_up(adjusted[name] / average * E9) if average and name in adjusted else None)
        made[name] = {"drg_code": name, "mean_fen": half_up(mean[name]) if mean.get(name) is not None else None,
                      "all_mean_fen": half_up(every) if every is not None else None, "weight_e9": weight, "kept_count": len(own), "case_count": len(rows),
                      "mean_days_e4": half_up(Fraction(sum(row["stay_days"] for row in own) * E4, len(own))) if own else None,
                      "mortality_ppm": half_up(Fraction(sum(row["has_died"] for row in rows) * MILLION, len(rows))) if rows else None,
                      **_marks(rows, own, listed.get(name), values)}
    return made


def _mean(rows):
    count = sum(row["year_weight"] for row in rows)
    return Fraction(sum(row["cost_fen"] * row["year_weight"] for row in rows), count) if count else None


def _marks(rows, own, listed, values):
    yuan = [half_up(Fraction(row["cost_fen"], 100)) for row in own]
    mean = Fraction(sum(yuan), len(yuan)) if yuan else 0
    spread = sum((one - mean) ** 2 for one in yuan) / len(yuan) / mean ** 2 if mean else None
    stable = spread is not None and spread <= Fraction(values["drg.stable_cv_maximum_ppm"], MILLION) ** 2 and len(own) >= values["drg.stable_case_minimum"]
    primary = sum(row["tier_code"] == "primary" for row in rows)
    basic = (spread is not None and spread <= Fraction(values["drg.basic_cv_maximum_ppm"], MILLION) ** 2
             and Fraction(primary, len(rows)) >= Fraction(values["drg.basic_share_ppm"], MILLION))
    if listed or values["drg.weight_source"] == "published":
        basic = bool(listed and listed["is_basic"])
    return {"is_stable": stable and not (listed and listed["is_unstable"]), "is_basic": basic, "is_single_review": bool(listed and listed["is_single_review"]),
            "cv_ppm": None if spread is None else _root(spread)}


def _root(squared):
    low = isqrt(squared.numerator * MILLION ** 2 // squared.denominator)
    return low if squared < Fraction(2 * low + 1, 2 * MILLION) ** 2 else low + 1


def institution_coefficients(history, weighed, values):
    made = {}
    for (name, tier), rows in by(history, "institution_id", "tier_code").items():
        own = [row for row in rows if not row["is_trimmed"]]
        expected = sum((weighed[row["drg_code"]]["mean_fen"] or 0) * row["year_weight"] for row in own)
        if expected:
            raw = half_up(Fraction(sum(row["cost_fen"] * row["year_weight"] for row in own) * E4, expected))
            made[name] = {"institution_id": name, "tier_code": tier, "raw_e4": raw, "cmi_e4": mix(rows, weighed),
                          "coefficient_e4": max(min(raw, values["drg.coefficient_cap_e4"]), values["drg.coefficient_floor_e4"])}
    return made


def mix(rows, weighed):
    found = [weighed[row["drg_code"]]["weight_e9"] for row in rows if weighed[row["drg_code"]]["weight_e9"] is not None]
    return half_up(Fraction(sum(found) * E4, E9 * len(found))) if found else None


# ------------------------------------------------------------------ the year's stays

def stays_of(stays, groups, by_day, reviews, year):
    """The stays that groups price, with group and status and what was agreed of each."""
    found, out = {row["encounter_id"]: row for row in groups}, {row["encounter_id"] for row in by_day}
    made = [{**row, "drg_code": found[row["encounter_id"]]["drg_code"] or NONE, "group_status_code": found[row["encounter_id"]]["status_code"], "agreed_fen": None}
            for row in stays if row["encounter_id"] in found and row["encounter_id"] not in out]
    for row in made:
        for review in reviews:
            if (review["encounter_id"], review["method_code"], review["year"]) == (row["encounter_id"], "drg", year):
                if review["outcome_code"] == "regroup":
                    row.update(drg_code=review["group_code"], group_status_code="grouped")
                elif review["outcome_code"] != "refused":
                    row["agreed_fen"] = review["amount_fen"]
    return made


def budget_of(fund, month, versions, pools, by_day, year, values):
    """The pool of stays by the version in force in a month: its approved sum, or what a total budget leaves to the residual pool."""
    approved = {row["pool_code"]: row["budget_fen"] for row in pools if (row["insurance_code"], row["year"]) == (fund, year)}
    version = last_good(sorted((row for row in versions if (row["insurance_code"], row["year"]) == (fund, year)), key=lambda row: row["version_number"]), year * 100 + month)
    if version and values["budget.residual_pool"] == "dip_inpatient":
        whole = version["manual_base_fen"] + version["benefit_change_fen"]
        held = half_up(Fraction(whole * values["fund.reserve_share_ppm"], MILLION))
        approved["dip_inpatient"] = whole - held - sum(each for name, each in approved.items() if name != "dip_inpatient")
    own = [approved["dip_inpatient"]] if "dip_inpatient" in approved else []
    return max(sum(own) - sum(row["fund_pay_fen"] for row in by_day if row["insurance_code"] == fund), 0) if own else None


def last_good(versions, month):
    """The last version that was allowed and has begun by a month; a change needs a kind that allows it, a reason and a later month."""
    taken, latest = None, 0  # a change that is good but has not begun yet still stands before those decided after it
    for number, version in enumerate(versions):
        good = not number or (version["kind_code"] == "benefit_change" and version["reason"] and version["from_month"] > latest)
        latest = version["from_month"] if good else latest
        taken = version if good and version["from_month"] <= month else taken
    return taken


def base_rates(cases, history, weighed, versions, pools, by_day, year, values):
    """The rate of each fund, tier and kind."""
    made = {}
    for fund in FUNDS:
        first, final = (budget_of(fund, month, versions, pools, by_day, year, values) for month in (1, 12))
        last, now = ([row for row in rows if row["insurance_code"] == fund and weighed.get(row["drg_code"], {}).get("weight_e9")]
                     for rows in ([row for row in history if row["is_last"]], cases))
        computed = {"opening": _rate(last, first, weighed, values), "closing": _rate(now, final, weighed, values)}
        for tier in TIERS:
            for kind in ("opening", "closing"):
                source = values["drg.opening_rate"] if kind == "opening" or values["drg.closing_rate"] == "opening" else "computed"
                place = "opening" if values["drg.closing_rate"] == "opening" else kind
                made[fund, tier, kind] = published_rate(values["drg.base_rates"], fund, tier) if source == "published" else computed[place]
    return made


def _rate(rows, budget, weighed, values):
    weight = sum(weighed[row["drg_code"]]["weight_e9"] for row in rows)
    paid, cost = sum(row["fund_fen"] for row in rows), sum(row["cost_fen"] for row in rows)
    share = Fraction(paid, cost) if values["payment.point_value_basis"] == "cost" and cost else Fraction(values["payment.point_value_basis"] != "cost")
    if budget is None or not weight or share <= 0:
        return None
    return half_up(Fraction(budget, 100) / share / Fraction(weight, E9) * E4)


def published_rate(rates, fund, tier):
    for wanted in ((fund, tier), (fund, "all"), ("all", tier), ("all", "all")):
        for row in rates:
            if (row["insurance"], row["tier"]) == wanted:
                return row["rate_e4"]
    return None


def coefficient(group, tier, institution, listed, own, values):
    """The coefficient as a fraction and the tier whose rate counts; None where there is no price."""
    if group["is_single_review"]:
        return None, tier
    of_tier = {row["tier"]: Fraction(row["coefficient_e4"], E4) for row in values["drg.tier_coefficients"]}
    if group["is_basic"] and values["drg.basic_group_tier"] != "off":
        basic = values["drg.basic_group_tier"]
        return of_tier.get(basic, Fraction(1)), tier if basic == "all" else basic
    if listed and listed[f"{tier}_e8"] is not None:
        return Fraction(listed[f"{tier}_e8"], E8), tier
    if values["drg.missing_coefficient"] == "unpriced":
        return None, tier
    if values["drg.coefficient_basis"] == "institution" and institution in own:
        return Fraction(own[institution]["coefficient_e4"], E4), tier
    return of_tier.get(tier, Fraction(1)), tier


def price_of(row, weighed, listed, own, rates, kind, values):
    group = weighed.get(row["drg_code"])
    if group is None or group["weight_e9"] is None:
        return None
    factor, tier = coefficient(group, row["tier_code"], row["institution_id"], listed.get(row["drg_code"]), own, values)
    rate = rates[row["insurance_code"], tier, kind]
    return None if factor is None or rate is None else half_up(Fraction(group["weight_e9"], E9) * Fraction(rate, E4) * factor * 100)


def high_limit(weight_e9, values):
    for band in values["drg.high_bands"]:
        if "up_to_e4" not in band or Fraction(weight_e9, E9) <= Fraction(band["up_to_e4"], E4):
            return Fraction(band["limit_ppm"], MILLION)


def rate_cases(cases, weighed, published, own, rates, ways, values):
    """Each case's statement under the rate method."""
    listed, made = {row["drg_code"]: row for row in published}, []
    for row in cases:
        group = weighed.get(row["drg_code"])
        has_factor = group is not None and group["weight_e9"] is not None and coefficient(
            group, row["tier_code"], row["institution_id"], listed.get(row["drg_code"]), own, values)[0] is not None
        no_cost = row["fault_code"] == "no_bill" or row["cost_fen"] < 0
        if row["agreed_fen"] is not None and not no_cost:
            made.append({**row, "status_code": "settled", "deviation_code": "reviewed", "excess_fen": 0, "opening": None, "price_fen": None})
            continue
        waits = no_cost or not has_factor
        opening, closing = (price_of(row, weighed, listed, own, rates, kind, values) for kind in ("opening", "closing"))
        status = "pending" if waits else "blocked" if closing is None else "settled"
        kind, excess = "none", 0
        if status == "settled":
            limit = high_limit(group["weight_e9"], values)
            kind = deviation(row, closing, limit, ways.get(row["encounter_id"]), values)
            excess = row["cost_fen"] - half_up(closing * limit) if kind == "high" else 0
        made.append({**row, "status_code": status, "deviation_code": kind, "excess_fen": excess, "opening": opening, "price_fen": closing})
    for rows in by(made, "institution_id").values():
        allowed = len(rows) * values["drg.high_case_share_ppm"] // MILLION
        high = sorted((row for row in rows if row["deviation_code"] == "high"), key=lambda row: (-row["excess_fen"], row["encounter_id"]))
        for row in high[allowed:]:
            row["deviation_code"] = "over_cap"
    return [rate_paid(row, values) for row in made]


def deviation(row, price, limit, way, values):
    kinds = values["drg.as_spent_kinds"]
    is_kind = {"died": row["has_died"], "long_stay": row["stay_days"] > values["drg.long_stay_days"], "short_stay": row["stay_days"] <= values["drg.short_stay_days"],
               "transfer": way == "transfer"}
    if any(is_kind[kind] for kind in kinds):
        return "as_spent"
    if row["cost_fen"] < price * Fraction(values["drg.low_ratio_ppm"], MILLION):
        return "low"
    return "high" if row["cost_fen"] > price * limit else "normal"


def rate_paid(row, values):
    if row["deviation_code"] == "reviewed":
        return statement(row, row["agreed_fen"], row["agreed_fen"], values) | {"deviation_code": "reviewed", "excess_fen": 0, "extra_fen": 0}
    extra = half_up(Fraction(row["excess_fen"] * values["drg.high_share_ppm"], MILLION)) if row["deviation_code"] == "high" else 0
    spent = row["deviation_code"] in ("low", "as_spent")
    standard = None if row["status_code"] != "settled" else row["cost_fen"] if spent else row["price_fen"] + extra
    opening = row["cost_fen"] if spent else None if row["opening"] is None else row["opening"] + extra
    return statement(row, standard, opening, values) | {"deviation_code": row["deviation_code"], "excess_fen": row["excess_fen"], "extra_fen": extra}


def statement(row, standard, opening, values):
    """What the fund pays in each form, and the difference."""
    pending = row["status_code"] == "pending"
    form = values["payment.fund_pay_form"]
    before = 0 if pending or opening is None else fund_pay(row, opening, form)
    against = row["fund_fen"] if form == "whole" else row["cost_fen"]
    return {"encounter_id": row["encounter_id"], "status_code": row["status_code"], "standard_fen": standard, "budget_pay_fen": before,
            "fund_pay_fen": 0 if pending else None if standard is None else fund_pay(row, standard, form),
            "difference_fen": None if standard is None else standard - against}


def fund_pay(row, standard, form):
    if form == "whole":
        return standard
    if form == "times_share":
        return half_up(Fraction(standard * row["fund_fen"], row["cost_fen"])) if row["cost_fen"] else 0
    return max(standard - row["patient_fen"] - row["other_payers_fen"], 0)


# ------------------------------------------------------------------ points

def group_points(row, history, weighed, own, values):
    """Base points and the institution's coefficient for a stay's group."""
    group = weighed.get(row["drg_code"])
    if group is None or row["drg_code"] == NONE or group["weight_e9"] is None:
        return None, E4
    base = half_up(Fraction(group["weight_e9"], E9) * values["drg.point_scale"] * E4)
    if group["is_basic"]:
        return base, E4
    kept = [one for one in history if not one["is_trimmed"] and one["drg_code"] == row["drg_code"]]
    region = _mean(kept)
    found = []
    for part, name, key in (("institution", "institution_id", row["institution_id"]), ("tier", "tier_code", row["tier_code"])):
        mean = _mean([one for one in kept if one[name] == key])
        found.append((part, half_up(mean / region * E4) if mean is not None and region else E4))
    region_mix, index = mix(history, weighed), own.get(row["institution_id"], {}).get("cmi_e4")
    found.append(("cmi", half_up(Fraction(index * E4, region_mix)) if index is not None and region_mix else E4))
    shares = values["drg.differential_weights"]
    mean = half_up(Fraction(sum(shares[f"{part}_ppm"] * ratio for part, ratio in found), sum(shares[f"{part}_ppm"] for part, _ in found)))
    return base, max(min(mean, values["drg.coefficient_cap_e4"]), values["drg.coefficient_floor_e4"])


def case_points(cases, history, weighed, own, values):
    made, every = [], next((row["all_mean_fen"] for row in weighed.values()), None)
    for row in cases:
        group, (base, factor) = weighed.get(row["drg_code"]), group_points(row, history, weighed, own, values)
        kind, points = "none", 0
        mean = group["mean_fen"] if group else None
        is_known = row["fault_code"] != "no_bill" and row["cost_fen"] >= 0
        if is_known and row["agreed_fen"] is not None and every:
            kind, points = "reviewed", half_up(Fraction(row["agreed_fen"], every) * values["drg.point_scale"] * E4)
        elif not is_known or row["group_status_code"] == "refused" or (group and group["is_single_review"]):
            pass
        elif group and base is not None and group["is_stable"] and mean and row["drg_code"] != NONE:
            kind, points = scored(row["cost_fen"], base, factor, mean, high_limit(group["weight_e9"], values), values)
        elif every:
            kind = "unstable" if row["group_status_code"] == "grouped" else "ungrouped"
            share = Fraction(1) if kind == "unstable" else Fraction(values["drg.ungrouped_share_ppm"], MILLION)
            points = half_up(Fraction(row["cost_fen"], every) * values["drg.point_scale"] * share * E4)
        made.append({**row, "deviation_code": kind, "points_e4": points})
    return made


def scored(cost, base, factor, mean, limit, values):
    normal = half_up(Fraction(base * factor, E4))
    if cost < mean * Fraction(values["drg.low_ratio_ppm"], MILLION):
        return "low", half_up(Fraction(base * cost, mean))
    if cost <= mean * limit:
        return "normal", normal
    times = min(half_up(Fraction((cost - half_up(mean * limit)) * MILLION, mean)), values["drg.high_points_cap_ppm"])
    return "high", normal + half_up(Fraction(base * times, MILLION))


def point_values(scored_cases, versions, pools, by_day, year, values):
    """The value of each month and of the year, by fund."""
    made, cases = {}, [row for row in scored_cases if row["deviation_code"] != "none"]
    by_month = {fund: {month: budget_of(fund, month, versions, pools, by_day, year, values) for month in range(1, 13)} for fund in FUNDS}
    budgets = {fund: months[12] for fund, months in by_month.items()}
    for fund in FUNDS:
        own, budget = [row for row in cases if row["insurance_code"] == fund], budgets[fund]
        paid, cost = sum(row["fund_fen"] for row in own), sum(row["cost_fen"] for row in own)
        scale = None if budget is None else Fraction(1) if values["payment.point_value_basis"] == "fund" else Fraction(cost, paid) if paid > 0 else None
        carried = 0
        for month in range(1, 13):
            now = by_month[fund][month]
            part = None if now is None else now // 12 + (month <= now % 12)
            points = sum(row["points_e4"] for row in own if row["settled_month"] == year * 100 + month)
            available = None if scale is None else half_up(part * scale) + carried
            value = half_up(Fraction(available * MILLION, points)) if available is not None and points else None
            ceiling = values["drg.month_value_ceiling_e4"]
            value = min(value, ceiling) if value is not None and ceiling else value
            carried = 0 if available is None else max(available - (half_up(Fraction(value * points, MILLION)) if value is not None else 0), 0)
            made[fund, year * 100 + month] = value
        points = sum(row["points_e4"] for row in own)
        whole = sum(each or 0 for each in budgets.values())
        more, less = (largest_remainder(values[name], budgets, fund) if whole else 0 for name in ("drg.carried_in_fen", "drg.adjusted_fen"))
        available = None if scale is None else max(half_up(budget * scale) + more - less, 0)
        made[fund, year * 100] = half_up(Fraction(available * MILLION, points)) if available is not None and points else None
    return made


def largest_remainder(amount, budgets, wanted):
    whole = sum(each or 0 for each in budgets.values())
    exact = {name: Fraction(amount * (each or 0), whole) for name, each in budgets.items()}
    parts = {name: each.numerator // each.denominator for name, each in exact.items()}
    for name in sorted(exact, key=lambda name: (parts[name] - exact[name], name))[:amount - sum(parts.values())]:
        parts[name] += 1
    return parts[wanted]


def point_cases(scored_cases, found, year, values):
    made = []
    for row in scored_cases:
        value, before = found[row["insurance_code"], year * 100], found[row["insurance_code"], row["settled_month"]]
        status = "pending" if row["deviation_code"] == "none" else "blocked" if value is None else "settled"
        standard = half_up(Fraction(row["points_e4"] * value, MILLION)) if status == "settled" else None
        opening = None if before is None else half_up(Fraction(row["points_e4"] * before, MILLION))
        made.append(statement({**row, "status_code": status}, standard, opening, values) | {"points_e4": row["points_e4"]})
    return made


# ------------------------------------------------------------------ by the day

def bed_days(stays, values):
    made = []
    limits = {row["tier"]: row["limit_days"] for row in values["bed_day.caps"]}
    for row in stays:
        category = (row["principal_diagnosis_code"] or "")[:3]
        if category not in values["bed_day.categories"] or row["stay_days"] < values["bed_day.minimum_days"]:
            continue
        cap = limits.get(row["tier_code"], row["stay_days"])
        day_rates = [day_rate(category, row["tier_code"], day, values["bed_day.rates"]) for day in range(1, row["stay_days"] + 1)]
        full, beyond = sum(day_rates[:cap]), half_up(Fraction(sum(day_rates[cap:]) * values["bed_day.taper_ppm"], MILLION))
        waits = row["fault_code"] == "no_bill" or row["cost_fen"] < 0
        made.append(statement({**row, "status_code": "pending" if waits else "settled"}, None if waits else full + beyond, None, values)
                    | {"insurance_code": row["insurance_code"], "full_fen": full, "taper_fen": beyond})
    return made


def day_rate(category, tier, day, rates):
    for wanted in ((category, tier), (category, "all"), ("all", tier), ("all", "all")):
        stages = [row for row in rates if (row["category"], row["tier"]) == wanted]
        if stages:
            return sum(row["rate_fen"] for row in stages if row["from_days"] <= day <= row["to_days"])
    return 0


# ------------------------------------------------------------------ drugs apart

def drugs_apart(lines, items, stays, bills):
    """Each stay's listed drugs: at the item's share, else at the bill's, never more than the bill's fund or the drugs themselves."""
    listed, made = {row["item_code"]: row for row in items}, []
    for stay in stays:
        own = [(line, listed[line["item_code"]]) for line in lines if line["encounter_id"] == stay["encounter_id"] and line["item_code"] in listed]
        own = [(line, item) for line, item in own if item["from_on"] <= line["charged_on"] and (item["to_on"] is None or line["charged_on"] <= item["to_on"])]
        amount = sum(line["amount_fen"] for line, _ in own)
        paid = [row for row in bills if row["encounter_id"] == stay["encounter_id"]]
        if amount <= 0 or not paid:
            continue
        fund, scope = (sum(row[name] for row in paid) for name in ("fund_fen", "in_scope_fen"))
        due = sum(half_up(Fraction(line["in_scope_fen"] * item["fund_share_ppm"], MILLION)) for line, item in own if item["fund_share_ppm"] is not None)
        rest = sum(line["in_scope_fen"] for line, item in own if item["fund_share_ppm"] is None)
        due += half_up(Fraction(rest * fund, scope)) if scope else 0
        part = min(due, fund, amount)
        made.append({"encounter_id": stay["encounter_id"], "amount_fen": amount, "fund_fen": part, "patient_fen": amount - part})
    return made


# ------------------------------------------------------------------ measures

def measures(cases, weighed, values):
    """Case mix, efficiency and low-risk deaths by institution and in the region."""
    made = {}
    for scope, found in (("institution", by(cases, "institution_id")), ("region", {("-",): cases} if cases else {})):
        for (name,), rows in found.items():
            grouped = [row for row in rows if row["drg_code"] != NONE]
            known = [(row, weighed[row["drg_code"]]) for row in grouped if row["drg_code"] in weighed]
            index = [group["weight_e9"] for _, group in known if group["weight_e9"] is not None]
            held = [(row, group) for row, group in known if group["mean_fen"] and group["mean_days_e4"]]
            low = [row for row, group in known if group["mortality_ppm"] is not None and group["mortality_ppm"] < values["drg.low_mortality_ppm"]]
            expected, days = sum(group["mean_fen"] for _, group in held), sum(group["mean_days_e4"] for _, group in held)
            made[scope, name] = {
                "case_count": len(rows), "grouped_count": len(grouped), "group_count": len({row["drg_code"] for row in grouped}),
                "cmi_e6": half_up(Fraction(sum(index), len(index) * 1000)) if index else None,
                "cost_index_e6": half_up(Fraction(sum(row["cost_fen"] for row, _ in held) * MILLION, expected)) if expected else None,
                "time_index_e6": half_up(Fraction(sum(row["stay_days"] for row, _ in held) * E4 * MILLION, days)) if days else None,
                "low_risk_count": len(low), "low_risk_death_count": sum(row["has_died"] for row in low)}
    return made
