"""Carrying the chain's head outside, and proving the database's own rows against the chain and what was carried outside."""
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sanyi.store.errors import BrokenTrail
from sanyi.store.trail.anchors import Anchor, add_anchor
from sanyi.store.trail.proving import prove_rows
from sanyi.store.trail.sealing import Report, head_now, seal, unsealed
from sanyi.store.trail.verifying import Proved

EVERY = timedelta(hours=1)
OVERDUE = timedelta(hours=2)


def anchor(folder: Path, now: datetime, algorithm: str = "sha256", report: Report = lambda done, text: None) -> Anchor | None:
    """Seal what waits and note the head in the folder's file; None where nothing was ever recorded. Errors: BadAnchors."""
    seal(now, algorithm, report)
    head = head_now()
    if not head.number:
        return None
    made = Anchor(head.number, head.events, head.hash, now.isoformat(timespec="seconds"))
    add_anchor(folder, made)
    return made


def verify_database(anchors: Sequence[Anchor], now: datetime, report: Report = lambda done, text: None) -> Proved:
    """Prove the rows as they are now; what has waited too long for its seal is a fault too. Errors: BrokenTrail."""
    proved = prove_rows(anchors, report)
    waiting = unsealed().filter(at__lt=now - OVERDUE).first()
    if waiting:
        raise BrokenTrail(f"事件 {waiting.pk}（{waiting.at.isoformat()}）至今未封存：封存任务没有运行", f"event {waiting.pk} of {waiting.at.isoformat()} is not sealed yet: "
                          "the sealing job does not run")
    return proved
