"""`sanyi persons load | invent | link`: the person index from a region's residents and a roll of their names, and pairs by probability."""
from collections.abc import Iterator
import csv
from datetime import datetime, timezone
from pathlib import Path


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("persons", help="人员主索引 / the person index").add_subparsers(dest="persons_command", required=True)
    loaded = parts.add_parser("load", help="从标准记录的居民表（及花名册）更新；重复执行不变 / bring it into line with the residents, and a roll of names; again changes nothing")
    loaded.add_argument("--roll", type=Path, help="CSV：resident_id,name,identity_kind,identity,phone,address")
    loaded.add_argument("--var", type=Path, required=True)
    invented = parts.add_parser("invent", help="为示例居民编造花名册 / invent a roll for made-up residents")
    invented.add_argument("--out", type=Path, required=True)
    invented.add_argument("--seed", type=int, default=1)
    linked = parts.add_parser("link", help="概率连接：估计、打分，达到阈值的进入比对队列，不自动合并 / estimate, score, propose what is above the plan's threshold; nothing is merged")
    linked.add_argument("--plan", required=True)
    linked.add_argument("--region", default="region-demo")
    linked.add_argument("--as-job", action="store_true", help="交给后台任务 / leave it to a worker")
    linked.add_argument("--var", type=Path, required=True)
    linked.set_defaults(act=link)
    for part, act in ((loaded, load), (invented, invent)):
        part.add_argument("--records", type=Path, required=True)
        part.set_defaults(act=act)


def load(chosen) -> None:
    """Load the residents, then the roll; say what came, changed and was refused."""
    from sanyi.store import prepare_database
    rows = _residents(chosen.records)
    prepare_database(chosen.var)
    from sanyi.store.log import today_of
    from sanyi.store.persons.loading import load_residents, load_roll
    now = datetime.now(timezone.utc)
    done = load_residents(rows, now, _progress)
    print(f"\n居民 residents: 新增 added {done.added:,}，更改 changed {done.changed:,}，未变 kept {done.kept:,}，待比对 pairs to look at {done.proposed:,}")
    if chosen.roll:
        with chosen.roll.open(encoding="utf-8-sig", newline="") as stream:
            told = load_roll(csv.DictReader(stream), now, today_of(now), _progress)
        print(f"\n花名册 roll: 更改 changed {told.changed:,}，未变 kept {told.kept:,}，退回 refused {len(told.refused):,}")
        for line, field, why in told.refused[:20]:
            print(f"  {chosen.roll.name} 第 {line} 行 line {line}, {field}: {why}")


def invent(chosen) -> None:
    """Write an invented roll."""
    from sanyi.worlds.roll import COLUMNS, roll
    with chosen.out.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(roll(_residents(chosen.records), chosen.seed))


def link(chosen) -> None:
    """Link, now or as a job, by the plan's threshold."""
    from sanyi.cli.ledger import check_there
    from sanyi.runs.packs import open_plan
    from sanyi.store import prepare_database
    check_there(chosen.var)
    now = datetime.now(timezone.utc)
    plan = open_plan(chosen.plan, chosen.region).on(now.date())
    least, recall = plan.value("persons.link_threshold_ppm"), plan.value("persons.link_recall_ppm")
    prepare_database(chosen.var)
    if chosen.as_job:
        from sanyi.store.jobs.asking import ask_job
        from sanyi.store.trail.recording import actor_named
        print(f"后台任务 {ask_job('persons_link', [least, recall], actor_named('system'), now).pk} / job asked for")
        return
    from sanyi.store.persons.linking import link_persons
    done = link_persons(least, recall, now)
    print(f"{done.rows:,} 人中 {done.pairs:,} 对达到阈值：新提示 {done.proposed:,}，已在队列并补充依据 {done.weighed:,} / of {done.rows:,} persons {done.pairs:,} pairs reach the threshold: "
          f"{done.proposed:,} proposed, {done.weighed:,} that waited already now say what was weighed")


def _residents(folder: Path) -> Iterator[dict]:
    from sanyi.runs.records import open_records
    from sanyi.runs.results import read_all
    from sanyi.tables.record_tables import record_tables
    records = open_records(folder)
    return read_all(record_tables()["residents"], records.paths(sorted(records.files.get("residents", {}))))


def _progress(done: int) -> None:
    print(f"\r{done:,}", end="", flush=True)
