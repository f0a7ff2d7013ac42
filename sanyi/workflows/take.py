"""Judging one step: pure, from the facts and what was given to the next state and what changes, or a refusal."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
import re
import unicodedata
from zoneinfo import ZoneInfo

from sanyi.workflows.errors import BadField, FactorNeeded, GuardRefused, NotAllowed, UndeclaredStep
from sanyi.workflows.facts import BOUND_TO_UNIT, ROLES, Facts
from sanyi.workflows.workflow import FIELD_KINDS, Field, Step, Workflow

LONGEST_TEXT = 4000
REGION = ZoneInfo("Asia/Shanghai")
YUAN = re.compile(r"([-−]?)(\d{1,3}(?:,?\d{3}){0,4})(?:\.(\d{1,2}))?", re.ASCII)


@dataclass(frozen=True)
class Taken:
    """A step that may be taken: the new state, the columns that change with it, and the fields as they were understood."""

    step: Step
    state: str
    changes: Mapping[str, object]
    given: Mapping[str, object]


def take(workflow: Workflow, name: str, facts: Facts, given: Mapping[str, object]) -> Taken:
    """Judge a step. Errors: UndeclaredStep, NotAllowed, FactorNeeded, BadField, GuardRefused, in this order."""
    step = declared(workflow, name, facts.state)
    check_may(step, facts)
    if step.needs_factor and not facts.actor.has_factor:
        raise FactorNeeded(f"“{step.zh}”须先通过双因素验证", f"to {step.en} takes a second factor")
    understood = read_fields(step, given)
    for guard in step.guards:
        if block := guard(facts, understood):
            raise GuardRefused(*block, guard=guard.__name__)
    return Taken(step, step.after, dict(step.effect(facts, understood)), understood)


def declared(workflow: Workflow, name: str, state: str) -> Step:
    """Find the step that leaves a state. Errors: UndeclaredStep naming those that do."""
    for step in workflow.steps_from(state):
        if step.name == name:
            return step
    now, steps = workflow.state(state), workflow.steps_from(state)
    raise UndeclaredStep(f"{workflow.zh}在“{now.zh}”状态下没有步骤“{name}”；可用：{'、'.join(step.zh for step in steps) or '无'}",
                         f"a {workflow.en} that is {now.en} has no step {name!r}; it has: {', '.join(step.name for step in steps) or 'none'}")


def may(step: Step, facts: Facts) -> bool:
    """Say whether the actor's role and unit (of a resident, who it is) allow a step."""
    actor = facts.actor
    if actor.role == "resident":
        return "resident" in step.roles and actor.resident != "" and actor.resident in facts.residents
    units = facts.sides.get(step.side, ()) if step.side else facts.units
    return actor.role in step.roles and (actor.role not in BOUND_TO_UNIT or actor.unit != "" and actor.unit in units)


def check_may(step: Step, facts: Facts) -> None:
    """Refuse a role or a unit that may not take the step. Errors: NotAllowed."""
    actor = facts.actor
    if may(step, facts):
        return
    if actor.role in step.roles:
        raise NotAllowed(f"“{step.zh}”只能由本项的有关单位或本人办理", f"only those who have this in hand may {step.en}")
    zh, en = (" / ".join(ROLES[role][word] for role in step.roles) for word in (0, 1))
    raise NotAllowed(f"“{step.zh}”须由{zh}办理；{actor.name} 是{ROLES[actor.role][0]}",
                     f"to {step.en} takes a {en}; {actor.name} is a {ROLES[actor.role][1]}")


def read_fields(step: Step, given: Mapping[str, object]) -> dict[str, object]:
    """Read what was given by the step's own fields. Errors: BadField."""
    known = {field.name: field for field in step.fields}
    for name in given:
        if name not in known:
            raise BadField(f"“{step.zh}”没有字段 {name}；应为：{'、'.join(known) or '无'}",
                           f"to {step.en} takes no field {name!r}; it takes: {', '.join(known) or 'none'}", name)
    read = {name: _read(field, given.get(name)) for name, field in known.items()}
    return {name: value for name, value in read.items() if value is not None}


def _read(field: Field, given: object) -> object:
    given = clean(given) if isinstance(given, str) else given
    if given is None or given == "":
        if field.is_required:
            raise BadField(f"请填写“{field.zh}”", f"the field {field.en!r} must be filled in", field.name)
        return None
    if isinstance(given, str) and field.kind in READ:
        given = READ[field.kind](given)
    if not _is_right(field, given):
        (zh, en), most = FIELD_KINDS[field.kind], isinstance(given, str) and len(given) > LONGEST_TEXT
        raise BadField(f"“{field.zh}”应为{zh}{f'（至多 {LONGEST_TEXT} 字）' if most else ''}，得到“{str(given)[:40]}”",
                       f"{field.en!r} must be {en}{f', at most {LONGEST_TEXT} characters' if most else ''}; got {str(given)[:40]!r}", field.name)
    return given


def _is_right(field: Field, given: object) -> bool:
    if field.kind in TYPES:
        return type(given) is TYPES[field.kind] and (field.kind != "moment" or given.tzinfo is not None)
    return isinstance(given, str) and len(given) <= LONGEST_TEXT and (field.kind != "choice" or given in field.choices)


def _date_of(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _moment_of(text: str) -> datetime | str:
    """Read a time as a page sends it; one without a zone is the region's."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return text
    return read if read.tzinfo else read.replace(tzinfo=REGION)


def _whole_of(text: str) -> int | str:
    return int(text) if re.fullmatch(r"-?\d{1,15}", text, re.ASCII) else text


def fen_of(text: str) -> int | str:
    """Read an amount in yuan as people write it, in fen; what is no amount comes back as it was."""
    found = YUAN.fullmatch(text)
    if found is None:
        return text
    sign, whole, part = found.groups()
    fen = int(whole.replace(",", "")) * 100 + int((part or "").ljust(2, "0"))
    return -fen if sign else fen


def clean(text: str) -> str:
    """Take away what cannot be seen: control characters would forge lines of a log, and a database refuses the zero byte."""
    kept = "".join(" " if letter in "\r\n\t" else letter for letter in text)
    return "".join(letter for letter in kept if unicodedata.category(letter) not in ("Cc", "Cs", "Cf")).strip()


TYPES = {"date": date, "fen": int, "whole": int, "moment": datetime}
READ = {"date": _date_of, "fen": fen_of, "whole": _whole_of, "moment": _moment_of}
