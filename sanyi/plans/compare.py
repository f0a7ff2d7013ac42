"""Hold two plans side by side: values by name, targets by indicator, prohibitions by guard, tasks and goals by their wording."""
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date

from sanyi.plans.aims import aim_words
from sanyi.plans.entries import Duty, Entry, Gap, Milestone, Post, Target, Unit, Value
from sanyi.plans.likeness import paired
from sanyi.plans.plan import WHAT_IF, Plan
from sanyi.plans.why import entry_words

VERDICTS = {"same": ("相同", "same"), "different": ("不同", "different"), "only_left": ("仅左", "left only"), "only_right": ("仅右", "right only")}
SUBJECTS = {"value": ("数值", "values"), "target": ("目标", "targets"), "prohibition": ("禁止", "prohibitions"),
            "task": ("任务", "tasks"), "issued_document": ("应发文件", "documents due"), "goal": ("愿景", "goals"),
            "milestone": ("里程碑", "milestones"), "unit": ("机构", "bodies"), "duty": ("职责", "duties"), "post": ("岗位", "posts")}
ABOUT = ("id", "zh", "en", "sources", "place", "demonstration", "note_zh", "note_en", "quote")  # what an entry says of itself


@dataclass(frozen=True)
class Pair:
    """One subject in two plans: an entry of each, or None where one plan is silent."""

    subject: str
    key: str
    left: Entry | None
    right: Entry | None

    @property
    def verdict(self) -> str:
        """Say same, different, only_left or only_right; two wordings of a task are the same only with the same lead name and due."""
        if self.left is None or self.right is None:
            return "only_right" if self.left is None else "only_left"
        return "same" if substance(self.left) == substance(self.right) else "different"


def compare(left: Plan, right: Plan, left_day: date, right_day: date) -> tuple[Pair, ...]:
    """Pair what two plans say, each as it stands on a day of its own; in the order of SUBJECTS."""
    return (
        *_by_key("value", _own_values(left, left_day), _own_values(right, right_day), lambda value: value.id),
        *_targets(left.targets, right.targets),
        *_by_key("prohibition", left.prohibitions, right.prohibitions, lambda entry: entry.guard),
        *_by_wording("task", left.tasks, right.tasks),
        *_by_wording("issued_document", left.documents, right.documents),
        *_by_wording("goal", left.goals, right.goals),
        *_by_wording("milestone", left.milestones, right.milestones),
        *_by_wording("unit", left.organisation.units, right.organisation.units),
        *_by_wording("duty", left.organisation.duties, right.organisation.duties),
        *_by_wording("post", left.organisation.posts, right.organisation.posts),
    )


def differences(base: Plan, other: Plan, day: date) -> tuple[Pair, ...]:
    """Give only what a what-if or an overlay changes on a day; empty when it changes nothing.

    Lists of one family of plans are paired by their ids, so that a reworded task is a change and not a new task.
    """
    ours, theirs = base.organisation, other.organisation
    lists = [("milestone", base.milestones, other.milestones), ("unit", ours.units, theirs.units), ("duty", ours.duties, theirs.duties),
             ("post", ours.posts, theirs.posts), ("target", base.targets, other.targets), ("prohibition", base.prohibitions, other.prohibitions), ("task", base.tasks, other.tasks),
             ("issued_document", base.documents, other.documents), ("goal", base.goals, other.goals)]
    pairs = [*_by_key("value", _values(base, day), _values(other, day), lambda value: value.id)]
    for subject, left, right in lists:
        pairs += _by_key(subject, left, right, lambda entry: entry.id)
    return tuple(pair for pair in pairs if pair.left != pair.right and not (pair.subject == "value" and pair.verdict == "same"))


def substance(entry: Entry) -> tuple:
    """What must be equal for two entries to say the same; clauses and dates of issue do not count."""
    if isinstance(entry, Value):
        return entry.unit, entry.value
    if isinstance(entry, Target):
        return entry.comparator, entry.unit, entry.value, entry.upper, entry.due, entry.is_striven_for
    if hasattr(entry, "guard"):
        return (entry.guard,)
    if isinstance(entry, (Milestone, Unit, Duty, Post)):
        return entry.zh, *(getattr(entry, part.name) for part in fields(entry) if part.name not in ABOUT)
    return entry.zh, getattr(entry, "due", None)


def said(entry: Entry | None, language: str) -> str:
    """Print what one side says: a value with its unit, a target with its comparator, else the wording."""
    if entry is None:
        return ""
    if isinstance(entry, (Value, Gap)):
        return entry_words(entry, language, entry.value if isinstance(entry, Value) else entry.default)
    if isinstance(entry, Target):
        return target_words(entry, language)
    due = f" {entry.due}" if isinstance(entry, Milestone) and entry.due else ""
    return (entry.zh if language == "zh" else entry.en) + due


def target_words(target: Target, language: str) -> str:
    """Print what a target asks: comparator, value (and upper end), due year."""
    due = f"（{target.due}）" if target.due and language == "zh" else f" ({target.due})" if target.due else ""
    return aim_words(target.comparator, target.value, target.upper, target.unit, language) + due


def _own_values(plan: Plan, day: date) -> list[Value]:
    """The plan's own values on a day: what its region and dictionary lend is not what the plan says."""
    own = tuple(layer for layer in plan.layers if layer.name == WHAT_IF or layer.name.removesuffix(" defaults") in plan.family)
    return _values(replace(plan, layers=own), day)


def _values(plan: Plan, day: date) -> list[Value]:
    held = plan.on(day)
    return [held.entry(name) for name in held.values()]


def _by_key(subject: str, left: Iterable, right: Iterable, key: Callable) -> list[Pair]:
    lefts, rights = {key(entry): entry for entry in left}, {key(entry): entry for entry in right}
    return [Pair(subject, str(each), lefts.get(each), rights.get(each)) for each in [*lefts, *(each for each in rights if each not in lefts)]]


def _targets(left: Iterable[Target], right: Iterable[Target]) -> list[Pair]:
    """Targets on one indicator, the same year with the same year where there is one, the rest in order of their dues."""
    pairs = []
    lefts, rights = _by_indicator(left), _by_indicator(right)
    for indicator in [*lefts, *(each for each in rights if each not in lefts)]:
        ours, theirs = list(lefts.get(indicator, ())), list(rights.get(indicator, ()))
        same = [(one, other) for one in ours for other in theirs if (one.scope, one.due) == (other.scope, other.due)]
        for one, other in same:
            if one in ours and other in theirs:
                ours.remove(one)
                theirs.remove(other)
                pairs.append(Pair("target", indicator, one, other))
        for place in range(max(len(ours), len(theirs))):
            pairs.append(Pair("target", indicator, ours[place] if place < len(ours) else None, theirs[place] if place < len(theirs) else None))
    return pairs


def _by_indicator(targets: Iterable[Target]) -> dict:
    found: dict = {}
    for target in sorted(targets, key=lambda target: (target.due or date.max, target.id)):
        found.setdefault(target.indicator, []).append(target)
    return found


def _by_wording(subject: str, left: Iterable[Entry], right: Iterable[Entry]) -> list[Pair]:
    return [Pair(subject, (one or other).id, one, other) for one, other in paired(tuple(left), tuple(right), lambda entry: entry.zh)]
