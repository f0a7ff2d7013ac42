"""Which cases a rule of the layers before the core groups takes: rules are rows, the first that holds wins."""
import ibis

from sanyi.tables import codes
from sanyi.tables.codes import RULE_LAYERS
from sanyi.tables.record.dip_catalogue_conditions import MEASURED
from sanyi.tables.table import Table, code, text
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

HEAD = {"principal": 3, "other_diagnosis": 3, "operation": 4}  # characters that every condition's code has at least

RULE_GROUPS = Table(
    "dip_rule_groups", "规则入组", "Cases taken by a rule", key=("encounter_id",),
    note="只列先期分组、合并规则、诊断细分规则命中的病例。Only cases that an early, merging or dividing rule takes.",
    columns=(
        text("encounter_id", "就诊编码", "encounter code"),
        text("rule_group_code", "规则命中的病种", "group of the rule"),
        code("rule_layer_code", "规则所在层级", "layer of the rule", codes.GROUPED_LAYER),
    ),
)


def _rule(group, layer="early", **more):
    return {"catalogue_code": "demo", "group_code": group, "layer_code": layer, **more}


def _condition(group, kind, text, part=1):
    return {"catalogue_code": "demo", "group_code": group, "kind_code": kind, "part_number": part, "code": text}


BANDS = ("0000-0999", 0, 999), ("1000-1499", 1000, 1499), ("1500-1999", 1500, 1999), ("2000-2499", 2000, 2499)
NEWBORNS = Example(
    "低出生体重：28天内按体重分档；40天的不入先期分组", "Low birth weight within 28 days of age, by bands", numbers=("EX-22",),
    given={"dip_catalogue_groups": [_rule(f"P07:{name}", order_number=1, greatest_age_days=28, least_birth_weight_grams=low,
                                          greatest_birth_weight_grams=high) for name, low, high in BANDS],
           "dip_catalogue_conditions": [_condition(f"P07:{name}", "measure", MEASURED) for name, _, _ in BANDS],
           "dip_current_cases": [{"encounter_id": name, "age_days": days, "birth_weight_grams": grams} for name, days, grams in (
               ("a", 10, 1400), ("b", 3, 800), ("c", 20, 2300), ("d", 40, 1400), ("e", None, 1400), ("f", 3, 3200), ("g", 28, 1500))]},
    expect=tuple({"encounter_id": name, "rule_group_code": f"P07:{band}", "rule_layer_code": "early"}
                 for name, band in (("a", "1000-1499"), ("b", "0000-0999"), ("c", "2000-2499"), ("g", "1500-1999"))))
ORDERED = Example(
    "先期先于合并先于诊断细分；各部分须全部满足，同一部分满足其一；编码按前几位匹配", "Early before merged before divided; all parts, any code of a part, by how codes begin",
    given={"dip_catalogue_groups": [
        _rule("long ventilation", order_number=2, least_ventilation_hours=96), _rule("transplant", order_number=1),
        _rule("resistant", "diagnosis"), _rule("joined", "merged"), {**_rule("else"), "catalogue_code": "other"}],
        "dip_catalogue_conditions": [
            _condition("long ventilation", "measure", MEASURED), _condition("transplant", "operation", "37.51"),
            _condition("transplant", "operation", "50.59"), _condition("resistant", "principal", "A15"),
            _condition("resistant", "other_diagnosis", "U82.3"), _condition("joined", "principal", "A15"),
            _condition("joined", "operation", "33.22"), _condition("joined", "operation", "34.04", part=2)],
        "dip_current_cases": [
            {"encounter_id": "a", "ventilation_hours": 96}, {"encounter_id": "b", "ventilation_hours": 95},
            {"encounter_id": "c", "ventilation_hours": 200}, {"encounter_id": "d", "principal_diagnosis_code": "A15.000"},
            {"encounter_id": "e", "principal_diagnosis_code": "A15.000"}, {"encounter_id": "f", "principal_diagnosis_code": "A15.000"}],
        "diagnoses": [{"encounter_id": name, "sequence_number": 2, "diagnosis_code": "U82.300"} for name in "de"],
        "operations": [{"encounter_id": name, "sequence_number": place, "operation_code": operation} for name, place, operation in (
            ("c", 1, "50.5900x001"), ("e", 1, "33.2200"), ("e", 2, "34.0401"), ("f", 1, "33.2200"))]},
    expect=({"encounter_id": "a", "rule_group_code": "long ventilation"}, {"encounter_id": "c", "rule_group_code": "transplant"},
            {"encounter_id": "d", "rule_group_code": "resistant"}, {"encounter_id": "e", "rule_group_code": "joined"}))


