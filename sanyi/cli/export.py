"""`sanyi export`: what people entered becomes rows of the region's record, which the next run reads."""
from datetime import date
from pathlib import Path

from sanyi.cli.ledger import check_there
from sanyi.cli.trailed import record_export


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("export", help="平台上办理的业务并入标准记录 / put what people entered beside the record")
    parser.add_argument("--records", type=Path, required=True)
    for name, words in (("from", "首日 / first day"), ("to", "末日 / last day")):
        parser.add_argument(f"--{name}", type=date.fromisoformat, required=True, dest=f"{name}_on", metavar="YYYY-MM-DD", help=words)
    parser.add_argument("--table", action="append", default=[], metavar="NAME", help="只导出这些表（可多次）；不给则全部 / these tables only, all without it")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="此表在记录中不保留其他来源的行 / the record keeps no other rows of this table")
    parser.add_argument("--var", type=Path, required=True)
    parser.set_defaults(act=act)


def act(chosen) -> None:
    """Put the rows of these days in place of those of an earlier export, all tables or none; the record's own rows stay."""
    from sanyi.runs.added_tables import replace_rows
    from sanyi.store import prepare_database
    check_there(chosen.var)
    prepare_database(chosen.var)
    from sanyi.store.exports import record_exports
    first, last = chosen.from_on, chosen.to_on
    exports = {name: record_exports()[name] for name in _names([*chosen.table, *chosen.only], record_exports())}
    made = {name: _carried(export, list(export.rows(first, last)), chosen.records) for name, export in exports.items()}
    for name in made:
        record_export(name, first, last)
    replace_rows(chosen.records, {name: (_going(export, name in chosen.only, first, last), made[name]) for name, export in exports.items()}, _months(first, last))
    for name, export in exports.items():
        print(f"{name:16} 并入 rows {len(made[name]):,}，无处可放 left out {export.left_out(first, last):,}")


def _names(asked, known) -> list[str]:
    from sanyi.plans.near import near
    from sanyi.workflows.errors import BadField
    for name in asked:
        if name not in known:
            raise BadField(f"不能导出表“{name}”；相近：{near(name, set(known))}", f"the table {name!r} is not exported; near names: {near(name, set(known))}", "table")
    return list(dict.fromkeys(asked)) or list(known)


def _carried(export, rows, records: Path):
    """The rows, with what the record alone knows as its rows of the same keys have it."""
    from sanyi.runs.added_tables import rows_beside
    from sanyi.tables.record_tables import record_tables
    if not export.carried:
        return rows
    key = record_tables()[export.table].key
    old = {tuple(row[name] for name in key): {name: row[name] for name in export.carried} for row in rows_beside(records, export.table)}
    return [{**row, **old.get(tuple(row[name] for name in key), {})} for row in rows]


def _going(export, is_all: bool, first: date, last: date):
    return lambda row: is_all or export.is_own(row, first, last)


def _months(first: date, last: date) -> list[int]:
    """The months that a span of days touches, as YYYYMM."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [(first.year + (first.month - 1 + each) // 12) * 100 + (first.month - 1 + each) % 12 + 1 for each in range(count)]
