"""What a proof of the posted ledger finds: the fault with its words, and the rows of entries as proofs read them. Source: R09."""
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]
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
    "disputed": ("已过账、已支付的批次没有未答复或成立的异议", "no dispute of a batch that went on is open or upheld"),
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


Proof = Callable[[Tables], Iterator[Fault]]


def lines_of(tables: Tables) -> dict[Any, list[Row]]:
    """The lines by their entry."""
    found = defaultdict(list)
    for line in tables["lines"]:
        found[line["group"]].append(line)
    return found


def entry_name(group: Row) -> str:
    """An entry as faults name it."""
    return f"{group['number']} {group['key']}"


def net_of(lines: Sequence[Row]) -> Counter:
    """Debit less credit by account and party."""
    net: Counter = Counter()
    for line in lines:
        net[line["account"], line["party"]] += line["debit_fen"] - line["credit_fen"]
    return net
