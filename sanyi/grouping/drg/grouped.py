"""Cases to groups by table expressions: codes become numbers once, then a case costs a few look-ups by number.

What the principal diagnosis decides alone, or with the main operation, stands ready in the compiled scheme. Only cases with
rules that ask more (age, weight, other codes …) are tried against those, and only those rules. The first rule in order is the
least rank number, so no order of rows matters on any engine.
"""
from collections.abc import Mapping, Sequence
from typing import Any

import ibis
from ibis import _

from sanyi.grouping.drg.compiling import DEGREE_BITS, SPAN, UNRANKED
from sanyi.grouping.drg.conditions import BOUNDS
from sanyi.grouping.drg.rules import ANY_DIAGNOSIS, OPERATION, SECONDARY_DIAGNOSIS
from sanyi.tables.bits import bit_or
from sanyi.tables.money import total, whole_quotient

UNGROUPED = "0000"
NEWBORN_DAYS = 28
DAYS_A_YEAR = 365
PRINCIPAL = 2**32  # a sum of these and of diagnosis numbers holds how many principal diagnoses there are, and which where it is one
UNKNOWN, WORDS = 2, 2**DEGREE_BITS - 1
RAW = ("sex_number", "age_years", "age_days", "weight_grams", "stay_days", "icu_hours_count", "leaving_number")
SEEN = ("sex_number", "leaving_number", "known_main_valid_count", "known_valid_count", "known_complication_number", "age_years", "age_days", "weight_grams",
        "stay_days", "icu_hours_count")  # what conditions ask of a case; only made ready for the few cases that any are tried on
Tables = Mapping[str, Any]


def grouped(cases, diagnoses, operations, scheme: Tables):
    """Give each case its status, reason, category, basic group, group and rule.

    `cases` has encounter_id, sex_number (1, 2), age_years, age_days, weight_grams, stay_days, icu_hours_count and leaving_number
    (empty where not known); `diagnoses` encounter_id, diagnosis_code, is_principal; `operations` encounter_id, sequence_number,
    operation_code. The answer has a row for every case, with what else `cases` has. Source: DRG-1 … DRG-5.
    """
    facts = case_facts(cases, diagnoses, operations, scheme)
    tried = _tried(facts, diagnoses, operations, scheme)
    ranked = facts.left_join(tried, "encounter_id").drop("encounter_id_right")
    first = ibis.least(ranked.first_alone, ranked.tried_rank.fill_null(UNRANKED))
    ranked = ranked.mutate(first_rank=ranked.refused_code.isnull().ifelse(first, UNRANKED))
    rules = scheme["scheme_rules"].drop("has_main_list", "asked_zh", "asked_en")
    return _answered(ranked.left_join(rules, ranked.first_rank == rules.rank_number).mutate(has_rule=True))


def case_facts(cases, diagnoses, operations, scheme: Tables):
    """What grouping needs of a case, as numbers: one row a case, whatever its faults."""
    facts = cases.left_join(_diagnosed(diagnoses, scheme), "encounter_id").drop("encounter_id_right")
    facts = facts.left_join(_operated(operations, scheme), "encounter_id").drop("encounter_id_right")
    principals = scheme["scheme_diagnoses"].filter(_.code == _.mapped_code).select(
        "diagnosis_number", "group_number", "plain_rank_number", "valid_rank_number", "has_candidates", "own_number")
    facts = facts.left_join(principals, facts.principal_number == principals.diagnosis_number).drop("diagnosis_number")
    facts = facts.cross_join(scheme["scheme_settings"].drop("scheme_code")).mutate(has_settings=True)
    facts = _numbered(facts, [name for name in cases.columns if name not in RAW])
    keys = scheme["scheme_keys"]
    facts = facts.left_join(keys, facts.main_key == keys.key_number).drop("key_number")
    # Ends in a projection that others only join: so it stays one sub-query, computed once for all that read it.
    return facts.mutate(first_alone=ibis.least(facts.alone_rank, facts.key_rank_number.fill_null(UNRANKED)),
                        try_main_key=facts.has_key_candidates.ifelse(facts.main_key, ibis.null("int64")))


