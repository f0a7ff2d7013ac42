"""What the browser needs besides `sanyi.tables.shown`: numbers for charts, typed filters, units in headings."""
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from sanyi.runs.results import BadQuestion
from sanyi.tables.shown import kind_of
from sanyi.tables.table import Column
from sanyi.terms.fen import take_rate, yuan


def ten_thousand_yuan(fen: int | None) -> float | None:
    """Fen as tens of thousands of yuan with two decimals, for a chart's axis only."""
    return None if fen is None else float(Decimal(take_rate(fen, 1, 10_000)).scaleb(-2))


def big(fen: int, language: str) -> tuple[str, str]:
    """A sum as people say it, with its unit: larger from a hundred million yuan (English: a million) on."""
    zh = language == "zh"
    is_large = abs(fen) >= (10**10 if zh else 10**8)
    scale, unit = {(True, True): (10**8, "亿元"), (False, True): (10**4, "万元"),
                   (True, False): (10**6, "m yuan"), (False, False): (10**3, "k yuan")}[is_large, zh]
    return yuan(take_rate(fen, 1, scale)), unit


def charted(kind: str, value: int | None) -> float | None:
    """A number for a chart: money in tens of thousands of yuan, shares in percent, the rest as it reads."""
    if value is None:
        return None
    if kind == "money":
        return ten_thousand_yuan(value)
    if kind == "share":
        return float(Decimal(take_rate(value, 1, 100)).scaleb(-2))
    return float(Decimal(value).scaleb(-int(kind[1:]))) if re.fullmatch(r"e\d", kind) else value


def asked(column: Column, text: str) -> Any:
    """Read what a person typed into a filter in the shown unit: 12.50 yuan is 1250 fen; raises BadQuestion."""
    kind = kind_of(column)
    places = {"money": 2, "share": 4}.get(kind, int(kind[1:]) if re.fullmatch(r"e\d", kind) else 0)
    if column.type != "whole":
        return text.strip()
    plain = text.replace(",", "").replace("，", "").replace("%", "").strip()
    try:
        if kind == "month":
            return int(plain.replace("-", ""))
        scaled = Decimal(plain).scaleb(places)
        if scaled != scaled.to_integral_value() or abs(scaled) >= 2**63:
            raise InvalidOperation
        return int(scaled)
    except (InvalidOperation, ValueError):
        raise BadQuestion(f"{column.zh}：“{text}”不是数字或小数位过多 / {column.en}: {text!r} is no number, or has too many decimals") from None


def unit_words(column: Column, language: str) -> str:
    """The unit a column is shown in, where it helps."""
    kind, zh = kind_of(column), language == "zh"
    if kind == "money":
        return "元" if zh else "yuan"
    known = {"days": ("天", "days"), "beds": ("张", "beds"), "years": ("岁", "years"), "grams": ("克", "grams")}
    return known[column.unit][0 if zh else 1] if column.unit in known and kind == "whole" else ""
