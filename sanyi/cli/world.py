"""`sanyi world make`: a synthetic region of any size from one seed."""
from pathlib import Path

from sanyi.cli.progress import progress
from sanyi.runs.errors import RunError
from sanyi.runs.packs import DEMO_REGION, open_plan
from sanyi.runs.settled_world import settle_world
from sanyi.runs.world import make_world

LAST_YEAR = 2020


def add(commands) -> None:
    """Add the command to the parser."""
    world = commands.add_parser("world", help="造一个虚拟地区 / make a synthetic region")
    make = world.add_subparsers(dest="world_command", required=True).add_parser("make")
    make.add_argument("--residents", type=int, required=True, help="10,000 to 10,000,000")
    make.add_argument("--seed", type=int, default=1)
    make.add_argument("--years", type=int, default=4, help="history years and the reform year")
    make.add_argument("--out", type=Path, required=True)
    make.add_argument("--format", choices=("csv", "parquet"), default="parquet")
    make.add_argument("--plan", help="按此方案的待遇政策结算最后一年（parquet）；不给则用造数程序的简单规则 / settle the last year by this plan's benefits (parquet); without it by the generator's simple rule")
    make.add_argument("--region", default=DEMO_REGION)
    make.set_defaults(act=act)


def act(chosen) -> None:
    """Make the world and say where it is."""
    if chosen.plan and chosen.format != "parquet":
        raise RunError("--plan 只适用于 parquet / --plan goes with parquet only")
    try:
        with progress("造地区 world") as report:
            make_world(chosen.residents, chosen.seed, chosen.years, chosen.out, chosen.format, report=report)
        if chosen.plan:
            settle_world(chosen.out, open_plan(chosen.plan, chosen.region), LAST_YEAR)
    except (ValueError, FileExistsError) as refused:
        raise RunError(str(refused)) from refused
    print(f"{chosen.out}: {chosen.residents:,} 居民 residents, seed {chosen.seed}")
