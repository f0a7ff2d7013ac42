"""One row of measures in, one value out: the worked example of an indicator that is one formula."""
from sanyi.terms.example import Example


def worked(title_zh: str, title_en: str, table: str, value_e6: int | None, *numbers: str, **measures: int | None) -> Example:
    """The region's year 2020 with these measures gives this value (None: it cannot be computed)."""
    row = {"scope_code": "region", "scope_id": "region", "period": "2020", **measures}
    return Example(title_zh, title_en, {table: [row]}, [{"value_e6": value_e6}], numbers=numbers)
