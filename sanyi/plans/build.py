"""Build one entry from one table of a pack file, or name every fault in it."""
from dataclasses import MISSING, fields
from datetime import date, datetime
from functools import cache
import re
import types
import typing

from sanyi.plans.entries import COMPARATORS, KINDS, OBLIGATION_KINDS, STATES
from sanyi.plans.frozen import freeze, thaw
from sanyi.plans.units import UNITS, misfit
from sanyi.terms.source import Source

WRITTEN = {"since": "from", "until": "to"}
NAME_KEY = {"value": "name", "gap": "setting", "obligation": "obligation"}
NOT_WRITTEN = {"sources", "place", "borrowed_by", "was", "words"}
SOURCE_KEYS = ("document", "clause", "obligation", "confidence")
ALLOWED = {
    "comparator": COMPARATORS,
    "lead_basis": ("text", "inferred"),
    "act": ("approve", "decide", "perform", "keep", "report"),
    "kind": OBLIGATION_KINDS,
    "state": STATES,
    "every": ("", "month", "quarter", "half_year", "year"),
    "evidence": ("document", "data", "record", "site"),
}
IDS = {
    "value": (re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+"), "room.words_in_lower_case"),
    "indicator": (re.compile(r"IND-\d{2,3}|[a-z0-9]+(-[a-z0-9]+)*"), "IND-31, words-in-lower-case"),
    "obligation": (re.compile(r"[A-Z]{2,4}-\d{2,3}"), "HK-06"),
}
IDS["gap"] = IDS["value"]
LONGEST_ID = 100
MOST_MONTHS = 600
UNITS_IN_NAMES = ("fen", "ppm", "e4", "days", "months")
_OBLIGATION = re.compile(r"[A-Z]{2,4}-\d{1,3}(\.[a-z])?")
_CONFIDENCE = re.compile(r"(SEED|S\d{1,2}|K|LOC|DEF)( (SEED|S\d{1,2}|K|LOC|DEF))*")
_ID = (re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"), "words-in-lower-case")
_TYPE_WORDS = {str: "text", bool: "true or false", int: "a whole number", date: "a date such as 2018-11-09",
               tuple: "a list of texts", object: "a value"}


def written_key(kind: str, field_name: str) -> str:
    """Give the key a field has in a pack file: `since` is written `from`, the id of a value `name`."""
    if field_name == "id":
        return NAME_KEY.get(kind, "id")
    return WRITTEN.get(field_name, field_name)


@cache
def keys_of(kind: str) -> dict:
    """List the keys of a kind of entry: key to (field name, Python type, is required)."""
    hints = typing.get_type_hints(KINDS[kind])
    return {
        written_key(kind, part.name): (part.name, _plain_type(hints[part.name]), part.default is MISSING)
        for part in fields(KINDS[kind]) if part.name not in NOT_WRITTEN
    }


def build_entry(kind: str, table: dict, defaults: dict, place, report):
    """Build the entry of one table; `report(problem kind, key, seen, expected)` hears each fault; None if any was found."""
    faults = []

    def heard(*fault):
        faults.append(fault)
        report(*fault)

    known = keys_of(kind)
    table = {**{key: defaults[key] for key in defaults if key in known or key in SOURCE_KEYS}, **table}
    _hear_unknown_keys(table, known, heard)
    given = {field_name: _taken(table, key, expected, is_required, heard)
             for key, (field_name, expected, is_required) in known.items() if key in table or is_required}
    sources = _sources(table, heard)
    if not faults:
        _hear_misfits(kind, given, heard)
    return None if faults else KINDS[kind](sources=sources, place=place, **given)


def _plain_type(hint):
    if isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    return typing.get_origin(hint) or hint


def _hear_unknown_keys(table, known, heard) -> None:
    for key in table:
        if key not in known and key not in SOURCE_KEYS:
            heard("unknown_key", key, key, ", ".join([*known, *SOURCE_KEYS]))


def _taken(table, key, expected, is_required, heard):
    if key not in table:
        heard("missing_key", "", key, _TYPE_WORDS[expected])
        return None
    found = table[key]
    if not _is_a(found, expected):
        heard("wrong_key_type", key, f"{key} = {found!r}", _TYPE_WORDS[expected])
    return freeze(found)


def _is_a(found, expected) -> bool:
    if expected is object:
        return True
    if expected is tuple:
        return isinstance(found, list) and all(isinstance(part, str) for part in found)
    if expected is int:
        return isinstance(found, int) and not isinstance(found, bool)
    if expected is date:
        return isinstance(found, date) and not isinstance(found, datetime)
    return isinstance(found, expected) and (expected is not str or found.strip() != "")


def _sources(table, heard) -> tuple:
    missing = [key for key in ("document", "clause", "obligation") if not table.get(key)]
    if missing:
        heard("missing_source", "", ", ".join(missing), "")
        return ()
    obligations, clauses = _as_list(table["obligation"]), _as_list(table["clause"])
    confidence = table.get("confidence", "SEED")
    for obligation in obligations:
        if not _OBLIGATION.fullmatch(str(obligation)):
            heard("bad_obligation", "obligation", str(obligation), "HK-06, DIP-22, LI-02.a")
    if not _CONFIDENCE.fullmatch(str(confidence)):
        heard("bad_confidence", "confidence", str(confidence), "SEED, S1…S36, K, LOC, DEF")
    for key, texts in (("document", [table["document"]]), ("clause", clauses)):
        if not all(isinstance(text, str) and text.strip() for text in texts):
            heard("wrong_key_type", key, f"{key} = {table[key]!r}", _TYPE_WORDS[str])
            return ()
    if len(clauses) not in (1, len(obligations)):
        heard("wrong_key_type", "clause", f"clause = {clauses!r}", f"one clause, or one for each of {len(obligations)} obligations")
        return ()
    clauses = clauses if len(clauses) == len(obligations) else clauses * len(obligations)
    return tuple(Source(table["document"], clause, obligation, confidence)
                 for clause, obligation in zip(clauses, obligations, strict=True))


def _as_list(found) -> list:
    return list(found) if isinstance(found, list) else [found]


def _hear_misfits(kind, given, heard) -> None:
    key = written_key(kind, "id")
    pattern, example = IDS.get(kind, _ID)
    if not pattern.fullmatch(given["id"]) or len(given["id"]) > LONGEST_ID:
        heard("bad_name", key, given["id"], example)
    for name, allowed in ALLOWED.items():
        words = given.get(name, ())
        for word in words if type(words) is tuple else (words,):
            if word not in allowed:
                heard("unknown_word", name, f"{name} = {word!r}", ", ".join(filter(None, allowed)))
    if kind in ("value", "gap", "target"):
        _hear_unit("default" if kind == "gap" else "value", given, heard)
    if kind in ("value", "gap"):
        _hear_name_and_unit(given, heard)
    if kind == "indicator" and given["unit"] not in UNITS:
        heard("unknown_unit", "unit", given["unit"], ", ".join(UNITS))
    _hear_due(given, heard)
    _hear_date_order(given, heard)
    if kind == "obligation":
        _hear_state(given, heard)
    if kind == "post" and not 0 <= given["minimum"] <= given["maximum"]:
        heard("wrong_value", "maximum", str(given["maximum"]), f"≥ {given['minimum']} ≥ 0")


def _hear_due(given, heard) -> None:
    """A deadline is a day, or months after a milestone: both halves of the second, and not both."""
    if bool(given.get("due_after")) != bool(given.get("due_after_months")):
        heard("half_due", "due_after", "due_after" if given.get("due_after") else "due_after_months", "due_after, due_after_months")
    if not 0 <= given.get("due_after_months", 0) <= MOST_MONTHS:
        heard("wrong_value", "due_after_months", str(given["due_after_months"]), f"1…{MOST_MONTHS}")
    if given.get("due") and given.get("due_after"):
        heard("two_dues", "due_after", f"due {given['due']}, due_after {given['due_after']}", "due / due_after")


def _hear_state(given, heard) -> None:
    """What is claimed must be shown by a test; what is lacking must be said."""
    state, tests, missing = given["state"], given.get("tests", ()), given.get("missing_zh") and given.get("missing_en")
    if state != "not_yet" and not (tests and given["realised"]):
        heard("claim_without_test", "state", f"state = {state!r}", "realised, tests")
    if state != "works" and not missing:
        heard("lack_unsaid", "state", f"state = {state!r}", "missing_zh, missing_en")
    if state == "works" and (given.get("missing_zh") or given.get("missing_en")):
        heard("lack_unsaid", "state", "works + missing", "partly")


def _hear_name_and_unit(given, heard) -> None:
    """A name that carries a unit must have that unit."""
    carried = [word for word in re.split(r"[._]", given["id"]) if word in UNITS_IN_NAMES]
    if carried and given["unit"] in UNITS and given["unit"] != carried[-1]:
        heard("wrong_unit", "unit", given["unit"], carried[-1])


def _hear_unit(key, given, heard) -> None:
    unit, value = given.get("unit", ""), given.get(key)
    if not unit and value is None and given.get("comparator") in ("rising", "falling", "open"):
        return
    if unit not in UNITS:
        heard("unknown_unit", "unit", unit, ", ".join(UNITS))
        return
    if value is None and given.get("comparator") in ("rising", "falling", "open"):
        values = {}
    else:
        values = {key: value}
    values |= {other: given[other] for other in ("upper", "baseline") if given.get(other) is not None}
    for name, found in values.items():
        if expected := misfit(given["id"], unit, found):
            heard("wrong_value", name, repr(thaw(found)), expected)
            return
    if isinstance(value, int) and given.get("upper") is not None and given["upper"] < value:
        heard("wrong_value", "upper", str(given["upper"]), f"≥ {value}")


def _hear_date_order(given, heard) -> None:
    for first, last in (("since", "until"), ("start", "due")):
        if given.get(first) and given.get(last) and given[last] < given[first]:
            seen = f"{WRITTEN.get(first, first)} {given[first]}, {WRITTEN.get(last, last)} {given[last]}"
            heard("date_order", WRITTEN.get(last, last), seen, f"{given[first]} 或以后 / or later")
