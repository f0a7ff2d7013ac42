"""Write a draft as a pack folder: all of it or nothing."""

from pathlib import Path
import re
import shutil
import tempfile

from sanyi.plans.check import check_pack
from sanyi.plans.draft import entries_text as entries
from sanyi.plans.draft.errors import DraftError, FolderNotEmpty
from sanyi.plans.draft.items import Draft
from sanyi.plans.draft.report import report_of
from sanyi.plans.draft.toml_text import comment, table, written

_HEADS = {
    "milestones": ("milestone", "阶段与起算事项。Phases, and events from which deadlines count."),
    "tasks": (
        "task",
        "任务。lead_basis = \"inferred\" 表示原文未写明。Tasks; lead_basis says whether the text names the lead.",
    ),
    "targets": (
        "target",
        "目标值；指标为按文字相似推荐，须核对。Targets; the indicator is a guess by likeness of words, to be checked.",
    ),
    "goals": ("goal", "没有数值的目标。Goals without figures."),
    "documents": ("issued_document", "要制定的文件。Documents to be written."),
    "prohibitions": ("prohibition", "不得做的事。What must not be done."),
    "organisation": ("unit", "文件提到的责任单位。Bodies the text names."),
    "indicators": ("indicator", "指标字典中没有的指标。Indicators that the dictionary does not know."),
}


def write_pack(draft: Draft, folder) -> Path:
    """Write the pack and its draft-report.md; the folder appears only when everything is written and passes the check.

    Errors: FolderNotEmpty, when the folder exists and is not empty; DraftError, when the pack does not pass.
    """
    folder = Path(folder)
    refuse_full(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
            made = Path(beside) / folder.name
            made.mkdir()
            _write_files(draft, made)
            problems = check_pack(made)
            if problems:
                raise DraftError(
                    "起草的计划包没有通过检查：" + "；".join(problem.words("zh") for problem in problems[:5]),
                    "the drafted pack does not pass its check: " + "; ".join(problem.words("en") for problem in problems[:5]),
                )
            if folder.exists():
                folder.rmdir()
            shutil.move(made, folder)
    except OSError as error:
        raise DraftError(
            f"写不进 {folder}：{error.strerror or error}", f"cannot write {folder}: {error.strerror or error}"
        ) from error
    return folder


def refuse_full(folder) -> None:
    """Refuse a folder that already holds something.

    Errors: FolderNotEmpty.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(
            f"{folder} 已存在且不是空文件夹；请换一个 --out",
            f"{folder} exists and is not an empty folder; choose another --out",
        )


def _write_files(draft, made) -> None:
    ledger = entries.Ledger(_title(draft))
    content = {
        "milestones": entries.milestone_entries(draft, ledger),
        "tasks": entries.task_entries(draft, ledger),
        "targets": entries.target_entries(draft, ledger),
        "goals": entries.goal_entries(draft, ledger),
        "documents": entries.document_entries(draft, ledger),
        "prohibitions": entries.prohibition_entries(draft, ledger),
        "organisation": entries.unit_entries(draft, ledger),
    }
    content["indicators"] = entries.indicator_entries(ledger)
    (made / "pack.toml").write_text(_identity(draft, made.name), "utf-8")
    for name, found in content.items():
        if found:
            (made / f"{name}.toml").write_text(_file(name, found, _document(draft)), "utf-8")
    (made / "draft-report.md").write_text(report_of(draft, content), "utf-8")


def _title(draft) -> str:
    return draft.identity.title or re.sub(r"\.\w+$", "", draft.name)


def _document(draft) -> str:
    return draft.identity.number or _title(draft)


def _file(name, found, document) -> str:
    kind, head = _HEADS[name]
    parts, chapter = [comment(head) + f"document = {written(document)}\n"], None
    for entry in found:
        if entry.get("_chapter") and entry["_chapter"] != chapter:
            chapter = entry["_chapter"]
            parts.append(comment(f"── {chapter} ──").rstrip("\n") + "\n" + table(kind, _public(entry)))
        else:
            parts.append(table(kind, _public(entry)))
    return "\n".join(parts)


def _public(entry) -> dict:
    return {key: value for key, value in entry.items() if not key.startswith("_")}


def _identity(draft, name) -> str:
    identity = draft.identity
    title, body = _title(draft), identity.body or entries.UNNAMED
    lines = [
        comment("由文件自动起草，逐条核对后再用。Drafted by machine from the document; check every entry before use.").rstrip(
            "\n"
        ),
        f"id = {written(re.sub(r'[^a-z0-9-]+', '-', name.lower()).strip('-') or 'draft')}",
        'kind = "plan"',
        f"title_zh = {written(title)}",
        f"title_en = {written(entries.in_english(title))}",
    ]
    lines += [f"number = {written(identity.number)}"] if identity.number else []
    lines += [f"body_zh = {written(body)}", f"body_en = {written(entries.in_english(body))}"]
    lines += [f"issued_on = {identity.issued_on}"] if identity.issued_on else []
    if identity.parents:
        parents = [
            f"  {{ title = {written(one.title)}" + (f", number = {written(one.number)}" if one.number else "") + " },"
            for one in identity.parents
        ]
        lines += ["parents = [", *parents, "]"]
    lines += [
        'note_zh = "由 sanyi plan draft 起草，未经核对；见 draft-report.md"',
        'note_en = "drafted by sanyi plan draft, unchecked; see draft-report.md"',
        'uses = ["indicators"]',
    ]
    return "\n".join(lines) + "\n"
