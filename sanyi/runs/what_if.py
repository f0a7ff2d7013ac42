"""What-if: the same kernel on the same records under a changed plan, reusing all that the change does not touch."""
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sanyi.plans import Plan, PlanOnDay
from sanyi.runs.card import CARD, code_version
from sanyi.runs.compiled import FILE as COMPILED, Compiled
from sanyi.runs.errors import OtherOrigin, RefusedByStep, RunError
from sanyi.runs.kept import with_months
from sanyi.runs.month_files import link_or_copy
from sanyi.runs.records import Records, open_records
from sanyi.runs.results import Results
from sanyi.runs.run import Report, only_run, run
from sanyi.runs.steps import all_steps, in_order
from sanyi.runs.under_way import STORE

TRIED, CLOSED = "what-if.json", "closing.json"


@dataclass(frozen=True)
class Reach:
    """Which steps a change reaches: those that read a changed value, and all that ask for what these make, in the run's order."""

    reading: tuple[str, ...]
    following: tuple[str, ...]
    untouched: tuple[str, ...]


def open_base(folder: Path, plan: Plan) -> Results:
    """Open the results a what-if is compared with; they must be this plan's, on the records as they are, by this program.

    Errors: OtherOrigin saying what differs and how to run the base again; NoResults.
    """
    base = Results(folder)
    seen = {"plan": base.card["plan_digest"] == plan.digest, "records": base.records.snapshot == base.card["records_snapshot"],
            "version": base.card["code_version"] == code_version()}
    words = {"plan": ("方案", "the plan"), "records": ("数据", "the records"), "version": ("程序", "the program")}
    other = [words[part] for part, is_same in seen.items() if not is_same]
    if other:
        command = f"sanyi run --plan {plan.name} --records {base.records.folder} --year {base.year} --out {folder}"
        raise OtherOrigin(f"{folder}：{'、'.join(zh for zh, _ in other)}与这些结果不是同一版，请先重新核算 / these results were made with another "
                        f"version of {', '.join(en for _, en in other)}; run them again first: {command}")
    return base


def key_of(base: Results, changed: Plan, on: date | None = None, is_behaving: bool = False) -> str:
    """Name a what-if by its base, its plan, its day and whether people answer it: the same question has the same folder."""
    return hashlib.sha256(f"{base.card['digest']} {changed.digest} {on or day_of(base)} {is_behaving}".encode()).hexdigest()[:16]


def day_of(base: Results) -> date:
    """The day the base took its plan on."""
    return date.fromisoformat(base.card["plan_on"])


def reach(base: Results, plan: Plan, changed: Plan, on: date | None = None) -> Reach:
    """Say beforehand which steps a changed plan can reach, from what the base's steps read. No step is run."""
    before, after = plan.on(day_of(base)), changed.on(on or day_of(base))
    compiled = Compiled(base.folder, base.card["code_version"], str(base.year), *base.card["engine"].split())
    reading, following, untouched, touched = [], [], [], set()
    for step in in_order(all_steps(), base.names):
        if any(before.answer(question) != after.answer(question) for question in _questions(base, compiled, step.name, before)):
            reading.append(step.name)
        elif touched & set(step.tables):
            following.append(step.name)
        else:
            untouched.append(step.name)
            continue
        touched.add(step.name)
    return Reach(tuple(reading), tuple(following), tuple(untouched))


def _questions(base: Results, compiled: Compiled, step: str, plan: PlanOnDay) -> set[str]:
    """What a step asked of the base's plan: the values its card shows, and all that it said it read."""
    shown = base.card["steps"][step]["values"]
    asked = {f"value {name}" for name in shown if not name.startswith("target.")} | ({"targets"} if any(name.startswith("target.") for name in shown) else set())
    return asked | {question for said in compiled.of(step, plan) for question in said.reads}


def what_if(base: Results, changed: Plan, out: Path, on: date | None = None, memory: str = "4GB", threads: int = 2,
            report: Report = lambda done, text: None, changes: Mapping[str, Any] | None = None, records: Path | None = None,
            assumed: Mapping[str, list[str]] | None = None) -> Results:
    """Run a changed plan beside its base and open the results; the base's card and files stay as they are.

    `out` gets links to the base's kept results, so that only what the change reaches is run; `records` is another record
    to run on (see behaviour), `assumed` what it assumes, by language. Errors: RefusedByStep, ResultsBusy, whatever a run refuses.
    """
    lend(base, out)
    try:
        run(changed, records or base.records.folder, base.year, out, base.card["engine"].split()[0], memory, threads, base.names, report, on or day_of(base))
    except (ValueError, KeyError, TypeError, ZeroDivisionError) as refused:
        raise RefusedByStep(f"有步骤不能按改动后的方案计算：{refused} / a step cannot work with the plan as changed: {refused}") from refused
    told = {"base": os.path.relpath(base.folder.resolve(), out.resolve()), "base_digest": base.card["digest"], "changes": dict(changes or {}), "assumed": dict(assumed or {})}
    (out / TRIED).write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    return Results(out)


def assumed_in(other: Results, language: str) -> list[str]:
    """What a what-if assumes of people's behaviour; nothing where it is static."""
    return json.loads((other.folder / TRIED).read_text("utf-8"))["assumed"].get(language, [])


def lend(base: Results, out: Path) -> None:
    """Link the base's kept results and compiled steps into a folder of its own; raises RunError where other results lie there."""
    if out.resolve() == base.folder.resolve():
        raise RunError(f"{out}：试算结果不能写进原结果 / a what-if is not written over its base")
    if (out / CARD).exists() and not any((out / mark).exists() for mark in (TRIED, CLOSED)):
        raise RunError(f"{out}：此处是另一次核算的结果 / this folder holds the results of a run of its own")
    (out / STORE).mkdir(parents=True, exist_ok=True)
    with only_run(base.folder):
        for made in base.card["steps"].values():
            for file in with_months(base.folder, made["file"]):
                if not (out / STORE / file.name).exists():
                    link_or_copy(file, out / STORE / file.name)
        if _is_newer(base.folder / COMPILED, out / COMPILED):
            shutil.copyfile(base.folder / COMPILED, out / COMPILED)


def _is_newer(file: Path, than: Path) -> bool:
    return file.exists() and not (than.exists() and than.stat().st_mtime_ns > file.stat().st_mtime_ns)


def tables_apart(base: Results, other: Results) -> list[str]:
    """The tables whose bytes differ, by name; none at all where the change is empty."""
    names = sorted(base.card["steps"].keys() | other.card["steps"].keys())
    return [name for name in names if _digest(base, name) != _digest(other, name)]


def _digest(opened: Results, name: str) -> str | None:
    return opened.card["steps"].get(name, {}).get("digest")
