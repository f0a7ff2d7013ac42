"""A slow second opinion on every step of payment by disease score: plain Python, fractions, one case at a time."""
from collections import Counter, defaultdict
from fractions import Fraction
from math import isqrt

MILLION = 1_000_000


def half_up(value):
    """Round a fraction half up (away from zero below zero)."""
    value = Fraction(value)
    whole, rest = divmod(abs(value), 1)
    rounded = int(whole) + (rest >= Fraction(1, 2))
    return rounded if value >= 0 else -rounded


def by(rows, *names):
    """Rows gathered under the values of some columns."""
    found = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in names)].append(row)
    return found


def look_up(code_list, column, code):
    """A code's row, else the row of its first seven characters."""
    if code is None:
        return None
    rows = {row[column]: row for row in code_list}
    return rows.get(code) or rows.get(code[:7])


# ------------------------------------------------------------------ cases

def age_level(years, days):
    if years == 0:
        return "neonate" if days is not None and days <= 28 else "infant"
    for limit, level in ((6, "child"), (17, "youth"), (64, "none"), (69, "65_69"), (79, "70_79")):
        if years <= limit:
            return level
    return "80_over"


def index_level(index):
    return "none" if index == 0 else "general" if index in (1, 2) else "severe" if index in (3, 4) else "very_severe"


def icu_level(days):
    return "none" if days < 2 else "2_7" if days < 8 else "8_14" if days < 15 else "15_30" if days < 31 else "31_over"


def severity(case, standard):
    stayed = case["stay_days"] >= 3
    if not case["is_tumour"]:
        if case["has_died"]:
            return "died_late" if stayed else "died_early"
        if stayed and case["has_organ_failure"]:
            return "severe"
        return "moderate" if stayed and case["has_vital_organ"] else "mild"
    costly = bool(standard) and case["cost_fen"] >= 3 * standard
    order = (("tumour_died", case["has_died"]),
             ("tumour_treatment", costly and 2 * case["treatment_fen"] >= case["cost_fen"]),
             ("tumour_drug", costly and 2 * case["drug_fen"] >= case["cost_fen"]),
             ("tumour_spread", case["has_other_tumour"] and stayed), ("tumour_severe", case["has_organ_failure"]),
             ("tumour_moderate", case["has_vital_organ"]), ("tumour_other", True))
    return next(level for level, holds in order if holds)


def rule_groups(record, found, values):
    """The first rule of the layers before the core groups that holds for a case; cases without one are left out."""
    catalogue = values["dip.layer_rules"] if values["dip.catalogue"] == "built" else values["dip.catalogue"]
    layers = ["early", "merged", "diagnosis"]
    own = [row for row in record["dip_catalogue_groups"] if row["catalogue_code"] == catalogue and row["layer_code"] in layers]
    own.sort(key=lambda row: (layers.index(row["layer_code"]), row["order_number"], row["group_code"]))
    parts = by([row for row in record["dip_catalogue_conditions"] if row["catalogue_code"] == catalogue], "group_code")
    diagnoses, operations = by(record["diagnoses"], "encounter_id"), by(record["operations"], "encounter_id")
    made = []
    for row in found:
        key = (row["encounter_id"],)
        has = {"principal": [row["principal_diagnosis_code"] or "none"],
               "other_diagnosis": [one["diagnosis_code"] for one in diagnoses[key] if not one["is_principal"]],
               "operation": [one["operation_code"] for one in operations[key]],
               "measure": ["*"] if row["birth_weight_grams"] or row["ventilation_hours"] else []}
        for rule in own:
            conditions = by(parts[(rule["group_code"],)], "kind_code", "part_number")
            met = all(any(code.startswith(one["code"]) for code in has[kind] for one in rows) for (kind, _), rows in conditions.items())
            if conditions and met and within(rule, row):
                made.append({"encounter_id": row["encounter_id"], "rule_group_code": rule["group_code"], "rule_layer_code": rule["layer_code"]})
                break
    return made


def within(rule, row):
    most = ((rule["greatest_age_days"], row["age_days"]), (rule["greatest_birth_weight_grams"], row["birth_weight_grams"]))
    least = ((rule["least_birth_weight_grams"], row["birth_weight_grams"]), (rule["least_ventilation_hours"], row["ventilation_hours"]))
    return all(limit is None or (seen is not None and seen <= limit) for limit, seen in most) \
        and all(limit is None or (seen is not None and seen >= limit) for limit, seen in least)


def cases(record, values):
    """The facts of every stay in the area."""
    share_ppm, care = values["dip.related_operation_share_ppm"], {row["encounter_id"]: row for row in record["stay_care"]}
    institutions = {row["institution_id"]: row for row in record["institutions"] if row["is_in_area"]}
    bills, classes = by(record["settlements"], "encounter_id"), by(record["charge_class_totals"], "encounter_id")
    diagnoses, operations = by(record["diagnoses"], "encounter_id"), by(record["operations"], "encounter_id")
    found = []
    for stay in record["encounters"]:
        if stay["type_code"] not in ("inpatient", "day_surgery") or stay["institution_id"] not in institutions:
            continue
        key = (stay["encounter_id"],)
        row = case(stay, institutions[stay["institution_id"]], bills[key], classes[key], diagnoses[key], operations[key], record, share_ppm)
        nursed = care.get(stay["encounter_id"])
        icu = stay["icu_days"]
        if values["dip.intensive_care_rule"] == "ward" and nursed and nursed["has_intensive_ward"]:
            icu = max(icu, nursed["special_nursing_days"])
        found.append(row | {"icu_level_code": icu_level(icu), "age_days": stay["age_days"], "birth_weight_grams": stay["birth_weight_grams"],
                            "ventilation_hours": nursed["ventilation_hours"] if nursed else 0})
    return found


