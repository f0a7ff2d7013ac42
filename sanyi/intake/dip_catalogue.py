"""A catalogue of disease groups as a site has it, read into rows of the record; every fault is named by file, line and field."""
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from sanyi.intake.errors import IntakeError
from sanyi.tables import codes
from sanyi.tables.record.dip_catalogue_conditions import MEASURED

HEADERS = {  # field: the headers it may stand under
    "group_code": ("病种编码", "组合编码", "group_code"), "diagnosis": ("诊断编码", "主要诊断编码", "主诊断编码", "diagnosis"),
    "operation": ("手术操作编码", "主要手术操作编码", "主要手术编码", "operation"), "related": ("相关手术操作编码", "相关手术编码", "related_operations"),
    "other": ("其他诊断编码", "other_diagnoses"), "name": ("病种名称", "名称", "name"), "layer": ("层级", "layer"),
    "order": ("层内次序", "order"), "points": ("分值", "病种分值", "points"), "weight": ("权重", "RW", "weight"),
    "mean": ("均费", "平均费用", "mean_yuan"), "paid_as": ("按此病种计分", "paid_as"), "primary": ("基层病种", "is_primary_care"),
    "tcm": ("中医优势病种", "is_tcm_advantage"), "bed_day": ("床日病种", "is_bed_day"), "age_days": ("日龄上限", "greatest_age_days"),
    "weight_from": ("出生体重下限", "least_birth_weight_grams"), "weight_to": ("出生体重上限", "greatest_birth_weight_grams"),
    "ventilation": ("呼吸机时长下限", "least_ventilation_hours"),
}
COEFFICIENT_HEADERS = {"group_code": ("病种编码", "group_code"), "dimension": ("辅助目录", "dimension"), "level": ("分级", "level"),
                       "coefficient": ("辅助系数", "coefficient")}
SCORES = ("points", "weight", "mean")
COMPREHENSIVE = re.compile(r"[A-Z]\d{2}\+?-[1-4]")
SUBCATEGORY = re.compile(r"[A-Z]\d{2}\.[0-9x]")
DIAGNOSIS = re.compile(r"[A-Z]\d{2}(\.[0-9x][0-9x]{0,2}(x\d{3})?)?")
OPERATION = re.compile(r"\d{2}\.[0-9x]{1,4}(x\d{3})?")
OPERATION_START = re.compile(r"\d{2}\.\d[0-9x]{0,3}(x\d{3})?")
YES, NO = ("1", "true", "是", "y", "yes"), ("0", "false", "否", "n", "no", "")
LIMITS = {"age_days": "greatest_age_days", "weight_from": "least_birth_weight_grams", "weight_to": "greatest_birth_weight_grams",
          "ventilation": "least_ventilation_hours"}
MOST_SHOWN = 20


@dataclass(frozen=True)
class Fault:
    """One thing that cannot be taken: where, what was seen, what was expected (Chinese, English)."""

    file: str
    line: int
    field: str
    seen: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.field}: 见 / seen {self.seen!r}; {self.zh} / {self.en}"


class CatalogueRefused(IntakeError):
    """A catalogue with faults is refused as a whole: half of one would price cases wrongly. `faults` are all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        shown = [str(fault) for fault in faults[:MOST_SHOWN]]
        rest = [f"… 共 {len(faults)} 处 / {len(faults)} in all"] if len(faults) > MOST_SHOWN else []
        super().__init__("\n".join([f"目录有 {len(faults)} 处错误，未导入 / the catalogue has {len(faults)} fault(s), nothing was imported",
                                    *shown, *rest]))
        self.faults = faults


@dataclass
class Catalogue:
    """What was read: rows of the three tables, and the faults met."""

    name: str
    groups: list[dict[str, Any]] = field(default_factory=list)
    conditions: list[dict[str, Any]] = field(default_factory=list)
    coefficients: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    """One row under the fields' own names, and where it stands."""

    catalogue: Catalogue
    file: str
    line: int
    cells: Mapping[str, str]

    def get(self, name: str) -> str:
        return self.cells.get(name, "")

    def fault(self, name: str, zh: str, en: str, seen: str | None = None) -> None:
        self.catalogue.faults.append(Fault(self.file, self.line, name, self.get(name) if seen is None else seen, zh, en))

    def number(self, name: str, digits: int) -> int | None:
        """A number not below 0 as a whole one with so many decimals taken in; None where the cell is empty or faulty."""
        text = self.get(name).replace(",", "")
        if not text:
            return None
        try:
            scaled = Decimal(text).scaleb(digits)
        except InvalidOperation:
            scaled = Decimal("NaN")
        if not scaled.is_finite() or scaled < 0 or scaled != scaled.to_integral_value() or scaled >= 2 ** 53:
            self.fault(name, f"应为不小于0、至多{digits}位小数的数" if digits else "应为不小于0的整数", f"a number from 0 with at most {digits} decimals")
            return None
        return int(scaled)

    def flag(self, name: str) -> bool:
        text = self.get(name).lower()
        if text not in (*YES, *NO):
            self.fault(name, "应为是/否或1/0", "yes/no or 1/0")
        return text in YES


