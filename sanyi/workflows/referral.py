"""A referral: from the sender's draft and the patient's consent to the receiver's feedback and the way back. Source: REF-1, HK-17, LJ-29, JH-18."""
from datetime import datetime, time, timedelta

from sanyi.workflows import referral_guards as guards
from sanyi.workflows.facts import Given
from sanyi.workflows.referral_facts import CONSENT_WAYS, DECLINE_REASONS, ENDINGS, OUTCOMES, PARTS, ReferralFacts
from sanyi.workflows.take import REGION
from sanyi.workflows.task import NOTE, REASON
from sanyi.workflows.workflow import Effect, Field, State, Step, Workflow

SENDERS, RECEIVERS, TREATING = ("doctor", "family_doctor", "registrar"), ("doctor", "family_doctor", "registrar", "director"), ("doctor", "family_doctor")
DIGEST = Field("digest", "text", "所见资料的摘要", "digest of what was shown")
PART = (Field("part", "choice", "资料类别", "part", choices=PARTS), Field("text", "text", "内容", "text", level=4))
TO = (Field("to", "institution", "改转至机构编码", "institution it goes to"), Field("department", "text", "科室", "department", is_required=False), REASON)
WHY_NOT = (Field("reason", "choice", "理由", "reason", choices=DECLINE_REASONS), Field("alternative", "institution", "建议的其他机构编码", "another institution", is_required=False), NOTE)
FEEDBACK = (Field("diagnosis", "text", "诊断", "diagnosis"), Field("treatment", "text", "诊疗经过", "what was done"),
            Field("outcome", "choice", "转归", "outcome", choices=OUTCOMES))
CRITERION = Field("criterion", "text", "指征", "criterion")


def owed(facts: ReferralFacts, name: str) -> dict:
    """What is owed next, by a clock of the plan; nobody above was told of it yet."""
    return {"due_at": facts.after(name), "escalation": 0}


def clock(name: str) -> Effect:
    """An effect that starts a clock of the plan."""
    return lambda facts, given: owed(facts, name)


def answered(name: str) -> Effect:
    """The sender answers what it was told, and a clock starts."""
    return lambda facts, given: {**owed(facts, name), **heard(facts, given)}


def told(facts: ReferralFacts) -> dict:
    """What another hand did is news to the sender until somebody there takes note of it; what the sender did is none."""
    return {"news_at": None if facts.actor.unit == facts.sender else facts.now}


def heard(facts: ReferralFacts, given: Given) -> dict:
    """The sender knows."""
    return {"news_at": None}


def stopped(facts: ReferralFacts, given: Given) -> dict:
    """No clock runs any more; it is kept when it ended."""
    return {"due_at": None, "done_by": facts.actor.name, "done_at": facts.now, **told(facts)}


def ended_along(facts: ReferralFacts, given: Given) -> dict:
    """It ends with the other path, which the sender knows of."""
    return {**stopped(facts, given), **heard(facts, given)}


def consented_now(facts: ReferralFacts, given: Given) -> dict:
    """Keep what was consented to."""
    return {"consented": given["digest"]}


def void(facts: ReferralFacts, given: Given) -> dict:
    """Whatever changes the packet before it is sent ends the consent."""
    return {"consented": "", **{name: given[name] for name in ("criterion", "department") if name in given}}


def submitted_now(facts: ReferralFacts, given: Given) -> dict:
    """The receiver's clock starts."""
    return {"submitted_at": facts.now, **owed(facts, "answer")}


def accepted_now(facts: ReferralFacts, given: Given) -> dict:
    """The patient is expected; the clock is that of the arrival."""
    return {"accepted_at": facts.now, "expected_at": given["expected_at"], "slot": given.get("slot", ""), **owed(facts, "arrive")}


def declined_now(facts: ReferralFacts, given: Given) -> dict:
    """Keep why, and where else."""
    return {**stopped(facts, given), "decline_reason": given["reason"], "alternative": given.get("alternative", "")}


def arrived_now(facts: ReferralFacts, given: Given) -> dict:
    """The receiver has the patient and owes its feedback."""
    return {"arrived_at": facts.now, **owed(facts, "feedback")}


def recorded_now(facts: ReferralFacts, given: Given) -> dict:
    """What happened in an emergency is written down afterwards; the other side's clock starts."""
    return {"arrived_at": given["moved_at"], "recorded_by": facts.actor.unit, "submitted_at": facts.now, **owed(facts, "answer")}


def confirmed_now(facts: ReferralFacts, given: Given) -> dict:
    """The patient had arrived before; what is owed now is the feedback."""
    return owed(facts, "feedback")


def treated_now(facts: ReferralFacts, given: Given) -> dict:
    """The feedback is kept for the sender."""
    return {**{name: given[name] for name in ("diagnosis", "outcome")}, **owed(facts, "close"), **told(facts)}


