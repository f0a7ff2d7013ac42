"""Random regions through every step of payment by disease score: a second opinion on each, and the laws of the whole."""
import importlib.util
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sanyi.engines.duck import DuckEngine
from sanyi.runs.packs import open_plan
from sanyi.runs.saying import expression
from sanyi.runs.steps import all_steps, in_order, promise
from sanyi.tables.record_tables import record_tables
from sanyi.tables.rows import filled

SPEC = importlib.util.spec_from_file_location("oracle_dip", Path(__file__).parents[1] / "oracle/dip.py")
oracle = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(oracle)

YEAR = 2020
# Low thresholds, so that small random regions reach every branch.
VALUES = {"budget.residual_pool": "dip_inpatient", "dip.core_case_minimum": 3, "dip.trim_case_minimum": 8, "dip.trim_low_ppm": 100_000, "dip.trim_high_ppm": 850_000,
          "dip.auxiliary_cv_trigger_ppm": 100_000, "dip.auxiliary_cv_fall_ppm": 50_000, "dip.auxiliary_subgroup_minimum": 1,
          "dip.auxiliary_total_minimum": 4, "dip.tier_case_minimum": 2, "dip.primary_care_share_ppm": 300_000}
OTHER_VALUES = {"budget.residual_pool": "outpatient", "dip.catalogue": "city", "dip.main_operation_leads": False, "dip.intensive_care_rule": "ward",
                "dip.low_inclusive": True, "dip.high_inclusive": True, "dip.deviation_coefficient": "inside", "payment.surplus_bands": True, "dip.coefficient_method": "composed", "dip.budget_value_basis": "excellent", "dip.prepay_basis": "last_year", "dip.credit_advance_months": 1, "dip.credit_factor_minimum_ppm": 1,
                "dip.tie_breaks": ["most_operations", "nearest_mean", "first"]}
CHILDREN = ("encounters", "diagnoses", "operations", "settlements", "charge_class_totals", "stay_care")
DIAGNOSES = ("A09.900", "A09.901", "A17.000", "C34.900", "I21.900", "I21.900x001", "J18.900", "R50.900", "Q99.999", None)
OTHERS = ("E11.200", "E11.900", "K72.000", "R57.000", "C78.000", "I21.000", "I63.900", "J18.900")
OPERATIONS = ("47.0901", "54.5101", "33.2401", "99.2500", "00.0000", "88.8888", "47.0901x001")


def group(catalogue, code, layer="core", **more):
    return {"catalogue_code": catalogue, "group_code": code, "layer_code": layer, "name": code, **more}


def conditions(catalogue, code, **parts):
    """Rows of conditions: kind=("code|code", "code") is two parts, the first with an alternative."""
    return [{"catalogue_code": catalogue, "group_code": code, "kind_code": kind, "part_number": number, "code": one}
            for kind, texts in parts.items() for number, text in enumerate(texts, 1) for one in text.split("|")]


