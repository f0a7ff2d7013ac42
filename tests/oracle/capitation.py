"""Capitation a second time (GB-6): plain Python, person by person, month by month."""
from collections import defaultdict
from fractions import Fraction


def half_up(value):
    size = (2 * abs(Fraction(value).numerator) + Fraction(value).denominator) // (2 * Fraction(value).denominator)
    return size if value >= 0 else -size


def members(record, values, year):
    """Each signed resident at each institution, with months, weight and bundles."""
    people = {row["resident_id"]: row for row in record["residents"]}
    owner = {row["encounter_id"]: row["resident_id"] for row in record["history_encounters"]}
    had = defaultdict(set)
    for row in record["history_diagnoses"]:
        if row["encounter_id"] in owner:
            had[owner[row["encounter_id"]]].add(row["diagnosis_code"][:3])
    months = defaultdict(int)
    for span in record["contracted_spans"]:
        months[span["resident_id"], span["institution_id"], span["insurance_code"]] += span["to_month"] - span["from_month"] + 1
    made = []
    for (resident, institution, insurance), count in months.items():
        person = people[resident]
        age = year - person["born_on"].year
        fitting = [row["weight_e4"] for row in values["capitation.group_weights"] if row["from_years"] <= age <= row["to_years"] and row["sex"] in ("all", person["sex_code"])]
        group = fitting[0] if fitting else 10_000
        weights = [row["weight_e4"] for row in values["capitation.disease_weights"] if row["category"] in had[resident]]
        listed = {row["category"] for row in (*values["capitation.disease_weights"], *values["capitation.bundles"])} & had[resident]
        disease = max(weights + [10_000] * (len(listed) > len(weights))) if listed else 10_000
        made.append({"resident_id": resident, "institution_id": institution, "insurance_code": insurance, "signed_count": count, "age_years": age,
                     "weight_e4": half_up(Fraction(group * disease, 10_000)),
                     "bundle_fen": sum(row["bundle_fen"] for row in values["capitation.bundles"] if row["category"] in had[resident])})
    return made


def settlements(people, record, values):
    """Payable, paid and the difference of each institution and fund."""
    rates = {row["insurance"]: row["rate_fen"] for row in values["capitation.rates"]}
    visits = {row["encounter_id"] for row in record["encounters"] if row["type_code"] in ("outpatient", "emergency", "internet")}
    home = {(span["resident_id"], span["insurance_code"], month): span["institution_id"] for span in record["contracted_spans"]
            for month in range(span["from_month"], span["to_month"] + 1)}
    used = defaultdict(int)
    for bill in record["settlements"]:
        own = home.get((bill["resident_id"], bill["insurance_code"], bill["settled_month"]))
        if bill["encounter_id"] in visits and own:
            used[own, bill["insurance_code"], bill["institution_id"] == own] += bill["fund_fen"]
    made = []
    for key in {(row["institution_id"], row["insurance_code"]) for row in people}:
        rows, rate = [row for row in people if (row["institution_id"], row["insurance_code"]) == key], rates.get(key[1])
        inside, outside = used[(*key, True)], used[(*key, False)]
        heads = half_up(Fraction(sum(row["signed_count"] * row["weight_e4"] for row in rows) * (rate or 0), 120_000))
        bundle = half_up(Fraction(sum(row["signed_count"] * row["bundle_fen"] for row in rows), 12)) if rate is not None else 0
        payable = inside if rate is None else heads + bundle - outside
        made.append({"institution_id": key[0], "insurance_code": key[1], "heads_fen": heads, "bundle_fen": bundle, "outside_fen": outside, "own_fen": inside,
                     "payable_fen": payable, "difference_fen": payable - inside})
    return made
