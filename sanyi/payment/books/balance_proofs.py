"""What must hold of the balances of the posted ledger: sums of their lines, sub-ledgers, bounds. Source: R08, R09."""
from collections import Counter
from collections.abc import Iterator, Mapping

from sanyi.payment.books.accounts import ACCOUNTS
from sanyi.payment.books.fault import WHOLE, Fault, Row, Tables

SIDES = ("debit_fen", "credit_fen")
Place = tuple[str, str, str]  # fund, account, party


def balances_are_sums(tables: Tables) -> Iterator[Fault]:
    """Each balance is the sum of its lines."""
    sums: Counter = Counter()
    funds = {group["id"]: group["fund_code"] for group in tables["groups"]}
    for line in tables["lines"]:
        for party in dict.fromkeys((WHOLE, line["party"])):
            for side in SIDES:
                sums[funds.get(line["group"]), line["account"], party, side] += line[side]
    written = _written(tables)
    for place in sorted({key[:3] for key in sums if key[0]} | set(written)):
        row = written.get(place, dict.fromkeys(SIDES, 0))
        for side in SIDES:
            if row[side] != sums[*place, side]:
                yield Fault("balance", place[1], f"{place[0]} {place[2]} {side}", row[side], sums[*place, side])


def balances_are_in_bounds(tables: Tables) -> Iterator[Fault]:
    """No account, or party of a control account, leaves its bounds."""
    for (fund, account, party), row in _written(tables).items():
        net, known = _net(row), ACCOUNTS.get(account)
        bound = known.bound if known and (party != WHOLE) == (known.party_kind != "none") else "none"
        if bound == "debit" and net < 0 or bound == "credit" and net > 0:
            yield Fault("bound", account, f"{fund} {party}", net, bound)


def control_accounts_are_sums(tables: Tables) -> Iterator[Fault]:
    """A control account is the sum of its sub-ledger."""
    written, parts = _written(tables), Counter()
    for (fund, account, party), row in written.items():
        if party != WHOLE:
            parts[fund, account] += _net(row)
    for (fund, account, party), row in written.items():
        if party == WHOLE and account in ACCOUNTS and ACCOUNTS[account].party_kind != "none" and _net(row) != parts[fund, account]:
            yield Fault("sub_ledger", account, fund, _net(row), parts[fund, account])


def _written(tables: Tables) -> Mapping[Place, Row]:
    return {(row["fund_code"], row["account"], row["party"]): row for row in tables["balances"]}


def _net(row: Row) -> int:
    return row["debit_fen"] - row["credit_fen"]
