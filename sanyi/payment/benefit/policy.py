"""A benefit policy as one unchanging value: what each scheme pays, by care, level, person and way of going there."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sanyi.tables import codes
from sanyi.tables.record.insured_months import INSURED_MONTHS
from sanyi.terms.fen import PPM, take_rate

CARE = {"stay": ("住院", "stays"), "visit": ("门诊", "visits")}
WAY = {
    "local": ("统筹区内", "inside the area"), "filed": ("异地长期居住已备案", "off-site, filed as living there"),
    "referred": ("转诊到统筹区外", "off-site by referral"), "emergency": ("统筹区外急诊，未备案", "off-site emergency, not filed"),
    "unfiled": ("统筹区外，未备案未转诊", "off-site, neither filed nor referred"),
}
PERSON = INSURED_MONTHS["person_class_code"].allowed
LEVELS = tuple(reversed(codes.LEVEL))  # from the village up
NO_LIMIT = 2**62  # fen; no sum of money comes near

Key = tuple[str, str, str, str, str]  # insurance, care, level, person, way


@dataclass(frozen=True)
class Band:
    """From an amount upwards this part is paid."""

    over_fen: int
    ratio_ppm: int


@dataclass(frozen=True)
class Repeat:
    """What the second and later stays of a year pay of the deductible: a part of it, less a step a stay, down to a floor."""

    part_ppm: int = PPM
    step_fen: int = 0
    floor_fen: int = 0

    def deductible_fen(self, full_fen: int, number: int) -> int:
        """The deductible of the year's stay of this number (1, 2, …); never raised by the floor."""
        if number == 1:
            return full_fen
        return max(min(full_fen, self.floor_fen), take_rate(full_fen, self.part_ppm) - self.step_fen * (number - 1))


@dataclass(frozen=True)
class Terms:
    """All that decides one claim: deductible, bands, caps, catastrophic bands above their own deductible, aid."""

    deductible_fen: int
    bands: tuple[Band, ...]
    repeat: Repeat = Repeat()
    care_cap_fen: int = NO_LIMIT
    cap_fen: int = NO_LIMIT
    catastrophic_deductible_fen: int = 0
    catastrophic_bands: tuple[Band, ...] = ()
    catastrophic_cap_fen: int = NO_LIMIT
    aid_ratio_ppm: int = 0
    aid_cap_fen: int = NO_LIMIT


@dataclass(frozen=True)
class Choices:
    """How a scheme counts; taken once for the whole year, as a change within it would mix two ways of counting."""

    deductible_basis: str = "stay"  # or "year"
    segment_basis: str = "stay"  # or "year"
    bands_from: str = "zero"  # or "deductible"
    policy_date: str = "settled_on"  # or "discharged_on"
    reversal_order: str = "any"  # or "lifo"
    referral_scope: str = "consortium"  # or "region"
    referral_window_days: int = 7
    referral_is_continuous: bool = True
    loose_referral_is_continuous: bool = False
    referral_runs_over_new_year: bool = True
    cap_counts_visits: bool = True
    catastrophic_counts_visits: bool = False
    aid_counts_visits: bool = False


@dataclass(frozen=True)
class Policy:
    """The terms in force from a day on."""

    since: date
    terms: Mapping[Key, Terms]

    def name_of(self, key: Key) -> str:
        """The one text that names a cell of the policy in tables."""
        return "|".join((self.since.isoformat(), *key))


@dataclass(frozen=True)
class Policies:
    """A year's policies in the order of their days, with the choices that hold throughout."""

    choices: Choices
    periods: tuple[Policy, ...]

    def on(self, day: date) -> Policy | None:
        """The policy in force on a day; None before the first."""
        return next((policy for policy in reversed(self.periods) if policy.since <= day), None)

    def layers(self, limit: str, care: str = "") -> int:
        """How many different limits of one kind a person can meet in a year (the widest scheme counts)."""
        return max((len({getattr(terms, limit) for policy in self.periods for key, terms in policy.terms.items()
                         if key[0] == insurance and care in ("", key[1])}) for insurance in codes.INSURANCE), default=0)

    @property
    def cells(self) -> tuple[tuple[int, Policy, Key, Terms], ...]:
        """Every cell with its number, which tables name it by."""
        every = [(policy, key, terms) for policy in self.periods for key, terms in policy.terms.items()]
        return tuple((number, *cell) for number, cell in enumerate(every, 1))

    @property
    def has_visit_deductible(self) -> bool:
        """Whether any visit bears a deductible."""
        return any(terms.deductible_fen for policy in self.periods for key, terms in policy.terms.items() if key[1] == "visit")
