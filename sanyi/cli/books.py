"""`sanyi books check`: prove that the year's books balance, or name what does not."""
from pathlib import Path

from sanyi.runs.books import check_books


def add(commands) -> None:
    """Add the command to the parser."""
    books = commands.add_parser("books", help="账簿 / the books")
    check = books.add_subparsers(dest="books_command", required=True).add_parser("check")
    check.add_argument("--results", type=Path, required=True)
    check.set_defaults(act=act)


def act(chosen) -> int:
    """Print each proof that fails, or that all hold."""
    findings = check_books(chosen.results)
    for finding in findings:
        print(finding)
    if not findings:
        print("账实相符：收入 = 支出 + 储备 + 结转 / the books hold: inflow = outflow + reserve + carried balance")
    return 1 if findings else 0
