"""`sanyi demo`: a region, its records, one reform year and the pages, in one go."""
from pathlib import Path

from sanyi.cli.demo_people import begin_people, people_are_there, tell_accounts
from sanyi.runs.packs import DEMO_REGION, open_plan


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
    """Make what is not yet made, run, prove the books, and serve; meanwhile a second process fills the database with people at work."""
    var = chosen.out / "var"
    people = None if chosen.no_serve or chosen.no_people else begin_people(chosen.plan, chosen.region, chosen.seed, var)
    from sanyi.cli.demo_year import make_source, open_demo_ledger, run_year  # takes seconds to read: the other process has begun
    source = make_source(chosen)
    if people:
        people.tell(source)
    results, findings = run_year(chosen, source)
    if people:
        people.tell(results)
    if not chosen.no_serve:
        from sanyi.cli.serve import serve_pages
        from sanyi.store import prepare_database
        if people:
            people.hear()  # the database is ready
        prepare_database(var)
        if people:
            people_are_there(people)
        open_demo_ledger(open_plan(chosen.plan, chosen.region), results)
        if people:
            tell_accounts(var)
        serve_pages(results, var, chosen.plan, chosen.region, chosen.host, chosen.port)
    return 1 if findings else 0
