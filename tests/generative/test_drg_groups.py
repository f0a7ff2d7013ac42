"""Random small schemes, every form of predicate, on random cases: the tables' answer and the slow opinion's are one."""
import importlib.util
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sanyi.engines.duck import DuckEngine
from sanyi.grouping.drg.compiling import compiled
from sanyi.grouping.drg.grouped import grouped
from sanyi.grouping.drg.reading import Read
from sanyi.grouping.drg.checking import check
from sanyi.grouping.drg.scheme import SWITCHES, Scheme
from sanyi.tables.scheme_tables import compiled_scheme_tables
from sanyi.tables.table import Table, flag, text, whole

SPEC = importlib.util.spec_from_file_location("oracle_drg_groups", Path(__file__).parents[1] / "oracle/drg_groups.py")
oracle = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(oracle)

CASES = Table("cases", "病例", "cases", ("encounter_id",), (text("encounter_id", "号", "id"), *(whole(name, "数", "number", nullable=True) for name in (
    "sex_number", "age_years", "age_days", "weight_grams", "stay_days", "icu_hours_count", "leaving_number"))))
DIAGNOSES = Table("diagnoses", "诊断", "diagnoses", ("encounter_id",), (text("encounter_id", "号", "id"), text("diagnosis_code", "码", "code"), flag("is_principal", "主", "principal")))
OPERATIONS = Table("operations", "操作", "operations", ("encounter_id",), (text("encounter_id", "号", "id"), text("operation_code", "码", "code"), whole("sequence_number", "序", "place")))
ANSWER = Table("answer", "答", "answer", ("encounter_id",), tuple(text(name, "列", "column", nullable=True) for name in (
    "encounter_id", "status_code", "reason_code", "mdc_code", "adrg_code", "drg_code", "complication_code")))
DX, PROC = [f"D{number}" for number in range(9)], [f"P{number}" for number in range(7)]
EDGES = {"age_years": (0, 1, 2, 3, 50), "age_day": (0, 5, 28, 29, 200, 730), "stay_days": (0, 1, 3, 6, 9), "icu_hours": (0, 10, 60), "weight": (1, 1499, 1500, 2500, 3000)}
CLINICAL = {"X1": "D1", "X2": "nowhere", "D3": "D4"}  # D3 is a code of both editions: the crosswalk comes first


def conditions(chance, share):
    """A few condition columns, drawn so that bounds do not cross."""
    row = {}
    if chance.random() < share:
        row["gender"] = chance.choice("12")
    for what, edges in EDGES.items():  # bounds at the values that cases have, so that "included" and "below" are told apart
        low, high = sorted(chance.sample(edges, 2))
        if chance.random() < share / 2:
            row[f"min_{what}"] = low
        if chance.random() < share / 2:
            row[f"max_{what}"] = high
    if chance.random() < share / 2:
        row["leaving_types"] = "|".join(chance.sample("12345", chance.randint(1, 3)))
    if chance.random() < share / 2:
        row["needs_weight"] = True
    return row


