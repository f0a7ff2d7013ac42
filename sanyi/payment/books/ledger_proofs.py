"""What must hold of the posted ledger, to the fen: each fault is named with its account, its entry and its line. Source: R02, R03, R09."""
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanyi.payment.books.accounts import ACCOUNTS, UNDER_WAY

Row = Mapping[str, Any]
WHOLE = "-"
LEDGER_CHECKS = {
    "whole": ("每笔分录借贷相等，行数、合计与所记相符", "each entry balances and is whole"),
    "orphan": ("每行分录都属于一笔分录", "each line belongs to an entry"),
    "numbers": ("分录编号连续", "entries are numbered without gaps"),
    "declared": ("只用已设科目，往来对象得当", "only declared accounts, and parties where they belong"),
    "balance": ("科目余额等于分录合计", "balances are the sums of their lines"),
    "sub_ledger": ("统驭科目等于明细合计", "control accounts are the sums of their sub-ledgers"),
    "bound": ("科目余额不越界", "no account leaves its bounds"),
    "linked": ("差额与冲销指向原分录，冲销与原分录相反", "differences and reversals name the entry they concern; a reversal mirrors it"),
    "said": ("账上各项等于批次所述", "the ledger holds what the batches say"),
    "bytes": ("批次所述与其摘要相符", "what a batch says has the digest it was approved with"),
    "sheet": ("结算单合计等于应支付", "sheets come to what is paid"),
    "paid": ("已支付批次不留待支付款项", "a paid batch leaves nothing under way"),
    "closed": ("已关账期间与关账时相符", "a closed period is as it was closed"),
    "voucher": ("凭证按其金额入账一次", "a voucher is posted once with its sum"),
}


@dataclass(frozen=True)
class Fault:
    """What does not hold: the proof, the account, the entry and line, what was found and what should be."""

    check_code: str
    account: str
    place: str
    found: object
    expected: object

    def __str__(self) -> str:
        zh, en = LEDGER_CHECKS[self.check_code]
        return (f"{zh}：科目 {self.account} [{self.place}] 为 {self.found}，应为 {self.expected} / "
                f"{en}: account {self.account} [{self.place}] is {self.found}, {self.expected} expected")


def ledger_faults(tables: Mapping[str, Sequence[Row]]) -> list[Fault]:
    """Prove one book as it stands: tables `accounts`, `groups`, `lines`, `balances`, `batches`, `said`, `sheets`, `vouchers`, `closings`.

    An empty list means that all holds. Source: R09.
    """
    faults = [fault for proof in (_whole, _orphans, _numbers, _declared, _balances, _linked, _said, _bytes, _sheets, _paid, _vouchers, _closed)
              for fault in proof(tables)]
    return list(dict.fromkeys(faults))


def _lines_of(tables) -> dict[Any, list[Row]]:
    found = defaultdict(list)
    for line in tables["lines"]:
        found[line["group"]].append(line)
    return found


def _name(group: Row) -> str:
    return f"{group['number']} {group['key']}"


def _whole(tables) -> Iterator[Fault]:
    lines = _lines_of(tables)
    for group in tables["groups"]:
        own = lines[group["id"]]
        debit, credit = sum(line["debit_fen"] for line in own), sum(line["credit_fen"] for line in own)
        accounts = ",".join(sorted({line["account"] for line in own})) or "-"
        numbers = ",".join(str(line["number"]) for line in own) or "-"
        if debit != credit:
            yield Fault("whole", accounts, f"{_name(group)} 行/lines {numbers}", f"{debit}≠{credit}", "debit = credit")
        if (len(own), debit) != (group["line_count"], group["total_fen"]):
            yield Fault("whole", accounts, f"{_name(group)} 行/lines {numbers}", f"{len(own)} 行/lines {debit}", f"{group['line_count']} {group['total_fen']}")


def _orphans(tables) -> Iterator[Fault]:
    known = {group["id"] for group in tables["groups"]}
    for line in tables["lines"]:
        if line["group"] not in known:
            yield Fault("orphan", line["account"], f"{line['group']} 行/line {line['number']}", line["debit_fen"] - line["credit_fen"], "no line")