def _diagnosed(diagnoses, scheme: Tables):
    """What a case's diagnoses say: its principal diagnosis, and the code words of its complications' exclusion tables laid over each other."""
    codes = scheme["scheme_diagnoses"].select("code", "diagnosis_number", "complication_number")
    listed = diagnoses.select("encounter_id", "diagnosis_code", "is_principal").left_join(codes, _.diagnosis_code == codes.code)
    listed = listed.filter(listed.is_principal | (listed.complication_number != 0))
    found = listed.group_by("encounter_id").agg(
        principal_packed=total(listed.is_principal.ifelse(PRINCIPAL + listed.diagnosis_number.fill_null(0), 0)),
        complication_words=bit_or(listed.is_principal.ifelse(0, listed.complication_number.fill_null(0)).cast("int64")))
    return found.mutate(principal_count=whole_quotient(found.principal_packed, PRINCIPAL), principal_number=found.principal_packed.mod(PRINCIPAL).cast("int64").nullif(0))


def _operated(operations, scheme: Tables):
    """The main operation is the first listed, an unknown one has the number 0; the marks say what is among all operations."""
    codes = scheme["scheme_operations"].select("code", "operation_number", "is_valid")
    known = operations.select("encounter_id", "sequence_number", "operation_code").left_join(codes, _.operation_code == codes.code)
    number, valid = known.operation_number.fill_null(0), known.is_valid.fill_null(False).cast("int64")
    return known.group_by("encounter_id").agg(
        main_packed=(known.sequence_number * (2 * SPAN) + number * 2 + valid).min(),
        operation_marks=bit_or(known.operation_number.isnull().ifelse(UNKNOWN, valid).cast("int64")))


def _numbered(facts, passed: Sequence[str]):
    """Fill what is not given, tell the level of complication and why a case is refused, and make the keys to look rules up by."""
    packed, marks = facts.main_packed.fill_null(0), facts.operation_marks.fill_null(0)
    words, own = facts.complication_words.fill_null(0), facts.own_number.fill_null(0)
    counts = {degree: ((words & mask) != 0) & ((words & mask) != (own & mask)) for degree, mask in (("mcc", WORDS << DEGREE_BITS), ("cc", WORDS))}
    has_valid = (marks & 1) == 1
    alone_key = facts.group_number * SPAN
    return facts.select(
        *passed, refused_code=refusal(facts, (marks & UNKNOWN) != 0), *(name for name in SEEN if name in RAW),
        known_main_valid_count=packed.mod(2).cast("int64"), known_valid_count=has_valid.cast("int64"),
        known_complication_number=ibis.cases((counts["mcc"], 2), (counts["cc"], 1), else_=0).cast("int64"),
        alone_rank=has_valid.ifelse(facts.valid_rank_number, facts.plain_rank_number).fill_null(UNRANKED), alone_key=alone_key,
        try_alone_key=facts.has_candidates.ifelse(alone_key, ibis.null("int64")), main_key=alone_key + whole_quotient(packed.mod(2 * SPAN).cast("int64"), 2))


def _bit(number):
    """A way of leaving as one bit; one that is not known has the lowest."""
    return ibis.cases(*((number == one, 1 << one) for one in range(1, 10)), else_=1).cast("int64")


def _tried(facts, diagnoses, operations, scheme: Tables):
    """The first rule with conditions that a case fulfils, for cases that have any."""
    candidates = scheme["scheme_candidates"]
    simple = candidates.filter(candidates.need_count == 0).select("key_number", "rank_number")
    tried = [facts.inner_join(simple, facts[key] == simple.key_number).drop("key_number") for key in ("try_alone_key", "try_main_key")]
    tried.append(_needing(facts, diagnoses, operations, scheme))
    tried = ibis.union(*(one.select("encounter_id", "rank_number", *SEEN) for one in tried))
    return _fulfilled(_ready(tried), scheme["scheme_conditions"]).group_by("encounter_id").agg(tried_rank=_.rank_number.min())


def _ready(tried):
    """What conditions ask, filled where it is not known."""
    age_days = ibis.coalesce(tried.age_days, (tried.age_years > 0).ifelse(tried.age_years * DAYS_A_YEAR, ibis.null("int64")))
    return tried.mutate(
        sex_number=tried.sex_number.fill_null(0), leaving_mask=_bit(tried.leaving_number), known_age_years=tried.age_years.fill_null(-1),
        known_age_days=age_days.fill_null(-1), known_weight_grams=tried.weight_grams.fill_null(0), known_stay_days=tried.stay_days.fill_null(-1),
        known_icu_hours_count=tried.icu_hours_count.fill_null(0))