def random_scheme(chance):
    tables = {name: [] for name in ("mdc_rule", "mdc_dx", "mdc_adrg", "adrg_rule", "adrg_dx", "adrg_proc", "drg")}
    for seq, letter in enumerate(chance.sample("ABCD", chance.randint(1, 4))):
        mdc = f"MDC{letter}"
        gate = {"seq": seq, "mdc": mdc, "pdx_in": chance.random() < .8, "main_proc_valid": chance.random() < .2, **conditions(chance, .2)}
        if chance.random() < .3:
            gate["min_sites"] = chance.randint(1, 2)
        if chance.random() < .2:
            gate["has_ambiguity"] = chance.random() < .5
        tables["mdc_rule"].append(gate)
        tables["mdc_dx"] += [{"mdc": mdc, "dx": code, "part": chance.choice(("head", "leg", None))} for code in chance.sample(DX, chance.randint(3, 8))]
        for place in range(chance.randint(1, 5)):
            adrg = f"{letter}{'BJRZS'[place]}1"
            tables["mdc_adrg"].append({"mdc": mdc, "adrg": adrg, "seq": place})
            for alternative in range(chance.choice((1, 1, 2))):
                tables["adrg_rule"].append({"mdc": mdc, "seq": alternative, "adrg": adrg, **predicate(chance)})
            tables["adrg_dx"] += [{"adrg": adrg, "list": number, "dx": code} for number in "01" for code in chance.sample(DX, chance.randint(1, 4))]
            tables["adrg_proc"] += [{"adrg": adrg, "list": number, "proc": code, "tag": ""} for number in "01" for code in chance.sample(PROC, chance.randint(1, 4))]
            tables["adrg_proc"] += [{"adrg": adrg, "list": "2", "proc": code, "tag": tag} for tag in "abc" for code in chance.sample(PROC, chance.randint(1, 2))]
            kinds = chance.choice((("any",), ("mcc", "mcc_or_cc", "any"), ("mcc", "any"), ("cc", "none"), ("mcc_or_cc",), ("none", "cc", "any", "mcc")))
            tables["drg"] += [{"adrg": adrg, "seq": seq_, "drg": f"{adrg}{seq_}", "kind": kind, "name": "", **conditions(chance, .15)} for seq_, kind in enumerate(kinds)]
    coded = chance.sample(DX, 6)
    tables |= {"mcc": [{"dx": code, "excl": chance.choice("12")} for code in coded[:2]], "cc": [{"dx": code, "excl": chance.choice("12")} for code in coded[1:]],
               "cce": [{"dx": code, "excl": chance.choice("12")} for code in DX if chance.random() < .7], "proc_valid": [{"proc": code, "name": ""} for code in chance.sample(PROC, 4)],
               "dx_name": [{"code": code, "value": ""} for code in DX], "proc_name": [{"code": code, "value": ""} for code in PROC],
               "dx_crosswalk": [{"code": code, "value": target} for code, target in CLINICAL.items()], "proc_crosswalk": [{"code": "Q1", "value": "P1"}],
               "switches": [{"name": name, "value": chance.random() < .5} for name in SWITCHES if chance.random() < .7]}
    return Scheme("random", tables)


def predicate(chance):
    row = {name: chance.random() < share for name, share in (("pdx_in", .4), ("any_dx_in", .1), ("main_proc_in", .3), ("any_proc_in0", .1), ("any_proc_in1", .1),
                                                              ("main_proc_valid", .1), ("no_valid_proc", .1))}
    extra = (("any_proc_valid", True), ("tag_dnf", "a+b;c"), ("tag_dnf", "a+b+c;a"), ("dx_lists", "0+1"), ("sdx_lists", "1"), ("proc_lists", "0+1+2"))
    row |= dict(chance.choice(extra) for _ in range(chance.choice((0, 0, 1, 2))))
    if row.get("tag_dnf") and chance.random() < .5:
        row["tags_apart"] = True
    return row | conditions(chance, .15)


def random_case(chance, name):
    age = chance.choice((0, 0, 1, 2, 3, 4, None) if chance.random() < .5 else (0, 2, 50))
    draw = lambda codes, most: [chance.choice(codes) for _ in range(chance.randint(0, most))]  # noqa: E731
    return {"name": name, "sex": chance.choice((1, 2, 1, 2, 1, 2, None)), "age_years": age,
            "age_days": chance.choice((0, 5, 28, 29, 200, None)) if age == 0 else chance.choice((None, None, 900)),
            "weight": chance.choice((None, 0, 1499, 1500, 2500, 3000)), "stay": chance.choice((None, 0, 1, 3, 6, 9)), "icu": chance.choice((None, 0, 10, 60)),
            "leaving": chance.choice((None, 1, 2, 4, 5)),
            "principals": chance.choice(([], [chance.choice(DX)] * 2, [chance.choice([*CLINICAL, "U9"])])) if chance.random() < .15 else [chance.choice(DX)],
            "others": draw([*DX, *DX, "X1", "X2", "U9"], 4), "operations": draw([*PROC, *PROC, *PROC, "Q1", "U9"], 4)}


