"""An examination of the shared centres: asked for at the clinic, done, reported and verified at the centre. Source: NG-01…NG-04, HK-27."""
from datetime import datetime, timedelta

from sanyi.workflows.device_facts import lapsed_on
from sanyi.workflows.exam_facts import (
    SPECIMENS, ExamFacts, cold_chain_held, comes_after_the_removal, comes_after_the_taking, critical_is_said, critical_measure_is_said, device_fits, has_happened, is_done_on_the_person,
    is_own_claim, is_pathology, late_only_for_the_wrong_person, lies_ahead, not_the_reporter, panel_is_measured, sections_are_counted, specimen_is_received, takes_a_specimen,
    value_is_a_number,
)
from sanyi.workflows.facts import Given
from sanyi.workflows.take import REGION
from sanyi.workflows.workflow import Field, State, Step, Workflow

CLINIC, CENTRE = ("doctor", "family_doctor", "nurse"), ("technician", "doctor")
REJECTIONS = {"haemolysis": ("溶血", "haemolysis"), "clotted": ("凝块", "clotted"), "too_little": ("量不足", "too little"), "wrong_container": ("容器错误", "wrong container"),
              "label": ("标识不清或不符", "label unreadable or at odds"), "leaking": ("渗漏、破损", "leaking or broken"), "temperature": ("温度不符", "temperature out of limits"),
              "too_late": ("送检超时", "too long on its way"), "fixation": ("未固定或固定不当（病理）", "not or badly fixed (pathology)"), "other": ("其他（须说明）", "other (say what)")}
CANCELLATIONS = {"wrong_person": ("身份错误", "wrong person"), "wrong_item": ("项目错误", "wrong item"), "resident_declined": ("居民放弃", "the resident declined"),
                 "did_not_come": ("未到检", "did not come"), "no_longer_needed": ("不再需要", "no longer needed"), "recognised": ("改用已有互认结果", "an earlier result is used")}
NOTE = Field("note", "text", "说明", "note", False)
REPORT = (Field("findings", "text", "检查所见（检验：结果描述）", "findings", level=4), Field("conclusion", "text", "诊断结论", "conclusion", level=4),
          Field("value", "text", "数值结果", "value as a number", False, level=4), Field("critical", "text", "危急值内容（无则空）", "what is critical (empty: nothing)", False, level=4))


def scheduled_now(facts: ExamFacts, given: Given) -> dict:
    """Keep the time."""
    return {"scheduled_at": given["at"]}


def sampled_now(facts: ExamFacts, given: Given) -> dict:
    """A fresh specimen has its own times and its own number."""
    return {"sampled_at": given["sampled_at"], "barcode": given["barcode"], **dict.fromkeys(("fixed_at", "sent_at", "received_at", "lowest_e1", "highest_e1", "sectioned_at", "blocks_count", "slides_count")),
            "rejection": ""}


def fixed_now(facts: ExamFacts, given: Given) -> dict:
    """Keep when it came into the fixative: from its removal until then it was warm without blood (cold ischaemia)."""
    return {"fixed_at": given["fixed_at"]}


def sectioned_now(facts: ExamFacts, given: Given) -> dict:
    """Keep what it was cut into."""
    return {name: given[name] for name in ("sectioned_at", "blocks_count", "slides_count")}


def sent_now(facts: ExamFacts, given: Given) -> dict:
    """Keep when it left."""
    return {"sent_at": given["sent_at"]}


def received_now(facts: ExamFacts, given: Given) -> dict:
    """Keep when it came and how warm it was on the way."""
    return {**{name: given[name] for name in ("received_at", "lowest_e1", "highest_e1")}, "due_at": _due(facts, given["received_at"])}


def rejected_now(facts: ExamFacts, given: Given) -> dict:
    """Keep why."""
    return {"rejection": given["reason"]}


def performed_now(facts: ExamFacts, given: Given) -> dict:
    """Keep when it was done; the clock of what is done on the person begins now, that of a specimen has begun at its receipt."""
    begun = {} if facts.kind in SPECIMENS else {"due_at": _due(facts, given["performed_at"])}
    device = facts.devices[given["device"]] if "device" in given else None
    day = given["performed_at"].astimezone(REGION).date()
    return {"performed_at": given["performed_at"], "device_id": device.id if device else None, "lapsed_on": lapsed_on(device, day) if device else None, **begun}


def _due(facts: ExamFacts, begun: datetime) -> datetime:
    return begun + timedelta(minutes=facts.turnaround_minutes)


def claimed_now(facts: ExamFacts, given: Given) -> dict:
    """Keep who reports it."""
    return {"claimed_by": facts.actor.name, "claimed_at": facts.now}


def given_up(facts: ExamFacts, given: Given) -> dict:
    """Nobody has it."""
    return {"claimed_by": "", "claimed_at": None}


def reported_now(facts: ExamFacts, given: Given) -> dict:
    """Who reported it, and whether something in it is critical."""
    return {"done_by": facts.actor.name, "done_at": facts.now, "is_critical": bool(given.get("critical")), "verified_by": ""}


def verified_now(facts: ExamFacts, given: Given) -> dict:
    """Keep who verified it."""
    return {"verified_by": facts.actor.name}