LISTS = {
    "dip_catalogue_groups": [
        group("demo", "NB1", "early", order_number=2, greatest_age_days=28, least_birth_weight_grams=1000, greatest_birth_weight_grams=1499),
        group("demo", "NB0", "early", order_number=2, greatest_age_days=28, greatest_birth_weight_grams=1999),
        group("demo", "VENT", "early", order_number=1, least_ventilation_hours=96),
        group("demo", "M1", "merged", order_number=1, paid_as_code="A09.9+47.0901", is_tcm_advantage=True),
        group("demo", "C34.9-1", "diagnosis"), group("demo", "C34.9", is_bed_day=True),
        group("city", "NB0", "early", greatest_birth_weight_grams=1999, points_e4=3_000_000),
        group("city", "A09.9|I21.9+47.0901|54.5101", points_e4=1_111_111, is_primary_care=True), group("city", "A09.9+47.0901", weight_e4=7_777),
        group("city", "A09.9+47.0901+54.5101|33.2401", mean_fen=333_333), group("city", "A09.9", points_e4=555_555),
        group("city", "C34.9", weight_e4=20_000), group("city", "C34-1", "comprehensive", points_e4=1)],
    "dip_catalogue_conditions": [
        *conditions("demo", "NB1", measure=("*",)), *conditions("demo", "NB0", measure=("*",)), *conditions("demo", "VENT", measure=("*",)),
        *conditions("demo", "M1", principal=("A09",), operation=("99.25|00.00", "33.24")),
        *conditions("demo", "C34.9-1", principal=("C34.900",), other_diagnosis=("C78|R57",)),
        *conditions("city", "NB0", measure=("*",)),
        *conditions("city", "A09.9|I21.9+47.0901|54.5101", principal=("A09.9|I21.9",), operation=("47.0901|54.5101",)),
        *conditions("city", "A09.9+47.0901", principal=("A09.9",), operation=("47.0901",)),
        *conditions("city", "A09.9+47.0901+54.5101|33.2401", principal=("A09.9",), operation=("47.0901", "54.5101|33.2401")),
        *conditions("city", "A09.9", principal=("A09.9",)), *conditions("city", "C34.9", principal=("C34.9",))],
    "dip_catalogue_coefficients": [{"catalogue_code": "city", "group_code": "C34.9", "dimension_code": "age", "level_code": "80_over",
                                    "coefficient_e4": 13_000}],
    "institutions": [{"institution_id": name, "level_code": level, "is_in_area": name != "far"} for name, level in (
        ("a", "3A"), ("b", "2B"), ("c", "township"), ("far", "3A"), ("new", "2A"), ("v", "village"))],
    "diagnosis_codes": [{"diagnosis_code": code, "name": code, "category_code": category, "is_valid_principal": valid,
                         "severity_code": severity} for code, category, valid, severity in (
        ("A09.900", "A09", True, "none"), ("A09.901", "A09", True, "none"), ("A17.000", "A17+", True, "none"),
        ("C34.900", "C34", True, "none"), ("I21.900", "I21", True, "vital_organ"), ("J18.900", "J18", True, "vital_organ"),
        ("R50.900", "R50", False, "none"), ("K72.000", "K72", True, "organ_failure"), ("R57.000", "R57", False, "organ_failure"),
        ("I63.900", "I63", True, "vital_organ"))],
    "operation_codes": [{"operation_code": code, "name": code, "class_code": kind} for code, kind in (
        ("47.0901", "surgery"), ("54.5101", "surgery"), ("33.2401", "diagnostic"), ("99.2500", "therapeutic"),
        ("00.0000", "conservative"))],
    "charlson_weights": [{"code_prefix": code, "weight_count": weight} for code, weight in (
        ("E11", 1), ("E11.2", 2), ("K72", 3), ("I21", 1), ("C78", 6), ("I63", 1))],
    "fund_pools": [{"insurance_code": "resident", "year": YEAR, "pool_code": "dip_inpatient", "budget_fen": 9_876_543_21}],
    "budget_versions": [{"insurance_code": "resident", "year": YEAR, "version_number": number, "from_month": YEAR * 100 + month, "kind_code": kind, "reason": reason,
                         "manual_base_fen": base} for number, month, kind, reason, base in (
        (1, 1, "initial", None, 20_000_000_00), (2, 7, "benefit_change", "待遇", 15_000_000_01), (3, 10, "benefit_change", None, 30_000_000_00))],
    "special_reviews": [
        {"encounter_id": f"{YEAR}-{number:03}", "method_code": method, "outcome_code": outcome, "amount_fen": amount, "group_code": group, "year": year}
        for number, method, outcome, amount, group, year in (
            (1, "dip", "as_spent", 777_777, None, YEAR), (2, "dip", "adjusted_standard", 1, None, YEAR), (3, "dip", "regroup", None, "C34-1", YEAR),
            (4, "dip", "refused", None, None, YEAR), (5, "dip", "as_spent", 5, None, YEAR - 1), (6, "drg", "as_spent", 5, None, YEAR),
            (7, "dip", "as_spent", 333_333, None, YEAR))],
    "appraisals": [{"institution_id": "a", "year": YEAR, "factor_ppm": 975_000}, {"institution_id": "b", "year": 2019, "factor_ppm": 1}],
    "last_appraisals": [{"institution_id": "b", "year": YEAR - 1, "factor_ppm": 940_000}, {"institution_id": "a", "year": YEAR - 1, "factor_ppm": None}],
    "audit_deductions": [{"institution_id": "a", "insurance_code": "resident", "place_code": place, "deducted_fen": 12_345}
                         for place in ("dip", "other")],
}