def certified_now(facts: ReferralFacts, given: Given) -> dict:
    """Keep the insurance's certificate; the patient may go until its last day is over."""
    last = given["valid_to"]
    return {"certificate": given["certificate"], "certified_to": last, "due_at": datetime.combine(last + timedelta(days=1), time(), REGION), "escalation": 0}


def escalated_now(facts: ReferralFacts, given: Given) -> dict:
    """One more level is told, and the clock starts anew."""
    return {"escalation": facts.escalation + 1, "due_at": facts.after("escalate")}


def told_above(facts: ReferralFacts, given: Given) -> dict:
    """Those above are told once; it stays overdue until it is done."""
    return {"escalation": 1}


SENT = ("submitted", "accepted")
OWED = ("filing_asked", "recorded", "arrived", "treated", "down_offered", "taken_over")  # what nobody may end but who owes it
TOLD = ("declined", "expired", "no_show", "withdrawn", "redirected", "treated", "closed")  # what the sender hears of, where another's hand did it
BEFORE_ARRIVAL = ("draft", "consented", "submitted", "filing_asked", "certified", "accepted")
REFERRAL = Workflow(
    "referral", "转诊", "referral", "draft",
    states=(State("draft", "草拟", "drafted"), State("consented", "患者已同意", "consented to"), State("submitted", "待接收", "waiting for the receiver"),
            State("filing_asked", "待医保备案", "waiting for the insurance"), State("certified", "医保已备案", "certified by the insurance"),
            State("accepted", "已接收，待到诊", "accepted, the patient is expected"), State("recorded", "急诊补录，待对方确认", "recorded after an emergency, to be confirmed"),
            State("arrived", "已到诊", "arrived"), State("treated", "已诊疗并反馈", "treated, with feedback"), State("down_offered", "待原机构接回", "offered back"),
            State("taken_over", "原机构已接回", "taken over"), State("closed", "已办结", "closed", True), State("declined", "已拒绝", "declined", True),
            State("expired", "逾期未接收", "expired", True), State("no_show", "未到诊", "did not arrive", True), State("withdrawn", "已撤回", "withdrawn", True),
            State("redirected", "已改转", "redirected", True)),
    steps=(
        Step("add_part", "填写转诊资料", "write a part of the packet", ("draft", "consented"), "draft", SENDERS, PART, (), void, side="sender"),
        Step("change", "修改指征或科室", "change its criterion or department", ("draft", "consented"), "draft", SENDERS,
             (CRITERION, Field("department", "text", "科室", "department", is_required=False)), (), void, side="sender"),
        Step("consent", "登记患者知情同意", "record the patient's consent", ("draft",), "consented", (*SENDERS, "resident"),
             (Field("way", "choice", "同意方式", "how", choices=CONSENT_WAYS), DIGEST), (guards.effect_is_shown, guards.shown_is_current), consented_now, side="sender"),
        Step("submit", "提交给接收机构", "send it to the receiver", ("consented",), "submitted", SENDERS, (),
             (guards.is_not_off_site, guards.criterion_is_named, guards.first_contact_is_kept, guards.packet_is_whole, guards.consent_is_current, guards.is_the_only_one, guards.receiver_takes), submitted_now,
             side="sender"),
        Step("ask_filing", "申请转外备案", "ask the insurance to file it", ("consented",), "filing_asked", SENDERS, (),
             (guards.is_off_site, guards.criterion_is_named, guards.packet_is_whole, guards.consent_is_current, guards.is_the_only_one), clock("filing"), side="sender"),
        Step("certify", "出具转外备案", "certify the filing", ("filing_asked",), "certified", ("bureau",),
             (Field("certificate", "text", "备案编号", "number of the certificate"), Field("valid_to", "date", "有效期至", "valid to")),
             (guards.certificate_lies_ahead,), certified_now),
        Step("refuse_filing", "不予备案", "not certify it", ("filing_asked",), "declined", ("bureau",), (REASON,), (), stopped),
        *(Step("add_part", "补充转诊资料", "add to the packet", (state,), state, SENDERS, PART, side="sender") for state in SENT),
        Step("accept", "接收", "accept", ("submitted",), "accepted", RECEIVERS,
             (Field("expected_at", "moment", "预计到诊时间", "expected at"), Field("slot", "text", "预留号源或床位", "slot or bed kept", is_required=False), DIGEST),
             (guards.shown_is_current, guards.comes_in_time, guards.quota_is_free), accepted_now, side="receiver"),
        Step("decline", "拒绝", "decline", ("submitted",), "declined", RECEIVERS, WHY_NOT, (guards.says_where_else,), declined_now, side="receiver"),
        Step("escalate", "超时升级提醒", "escalate", ("submitted",), "submitted", ("office",), (), (guards.time_is_up, guards.can_go_higher), escalated_now),
        *(Step("escalate", "超时升级提醒", "escalate", (state,), state, ("office",), (), (guards.time_is_up, guards.nobody_was_told), told_above) for state in OWED),
        Step("lapse", "草稿逾期作废", "drop an old draft", ("draft", "consented"), "withdrawn", ("office",), (), (guards.time_is_up,), stopped),
        Step("expire", "逾期关闭", "let it expire", ("submitted",), "expired", ("office",), (), (guards.time_is_up, guards.was_escalated), stopped),
        Step("miss", "登记未到诊", "record that nobody came", ("accepted", "certified"), "no_show", ("office",), (), (guards.time_is_up,), stopped),
        Step("withdraw", "撤回", "withdraw", BEFORE_ARRIVAL, "withdrawn", (*SENDERS, "resident"), (REASON,), (), stopped, side="sender"),
        Step("redirect", "改转其他机构", "redirect", SENT, "redirected", SENDERS, TO, (guards.goes_elsewhere,), stopped, side="sender"),
        Step("arrive", "登记到诊", "record the arrival", ("accepted",), "arrived", (*RECEIVERS, "nurse"), (), (), arrived_now, side="receiver"),
        Step("report_arrival", "报告已在外地到诊", "report the arrival outside", ("certified",), "arrived", (*SENDERS, "resident"), (), (guards.is_off_site, guards.certificate_stands), arrived_now,
             side="sender"),
        Step("record_emergency", "补录急诊转诊", "record it after an emergency", ("draft",), "recorded", RECEIVERS, (Field("moved_at", "moment", "到诊时间", "arrived at"),),
             (guards.is_emergency, guards.has_happened, guards.is_the_only_one), recorded_now),
        Step("confirm", "确认急诊转诊", "confirm the emergency", ("recorded",), "arrived", RECEIVERS, (), (guards.by_the_other_side,), confirmed_now),
        Step("deny", "不予确认", "not confirm it", ("recorded",), "declined", RECEIVERS, (REASON,), (guards.by_the_other_side,), stopped),
        *(Step("add_result", "填写反馈资料", "add to the feedback", (state,), state, TREATING, PART, side="receiver") for state in ("arrived", "treated")),
        Step("treat", "反馈诊疗结果", "give feedback", ("arrived",), "treated", TREATING, FEEDBACK, (), treated_now, side="receiver"),
        Step("report_treated", "报告外地诊疗结果", "report the outcome outside", ("arrived",), "treated", SENDERS, FEEDBACK, (guards.is_off_site,), treated_now, side="sender"),
        Step("send_on", "再转其他机构", "send on", ("arrived", "treated"), "redirected", TREATING, TO, (guards.goes_elsewhere,), stopped, side="receiver"),
        Step("offer_down", "提出转回", "offer to send back", ("treated",), "down_offered", TREATING, (CRITERION,),
             (guards.down_criterion_is_named, guards.plan_is_there), clock("take_over"), side="receiver"),
        Step("take_over", "接回患者", "take the patient over", ("down_offered",), "taken_over", SENDERS, (DIGEST,), (guards.shown_is_current,), answered("follow_up"),
             side="sender"),
        Step("decline_down", "暂不能接回", "decline to take over", ("down_offered",), "treated", SENDERS, WHY_NOT, (), answered("close"), side="sender"),
        Step("guide", "随诊指导", "guide the follow-up", ("taken_over",), "taken_over", TREATING, (NOTE,), side="receiver"),
        Step("finish", "办结", "close", ("taken_over",), "closed", SENDERS, (NOTE,), (), stopped, side="sender"),
        Step("close", "不转回，办结", "close without sending back", ("treated",), "closed", TREATING,
             (Field("ending", "choice", "不转回的理由", "why not sent back", choices=ENDINGS), NOTE), (), stopped, side="receiver"),
        Step("finish_off_site", "转外办结", "close the care outside", ("treated",), "closed", SENDERS, (NOTE,), (guards.is_off_site,), stopped, side="sender"),
        Step("close_with_return", "患者已转回，随之办结", "close with the way back", ("arrived", "treated", "down_offered"), "closed", ("office",), (), (), ended_along),
        Step("end_with_closing", "原转诊已办结，随之撤回", "end with the first path's closing", ("draft", "consented", "submitted", "filing_asked", "certified", "accepted"), "withdrawn",
             ("office",), (), (), ended_along),
        Step("end_with_death", "患者已死亡，随之撤回", "end with the patient's death", BEFORE_ARRIVAL, "withdrawn", ("office",), (), (), stopped),
        *(Step("acknowledge", "知悉结果", "take note", (state,), state, SENDERS, (), (guards.there_is_news, guards.is_theirs_to_hear), heard, side="sender") for state in TOLD),
    ),
    facts=ReferralFacts,
)
