"""`sanyi world make`: a synthetic region of any size from one seed."""
from pathlib import Path

from sanyi.cli.progress import progress
from sanyi.runs.errors import RunError
from sanyi.runs.world import make_world


def add(commands) -> None:
    """Add the command to the parser."""
    world = commands.add_parser("world", help="造一个虚拟地区 / make a synthetic region")
    make = world.add_subparsers(dest="world_command", required=True).add_parser("make")
    make.add_argument("--residents", type=int, required=True, help="10,000 to 10,000,000")
    make.add_argument("--seed", type=int, default=1)
    make.add_argument("--years", type=int, default=4, help="history years and the reform year")
    make.add_argument("--out", type=Path, required=True)
    make.add_argument("--format", choices=("csv", "parquet"), default="parquet")
    make.set_defaults(act=act)


def act(chosen) -> None:
    """Make the world and say where it is."""
    try:
        with progress("造地区 world") as report:
            make_world(chosen.residents, chosen.seed, chosen.years, chosen.out, chosen.format, report=report)
    except (ValueError, FileExistsError) as refused:
        raise RunError(str(refused)) from refused
    print(f"{chosen.out}: {chosen.residents:,} 居民 residents, seed {chosen.seed}")
