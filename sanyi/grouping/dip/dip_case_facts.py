"""From the record to one row per case: what it cost, its comorbidities, its operations and the keys it could match."""
import ibis

from sanyi.grouping.dip.dip_case_table import TIER_OF_LEVEL
from sanyi.grouping.dip.dip_levels import age_level, comorbidity_level, intensive_care_level
from sanyi.plans import BadChoice
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.terms.fen import PPM

CLASS_NUMBER = {"diagnostic": "2", "therapeutic": "3", "surgery": "4", "interventional": "4"}
CONSERVATIVE = "1"
INTENSIVE_CARE = ("supplied", "ward", "bed_fees")
DRUG_CLASSES = ("drug", "herbal")
BASE_CODE_LENGTH = 7    # K22.301x002 falls back to K22.301, 96.0800x005 to 96.0800
SUBCATEGORY_LENGTH = 5  # the first four characters, with the dot: K22.3
CATEGORY_LENGTH = 3


def case_facts(encounters, diagnoses, operations, settlements, charge_class_totals, stay_care, institutions, diagnosis_codes,
               operation_codes, charlson_weights, intensive_care_days, plan, tests=None):
    """One row per stay in an institution of the area, whatever its faults; `tests` before admission count with the stay."""
    stays = _stays(encounters, institutions)
    care = _of_stays(stay_care, stays).select("encounter_id", "special_nursing_days", "has_intensive_ward", "ventilation_hours")
    money = _money(settlements, stays) if tests is None else _with_tests(_money(settlements, stays), tests)
    facts = with_meaning(stays, "principal_diagnosis_code", diagnosis_codes, "diagnosis_code",
                         {"category": "category_code", "is_valid": "is_valid_principal"})
    # All facts are found from the bare stays: built on one another they would repeat each other's queries.
    rule = plan.value("dip.intensive_care_rule")
    fees = [_of_stays(intensive_care_days, stays)] if rule == "bed_fees" else []
    for more in (money, _charges(charge_class_totals, stays), _principals(diagnoses, stays),
                 _other_diagnoses(diagnoses, stays, diagnosis_codes, charlson_weights), _operations(operations, money, operation_codes, plan), care, *fees):
        facts = facts.left_join(more, "encounter_id").drop("encounter_id_right")
    return _keyed(_levelled(facts.mutate(icu_days=_icu_days(facts, rule))))


def _stays(encounters, institutions):
    """Stays and day surgery in the area, with the tier of the institution."""
    tier = institutions.level_code.cases(*TIER_OF_LEVEL.items(), else_="primary")
    inside = institutions.filter(institutions.is_in_area).select("institution_id", tier_code=tier)
    stays = encounters.filter(encounters.type_code.isin(codes.STAY_TYPES)).join(inside, "institution_id")
    day_surgery = stays.type_code == "day_surgery"
    return stays.mutate(
        stay_days=(day_surgery & (stays.stay_days > 1)).ifelse(1, stays.stay_days),
        has_died=stays.discharge_way_code == "died",
        principal_diagnosis_code=stays.principal_diagnosis_code.nullif(""))


def _icu_days(stays, rule):
    """Days in intensive care: as supplied, by the bed fees, or at least the special nursing days of who was on such a ward. Source: DIP-15."""
    if rule not in INTENSIVE_CARE:
        raise BadChoice("dip.intensive_care_rule", rule, INTENSIVE_CARE)
    if rule == "supplied":
        return stays.icu_days
    if rule == "bed_fees":
        return stays.bed_days.fill_null(0)
    return ibis.greatest(stays.icu_days, stays.has_intensive_ward.fill_null(False).ifelse(stays.special_nursing_days, 0))


def with_meaning(rows, column, code_list, code_column, meanings):
    """Look a code up exactly, else by its base code (an extension like x002 cut off); empty where neither is known.

    `meanings` maps the names of new columns to columns of the code list.
    """
    exact = code_list.select(exact_code=code_list[code_column], **{f"exact_{to}": code_list[of] for to, of in meanings.items()})
    base = code_list.select(base_code=code_list[code_column], **{f"base_{to}": code_list[of] for to, of in meanings.items()})
    rows = rows.mutate(looked_up=rows[column], looked_up_base=rows[column].substr(0, BASE_CODE_LENGTH))
    rows = rows.left_join(exact, rows.looked_up == exact.exact_code).drop("exact_code").mutate(has_looked=True)
    rows = rows.left_join(base, rows.looked_up_base == base.base_code).drop("base_code").mutate(has_looked=True)
    found = {to: ibis.coalesce(rows[f"exact_{to}"], rows[f"base_{to}"]) for to in meanings}
    spent = [f"{where}_{to}" for to in meanings for where in ("exact", "base")]
    return rows.mutate(**found).drop("looked_up", "looked_up_base", "has_looked", *spent)


