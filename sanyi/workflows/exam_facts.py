"""What a step of shared diagnosis may know besides, and the guards of its clock, its specimens and its hands."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from sanyi.workflows.device_facts import DeviceFact, device_block
from sanyi.workflows.facts import Facts, Given
from sanyi.workflows.guards import Block
from sanyi.workflows.take import REGION

SPECIMENS = ("laboratory", "pathology")
Guard = Callable[[Facts, Given], Block]


@dataclass(frozen=True)
class ExamFacts(Facts):
    """An examination: its kind and what the plan says of its item; `hands` are those of the claim and the report that count now.

    Temperatures are in tenths of a degree, `longest_minutes` from the taking of the specimen to its receipt, critical limits in
    thousandths of the item's own unit; None: the plan sets none. `is_first`: nothing has been released yet. `devices` are those of the actor's
    institution by code; `unmeasured` the analytes of a panel that nobody has measured for the report to come, `beyond` those at a critical limit.
    """

    kind: str = ""
    is_performed: bool = False
    is_first: bool = True
    turnaround_minutes: int = 0
    sampled_at: datetime | None = None
    sent_at: datetime | None = None
    coldest_e1: int | None = None
    warmest_e1: int | None = None
    longest_minutes: int | None = None
    critical_low_e3: int | None = None
    critical_high_e3: int | None = None
    fixed_at: datetime | None = None
    devices: Mapping[str, DeviceFact] = field(default_factory=dict)
    is_lapse_refused: bool = True
    unmeasured: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True)
class CriticalFacts(Facts):
    """A critical value: the value as it must be read back, until when; who comes next (`next_to`), for how long, and whether anybody is left."""

    value: str = ""
    due_at: datetime | None = None
    is_last: bool = False
    stage: int = 1
    next_to: str = ""
    next_minutes: int = 0


def minutes_between(first: datetime, last: datetime) -> int:
    """Whole minutes, any part of one counted."""
    return -((first - last) // timedelta(minutes=1))


def number_of(text: str) -> int | None:
    """A measured number in thousandths; None for what is no number. More digits than three are not rounded away: they are refused."""
    try:
        value = Decimal(text.strip()).scaleb(3)
    except InvalidOperation:
        return None
    return int(value) if value.is_finite() and value == value.to_integral_value() and abs(value) < 10**15 else None


def takes_a_specimen(facts: ExamFacts, given: Given) -> Block:
    """Only laboratory and pathology take a specimen. Source: NG-03, NG-04."""
    if facts.kind in SPECIMENS:
        return None
    return "此项目不采集标本", "this item takes no specimen"


def is_pathology(facts: ExamFacts, given: Given) -> Block:
    """Only tissue is fixed and sectioned. Source: NG-04."""
    return None if facts.kind == "pathology" else ("只有病理标本需固定、取材制片", "only a pathological specimen is fixed and sectioned")


def comes_after_the_removal(facts: ExamFacts, given: Given) -> Block:
    """Tissue is fixed after it was removed. Source: NG-04."""
    if facts.sampled_at is None or given["fixed_at"] >= facts.sampled_at:
        return None
    return "固定时间早于离体（采集）时间", "it cannot be fixed before it was removed"


def sections_are_counted(facts: ExamFacts, given: Given) -> Block:
    """Blocks and slides are counted, a slide at least of each block. Source: NG-04."""
    if 1 <= given["blocks_count"] <= given["slides_count"] <= 1000:
        return None
    return "蜡块数应不少于 1，切片数不少于蜡块数（至多 1000）", "at least one block, and no fewer slides than blocks (1,000 at most)"


def device_fits(facts: ExamFacts, given: Given) -> Block:
    """What a device did counts where it is the institution's own, for this kind, in control and calibrated. Source: NG-01…NG-03."""
    if "device" not in given:
        return None
    return device_block(facts.devices, given["device"], facts.kind, facts.actor, given["performed_at"].astimezone(REGION).date(), facts.is_lapse_refused)


def is_done_on_the_person(facts: ExamFacts, given: Given) -> Block:
    """What is done on a specimen is not booked for the person."""
    if facts.kind not in SPECIMENS:
        return None
    return "检验、病理项目须先采集标本", "a laboratory or pathology item begins with its specimen"


def specimen_is_received(facts: ExamFacts, given: Given) -> Block:
    """A specimen is worked on after its receipt was checked. Source: NG-03."""
    if facts.kind not in SPECIMENS or facts.state == "received":
        return None
    return "标本尚未核收，不能检测", "the specimen has not been received yet"


def has_happened(name: str) -> Guard:
    """A guard: a moment that is entered afterwards does not lie ahead."""
    def guard(facts: Facts, given: Given) -> Block:
        if given[name] <= facts.now:
            return None
        at = f"{given[name].astimezone(REGION):%Y-%m-%d %H:%M}"
        return f"{at} 尚未到", f"{at} has not come yet"
    guard.__name__, guard.__doc__ = "has_happened", "What is entered afterwards does not lie ahead."
    return guard


def lies_ahead(facts: Facts, given: Given) -> Block:
    """What is arranged lies ahead."""
    if given["at"] > facts.now:
        return None
    return "安排的时间已过去", "the time is already past"