def case(stay, institution, bills, classes, diagnoses, operations, record, share_ppm):
    cost = sum(bill["total_fen"] for bill in bills)
    principal = stay["principal_diagnosis_code"] or None
    row = {
        **{name: stay[name] for name in ("encounter_id", "resident_id", "institution_id", "insurance_code", "settled_month")},
        "tier_code": {"3": "tertiary", "2": "secondary"}.get(institution["level_code"][0], "primary"), "cost_fen": cost,
        "fund_fen": sum(bill["fund_fen"] for bill in bills),
        "patient_fen": sum(bill["account_fen"] + bill["cash_fen"] for bill in bills),
        "other_payers_fen": sum(bill["catastrophic_fen"] + bill["aid_fen"] for bill in bills),
        "treatment_fen": sum(one["amount_fen"] for one in classes if one["class_code"] == "treatment"),
        "drug_fen": sum(one["amount_fen"] for one in classes if one["class_code"] in ("drug", "herbal")),
        "stay_days": min(stay["stay_days"], 1) if stay["type_code"] == "day_surgery" else stay["stay_days"],
        "has_died": stay["discharge_way_code"] == "died", "is_tumour": principal is not None and "C00" <= principal[:3] <= "C96",
        "age_level_code": age_level(stay["age_years"], stay["age_days"]), "icu_level_code": icu_level(stay["icu_days"]),
        "principal_diagnosis_code": principal}
    row |= comorbidities(principal, [one["diagnosis_code"] for one in diagnoses if not one["is_principal"]], record)
    row |= keys(principal, sum(one["is_principal"] for one in diagnoses), operations, cost, record, share_ppm)
    if row["fault_code"] is None and not bills:
        row |= {"fault_code": "no_bill"} | dict.fromkeys(("main_key_code", "full_key_code", "comprehensive_key_code"))
    return row


def comorbidities(principal, others, record):
    weights = {row["code_prefix"]: row["weight_count"] for row in record["charlson_weights"]}
    highest, severities, other_tumour = {}, set(), False
    for one in others:
        weight = weights[one[:5]] if one[:5] in weights else weights.get(one[:3], 0)
        highest[one[:3]] = max(highest.get(one[:3], 0), weight)
        severities.add((look_up(record["diagnosis_codes"], "diagnosis_code", one) or {}).get("severity_code"))
        other_tumour |= "C00" <= one[:3] <= "C96" and (principal is None or one[:3] != principal[:3])
    index = sum(highest.values())
    return {"cci_weight": index, "cci_level_code": index_level(index), "has_organ_failure": "organ_failure" in severities,
            "has_vital_organ": "vital_organ" in severities, "has_other_tumour": other_tumour}


def keys(principal, principals, operations, cost, record, share_ppm):
    first, spent = {}, Counter()
    for one in operations:
        code = one["operation_code"]
        first[code] = min(first.get(code, one["sequence_number"]), one["sequence_number"])
        spent[code] += one["cost_fen"]
    classes = {code: (look_up(record["operation_codes"], "operation_code", code) or {}).get("class_code") for code in first}
    counting = sorted((code for code in first if classes[code] != "conservative"), key=first.get)
    main = counting[0] if counting else None
    related = sorted(code for code in counting[1:] if spent[code] and Fraction(spent[code]) >= Fraction(cost * share_ppm, MILLION))
    number = {"diagnostic": 2, "therapeutic": 3, "surgery": 4, "interventional": 4}.get(classes.get(main), 1)
    known = look_up(record["diagnosis_codes"], "diagnosis_code", principal)
    fault = ("two_principal_diagnoses" if principals > 1 else "no_principal_diagnosis" if principal is None else "unknown_diagnosis" if known is None
             else None if known["is_valid_principal"] else "invalid_principal")
    main_key = "+".join([principal[:5], *([main] if main else [])]) if fault is None else None
    return {"main_operation_code": main, "related_operation_codes": "+".join(related), "fault_code": fault,
            "dropped_operation_codes": "+".join(sorted(set(first) - set(related) - {main})), "main_key_code": main_key,
            "full_key_code": "+".join([main_key, *related]) if main_key else None,
            "comprehensive_key_code": f"{known['category_code']}-{number}" if main_key else None}


# ------------------------------------------------------------------ catalogue

def free(history, rules):
    """The cases that come to the core groups: without a fault, and taken by no rule."""
    taken = {row["encounter_id"] for row in rules}
    return [row for row in history if row["fault_code"] is None and row["encounter_id"] not in taken]


def key_counts(history, rules):
    found = Counter((row["full_key_code"], row["main_key_code"]) for row in free(history, rules))
    return [{"full_key_code": full, "main_key_code": main, "case_count": count} for (full, main), count in found.items()]


def catalogue_keys(history, rules, record, values):
    if values["dip.catalogue"] != "built":
        return imported_keys(record, values["dip.catalogue"])
    usable = free(history, rules)
    full = Counter(row["full_key_code"] for row in usable if row["full_key_code"] != row["main_key_code"])
    full = {key: count for key, count in full.items() if count >= values["dip.core_case_minimum"]}
    main, counts = Counter(), Counter(full)
    for row in usable:
        diagnosis, *operations = row["full_key_code"].split("+")
        fitting = [key for key in full if key.split("+")[:2] == [diagnosis, *operations[:1]] and set(key.split("+")[2:]) <= set(operations[1:])]
        if row["full_key_code"] in full:
            continue
        if fitting:
            counts[sorted(fitting, key=lambda key: (-key.count("+"), key))[0]] += 1
        else:
            main[row["main_key_code"]] += 1
    counts.update({key: count for key, count in main.items() if count >= values["dip.core_case_minimum"]})
    made = []
    for key, count in counts.items():
        diagnosis, *operations = key.split("+")
        for number, operation in list(enumerate(operations, 1)) or [(0, None)]:
            made.append({"group_code": key, "part_number": number, "match_code": f"{diagnosis}+{operation}" if operation else diagnosis,
                         "part_count": len(operations), "has_related_operations": len(operations) > 1, "case_count": count})
    return made


