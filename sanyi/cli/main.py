"""The command line: one parser, one command a file."""
import argparse
import sys
from collections.abc import Sequence

from sanyi.cli import books, check, demo, explain, intake, pages, plan, run, serve, world
from sanyi.cli.errors import KNOWN_ERRORS

COMMANDS = (demo, world, intake, run, explain, books, plan, pages, check, serve)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 is good, 1 is a refusal said in plain words, 2 is a word the parser does not know."""
    parser = argparse.ArgumentParser(prog="sanyi", description="三医 Sanyi: run a health-reform plan on a region's records")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    chosen = parser.parse_args(arguments)
    try:
        return chosen.act(chosen) or 0
    except KNOWN_ERRORS as refused:
        print(f"sanyi: {refused}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nsanyi: 已停止 / stopped", file=sys.stderr)
        return 130
