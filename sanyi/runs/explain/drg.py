"""Why a case is in its diagnosis-related group, from its trace."""
import re
from collections.abc import Mapping
from typing import Any

from sanyi.grouping.drg.case_groups import ANSWER
from sanyi.grouping.drg.traced import TRACE
from sanyi.runs.explain.explanation import Explanation, Part
from sanyi.tables.shown import EMPTY, shown

COLUMNS = {column.name: column for column in (*ANSWER, *TRACE)}
GROUP = ("status_code", "reason_code", "mdc_code", "adrg_code", "drg_code")
CODES = ("principal_diagnosis_code", "main_operation_code", "complication_code", "complication_diagnosis_code", "excluded_diagnosis_code", "unknown_diagnosis_code", "unknown_operation_code")
SAID = {
    "grouped": ("入 {drg_code}：大类 {mdc_code}，ADRG {adrg_code}。", "In {drg_code}: category {mdc_code}, basic group {adrg_code}. "),
    "ambiguous": ("入歧义组 {drg_code}：手术 {valid_operation_code} 有效，但 {mdc_code} 没有外科组接受它与主要诊断 {principal_diagnosis_code}。",
                  "Ambiguous, {drg_code}: operation {valid_operation_code} is valid, but no surgical group of {mdc_code} takes it with the principal diagnosis {principal_diagnosis_code}. "),
    "ungrouped": ("未入组：不符合任何大类与组的规则。", "Ungrouped: it fulfils the rule of no category and group. "),
    "refused": ("拒绝入组：{reason_code}。", "Refused: {reason_code}. "),
}
COUNTED = ("并发症 {complication_diagnosis_code} 计入：其排除表 {complication_exclusion_code} 不是主要诊断的 {principal_exclusion_code}。",
           "Complication {complication_diagnosis_code} counts: its exclusion table {complication_exclusion_code} is not the principal diagnosis's ({principal_exclusion_code}). ")
EXCLUDED = ("{excluded_diagnosis_code} 不计：与主要诊断同属排除表 {principal_exclusion_code}。",
            "{excluded_diagnosis_code} does not count: it shares exclusion table {principal_exclusion_code} with the principal diagnosis. ")


FORMULAS = {
    "adrg_code": ("{asked_zh}", "{asked_en}"),
    "complication_diagnosis_code": ("其排除表 {complication_exclusion_code} 不是主要诊断的排除表", "its exclusion table {complication_exclusion_code} is not the principal diagnosis's"),
    "excluded_diagnosis_code": ("与主要诊断同属排除表 {principal_exclusion_code}", "in exclusion table {principal_exclusion_code} with the principal diagnosis"),
}


def explain_trace(row: Mapping[str, Any], scheme: str) -> Explanation:
    """One grouped case with its trace in words. Source: DRG-1, DRG-3."""
    return Explanation(f"病例 {row['encounter_id']}（方案 {scheme}）", f"Case {row['encounter_id']} (scheme {scheme})", trace_parts(row), *trace_summary(row))


def trace_summary(row: Mapping[str, Any]) -> tuple[str, str]:
    """The case's group in a sentence or three, in both languages."""
    said = [SAID[row["status_code"]], *([COUNTED] if row["complication_diagnosis_code"] and row["status_code"] == "grouped" else []),
            *([EXCLUDED] if row["excluded_diagnosis_code"] and row["status_code"] == "grouped" else [])]
    words = {language: {name: shown(column, row[name], language) for name, column in COLUMNS.items()} for language in ("zh", "en")}
    return "".join(zh.format(**words["zh"]) for zh, _ in said), "".join(en.format(**words["en"]) for _, en in said).strip()


def trace_parts(row: Mapping[str, Any], table: str = "", trace_table: str = "") -> list[Part]:
    """The group and the codes that decided, a part each; the rule's own words stand beneath the basic group."""
    parts = []
    for name in (*GROUP, *CODES):
        zh, en = (shown(COLUMNS[name], row[name], language) for language in ("zh", "en"))
        if zh == EMPTY:
            continue
        asked = tuple(words.format(**row) if all(row[key] for key in keys) else "" for words in FORMULAS.get(name, ("", "")) for keys in [re.findall(r"{(\w+)}", words)])
        source = (table if name in GROUP or name == "complication_code" else trace_table)
        parts.append(Part(COLUMNS[name].zh, COLUMNS[name].en, zh, en, *asked, source, row["encounter_id"] if source else ""))
    return parts
