"""Writing what a step says: in one go, month by month where every row of a case is in one month, or by shares of the residents."""
from collections.abc import Iterator
from pathlib import Path

from sanyi.engines.cuts import RESIDENT, in_share
from sanyi.runs.compiled import Said
from sanyi.runs.month_files import lend_month
from sanyi.runs.result_keys import month_places, monthly_needs
from sanyi.runs.shares import share_files, shares_for
from sanyi.runs.steps import promise
from sanyi.runs.under_way import Run, files_of, show
from sanyi.terms.step import Step


def write(under_way: Run, step: Step, said: Said, path: Path) -> int:
    """Write a step's result and check its key; returns its rows. However it is cut, the bytes are the same."""
    if is_by_month(under_way, step) and step.makes.partition:
        return sum(_month_files(under_way, step, said, path))
    rows = _one_file(under_way, step, said, path)
    under_way.engine.check_key(step.makes, path)
    return rows


def is_by_month(under_way: Run, step: Step) -> bool:
    """Whether a step is run month by month: to bound memory, or because its table is kept so."""
    return step.locality == "case" and bool(monthly_needs(step)) and (under_way.engine.has_bounded_memory or bool(step.makes.partition))


def _one_file(under_way: Run, step: Step, said: Said, path: Path) -> int:
    if is_by_month(under_way, step):
        return _merged_months(under_way, step, said, path)
    shares = _shares(under_way, step)
    if shares > 1:
        return _merged_shares(under_way, step, said, path, shares)
    show(under_way, step)
    return under_way.engine.write(said.sql, step.makes, path)


def _month_files(under_way: Run, step: Step, said: Said, path: Path) -> Iterator[int]:
    """Keep a large case-local result one file a month, each in the order of the key; they appear together at the end."""
    parts = month_places(under_way, step, path, said)
    for month, part in parts.items():
        new = part.with_suffix(".new")
        if lend_month(part, new):
            yield under_way.engine.count(new)
            continue
        show(under_way, step, month)
        yield under_way.engine.write(said.sql, step.makes, new)
        under_way.engine.check_key(step.makes, new)
    for part in parts.values():
        part.with_suffix(".new").rename(part)


def _merged_months(under_way: Run, step: Step, said: Said, path: Path) -> int:
    """Run a case-local step one month at a time (a seventh of the memory), then put the parts in order; they stay for the next run."""
    parts = month_places(under_way, step, path, said)
    for month, part in parts.items():
        if not part.exists() and not lend_month(part, part):
            show(under_way, step, month)
            under_way.engine.write(said.sql, step.makes, part, sort=False)
    return under_way.engine.merge(list(parts.values()), step.makes, path)


def _shares(under_way: Run, step: Step) -> int:
    """In how many shares of the residents a person-local step is run: by the rows of the largest table that names residents."""
    if step.locality != "person" or not under_way.engine.has_bounded_memory:
        return 1
    rows = [sum(map(under_way.engine.count, files_of(under_way, name))) for name in step.tables if RESIDENT in promise(name).names]
    return shares_for(max(rows, default=0))


def _merged_shares(under_way: Run, step: Step, said: Said, path: Path, shares: int) -> int:
    """Run a person-local step on one share of the residents after another, then put their rows in order: the same bytes as in one go."""
    with share_files(path, shares) as parts:
        for number, part in enumerate(parts):
            for name in step.tables:
                under_way.engine.show_files(name, files_of(under_way, name), promise(name), in_share(promise(name), number, shares))
            under_way.engine.write(said.sql, step.makes, part, sort=False)
        return under_way.engine.merge(parts, step.makes, path)