def comes_after_the_taking(facts: ExamFacts, given: Given) -> Block:
    """A specimen is sent after it was taken and received after it was sent."""
    moment = given.get("received_at") or given.get("sent_at")
    before = facts.sent_at or facts.sampled_at
    if moment is None or before is None or moment >= before:
        return None
    return "时间早于采集或送出时间", "this lies before the specimen was taken or sent"


def cold_chain_held(facts: ExamFacts, given: Given) -> Block:
    """A specimen that was too warm, too cold or too long on its way is rejected, not received. Source: NG-03, NG-04."""
    low, high = given["lowest_e1"], given["highest_e1"]
    if low > high:
        return "最低温度高于最高温度", "the lowest temperature is above the highest"
    if facts.coldest_e1 is not None and low < facts.coldest_e1 or facts.warmest_e1 is not None and high > facts.warmest_e1:
        limits = f"{_degrees(facts.coldest_e1)}–{_degrees(facts.warmest_e1)}℃"
        return f"途中温度 {_degrees(low)}–{_degrees(high)}℃ 超出 {limits}，应拒收", f"it was at {_degrees(low)}–{_degrees(high)} °C, outside {limits}: reject it"
    minutes = minutes_between(facts.sampled_at, given["received_at"]) if facts.sampled_at else 0
    if facts.longest_minutes is not None and minutes > facts.longest_minutes:
        return (f"采集至核收 {minutes} 分钟，超过 {facts.longest_minutes} 分钟，应拒收",
                f"{minutes} minutes from taking to receipt, more than {facts.longest_minutes}: reject it")
    return None


def _degrees(tenths: int | None) -> str:
    return "–" if tenths is None else f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}"


def is_own_claim(facts: Facts, given: Given) -> Block:
    """Who claimed it reports it. Source: NG-01."""
    if any(step == "claim" and person in facts.actor.persons for step, person in facts.hands):
        return None
    return "此项由他人认领，不能代为报告", "somebody else has claimed this"


def not_the_reporter(facts: Facts, given: Given) -> Block:
    """A report is verified by another person. Source: NG-01."""
    if not any(step == "report" and person in facts.actor.persons for step, person in facts.hands):
        return None
    return "报告人不能审核自己的报告，须由他人审核", "who wrote the report may not verify it; somebody else must"


def value_is_a_number(facts: ExamFacts, given: Given) -> Block:
    """An item with critical limits is reported with a number."""
    if not _has_limits(facts) or number_of(given.get("value", "")) is not None:
        return None
    return "此项目须填数值结果（至多三位小数）", "this item is reported with a number of at most three decimals"


def critical_is_said(facts: ExamFacts, given: Given) -> Block:
    """A result beyond the critical limits is not reported without being called critical. Source: NG-01, NG-03."""
    value = number_of(given.get("value", ""))
    if value is None or given.get("critical"):
        return None
    if facts.critical_low_e3 is not None and value <= facts.critical_low_e3 or facts.critical_high_e3 is not None and value >= facts.critical_high_e3:
        return "结果达到危急界值，须填写危急值内容", "the result is at a critical limit: say what is critical"
    return None


def panel_is_measured(facts: ExamFacts, given: Given) -> Block:
    """A panel is reported with all its analytes. Source: NG-03."""
    if not facts.unmeasured:
        return None
    return f"尚缺项目结果：{'、'.join(facts.unmeasured)}", f"these were not measured yet: {', '.join(facts.unmeasured)}"


def critical_measure_is_said(facts: ExamFacts, given: Given) -> Block:
    """Values beyond a critical limit are not reported without being called critical. Source: NG-03."""
    if not facts.beyond or given.get("critical"):
        return None
    return f"{'、'.join(facts.beyond)} 达到危急界值，须填写危急值内容", f"{', '.join(facts.beyond)} is at a critical limit: say what is critical"


def _has_limits(facts: ExamFacts) -> bool:
    return facts.critical_low_e3 is not None or facts.critical_high_e3 is not None


def late_only_for_the_wrong_person(facts: ExamFacts, given: Given) -> Block:
    """What has been performed is cancelled only where it was the wrong person or the wrong item: its report is due."""
    if not facts.is_performed or given["reason"] in ("wrong_person", "wrong_item"):
        return None
    return "检查已完成，除身份或项目错误外不能取消，应出具报告", "it has been performed: unless the person or item was wrong, its report is due"


def is_read_back(facts: CriticalFacts, given: Given) -> Block:
    """The value is repeated as it was told. Source: NG-01."""
    if _bare(given["read_back"]) == _bare(facts.value):
        return None
    return "复述与危急值不一致，请核对后重新复述", "what was read back is not what was told; look again"


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()


def time_is_out(facts: CriticalFacts, given: Given) -> Block:
    """Nothing is passed on before its time is out."""
    if facts.due_at is not None and facts.now >= facts.due_at:
        return None
    return "确认时限未到", "there is still time to acknowledge it"


def somebody_is_left(facts: CriticalFacts, given: Given) -> Block:
    """After the director nobody is left to be told."""
    if not facts.is_last:
        return None
    return "已上报至负责人，无更上一级", "the director has been told already; nobody is left above"