def _of_stays(rows, stays):
    return rows.semi_join(stays.select("encounter_id"), "encounter_id")


def _money(settlements, stays):
    paid = _of_stays(settlements, stays)
    return paid.group_by("encounter_id").agg(
        cost_fen=total(paid.total_fen), fund_fen=total(paid.fund_fen), patient_fen=total(paid.account_fen + paid.cash_fen),
        other_payers_fen=total(paid.catastrophic_fen + paid.aid_fen))


def _with_tests(money, tests):
    """Add what of the visits before moves to the stay; a stay without a bill of its own stays without one. Source: DIP-20."""
    parts = ("cost_fen", "fund_fen", "patient_fen", "other_payers_fen")
    moved = tests.group_by("encounter_id").agg(**{f"moved_{name}": total(tests[name]) for name in parts})
    money = money.left_join(moved, "encounter_id").drop("encounter_id_right")
    return money.select("encounter_id", **{name: money[name] + money[f"moved_{name}"].fill_null(0) for name in parts})


def _charges(charge_class_totals, stays):
    charged = _of_stays(charge_class_totals.filter(charge_class_totals.class_code.isin(("treatment", *DRUG_CLASSES))), stays)
    treatment = (charged.class_code == "treatment").ifelse(charged.amount_fen, 0)
    drug = charged.class_code.isin(DRUG_CLASSES).ifelse(charged.amount_fen, 0)
    return charged.group_by("encounter_id").agg(treatment_fen=total(treatment), drug_fen=total(drug))


def _other_diagnoses(diagnoses, stays, diagnosis_codes, charlson_weights):
    """What the diagnoses besides the principal one say: the comorbidity index, failing organs, other tumours.

    What a code says is looked up once a code, not once a row; rows of codes that say nothing are left out.
    """
    others = _of_stays(diagnoses.filter(~diagnoses.is_principal), stays).select("encounter_id", "diagnosis_code")
    telling = _telling_codes(others.select("diagnosis_code").distinct(), diagnosis_codes, charlson_weights)
    others = others.join(telling, others.diagnosis_code == telling.told_code)
    by_category = others.group_by(["encounter_id", "category"]).agg(
        weight=others.weight.max(), has_failure=(others.severity == "organ_failure").fill_null(False).any(),
        has_organ=(others.severity == "vital_organ").fill_null(False).any())
    own = stays.select("encounter_id", own_category=stays.principal_diagnosis_code.substr(0, CATEGORY_LENGTH))
    by_category = by_category.join(own, "encounter_id")
    other_tumour = is_malignant(by_category.category) & (by_category.category != by_category.own_category).fill_null(True)
    return by_category.group_by("encounter_id").agg(
        cci_weight=total(by_category.weight), has_organ_failure=by_category.has_failure.any(),
        has_vital_organ=by_category.has_organ.any(), has_other_tumour=other_tumour.any())


def _telling_codes(found, diagnosis_codes, charlson_weights):
    """The codes that weigh, name a failing or vital organ, or a malignant tumour, with what they say."""
    codes_found = _weighed(with_meaning(found, "diagnosis_code", diagnosis_codes, "diagnosis_code", {"severity": "severity_code"}), charlson_weights)
    tells = (codes_found.weight > 0) | codes_found.severity.isin(("organ_failure", "vital_organ")).fill_null(False) | is_malignant(codes_found.category)
    return codes_found.filter(tells).select("category", "severity", "weight", told_code="diagnosis_code")


def _principals(diagnoses, stays):
    """How many principal diagnoses a stay has been given."""
    marked = _of_stays(diagnoses.filter(diagnoses.is_principal), stays)
    return marked.group_by("encounter_id").agg(principal_count=marked.count())


def _weighed(found, charlson_weights):
    """Give each code its comorbidity weight; a subcategory's weight beats its category's. Source: DIP-11."""
    narrow = charlson_weights.select(narrow_prefix="code_prefix", narrow_weight="weight_count")
    wide = charlson_weights.select(wide_prefix="code_prefix", wide_weight="weight_count")
    found = found.mutate(subcategory=found.diagnosis_code.substr(0, SUBCATEGORY_LENGTH), category=found.diagnosis_code.substr(0, CATEGORY_LENGTH))
    found = found.left_join(narrow, found.subcategory == narrow.narrow_prefix).drop("narrow_prefix").mutate(is_weighed=True)
    found = found.left_join(wide, found.category == wide.wide_prefix).drop("wide_prefix")
    return found.mutate(weight=ibis.coalesce(found.narrow_weight, found.wide_weight, ibis.literal(0)))


