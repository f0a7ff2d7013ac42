"""`sanyi publish`: what a run says becomes cases that people work on, and readings of the plan's ledger."""
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path

from sanyi.cli.ledger import check_there
from sanyi.cli.what_if import reporting
from sanyi.runs.packs import DEMO_REGION, open_plan

READINGS = "readings"


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("publish", help="把运行结果发布为待办案件、通知与指标值 / carry a run's results to cases, notices and readings")
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--part", action="append", default=[], metavar="NAME", help="只发布这些（可多次）；不给则此账户可发布的全部 / these parts only; all that the account may publish without it")
    parser.add_argument("--by", required=True, metavar="ACCOUNT", help="医保经办机构或医改办的账户 / an account of the bureau or the reform office")
    parser.add_argument("--plan", default="", help="默认同运行 / the run's by default")
    parser.add_argument("--region", default=DEMO_REGION)
    parser.add_argument("--dry-run", action="store_true", help="只说明将会如何，不写入 / only say what would happen")
    parser.add_argument("--job", type=Path, default=None, metavar="DIR", help="进度写入此文件夹 / tell the progress in this folder (used by the pages)")
    parser.add_argument("--var", type=Path, required=True)
    parser.set_defaults(act=act)


def act(chosen) -> None:
    """Publish each part, all of it or with --dry-run nothing; the same run again changes nothing."""
    from sanyi.runs.publishing import count, findings, open_run
    from sanyi.store import prepare_database
    check_there(chosen.var)
    prepare_database(chosen.var)
    from sanyi.store.publishing.carrying import foresee, publish
    from sanyi.store.publishing.rules import read_terms
    from sanyi.store.who import actor_of
    with reporting(chosen.job, "发布 publish") as report:
        run, results = open_run(chosen.results)
        names, now = _names(chosen.part, actor_of(chosen.by).role), datetime.now(timezone.utc)
        terms = read_terms(open_plan(chosen.plan or run.plan, chosen.region).on(now.date()))
        for place, name in enumerate(names):
            def so_far(done: int, place: int = place, name: str = name) -> None:
                report((place + min(1.0, done / max(1, count(results, name)))) / len(names), name)
            if name == READINGS:
                print(_read(results, run, chosen, now))
            else:
                told = foresee(run, name, findings(results, name)) if chosen.dry_run else publish(run, name, findings(results, name), terms, chosen.by, now, so_far)
                print(_said(name, told, chosen.dry_run))


def _names(asked: list[str], role: str) -> list[str]:
    """The parts asked for, or all that a role may publish. Errors: BadField, NotAllowed."""
    from sanyi.store.publishing.carrying import part_of
    from sanyi.workflows.errors import NotAllowed
    from sanyi.workflows.published import PARTS
    for name in asked:
        name == READINGS or part_of(name)
    names = asked or [part.name for part in PARTS.values() if part.role == role] + [READINGS] * (role == "office")
    if not names:
        raise NotAllowed("须由医保经办机构或医改办发布", "the insurance bureau or the reform office publishes")
    return list(dict.fromkeys(names))


def _read(results, run, chosen, now: datetime) -> str:
    """Carry computed indicators into the plan's ledger by its own door."""
    from sanyi.store.readings import publish_values, values_ahead
    rows = results.page("indicator_values", limit=None)
    if chosen.dry_run:
        return f"{READINGS:12} 将写入 would be carried over {values_ahead(run.plan, rows):,}"
    return f"{READINGS:12} 写入 carried over {publish_values(run.plan, rows, run.digest, chosen.by, now):,}"


def _said(name: str, told: Counter, is_dry: bool) -> str:
    from sanyi.store.publishing.comparing import WORDS
    from sanyi.workflows.published import PARTS
    parts = [f"{WORDS[what][0]} {WORDS[what][1]} {told[what]:,}" for what in WORDS if told[what]]
    return f"{name:12} {PARTS[name].zh} {PARTS[name].en}{'（试行，未写入 dry run, nothing written）' if is_dry else ''}：{'；'.join(parts) or '无 none'}"
