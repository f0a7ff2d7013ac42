"""`sanyi what-if`: what a changed plan would have made of the same records."""
from argparse import ArgumentParser
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sanyi.cli.errors import KNOWN_ERRORS
from sanyi.cli.progress import progress
from sanyi.cli.trailed import record_beside
from sanyi.plans import BadChange, Plan
from sanyi.plans.changes import changes_of
from sanyi.runs.behaviour import answered, assumption_words
from sanyi.runs.comparison import compare, compared
from sanyi.runs.job import working
from sanyi.runs.measures import DIFFERENCES
from sanyi.runs.packs import DEMO_REGION, open_plan
from sanyi.runs.results import Results
from sanyi.runs.what_if import Reach, day_of, key_of, open_base, reach, what_if
from sanyi.runs.what_if_words import changed_words, reason_words, total_words


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("what-if", help="试算：方案改动后同一批数据的结果 / what a changed plan would have made of the same records")
    parser.add_argument("--plan", required=True)
    parser.add_argument("--region", default=DEMO_REGION)
    parser.add_argument("--change", action="append", default=[], metavar="NAME=VALUE", help="可多次给出；如 consortium.budget_share_ppm=90%% / may be given several times")
    parser.add_argument("--pack", type=Path, default=None, help="试算用的计划包文件夹（kind = \"what_if\"）/ a pack that extends the plan")
    parser.add_argument("--behaviour", action="store_true", help="按 behaviour.* 设定的弹性改变病例（未经核实的假设）/ let cases answer by the elasticities of behaviour.* (unverified)")
    parser.add_argument("--on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD", help="方案取哪一天；默认同原结果 / the day the plan is taken on; the base's by default")
    parser.add_argument("--results", type=Path, required=True, metavar="BASE", help="原结果文件夹 / the results to compare with")
    parser.add_argument("--out", type=Path, default=None, help="默认在原结果旁 / beside the base by default")
    parser.add_argument("--xlsx", type=Path, default=None, metavar="FILE", help="差额另存为 XLSX / the differences as a workbook too")
    parser.add_argument("--plan-only", action="store_true", help="只列出将重算的步骤 / only say which steps would be run")
    add_common(parser)
    parser.set_defaults(act=act)


def add_common(parser: ArgumentParser) -> None:
    """What every command that may run behind a page takes."""
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--job", type=Path, default=None, metavar="DIR", help="进度写入此文件夹 / tell the progress in this folder (used by the pages)")


def act(chosen) -> None:
    """Say what the change reaches, run it, and print the differences with their largest reasons."""
    with reporting(chosen.job, "试算 what-if") as report:
        plan = open_plan(chosen.plan, chosen.region)
        base = open_base(chosen.results, plan)
        changed, changes = _changed(chosen, plan, base)
        out = chosen.out or base.folder.parent / "what-if" / key_of(base, changed, chosen.on, chosen.behaviour)
        _print_reach(reach(base, plan, changed, chosen.on), changed_words(plan, changed, day_of(base), chosen.language), chosen.language)
        if chosen.plan_only:
            return
        if chosen.job is None:  # what a page started was recorded there, under who asked for it
            record_beside(chosen.results, None, "run", "results", out.name, "what-if")
        records, assumed = _behaving(base, plan, changed, out) if chosen.behaviour else (None, {})
        print("\n".join(assumed.get(chosen.language, ())), end="\n" if assumed else "")
        other = what_if(base, changed, out, chosen.on, chosen.memory, chosen.threads, report, changes, records, assumed)
        compare(base, other)
    _print_differences(base, other, chosen.language)
    if chosen.xlsx:
        from sanyi.reports.what_if_workbook import write_what_if
        write_what_if(chosen.xlsx, other, changed_words(plan, changed, day_of(base), chosen.language), chosen.language)
        print(chosen.xlsx)


@contextmanager
def reporting(job: Path | None, title: str):
    """Tell how far the work is: on the terminal, or in a job's folder."""
    with working(job, KNOWN_ERRORS) if job else progress(title) as report:
        yield report


def _changed(chosen, plan: Plan, base: Results) -> tuple[Plan, dict]:
    """The plan with the pack's and the command's changes; the changes given by name. Raises BadChange for a pack of another plan."""
    changed = plan
    if chosen.pack:
        changed = open_plan(str(chosen.pack), chosen.region)
        if plan.name not in changed.family:
            raise BadChange(f"{chosen.pack} 不扩展 {plan.name}（pack.toml 中 extends）/ {chosen.pack} does not extend {plan.name} (extends in its pack.toml)")
    changes = changes_of(chosen.change, changed.on(chosen.on or day_of(base)))
    return changed.changed(changes), changes


def _behaving(base: Results, plan: Plan, changed: Plan, out: Path) -> tuple[Path, dict[str, list[str]]]:
    records, given = answered(base, plan, changed, out)
    return records, {language: assumption_words(given, changed.on(day_of(base)), language) for language in ("zh", "en")}


def _print_reach(reached: Reach, words: list[str], language: str) -> None:
    zh = language == "zh"
    print("\n".join(words) if words else "没有改动 / no change")
    count = len(reached.reading) + len(reached.following)
    print(f"将重算至多 {count} 步，其余 {len(reached.untouched)} 步沿用原结果" if zh else f"{count} steps at most are run again, {len(reached.untouched)} are kept")
    for title, names in ((("读取改动", "read the change"), reached.reading), (("随之重算", "follow"), reached.following)):
        if names:
            print(f"  {title[not zh]}: {', '.join(names)}")


def _print_differences(base: Results, other: Results, language: str) -> None:
    rows = compared(other.folder, DIFFERENCES)
    print("\n".join([f"{other.folder}", *total_words(rows, language), *reason_words(other.folder, language)]))

