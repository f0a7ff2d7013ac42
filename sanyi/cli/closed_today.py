"""`sanyi closed-today`: what every institution would be cleared, had the year closed on a day."""
from datetime import date
from pathlib import Path

from sanyi.cli.trailed import record_beside
from sanyi.cli.what_if import add_common, reporting
from sanyi.plans.code_words import code_word
from sanyi.runs.closing import BASES, close_on
from sanyi.runs.packs import DEMO_REGION, open_plan
from sanyi.runs.results import Results
from sanyi.runs.what_if_words import largest, sentence


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("closed-today", help="如果今天关账：到某日为止的清算 / the clearing, had the year closed on a day")
    parser.add_argument("--plan", required=True)
    parser.add_argument("--region", default=DEMO_REGION)
    parser.add_argument("--results", type=Path, required=True, metavar="BASE", help="该年度的结果文件夹 / the year's results")
    parser.add_argument("--on", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    parser.add_argument("--records", type=Path, default=None, help="比原结果更新的数据 / a record newer than the results")
    parser.add_argument("--budget", choices=BASES, default="", help="默认取方案的 closing.budget_basis / the plan's closing.budget_basis by default")
    parser.add_argument("--out", type=Path, default=None, help="默认在原结果旁；同一文件夹再用时只算变动的月份 / beside the base by default; used again, only what changed is run")
    add_common(parser)
    parser.set_defaults(act=act)


def act(chosen) -> None:
    """Close the year on the day and print each institution's clearing with its three largest reasons."""
    with reporting(chosen.job, "关账 closing") as report:
        base = Results(chosen.results)
        plan = open_plan(chosen.plan, chosen.region)
        out = chosen.out or base.folder.parent / "closed"
        if chosen.job is None:
            record_beside(chosen.results, None, "run", "results", out.name, "closed-today")
        closing = close_on(base, plan, chosen.on, out, chosen.budget, chosen.memory, chosen.threads, report, chosen.records)
    card = closing.results.card
    print(f"{out}\n{closing.day} {code_word(closing.budget_basis, chosen.language)}: {len(card['steps']) - len(card['kept'])} / {len(card['steps'])} "
          + ("步重算" if chosen.language == "zh" else "steps run"))
    print("\n".join(sentence(key, reasons, chosen.language) for key, reasons in largest(closing.reasons())))
