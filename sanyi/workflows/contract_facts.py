"""What a step of a family-doctor contract may know besides."""
from dataclasses import dataclass
from datetime import date

from sanyi.workflows.facts import Facts


@dataclass(frozen=True)
class ContractFacts(Facts):
    """A contract of one resident with one team, from `from_on` to `to_on`; `term_on` is the last day that was agreed.

    `entry` is how it came about (first, renewal, transfer, succession), `years` its term. `closed` says (zh, en) why team, package or
    resident cannot have a contract, `clashes` which other contracts hold some of its days. `places_left` is the room in its team.
    `is_code_confirmed`: the resident's one-time code was shown just now. `witnesses` are the staff posted today where it is signed,
    `witness` is who stood by with the own account, on `witnessed_on`.
    `died_on` is the resident's day of death, `last_service_on` that of the last service given, `closed_until` the last day of the books'
    closed months: what was counted and settled stays. `earlier_from` is the first day of the contract it takes over from; `later_state` and `later_from` tell of the one that
    takes over from this. `successions` are the batches in which contracts of its institution pass on before its first day ends.
    `requests` are the resident's own requests that were accepted and made it.
    """

    entry: str = "first"
    years: int = 1
    from_on: date | None = None
    to_on: date | None = None
    term_on: date | None = None
    signed_on: date | None = None
    offer_days: int = 0
    cooling_off_days: int = 0
    closed: tuple[tuple[str, str], ...] = ()
    clashes: tuple[tuple[str, str], ...] = ()
    places_left: int = 1
    is_code_confirmed: bool = False
    witnesses: tuple[str, ...] = ()
    witness: str = ""
    witnessed_on: date | None = None
    died_on: date | None = None
    last_service_on: date | None = None
    closed_until: date | None = None
    earlier_from: date | None = None
    later_state: str = ""
    later_from: date | None = None
    successions: tuple[int, ...] = ()
    requests: tuple[int, ...] = ()
