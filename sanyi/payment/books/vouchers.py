"""Vouchers: what people post beyond a run's results, each kind from one account to another, by two persons."""
from collections.abc import Mapping
from dataclasses import dataclass

from sanyi.payment.books.accounts import ACCOUNTS, DEPOSITS, UNDER_WAY
from sanyi.payment.books.carried import Place


@dataclass(frozen=True)
class VoucherKind:
    """One kind: its amount is debited to one account and credited to another; `is_settled` where the next payment takes it up."""

    code: str
    zh: str
    en: str
    debit: str
    credit: str
    clause: str
    has_institution: bool = True

    @property
    def is_settled(self) -> bool:
        """Whether it changes what an institution is paid next."""
        return UNDER_WAY in (self.debit, self.credit)

    def sums(self, institution: str, amount_fen: int) -> Mapping[Place, int]:
        """The voucher's lines; debit is positive."""
        return {(account, institution if ACCOUNTS[account].party_kind != "none" else "-"): amount
                for account, amount in ((self.debit, amount_fen), (self.credit, -amount_fen))}


VOUCHERS = {kind.code: kind for kind in (
    VoucherKind("ADJUST", "清算调增", "clearing raised", "5001", UNDER_WAY, "DIP-27"),
    VoucherKind("ADJUSTDOWN", "清算调减", "clearing lowered", UNDER_WAY, "5001", "DIP-27"),
    VoucherKind("RETAIN", "暂留（扣款、质量保证金）", "retained (deduction, quality deposit)", UNDER_WAY, "2102", "DIP-26"),
    VoucherKind("RELEASE", "退还暂留", "retained sum released", "2102", UNDER_WAY, "DIP-27"),
    VoucherKind("SETASIDE", "提取调剂金", "set aside into the reserve", UNDER_WAY, "3101", "GB-1"),
    VoucherKind("DRAWRESERVE", "动用调剂金", "drawn from the reserve", "3101", "3001", "GB-1", has_institution=False),
    VoucherKind("SHAREPAID", "支付结余分配", "surplus share paid", "2101", DEPOSITS, "HK-08"),
    VoucherKind("OVERRUNGOT", "收回超支分担", "overrun share collected", DEPOSITS, "1302", "HK-10"),
    VoucherKind("RECOVERED", "收回审核追回", "audit recovery collected", DEPOSITS, "1301", "CON-5"),
)}
ADJUSTING, RETAINING, RESERVING = {"ADJUST": 1, "ADJUSTDOWN": -1}, {"RETAIN": 1, "RELEASE": -1}, {"SETASIDE": 1}
