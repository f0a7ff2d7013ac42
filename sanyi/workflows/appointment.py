"""An appointment: booked, confirmed, checked in, seen; or cancelled, moved, missed. Source: NG-12, BJ-03, LI-19."""
from dataclasses import dataclass
from datetime import datetime

from sanyi.workflows.facts import Facts, Given
from sanyi.workflows.guards import Block
from sanyi.workflows.take import REGION
from sanyi.workflows.task import NOTE, REASON
from sanyi.workflows.workflow import Field, State, Step, Workflow

CANCEL_REASONS = {"recovered": ("已好转，不再需要", "better, no longer needed"), "hindered": ("临时有事", "cannot come"), "elsewhere": ("已在别处就诊", "seen elsewhere"),
                  "mistaken": ("约错", "booked by mistake"), "other": ("其他", "other")}
REFERRAL_ENDS = {"declined": ("转诊被拒绝", "the referral was declined"), "expired": ("转诊逾期未接收", "the referral expired"), "no_show": ("转诊未到诊", "the referral was not taken up"),
                 "withdrawn": ("转诊已撤回", "the referral was withdrawn"), "redirected": ("转诊已改转", "the referral was redirected")}
WHY = Field("why", "choice", "原因", "reason", choices=CANCEL_REASONS)
SLOT = Field("slot", "whole", "新号源编号", "number of the new slot")
CLINICAL = ("doctor", "nurse", "technician")
DESK = ("registrar", "nurse")
BOOKERS = ("registrar", "nurse", "doctor", "family_doctor")


@dataclass(frozen=True)
class AppointmentFacts(Facts):
    """`starts_at` and `ends_at` of its slot, `cancel_by` until when it may be given up, `late_at` from when it counts as missed.

    Sides: `host` is the institution that sees the patient, `booker` the one that booked for them. `next_number` is given at check-in.
    `is_counted`: missing it counts against the patient.
    """

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    cancel_by: datetime | None = None
    late_at: datetime | None = None
    next_number: int = 1
    is_counted: bool = True


def _at(moment: datetime) -> str:
    return moment.astimezone(REGION).strftime("%Y-%m-%d %H:%M")


def has_not_begun(facts: AppointmentFacts, given: Given) -> Block:
    """What has begun cannot be changed any more."""
    if facts.starts_at is None or facts.now < facts.starts_at:
        return None
    return f"就诊时段已于 {_at(facts.starts_at)} 开始", f"it began at {_at(facts.starts_at)}"


def is_in_time(facts: AppointmentFacts, given: Given) -> Block:
    """It is given up before the deadline, so that another may have the place; the desk of the host may until it begins."""
    is_host = facts.actor.unit != "" and facts.actor.unit in facts.sides.get("host", ())
    last = facts.starts_at if is_host else facts.cancel_by
    if last is None or facts.now < last:
        return None
    return (f"已过 {_at(last)} 的截止时间，请联系就诊机构窗口", f"the deadline of {_at(last)} has passed; please call the institution's desk")


def is_its_day(facts: AppointmentFacts, given: Given) -> Block:
    """Patients are checked in on the day itself, until the slot is over."""
    if facts.starts_at is None or facts.starts_at.astimezone(REGION).date() == facts.today and facts.now < (facts.ends_at or facts.starts_at):
        return None
    return (f"只能在就诊当日、时段结束前签到（{_at(facts.starts_at)}）", f"patients check in on the day, before the slot is over ({_at(facts.starts_at)})")


def is_late(facts: AppointmentFacts, given: Given) -> Block:
    """Nobody has missed an appointment before its grace is over."""
    if facts.late_at is None or facts.now >= facts.late_at:
        return None
    return f"未到爽约认定时间 {_at(facts.late_at)}", f"it cannot be missed before {_at(facts.late_at)}"


def still_counts(facts: AppointmentFacts, given: Given) -> Block:
    """A missed appointment is excused once."""
    return None if facts.is_counted else ("该次爽约已不计", "it is excused already")


