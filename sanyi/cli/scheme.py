"""`sanyi scheme`: DRG schemes in, listed, shown and checked; cases grouped by one, and why."""
import sys
from pathlib import Path

from sanyi.runs.scheme_cases import group_file, trace_of
from sanyi.runs.schemes import check_scheme, find_scheme, import_scheme, schemes, switches_from
from sanyi.runs.scheme_words import code_words, scheme_words
from sanyi.runs.explain.drg import explain_trace

FAULTS_SHOWN = 20


def add(commands) -> None:
    """Add the command and its own commands to the parser."""
    parser = commands.add_parser("scheme", help="DRG 分组方案 / DRG schemes: import, list, show, check, group")
    own = parser.add_subparsers(dest="scheme_command", required=True, metavar="WHAT")
    _add_import(own)
    one = own.add_parser("list", help="列出方案 / list the schemes there are")
    one.set_defaults(act=act_list)
    show = own.add_parser("show", help="方案的规模、开关；--code 查一个编码在哪些表里 / sizes and switches; --code: which lists a code is in")
    show.add_argument("name")
    show.add_argument("--code", help="a diagnosis or operation code")
    show.add_argument("--language", choices=("zh", "en"), default="zh")
    show.set_defaults(act=act_show)
    checking = own.add_parser("check", help="检查而不导入 / check a folder, a workbook or an imported scheme")
    checking.add_argument("path", help="a folder, a workbook or a scheme's name")
    checking.set_defaults(act=act_check)
    _add_grouping(own)


def _add_grouping(own) -> None:
    group = own.add_parser("group", help="给一个病例文件入组 / group a file of cases")
    explain = own.add_parser("explain", help="说明一个病例为何入此组 / say why one case is in its group")
    for one, act in ((group, act_group), (explain, act_explain)):
        one.add_argument("cases", type=Path, help="a .parquet or .csv file: encounter_id, sex, age, age_days, weight, stay_days, icu_hours, leaving_type, diagnoses and operations joined by |")
        one.add_argument("--scheme", required=True, metavar="NAME")
        one.set_defaults(act=act)
    group.add_argument("--out", type=Path, required=True, help="a .parquet or .csv file")
    group.add_argument("--trace", action="store_true", help="with the codes that decided")
    group.add_argument("--memory", default="2GB")
    group.add_argument("--threads", type=int, default=2)
    explain.add_argument("--case", required=True, metavar="ID")
    explain.add_argument("--language", choices=("zh", "en"), default="zh")


def _add_import(own) -> None:
    one = own.add_parser("import", help="导入分组方案 / import a published scheme")
    one.add_argument("path", type=Path, help="a folder of .parquet or .csv files, one a table, or an .xlsx workbook, one a sheet")
    one.add_argument("--as", dest="name", required=True, metavar="NAME", help="the name plans will know it by, such as chs-drg-1.1")
    one.add_argument("--title", default="", help="what pages call it")
    one.add_argument("--folder", type=Path, help="the schemes folder; SANYI_SCHEMES or ./schemes by default")
    one.add_argument("--switch", action="append", default=[], metavar="NAME=on", help="a switch, such as pv1_any_principal=on")
    one.add_argument("--dx-crosswalk", type=Path, help="diagnoses: clinical edition to insurance edition (code, value)")
    one.add_argument("--proc-crosswalk", type=Path, help="operations: clinical edition to insurance edition (code, value)")
    one.set_defaults(act=act_import)


def act_import(chosen) -> None:
    """Import and say where it lies and what to look at."""
    lent = {"dx_crosswalk": chosen.dx_crosswalk, "proc_crosswalk": chosen.proc_crosswalk}
    done = import_scheme(chosen.path, chosen.name, chosen.folder, switches_from(chosen.switch), {name: path for name, path in lent.items() if path}, chosen.title)
    print(f"{done.folder}\n{'已有，内容相同 / was there already, the same' if done.was_there else '已导入 / imported'}；摘要 digest {done.card['digest'][:16]}")
    for notice in done.notices:
        print(f"提示 notice: {notice}")


def act_list(_) -> None:
    """One scheme a line, with its folder."""
    for name, folder in schemes().items():
        print(f"{name}\t{folder}")


def act_show(chosen) -> None:
    """A scheme's sizes and switches, or one code's places in it."""
    find_scheme(chosen.name)
    lines = code_words(chosen.name, chosen.code, chosen.language) if chosen.code else scheme_words(chosen.name, chosen.language)
    print("\n".join(lines))


def act_check(chosen) -> None:
    """Say what would be taken, or every fault."""
    scheme, notices = check_scheme(chosen.path)
    print(f"{chosen.path}: 可用 / sound; " + ", ".join(f"{name} {len(rows)}" for name, rows in scheme.tables.items()))
    for notice in notices:
        print(f"提示 notice: {notice}")


def act_group(chosen) -> None:
    """Group the file and say how many cases came out how."""
    done = group_file(chosen.cases, chosen.scheme, chosen.out, chosen.trace, chosen.memory, chosen.threads)
    print(f"{chosen.out}\n" + "\n".join(f"  {name}: {count}" for name, count in done.counts.items()))
    if done.faults:
        print(f"{len(done.faults)} 处数据不可用，其病例未入组，全部列于 / {len(done.faults)} cells cannot be; their cases were not grouped; all are listed in {done.faults_file}",
              *map(str, done.faults[:FAULTS_SHOWN]), sep="\n", file=sys.stderr)


def act_explain(chosen) -> None:
    """Print one case's group and what decided it."""
    print(explain_trace(trace_of(chosen.cases, chosen.scheme, chosen.case), chosen.scheme).text(chosen.language))
