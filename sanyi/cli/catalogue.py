"""`sanyi catalogue import` and `sanyi catalogue list`: disease catalogues beside a region's records."""
from pathlib import Path

from sanyi.runs.catalogue import catalogues, import_catalogue
from sanyi.tables.codes import GROUPED_LAYER
from sanyi.tables.record_tables import record_tables


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("catalogue", help="病种目录 / disease catalogues")
    parts = parser.add_subparsers(dest="catalogue_command", required=True)
    brought = parts.add_parser("import", help="导入一个目录 / bring a catalogue in")
    brought.add_argument("source", type=Path, help="a folder with groups.csv (and coefficients.csv), or one CSV, XLSX or Parquet file")
    brought.add_argument("--as", dest="name", required=True, help="the name that a plan's dip.catalogue then uses")
    brought.add_argument("--records", type=Path, required=True)
    brought.set_defaults(act=bring)
    listed = parts.add_parser("list", help="列出已有目录 / say which there are")
    listed.add_argument("--records", type=Path, required=True)
    listed.set_defaults(act=show)


def bring(chosen) -> None:
    """Import and say what there is now."""
    counts = import_catalogue(chosen.source, chosen.name, chosen.records)
    print(f"{chosen.name}：" + "，".join(f"{record_tables()[table].zh} {count}" for table, count in counts.items()))
    print(f"{chosen.name}: " + ", ".join(f"{record_tables()[table].en} {count}" for table, count in counts.items()))


def show(chosen) -> None:
    """One line a catalogue: its name and its groups by layer."""
    for name, layers in sorted(catalogues(chosen.records).items()):
        print(f"{name}: " + ", ".join(f"{GROUPED_LAYER[layer][0]} {GROUPED_LAYER[layer][1]} {count}" for layer, count in sorted(layers.items())))
