"""What must hold of the entries of the posted ledger, one by one. Source: R02, R03."""
from collections import defaultdict
from collections.abc import Iterator

from sanyi.payment.books.accounts import ACCOUNTS
from sanyi.payment.books.fault import WHOLE, Fault, Tables, entry_name, lines_of, net_of


def entries_balance(tables: Tables) -> Iterator[Fault]:
    """Each entry balances and is as many lines and as much as it says."""
    lines = lines_of(tables)
    for group in tables["groups"]:
        own = lines[group["id"]]
        debit, credit = sum(line["debit_fen"] for line in own), sum(line["credit_fen"] for line in own)
        accounts = ",".join(sorted({line["account"] for line in own})) or "-"
        numbers = ",".join(str(line["number"]) for line in own) or "-"
        if debit != credit:
            yield Fault("whole", accounts, f"{entry_name(group)} 行/lines {numbers}", f"{debit}≠{credit}", "debit = credit")
        if (len(own), debit) != (group["line_count"], group["total_fen"]):
            yield Fault("whole", accounts, f"{entry_name(group)} 行/lines {numbers}", f"{len(own)} 行/lines {debit}", f"{group['line_count']} {group['total_fen']}")


def lines_have_entries(tables: Tables) -> Iterator[Fault]:
    """Each line belongs to an entry."""
    known = {group["id"] for group in tables["groups"]}
    for line in tables["lines"]:
        if line["group"] not in known:
            yield Fault("orphan", line["account"], f"{line['group']} 行/line {line['number']}", line["debit_fen"] - line["credit_fen"], "no line")


def numbers_have_no_gaps(tables: Tables) -> Iterator[Fault]:
    """Entries and the versions of a key are numbered without gaps."""
    for place, group in enumerate(sorted(tables["groups"], key=lambda row: row["number"]), 1):
        if group["number"] != place:
            yield Fault("numbers", "-", entry_name(group), group["number"], place)
            return
    seen = defaultdict(list)
    for group in tables["groups"]:
        seen[group["key"]].append(group["sequence"])
    for key, sequences in sorted(seen.items()):
        if sorted(sequences) != list(range(1, len(sequences) + 1)):
            yield Fault("numbers", "-", key, sorted(sequences), f"1…{len(sequences)}")


def accounts_are_declared(tables: Tables) -> Iterator[Fault]:
    """Only declared accounts are used, with a party where one belongs."""
    known = {row["code"]: row for row in tables["accounts"]}
    groups = {group["id"]: group for group in tables["groups"]}
    for line in tables["lines"]:
        account, group = known.get(line["account"]), groups.get(line["group"])
        place = f"{entry_name(group) if group else line['group']} 行/line {line['number']}"
        if account is None or line["account"] not in ACCOUNTS:
            yield Fault("declared", line["account"], place, line["account"], "a declared account")
        elif (account["party_kind"] == "none") != (line["party"] == WHOLE):
            yield Fault("declared", line["account"], place, line["party"], "a party" if account["party_kind"] != "none" else WHOLE)


def corrections_are_linked(tables: Tables) -> Iterator[Fault]:
    """Differences and reversals name the entry they concern, and a reversal mirrors it."""
    groups = {group["id"]: group for group in tables["groups"]}
    first = {group["key"]: group["id"] for group in tables["groups"] if group["sequence"] == 1}
    lines = lines_of(tables)
    for group in tables["groups"]:
        expected = None if group["sequence"] == 1 else first.get(group["key"])
        if group["corrects"] != expected:
            yield Fault("linked", "-", entry_name(group), group["corrects"], expected)
        if (group["kind"] == "reversal") != (group["reverses"] is not None):
            yield Fault("linked", "-", entry_name(group), group["kind"], "reversal" if group["reverses"] else "no reversal")
        if group["reverses"] in groups:
            mine, its = net_of(lines[group["id"]]), net_of(lines[group["reverses"]])
            for account, party in sorted({*mine, *its}):
                if mine[account, party] != -its[account, party]:
                    yield Fault("linked", account, f"{entry_name(group)} {party}", mine[account, party], -its[account, party])