def imported_keys(record, catalogue):
    made = []
    for group in record["dip_catalogue_groups"]:
        if (group["catalogue_code"], group["layer_code"]) != (catalogue, "core"):
            continue
        own = [row for row in record["dip_catalogue_conditions"] if (row["catalogue_code"], row["group_code"]) == (catalogue, group["group_code"])]
        operations = sorted({(row["part_number"], row["code"]) for row in own if row["kind_code"] == "operation"})
        count = len({number for number, _ in operations})
        for diagnosis in {row["code"] for row in own if row["kind_code"] == "principal"}:
            for number, code in operations or [(0, None)]:
                made.append({"group_code": group["group_code"], "part_number": number, "match_code": f"{diagnosis}+{code}" if code else diagnosis,
                             "part_count": count, "has_related_operations": count > 1, "case_count": None})
    return made


def candidates(found, keys_found, values):
    """Every core group whose parts a case meets: its operations are tried against every group, one by one."""
    made = []
    for row in found:
        if row["fault_code"]:
            continue
        diagnosis = row["main_key_code"][:5]
        done = [one for one in [row["main_operation_code"], *row["related_operation_codes"].split("+")] if one]
        for (group,), parts in by(keys_found, "group_code").items():
            used, exact, met = set(), set(), set()
            for part in parts:
                for one in done:
                    if part["part_number"] == 1 and values["dip.main_operation_leads"] and one != row["main_operation_code"]:
                        continue
                    for form in {one, one[:7]}:
                        if part["part_number"] and part["match_code"] == f"{diagnosis}+{form}":
                            used.add(one), met.add(part["part_number"])
                            exact |= {one} if form == one else set()
            alone = not done and any(part["part_number"] == 0 and part["match_code"] == diagnosis for part in parts)
            if alone or (met and len(met) == parts[0]["part_count"]):
                made.append({"encounter_id": row["encounter_id"], "core_group_code": group, "part_count": parts[0]["part_count"],
                             "used_count": len(used), "exact_count": len(exact)})
    return made


def match(row, rules, fitting, values, means=None):
    """The group of a case and what of it matched."""
    if row["fault_code"]:
        return None, None
    if row["encounter_id"] in rules:
        return rules[row["encounter_id"]]["rule_group_code"], rules[row["encounter_id"]]["rule_layer_code"]
    if not fitting:
        return row["comprehensive_key_code"], "comprehensive"
    mean = {one["core_group_code"]: (means or {}).get(one["core_group_code"]) for one in fitting}
    tests = {"most_parts": lambda one: -one["part_count"], "most_exact": lambda one: -one["exact_count"],
             "most_operations": lambda one: -one["used_count"], "first": lambda one: one["core_group_code"],
             "nearest_mean": lambda one: (True, 0) if mean[one["core_group_code"]] is None
             else (False, abs(mean[one["core_group_code"]] - row["cost_fen"]))}
    best = min(fitting, key=lambda one: (*(tests[name](one) for name in values["dip.tie_breaks"]), one["core_group_code"]))
    done = [one for one in [row["main_operation_code"], *row["related_operation_codes"].split("+")] if one]
    return best["core_group_code"], "full" if best["used_count"] == len(done) else "part" if best["used_count"] > 1 else "main"


LAYER_OF = {"full": "core", "part": "core", "main": "core", None: "none"}


def percentile(costs, ppm):
    """The interpolated percentile of costs in order."""
    position = Fraction((len(costs) - 1) * ppm, MILLION)
    place = position.numerator // position.denominator
    return costs[place] + (costs[min(place + 1, len(costs) - 1)] - costs[place]) * (position - place)


def catalogue_cases(history, rules, fitting, values):
    rules, fitting = {row["encounter_id"]: row for row in rules}, by(fitting, "encounter_id")
    rows = [{"encounter_id": row["encounter_id"], "year": int(str(row["settled_month"])[:4]),
             **dict(zip(("group_code", "layer_code"), (lambda group, how: (group, LAYER_OF.get(how, how)))(*match(row, rules, fitting[(row["encounter_id"],)], values)))),
             **{name: row[name] for name in ("institution_id", "tier_code", "insurance_code", "cost_fen")}}
            for row in history if row["fault_code"] is None]
    for group in by(rows, "group_code").values():
        costs = sorted(row["cost_fen"] for row in group)
        low, high = (percentile(costs, values[f"dip.trim_{name}_ppm"]) for name in ("low", "high"))
        for row in group:
            row["is_trimmed"] = len(group) >= values["dip.trim_case_minimum"] and not low <= row["cost_fen"] <= high
    return rows


def kept(rows):
    return [row for row in rows if not row["is_trimmed"]]


def sums(rows):
    yuan = [half_up(Fraction(row["cost_fen"], 100)) for row in kept(rows)]
    return {"case_count": len(rows), "kept_count": len(yuan), "kept_cost_fen": sum(row["cost_fen"] for row in kept(rows)),
            "kept_cost_yuan": sum(yuan), "kept_square_yuan": sum(one ** 2 for one in yuan)}


def group_years(found):
    return [{"group_code": group, "layer_code": layer, "year": year, **sums(rows),
             "primary_case_count": sum(row["tier_code"] == "primary" for row in rows)}
            for (group, layer, year), rows in by(found, "group_code", "layer_code", "year").items()]


