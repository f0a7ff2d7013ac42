"""`sanyi plan draft`: a plan document in, a pack folder to correct out."""

from pathlib import Path

from sanyi.indicators import indicators
from sanyi.plans.draft import draft_plan, read_document, refuse_full, write_pack
from sanyi.plans.pack import read_pack
from sanyi.runs.packs import packs_folders

PLAN_UNIT = {
    "percent": "ppm",
    "percent_growth": "ppm",
    "yuan": "fen",
    "yuan_per_100": "fen",
    "days": "days",
    "per_thousand": "per_1000_e4",
    "index": "e4",
    "months": "months",
}


def add(plan_commands) -> None:
    """Add the command to `sanyi plan`."""
    draft = plan_commands.add_parser("draft", help="由方案文件起草计划包 / draft a pack from a plan document")
    draft.add_argument("file", type=Path, metavar="FILE.{txt,docx,pdf,html}")
    draft.add_argument("--out", type=Path, required=True, metavar="DIR", help="新建的计划包文件夹 / the new pack folder")
    draft.set_defaults(act=act)


def known_indicators() -> tuple:
    """The indicators a target may mean: computed ones and those of the dictionary, as (id, Chinese name, unit)."""
    computed = [(one.code, one.zh, PLAN_UNIT[one.unit]) for one in indicators()]
    reported = [
        one
        for folder in packs_folders()
        if (folder / "indicators").is_dir()
        for one in read_pack(folder / "indicators").of("indicator")
    ]
    return (*computed, *((one.id, one.zh, one.unit) for one in reported))


def act(chosen) -> None:
    """Draft, write, and say what was found and what was not understood."""
    refuse_full(chosen.out)
    draft = draft_plan(read_document(chosen.file), known_indicators())
    folder = write_pack(draft, chosen.out)
    numbered = [task for task in draft.tasks if not task.is_part]
    print(
        f"{folder}：任务 {len(numbered)} 项（含期限的分项 {len(draft.tasks) - len(numbered)}），目标值 {len(draft.targets)} 个，"
        f"拟制定文件 {len(draft.issues)} 份，没有读懂 {len(draft.leftovers)} 句；请先看 {folder / 'draft-report.md'}"
    )
    print(
        f"{len(numbered)} tasks (and {len(draft.tasks) - len(numbered)} dated parts), {len(draft.targets)} targets, {len(draft.issues)} documents to issue, "
        f"{len(draft.leftovers)} sentences not understood; read draft-report.md first"
    )
