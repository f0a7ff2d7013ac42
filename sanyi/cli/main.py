"""The command line: one parser, one command a file."""
import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from sanyi.cli.errors import KNOWN_ERRORS
from sanyi.store.tenancy import whole_region
from sanyi.terms.quiet import quiet_errors

COMMANDS = ("demo", "world", "intake", "run", "explain", "benefit", "books", "plan", "pages", "check", "serve", "ledger", "account", "bulletin", "what-if", "compare-results", "closed-today", "scheme", "catalogue", "reviews", "settle", "trail", "jobs", "organisation", "prescriptions", "referrals", "contracts", "diagnosis", "persons", "backup", "restore", "export", "publish", "messages")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 is good, 1 is a refusal said in plain words, 2 is a word the parser does not know."""
    parser = argparse.ArgumentParser(prog="sanyi", description="三医 Sanyi: run a health-reform plan on a region's records")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    given = sys.argv[1:] if arguments is None else list(arguments)
    for name in given[:1] if given[:1] and given[0] in COMMANDS else COMMANDS:  # reading all of them takes seconds
        import_module(f"sanyi.cli.{name.replace('-', '_')}").add(commands)
    chosen = parser.parse_args(given)
    quiet_errors()
    try:
        with whole_region("command line"):  # whoever has it has the database
            return chosen.act(chosen) or 0
    except KNOWN_ERRORS as refused:
        print(f"sanyi: {refused}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("\nsanyi: 已停止 / stopped", file=sys.stderr)
        return 130
