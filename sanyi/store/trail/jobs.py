"""The trail's own background work."""
import os
from datetime import datetime, timedelta
from pathlib import Path

from sanyi.store.jobs.kinds import JobKind, Report
from sanyi.store.place import FOLDER_VARIABLE
from sanyi.store.trail.anchoring import EVERY, anchor
from sanyi.store.trail.sealing import BLOCK, newly_unsealed, seal

ANCHORS_VARIABLE = "SANYI_ANCHORS"


def anchors_folder() -> Path:
    """Where heads are anchored: the folder that was named, else beside the database (which is better than nothing, and the page says so)."""
    return Path(os.environ.get(ANCHORS_VARIABLE) or Path(os.environ[FOLDER_VARIABLE]) / "anchors")


def is_beside_the_database() -> bool:
    """Whether nobody has named other storage for the anchors."""
    return not os.environ.get(ANCHORS_VARIABLE)


def _seal_and_anchor(arguments: list, now: datetime, report: Report) -> str:
    made = anchor(anchors_folder(), now, report=report)
    return f"第 {made.block} 块 block {made.block}, {made.events:,} 条 events" if made else ""


def _seal_full_blocks(arguments: list, now: datetime, report: Report) -> str:
    """So that little waits for its seal, and a resident's history is found by its notes."""
    return f"{seal(now, report=report, rows=newly_unsealed):,} 条 events" if newly_unsealed()[:BLOCK].count() == BLOCK else ""


FULL_BLOCKS = JobKind("trail_seal", "封存已满的审计块", "seal the audit trail's full blocks", ("office", "audit_admin"), _seal_full_blocks, timedelta(minutes=1))
SEALING = JobKind("trail_anchor", "封存并锚定审计轨迹", "seal and anchor the audit trail", ("office", "audit_admin"), _seal_and_anchor, EVERY)
