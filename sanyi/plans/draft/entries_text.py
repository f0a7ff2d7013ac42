"""The entries of a drafted pack: items become tables with ids, sources, quotes and notes that state the confidence."""

from dataclasses import dataclass, field
import re

from sanyi.plans.draft.amounts import plan_amount
from sanyi.plans.draft.items import Draft

UNNAMED = "（原文未写明）"
AREAS = {"city": ("全市", "我市"), "county": ("全县", "我县", "县域"), "district": ("全区", "我区", "区域内"), "region": ("全省", "我省", "全自治区")}
_PRESUMED = ("；范围为推定，请核对", "; its scope is presumed: please check")
_ROLES = (
    ("government", r"政府|管委会|办事处|街道办"),
    ("hospital", r"医院|卫生院|保健院|总院"),
    ("centre", r"中心"),
    ("group", r"集团|医共体|医联体"),
    ("leading_group", r"领导小组|小组"),
    ("party_body", r"党委|组织部|宣传部|编办|纪委|团委"),
    ("department", r"."),
)


@dataclass
class Ledger:
    """Ids given so far: bodies by name, events by words, and the running number of sources."""

    document: str
    bodies: dict = field(default_factory=dict)
    events: dict = field(default_factory=dict)
    indicators: dict = field(default_factory=dict)
    count: int = 0

    def body(self, name: str) -> str:
        """The id of a body."""
        return self.bodies.setdefault(name, f"unit-{len(self.bodies) + 1:02}")

    def source(self, clause: str) -> dict:
        """The source keys of the next entry: every entry gets a number of its own, DRF-1, DRF-2, …"""
        self.count += 1
        return {"clause": clause or "—", "obligation": f"DRF-{self.count if self.count < 1000 else 999}"}


def in_english(zh: str) -> str:
    """What stands in an English field until a person translates it."""
    return f"(to be translated) {zh}"


def quote_of(draft: Draft, place, least: int = 8, most: int = 30) -> str:
    """The shortest beginning of the words at a place, 8 characters at least, that stands only once in the text; 30 at most."""
    words, text = draft.words(place), "".join(draft.text.split())
    for length in range(min(least, len(words)), min(most, len(words)) + 1):
        if text.count(words[:length]) == 1:
            return words[:length]
    return words[:most]


def _shared(draft, ledger, item, clause="") -> dict:
    zh = item.words.strip() or draft.words(item.place)
    reason = item.confidence
    return {
        **ledger.source(clause or item.clause),
        "quote": quote_of(draft, item.place),
        "zh": zh,
        "en": in_english(zh),
        "note_zh": f"可信度 0.{reason.tenths}：{reason.zh}",
        "note_en": f"confidence 0.{reason.tenths}: {reason.en}",
    }


def _due(draft, ledger, item) -> dict:
    due = item.due
    if due is None:
        return {}
    keys = {"due_quote": draft.words(due.place), "every": due.every}
    if due.event:
        return {**keys, "due_after": ledger.events[due.event], "due_after_months": due.months}
    return {**keys, "start": due.since if due.since and due.due and due.since <= due.due else None, "due": due.due}


def _without(keys: dict, *names) -> dict:
    return {key: value for key, value in keys.items() if key not in names}


def milestone_entries(draft, ledger) -> list:
    """Milestones; events come first to be named by the deadlines that count from them."""
    entries = []
    for number, item in enumerate(draft.milestones, 1):
        name = f"milestone-{number:02}"
        if item.is_event:
            ledger.events[item.words] = name
        entries.append({"id": name, **(_due(draft, ledger, item) if not item.is_event else {}), **_shared(draft, ledger, item)})
    return entries


def task_entries(draft, ledger) -> list:
    """Tasks and their dated parts, in the order of the text; a part names its task as parent."""
    names, chapters = {}, {}
    tasks = sorted(draft.tasks, key=lambda task: (task.is_part, task.place.start))
    for at, task in enumerate(tasks, 1):
        names[id(task)] = f"task-{at:02}"
    top = [task for task in tasks if not task.is_part and task.whole]
    entries = []
    for task in sorted(tasks, key=lambda task: task.place.start):
        who = task.responsibility
        group = chapters.setdefault(
            task.chapter or "safeguards" if task.is_safeguard else task.chapter, f"chapter-{len(chapters) + 1:02}"
        )
        entries.append(
            {
                "id": names[id(task)],
                "number": task.number,
                "parent": _holder(task, top, names),
                "group": group,
                "lead": ledger.body(who.lead.name if who.lead else UNNAMED),
                "lead_basis": "text" if who.lead and not task.is_part else "inferred",
                "co_leads": _ids(ledger, who.leads[1:], who.lead),
                "units": _ids(ledger, who.partners, who.lead),
                "leaders": [one.name for one in who.leaders],
                **_due(draft, ledger, task),
                "is_exploratory": task.is_exploratory or None,
                "is_striven_for": task.is_striven_for or None,
                **_shared(draft, ledger, task),
                "_chapter": task.chapter,
            }
        )
    return entries


def _holder(task, top, names) -> str:
    """The id of the task whose text a part stands in."""
    return next((names[id(one)] for one in top if one.whole.overlaps(task.whole)), "") if task.is_part else ""


def _ids(ledger, named, lead) -> list:
    return list(dict.fromkeys(ledger.body(one.name) for one in named if lead is None or one.name != lead.name))


def scope_of(draft: Draft) -> str:
    """The plan's whole area, by the word its text uses most; a presumption that every drafted target says it is."""
    used = {scope: sum(draft.text.count(word) for word in words) for scope, words in AREAS.items()}
    return max(used, key=lambda scope: used[scope]) if any(used.values()) else "city"


