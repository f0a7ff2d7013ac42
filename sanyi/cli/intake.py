"""`sanyi intake`: a source system's files into the region's record."""
from pathlib import Path

from sanyi.cli.progress import progress
from sanyi.runs.intake import import_source


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("intake", help="导入数据 / bring a source system's files into the record")
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--mapping", type=Path, help="the source system's mapping file; canonical columns without it")
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--threads", type=int, default=2)
    parser.set_defaults(act=act)


def act(chosen) -> int:
    """Import and print the report; a batch whose control totals disagree is refused with exit code 1."""
    with progress("导入 intake") as report:
        done = import_source(chosen.source, chosen.out, mapping=chosen.mapping, memory=chosen.memory,
                             threads=chosen.threads, report=report)
    print(done)
    return 0 if done.is_usable else 1
