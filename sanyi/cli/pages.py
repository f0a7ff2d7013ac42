"""`sanyi pages print`: the dictionary, the manual and the table of routes, printed from the code."""
from pathlib import Path
import tempfile

from sanyi.reports.printed_pages import printed_pages, stale_pages, write_pages


def add(commands) -> None:
    """Add the command to the parser."""
    pages = commands.add_parser("pages", help="打印数据字典与手册 / print the dictionary and the manual")
    inner = pages.add_subparsers(dest="pages_command", required=True)
    for name, act in (("print", print_pages), ("check", check_pages)):
        parser = inner.add_parser(name)
        parser.add_argument("--docs", type=Path, default=Path("docs"))
        parser.set_defaults(act=act)


def print_pages(chosen) -> None:
    """Write the pages that differ."""
    for name in write_pages(chosen.docs, _pages()):
        print(chosen.docs / name)


def check_pages(chosen) -> int:
    """Name the pages that are stale."""
    stale = stale_pages(chosen.docs, _pages())
    for name in stale:
        print(f"{chosen.docs / name}: 已过期，请运行 `sanyi pages print` / stale, run `sanyi pages print`")
    return 1 if stale else 0


def _pages() -> dict[str, str]:
    """Every printed page; that of the routes needs the pages' settings, which need a folder."""
    from sanyi.store import configure
    with tempfile.TemporaryDirectory() as folder:
        configure(Path(folder), "sanyi.web.settings")
        from sanyi.web.access_page import access_page
        from sanyi.web.routes_page import routes_page
        return {**printed_pages(), "routes.md": routes_page(), "access.md": access_page()}