def arrived(facts: AppointmentFacts, given: Given) -> dict:
    """Keep when the patient came and the number they are called by."""
    return {"checked_in_at": facts.now, "queue_number": facts.next_number}


def not_arrived(facts: AppointmentFacts, given: Given) -> dict:
    """It was a slip of the hand."""
    return {"checked_in_at": None, "queue_number": None}


def seen(facts: AppointmentFacts, given: Given) -> dict:
    """Keep who saw the patient, and when."""
    return {"done_by": facts.actor.name, "done_at": facts.now}


def missed(facts: AppointmentFacts, given: Given) -> dict:
    """It counts, until it is excused."""
    return {"is_counted": True, "done_by": facts.actor.name, "done_at": facts.now}


def excused(facts: AppointmentFacts, given: Given) -> dict:
    """It does not count against the patient."""
    return {"is_counted": False}


def given_up(facts: AppointmentFacts, given: Given) -> dict:
    """Keep why, by its code."""
    return {"why": given.get("why", "displaced"), "done_by": facts.actor.name, "done_at": facts.now}


def died(facts: AppointmentFacts, given: Given) -> dict:
    """The patient has died; it counts against nobody."""
    return {"why": "died", "done_by": facts.actor.name, "done_at": facts.now}


def moved_on(facts: AppointmentFacts, given: Given) -> dict:
    """Keep who moved it; the new one names this one."""
    return {"done_by": facts.actor.name, "done_at": facts.now}


OPEN, LIVE = ("booked", "confirmed"), ("booked", "confirmed", "checked_in")
TAKES_A_PLACE = (*LIVE, "served", "no_show")  # a place that was missed was taken all the same
APPOINTMENT = Workflow(
    "appointment", "预约", "appointment", "booked",
    states=(State("booked", "已预约", "booked"), State("confirmed", "已确认", "confirmed"), State("checked_in", "已签到", "checked in"),
            State("served", "已就诊", "seen", True), State("no_show", "爽约", "missed", True), State("cancelled", "已取消", "cancelled", True),
            State("moved", "已改期", "moved", True)),
    steps=(
        Step("confirm", "确认赴约", "confirm", ("booked",), "confirmed", ("resident", *BOOKERS), (), (has_not_begun,)),
        Step("check_in", "签到", "check in", OPEN, "checked_in", DESK, (), (is_its_day,), arrived, side="host"),
        Step("undo_check_in", "撤销签到", "undo the check-in", ("checked_in",), "confirmed", DESK, (REASON,), (), not_arrived, side="host"),
        Step("serve", "完成就诊", "see the patient", ("checked_in",), "served", CLINICAL, (NOTE,), (), seen, side="host"),
        Step("miss", "记爽约", "record as missed", OPEN, "no_show", (*DESK, "office"), (), (is_late,), missed, side="host"),
        Step("excuse", "不计爽约", "excuse", ("no_show",), "no_show", ("registrar", "director"), (REASON,), (still_counts,), excused, side="host"),
        Step("cancel", "取消预约", "cancel", OPEN, "cancelled", ("resident", *BOOKERS), (WHY,), (has_not_begun, is_in_time), given_up),
        Step("displace", "停诊取消", "cancel for the host", OPEN, "cancelled", ("registrar", "director"), (REASON,), (has_not_begun,), given_up, side="host"),
        Step("end_with_death", "患者已死亡，随之取消", "end with the patient's death", OPEN, "cancelled", ("office",), (), (), died),
        Step("end_with_referral", "随转诊终止取消", "cancel with its referral", OPEN, "cancelled", ("office",), (Field("why", "choice", "转诊如何终止", "how the referral ended", choices=REFERRAL_ENDS),),
             (has_not_begun,), given_up),
        Step("move", "改期", "move", OPEN, "moved", ("resident", *BOOKERS), (SLOT,), (has_not_begun, is_in_time), moved_on),
    ),
    facts=AppointmentFacts,
)
