"""Turn what a pack file holds into values that cannot change, and back; and print them in one canonical way."""
from datetime import date
import hashlib
import json


class Table(tuple):
    """A table that cannot change: its (key, value) pairs in key order."""

    __slots__ = ()


def freeze(value):
    """Give the unchanging form of lists and tables, all the way down."""
    if isinstance(value, dict):
        return Table((key, freeze(value[key])) for key in sorted(value))
    if isinstance(value, (list, tuple)):
        return tuple(freeze(part) for part in value)
    return value


def thaw(value):
    """Give plain lists and tables again; a fresh copy each time, so changing it changes no plan."""
    if isinstance(value, Table):
        return {key: thaw(part) for key, part in value}
    if isinstance(value, tuple):
        return [thaw(part) for part in value]
    return value


def canonical(value) -> str:
    """Print plain data in one way only: keys sorted, dates as 2018-11-09."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)


def digest_of(value) -> str:
    """Name the content of plain data by its sha256, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()


def _plain(value) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a plan cannot hold a {type(value).__name__}")
