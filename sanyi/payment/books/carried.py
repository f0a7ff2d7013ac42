"""From a run's journal to what the posted ledger is to hold: entries by their business key, payments by way of 1002."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
import hashlib
from typing import Any

from sanyi.payment.books.accounts import ACCOUNTS, DEPOSITS, UNDER_WAY
from sanyi.payment.books.postings import CLOSE, POSTINGS

RULES = {posting.code: posting for posting in POSTINGS}
Place = tuple[str, str]  # account and party, - for none


@dataclass(frozen=True)
class Entry:
    """What one business key is to hold: its head, and the sum (debit positive, in fen) on each account and party.

    `for_period` is the month it concerns (2020-03), or the year (2020) for what only the annual clearing knows.
    """

    key: str
    fund_code: str
    posting_code: str
    for_period: str
    posted_on: date
    sums: Mapping[Place, int]
    base_fen: int | None = None
    text_zh: str = ""
    text_en: str = ""
    source_table: str = ""
    source_key: str = ""
    clause: str = ""


@dataclass(frozen=True)
class Carried:
    """What a run has for the ledger: who it is, its entries by key, the figures of its sheets, and why it cannot be posted.

    `monthly` is by month (2020-03), institution and fund, `annual` by institution and fund; `findings` are the proofs of its
    books that fail, `blocked` the (period, Chinese, English) that lack a point value.
    """

    plan: str
    year: int
    digest: str
    card: Mapping[str, Any]
    finished_at: str
    entries: Mapping[str, Entry]
    monthly: Mapping[str, Mapping[tuple[str, str], Mapping[str, int]]]
    annual: Mapping[tuple[str, str], Mapping[str, int]]
    names: Mapping[str, str]
    findings: tuple[str, ...] = ()
    blocked: tuple[tuple[str, str, str], ...] = ()


HEAD = ("fund_code", "posting_code", "posted_on", "base_fen", "text_zh", "text_en", "source_table", "source_key", "clause")


def carried_entries(lines: Iterable[Mapping[str, Any]]) -> dict[str, Entry]:
    """A run's journal as entries by key; its closing and its nil entries stay behind, the closing is made from the ledger.

    What a fund pays to an institution goes by way of 1002 with the institution, until the payment is made. Source: R02, GB-2.
    """
    found: dict[str, Entry] = {}
    for line in lines:
        if line["posting_code"] == CLOSE:
            continue
        key = f"{line['posting_code']}|{line['source_key']}"
        entry = found.setdefault(key, Entry(key=key, for_period=period_of(line), sums={}, **{name: line[name] for name in HEAD}))
        place = _place(line)
        entry.sums[place] = entry.sums.get(place, 0) + line["debit_fen"] - line["credit_fen"]
    whole = {key: {place: amount for place, amount in entry.sums.items() if amount} for key, entry in found.items()}
    return {key: Entry(**{**vars(found[key]), "sums": whole[key]}) for key in sorted(found) if whole[key]}


def period_of(line: Mapping[str, Any]) -> str:
    """The month that a journal line's rule speaks of: of openings and monthly sums; else the year."""
    rule = RULES.get(line["posting_code"])
    year = line["posted_on"].year
    return f"{year}-{line['posted_on'].month:02d}" if rule and rule.is_monthly else f"{year}"


def _place(line: Mapping[str, Any]) -> Place:
    institution = institution_of(line["posting_code"], line["source_key"])
    if line["account_code"] == DEPOSITS and institution:
        return UNDER_WAY, institution
    return line["account_code"], line["party_id"]


def institution_of(posting_code: str, source_key: str) -> str:
    """The institution that a source row's key names, or an empty word."""
    rule = RULES.get(posting_code)
    return source_key.split("|")[rule.key.index("institution_id")] if rule and "institution_id" in rule.key else ""


def digest_of(entries: Iterable[Entry]) -> str:
    """SHA-256 of entries in the order of their keys: equal entries give equal bytes."""
    digest = hashlib.sha256()
    for entry in sorted(entries, key=lambda each: each.key):
        head = (entry.key, entry.for_period, *(str(getattr(entry, name)) for name in HEAD))
        sums = (f"{account} {party} {amount}" for (account, party), amount in sorted(entry.sums.items()))
        digest.update(("\t".join((*head, *sums)) + "\n").encode())
    return digest.hexdigest()


def is_declared(place: Place) -> bool:
    """Whether an account exists and names a party exactly where it has to."""
    account = ACCOUNTS.get(place[0])
    return account is not None and (account.party_kind == "none") == (place[1] == "-")
