"""The reasons of a run's clearings, or of their difference from another run's, worked out on the results' files."""
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import ibis

from sanyi.engines.duck import DuckEngine
from sanyi.payment.reasons.of_cases import STAGES, STAGES_BETWEEN, stages_between, stages_of_one, sums_between, sums_of_one
from sanyi.payment.reasons.of_clearings import reasons_between, reasons_of
from sanyi.payment.reasons.reason import CASE_SUMS
from sanyi.runs.results import Results
from sanyi.tables.table import Table

CASES, DETAILS, CLEARINGS = "inpatient_cases", "dip_cases", "inpatient_clearings"
FORM = "payment.fund_pay_form"


def clearing_reasons(results: Results) -> list[dict[str, Any]]:
    """Why each institution's clearing is what it is: rows of CLEARING_REASONS."""
    sums = _sums([results], stages_of_one, STAGES, partial(sums_of_one, form=_form(results)))
    return reasons_of(results.page(CLEARINGS, limit=None), sums)


def reasons_apart(base: Results, other: Results) -> list[dict[str, Any]]:
    """Why each institution's clearing differs from the base's: rows of CLEARING_REASONS; none where nothing differs."""
    is_same = all(base.card["steps"][name]["digest"] == other.card["steps"][name]["digest"] for name in (CASES, DETAILS))
    sums = [] if is_same else _sums([base, other], stages_between, STAGES_BETWEEN, partial(sums_between, form=_form(base)))
    return reasons_between(base.page(CLEARINGS, limit=None), other.page(CLEARINGS, limit=None), sums)


def shown(engine: DuckEngine, name: str, files: Sequence[Path], promised: Table) -> ibis.Table:
    """Let the engine know some files by a name, and give the table that stands for them in expressions."""
    engine.show_files(name, files, promised)
    return ibis.table(promised.schema, name=name)


def _sums(states: Sequence[Results], stages_of: Callable[..., ibis.Table], promised: Table,
          sums_of: Callable[[ibis.Table], ibis.Table]) -> list[dict[str, Any]]:
    """Write the cases' stages out, then add up what they come to."""
    with DuckEngine() as engine, tempfile.TemporaryDirectory(prefix="sanyi-reasons-") as folder:
        stages = Path(folder) / "stages.parquet"
        tables = [shown(engine, f"{name}_{place}", state.files(name), state.promise(name)) for place, state in enumerate(states) for name in (CASES, DETAILS)]
        engine.write(engine.sql(stages_of(*tables), promised), promised, stages, sort=False)
        return engine.rows(engine.sql(sums_of(shown(engine, "stages", [stages], promised)), CASE_SUMS))


def _form(results: Results) -> str:
    """How the fund paid: a value that the pricing steps read."""
    return next((made["values"][FORM] for made in results.card["steps"].values() if FORM in made["values"]), "less_patient")
