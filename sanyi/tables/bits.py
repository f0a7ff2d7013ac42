"""Sets of up to 63 things kept as the bits of one whole number."""
import ibis


@ibis.udf.agg.builtin(name="bit_or", signature=(("int64",), "int64"))
def bit_or(bits: int) -> int:
    """Put the bits of all rows together; no rows give an empty cell (the library's own says nothing on Spark)."""
