"""The run card: the birth certificate of a set of results."""
import hashlib
import json
import os
import shutil
from datetime import date, datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any

import sanyi
from sanyi.plans.plan import ON_DAY
from sanyi.runs.kept import with_months

CARD = "run-card.json"
ROOMS_THAT_DECIDE = ("terms", "tables", "plans", "grouping", "payment", "audit", "indicators", "appraisal", "remuneration", "engines", "runs")


@cache
def code_version(rooms: tuple[str, ...] = ROOMS_THAT_DECIDE) -> str:
    """A digest of all the code that decides results, so that a changed rule is a changed version."""
    house = Path(sanyi.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for room in rooms for path in (house / room).rglob("*.py")):
        digest.update(path.relative_to(house).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def write_card(under_way: Any, plan: Any) -> Path:
    """Write the card of a finished run; it appears whole or not at all, and unused results are swept after it."""
    steps = {made.name: {"file": made.file, "key": made.key, "digest": made.digest, "rows": made.rows,
                         "needs": list(made.needs), "values": made.values} for made in under_way.made.values()}
    same = {"plan": plan.name, "plan_digest": plan.digest, "plan_on": str(under_way.plan.day), "year": under_way.year,
            "records_snapshot": under_way.records.snapshot, "code_version": code_version(),
            "sanyi_version": sanyi.__version__, "engine": f"{under_way.engine.name} {under_way.engine.version}",
            "steps": steps, "whys": _whys(under_way), "scheme": _scheme(under_way)}
    card = {**same, "digest": hashlib.sha256(json.dumps(same, sort_keys=True, default=str).encode()).hexdigest(),
            "finished_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "records": os.path.relpath(under_way.records.folder.resolve(), under_way.out.resolve()),
            "seconds": {made.name: round(made.seconds, 3) for made in under_way.made.values()},
            "kept": sorted(made.name for made in under_way.made.values() if made.was_kept)}
    path = under_way.out / CARD
    part = path.with_suffix(".part")
    part.write_text(json.dumps(card, ensure_ascii=False, indent=1, sort_keys=True, default=str), "utf-8")
    os.replace(part, path)
    _sweep(under_way)
    return path


def _scheme(under_way: Any) -> dict[str, str] | None:
    """The DRG scheme that was read, with the digest of its tables; none where no step asked for one."""
    scheme = under_way.scheme_read.found
    return {"name": scheme.name, "digest": scheme.digest} if scheme else None


def _whys(under_way: Any) -> dict[str, dict[str, str]]:
    """Every plan value that any step read, said in both languages with its clause."""
    names = sorted({name for made in under_way.made.values() for name in made.values})
    return {name: {language: _why(under_way.plan, name, language) for language in ("zh", "en")}
            for name in names if not name.startswith("target.")}


def _why(plan: Any, noted: str, language: str) -> str:
    """The why of a value as it was noted: on the run's day, or on the day that stands behind its name."""
    name, _, day = noted.partition(ON_DAY)
    return (plan.on(date.fromisoformat(day)) if day else plan).why(name, language)


def _sweep(under_way: Any) -> None:
    used = {path for made in under_way.made.values() for path in with_months(under_way.out, made.file)}
    for path in set((under_way.out / "store").iterdir()) - used:
        shutil.rmtree(path) if path.is_dir() else path.unlink()  # a folder: parts that a killed run on Spark left
