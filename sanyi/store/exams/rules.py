"""What the plan says of shared diagnosis, read from it once and kept, so that steps and background work need no plan at hand."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction

from sanyi.plans import Plan
from sanyi.plans.plan import PlanOnDay
from sanyi.store.exams.tables import DiagnosisRules
from sanyi.store.log import today_of, write_line
from sanyi.store.who import By, check_office
from sanyi.workflows.device_facts import REFUSE
from sanyi.workflows.errors import BadField, GuardRefused

WORDS, WORDED = "words", {"diagnosis.items": "item", "diagnosis.templates": "template", "diagnosis.analytes": "analyte"}
NAMES = ("diagnosis.items", "diagnosis.marks", "diagnosis.turnaround", "diagnosis.transport", "diagnosis.critical_minutes", "diagnosis.templates",
         "diagnosis.analytes", "diagnosis.delta_ppm", "diagnosis.lapsed_devices", "diagnosis.cold_ischaemia_minutes",
         "consultation.fees", "consultation.experts_share_ppm", "consultation.answer_minutes")
KINDS = {"imaging": ("影像", "imaging"), "ecg": ("心电", "ECG"), "laboratory": ("检验", "laboratory"), "pathology": ("病理", "pathology")}
URGENCIES = {"routine": ("普通", "routine"), "urgent": ("加急", "urgent"), "emergency": ("紧急", "emergency")}
CONSULTATION_KINDS = {"clinical": ("临床会诊", "clinical"), "imaging": ("影像会诊", "imaging"), "pathology": ("病理会诊", "pathology"), "ecg": ("心电会诊", "ECG"),
                      "team": ("多学科会诊", "team"), "special_clinic": ("远程专家门诊", "remote expert clinic")}


@dataclass(frozen=True)
class Rules:
    """The values by their names, with the questions that are asked of them."""

    values: Mapping[str, Any]

    @property
    def items(self) -> dict[str, dict[str, Any]]:
        """Every item by its code."""
        return {row["item"]: row for row in self.values["diagnosis.items"]}

    def item(self, code: str) -> dict[str, Any]:
        """One item. Errors: BadField."""
        if code not in self.items:
            raise BadField(f"没有项目 {code[:40]!r}；可用：{'、'.join(self.items)}", f"there is no item {code[:40]!r}; there are: {', '.join(self.items)}", "item")
        return self.items[code]

    @property
    def counted_levels(self) -> list[str]:
        """The levels of institutions whose results count for any item."""
        return sorted({level for row in self.values["diagnosis.items"] for level in row["counted_levels"]})

    def words(self, code: str) -> tuple[str, str]:
        """What an item or a template is called in Chinese and in English; the code itself where nobody says."""
        zh, en = self.values[WORDS].get(code, (code, code))
        return zh, en

    def is_recognised(self, item: Mapping[str, Any], level: str) -> bool:
        """Whether results of an item from an institution of this level count here at all. Source: NG-17."""
        return item["valid_days"] > 0 and item["mark"] in self.values["diagnosis.marks"] and level in item["counted_levels"]

    def turnaround_minutes(self, kind: str, urgency: str) -> int:
        """How long a report may take."""
        return self._row("diagnosis.turnaround", "kind", kind)[f"{urgency}_minutes"]

    def transport(self, kind: str) -> dict[str, int]:
        """The limits of a specimen's way; none for what takes no specimen."""
        return next(({name: value for name, value in row.items() if name != "kind"} for row in self.values["diagnosis.transport"] if row["kind"] == kind), {})

    def critical_minutes(self, stage: int) -> int:
        """How long a critical value may wait at a stage."""
        return self._row("diagnosis.critical_minutes", "step", stage)["minutes"]

    @property
    def last_stage(self) -> int:
        """The stage beyond which nobody is told."""
        return max(row["step"] for row in self.values["diagnosis.critical_minutes"])

    def templates(self, item: str) -> list[dict[str, str]]:
        """The templates of an item."""
        return [row for row in self.values["diagnosis.templates"] if row["item"] == item]

    def analytes(self, item: str, sex: str = "") -> dict[str, dict[str, Any]]:
        """What an item measures, by analyte in the plan's order, with the limits of a sex where the plan tells them apart; rules that were read before a plan had any say none."""
        rows = [row for row in self.values.get("diagnosis.analytes", ()) if row["item"] == item]
        return {row["analyte"]: row for row in sorted(rows, key=lambda row: row.get("sex", "") == sex) if row.get("sex", "") in ("", sex)}

    @property
    def all_analytes(self) -> frozenset[str]:
        """What any item measures."""
        return frozenset(row["analyte"] for row in self.values.get("diagnosis.analytes", ()))

    @property
    def delta_ppm(self) -> int | None:
        """By how much of the previous value a new one may differ unmarked."""
        return self.values.get("diagnosis.delta_ppm")

    @property
    def is_lapse_refused(self) -> bool:
        """Whether a device whose calibration lapsed gives no result, or a marked one."""
        return bool(self.values.get("diagnosis.lapsed_devices", REFUSE) == REFUSE)

    @property
    def cold_ischaemia_minutes(self) -> int | None:
        """How long tissue may wait for its fixative."""
        return self.values.get("diagnosis.cold_ischaemia_minutes")

    def fee_fen(self, kind: str) -> int:
        """The fee of a consultation."""
        return self._row("consultation.fees", "kind", kind)["fee_fen"]

    def answer_minutes(self, urgency: str) -> int:
        """Until when a consultation is answered."""
        return self._row("consultation.answer_minutes", "kind", urgency)["minutes"]

    @property
    def experts_share_ppm(self) -> int:
        """The part of a fee that the experts' institution gets."""
        return self.values["consultation.experts_share_ppm"]

    def _row(self, name: str, key: str, wanted: object) -> dict[str, Any]:
        found = next((row for row in self.values[name] if row[key] == wanted), None)
        if found is None:
            raise BadField(f"方案的 {name} 没有 {wanted!r}", f"{name} of the plan has no {wanted!r}", key)
        return found