def _numbers(tables) -> Iterator[Fault]:
    for place, group in enumerate(sorted(tables["groups"], key=lambda row: row["number"]), 1):
        if group["number"] != place:
            yield Fault("numbers", "-", _name(group), group["number"], place)
            return
    seen = defaultdict(list)
    for group in tables["groups"]:
        seen[group["key"]].append(group["sequence"])
    for key, sequences in sorted(seen.items()):
        if sorted(sequences) != list(range(1, len(sequences) + 1)):
            yield Fault("numbers", "-", key, sorted(sequences), f"1…{len(sequences)}")


def _declared(tables) -> Iterator[Fault]:
    known = {row["code"]: row for row in tables["accounts"]}
    groups = {group["id"]: group for group in tables["groups"]}
    for line in tables["lines"]:
        account, group = known.get(line["account"]), groups.get(line["group"])
        place = f"{_name(group) if group else line['group']} 行/line {line['number']}"
        if account is None or line["account"] not in ACCOUNTS:
            yield Fault("declared", line["account"], place, line["account"], "a declared account")
        elif (account["party_kind"] == "none") != (line["party"] == WHOLE):
            yield Fault("declared", line["account"], place, line["party"], "a party" if account["party_kind"] != "none" else WHOLE)


def _balances(tables) -> Iterator[Fault]:
    sums = Counter()
    funds = {group["id"]: group["fund_code"] for group in tables["groups"]}
    for line in tables["lines"]:
        for party in dict.fromkeys((WHOLE, line["party"])):
            for side in ("debit_fen", "credit_fen"):
                sums[funds.get(line["group"]), line["account"], party, side] += line[side]
    written = {(row["fund_code"], row["account"], row["party"]): row for row in tables["balances"]}
    for fund, account, party in sorted({key[:3] for key in sums if key[0]} | set(written)):
        row = written.get((fund, account, party), {"debit_fen": 0, "credit_fen": 0})
        for side in ("debit_fen", "credit_fen"):
            if row[side] != sums[fund, account, party, side]:
                yield Fault("balance", account, f"{fund} {party} {side}", row[side], sums[fund, account, party, side])
    parts = Counter()
    for (fund, account, party), row in written.items():
        if party != WHOLE:
            parts[fund, account] += row["debit_fen"] - row["credit_fen"]
        bound = ACCOUNTS[account].bound if account in ACCOUNTS and (party != WHOLE) == (ACCOUNTS[account].party_kind != "none") else "none"
        net = row["debit_fen"] - row["credit_fen"]
        if bound == "debit" and net < 0 or bound == "credit" and net > 0:
            yield Fault("bound", account, f"{fund} {party}", net, bound)
    for (fund, account, party), row in written.items():
        net = row["debit_fen"] - row["credit_fen"]
        if party == WHOLE and account in ACCOUNTS and ACCOUNTS[account].party_kind != "none" and net != parts[fund, account]:
            yield Fault("sub_ledger", account, fund, net, parts[fund, account])


def _linked(tables) -> Iterator[Fault]:
    groups = {group["id"]: group for group in tables["groups"]}
    first = {group["key"]: group["id"] for group in tables["groups"] if group["sequence"] == 1}
    lines = _lines_of(tables)
    for group in tables["groups"]:
        expected = None if group["sequence"] == 1 else first.get(group["key"])
        if group["corrects"] != expected:
            yield Fault("linked", "-", _name(group), group["corrects"], expected)
        if (group["kind"] == "reversal") != (group["reverses"] is not None):
            yield Fault("linked", "-", _name(group), group["kind"], "reversal" if group["reverses"] else "no reversal")
        if group["reverses"] in groups:
            mine, its = _net(lines[group["id"]]), _net(lines[group["reverses"]])
            for account, party in sorted({*mine, *its}):
                if mine[account, party] != -its[account, party]:
                    yield Fault("linked", account, f"{_name(group)} {party}", mine[account, party], -its[account, party])


def _net(lines: Sequence[Row]) -> Counter:
    net: Counter = Counter()
    for line in lines:
        net[line["account"], line["party"]] += line["debit_fen"] - line["credit_fen"]
    return net


