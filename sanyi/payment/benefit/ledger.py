"""The posted ledger of one person and insurance: claims and reversals in any order, corrections as difference entries."""
from dataclasses import dataclass, replace

from sanyi.payment.benefit.claim import Claim
from sanyi.payment.benefit.policy import Policies
from sanyi.payment.benefit.settle import refused, terms_of
from sanyi.payment.benefit.year import SettledYear, settle_year

ENTRY = {"settled": ("结算", "settled"), "reversed": ("冲销", "reversed"), "corrected": ("差额更正", "corrected by the difference")}


@dataclass(frozen=True)
class Entry:
    """One posted line: what a settlement's sums changed by, and which claim caused it."""

    number: int
    settlement_id: str
    kind: str
    cause: str
    amounts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class BenefitLedger:
    """Everything posted for one person and insurance; entries are only ever added. Source: BEN-2."""

    policies: Policies
    claims: tuple[Claim, ...] = ()
    entries: tuple[Entry, ...] = ()

    def year(self, year: int) -> SettledYear:
        """A year as its claims settle today; a chain of referrals may have begun the year before."""
        last_year = settle_year(self._of(year - 1), self.policies)
        return settle_year(self._of(year), self.policies, last_year=last_year.settled)

    def post(self, claim: Claim) -> "BenefitLedger":
        """Post a claim, late or not; what follows it is settled again. Errors: RefusedClaim with the reason, nothing posted."""
        if any(claim.settlement_id == each.settlement_id for each in self.claims):
            raise refused("twice", claim.settlement_id)
        self._open(claim)
        terms_of(self.policies, claim)
        return self._with((*self.claims, claim), claim, "settled")

    def reverse(self, settlement_id: str) -> "BenefitLedger":
        """Take a settlement back; what followed it is settled again. Errors: RefusedClaim with the reason, nothing posted."""
        claim = next((each for each in self.claims if each.settlement_id == settlement_id), None)
        if claim is None:
            raise refused("unknown", settlement_id)
        self._open(claim)
        later = sorted(each.settlement_id for each in self.claims if each.year == claim.year and each.order > claim.order)
        if later and self.policies.choices.reversal_order == "lifo":
            raise refused("not_last", ", ".join(later))
        return self._with(tuple(each for each in self.claims if each is not claim), claim, "reversed")

    def balance(self, settlement_id: str) -> dict[str, int]:
        """What a settlement's entries add up to."""
        found: dict[str, int] = {}
        for entry in self.entries:
            if entry.settlement_id == settlement_id:
                found.update({name: found.get(name, 0) + value for name, value in entry.amounts})
        return found

    def _of(self, year: int) -> list[Claim]:
        return [claim for claim in self.claims if claim.year == year]

    def _open(self, claim: Claim) -> None:
        """A year is closed once a later one has settled."""
        if later := [each.year for each in self.claims if each.year > claim.year]:
            raise refused("year_closed", f"{claim.settlement_id}: {claim.year} < {min(later)}")

    def _with(self, claims: tuple[Claim, ...], cause: Claim, kind: str) -> "BenefitLedger":
        after = replace(self, claims=claims)
        now, then = _amounts(after.year(cause.year)), _amounts(self.year(cause.year))
        changed = sorted(name for name in {*now, *then} if now.get(name) != then.get(name) or name == cause.settlement_id)
        entries = []
        for name in (cause.settlement_id, *(each for each in changed if each != cause.settlement_id)):
            zero = dict.fromkeys(now.get(name) or then[name], 0)
            new, old = now.get(name, zero), then.get(name, zero)
            entries.append(Entry(len(self.entries) + len(entries) + 1, name, kind if name == cause.settlement_id else "corrected",
                                 cause.settlement_id, tuple((field, new[field] - old[field]) for field in zero)))
        return replace(after, entries=(*self.entries, *entries))


def _amounts(year: SettledYear) -> dict[str, dict[str, int]]:
    return {one.claim.settlement_id: one.amounts for one in year.settled}
