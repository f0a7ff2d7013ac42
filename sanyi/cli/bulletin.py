"""`sanyi bulletin`: the monthly bulletin of a plan's ledger as a Word document or a workbook."""
from argparse import ArgumentTypeError
from datetime import date, datetime, timezone
from pathlib import Path

from sanyi.cli.ledger import check_there

WRITERS = (".docx", ".xlsx")


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("bulletin", help="月度通报（Word 或 XLSX）/ the monthly bulletin, as Word or XLSX")
    parser.add_argument("--plan", required=True)
    parser.add_argument("--month", type=_month, default=None, metavar="YYYY-MM", help="this month without it")
    parser.add_argument("--out", type=_out, required=True, metavar="FILE", help="FILE.docx 或 FILE.xlsx")
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.add_argument("--var", type=Path, required=True)
    parser.set_defaults(act=act)


def act(chosen) -> None:
    """Write the file and print the paragraph that sums it up."""
    from sanyi.reports.bulletin_parts import bulletin_parts
    from sanyi.reports.bulletin_word import write_word
    from sanyi.reports.bulletin_workbook import write_bulletin_workbook
    from sanyi.store import prepare_database
    check_there(chosen.var)
    prepare_database(chosen.var)
    from sanyi.store.board import bulletin_with_events
    from sanyi.store.log import today_of
    today = today_of(datetime.now(timezone.utc))
    made = bulletin_parts(bulletin_with_events(chosen.plan, chosen.month or today, today), chosen.language)
    write = write_word if chosen.out.suffix.lower() == ".docx" else write_bulletin_workbook
    write(chosen.out, made)
    print(f"{made.title}\n{made.summary}\n{chosen.out}")


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ArgumentTypeError(f"{text}：月份应如 2026-11 / a month is like 2026-11") from None


def _out(text: str) -> Path:
    if not text.lower().endswith(WRITERS):
        raise ArgumentTypeError(f"{text}：文件名应以 .docx 或 .xlsx 结尾 / the file must end in .docx or .xlsx")
    return Path(text)
