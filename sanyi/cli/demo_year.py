"""The year of `sanyi demo`: a region's source, its intake, the run, the books and the plan's ledger, each only where it is not there yet."""
import hashlib
import json
import shutil
from datetime import datetime, timezone
from pathlib import Path

from sanyi.cli.progress import progress
from sanyi.plans import Plan
from sanyi.runs.books import check_books
from sanyi.runs.card import code_version
from sanyi.runs.intake import import_source
from sanyi.runs.packs import open_plan
from sanyi.runs.records import MANIFEST
from sanyi.runs.results import Results
from sanyi.runs.run import run
from sanyi.runs.settled_world import benefits_digest, settle_world
from sanyi.runs.world import make_world

YEAR = 2020
YEARS = 4
STAMP = "world.json"
IMPORTED = "imported.txt"


def run_year(chosen, source: Path) -> tuple[Path, list]:
    """Bring the source in, run the year and prove the books; gives where the results are and what the books say against them."""
    records, results = chosen.out / "records", chosen.out / "results"
    _import(chosen.out, source, records)
    with progress("核算 run   ") as report:
        card = run(open_plan(chosen.plan, chosen.region), records, YEAR, results, report=report)
    findings = check_books(results)
    print(f"{card}: {len(json.loads(card.read_text('utf-8'))['steps'])} 步 steps; "
          f"{'账实相符 the books hold' if not findings else findings[0]}")
    return results, findings


def open_demo_ledger(plan: Plan, results: Path) -> None:
    """Open the plan's ledger in the prepared database, or bring it up to the plan, and carry over the values the run computed."""
    from sanyi.store.opening import open_ledger
    from sanyi.store.readings import publish_values
    from sanyi.workflows.facts import SYSTEM
    now, found = datetime.now(timezone.utc), Results(results)
    opened = open_ledger(plan, SYSTEM, now)
    carried = publish_values(plan.name, found.page("indicator_values", limit=None), found.card["digest"], SYSTEM, now)
    print(f"台账 ledger: 新列入 {opened.entered} entered，更正 {opened.changed} changed，写入 {carried} 个计算值 values carried over")


def make_source(chosen) -> Path:
    """Make the region's source files, its claims settled by the plan's benefits, unless the same ones are there already; gives their folder."""
    plan, source, stamp = open_plan(chosen.plan, chosen.region), chosen.out / "source", chosen.out / STAMP
    asked = {"residents": chosen.residents, "seed": chosen.seed, "years": YEARS, "year": YEAR,
             "code": code_version(("terms", "tables", "worlds")), "benefits": benefits_digest(plan, YEAR)}
    if stamp.exists() and json.loads(stamp.read_text("utf-8")) == asked:
        return source
    if stamp.exists():  # another region than before: its record must not be mixed with the earlier one's
        stamp.unlink()
        for folder in ("source", "records", "results"):
            shutil.rmtree(chosen.out / folder, ignore_errors=True)
    _make(chosen, plan, source)
    stamp.write_text(json.dumps(asked), "utf-8")
    return source


def _make(chosen, plan: Plan, source: Path) -> None:
    with progress("造地区 world") as report:
        make_world(chosen.residents, chosen.seed, YEARS, source, "parquet", report=report)
    with progress("结算待遇 claims"):
        settle_world(source, plan, YEAR)


def _import(out: Path, source: Path, records: Path) -> None:
    """Bring the source in by the door real data uses; the same source into the same record is not read again."""
    stamp = out / IMPORTED
    if stamp.exists() and stamp.read_text("utf-8") == _state(source, records):
        return
    with progress("导入 intake") as report:
        import_source(source, records, report=report)
    stamp.write_text(_state(source, records), "utf-8")


def _state(source: Path, records: Path) -> str:
    """What names the source and the record: digests of the totals the one declares and of the other's manifest."""
    files = (source / "control.json", records / MANIFEST)
    return "\n".join(hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "-" for path in files)
