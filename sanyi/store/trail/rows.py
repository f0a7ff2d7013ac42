"""A block's events as their lines again, made from the rows as they are now.

The database writes each line by itself, in one pass and as one value, as if fields and keys stood in it as they were sealed; nothing two rows differ in is lost on
the way, so lines that have the sealed hash are those that were sealed. What does not have it is read field by field, and put into the sealed form: rows of before
keys were written in order, signs that are escaped otherwise, and whatever was touched.
"""
from functools import cache, lru_cache
import json
from json.encoder import encode_basestring_ascii
import re

from django.db import DatabaseError, connection

from sanyi.store.errors import BrokenTrail
from sanyi.store.trail.chain import COLUMNS, block_hash, head, line
from sanyi.store.trail.tables import AuditEvent, AuditLink, AuditSeal

NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
GIVEN = 1_000  # of the texts of `given` that are kept in their order: most say the same few things
PLACE = '"given":0'  # where PostgreSQL, which keeps keys in an order of its own, leaves room for them; within a text the marks would be escaped


def block_of(seal: AuditSeal, before: str) -> tuple[bytes, bytes]:
    """A block's head line and its events' lines. Errors: BrokenTrail where a row cannot be read at all."""
    marks, body = _as_sealed(seal)
    made = _head(seal, before, marks)
    if block_hash(made, body) != seal.hash:
        marks, body = _field_by_field(seal)
        made = _head(seal, before, marks)
    return line({**made, "hash": seal.hash}), body


def _head(seal: AuditSeal, before: str, marks: str) -> dict[str, object]:
    return head(seal.number, seal.first, seal.at, seal.algorithm, before, marks=marks, count=seal.count, size=seal.size)


def _as_sealed(seal: AuditSeal) -> tuple[str, bytes]:
    """Marks and lines, as the database writes them."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_statement(connection.vendor), (seal.first, seal.first + seal.count))
            rows = cursor.fetchall()
    except DatabaseError:  # a value that no line can hold
        return "", b""
    body = "\n".join([said if given is None else said.replace(PLACE, f'"given":{_in_order(given)}', 1) for _, said, given in rows]) + "\n" if rows else ""
    if not body.isascii():
        body = NOT_ASCII.sub(lambda signs: encode_basestring_ascii(signs[0])[1:-1], body)
    return "".join([mark for mark, *_ in rows]), body.encode("ascii")


def _field_by_field(seal: AuditSeal) -> tuple[str, bytes]:
    links = AuditLink.objects.filter(position__gte=seal.first, position__lt=seal.first + seal.count).order_by("position")
    try:
        rows = list(links.values_list("mark", *(f"event__{name}" for name in COLUMNS)))
        return "".join(row[0] for row in rows), b"".join(line(dict(zip(COLUMNS, row[1:]))) for row in rows)
    except (DatabaseError, ValueError, TypeError, AttributeError, AssertionError) as unreadable:
        raise BrokenTrail("有一行已无法读取：被改动", "a row cannot be read any more: it was changed", seal.number) from unreadable


@cache
def _statement(vendor: str) -> str:
    said, given = _said_by_sqlite() if vendor == "sqlite" else _said_by_postgresql()
    return (f"SELECT l.mark, {said}, {given} FROM {AuditLink._meta.db_table} l JOIN {AuditEvent._meta.db_table} e ON e.id = l.event_id"
            " WHERE l.position >= %s AND l.position < %s ORDER BY l.position")


def _said_by_sqlite() -> tuple[str, str]:
    values = {"at": "replace(e.at, ' ', 'T') || CASE length(e.at) WHEN 19 THEN '.000000' ELSE '' END || '+00:00'", "given": "json(e.given)"}
    fields = ", ".join(f"'{name}', {values.get(name, 'e.' + name)}" for name in sorted(COLUMNS))
    return f"json_object({fields})", "NULL"


def _said_by_postgresql() -> tuple[str, str]:
    values = {"at": "to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"')", "given": "0"}
    fields = ", ',', ".join(f"'\"{name}\":', coalesce(to_json({values.get(name, 'e.' + name)})::text, 'null')" for name in sorted(COLUMNS))
    return f"concat('{{', {fields}, '}}')", "e.given::text"


@lru_cache(GIVEN)
def _in_order(given: str) -> str:
    return json.dumps(json.loads(given), sort_keys=True, separators=(",", ":"))