def _presumed(shared: dict) -> dict:
    return {**shared, "note_zh": shared["note_zh"] + _PRESUMED[0], "note_en": shared["note_en"] + _PRESUMED[1]}


def target_entries(draft, ledger) -> list:
    """Targets; one that no known indicator is like names an indicator of the pack's own."""
    entries, said, scope = [], {}, scope_of(draft)
    for number, item in enumerate(draft.targets, 1):
        value, unit = plan_amount(item.value, item.unit, item.per + item.measured) if item.value is not None else (None, "")
        upper = plan_amount(item.upper, item.unit, item.per + item.measured) if item.upper is not None else (None, unit)
        baseline = (
            plan_amount(item.baseline, item.unit, item.per + item.measured) if item.baseline is not None else (None, unit)
        )
        if unit == "":
            unit = (
                plan_amount(item.baseline, item.unit, item.per + item.measured)[1]
                if item.baseline is not None
                else "ppm" if item.unit == "%" else "count"
            )
        value, upper, baseline = _in_one_unit((value, unit), upper, baseline)
        unit = value[1]
        indicator, clause = _apart(ledger, item, (item.comparator, *value, upper), said)
        entries.append(
            {
                "id": f"target-{number:02}",
                "indicator": indicator,
                "comparator": item.comparator,
                "value": value[0],
                "upper": upper,
                "baseline": baseline,
                "unit": unit,
                "scope": scope,
                "group": item.group,
                "is_striven_for": item.is_striven_for or None,
                **_without(_due(draft, ledger, item), "every", "start", "due_after", "due_after_months"),
                **_presumed(_shared(draft, ledger, item, clause)),
                "_measured": item.measured,
            }
        )
    return entries


def _apart(ledger, item, number, said) -> tuple[str, str]:
    """Indicator and clause of a target. Two figures of one clause cannot mean one indicator: the later one gets its own, at last a clause of its own."""
    clause = item.clause or "—"
    for indicator in (
        item.indicator,
        (
            _own_indicator(ledger, item, number[2])
            if not item.indicator or _clashes(item.indicator, clause, item, number, said)
            else ""
        ),
    ):
        if indicator and not _clashes(indicator, clause, item, number, said):
            said[indicator, clause, _day(item)] = number
            return indicator, clause
    indicator, place = _own_indicator(ledger, item, number[2]), 2
    while _clashes(indicator, f"{clause}/{place}", item, number, said):
        place += 1
    said[indicator, f"{clause}/{place}", _day(item)] = number
    return indicator, f"{clause}/{place}"


def _clashes(indicator, clause, item, number, said) -> bool:
    return said.get((indicator, clause, _day(item)), number) != number


def _day(item):
    return item.due.due if item.due else None


def _in_one_unit(value, upper, baseline):
    """A range or baseline with decimals beside a whole count makes all of them ten-thousandths."""
    units = {pair[1] for pair in (value, upper, baseline) if pair[0] is not None}
    if units <= {value[1]} or value[0] is None and len(units) <= 1:
        return (value[0], value[1]), upper[0], baseline[0]
    lifted = [pair[0] if pair[0] is None or pair[1] == "e4" else pair[0] * 10_000 for pair in (value, upper, baseline)]
    return (lifted[0], "e4"), lifted[1], lifted[2]


def _own_indicator(ledger, item, unit) -> str:
    name = re.sub(r"\s", "", item.measured) or item.words
    return ledger.indicators.setdefault((name, unit), f"draft-indicator-{len(ledger.indicators) + 1:02}")


def goal_entries(draft, ledger) -> list:
    """Goals without figures."""
    return [
        {
            "id": f"goal-{number:02}",
            **_without(_due(draft, ledger, item), "every", "start", "due_after", "due_after_months"),
            "is_striven_for": item.is_striven_for or None,
            **_shared(draft, ledger, item),
        }
        for number, item in enumerate(draft.goals, 1)
    ]


def document_entries(draft, ledger) -> list:
    """Documents to issue."""
    return [
        {
            "id": f"document-{number:02}",
            "number": item.number,
            "issuer": ledger.body(item.responsibility.lead.name if item.responsibility.lead else UNNAMED),
            "co_issuers": _ids(ledger, item.responsibility.leads[1:], item.responsibility.lead),
            **_without(_due(draft, ledger, item), "start"),
            **_shared(draft, ledger, item),
        }
        for number, item in enumerate(draft.issues, 1)
    ]


def prohibition_entries(draft, ledger) -> list:
    """Prohibitions; which check holds them is for a person to say."""
    return [
        {"id": f"prohibition-{number:02}", "guard": "to_be_named", **_shared(draft, ledger, item)}
        for number, item in enumerate(draft.prohibitions, 1)
    ]


def unit_entries(draft, ledger) -> list:
    """The bodies that other entries have named."""
    return [
        {
            "id": name,
            "role": next(role for role, pattern in _ROLES if re.search(pattern, zh)),
            **ledger.source("责任单位"),
            "quote": zh if zh in "".join(draft.text.split()) else "",
            "zh": zh,
            "en": in_english(zh),
        }
        for zh, name in ledger.bodies.items()
    ]


def indicator_entries(ledger) -> list:
    """The indicators that no known one is like."""
    return [
        {"id": name, "unit": unit, **ledger.source("目标"), "zh": zh, "en": in_english(zh)}
        for (zh, unit), name in ledger.indicators.items()
    ]
