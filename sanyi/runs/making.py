"""Making a step's result: without rows where the plan does not choose it, in plain Python, or by the engine; or finding it kept."""
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sanyi.engines.small_files import write_rows
from sanyi.runs.ahead import Ahead
from sanyi.runs.card import code_version
from sanyi.runs.compiled import Said
from sanyi.runs.kept import kept_digest
from sanyi.runs.result_keys import empty_key, month_places, place_of, result_key
from sanyi.runs.saying import besides, is_chosen, said_by
from sanyi.runs.steps import promise
from sanyi.runs.under_way import Made, Run, show
from sanyi.runs.writing import write
from sanyi.terms.step import Step

Result = tuple[Path, str, int, bool]  # where it lies, its key, its rows, whether it was kept


def make(under_way: Run, step: Step, ahead: Ahead) -> Made:
    """Make one step's result, or find it; `ahead` has what steps say that are compiled while others run."""
    started = time.perf_counter()
    proxy, values = under_way.plan.recording()
    if not is_chosen(step, proxy):
        path, key, rows, was_kept = _empty(under_way, step)
    elif step.exact:
        path, key, rows, was_kept = _exact(under_way, step, proxy, values)
    else:
        path, key, rows, was_kept = _by_engine(under_way, step, values, ahead)
    file = path.relative_to(under_way.out).as_posix()
    digest = kept_digest(under_way.out, file)
    return Made(step.name, file, key, digest, rows, time.perf_counter() - started, was_kept, step.tables, dict(values))


def _empty(under_way: Run, step: Step) -> Result:
    """Leave the table of a method that the plan does not choose without rows, and without compiling anything."""
    key = empty_key(step)
    path = place_of(under_way, step, key, is_whole=True)
    was_kept = path.exists()
    if not was_kept:
        write_rows(step.makes, [], path)
    return path, key, 0, was_kept


def _by_engine(under_way: Run, step: Step, values: dict[str, Any], ahead: Ahead) -> Result:
    """Compile the step's expression; what it says and what it reads is the key its result is kept under."""
    said = said_by(under_way, step, ahead)
    values.update(said.values)
    key = result_key(under_way, step, said)
    path = place_of(under_way, step, key)
    parts = month_places(under_way, step, path, said).values() if step.makes.partition else [path]
    if all(part.exists() for part in parts):
        return path, key, under_way.engine.count(path), True
    return path, key, write(under_way, step, said, path), False


def _exact(under_way: Run, step: Step, proxy: Any, values: dict[str, Any]) -> Result:
    """Run a plain-Python step on small tables, unless its result from equal tables and equal answers of the plan is kept."""
    for said in under_way.compiled.of(step.name, under_way.plan):
        key, path = _exact_place(under_way, step, said.reads)
        if path.exists():
            values.update(said.values)
            return path, key, under_way.engine.count(path), True
    show(under_way, step)
    given = {name: under_way.engine.rows_of(name, promise(name)) for name in step.tables}
    rows = step.function(**given, **besides(step, proxy, under_way.year))
    under_way.compiled.add(step.name, Said("", dict(proxy.reads), dict(values)))
    key, path = _exact_place(under_way, step, proxy.reads)
    was_kept = path.exists()
    if not was_kept:
        write_rows(step.makes, rows, path)
    return path, key, len(rows), was_kept


def _exact_place(under_way: Run, step: Step, reads: Mapping[str, str]) -> tuple[str, Path]:
    """Which answers a step asks for may hang on its rows: rows and answers together are the key."""
    key = result_key(under_way, step, Said(f"{code_version()} {under_way.year} {json.dumps(dict(reads), sort_keys=True)}", {}, {}))
    return key, place_of(under_way, step, key)