def _said(tables) -> Iterator[Fault]:
    """What the newest standing batch says of a key, against all that the ledger holds of it."""
    standing = {row["id"]: row for row in tables["batches"] if row["state"] in ("posted", "paid")}
    newest: dict[str, int] = {}
    for row in tables["said"]:
        if row["batch"] in standing:
            newest[row["key"]] = max(newest.get(row["key"], 0), row["batch"])
    said, held = Counter(), Counter()
    for row in tables["said"]:
        if newest.get(row["key"]) == row["batch"]:
            said[row["key"], row["account"], row["party"]] += row["amount_fen"]
    lines = _lines_of(tables)
    for group in tables["groups"]:
        if group["batch"] is not None and group["posting_code"] != "PAY":
            for (account, party), amount in _net(lines[group["id"]]).items():
                held[group["key"], account, party] += amount
    for key in sorted({**said, **held}):
        if said[key] != held[key]:
            yield Fault("said", key[1], f"{key[0]} {key[2]}", held[key], said[key])


def _bytes(tables) -> Iterator[Fault]:
    for row in tables["batches"]:
        for name in ("lines_digest", "run_digest"):
            if row[name] != row[f"{name}_now"]:
                yield Fault("bytes", "-", f"{row['name']} {name}", row[f"{name}_now"][:12], row[name][:12])


def _sheets(tables) -> Iterator[Fault]:
    """Each sheet's parts come to its final sum, all of them to the batch's, and the entries on 1002 to what was cleared."""
    finals, cleared = Counter(), Counter()
    for row in tables["sheets"]:
        parts = row["cleared_fen"] + row["adjustment_fen"] - row["retained_fen"] - row["reserve_fen"]
        if parts != row["final_fen"]:
            yield Fault("sheet", UNDER_WAY, f"{row['batch_name']} {row['institution_id']} {row['fund_code']}", row["final_fen"], parts)
        finals[row["batch"]] += row["final_fen"]
        cleared[row["batch"], row["institution_id"], row["fund_code"]] += row["cleared_fen"]
    names = {row["id"]: row for row in tables["batches"]}
    for batch, row in names.items():
        if finals[batch] != row["final_fen"]:
            yield Fault("sheet", UNDER_WAY, row["name"], row["final_fen"], finals[batch])
    posted: Counter = Counter()
    groups = {group["id"]: group for group in tables["groups"]}
    for line in tables["lines"]:
        group = groups.get(line["group"])
        if group and line["account"] == UNDER_WAY and group["batch"] is not None and group["posting_code"] != "PAY" and group["kind"] != "reversal":
            posted[group["batch"], line["party"], group["fund_code"]] += line["credit_fen"] - line["debit_fen"]
    for key in sorted({key for key in (*posted, *cleared) if names[key[0]]["state"] in ("posted", "paid", "reversed")}):
        if posted[key] != cleared[key]:
            yield Fault("sheet", UNDER_WAY, f"{names[key[0]]['name']} {key[1]} {key[2]}", posted[key], cleared[key])


def _paid(tables) -> Iterator[Fault]:
    paid: Counter = Counter()
    groups = {group["id"]: group for group in tables["groups"]}
    for line in tables["lines"]:
        group = groups.get(line["group"])
        if group and group["posting_code"] == "PAY" and line["account"] == UNDER_WAY:
            paid[group["batch"], line["party"], group["fund_code"]] += line["debit_fen"] - line["credit_fen"]
    states = {row["id"]: row["state"] for row in tables["batches"]}
    due = {(row["batch"], row["institution_id"], row["fund_code"]): row["final_fen"] for row in tables["sheets"] if states[row["batch"]] == "paid"}
    for key in sorted({*paid, *due}):
        if paid[key] != due.get(key, 0):
            yield Fault("paid", UNDER_WAY, f"批次/batch {key[0]} {key[1]} {key[2]}", paid[key], due.get(key, 0))


def _vouchers(tables) -> Iterator[Fault]:
    posted = Counter(group["voucher"] for group in tables["groups"] if group["voucher"] is not None)
    sums = {group["voucher"]: group["total_fen"] for group in tables["groups"] if group["voucher"] is not None}
    for row in tables["vouchers"]:
        expected = (1, row["amount_fen"]) if row["state"] == "posted" else (0, 0)
        found = (posted[row["id"]], sums.get(row["id"], 0))
        if found != expected:
            yield Fault("voucher", row["kind"], f"凭证/voucher {row['number']}", found, expected)


def _closed(tables) -> Iterator[Fault]:
    for row in tables["closings"]:
        if row["digest"] != row["digest_now"]:
            yield Fault("closed", "-", f"{row['period']} 第/round {row['round']}", row["digest_now"][:12], row["digest"][:12])
