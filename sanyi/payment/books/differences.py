"""What is to be posted so that the ledger holds what a run says: only differences, never anew what is there already."""
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
import hashlib

from sanyi.payment.books.carried import Entry, Place
from sanyi.payment.books.journal_lines import closing_lines
from sanyi.payment.books.postings import CLOSE

KIND = {"original": ("首次入账", "first entry"), "difference": ("差额更正", "difference"), "reversal": ("冲销", "reversal")}


@dataclass(frozen=True)
class Posted:
    """What the ledger holds of one key: the sum of all its groups, and the last of its entry's head."""

    entry: Entry
    count: int


@dataclass(frozen=True)
class Difference:
    """One group to post: the lines that bring a key from what is posted to what is wanted; `reverses` names the group a reversal undoes."""

    entry: Entry
    kind: str
    reverses: Hashable = None


def differences(wanted: Mapping[str, Entry], posted: Mapping[str, Posted]) -> list[Difference]:
    """Every key whose posted sums are not the wanted ones, with the lines between; a key that is wanted no more goes to zero.

    A difference is posted as such (补充登记), not as a full reversal and a new entry: the payment that follows it is the
    difference, and the accounts must not show money coming back that never did. Source: R03, R10.
    """
    found = []
    for key in sorted({*wanted, *posted}):
        there = posted.get(key)
        sums = between(there.entry.sums if there else {}, wanted[key].sums if key in wanted else {})
        if sums:
            head = wanted[key] if key in wanted else there.entry
            found.append(Difference(replace(head, sums=sums), "difference" if there else "original"))
    return found


def between(now: Mapping[Place, int], then: Mapping[Place, int]) -> dict[Place, int]:
    """What must be added to some sums to make others."""
    moved = {place: then.get(place, 0) - now.get(place, 0) for place in sorted({*now, *then})}
    return {place: amount for place, amount in moved.items() if amount}


def closing_entries(entries: Iterable[Entry], year: int) -> dict[str, Entry]:
    """The closing of income and expense, by fund, over all that the ledger is to hold of the year. Source: GB-1."""
    lines = [{"fund_code": entry.fund_code, "account_code": account, "debit_fen": max(amount, 0), "credit_fen": max(-amount, 0)}
             for entry in entries if entry.posting_code != CLOSE for (account, _), amount in entry.sums.items()]
    found: dict[str, Entry] = {}
    for line in closing_lines(lines, year):
        key = f"{CLOSE}|{line['fund_code']}"
        entry = found.setdefault(key, Entry(
            key=key, fund_code=line["fund_code"], posting_code=CLOSE, for_period=f"{year}", posted_on=line["posted_on"], sums={},
            text_zh=line["text_zh"], text_en=line["text_en"], source_table=line["source_table"], source_key=line["source_key"],
            clause=line["clause"]))
        entry.sums[line["account_code"], line["party_id"]] = line["debit_fen"] - line["credit_fen"]
    return found


def digest_of_differences(found: Iterable[Difference]) -> str:
    """SHA-256 of what would be posted: an approval covers these bytes."""
    digest = hashlib.sha256()
    for each in found:
        sums = " ".join(f"{account} {party} {amount}" for (account, party), amount in sorted(each.entry.sums.items()))
        digest.update(f"{each.kind}\t{each.entry.key}\t{each.entry.for_period}\t{sums}\n".encode())
    return digest.hexdigest()