def read_groups(catalogue: Catalogue, file: str, rows: Iterable[tuple[int, Mapping[str, str]]]) -> None:
    """Read rows of groups; a file without any column of points, weight or mean cost gives rules and marks only."""
    rows, seen = list(rows), {row["group_code"] for row in catalogue.groups}
    named = [(line, _named(cells, HEADERS)) for line, cells in rows]
    has_scores = any(name in cells for _, cells in named for name in SCORES)
    for number, (line, cells) in enumerate(named, 1):
        _read_group(_Line(catalogue, file, line, cells), number, has_scores, seen)
    if not rows:
        catalogue.faults.append(Fault(file, 1, "group_code", "", "文件没有病种", "at least one group was expected"))


def _named(cells: Mapping[str, str], headers: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    names = {header.lower(): name for name, allowed in headers.items() for header in allowed}
    return {names[header.strip().lower()]: unicodedata.normalize("NFKC", text).strip() for header, text in cells.items()
            if header.strip().lower() in names}


def _read_group(line: _Line, number: int, has_scores: bool, seen: set[str]) -> None:
    code = line.get("group_code") or "+".join(part for part in (line.get("diagnosis"), line.get("operation"), line.get("related")) if part)
    if not code or code in seen:
        line.fault("group_code", "病种编码不能为空且不能重复", "a group code that stands once", code)
        return
    seen.add(code)
    layer = _word(line, "layer", codes.GROUPED_LAYER, "comprehensive" if COMPREHENSIVE.fullmatch(code) else "core")
    scores = {name: line.number(name, digits) for name, digits in (("points", 4), ("weight", 4), ("mean", 2))}
    if has_scores and not line.get("paid_as") and all(not line.get(name) for name in SCORES):
        line.fault("points", "分值、权重、均费至少填一项", "points, weight or mean cost: one of them at least")
    order = line.number("order", 0)
    limits = {column: line.number(name, 0) for name, column in LIMITS.items()}
    line.catalogue.groups.append({
        "catalogue_code": line.catalogue.name, "group_code": code, "layer_code": layer, "order_number": number if order is None else order,
        "name": line.get("name") or code, "points_e4": scores["points"], "weight_e4": scores["weight"], "mean_fen": scores["mean"],
        "paid_as_code": line.get("paid_as") or None, "is_primary_care": line.flag("primary"), "is_tcm_advantage": line.flag("tcm"),
        "is_bed_day": line.flag("bed_day"), **limits})
    if layer != "comprehensive":
        _read_conditions(line, code, layer, any(value is not None for value in limits.values()))
    elif not COMPREHENSIVE.fullmatch(code):
        line.fault("group_code", "综合病种编码应如 A09-1", "a comprehensive group is written like A09-1", code)


def _word(line: _Line, name: str, allowed: Mapping[str, tuple[str, str]], otherwise: str) -> str:
    """A code by itself or by its Chinese or English word."""
    text = line.get(name)
    if not text:
        return otherwise
    found = next((code for code, words in allowed.items() if text.lower() in (code, *(word.lower() for word in words))), None)
    if found is None:
        line.fault(name, f"应为 {'、'.join(words[0] for words in allowed.values())}", f"one of {', '.join(allowed)}")
    return found or otherwise


def _read_conditions(line: _Line, code: str, layer: str, has_limits: bool) -> None:
    """Split a group into its parts: AND by a plus sign, alternatives by / or |; columns of parts go before the group code."""
    has_columns = any(line.get(name) for name in ("diagnosis", "operation", "related", "other"))
    if has_columns:
        diagnosis, operations = line.get("diagnosis"), "+".join(part for part in (line.get("operation"), line.get("related")) if part)
    else:
        diagnosis, _, operations = code.partition("+")
        if layer != "core" and not all(DIAGNOSIS.fullmatch(one) for one in re.split(r"[/|]", diagnosis)):
            diagnosis, operations = "", ""  # a rule's code may be a mere name
    asked = (SUBCATEGORY, OPERATION) if layer == "core" else (DIAGNOSIS, OPERATION_START)
    parts = [("principal", 1, diagnosis, asked[0]), ("other_diagnosis", 1, line.get("other"), DIAGNOSIS),
             *(("operation", place, part, asked[1]) for place, part in enumerate(operations.split("+") if operations else [], 1)),
             *([("measure", 1, MEASURED, None)] if has_limits and not diagnosis and not operations else [])]
    before = len(line.catalogue.conditions), len(line.catalogue.faults)
    for kind, place, text, pattern in parts:
        for one in re.split(r"[/|]", text) if text or kind == "operation" else []:
            _condition(line, code, layer, kind, place, one.strip(), pattern)
    if (len(line.catalogue.conditions), len(line.catalogue.faults)) == before:
        line.fault("group_code", "病种没有入组条件：须有诊断、手术或限值", "a group needs a diagnosis, an operation or a limit", code)
    if layer == "core" and not diagnosis:
        line.fault("group_code", "核心病种须以诊断亚目开头，如 K35.8", "a core group begins with a subcategory such as K35.8", code)


def _condition(line: _Line, group: str, layer: str, kind: str, place: int, code: str, pattern: re.Pattern | None) -> None:
    if pattern is not None and not pattern.fullmatch(code):
        zh, en = {SUBCATEGORY: ("应为诊断亚目（前四位），如 K35.8", "a subcategory (the first four characters), such as K35.8"),
                  DIAGNOSIS: ("应为诊断编码或类目，如 K35 或 K35.800", "a diagnosis code or category, such as K35 or K35.800"),
                  OPERATION: ("应为手术操作编码，如 47.0100", "an operation code, such as 47.0100"),
                  OPERATION_START: ("应为手术操作编码或其前四位以上，如 96.72", "an operation code or its beginning from four characters, such as 96.72"),
                  }[pattern]
        line.fault("group_code", zh, en, code)
        return
    line.catalogue.conditions.append({"catalogue_code": line.catalogue.name, "group_code": group, "kind_code": kind, "part_number": place,
                                      "code": _whole_operation(code) if kind == "operation" and layer == "core" else code})


def _whole_operation(code: str) -> str:
    """The insurance edition's form of a short operation code: 47.01 is 47.0100, 43.7 is 43.7x00."""
    return {4: f"{code}x00", 5: f"{code}00"}.get(len(code), code)


def read_coefficients(catalogue: Catalogue, file: str, rows: Iterable[tuple[int, Mapping[str, str]]], levels: Mapping[str, Mapping[str, Any]]) -> None:
    """Read rows of auxiliary coefficients; `levels` gives the levels that each dimension has."""
    known, seen = {row["group_code"] for row in catalogue.groups}, set()
    for number, cells in rows:
        line = _Line(catalogue, file, number, _named(cells, COEFFICIENT_HEADERS))
        dimension = _word(line, "dimension", codes.AUXILIARY_DIMENSION, "")
        if not dimension:
            continue
        level, coefficient = _word(line, "level", levels[dimension], ""), line.number("coefficient", 4)
        group = line.get("group_code")
        if group not in known:
            line.fault("group_code", "目录中没有这一病种", "a group of this catalogue")
        elif (group, dimension, level) in seen:
            line.fault("level", "同一病种同一分级重复", "each level of a group once")
        elif not level or coefficient is None:
            line.fault("coefficient" if level else "level", "不能为空", "must not be empty")
        else:
            seen.add((group, dimension, level))
            catalogue.coefficients.append({"catalogue_code": catalogue.name, "group_code": group, "dimension_code": dimension,
                                           "level_code": level, "coefficient_e4": coefficient})


def checked(catalogue: Catalogue) -> Catalogue:
    """The catalogue, whole; raises CatalogueRefused with every fault. A repeated alternative counts once."""
    known = {row["group_code"] for row in catalogue.groups}
    if catalogue.faults:
        raise CatalogueRefused(catalogue.faults)
    lost = [row for row in catalogue.groups if row["paid_as_code"] and row["paid_as_code"] not in known and row["layer_code"] == "core"]
    if lost:
        raise CatalogueRefused([Fault("", 0, "paid_as", row["paid_as_code"], f"病种 {row['group_code']} 所指的病种不在目录", "a group of this catalogue")
                                for row in lost])
    unique = {tuple(row.values()): row for row in catalogue.conditions}
    catalogue.conditions[:] = unique.values()
    return catalogue
