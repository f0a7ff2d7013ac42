"""Bands: how a plan writes them down, and what they pay of an amount."""
from collections.abc import Mapping, Sequence
from typing import Any

from sanyi.payment.benefit.errors import BadBenefitPolicy
from sanyi.payment.benefit.policy import Band
from sanyi.terms.fen import PPM, take_rate

BANDS_ARE = ("widths", "above_deductible", "absolute")


def bands_of(ratio_ppm: int, more: Sequence[Mapping[str, Any]], person: str, rise_ppm: int, factor_ppm: int) -> tuple[Band, ...]:
    """The bands of one level for one class of person.

    A row without `person` holds for everybody and takes the class's rise; a row of the class's own stands as it is written.
    The way's factor comes last, rounded to a millionth. Source: BEN-5, BEN-9.
    """
    for ratio in (ratio_ppm, *(row["ratio_ppm"] for row in more)):
        _check_ratio(ratio)
    general = {0: ratio_ppm, **{row["over_fen"]: row["ratio_ppm"] for row in more if not row.get("person")}}
    own = {row["over_fen"]: row["ratio_ppm"] for row in more if row.get("person") == person}
    found: list[Band] = []
    for edge in sorted({*general, *own}):
        ratio = _at(own, edge) if any(over <= edge for over in own) else min(PPM, _at(general, edge) + rise_ppm)
        paid = take_rate(ratio, factor_ppm)
        if not found or found[-1].ratio_ppm != paid:
            found.append(Band(edge, paid))
    return tuple(found)


def _check_ratio(ratio_ppm: int) -> None:
    if not 0 <= ratio_ppm <= PPM:
        raise BadBenefitPolicy(f"支付比例 {ratio_ppm} ppm 须在 0 与 100% 之间", f"a ratio of {ratio_ppm} ppm: it lies between 0 and 100 %")


def _at(rows: Mapping[int, int], edge: int) -> int:
    return rows[max(over for over in rows if over <= edge)]


def bands_above(rows: Sequence[Mapping[str, Any]], written_as: str, deductible_fen: int, rise_ppm: int = 0) -> tuple[Band, ...]:
    """Catastrophic bands as lower edges above the deductible, whichever way the plan writes them, each ratio raised alike.

    `widths`: each row's amount_fen is its width, 0 for the last without end. `above_deductible`: its lower edge above the
    deductible. `absolute`: its lower edge as an amount, the first being the deductible itself. The poor, whose deductible is
    lower, keep the same widths. Source: BEN-7 (the open tool's trap: absolute amounts taken for widths).
    """
    for row in rows:
        _check_ratio(row["ratio_ppm"])
    sizes = [row["amount_fen"] for row in rows]
    if written_as == "widths":
        if any(size == 0 for size in sizes[:-1]):
            raise BadBenefitPolicy("大病保险：只有最后一段可以不设宽度（0）", "catastrophic: only the last band may be without a width (0)")
        edges = [sum(sizes[:place]) for place in range(len(sizes))]
    else:
        edges = [size - (deductible_fen if written_as == "absolute" else 0) for size in sizes]
    if edges[0] != 0 or edges != sorted(set(edges)):
        raise BadBenefitPolicy(
            f"大病保险分段（{written_as}）应从起付线开始、逐段升高；现为 {sizes}，起付线 {deductible_fen} 分",
            f"catastrophic bands ({written_as}) begin at the deductible and rise; seen {sizes}, deductible {deductible_fen} fen")
    found = [Band(edge, min(PPM, row["ratio_ppm"] + rise_ppm)) for edge, row in zip(edges, rows, strict=True)]
    if written_as == "widths" and sizes[-1]:
        found.append(Band(sum(sizes), 0))
    return tuple(found)


def paid_by_bands(bands: Sequence[Band], start_fen: int, amount_fen: int) -> list[tuple[Band, int]]:
    """Which part of an amount that begins at a position falls into each band."""
    end = start_fen + amount_fen
    tops = [band.over_fen for band in bands[1:]]
    parts = [min(end, top) - max(start_fen, band.over_fen) for band, top in zip(bands, [*tops, end], strict=True)]
    return [(band, part) for band, part in zip(bands, parts, strict=True) if part > 0]