def _needing(facts, diagnoses, operations, scheme: Tables):
    """The rules that need codes of lists, for the cases that have those codes and the lists' principal diagnosis and main operation."""
    met = requirements_met(diagnoses, operations, scheme)
    needs = scheme["scheme_needs"]
    met = met.inner_join(needs, "requirement_number")
    met = met.filter(met.thing_count >= met.least_count)
    met = met.group_by(["encounter_id", "rank_number"]).agg(met_count=met.count(), need_count=met.need_count.max())
    met = met.filter(met.met_count == met.need_count).select("encounter_id", "rank_number")
    met = met.inner_join(scheme["scheme_rules"].select("rank_number", "has_main_list"), "rank_number")
    met = met.inner_join(facts, "encounter_id")
    met = met.mutate(tried_key=met.has_main_list.ifelse(met.main_key, met.alone_key))
    candidates = scheme["scheme_candidates"]
    return met.semi_join(candidates, [met.tried_key == candidates.key_number, met.rank_number == candidates.rank_number])


def requirements_met(diagnoses, operations, scheme: Tables):
    """How many different things a case has towards each requirement. A code twice in a case counts once."""
    wanted = scheme["scheme_requirements"].mutate(kind_number=whole_quotient(_.item_number, SPAN), code_number=_.item_number.mod(SPAN).cast("int64"))
    parts = []
    for rows, column, codes, number, kinds in ((diagnoses, "diagnosis_code", scheme["scheme_diagnoses"], "diagnosis_number", (ANY_DIAGNOSIS, SECONDARY_DIAGNOSIS)),
                                               (operations, "operation_code", scheme["scheme_operations"], "operation_number", (OPERATION,))):
        of_kind = wanted.filter(wanted.kind_number.isin(kinds))
        numbered = codes.select("code", number)
        named = of_kind.inner_join(numbered, of_kind.code_number == numbered[number]).select("code", "kind_number", "requirement_number", "counted_number")
        found = rows.inner_join(named, rows[column] == named.code)
        if "is_principal" in rows.columns:
            found = found.filter((found.kind_number != SECONDARY_DIAGNOSIS) | ~found.is_principal)
        parts.append(found.select("encounter_id", "requirement_number", "counted_number"))
    things = ibis.union(*parts, distinct=True)
    return things.group_by(["encounter_id", "requirement_number"]).agg(thing_count=things.count())


def _fulfilled(tried, conditions):
    """Keep the tries whose rule's conditions hold."""
    tried = tried.inner_join(conditions, tried.rank_number == conditions.condition_rank_number)
    held = [(tried.sex_number & tried.taken_sex_number) != 0, (tried.leaving_mask & tried.taken_leaving_number) != 0]
    for name in BOUNDS:
        held.append(tried[f"known_{name}"].between(tried[f"least_{name}"], tried[f"most_{name}"]))
    return tried.filter(*held)


def _answered(ranked):
    """Status, reason and group; a case that fails a check is refused before anything else is said of it. Source: DRG-5."""
    refused, level = ranked.refused_code, ranked.known_complication_number
    drg = ibis.cases((level == 2, ranked.drg_mcc_code), (level == 1, ranked.drg_cc_code), else_=ranked.drg_none_code)
    nothing = refused.isnull().ifelse(UNGROUPED, ibis.null("string"))
    return ranked.mutate(
        status_code=ranked.rule_status_code.fill_null(refused.isnull().ifelse("ungrouped", "refused")),
        reason_code=ibis.cases((ranked.rule_status_code == "grouped", "rule"), (ranked.rule_status_code == "ambiguous", "unrelated_operation"),
                               else_=refused.fill_null("no_rule")),
        drg_code=ranked.rank_number.isnull().ifelse(nothing, drg), complication_code=ibis.cases((level == 2, "mcc"), (level == 1, "cc"), else_="none"),
        rule_number=ranked.rank_number)


def refusal(facts, has_unknown_operation):
    """Why a case is not grouped at all, or empty."""
    is_newborn = ((facts.age_years == 0) & (facts.age_days <= NEWBORN_DAYS)).fill_null(False)
    return ibis.cases(
        (facts.principal_count.fill_null(0) == 0, "no_principal_diagnosis"), (facts.principal_count > 1, "two_principal_diagnoses"),
        (facts.principal_number.isnull(), "unknown_diagnosis"), (facts.sex_number.isnull(), "unknown_sex"), (facts.age_years.isnull(), "no_age"),
        ((facts.age_years == 0) & facts.age_days.isnull(), "no_age_in_days"),
        (facts.is_weight_needed & is_newborn & (facts.weight_grams.fill_null(0) == 0), "no_birth_weight"),
        (facts.is_operation_refused & has_unknown_operation, "unknown_operation"), else_=ibis.null("string"))
