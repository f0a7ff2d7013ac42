"""Rows set apart in several files, put together for the exact checks."""
from collections.abc import Mapping

import pyarrow as pa

from sanyi.engines.raw_keys import Keys
from sanyi.engines.raw_stream import Streamed, placed


def rows_apart(apart: Mapping[int, Streamed]) -> pa.Table:
    """The doubtful and the stray rows of several files as one table; the file's place goes before the line."""
    return pa.concat_tables([placed(pa.concat_tables([each.doubtful, each.strays]), place) for place, each in apart.items()])


def strays_apart(apart: Mapping[int, Streamed]) -> pa.Table:
    """The stray rows alone."""
    return pa.concat_tables([placed(each.strays, place) for place, each in apart.items()])


def keys_there(apart: Mapping[int, Streamed], column: str, parents: Mapping[int, Keys]) -> pa.Table:
    """Of the keys that each file's rows apart ask for in a column, those its parent table has: key and place."""
    return pa.concat_tables([_there(place, each, column, parents[place]) for place, each in apart.items()])


def _there(place: int, streamed: Streamed, column: str, parents: Keys) -> pa.Table:
    values = pa.concat_tables([streamed.doubtful, streamed.strays])[column].drop_null().unique()
    there = values.filter(pa.array(parents.holds(values), pa.bool_()))
    return pa.table({"key": there, "place": pa.array([place] * len(there), pa.int64())})
