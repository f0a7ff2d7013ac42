"""`sanyi serve`: the pages, on this machine only unless told otherwise."""
from pathlib import Path

from sanyi.cli.told_once import told
from sanyi.runs.packs import DEMO_REGION


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("serve", help="打开网页 / serve the pages of a run")
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--var", type=Path, help="where accounts and keys are kept; beside the results without it")
    parser.add_argument("--plan", default=None)
    parser.add_argument("--region", default=DEMO_REGION)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--anchors", type=Path, metavar="FOLDER", help="审计链首的锚定文件夹，最好在另一台存储上 / where the audit trail's heads are anchored, on other storage if possible")
    parser.add_argument("--backups", type=Path, metavar="FOLDER", help="每夜备份写到何处，最好在另一台存储上 / where the nightly backups go, on other storage if possible")
    parser.set_defaults(act=act)


def act(chosen) -> None:
    """Prepare the accounts, print address and sign-in, and serve until stopped."""
    serve_pages(chosen.results, chosen.var or chosen.results.parent / "var", chosen.plan, chosen.region,
                chosen.host, chosen.port, chosen.anchors, chosen.backups)


def serve_pages(results: Path, var: Path, plan: str | None, region: str, host: str, port: int, anchors: Path | None = None,
                backups: Path | None = None) -> None:
    """Print the address and a fresh sign-in, then serve; a password is shown to a terminal only."""
    from sanyi.store import prepare
    from sanyi.store.accounts import ADMIN
    from sanyi.web import serve
    password = prepare(var)
    print(f"\n  网址 address    http://{host}:{port}/\n  用户 user       {ADMIN}\n  密码 password   {told(var, ADMIN, password)}\n"
          "  按 Ctrl+C 停止 / Ctrl+C stops\n", flush=True)
    serve(results, var, plan, region, host=host, port=port, anchors=anchors, backups=backups)