def case(number, year, chance):
    """One stay (now and then a visit) with its bills, diagnoses and operations, drawn by chance."""
    name, cost = f"{year}-{number:03}", chance.choice((0, 99, 100, 101)) if chance.random() < .1 else chance.randint(1_000, 900_000)
    institution = chance.choice(("a", "a", "b", "b", "c", "far"))
    cost = {"b": cost * 3 // 2, "c": cost // 9}.get(institution, cost)
    principal = chance.choice(DIAGNOSES) if chance.random() < .5 else chance.choice(("A09.900", "C34.900"))
    operations = [chance.choice(OPERATIONS) for _ in range(chance.choice((0, 0, 0, 1, 2, 3, 3)))]
    is_usual = chance.random() < .12  # often enough to make a core group of three parts, and cases with one operation more
    if is_usual:
        principal, operations = "A09.900", ["47.0901", "54.5101", *(["33.2401"] if chance.random() < .3 else [])]
    cash, aid, account = (chance.randint(0, cost // 4) for _ in range(3))
    paid = {"encounter_id": name, "insurance_code": "resident"}
    stay = {"encounter_id": name, "resident_id": name, "institution_id": institution,
            "type_code": chance.choice(("inpatient",) * 8 + ("day_surgery", "outpatient")), "stay_days": chance.randint(0, 9),
            "insurance_code": chance.choice(("resident", "resident", "employee")), "icu_days": chance.choice((0, 0, 5, 10, 20, 40)),
            "age_years": chance.choice((0, 0, 3, 10, 40, 40, 40, 67, 75, 85)), "age_days": chance.choice((None, 10, 100)),
            "birth_weight_grams": chance.choice((None, None, None, 800, 1400, 2300)),
            "discharge_way_code": chance.choice(("home", "home", "home", "died")), "principal_diagnosis_code": principal,
            "settled_month": year * 100 + chance.randint(1, 12)}
    has_bill, principals = chance.random() > .03, 2 if number % 25 == 7 else 1
    return {
        "encounters": [stay],
        "settlements": [{**paid, "settlement_id": name, "total_fen": cost - cost // 3, "fund_fen": cost - cash - aid - account,
                         "cash_fen": cash, "aid_fen": aid},
                        {**paid, "settlement_id": name + "+", "total_fen": cost // 3, "account_fen": account}] if has_bill else [],
        "diagnoses": [{"encounter_id": name, "sequence_number": place, "diagnosis_code": code, "is_principal": place <= principals}
                      for place, code in enumerate([principal or "none", *chance.sample(OTHERS, chance.choice((0, 0, 1, 3)))], 1)],
        "operations": [{"encounter_id": name, "sequence_number": place, "operation_code": code,
                        "cost_fen": cost // 5 if is_usual else chance.randint(0, cost // 5)} for place, code in enumerate(operations, 1)],
        "stay_care": [{"encounter_id": name, "special_nursing_days": chance.choice((0, 5, 20)), "has_intensive_ward": chance.random() < .5,
                       "ventilation_hours": chance.choice((0, 0, 95, 96))}] if chance.random() < .2 else [],
        "charge_class_totals": [{"encounter_id": name, "class_code": kind, "amount_fen": chance.randint(0, cost)}
                                for kind in ("drug", "treatment", "herbal")]}


def region(seed, history, now):
    """A region's record as rows per table: random cases of three history years and of the year."""
    chance, given_rows = random.Random(seed), dict(LISTS)
    for prefix, years, count in (("history_", (YEAR - 3, YEAR - 2, YEAR - 1), history), ("", (YEAR,), now)):
        cases = [case(number, chance.choice(years), chance) for number in range(count)]
        for table in CHILDREN:
            given_rows[prefix + table] = [row for one in cases for row in one[table]]
    return given_rows


class Chain:
    """All steps of payment by disease score on rows in memory; each step's query is made once."""

    def __init__(self, engine, values):
        plan = open_plan("haikou-2018").changed({**VALUES, **values})
        self.plan, self.engine = plan.on(date(YEAR, 12, 31)), engine
        self.values = {name: self.plan.value(name) for name in plan.names() if name.startswith(("dip.", "payment.", "budget.", "fund."))}
        wanted = [name for name in all_steps() if name.startswith(("dip_", "inpatient_", "fund_budget")) and name != "fund_budget_execution"]
        self.steps = [step for step in in_order(all_steps(), wanted) if step.name in wanted]
        self.queries = {step.name: engine.sql(expression(step, self.plan, YEAR), step.makes)
                        for step in self.steps if not step.exact}

    def run(self, given_rows):
        """Every table made, by name."""
        tables = dict(given_rows)
        shown = set()
        for step in self.steps:
            for name in set(step.tables) - shown if not step.exact else ():
                self.engine.show_rows(name, promise(name), tables.get(name, []))
                shown.add(name)
            tables[step.name] = self._made(step, tables)
        return tables

    def _made(self, step, tables):
        if step.exact:
            asked = {name: filled(promise(name), tables.get(name, [])) for name in step.tables}
            besides = {name: value for name, value in (("plan", self.plan), ("year", YEAR)) if name in step.needs}
            return [dict(row) for row in step.function(**asked, **besides)]
        return self.engine.rows(self.queries[step.name])


@pytest.fixture(scope="module")
def chain():
    with DuckEngine(memory="1GB", threads=2) as engine:
        yield Chain(engine, {})


@pytest.fixture(scope="module")
def other_chain():
    """The same region with an imported catalogue and the other choices of the plan."""
    with DuckEngine(memory="1GB", threads=2) as engine:
        yield Chain(engine, OTHER_VALUES)


def second_opinion(t, values):
    """Each table as the oracle makes it from the same inputs."""
    record = {name: filled(promise(name), t.get(name, [])) for name in (*CHILDREN, *(set(LISTS) & set(record_tables())))}
    before = record | {name: filled(promise(name), t.get("history_" + name, [])) for name in CHILDREN}
    history, rules, fitting = t["dip_history_cases"], t["dip_rule_groups"], t["dip_key_matches"]
    levelled = list(oracle.level_cases(t["dip_catalogue_cases"], history, t["dip_groups"], values))
    found, groups = t["dip_catalogue_cases"], t["dip_groups"]
    return {
        "dip_current_cases": oracle.cases(record, values), "dip_history_cases": oracle.cases(before, values),
        "dip_rule_groups": oracle.rule_groups(record, t["dip_current_cases"], values) + oracle.rule_groups(before, history, values),
        "dip_key_counts": oracle.key_counts(history, rules), "dip_catalogue_keys": oracle.catalogue_keys(history, rules, record, values),
        "dip_key_matches": oracle.candidates(t["dip_current_cases"] + history, t["dip_catalogue_keys"], values),
        "dip_catalogue_cases": oracle.catalogue_cases(history, rules, fitting, values),
        "dip_group_years": oracle.group_years(found), "dip_groups": oracle.groups(found, record, YEAR, values),
        "dip_catalogue_totals": oracle.catalogue_totals(found, YEAR, values), "dip_tier_means": oracle.tier_means(found, YEAR),
        "dip_level_years": oracle.level_years(levelled),
        "dip_auxiliary_coefficients": oracle.auxiliary_coefficients(levelled, record, YEAR, values),
        "dip_institution_costs": oracle.institution_costs(found, groups, history, values),
        "dip_institution_coefficients": oracle.institution_coefficients(record["institutions"], t["dip_institution_costs"], t["last_appraisals"], YEAR, values),
        "dip_case_groups": oracle.case_groups(t["dip_current_cases"], rules, fitting, groups, values),
        "dip_case_points": oracle.case_points(t["dip_case_groups"], groups, t["dip_tier_means"], t["dip_auxiliary_coefficients"],
                                              t["dip_institution_coefficients"], t["special_reviews"],
                                              t["dip_catalogue_totals"][0]["weighted_mean_fen"], YEAR, values),
        "dip_history_totals": oracle.history_totals(found, groups, values),
        "dip_year_totals": oracle.year_totals(t["dip_current_cases"], t["dip_case_points"]),
        "dip_point_values": oracle.point_values(t["dip_history_totals"], t["dip_year_totals"], record["budget_versions"], record["fund_pools"], YEAR, values),
        "dip_cases": oracle.statements(t["dip_case_points"], t["dip_current_cases"], t["dip_point_values"]),
        "inpatient_cases": oracle.in_one_shape(t["dip_cases"], values["dip.score_scale"]),
        "inpatient_prepayments": oracle.prepayments(t["dip_cases"], t["dip_point_values"], history, t["last_appraisals"], YEAR, values),
        "inpatient_totals": oracle.institution_totals(t["dip_cases"]),
        "inpatient_clearings": oracle.clearings(t["inpatient_totals"], t["inpatient_prepayments"], t["appraisals"], t["audit_deductions"], YEAR, values),
    }


def in_key_order(rows, name):
    return sorted(rows, key=lambda row: tuple(row[part] for part in promise(name).key))


REGIONS = {"seed": some.integers(0, 2 ** 32), "history": some.integers(0, 100), "now": some.integers(0, 40)}


@settings(max_examples=8)
@given(**REGIONS)
def test_every_step_agrees_with_the_oracle_and_the_laws_hold(chain, seed, history, now):
    given_rows = region(seed, history, now)
    tables = chain.run(given_rows)
    every_stay_has_one_group_and_one_reason(given_rows, tables)
    points_times_value_spend_the_budget(tables)
    agrees(chain, tables)


@settings(max_examples=5)
@given(**REGIONS)
def test_an_imported_catalogue_agrees_with_the_oracle_too(other_chain, seed, history, now):
    given_rows = region(seed, history, now)
    tables = other_chain.run(given_rows)
    every_stay_has_one_group_and_one_reason(given_rows, tables)
    agrees(other_chain, tables)


def agrees(chain, tables):
    second = second_opinion(tables, chain.values)
    assert set(second) == {step.name for step in chain.steps if not step.name.startswith("fund_")}
    for name, expected in second.items():
        expected = in_key_order(expected, name)
        spoken = expected[0] if expected else {}
        assert [{column: row[column] for column in spoken} for row in in_key_order(tables[name], name)] == expected, name


def test_random_regions_reach_every_branch(chain):
    seen = set()
    for seed in (0, 1, 3, 5, 8):
        tables = chain.run(region(seed, 200, 300))
        for name, column in (("dip_case_groups", "reason_code"), ("dip_case_groups", "severity_level_code"),
                             ("dip_case_points", "comparison_code"), ("dip_case_points", "deviation_code"),
                             ("dip_cases", "status_code"), ("dip_auxiliary_coefficients", "verdict_code"),
                             ("dip_institution_coefficients", "basis_code"), ("dip_catalogue_cases", "is_trimmed"),
                             ("dip_groups", "is_primary_care"), ("dip_case_points", "dimension_code")):
            seen |= {(column, row[column]) for row in tables[name]}
    wanted = {("reason_code", reason) for reason in ("full_key", "main_key", "part_key", "early", "merged", "diagnosis", "comprehensive", "no_history", "unknown_diagnosis",
                                                     "no_principal_diagnosis", "two_principal_diagnoses", "invalid_principal", "no_bill")}
    wanted |= {("severity_level_code", f"tumour_{level}") for level in ("died", "treatment", "drug", "spread", "severe", "other")}
    wanted |= {("severity_level_code", level) for level in ("mild", "moderate", "severe", "died_early", "died_late")}
    wanted |= {("comparison_code", code) for code in ("same_tier", "last_year", "weighted")}
    wanted |= {("deviation_code", code) for code in ("low", "normal", "high", "none")}
    wanted |= {("status_code", code) for code in ("settled", "pending", "blocked")}
    wanted |= {("verdict_code", code) for code in ("used", "small_fall", "other_dimension")}
    wanted |= {("basis_code", code) for code in ("computed", "floor", "cap", "no_history")}
    wanted |= {("is_trimmed", True), ("is_primary_care", True), ("dimension_code", "age"), ("dimension_code", "severity")}
    assert wanted - seen == set()


def every_stay_has_one_group_and_one_reason(given_rows, tables):
    stays = sorted(row["encounter_id"] for row in given_rows["encounters"]
                   if row["type_code"] in ("inpatient", "day_surgery") and row["institution_id"] != "far")
    for name in ("dip_case_groups", "dip_case_points", "dip_cases"):
        assert sorted(row["encounter_id"] for row in tables[name]) == stays
    assert all((row["group_code"] is None) == (row["layer_code"] == "none") for row in tables["dip_case_groups"])
    reviewed = {row["encounter_id"] for row in given_rows["special_reviews"]}
    pending = {row["encounter_id"] for row in tables["dip_cases"] if row["status_code"] == "pending"} - reviewed
    assert pending == {row["encounter_id"] for row in tables["dip_case_groups"] if row["encounter_id"] not in reviewed and row["reason_code"] not in
                       ("full_key", "main_key", "part_key", "early", "merged", "diagnosis", "comprehensive")}


@settings(max_examples=3)
@given(**REGIONS)
def test_the_order_of_rows_does_not_matter(chain, seed, history, now):
    given_rows = region(seed, history, now)
    shuffled = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in given_rows.items()}
    one, other = chain.run(given_rows), chain.run(shuffled)
    for step in chain.steps:
        assert in_key_order(one[step.name], step.name) == in_key_order(other[step.name], step.name), step.name


def points_times_value_spend_the_budget(tables):
    value = next(row for row in tables["dip_point_values"] if (row["insurance_code"], row["kind_code"]) == ("resident", "settlement"))
    if value["point_value_e4"] is None:
        return
    paid = [row for row in tables["dip_cases"] if row["insurance_code"] == "resident"]
    # The value is rounded to 1/10,000 yuan (half a unit a point), each case to a fen.
    most = value["points_e4"] // 2_000_000 + len(paid) + 1
    assert abs(sum(row["standard_fen"] or 0 for row in paid) - value["cost_fen"]) <= most


@settings(max_examples=3)
@given(**REGIONS)
def test_doubled_costs_leave_weights_as_they_are(chain, seed, history, now):
    given_rows = region(seed, history, now)
    doubled = {name: [{column: value * 2 if column.endswith("_fen") and name.startswith("history_") else value
                       for column, value in row.items()} for row in rows] for name, rows in given_rows.items()}
    one, other = chain.run(given_rows), chain.run(doubled)
    spoken = ("group_code", "weight_e4", "points_e4", "case_count", "trimmed_count")
    assert [[row[name] for name in spoken] for row in in_key_order(one["dip_groups"], "dip_groups")] == \
           [[row[name] for name in spoken] for row in in_key_order(other["dip_groups"], "dip_groups")]


@settings(max_examples=3)
@given(costs=some.lists(some.integers(0, 10_000_000), min_size=2, max_size=60))
def test_points_rise_with_cost_and_primary_care_takes_no_coefficient(chain, costs):
    rows = [{"encounter_id": f"{place:03}-{group}", "group_code": group, "layer_code": "core", "reason_code": "full_key",
             "tier_code": "tertiary", "institution_id": "h", "cost_fen": cost}
            for place, cost in enumerate(sorted(costs)) for group in "PQ"]
    given_rows = {"dip_case_groups": rows, "dip_institution_coefficients": [{"institution_id": "h", "coefficient_e4": 12_000}],
                  "dip_groups": [{"group_code": group, "points_e4": 1_234_567, "weighted_mean_fen": 777_777,
                                  "is_primary_care": group == "P"} for group in "PQ"]}
    step = all_steps()["dip_case_points"]
    for name in step.tables:
        chain.engine.show_rows(name, promise(name), given_rows.get(name, []))
    for group, coefficient in (("P", 10_000), ("Q", 12_000)):
        made = [row for row in in_key_order(chain.engine.rows(chain.queries[step.name]), step.name) if row["group_code"] == group]
        assert [row["points_e4"] for row in made] == sorted(row["points_e4"] for row in made)
        assert {row["coefficient_e4"] for row in made} == {coefficient}