def mean_over_years(rows, year, weights):
    """The weighted mean of yearly means, straight from the cases."""
    parts = []
    for weight, before in zip(weights, range(len(weights), 0, -1), strict=True):
        own = [row["cost_fen"] for row in kept(rows) if row["year"] == year - before]
        if own and weight:
            parts.append((weight, Fraction(sum(own), len(own))))
    return sum(weight * mean for weight, mean in parts) / sum(weight for weight, _ in parts) if parts else None


def variation(rows):
    """The squared coefficient of variation of the kept costs in whole yuan, straight from the definition."""
    yuan = [half_up(Fraction(row["cost_fen"], 100)) for row in kept(rows)]
    if not sum(yuan):
        return None
    mean = Fraction(sum(yuan), len(yuan))
    return sum((one - mean) ** 2 for one in yuan) / len(yuan) / mean ** 2


def root_ppm(squared):
    if squared is None:
        return None
    low = isqrt(squared.numerator * MILLION ** 2 // squared.denominator)
    return low if squared < Fraction(2 * low + 1, 2 * MILLION) ** 2 else low + 1


def groups(found, record, year, values):
    whole = mean_over_years(found, year, values["dip.history_weights"])
    made = []
    for (group, layer), rows in by(found, "group_code", "layer_code").items():
        mean, spread = mean_over_years(rows, year, values["dip.history_weights"]), variation(rows)
        primary = Fraction(sum(row["tier_code"] == "primary" for row in rows), len(rows))
        row = {"group_code": group, "layer_code": layer, "case_count": len(rows), "trimmed_count": len(rows) - len(kept(rows)),
               "weighted_mean_fen": None if mean is None or not whole else half_up(mean),
               "weight_e4": None if mean is None or not whole else half_up(mean / whole * 10_000),
               "points_e4": None if mean is None or not whole else half_up(mean / whole * values["dip.score_scale"] * 10_000),
               "cv_ppm": root_ppm(spread), "primary_share_ppm": half_up(primary * MILLION),
               "is_primary_care": layer == "core" and spread is not None
               and spread <= Fraction(values["dip.primary_care_cv_maximum_ppm"], MILLION) ** 2
               and primary >= Fraction(values["dip.primary_care_share_ppm"], MILLION)}
        row |= marks(group, layer, record, values)
        for name, before in (("third_last", 3), ("second_last", 2), ("last", 1)):
            own = [one["cost_fen"] for one in kept(rows) if one["year"] == year - before]
            row[f"{name}_year_case_count"] = len(own)
            row[f"{name}_year_mean_fen"] = half_up(Fraction(sum(own), len(own))) if own else None
        made.append(row)
    return as_imported(made, whole, record, values)


def marks(group, layer, record, values):
    catalogue = values["dip.layer_rules"] if values["dip.catalogue"] == "built" else values["dip.catalogue"]
    mark = next((row for row in record["dip_catalogue_groups"] if (row["catalogue_code"], row["group_code"]) == (catalogue, group)), {})
    against = mark.get("is_tcm_advantage", False) or mark.get("is_bed_day", False)
    return {"paid_as_code": mark.get("paid_as_code"), "is_tcm_advantage": mark.get("is_tcm_advantage", False),
            "is_divisible": layer == "core" and not against, "is_excluded": False}


def as_imported(made, whole, record, values):
    """Points as the imported catalogue has them, and the points of the group a group is paid as."""
    if values["dip.catalogue"] != "built":
        listed = {row["group_code"]: row for row in record["dip_catalogue_groups"] if row["catalogue_code"] == values["dip.catalogue"]}
        seen = {row["group_code"] for row in made}
        made += [{"group_code": name, "layer_code": row["layer_code"], "case_count": 0, "trimmed_count": 0, "weighted_mean_fen": None,
                  "cv_ppm": None, "primary_share_ppm": None, **marks(name, row["layer_code"], record, values),
                  **{f"{year}_year_case_count": 0 for year in ("third_last", "second_last", "last")},
                  **{f"{year}_year_mean_fen": None for year in ("third_last", "second_last", "last")}}
                 for name, row in listed.items() if name not in seen]
        for row in made:
            own = listed.get(row["group_code"])
            weight = None
            if own and own["points_e4"] is not None:
                weight = Fraction(own["points_e4"], 10_000 * values["dip.score_scale"])
            elif own and own["weight_e4"] is not None:
                weight = Fraction(own["weight_e4"], 10_000)
            elif own and own["mean_fen"] is not None and whole:
                weight = own["mean_fen"] / whole
            row |= {"weight_e4": None if weight is None else half_up(weight * 10_000),
                    "points_e4": None if weight is None else half_up(weight * values["dip.score_scale"] * 10_000),
                    "is_primary_care": bool(own and own["is_primary_care"])}
            if row["weighted_mean_fen"] is None and own:
                row["weighted_mean_fen"] = own["mean_fen"]
    known = {row["group_code"]: row for row in made}
    names = ("weighted_mean_fen", "weight_e4", "points_e4")
    return [{**row, **({name: known[row["paid_as_code"]][name] for name in names} if row["paid_as_code"] in known else {})} for row in made]


def catalogue_totals(found, year, values):
    layers = {row["group_code"]: row["layer_code"] for row in found}
    trimmed = len(found) - len(kept(found))
    mean = mean_over_years(found, year, values["dip.history_weights"])
    rate = Fraction(trimmed, len(found)) if found else None
    return [{"year": year, "core_group_count": list(layers.values()).count("core"),
             "comprehensive_group_count": list(layers.values()).count("comprehensive"),
             "rule_group_count": sum(layer in ("early", "merged", "diagnosis") for layer in layers.values()),
             "core_case_count": sum(row["layer_code"] == "core" for row in found), "case_count": len(found),
             "trimmed_count": trimmed, "trim_rate_ppm": None if rate is None else half_up(rate * MILLION),
             "is_trim_high": rate is not None and rate > Fraction(values["dip.trim_warning_ppm"], MILLION),
             "weighted_mean_fen": None if mean is None else half_up(mean)}]


def tier_means(found, year):
    last = [row for row in kept(found) if row["year"] == year - 1]
    both = by(last, "group_code", "tier_code") | {(group, "all"): rows for (group,), rows in by(last, "group_code").items()}
    return [{"group_code": group, "tier_code": tier, "case_count": len(rows),
             "mean_fen": half_up(Fraction(sum(row["cost_fen"] for row in rows), len(rows)))} for (group, tier), rows in both.items()]


def level_cases(found, history, group_rows, values):
    """The cases of uneven core groups with their levels, one row per dimension."""
    facts = {row["encounter_id"]: row for row in history}
    uneven = {row["group_code"]: row["weighted_mean_fen"] for row in group_rows if row["is_divisible"]
              and row["cv_ppm"] is not None and row["cv_ppm"] >= values["dip.auxiliary_cv_trigger_ppm"]}
    for row in found:
        if row["group_code"] in uneven:
            fact = facts[row["encounter_id"]]
            levels = {**fact, "severity_level_code": severity(fact, uneven[row["group_code"]])}
            for name in values["dip.auxiliary_dimensions"]:
                yield {**row, "dimension_code": name, "level_code": levels[f"{name}_level_code"]}


def level_years(levelled):
    return [{"group_code": group, "dimension_code": dimension, "level_code": level, "year": year, **sums(rows)}
            for (group, dimension, level, year), rows in by(levelled, "group_code", "dimension_code", "level_code", "year").items()]


def squares(rows):
    """The squared distances of kept costs in whole yuan from their mean."""
    yuan = [half_up(Fraction(row["cost_fen"], 100)) for row in kept(rows)]
    return sum((one - Fraction(sum(yuan), len(yuan))) ** 2 for one in yuan)


def auxiliary_coefficients(levelled, record, year, values):
    if values["dip.catalogue"] != "built":
        return [{name: row[name] for name in ("group_code", "dimension_code", "level_code", "coefficient_e4")} | {"is_used": True}
                for row in record["dip_catalogue_coefficients"] if row["catalogue_code"] == values["dip.catalogue"]]
    made, weights = [], values["dip.history_weights"]
    for (_,), of_group in by(levelled, "group_code").items():
        verdicts, coefficients = {}, {}
        dimensions = by(of_group, "dimension_code")
        for name in values["dip.auxiliary_dimensions"]:
            rows = dimensions[(name,)]
            levels = {level: own for (level,), own in by(rows, "level_code").items()}
            whole = mean_over_years(rows, year, weights)
            means = {level: mean_over_years(own, year, weights) for level, own in levels.items()}
            coefficients[name] = {level: None if mean is None or not whole else mean / whole for level, mean in means.items()}
            verdicts[name] = verdict(rows, levels, values)
        used = [name for name in verdicts if verdicts[name] == "used"]
        best = max(used, key=lambda name: max(value for value in coefficients[name].values() if value is not None), default=None)
        for name, verdict_code in verdicts.items():
            for level, value in coefficients[name].items():
                final = verdict_code if verdict_code != "used" or name == best else "other_dimension"
                made.append({"group_code": of_group[0]["group_code"], "dimension_code": name, "level_code": level,
                             "coefficient_e4": None if value is None else half_up(value * 10_000), "verdict_code": final,
                             "is_used": final == "used" and value is not None})
    return made


def verdict(rows, levels, values):
    counts = [len(kept(own)) for own in levels.values()]
    if len(counts) == 1:
        return "one_level"
    if any(count < values["dip.auxiliary_subgroup_minimum"] for count in counts) \
            or sum(counts) < values["dip.auxiliary_total_minimum"]:
        return "few_cases"
    before, after = squares(rows), sum(squares(own) for own in levels.values())
    left = 1 - Fraction(values["dip.auxiliary_cv_fall_ppm"], MILLION)
    return "used" if before and after <= before * left ** 2 else "small_fall"


def institution_costs(found, group_rows, history, values):
    age = {row["encounter_id"]: row["age_level_code"] for row in history} if values["dip.coefficient_method"] == "composed" else {}
    means = {row["group_code"]: row["weighted_mean_fen"] for row in group_rows
             if not row["is_primary_care"] and row["weighted_mean_fen"] is not None}
    own = by([row for row in kept(found) if row["group_code"] in means], "institution_id", "year")
    return [{"institution_id": name, "year": year, "case_count": len(rows), "cost_fen": sum(row["cost_fen"] for row in rows),
             "expected_fen": sum(means[row["group_code"]] for row in rows),
             "young_old_count": sum(age.get(row["encounter_id"]) in ("neonate", "infant", "child", "65_69", "70_79", "80_over") for row in rows)} for (name, year), rows in own.items()]


def composed(one, own, costs, weights, appraisals, values):
    """A coefficient from level, case mix, age mix, appraisal and specialties, straight from the rule."""
    def of(rows, column):
        cases = sum(weights[row["year"]] * row["case_count"] for row in rows)
        return Fraction(sum(weights[row["year"]] * row[column] for row in rows), cases) if cases else None

    total = Fraction(1)
    for each in values["dip.coefficient_weights"]:
        if each["factor"] == "appraisal":
            factor = next((Fraction(row["factor_ppm"], MILLION) for row in appraisals if row["institution_id"] == one["institution_id"] and row["factor_ppm"] is not None), 1)
        else:
            column = {"case_mix": "expected_fen", "age_mix": "young_old_count"}[each["factor"]]
            mine, all_of = of(own, column), of(costs, column)
            factor = mine / all_of if mine is not None and all_of else 1
        total += Fraction(each["weight_ppm"], MILLION) * (factor - 1)
    level = next((row["coefficient_e4"] for row in values["dip.level_coefficients"] if row["level"] == one["level_code"]), 10_000)
    added = sum(each["addition_e4"] for each in values["dip.specialty_additions"] if one["kind_code"] == each.get("kind") or one["institution_id"] == each.get("institution"))
    return sorted((values["dip.coefficient_floor_e4"], max(0, half_up(level * total + added)), values["dip.coefficient_cap_e4"]))[1]


def institution_coefficients(institutions, costs, appraisals, year, values):
    weights = dict(zip(range(year - 3, year), values["dip.history_weights"], strict=True))

    def measure(rows):
        expected = sum(weights[row["year"]] * row["expected_fen"] for row in rows)
        return Fraction(sum(weights[row["year"]] * row["cost_fen"] for row in rows), expected) if expected else None

    made, region = [], measure(costs)
    for one in institutions:
        if one["is_in_area"] and one["level_code"] != "village":
            own = measure([row for row in costs if row["institution_id"] == one["institution_id"]])
            raw = None if own is None or not region else half_up(own / region * 10_000)
            clipped = 10_000 if raw is None else sorted((values["dip.coefficient_floor_e4"], raw,
                                                         values["dip.coefficient_cap_e4"]))[1]
            if values["dip.coefficient_method"] == "composed":
                clipped = composed(one, [row for row in costs if row["institution_id"] == one["institution_id"]], costs, weights, appraisals, values)
            if values["dip.coefficient_method"] == "by_level":
                clipped = next((row["coefficient_e4"] for row in values["dip.level_coefficients"] if row["level"] == one["level_code"]), 10_000)
            made.append({"institution_id": one["institution_id"], "raw_e4": raw, "coefficient_e4": clipped})
    return made


# ------------------------------------------------------------------ the year

def case_groups(current, rules, fitting, group_rows, values):
    rules, fitting = {row["encounter_id"]: row for row in rules}, by(fitting, "encounter_id")
    known = {row["group_code"]: row for row in group_rows}
    means = {row["group_code"]: row["weighted_mean_fen"] for row in group_rows}
    made = []
    for row in current:
        group, how = match(row, rules, fitting[(row["encounter_id"],)], values, means)
        layer = LAYER_OF.get(how, how)
        if row["fault_code"]:
            reason = row["fault_code"]
        elif known.get(group, {}).get("points_e4") is None:
            reason = "no_history"
        else:
            reason = {"full": "full_key", "part": "part_key", "main": "main_key"}.get(how, how)
        shown = ("encounter_id", "institution_id", "tier_code", "resident_id", "insurance_code", "settled_month", "cost_fen",
                 "principal_diagnosis_code", "main_operation_code", "related_operation_codes", "dropped_operation_codes",
                 "full_key_code", "age_level_code", "cci_level_code", "icu_level_code")
        made.append({**{name: row[name] for name in shown}, "group_code": group, "layer_code": layer, "reason_code": reason,
                     "severity_level_code": severity(row, known.get(group, {}).get("weighted_mean_fen"))})
    return made


def case_points(grouped, group_rows, means, auxiliary, coefficients, reviews, mean_of_all, year, values):
    groups_known = {row["group_code"]: row for row in group_rows if row["points_e4"] is not None}
    mean_of = {(row["group_code"], row["tier_code"]): row for row in means}
    used = {(row["group_code"], row["dimension_code"], row["level_code"]): row["coefficient_e4"]
            for row in auxiliary if row["is_used"]}
    own = {row["institution_id"]: row["coefficient_e4"] for row in coefficients}
    decided = {row["encounter_id"]: row for row in reviews
               if row["method_code"] == "dip" and row["year"] == year and row["outcome_code"] != "refused"}
    made = []
    for row in grouped:
        review = decided.get(row["encounter_id"])
        if review and review["outcome_code"] == "regroup":
            row, review = {**row, "group_code": review["group_code"]}, None
        one = points(row, groups_known.get(row["group_code"]), mean_of, used, own.get(row["institution_id"], 10_000), values)
        made.append(one | settled_by_review(one, review["amount_fen"], mean_of_all, values) if review else one)
    return made


def settled_by_review(one, amount, mean_of_all, values):
    """The amount in points: against the mean the case is compared with, else against the mean of all cases."""
    score = 0
    if one["comparison_mean_fen"]:
        score = half_up(Fraction(one["adjusted_points_e4"] * amount, one["comparison_mean_fen"]))
    elif mean_of_all:
        score = half_up(Fraction(amount * values["dip.score_scale"] * 10_000, mean_of_all))
    return {"deviation_code": "reviewed", "is_extreme": False, "points_e4": score}


def points(row, group, mean_of, used, own, values):
    made = {name: row[name] for name in ("encounter_id", "institution_id", "insurance_code", "settled_month", "group_code",
                                         "cost_fen")}
    found = {name: used[row["group_code"], name, row[f"{name}_level_code"]] for name in values["dip.auxiliary_dimensions"]
             if (row["group_code"], name, row[f"{name}_level_code"]) in used}
    auxiliary = max(found.values(), default=10_000)
    made |= {"auxiliary_e4": auxiliary, "dimension_code": next((name for name in found if found[name] == auxiliary), None)}
    if group is None:
        return {**made, "base_points_e4": 0, "coefficient_e4": own, "adjusted_points_e4": 0, "points_e4": 0,
                "deviation_code": "none", "is_extreme": False, "comparison_code": "none", "comparison_mean_fen": None, "ratio_ppm": None}
    k = 10_000 if group["is_primary_care"] else own
    made |= {"base_points_e4": group["points_e4"], "coefficient_e4": k}
    return made | deviation(row, group, mean_of, auxiliary, k, values)


def deviation(row, group, mean_of, auxiliary, k, values):
    place = values["dip.deviation_coefficient"]
    tier, every = (mean_of.get((row["group_code"], name)) for name in (row["tier_code"], "all"))
    choices = (("same_tier", tier["mean_fen"] if tier and tier["case_count"] >= values["dip.tier_case_minimum"] and place != "inside" else 0),
               ("last_year", every["mean_fen"] if every else 0), ("weighted", group["weighted_mean_fen"]), ("none", None))
    basis, mean = next((name, mean) for name, mean in choices if mean or name == "none")
    mean = half_up(Fraction(mean * auxiliary * (k if place == "inside" else 10_000), 10_000 ** 2)) if mean else None
    adjusted = half_up(Fraction(group["points_e4"] * auxiliary * k, 10_000 ** 2))
    if not mean:
        return {"comparison_code": basis, "comparison_mean_fen": None, "ratio_ppm": None, "deviation_code": "normal",
                "is_extreme": False, "adjusted_points_e4": adjusted, "points_e4": adjusted}
    r, low, high = Fraction(row["cost_fen"], mean), *(Fraction(values[f"dip.{name}_ratio_ppm"], MILLION) for name in ("low", "high"))
    ppm = half_up(r * MILLION)
    kind = ("low" if r < low or (values["dip.low_inclusive"] and r == low)
            else "high" if r > high or (values["dip.high_inclusive"] and r == high) else "normal")
    k_used = {}
    if place == "normal_only" and kind != "normal":
        adjusted, k_used = half_up(Fraction(group["points_e4"] * auxiliary, 10_000)), {"coefficient_e4": 10_000}
    factor = {"low": ppm, "normal": MILLION, "high": ppm - values["dip.high_ratio_ppm"] + MILLION}[kind]
    return {"comparison_code": basis, "comparison_mean_fen": mean, "ratio_ppm": ppm, "deviation_code": kind, **k_used,
            "is_extreme": kind == "high" and r > Fraction(values["dip.extreme_ratio_ppm"], MILLION), "adjusted_points_e4": adjusted,
            "points_e4": half_up(Fraction(adjusted * factor, MILLION))}


def history_totals(found, group_rows, values):
    scores = {row["group_code"]: row["points_e4"] for row in group_rows if row["points_e4"] is not None}
    own = by([row for row in found if row["group_code"] in scores], "insurance_code", "year")
    if values["dip.budget_value_basis"] == "trimmed":
        own = {place: kept(rows) for place, rows in own.items() if kept(rows)}
    if values["dip.budget_value_basis"] == "excellent":
        for place, rows in list(own.items()):
            points = sum(scores[row["group_code"]] for row in rows)
            mean = half_up(Fraction(sum(row["cost_fen"] for row in rows) * MILLION, points)) if points else 0  # yuan a point, four decimals
            own[place] = [row for row in rows if Fraction(row["cost_fen"], 100) < Fraction(scores[row["group_code"]], 10_000) * Fraction(mean, 10_000)]
        own = {place: rows for place, rows in own.items() if rows}
    return [{"insurance_code": fund, "year": year, "case_count": len(rows), "cost_fen": sum(row["cost_fen"] for row in rows),
             "points_e4": sum(scores[row["group_code"]] for row in rows)} for (fund, year), rows in own.items()]


def year_totals(current, scored):
    scores = {row["encounter_id"]: row["points_e4"] for row in scored}
    return [{"insurance_code": fund, "case_count": len(rows), "cost_fen": sum(row["cost_fen"] for row in rows),
             "fund_fen": sum(row["fund_fen"] for row in rows), "points_e4": sum(scores[row["encounter_id"]] for row in rows)}
            for (fund,), rows in by(current, "insurance_code").items()]


def point_values(history, totals, versions, pools, year, values):
    weights = dict(zip(range(year - 3, year), values["dip.history_weights"], strict=True))
    made = []
    for fund in ("employee", "resident"):
        own = [row for row in history if row["insurance_code"] == fund]
        score = sum(Fraction(weights[row["year"]] * row["points_e4"], 10_000) for row in own)
        cost = sum(Fraction(weights[row["year"]] * row["cost_fen"], 100) for row in own)
        made.append({"insurance_code": fund, "kind_code": "budget", "point_value_e4": half_up(cost / score * 10_000) if score else None})
        money = [row["budget_fen"] for row in pools if row["insurance_code"] == fund and row["year"] == year
                 and row["pool_code"] == "dip_inpatient"]
        taken = [row for row in versions if row["insurance_code"] == fund and row["reason"]]
        if taken and values["budget.residual_pool"] == "dip_inpatient":  # what the last change with a reason leaves once the reserve is held
            whole = max(taken, key=lambda row: row["from_month"])["manual_base_fen"]
            money = [whole - half_up(Fraction(whole * values["fund.reserve_share_ppm"], 1_000_000))]
        now = next((row for row in totals if row["insurance_code"] == fund), None)
        value = None
        if money and now and now["points_e4"] and now["fund_fen"]:
            share = Fraction(now["fund_fen"], now["cost_fen"]) if values["payment.point_value_basis"] == "cost" else 1
            value = half_up(Fraction(sum(money), 100) / share / Fraction(now["points_e4"], 10_000) * 10_000)
        made.append({"insurance_code": fund, "kind_code": "settlement", "point_value_e4": value})
    return [{**row, "is_clearing_blocked": row["point_value_e4"] is None} for row in made]


def pay(points_e4, value_e4, row):
    """The standard in fen and what the fund pays of it."""
    standard = half_up(Fraction(points_e4, 10_000) * Fraction(value_e4, 10_000) * 100)
    return standard, max(0, standard - row["patient_fen"] - row["other_payers_fen"])


def statements(scored, current, values_of_points):
    facts = {row["encounter_id"]: row for row in current}
    value_of = {row["insurance_code"]: row["point_value_e4"] for row in values_of_points if row["kind_code"] == "settlement"}
    made = []
    for row in scored:
        fact, value = facts[row["encounter_id"]], value_of.get(row["insurance_code"])
        status = "pending" if row["deviation_code"] == "none" else "blocked" if value is None else "settled"
        standard, fund = pay(row["points_e4"], value, fact) if status == "settled" else (None, 0 if status == "pending" else None)
        made.append({"encounter_id": row["encounter_id"], "status_code": status, "standard_fen": standard, "fund_pay_fen": fund,
                     "difference_fen": None if standard is None else standard - fact["cost_fen"], "cost_fen": fact["cost_fen"],
                     "charged_fund_fen": fact["fund_fen"], "points_e4": row["points_e4"]})
    return made


def in_one_shape(stated, scale):
    same = ("encounter_id", "insurance_code", "points_e4", "standard_fen", "fund_pay_fen", "cost_fen", "difference_fen", "status_code", "budget_value_e4")
    return [{**{name: row[name] for name in same}, "method_code": "dip", "unit_value_e4": row["point_value_e4"],
             "weight_e6": None if row["deviation_code"] == "none" or row["group_code"] is None else half_up(Fraction(row["base_points_e4"] * 100, scale))} for row in stated]


def prepayments(stated, values_of_points, history, appraisals, year, values):
    value_of = {row["insurance_code"]: row["point_value_e4"] for row in values_of_points if row["kind_code"] == "budget"}
    made = []
    for (name, fund, month), rows in by(stated, "institution_id", "insurance_code", "settled_month").items():
        value = value_of.get(fund)
        payable = sum(pay(row["points_e4"], value, row)[1] for row in rows if row["status_code"] != "pending" and value is not None)
        made.append({"institution_id": name, "insurance_code": fund, "settled_month": month, "case_count": len(rows), "fund_pay_fen": payable})
    is_flat, advance_months = values["dip.prepay_basis"] == "last_year", values["dip.credit_advance_months"]
    average = {place: half_up(Fraction(sum(row["fund_fen"] for row in rows), 12))
               for place, rows in by([row for row in history if row["settled_month"] // 100 == year - 1], "institution_id", "insurance_code").items()}
    if is_flat or advance_months:
        has = {(row["institution_id"], row["insurance_code"], row["settled_month"]) for row in made}
        made += [{"institution_id": name, "insurance_code": fund, "settled_month": month, "case_count": 0, "fund_pay_fen": 0}
                 for month in sorted({month for *_, month in has}) for name, fund in average if (name, fund, month) not in has]
    good = {row["institution_id"] for row in appraisals if row["factor_ppm"] is not None and row["factor_ppm"] >= values["dip.credit_factor_minimum_ppm"]}
    for row in made:
        month_fen = average.get((row["institution_id"], row["insurance_code"]), 0)
        base = month_fen if is_flat else row["fund_pay_fen"]
        advance = month_fen * advance_months if row["institution_id"] in good and row["settled_month"] == year * 100 + 1 else 0
        row |= {"advance_fen": advance, "prepaid_fen": half_up(Fraction(base * values["dip.prepay_rate_ppm"], MILLION)) + advance}
    return made


def institution_totals(stated):
    return [{"institution_id": name, "insurance_code": fund, "case_count": len(rows),
             "pending_count": sum(row["status_code"] == "pending" for row in rows),
             "blocked_count": sum(row["status_code"] == "blocked" for row in rows),
             **{column: sum(row[column] or 0 for row in rows)
                for column in ("points_e4", "standard_fen", "cost_fen", "charged_fund_fen", "fund_pay_fen")}}
            for (name, fund), rows in by(stated, "institution_id", "insurance_code").items()]


def banded(due, charged, values):
    """What is due after surplus and overrun bands, by the ratio of what was charged."""
    if not values["payment.surplus_bands"]:
        return due
    keep, most, share = (Fraction(values[f"payment.band_{name}_ppm"], MILLION) for name in ("keep_from", "share_to", "share"))
    if charged < keep * due:
        return charged
    return due if charged <= due else due + half_up(share * (min(charged, half_up(most * due)) - due))


def clearings(totals, prepaid, appraisals, deductions, year, values):
    made, seen = [], {(row["institution_id"], row["insurance_code"]) for row in totals}
    none = {"fund_pay_fen": 0, "charged_fund_fen": 0, "blocked_count": 0}
    only_prepaid = {(row["institution_id"], row["insurance_code"]) for row in prepaid} - seen
    for row in [*totals, *({**none, "institution_id": name, "insurance_code": fund} for name, fund in only_prepaid)]:
        own = (row["institution_id"], row["insurance_code"])
        factor = next((one["factor_ppm"] for one in appraisals if one["institution_id"] == own[0] and one["year"] == year), MILLION)
        payable = half_up(Fraction(banded(row["fund_pay_fen"], row["charged_fund_fen"], values) * factor, MILLION))
        advance = sum(one["prepaid_fen"] for one in prepaid if (one["institution_id"], one["insurance_code"]) == own)
        deducted = sum(one["deducted_fen"] for one in deductions
                       if (one["institution_id"], one["insurance_code"], one["place_code"]) == (*own, "dip"))
        made.append({"institution_id": own[0], "insurance_code": own[1], "payable_fen": payable, "prepaid_fen": advance,
                     "audit_deduction_fen": deducted,
                     "clearing_fen": None if row["blocked_count"] else payable - advance - deducted})
    return made
