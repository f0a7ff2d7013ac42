"""The conditions of steps: each looks at the facts and gives None, or its refusal in Chinese and in English."""
from collections.abc import Callable

from sanyi.workflows.facts import Facts, Given
from sanyi.workflows.plan_facts import PlanFacts

Block = tuple[str, str] | None
EVIDENCE = {"document": ("文件", "document"), "data": ("数据", "data"), "record": ("记录", "record"), "site": ("现场", "site"),
            "other": ("其他", "other")}


def until_due(name: str, what: str, zh: str, en: str) -> Callable[[Facts, Given], Block]:
    """A guard that lets through what has no last day, or until its end; its words say {due}."""
    def guard(facts: Facts, given: Given) -> Block:
        return None if facts.due is None or facts.today <= facts.due else (zh.format(due=facts.due), en.format(due=facts.due))
    guard.__name__, guard.__doc__ = name, what
    return guard


def after_due(name: str, what: str, zh: str, en: str) -> Callable[[Facts, Given], Block]:
    """A guard that lets through only what has a last day that has passed; its words say {due}."""
    def guard(facts: Facts, given: Given) -> Block:
        return None if facts.due is not None and facts.today > facts.due else (zh.format(due=facts.due), en.format(due=facts.due))
    guard.__name__, guard.__doc__ = name, what
    return guard


def clock_has_started(facts: PlanFacts, given: Given) -> Block:
    """Nothing starts before the day its deadline counts from is known. Source: JH-147."""
    if not facts.waits_for:
        return None
    return (f"“{facts.waits_for}”的日期尚未登记，任务保持未启动",
            f"the date of {facts.waits_for_en or facts.waits_for!r} is not known yet; until then the task is not started")


def needs_are_done(facts: PlanFacts, given: Given) -> Block:
    """What the task depends on comes first. Source: TSK-2."""
    return _unfinished(facts.open_needs, "前置任务尚未完成", "tasks it depends on are not done")


def parts_are_done(facts: PlanFacts, given: Given) -> Block:
    """A task is done when its parts are. Source: ZW-51."""
    return _unfinished(facts.open_parts, "子任务尚未完成", "its parts are not done")


def _unfinished(names: tuple, zh: str, en: str) -> Block:
    if not names:
        return None
    return f"{zh}：{'；'.join(name for name, _ in names)}", f"{en}: {'; '.join(name for _, name in names)}"


def evidence_is_there(facts: PlanFacts, given: Given) -> Block:
    """A target met without evidence is not verified; of the kinds asked for one at least is there. Source: TSK-2."""
    if facts.evidence and (not facts.evidence_asked or set(facts.evidence) & set(facts.evidence_asked)):
        return None
    asked = facts.evidence_asked or tuple(EVIDENCE)
    return (f"缺少佐证材料（文件或链接）：应有 {'、'.join(EVIDENCE[kind][0] for kind in asked)}",
            f"no evidence (file or link); needed: {', '.join(EVIDENCE[kind][1] for kind in asked)}")


def hard_targets_are_met(facts: PlanFacts, given: Given) -> Block:
    """A hard target that is not known to be met needs a reason; a soft one never blocks."""
    short = [each for each in facts.standings if each.is_hard and each.status not in ("met", "no_judgement")]
    if not short or given.get("reason"):
        return None
    return (f"刚性目标未确认达到，核实需写明理由：{'；'.join(_shown(each.zh, each.value or '尚无数值', each.period) for each in short)}",
            f"hard targets are not known to be met, so verifying needs a reason: {'; '.join(_shown(each.en, each.value_en or 'no value', each.period) for each in short)}")


def _shown(words: str, value: str, period: str) -> str:
    return f"{words}（{value} {period}）".replace(" ）", "）")


def another_person(facts: Facts, given: Given) -> Block:
    """Who reported the work done may not confirm it. Source: JH-80."""
    if facts.done_by != facts.actor.name:
        return None
    return "报告完成的人不能自行核实，须由他人核实", "who reported it done may not confirm it; somebody else must"


def comes_again(facts: PlanFacts, given: Given) -> Block:
    """Only recurring work begins a new round, and none after its last day."""
    if facts.next_due:
        return None
    return "该任务不是周期性任务，或最后一期已经结束", "this task does not recur, or its last period is over"


def deadline_lies_ahead(facts: Facts, given: Given) -> Block:
    """A deadline that is set anew is not already past."""
    if given["due"] >= facts.today:
        return None
    return f"期限 {given['due']} 已过去", f"the deadline {given['due']} is already past"


def deadline_is_later(facts: Facts, given: Given) -> Block:
    """An extension moves the deadline back."""
    if facts.due is None or given["due"] > facts.due:
        return None
    return f"延期后的期限应晚于 {facts.due}", f"an extended deadline lies after {facts.due}"
