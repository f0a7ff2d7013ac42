"""What a workflow is: a value that holds its states, its steps, who may take them, what they ask for and what stops them."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sanyi.workflows.facts import Facts, Given

FIELD_KINDS = {"text": ("文字", "text"), "date": ("日期", "a date"), "unit": ("单位编码", "a unit of the plan"),
               "period": ("开放的结算期间，如 2020-12", "an open settlement period such as 2020-12"),
               "fen": ("金额（元，至多两位小数）", "an amount in yuan with at most two decimals"),
               "choice": ("所列选项之一", "one of those listed"), "whole": ("整数", "a whole number"),
               "moment": ("日期和时间", "a date and a time"), "institution": ("机构编码", "the code of an institution")}
MOST_LOGGED = 3
Guard = Callable[[Facts, Given], tuple[str, str] | None]
Effect = Callable[[Facts, Given], Mapping[str, object]]


@dataclass(frozen=True)
class State:
    """One state; nothing is late any more in a finished one."""

    name: str
    zh: str
    en: str
    is_finished: bool = False


@dataclass(frozen=True)
class Field:
    """What a step asks for; `kind` is one of FIELD_KINDS, `choices` the words of a choice by its codes.

    `level` is that of what is given, 1–5 as of columns. What is above the middle one stands in a column of its own and not in the log.
    """

    name: str
    kind: str
    zh: str
    en: str
    is_required: bool = True
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    level: int = 2

    @property
    def is_logged(self) -> bool:
        """Whether the log of the work says what was given. Source: R48."""
        return self.level <= MOST_LOGGED


def nothing_else(facts: Facts, given: Given) -> Mapping[str, object]:
    """Change no more than the state."""
    return {}


@dataclass(frozen=True)
class Step:
    """One step: from which states to which, by which roles; each guard gives its refusal in two languages, or None.

    `effect` gives the columns that change besides the state. Roles bound to a unit also need theirs among the work's units, or among
    those of the `side` that the step asks for; a resident must be one of the work's. `needs_factor`: only with a second factor. Source: R32.
    """

    name: str
    zh: str
    en: str
    before: tuple[str, ...]
    after: str
    roles: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    guards: tuple[Guard, ...] = ()
    effect: Effect = nothing_else
    side: str = ""
    needs_factor: bool = False


@dataclass(frozen=True)
class Workflow:
    """A whole workflow; work begins in `start`, and its steps are judged by `facts`."""

    name: str
    zh: str
    en: str
    start: str
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    facts: type[Facts] = Facts

    def state(self, name: str) -> State:
        """Give a state by name."""
        return next(state for state in self.states if state.name == name)

    def steps_from(self, state: str) -> tuple[Step, ...]:
        """Give the steps that leave a state."""
        return tuple(step for step in self.steps if state in step.before)

    @property
    def finished(self) -> tuple[str, ...]:
        """The names of the states in which nothing is late any more."""
        return tuple(state.name for state in self.states if state.is_finished)
