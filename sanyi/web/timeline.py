"""A person's timeline as pages show it: put together from the record and the people's work, filtered, a page at a time."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from sanyi.runs.person_timeline import record_entries
from sanyi.runs.results import Results
from sanyi.store.health.rules import AccessRules, read_rules
from sanyi.store.health.timeline import work_entries
from sanyi.store.organisation.lists import institution_names as in_organisation
from sanyi.store.persons.finding import with_merged
from sanyi.store.persons.tables import Person
from sanyi.tables.timeline import TIMELINE_KINDS, TimelineEntry, in_order, readable
from sanyi.web import clock
from sanyi.web.names import diagnosis_words
from sanyi.web.opened import has, plan, results, rows, where
from sanyi.web.words import say
from sanyi.workflows.errors import BadField, UnknownWork

PAGE = 30
HOUSED = ("to",)  # facts of a referral that hold an institution's code


@dataclass(frozen=True)
class Wanted:
    """What of a timeline is asked for."""

    kind: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1


def wanted(request: HttpRequest) -> Wanted:
    """Read it from an address. Errors: BadField."""
    kind, page = request.GET.get("kind", ""), request.GET.get("page", "1")
    if kind and kind not in TIMELINE_KINDS:
        raise BadField("没有这一类记录", f"there is no such kind; there are {', '.join(TIMELINE_KINDS)}", "kind")
    return Wanted(kind, _day(request, "since"), _day(request, "until"), min(int(page), 10_000) if page.isascii() and page.isdigit() and len(page) < 6 and int(page) else 1)


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadField(f"“{text[:20]}”不是日期，应如 2026-12-31", f"{text[:20]!r} is not a day such as 2026-12-31", name) from None


def rules() -> AccessRules:
    """The plan's rules of access today. Errors: UnknownWork where the plan is not on this machine."""
    opened = plan()
    if opened is None:
        raise UnknownWork("本机没有该方案，不能确定调阅规则", "the plan is not on this machine, so the rules of access are not known")
    return read_rules(opened.on(clock.today()))


def entries_of(person: Person, level: int, asked: Wanted) -> Sequence[TimelineEntry]:
    """Everything of one person that may be read up to a level and was asked for, the newest first."""
    narrowest = rules().narrowest
    kinds = (asked.kind,) if asked.kind else ()
    found = [entry for row in with_merged(person) for entry in (*(_of_record(results(), row.resident_id, narrowest) if row.resident_id else ()), *work_entries(row.pk, kinds, narrowest))]
    return in_order(each for each in readable(found, level) if (not asked.kind or each.kind == asked.kind) and (asked.since is None or each.on >= asked.since) and (
        asked.until is None or each.on <= asked.until))


@lru_cache(maxsize=64)
def _of_record(opened: Results, resident_id: str, narrowest: tuple[str, ...]) -> tuple[TimelineEntry, ...]:
    """Results never change, and whoever looks at one page of a person turns to the next."""
    return tuple(record_entries(opened, resident_id, (), narrowest))


def timeline(request: HttpRequest, person: Person, level: int, asked: Wanted) -> dict[str, Any]:
    """A page of the timeline, and the institutions it read from."""
    found = entries_of(person, level, asked)
    shown = found[(asked.page - 1) * PAGE:asked.page * PAGE]
    names = institution_names({each.institution for each in shown})
    kept = {name: request.GET[name] for name in ("purpose", "kind", "since", "until") if request.GET.get(name)}
    return {"entries": [_entry(request, each, names) for each in shown], "count": len(found), "institutions": sorted({each.institution for each in shown if each.institution}),
            "kinds": [(kind, say(request, *words), kind == asked.kind) for kind, words in TIMELINE_KINDS.items()], "asked": asked,
            "before": f"?{urlencode({**kept, 'page': asked.page - 1})}" if asked.page > 1 else "",
            "after": f"?{urlencode({**kept, 'page': asked.page + 1})}" if asked.page * PAGE < len(found) else ""}


def institution_names(codes: set[str]) -> dict[str, str]:
    """The names of institutions by their codes: as the organisation has them, else as the record."""
    named = in_organisation(codes)
    for code in codes - set(named):
        found = rows("institutions", where(institution_id=code), limit=1) if code and has("institutions") else []
        named[code] = found[0]["name"] if found else code
    return named


def _entry(request: HttpRequest, each: TimelineEntry, names: dict[str, str]) -> dict[str, Any]:
    """An entry in words: an institution's code and a diagnosis's are said by name; those of the record come with theirs."""
    named = in_organisation({fact.value[0] for fact in each.facts if fact.title[1] in HOUSED}) if each.kind == "referral" else {}
    return {"kind": each.kind, "kind_words": say(request, *TIMELINE_KINDS[each.kind]), "on": each.on if each.on > date.min else None, "institution": names.get(each.institution, each.institution),
            "key": each.key, "is_narrowest": each.level == 5, "facts": [(say(request, *fact.title), named.get(fact.value[0]) or diagnosis_words(say(request, *fact.value))) for fact in each.facts]}
