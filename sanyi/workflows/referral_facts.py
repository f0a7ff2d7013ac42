"""What a step of a referral may know besides, and the words of its codes."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sanyi.workflows.facts import Facts

DIRECTIONS = {"up": ("上转", "up"), "down": ("下转", "down"), "sideways": ("平转", "sideways"), "off_site": ("转外", "off-site")}
URGENCIES = {"emergency": ("急诊", "emergency"), "urgent": ("加急", "urgent"), "routine": ("普通", "routine")}
PARTS = {
    "summary": ("病情摘要", "summary"), "history": ("病史", "history"), "results": ("检验检查结果", "test results"), "images": ("影像索引", "references of images"),
    "medication": ("用药", "medication"), "purpose": ("转诊目的", "purpose"), "continuing_plan": ("后续治疗、康复与护理方案", "plan of further care, rehabilitation and nursing"),
    "schedule": ("随访安排与联系人", "follow-up schedule and contact")}
DECLINE_REASONS = {
    "no_bed": ("无床位或号源", "no bed or slot"), "no_capability": ("不具备该诊疗能力", "not capable of it"), "wrong_department": ("科室不符", "wrong department"),
    "packet_incomplete": ("资料不全", "the packet lacks something"), "treatable_there": ("可在原机构诊治", "can be treated where the patient is"),
    "unfit_to_travel": ("病情不宜转运", "not fit to travel"), "other": ("其他", "other")}
OUTCOMES = {"cured": ("治愈", "cured"), "improved": ("好转", "improved"), "unchanged": ("未愈", "unchanged"), "died": ("死亡", "died"), "left": ("自行离院", "left")}
ENDINGS = {"recovered": ("已康复，无需后续治疗", "recovered, needs nothing further"), "stays": ("在本机构继续诊治", "stays with the receiver"),
           "died": ("死亡", "died"), "refused": ("患者不愿转回", "does not want to go back")}
CONSENT_WAYS = {"in_person": ("当面签署", "signed in person"), "guardian": ("监护人签署", "signed by the guardian"), "online": ("本人线上确认", "by the resident online")}
PRIORITIES = {"treatment": ("优先接诊", "seen first"), "examination": ("优先检查", "examined first"), "admission": ("优先住院", "admitted first")}
NEEDS_ELSEWHERE = ("no_bed", "no_capability", "wrong_department")


@dataclass(frozen=True)
class ReferralFacts(Facts):
    """A referral as it stands.

    `parts` are the kinds of the packet's parts that are there, `needed_parts` those its direction asks for; `digest` covers the whole
    packet and the benefit effect as they are shown now, `consented` what the patient consented to. `criteria` are the plan's for its
    direction, `down_criteria` those of going down. `refusal` says in two languages why the receiver does not take it (by its directory),
    `full` that its day's quota is used. `recorded_by` is the institution that recorded an emergency. `certified_to` is the last day of the
    insurance's certificate. `begun_by` is the account that began it; `has_twin`: another
    request of the patient to this receiver for this reason is sent and open; `has_news`: the sender has not taken note of what came of it. `minutes` are the plan's clocks. `is_first_contact`: primary care sends up
    a disease that the plan's list gives it to treat, which it does by `first_contact_criteria` alone.
    """

    direction: str = "up"
    urgency: str = "routine"
    sender: str = ""
    receiver: str = ""
    criterion: str = ""
    criteria: tuple[str, ...] = ()
    down_criteria: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    needed_parts: tuple[str, ...] = ()
    digest: str = ""
    consented: str = ""
    has_effect: bool = True
    refusal: tuple[str, str] | None = None
    full: tuple[str, str] | None = None
    is_green: bool = False
    recorded_by: str = ""
    escalation: int = 0
    due_at: datetime | None = None
    certified_to: date | None = None
    begun_by: str = ""
    has_twin: bool = False
    has_news: bool = False
    minutes: Mapping[str, int] = field(default_factory=dict)
    is_first_contact: bool = False
    first_contact_criteria: tuple[str, ...] = ()

    def after(self, clock: str) -> datetime | None:
        """When a clock that starts now is up; None where the plan sets none."""
        return self.now + timedelta(minutes=self.minutes[clock]) if clock in self.minutes else None
