"""A settled claim line by line: what was done, to what amount, by which plan values."""
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sanyi.payment.benefit.claim import Part, Place, Settled
from sanyi.payment.benefit.policy import CARE, NO_LIMIT, PERSON, WAY, Terms
from sanyi.tables.codes import INSURANCE, LEVEL
from sanyi.terms.fen import take_rate, yuan


@dataclass(frozen=True)
class Line:
    """One line of a calculation: words in both languages, its sum in fen, and the plan values it rests on."""

    zh: str
    en: str
    fen: int
    names: tuple[str, ...] = ()
    is_sum: bool = False


def lines(settled: Settled, terms: Terms, place: Place) -> tuple[Line, ...]:
    """Explain a settlement from the bill to the patient's part. Source: BEN-1 to BEN-9."""
    return (*_opening(settled), *_deductible(settled, terms, place), *_base(settled, terms), *_catastrophic(settled, terms), *_closing(settled, terms))


def said_of(claim) -> tuple[str, str]:
    """The claim in a few words, in both languages."""
    words = [table.get(code, (code, code)) for table, code in ((INSURANCE, claim.insurance), (PERSON, claim.person), (CARE, claim.care),
                                                               (LEVEL, claim.level), (WAY, claim.way))]
    return "、".join(pair[0] for pair in words), ", ".join(pair[1] for pair in words)


def _opening(settled: Settled) -> Iterator[Line]:
    claim = settled.claim
    outside = claim.total_fen - claim.in_scope_fen
    yield Line("总费用", "whole bill", claim.total_fen, is_sum=True)
    yield Line("减：范围外费用（丙类、乙类先行自付、超限价）", "less what is out of scope (class C, class B self-pay, over the price limit)", -outside,
               ("benefit.in_scope_from",))
    yield Line("政策范围内费用", "in scope", claim.in_scope_fen, is_sum=True)


def _deductible(settled: Settled, terms: Terms, place: Place) -> Iterator[Line]:
    claim, care = settled.claim, "inpatient" if settled.claim.care == "stay" else "outpatient"
    name = f"benefit.{care}.{claim.insurance}"
    if claim.care == "stay" and place.is_down:
        yield Line(f"起付线：下转，不付（标准 {yuan(settled.full_deductible_fen)} 元）", f"deductible: none, having come down by referral (in full {yuan(settled.full_deductible_fen)} yuan)",
                   0, (name, "benefit.referral_deductible_is_continuous"))
        return
    paid = settled.before.chains_fen.get(place.chain_id, 0) if claim.care == "stay" else settled.before.visit_deductible_fen
    if paid:
        zh = f"减：起付线 {yuan(settled.full_deductible_fen)} 元，{'转诊链内' if claim.care == 'stay' else '年内'}已付 {yuan(paid)} 元，补差额"
        en = f"less the deductible: {yuan(settled.full_deductible_fen)} yuan, of which {yuan(paid)} were paid earlier {'in the chain of referrals' if claim.care == 'stay' else 'in the year'}"
        yield Line(zh, en, -settled.deductible_fen, (name, "benefit.referral_window_days", "benefit.referral_deductible_is_continuous"))
        return
    later = claim.care == "stay" and settled.full_deductible_fen != terms.deductible_fen
    zh = f"减：起付线 {yuan(settled.full_deductible_fen)} 元" + (f"（年内第 {place.number} 次住院，标准 {yuan(terms.deductible_fen)} 元）" if later else "")
    en = f"less the deductible of {yuan(settled.full_deductible_fen)} yuan" + (f" (stay {place.number} of the year; {yuan(terms.deductible_fen)} for the first)" if later else "")
    yield Line(zh, en, -settled.deductible_fen, (name, *(["benefit.repeat_stay"] if later else [])))


def _percent(rate_ppm: int) -> str:
    """Write a rate without needless zeros."""
    return f"{Decimal(rate_ppm).scaleb(-4).normalize():f}"


def _parts(parts: tuple[Part, ...], names: tuple[str, ...]) -> Iterator[Line]:
    """Each band's part; the sum is rounded once, so a line is what the rounded sum grows by, and the lines add up to it."""
    exact = shown = 0
    for part in parts:
        exact += part.part_fen * part.ratio_ppm
        grown, shown = take_rate(exact, 1, 1_000_000) - shown, take_rate(exact, 1, 1_000_000)
        yield Line(f"　其中 {yuan(part.over_fen)} 元以上部分 {yuan(part.part_fen)} 元 × {_percent(part.ratio_ppm)}%",
                   f"  of this {yuan(part.part_fen)} yuan lie above {yuan(part.over_fen)}: × {_percent(part.ratio_ppm)} %", grown, names)


def _base(settled: Settled, terms: Terms) -> Iterator[Line]:
    claim = settled.claim
    care = "inpatient" if claim.care == "stay" else "outpatient"
    names = (f"benefit.{care}.{claim.insurance}", f"benefit.class_rises.{claim.insurance}", *(["benefit.inpatient_bands." + claim.insurance] if care == "inpatient" else []),
             *(["benefit.off_site"] if claim.way != "local" else []))
    yield from _parts(settled.parts, names)
    if settled.fund_fen < settled.base_fen:
        over = settled.base_fen - settled.fund_fen
        yield Line("减：超过封顶线", "less what is above the annual cap", -over, (f"benefit.outpatient_cap_fen.{claim.insurance}", f"benefit.cap_fen.{claim.insurance}"))
    yield Line("统筹基金支付", "paid by the basic fund", settled.fund_fen, names, is_sum=True)


def _catastrophic(settled: Settled, terms: Terms) -> Iterator[Line]:
    claim = settled.claim
    names = tuple(f"benefit.catastrophic_{what}.{claim.insurance}" for what in ("deductible_fen", "bands")) + ("benefit.catastrophic_poor",)
    if not terms.catastrophic_bands or claim.care == "visit" and not settled.catastrophic_parts:
        return
    counted = settled.before.self_pay_fen + settled.self_pay_fen
    yield Line(f"范围内自付，年内累计 {yuan(counted)} 元（大病起付标准 {yuan(terms.catastrophic_deductible_fen)} 元）",
               f"self-pay in scope; {yuan(counted)} yuan counted in the year (catastrophic deductible {yuan(terms.catastrophic_deductible_fen)})", settled.self_pay_fen, names)
    yield from _parts(settled.catastrophic_parts, names)
    if settled.catastrophic_parts:
        yield Line("大病保险支付", "paid by catastrophic insurance", settled.catastrophic_fen, names, is_sum=True)


def _closing(settled: Settled, terms: Terms) -> Iterator[Line]:
    if terms.aid_ratio_ppm and settled.aid_base_fen:
        limit = ("", "") if terms.aid_cap_fen == NO_LIMIT else (f"，年度限额 {yuan(terms.aid_cap_fen)} 元", f", at most {yuan(terms.aid_cap_fen)} yuan a year")
        yield Line(f"医疗救助：剩余 {yuan(settled.aid_base_fen)} 元 × {_percent(terms.aid_ratio_ppm)}%{limit[0]}",
                   f"medical aid: {yuan(settled.aid_base_fen)} yuan remaining × {_percent(terms.aid_ratio_ppm)} %{limit[1]}", settled.aid_fen, ("benefit.aid",), is_sum=True)
    yield Line("个人负担", "left to the patient", settled.patient_fen, is_sum=True)