def released_now(facts: ExamFacts, given: Given) -> dict:
    """Keep when it was first and last given out."""
    return {"released_at": facts.now, **({"first_released_at": facts.now} if facts.is_first else {})}


EXAM = Workflow(
    "exam", "检查检验申请", "examination", "requested",
    states=(State("requested", "已申请", "requested"), State("scheduled", "已预约", "scheduled"), State("sampled", "已采集", "specimen taken"),
            State("in_transit", "送检中", "on its way"), State("received", "已核收", "received"), State("rejected", "标本拒收", "specimen rejected"),
            State("performed", "待报告", "waiting for a report"), State("claimed", "报告中", "being reported"), State("reported", "待审核", "waiting to be verified"),
            State("verified", "已审核", "verified"), State("correcting", "更正中", "being corrected"), State("released", "已发布", "released", True),
            State("cancelled", "已取消", "cancelled", True)),
    steps=(
        Step("schedule", "预约检查时间", "schedule", ("requested", "scheduled"), "scheduled", (*CLINIC, "technician"),
             (Field("at", "moment", "检查时间", "time"),), (is_done_on_the_person, lies_ahead), scheduled_now),
        Step("sample", "采集标本", "take the specimen", ("requested", "rejected"), "sampled", (*CLINIC, "technician"),
             (Field("barcode", "text", "标本条码", "barcode"), Field("sampled_at", "moment", "采集时间", "taken at")),
             (takes_a_specimen, has_happened("sampled_at")), sampled_now, side="clinic"),
        Step("fix", "固定标本", "fix the specimen", ("sampled",), "sampled", (*CLINIC, "technician"), (Field("fixed_at", "moment", "固定时间", "fixed at"),),
             (is_pathology, has_happened("fixed_at"), comes_after_the_removal), fixed_now, side="clinic"),
        Step("send", "送出标本", "send the specimen", ("sampled",), "in_transit", (*CLINIC, "technician"),
             (Field("sent_at", "moment", "送出时间", "sent at"), Field("carrier", "text", "运送人或车辆", "carried by")),
             (has_happened("sent_at"), comes_after_the_taking), sent_now, side="clinic"),
        Step("receive", "核收标本", "receive the specimen", ("sampled", "in_transit"), "received", CENTRE,
             (Field("received_at", "moment", "核收时间", "received at"), Field("lowest_e1", "whole", "途中最低温度（0.1℃）", "lowest temperature (0.1 °C)"),
              Field("highest_e1", "whole", "途中最高温度（0.1℃）", "highest temperature (0.1 °C)")),
             (has_happened("received_at"), comes_after_the_taking, cold_chain_held), received_now, side="centre"),
        Step("reject", "拒收标本", "reject the specimen", ("sampled", "in_transit", "received"), "rejected", CENTRE,
             (Field("reason", "choice", "拒收原因", "reason", choices=REJECTIONS), NOTE), effect=rejected_now, side="centre"),
        Step("section", "取材制片", "section", ("received",), "received", CENTRE,
             (Field("sectioned_at", "moment", "制片时间", "sectioned at"), Field("blocks_count", "whole", "蜡块数", "blocks"), Field("slides_count", "whole", "切片数", "slides")),
             (is_pathology, has_happened("sectioned_at"), sections_are_counted), sectioned_now, side="centre"),
        Step("perform", "完成检查检验", "perform", ("requested", "scheduled", "received"), "performed", ("technician", *CLINIC),
             (Field("performed_at", "moment", "完成时间", "performed at"), Field("device", "text", "设备编码", "the device's code", False), NOTE),
             (specimen_is_received, has_happened("performed_at"), device_fits), performed_now),
        Step("claim", "认领", "claim", ("performed",), "claimed", CENTRE, effect=claimed_now, side="centre"),
        Step("give_up", "放弃认领", "give up", ("claimed",), "performed", CENTRE, guards=(is_own_claim,), effect=given_up, side="centre"),
        Step("take_over", "改派", "take away from who claimed it", ("claimed",), "performed", ("director",), (Field("reason", "text", "理由", "reason"),),
             effect=given_up, side="centre"),
        Step("report", "出具报告", "report", ("claimed", "correcting"), "reported", CENTRE, REPORT, (is_own_claim, value_is_a_number, panel_is_measured, critical_is_said, critical_measure_is_said),
             reported_now, side="centre"),
        Step("send_back", "退回修改", "send back", ("reported",), "claimed", CENTRE, (Field("reason", "text", "理由", "reason"),), (not_the_reporter,), side="centre"),
        Step("verify", "审核", "verify", ("reported",), "verified", CENTRE, guards=(not_the_reporter,), effect=verified_now, side="centre"),
        Step("release", "发布报告", "release", ("verified",), "released", CENTRE, effect=released_now, side="centre"),
        Step("correct", "更正报告", "correct", ("released",), "correcting", CENTRE, (Field("reason", "text", "更正原因", "reason"),), effect=claimed_now, side="centre"),
        Step("cancel", "取消申请", "cancel", ("requested", "scheduled", "sampled", "in_transit", "received", "rejected", "performed", "claimed", "reported", "verified"),
             "cancelled", ("doctor", "family_doctor"), (Field("reason", "choice", "取消原因", "reason", choices=CANCELLATIONS), NOTE),
             (late_only_for_the_wrong_person,), side="clinic"),
    ),
    facts=ExamFacts,
)
