"""`sanyi explain`: the factors, rows and clauses behind a figure, in plain words."""
from pathlib import Path

from sanyi.cli.trailed import record_beside
from sanyi.runs.explain import explain_case, explain_consortium, explain_indicator, explain_institution
from sanyi.runs.results import Condition, Results, UnknownTable


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("explain", help="为什么是这个数 / why a figure is what it is")
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--case", metavar="ID")
    parser.add_argument("--institution", metavar="ID")
    parser.add_argument("--consortium", metavar="ID")
    parser.add_argument("--indicator", metavar="IND-43")
    parser.add_argument("--var", type=Path, default=None, metavar="FOLDER", help="平台数据，读取病例记入其审计轨迹；默认在结果旁 / the installation whose trail records that a case was read; beside the results without it")
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.set_defaults(act=act, parser=parser)


def act(chosen) -> None:
    """Print the explanation."""
    results = Results(chosen.results)
    if chosen.case:
        record_beside(chosen.results, chosen.var, "read", "case", chosen.case, residents=_resident(results, chosen.case))
        explained = explain_case(results, chosen.case)
    elif chosen.consortium:
        explained = explain_consortium(results, chosen.consortium)
    elif chosen.indicator:
        explained = explain_indicator(results, chosen.indicator, chosen.institution)
    elif chosen.institution:
        explained = explain_institution(results, chosen.institution)
    else:
        chosen.parser.error("say what: --case ID, --consortium ID, --institution ID or --indicator IND-43")
    print(explained.text(chosen.language))


def _resident(results: Results, case: str) -> tuple[str, ...]:
    """Whose case it is, where the results say so."""
    try:
        found = results.page("encounters", (Condition("encounter_id", "eq", case),), limit=1)
    except UnknownTable:
        return ()
    return tuple(row["resident_id"] for row in found)
