"""`sanyi demo`: a region, its records, one reform year and the pages, in one go."""
import hashlib
import json
import shutil
from datetime import datetime, timezone
from pathlib import Path

from sanyi.cli.demo_people import fill_people
from sanyi.cli.progress import progress
from sanyi.cli.serve import serve_pages
from sanyi.plans import Plan
from sanyi.runs.books import check_books
from sanyi.runs.card import code_version
from sanyi.runs.intake import import_source
from sanyi.runs.packs import DEMO_REGION, open_plan
from sanyi.runs.records import MANIFEST
from sanyi.runs.results import Results
from sanyi.runs.run import run
from sanyi.runs.settled_world import benefits_digest, settle_world
from sanyi.runs.world import make_world

YEAR = 2020
YEARS = 4
STAMP = "world.json"
IMPORTED = "imported.txt"


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("demo", help="一键演示 / a region, a reform year and the pages, in one go")
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plan", default="haikou-2018")
    parser.add_argument("--region", default=DEMO_REGION)
    parser.add_argument("--out", type=Path, default=Path("demo"))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--no-serve", action="store_true")
    parser.add_argument("--no-people", action="store_true", help="不填入示范的人员与业务 / no people at work")
    parser.set_defaults(act=act)


def act(chosen) -> int:
    """Make what is not yet made, run, prove the books, and serve."""
    plan = open_plan(chosen.plan, chosen.region)
    source, records, results = chosen.out / "source", chosen.out / "records", chosen.out / "results"
    _make_source(chosen, plan, source)
    _import(chosen.out, source, records)
    with progress("核算 run   ") as report:
        card = run(plan, records, YEAR, results, report=report)
    findings = check_books(results)
    print(f"{card}: {len(json.loads(card.read_text('utf-8'))['steps'])} 步 steps; "
          f"{'账实相符 the books hold' if not findings else findings[0]}")
    if not chosen.no_serve:
        open_demo_ledger(plan, results, chosen.out / "var")
        if not chosen.no_people:
            fill_people(plan, records, results, chosen.seed, chosen.out / "var")
        serve_pages(results, chosen.out / "var", chosen.plan, chosen.region, chosen.host, chosen.port)
    return 1 if findings else 0


def open_demo_ledger(plan: Plan, results: Path, var: Path) -> None:
    """Open the plan's ledger, or bring it up to the plan, and carry over the values the run computed."""
    from sanyi.store import prepare_database
    prepare_database(var)
    from sanyi.workflows.facts import SYSTEM
    from sanyi.store.opening import open_ledger
    from sanyi.store.readings import publish_values
    now, found = datetime.now(timezone.utc), Results(results)
    opened = open_ledger(plan, SYSTEM, now)
    carried = publish_values(plan.name, found.page("indicator_values", limit=None), found.card["digest"], SYSTEM, now)
    print(f"台账 ledger: 新列入 {opened.entered} entered，更正 {opened.changed} changed，写入 {carried} 个计算值 values carried over")


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


def _make_source(chosen, plan: Plan, source: Path) -> None:
    """Make the region's source files, its claims settled by the plan's benefits, unless the same ones are there already."""
    asked = {"residents": chosen.residents, "seed": chosen.seed, "years": YEARS, "year": YEAR,
             "code": code_version(("terms", "tables", "worlds")), "benefits": benefits_digest(plan, YEAR)}
    stamp = chosen.out / STAMP
    if stamp.exists() and json.loads(stamp.read_text("utf-8")) == asked:
        return
    if stamp.exists():  # another region than before: its record must not be mixed with the earlier one's
        stamp.unlink()
        for folder in ("source", "records", "results"):
            shutil.rmtree(chosen.out / folder, ignore_errors=True)
    with progress("造地区 world") as report:
        make_world(chosen.residents, chosen.seed, YEARS, source, "parquet", report=report)
    with progress("结算待遇 claims"):
        settle_world(source, plan, YEAR)
    stamp.write_text(json.dumps(asked), "utf-8")
