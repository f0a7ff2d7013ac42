"""A DRG scheme as a value: its published tables and its switches."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
SWITCHES = {
    "pv1_any_principal": (False, "条件为空的 ADRG（1.1 版的 PV1）接受任何主要诊断；关：须在其诊断表 0",
                          "a basic group whose rule asks nothing (PV1 of 1.1) takes any principal diagnosis; off: it must be in its list 0"),
    "ambiguity_gate": (False, "有有效手术而无外科组可入的病例归入歧义组 xQY；关：继续试内科组",
                       "a case with a valid operation and no surgical group is ambiguous, xQY; off: medical groups are tried"),
    "crosswalk": (True, "病例编码先由临床版转为医保版；关：已是医保版", "codes of cases go from the clinical to the insurance edition first; off: they are of it already"),
    "newborn_weight": (True, "日龄 28 天及以内须有体重，否则拒绝", "a case of at most 28 days needs a birth weight, else it is refused"),
    "refuse_unknown_operation": (True, "操作编码不在方案内即拒绝；关：忽略该操作", "an operation unknown to the scheme refuses the case; off: it is ignored"),
}


@dataclass(frozen=True)
class Scheme:
    """One version of one scheme: typed rows by table name, and the digest of all of them."""

    name: str
    tables: Mapping[str, Sequence[Row]]
    digest: str = ""

    def __getitem__(self, table: str) -> Sequence[Row]:
        return self.tables.get(table, ())

    @property
    def switches(self) -> dict[str, bool]:
        """Every switch with its setting: the scheme's own, else the default."""
        own = {row["name"]: row["value"] for row in self["switches"]}
        return {name: own.get(name, default) for name, (default, _, _) in SWITCHES.items()}