def keep_rules(plan: Plan, by: By, now: datetime) -> DiagnosisRules:
    """Keep what a plan says today; the same again adds nothing. Errors: NotAllowed (the reform office's), UnknownValue."""
    with transaction.atomic():
        actor, on_day = check_office(by), plan.on(today_of(now))
        values = {**{name: on_day.value(name) for name in NAMES}, WORDS: _words(on_day)}
        last = DiagnosisRules.objects.order_by("-id").first()
        if last is not None and (last.plan, last.values) == (plan.name, values):
            return last
        row = DiagnosisRules.objects.create(plan=plan.name, digest=plan.digest, values=values, kept_by=actor.name, kept_at=now)
        write_line(row, "diagnosis_rules", "keep", actor.name, now, "", {"plan": plan.name, "digest": plan.digest}, actor.persons, actor=actor)
    return row


def _words(on_day: PlanOnDay) -> dict[str, list[str]]:
    """The words of items, analytes and templates, as their pack says them."""
    named = {row[key] for name, key in WORDED.items() for row in on_day.value(name)}
    return {code: list(words) for name in WORDED for code, words in on_day.entry(name).words if code in named}


def rules_now() -> Rules:
    """The rules in force. Errors: GuardRefused where no plan was read yet."""
    newest = DiagnosisRules.objects.order_by("-id").values_list("id", flat=True).first()
    if newest is None:
        raise GuardRefused("尚未载入方案的诊断规则：sanyi diagnosis load --plan …", "no plan's rules of diagnosis are loaded yet: sanyi diagnosis load --plan …", "rules_are_there")
    return _rules(newest)


@lru_cache(maxsize=4)
def _rules(id: int) -> Rules:
    """Rows never change, so that what was read once stays right."""
    return Rules(DiagnosisRules.objects.get(pk=id).values)
