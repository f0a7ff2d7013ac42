"""Why a case is in its group: which codes decided, which complication counted and which did not. A second pass, so that the first stays fast."""
from ibis import _

from sanyi.grouping.drg.compiling import SPAN
from sanyi.grouping.drg.grouped import Tables
from sanyi.tables.table import text

TRACE = (
    text("principal_diagnosis_code", "主要诊断（医保版）", "principal diagnosis (insurance edition)", nullable=True),
    text("principal_exclusion_code", "主要诊断的排除表号", "exclusion table of the principal diagnosis", nullable=True),
    text("main_operation_code", "主要操作（医保版）", "main operation (insurance edition)", nullable=True),
    text("valid_operation_code", "首个有效手术", "first valid operation", nullable=True),
    text("complication_diagnosis_code", "计入的并发症", "complication that counts", nullable=True),
    text("complication_exclusion_code", "该并发症的排除表号", "its exclusion table", nullable=True),
    text("excluded_diagnosis_code", "因排除表相同而不计的并发症", "complication that does not count: its exclusion table is the principal diagnosis's", nullable=True),
    text("unknown_diagnosis_code", "方案不识别的次要诊断", "secondary diagnosis unknown to the scheme", nullable=True),
    text("unknown_operation_code", "方案不识别的操作", "operation unknown to the scheme", nullable=True),
    text("asked_zh", "该组规则所问（中文）", "what the group's rule asks, in Chinese", nullable=True),
    text("asked_en", "该组规则所问（英文）", "what the group's rule asks, in English", nullable=True),
)


def traced(found, diagnoses, operations, scheme: Tables):
    """The answer of `grouped`, each case with the codes that decided: the first listed where several do the same.

    `found` has encounter_id, complication_code and rule_number; `diagnoses` its sequence_number too. Source: DRG-3.
    """
    asked = scheme["scheme_rules"].select("rank_number", "asked_zh", "asked_en")
    cases = found.left_join(asked, found.rule_number == asked.rank_number).drop("rank_number").mutate(has_asked=True)
    for more in (_diagnoses(found, diagnoses, scheme), _operations(operations, scheme)):
        cases = cases.left_join(more, "encounter_id").drop("encounter_id_right")
    return cases


def _diagnoses(found, diagnoses, scheme: Tables):
    known = scheme["scheme_diagnoses"]
    codes = known.select("code", "mapped_code", "diagnosis_number", "principal_exclusion_number", mcc="mcc_exclusion_number", cc="cc_exclusion_number")
    listed = diagnoses.select("encounter_id", "sequence_number", "diagnosis_code", "is_principal").left_join(codes, _.diagnosis_code == codes.code).mutate(has_looked=True)
    principal = listed.group_by("encounter_id").agg(principal_number=listed.diagnosis_number.max(where=listed.is_principal),
                                                    own_exclusion=listed.principal_exclusion_number.max(where=listed.is_principal))
    listed = listed.inner_join(principal, "encounter_id").mutate(has_principal=True)
    listed = listed.inner_join(found.select("encounter_id", "complication_code"), "encounter_id").mutate(has_found=True)
    other = ~listed.is_principal
    own = listed.own_exclusion.fill_null(0)
    mcc, cc = other & listed.mcc.notnull() & (listed.mcc != own), other & listed.cc.notnull() & (listed.cc != own)
    counts = ((listed.complication_code == "mcc") & mcc) | ((listed.complication_code == "cc") & cc)
    excluded = other & ((listed.mcc.notnull() & (listed.mcc == own)) | (listed.cc.notnull() & (listed.cc == own)))
    place = listed.sequence_number * SPAN
    picked = listed.group_by("encounter_id").agg(
        principal_number=listed.principal_number.max(), counted=(place + listed.diagnosis_number).min(where=counts),
        excluded=(place + listed.diagnosis_number).min(where=excluded), unknown_diagnosis_code=listed.diagnosis_code.min(where=other & listed.code.isnull()))
    return _coded(picked, known)


def _coded(picked, known):
    """Numbers back to codes of the edition."""
    codes = known.filter(known.code == known.mapped_code)
    for number, names in ((picked.principal_number, ("principal_diagnosis_code", "principal_exclusion_code")), (picked.counted.mod(SPAN), ("complication_diagnosis_code", "complication_exclusion_code")),
                          (picked.excluded.mod(SPAN), ("excluded_diagnosis_code", "excluded_exclusion_code"))):
        exclusion = "principal_exclusion_code" if names[0].startswith("principal") else "complication_exclusion_code"
        named = codes.select(**{"named_number": "diagnosis_number", names[0]: "mapped_code", names[1]: exclusion})
        picked = picked.mutate(sought=number.cast("int64"))
        picked = picked.left_join(named, picked.sought == named.named_number).drop("named_number", "sought").mutate(has_named=True)
    return picked.drop("principal_number", "counted", "excluded", "excluded_exclusion_code", "has_named")


def _operations(operations, scheme: Tables):
    codes = scheme["scheme_operations"].select("code", "mapped_code", "operation_number", "is_valid")
    listed = operations.select("encounter_id", "sequence_number", "operation_code").left_join(codes, _.operation_code == codes.code).mutate(has_looked=True)
    packed = listed.sequence_number * SPAN + listed.operation_number.fill_null(0)
    picked = listed.group_by("encounter_id").agg(main=packed.min(), valid=packed.min(where=listed.is_valid.fill_null(False)),
                                                 unknown_operation_code=listed.operation_code.min(where=listed.code.isnull()))
    named = scheme["scheme_operations"].filter(_.code == _.mapped_code)
    for column, name in (("main", "main_operation_code"), ("valid", "valid_operation_code")):
        one = named.select(**{"named_number": "operation_number", name: "mapped_code"})
        picked = picked.mutate(sought=picked[column].mod(SPAN).cast("int64"))
        picked = picked.left_join(one, picked.sought == one.named_number).drop("named_number", "sought").mutate(has_named=True)
    return picked.drop("main", "valid", "has_named")
