"""An appraisal scheme as one value, read from a plan: another scheme is other data, not other code."""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """One part of the score: the mean of its stages × its weight; `has_spares` lets the stages there are stand in."""

    name: str
    stages: tuple[str, ...]
    weight_ppm: int
    has_spares: bool = False


@dataclass(frozen=True)
class Scheme:
    """The parts, bands (highest first), gates of the top band, vetoes, and the consequences of each band."""

    parts: tuple[Part, ...]
    full_mark_e4: int
    clips_above_full: bool
    bands: tuple[tuple[str, int], ...]
    gates: tuple[str, ...]
    gate_band: str
    gate_cap_band: str
    vetoes: tuple[str, ...]
    veto_band: str
    needs_document_number: bool
    needs_bulletin: bool
    leader_words_suffice: bool
    bonus_points_e4: Mapping[str, int]
    malus_points_e4: Mapping[str, int]
    factors_ppm: Mapping[str, int]

    def band_of(self, score_e4: int) -> str:
        """The band a score falls in; a band's minimum belongs to it. Source: WS-09."""
        return next((band for band, minimum in self.bands if score_e4 >= minimum), self.bands[-1][0])

    def lower(self, one: str, other: str) -> str:
        """The lower of two bands."""
        order = [band for band, _ in self.bands]
        return max(one, other, key=order.index)


def scheme_of(plan: Any) -> Scheme:
    """Read the plan's scheme; raises the plan's UnknownValue where a value is lacking. Source: WS-08 … WS-17."""
    def value(name: str) -> Any:
        return plan.value(f"appraisal.{name}")

    bands = sorted(((row["band"], row["minimum_score_e4"]) for row in value("bands")), key=lambda band: -band[1])
    return Scheme(
        parts=_parts(value), full_mark_e4=value("full_mark_e4"), clips_above_full=value("clip_above_full"),
        bands=tuple(bands), gates=tuple(value("gates")), gate_band=value("gate_band"),
        gate_cap_band=value("gate_cap_band"), vetoes=tuple(value("vetoes")), veto_band=value("veto_band"),
        needs_document_number=value("bonus_needs_document_number"), needs_bulletin=value("veto_needs_bulletin"),
        leader_words_suffice=value("leader_words_suffice"),
        bonus_points_e4={row["level"]: row["points_e4"] for row in value("bonus_points")},
        malus_points_e4={row["level"]: row["points_e4"] for row in value("malus_points")},
        factors_ppm={row["band"]: row["factor_e4"] * 100 for row in value("band_factors")})


def _parts(value: Any) -> tuple[Part, ...]:
    """The three parts of WS-08; WS-17 leaves open what a missing quarter means, so the plan says."""
    quarters = tuple(f"quarter_{number}" for number in value("quarters"))
    return (Part("quarter", quarters, value("quarter_weight_ppm"), value("missing_quarter") == "use_available"),
            Part("half_year", ("half_year",), value("half_year_weight_ppm")),
            Part("year_end", ("year_end",), value("year_end_weight_ppm")))
