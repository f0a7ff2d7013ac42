"""A money command works once: the same key with the same content gives the first answer, with another content it is refused. Source: R07."""
from collections.abc import Mapping
from datetime import datetime
import hashlib
import json
from typing import Any

from django.db import IntegrityError, connection

from sanyi.store.ledger_tables import WORD
from sanyi.store.log import plain
from sanyi.store.models import Book, MoneyCommand
from sanyi.workflows.errors import BadField, OtherBody
from sanyi.workflows.take import clean


def earlier_answer(book: Book, kind: str, key: str, body: Mapping[str, object]) -> dict[str, Any] | None:
    """What a command with this key came to, or None where it is new. The books must be locked.

    The same key in other books, or of another kind of command, is another content. Errors: OtherBody, BadField.
    """
    assert connection.in_atomic_block, "a command and its key are one transaction"
    if key != clean(key) or len(key) > WORD:
        raise BadField(f"命令编号应为至多 {WORD} 个字符", f"a command's key has at most {WORD} characters", "key")
    found = MoneyCommand.objects.filter(key=key).first() if key else None
    if found is None:
        return None
    if (found.book_id, found.kind, found.body_digest) != (book.pk, kind, _digest(body)):
        raise _other(key)
    return found.answer


def keep_answer(book: Book, key: str, kind: str, body: Mapping[str, object], answer: Mapping[str, object], by: str, now: datetime) -> None:
    """Keep what a command came to, in its own transaction; a command without a key is not kept."""
    if key:
        try:
            MoneyCommand.objects.create(book=book, key=key, kind=kind, body_digest=_digest(body), answer=plain(answer), by=by, at=now)
        except IntegrityError:  # in other books, at the same moment
            raise _other(key) from None


def _other(key: str) -> OtherBody:
    return OtherBody(f"命令编号 {key} 已用于另一内容，未作任何改动", f"the key {key} was used with another content; nothing was changed")


def _digest(body: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(plain(body), sort_keys=True, ensure_ascii=False).encode()).hexdigest()
