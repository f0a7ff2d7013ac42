"""Estimating how much each agreement speaks for one person, and scoring pairs by it, with Splink on the embedded engine.

Source: Fellegi and Sunter 1969; Splink 4 (Linacre et al. 2022). An extra (`bootstrap.py linkage`): without it NotInstalled is raised.
"""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
import logging
from math import log2
import re
from typing import Any

import duckdb
import pyarrow

from sanyi.engines.errors import NotInstalled

SEED, SAMPLED_PAIRS = 1, 1_000_000
PPM = 1_000_000


@dataclass(frozen=True)
class Scored:
    """A pair with its chance to be one person, and for each field the level's place (-1: unknown) and what it weighs, in hundredths of a bit."""

    one: int
    other: int
    chance_ppm: int
    weighed: tuple[tuple[str, int, int], ...]


def link(columns: Mapping[str, Sequence[Any]], compared: Mapping[str, Sequence[Any]], blocks: Sequence[str], certain: Sequence[str], learnt: Sequence[str],
         recall_ppm: int, least_ppm: int, memory: str = "2GB", threads: int = 2) -> Iterator[Scored]:
    """Score the pairs of rows within blocks; those of at least `least_ppm`, the likeliest first. `columns` have the rows' values, `id` among them.

    `recall_ppm`: how many of all true pairs the rules in `certain` are taken to find. Errors: NotInstalled.
    """
    try:
        from splink import DuckDBAPI, Linker
    except ImportError:
        raise NotInstalled("没有安装 Splink：python3 bootstrap.py linkage / Splink is not installed: python3 bootstrap.py linkage") from None
    logging.getLogger("splink").setLevel(logging.ERROR)
    if len(columns["id"]) < 2:
        return
    with duckdb.connect(config={"memory_limit": memory, "threads": threads}) as connection:
        linker = Linker(pyarrow.table(columns), _settings(compared, blocks), DuckDBAPI(connection=connection), validate_settings=False)
        _learn(linker, certain, learnt, recall_ppm)
        found = linker.inference.predict(threshold_match_probability=least_ppm / PPM)
        names = list(compared)
        wanted = ", ".join(f"gamma_{name}, bf_{name}, bf_tf_adj_{name}" if _is_weighed(compared[name]) else f"gamma_{name}, bf_{name}, 1.0" for name in names)
        rows = connection.execute(f"SELECT id_l, id_r, match_probability, {wanted} FROM {found.physical_name} ORDER BY match_probability DESC, id_l, id_r")
        while some := rows.fetchmany(10_000):
            yield from (_scored(row, names) for row in some)


def _scored(row: tuple, names: Sequence[str]) -> Scored:
    one, other, chance, *parts = row
    weighed = tuple((name, int(level), round(100 * log2(float(factor) * float(adjusted)))) for name, level, factor, adjusted in zip(names, parts[::3], parts[1::3], parts[2::3]))
    return Scored(min(one, other), max(one, other), int(chance * PPM), weighed)


def _settings(compared: Mapping[str, Sequence[Any]], blocks: Sequence[str]) -> dict[str, Any]:
    """Splink's settings."""
    return {"link_type": "dedupe_only", "unique_id_column_name": "id", "blocking_rules_to_generate_predictions": list(blocks), "retain_matching_columns": True,
            "retain_intermediate_calculation_columns": True, "comparisons": [
                {"output_column_name": name, "comparison_levels": [{"sql_condition": f"{name}_l is null or {name}_r is null", "label_for_charts": "unknown", "is_null_level": True},
                                                                   *(_level(level) for level in levels)]} for name, levels in compared.items()]}


def _level(level: Any) -> dict[str, Any]:
    plain = {"sql_condition": _both_sides(level.condition) or "ELSE", "label_for_charts": level.name}
    return {**plain, "tf_adjustment_column": level.weighs} if level.weighs else plain


def _both_sides(condition: str) -> str:
    """Splink names a column's two sides by their endings in comparisons, by `l.` and `r.` in blocks."""
    return re.sub(r"\b([lr])\.(\w+)", r"\2_\1", condition)


def _is_weighed(levels: Sequence[Any]) -> bool:
    return any(level.weighs for level in levels)


def _learn(linker: Any, certain: Sequence[str], learnt: Sequence[str], recall_ppm: int) -> None:
    """Estimate the share of true pairs, then how often levels agree by chance, then how often they do for one person."""
    linker.training.estimate_probability_two_random_records_match(list(certain), recall=recall_ppm / PPM)
    linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=SEED)
    for rule in learnt:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        except Exception as few:  # Splink has one class for it that moved between releases
            if type(few).__name__ not in ("EMTrainingException", "ValueError"):
                raise  # no two rows alike in that way: what the other rules learnt stands, else Splink's own beginning