def is_malignant(category):
    """Whether a category is a malignant tumour, C00 to C96."""
    return category.between("C00", "C96").fill_null(False)


def _operations(operations, money, operation_codes, plan):
    """The main operation, and the others: kept where each takes its share of the case's cost, else dropped.

    The same operation done twice counts once, with the sum of its costs. Source: DIP-1, DIP-2.
    """
    done = operations.group_by(["encounter_id", "operation_code"]).agg(
        place=operations.sequence_number.min(), operation_fen=total(operations.cost_fen))
    done = with_meaning(done, "operation_code", operation_codes, "operation_code", {"class_code": "class_code"})
    done = done.mutate(counts=(done.class_code != "conservative").fill_null(True))
    done = done.mutate(main_place=done.place.min(where=done.counts).over(ibis.window(group_by="encounter_id")))
    done = done.left_join(money.select("encounter_id", case_cost_fen="cost_fen"), "encounter_id").drop("encounter_id_right")
    is_main = (done.place == done.main_place).fill_null(False)
    has_share = done.operation_fen * PPM >= done.case_cost_fen.fill_null(0) * plan.value("dip.related_operation_share_ppm")
    done = done.mutate(is_main=is_main, is_related=~is_main & done.counts & has_share & (done.operation_fen > 0))
    named = done.group_by("encounter_id").agg(
        main_operation_code=done.operation_code.max(where=done.is_main),
        class_number=done.class_code.cases(*CLASS_NUMBER.items(), else_=CONSERVATIVE).max(where=done.is_main),
        related=done.operation_code.collect(where=done.is_related),
        dropped=done.operation_code.collect(where=~done.is_main & ~done.is_related))
    return named.mutate(related_operation_codes=_in_order(named.related), dropped_operation_codes=_in_order(named.dropped)) \
        .drop("related", "dropped")


def _in_order(found):
    """Codes of a list in code order, joined by a plus sign."""
    return ibis.literal("+").join(found.sort()).fill_null("")


def _levelled(stays):
    """Fill what a case does not have, and give it its levels; a stay without a bill is marked, for its cost is not 0."""
    stays = stays.mutate(has_bill=stays.cost_fen.notnull())
    amounts = ("cost_fen", "fund_fen", "patient_fen", "other_payers_fen", "treatment_fen", "drug_fen", "cci_weight", "ventilation_hours")
    none = {name: stays[name].fill_null(0) for name in amounts}
    no = {name: stays[name].fill_null(False) for name in ("has_organ_failure", "has_vital_organ", "has_other_tumour")}
    empty = {name: stays[name].fill_null("") for name in ("related_operation_codes", "dropped_operation_codes")}
    stays = stays.mutate(**none, **no, **empty, class_number=stays.class_number.fill_null(CONSERVATIVE))
    return stays.mutate(
        age_level_code=age_level(stays.age_years, stays.age_days), cci_level_code=comorbidity_level(stays.cci_weight),
        icu_level_code=intensive_care_level(stays.icu_days),
        is_tumour=is_malignant(stays.principal_diagnosis_code.substr(0, CATEGORY_LENGTH)))


def _keyed(stays):
    """The keys a case could match, from the narrowest to the widest; none where the principal diagnosis or the bill is at fault."""
    fault = ibis.cases(
        ((stays.principal_count > 1).fill_null(False), "two_principal_diagnoses"), (stays.principal_diagnosis_code.isnull(), "no_principal_diagnosis"), (stays.category.isnull(), "unknown_diagnosis"),
        (~stays.is_valid, "invalid_principal"), (~stays.has_bill, "no_bill"), else_=ibis.null("string"))
    stays = stays.mutate(fault_code=fault, plus_main="+" + stays.main_operation_code,
                         plus_related=(stays.related_operation_codes == "").ifelse("", "+" + stays.related_operation_codes))
    main = stays.principal_diagnosis_code.substr(0, SUBCATEGORY_LENGTH) + stays.plus_main.fill_null("")
    usable = stays.fault_code.isnull()
    nothing = ibis.null("string")
    return stays.mutate(
        main_key_code=usable.ifelse(main, nothing), full_key_code=usable.ifelse(main + stays.plus_related, nothing),
        comprehensive_key_code=usable.ifelse(stays.category + "-" + stays.class_number, nothing))
