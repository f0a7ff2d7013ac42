"""A critical value: told, read back, acted upon; what nobody acknowledges in time goes on to the next person. Source: NG-01, NG-03."""
from datetime import timedelta

from sanyi.workflows.exam_facts import CriticalFacts, is_read_back, somebody_is_left, time_is_out
from sanyi.workflows.facts import Given
from sanyi.workflows.workflow import Field, State, Step, Workflow

CLINICIANS, CENTRE = ("doctor", "family_doctor", "nurse", "director"), ("technician", "doctor")
WAYS = {"telephone": ("电话", "telephone"), "in_person": ("当面", "in person"), "message": ("系统消息", "message")}


def told_now(facts: CriticalFacts, given: Given) -> dict:
    """Keep who was told."""
    return {"told_to": given["told_to"], "told_at": facts.now}


def passed_on(facts: CriticalFacts, given: Given) -> dict:
    """The next person is told, with a time-out of the own."""
    return {"stage": facts.stage + 1, "told_to": facts.next_to, "told_at": facts.now, "due_at": facts.now + timedelta(minutes=facts.next_minutes)}


def acknowledged_now(facts: CriticalFacts, given: Given) -> dict:
    """Keep who read it back."""
    return {"acknowledged_by": facts.actor.name, "acknowledged_at": facts.now}


def acted_now(facts: CriticalFacts, given: Given) -> dict:
    """Keep who acted and what was done."""
    return {"done_by": facts.actor.name, "done_at": facts.now, "action": given["action"]}


CRITICAL_VALUE = Workflow(
    "critical_value", "危急值", "critical value", "raised",
    states=(State("raised", "已提出", "raised"), State("told", "已通知", "told"), State("escalated", "超时升级", "passed on, time out"),
            State("acknowledged", "已复述确认", "read back"), State("acted", "已处置", "acted upon", True), State("withdrawn", "已撤回", "withdrawn", True)),
    steps=(
        Step("tell", "通知临床", "tell the clinic", ("raised", "escalated", "told"), "told", CENTRE,
             (Field("told_to", "text", "接听人", "who was told"), Field("way", "choice", "方式", "how", choices=WAYS)), effect=told_now, side="centre"),
        Step("acknowledge", "复述确认", "read back", ("raised", "told", "escalated"), "acknowledged", CLINICIANS,
             (Field("read_back", "text", "复述危急值", "the value, read back", level=4),), (is_read_back,), acknowledged_now, side="clinic"),
        Step("escalate", "超时升级", "pass on", ("raised", "told", "escalated"), "escalated", ("office",), guards=(time_is_out, somebody_is_left), effect=passed_on),
        Step("act", "处置", "act upon", ("acknowledged",), "acted", ("doctor", "family_doctor"), (Field("action", "text", "处置措施", "what was done", level=4),),
             effect=acted_now, side="clinic"),
        Step("withdraw", "撤回", "withdraw", ("raised", "told", "escalated", "acknowledged"), "withdrawn", CENTRE, (Field("reason", "text", "理由", "reason"),),
             side="centre"),
    ),
    facts=CriticalFacts,
)