def answer(engine, scheme, cases):
    """The answers of the tables by case."""
    engine.show_rows("cases", CASES, [{"encounter_id": case["name"], "sex_number": case["sex"], "age_years": case["age_years"], "age_days": case["age_days"],
                                       "weight_grams": case["weight"], "stay_days": case["stay"], "icu_hours_count": case["icu"], "leaving_number": case["leaving"]} for case in cases])
    engine.show_rows("diagnoses", DIAGNOSES, [{"encounter_id": case["name"], "diagnosis_code": code, "is_principal": is_principal} for case in cases
                                              for is_principal, codes in ((True, case["principals"]), (False, case["others"])) for code in codes])
    engine.show_rows("operations", OPERATIONS, [{"encounter_id": case["name"], "operation_code": code, "sequence_number": place} for case in cases
                                                for place, code in enumerate(case["operations"], 1)])
    import ibis
    tables = {name: ibis.table(table.schema, name=name) for name, table in (compiled_scheme_tables() | {"cases": CASES, "diagnoses": DIAGNOSES, "operations": OPERATIONS}).items()}
    for name, rows in compiled(scheme).items():
        engine.show_rows(name, compiled_scheme_tables()[name], rows)
    found = grouped(tables["cases"], tables["diagnoses"], tables["operations"], tables)
    return {row["encounter_id"]: row for row in engine.rows(engine.sql(found, ANSWER))}


@pytest.fixture(scope="module")
def engine():
    with DuckEngine(memory="1GB", threads=2) as opened:
        yield opened


@settings(max_examples=20)
@given(some.integers(0, 10**9))
def test_the_tables_and_the_slow_opinion_agree(engine, seed):
    chance = random.Random(seed)
    scheme = random_scheme(chance)
    read = Read(rows=dict(scheme.tables), lines={name: range(1, len(rows) + 1) for name, rows in scheme.tables.items()}, files={name: name for name in scheme.tables})
    assert check(read) == []
    cases = [random_case(chance, f"c{number}") for number in range(300)]
    found, grouper = answer(engine, scheme, cases), oracle.Grouper(scheme.tables, scheme.switches)
    for case in cases:
        row = found[case["name"]]
        assert (row["status_code"], row["reason_code"], row["mdc_code"], row["adrg_code"], row["drg_code"]) == grouper.group(case), (case, row)
    assert len(found) == len(cases)


def test_random_schemes_reach_every_answer():
    """The draw is worth its name: every status, every refusal, and every form of predicate comes up."""
    seen, forms = set(), set()
    for seed in range(60):
        chance = random.Random(seed)
        scheme = random_scheme(chance)
        grouper = oracle.Grouper(scheme.tables, scheme.switches)
        for number in range(100):
            status, reason, mdc, adrg, _ = grouper.group(random_case(chance, str(number)))
            seen.add((status, reason))
            if adrg:
                forms |= {name for row in scheme.tables["adrg_rule"] if row["adrg"] == adrg for name, value in row.items() if value}
    assert {reason for _, reason in seen} == {"rule", "no_rule", "unrelated_operation", "no_principal_diagnosis", "two_principal_diagnoses", "unknown_diagnosis",
                                              "unknown_sex", "no_age", "no_age_in_days", "no_birth_weight", "unknown_operation"}
    assert {"tag_dnf", "tags_apart", "dx_lists", "sdx_lists", "proc_lists", "min_icu_hours", "max_stay_days", "leaving_types", "needs_weight", "any_proc_valid"} <= forms