@step(makes=RULE_GROUPS, chosen_by=codes.BY_DIP, source=Source("DIP 3.0（征求意见稿）", "分组规则", "DIP-3", "S2"), examples=(NEWBORNS, ORDERED))
def dip_rule_groups(dip_current_cases, dip_history_cases, diagnoses, history_diagnoses, operations, history_operations,
                    dip_catalogue_groups, dip_catalogue_conditions, plan):
    """Find for each case of the year and of history the first rule that holds.

    A rule holds where each of its parts is met by one of the case's codes, and its measures lie within its limits. Layers in
    the order early, merged, diagnosis; in a layer by order number, then by group code.
    """
    catalogue = rules_of(plan)
    rules = _ranked(dip_catalogue_groups, catalogue)
    parts = _parts(dip_catalogue_conditions, rules, catalogue)
    measures = ("encounter_id", "principal_diagnosis_code", "age_days", "birth_weight_grams", "ventilation_hours")
    cases = dip_current_cases.select(*measures).union(dip_history_cases.select(*measures))
    others = _both(diagnoses.filter(~diagnoses.is_principal), history_diagnoses.filter(~history_diagnoses.is_principal), "diagnosis_code")
    facts = ibis.union(_facts(cases, "principal", "principal_diagnosis_code"), _facts(others, "other_diagnosis", "diagnosis_code"),
                       _facts(_both(operations, history_operations, "operation_code"), "operation", "operation_code"), _measured(cases))
    met = facts.join(parts, facts.fact_key == parts.part_key)
    met = met.filter(met.fact_code.startswith(met.part_code))
    met = met.group_by(["encounter_id", "rank"]).agg(met_count=met.part_name.nunique(), part_count=met.part_count.max())
    held = met.filter(met.met_count == met.part_count).join(rules, "rank").join(cases, "encounter_id")
    first = held.filter(_within(held)).group_by("encounter_id").agg(rank=ibis._["rank"].min())
    return first.join(rules, "rank").select("encounter_id", rule_group_code="group_code", rule_layer_code="layer_code")


def rules_of(plan) -> str:
    """The catalogue whose rule layers hold: the imported one that is used, else the one named for them."""
    catalogue = plan.value("dip.catalogue")
    return plan.value("dip.layer_rules") if catalogue == "built" else catalogue


def _both(rows, history, column):
    return rows.select("encounter_id", column).union(history.select("encounter_id", column))


def _ranked(groups, catalogue):
    rules = groups.filter((groups.catalogue_code == catalogue) & groups.layer_code.isin(RULE_LAYERS))
    layer = rules.layer_code.cases(*((name, place) for place, name in enumerate(RULE_LAYERS)), else_=len(RULE_LAYERS))
    rules = rules.mutate(layer_place=layer)
    order = ibis.window(order_by=["layer_place", "order_number", "group_code"])
    return rules.mutate(rank=ibis.row_number().over(order).cast("int64"))


def _parts(conditions, rules, catalogue):
    """Each condition with the key it is looked up by, and how many parts its rule has."""
    own = conditions.filter(conditions.catalogue_code == catalogue).select("group_code", "kind_code", "part_number", part_code="code")
    own = own.join(rules.select("group_code", "rank"), "group_code")
    own = own.mutate(part_name=own.kind_code + "|" + own.part_number.cast("string"))
    counted = own.group_by("rank").agg(part_count=own.part_name.nunique())
    own = own.join(counted, "rank")
    head = ibis.cases(*((own.kind_code == kind, own.part_code.substr(0, length)) for kind, length in HEAD.items()), else_=MEASURED)
    return own.select("rank", "part_name", "part_count", "part_code", part_key=own.kind_code + "|" + head)


def _facts(rows, kind, column):
    found = rows.filter(rows[column].notnull())
    return found.select("encounter_id", fact_key=ibis.literal(f"{kind}|") + found[column].substr(0, HEAD[kind]), fact_code=found[column])


def _measured(cases):
    with_measure = cases.filter((cases.birth_weight_grams > 0) | (cases.ventilation_hours > 0))
    return with_measure.select("encounter_id", fact_key=ibis.literal(f"measure|{MEASURED}"), fact_code=ibis.literal(MEASURED))


def _within(held):
    """Whether the case's measures lie within the rule's limits, limits included; a measure that is not known meets no limit."""
    pairs = ((held.greatest_age_days, held.age_days, -1), (held.least_birth_weight_grams, held.birth_weight_grams, 1),
             (held.greatest_birth_weight_grams, held.birth_weight_grams, -1),
             (held.least_ventilation_hours, held.ventilation_hours, 1))
    holds = ibis.literal(True)
    for limit, seen, sign in pairs:
        holds = holds & (limit.isnull() | ((seen - limit) * sign >= 0).fill_null(False))
    return holds
