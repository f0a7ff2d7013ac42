"""Patient benefit: put in a claim and see it settled line by line, what a referral changes, a resident's year, and where the record differs."""
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sanyi.payment.benefit.asked import ALLOWED
from sanyi.payment.benefit.claim import Claim, Counted
from sanyi.payment.benefit.errors import BenefitError
from sanyi.payment.benefit.policy import CARE, PERSON, WAY, Choices, Policies
from sanyi.payment.benefit.reading import read_policies
from sanyi.payment.benefit.recorded import claim_of
from sanyi.payment.benefit.settle import terms_of
from sanyi.payment.benefit.why import lines, said_of
from sanyi.payment.benefit.year import SettledYear, settle_year
from sanyi.plans import UnknownValue
from sanyi.runs.person_claims import person_claims
from sanyi.runs.results import Results
from sanyi.tables.codes import INSURANCE, LEVEL
from sanyi.terms.fen import yuan
from sanyi.web.access import RUN, allowed
from sanyi.web.amounts import read_amount
from sanyi.web.listing import listing
from sanyi.web.opened import has, plan, results, rows, where
from sanyi.web.parts import short_table
from sanyi.web.trailed import reads
from sanyi.web.words import say
from sanyi.workflows.errors import BadField

DIFFERENCES, LAST_STAYS = "benefit_differences", "benefit_last_stays"
EARLIER, LATER = "earlier", "this"
SUMS = (("total", "总费用（元）", "whole bill (yuan)", "20000"), ("in_scope", "其中政策范围内（元）", "of this in scope (yuan)", "18000"),
        ("paid_before", "今年基金已付（元）", "paid by the fund this year (yuan)", "0"),
        ("self_pay_before", "今年范围内已自付（元）", "self-pay in scope this year (yuan)", "0"))
CHOICES = (("insurance", "险种", "insurance", INSURANCE), ("person", "人员类别", "class of person", PERSON), ("care", "就医类型", "care", CARE),
           ("level", "医疗机构级别", "level of the institution", LEVEL), ("way", "就医方式", "way", WAY))
USUAL = {"level": "2A"}  # what the form shows first, so also what an address without it means
EARLIER_SUMS = (("earlier_in_scope", "上次政策范围内（元）", "in scope there (yuan)", "6000"), ("gap", "出院至再入院（天）", "days between", "0"))


@allowed(*RUN)
@reads("benefit_list")
def benefit(request: HttpRequest) -> HttpResponse:
    """The calculator, answered on the same page; with an earlier stay, what the referral changes."""
    context: dict[str, Any] = {"fields": _fields(request), "has_results": _is_recomputed(),
                               "list": listing(request, DIFFERENCES, sort="settled_on") if _is_recomputed() and "total" not in request.GET else None}
    if "total" in request.GET:
        try:
            context |= _answer(request)
        except (BadField, BenefitError, UnknownValue) as refusal:
            context["refusal"] = say(request, refusal.zh, refusal.en) if hasattr(refusal, "zh") else str(refusal)
    return render(request, "benefit.html", context, status=422 if "refusal" in context else 200)


def _is_recomputed() -> bool:
    """Whether the run settled every bill again; a step that the plan did not choose leaves its table empty."""
    return has("benefit_claims") and results().count("benefit_claims") > 0


@allowed(*RUN)
@reads("benefit", id="resident_id", is_resident=True)
def resident(request: HttpRequest, resident_id: str) -> HttpResponse:
    """One resident's year: every claim settled again before one's eyes, from the facts the run put together."""
    key, parts = where(resident_id=resident_id), settled_parts(request, resident_id)
    if not parts:
        raise Http404(f"本次运行没有居民 {resident_id} 的待遇测算 / this run has no bills of {resident_id}")
    tables = [short_table(request, name, key, without=("resident_id",), limit=300) for name in ("benefit_years", DIFFERENCES) if has(name)]
    return render(request, "benefit_resident.html", {"id": resident_id, "parts": parts, "tables": tables})


def settled_parts(request: HttpRequest, resident_id: str) -> list[dict[str, Any]]:
    """A resident's year by insurance, each claim with its lines and their reasons; where the run did not settle every bill again, this resident's are put together now."""
    claims, last = _claims(resident_id)
    if not claims:
        return []
    policies, parts = _policies(results().year), []
    for insurance in sorted({row["insurance_code"] for row in claims}):
        own, before = ([claim_of(row) for row in found if row["insurance_code"] == insurance and row["refusal_code"] != "reversed"] for found in (claims, last))
        parts.append(_year(request, settle_year(own, policies, last_year=settle_year(before, policies).settled), policies) | {"title": say(request, *INSURANCE[insurance])})
    return parts


def _claims(resident_id: str) -> tuple[Sequence[dict[str, Any]], Sequence[dict[str, Any]]]:
    """The resident's claims of the year, and last year's stays that reach into it."""
    if _is_recomputed():
        key = where(resident_id=resident_id)
        return rows("benefit_claims", key), rows(LAST_STAYS, key)
    return _own_claims(results(), resident_id)


@lru_cache(maxsize=64)
def _own_claims(opened: Results, resident_id: str) -> tuple[Sequence[dict[str, Any]], Sequence[dict[str, Any]]]:
    """Put together by the run's own steps, which takes a moment; results never change."""
    known = plan()
    return person_claims(opened, known.on(date(opened.year, 12, 31)), resident_id) if known else ((), ())


def _policies(year: int) -> Policies:
    opened = plan()
    if opened is None:
        raise Http404("本机没有该方案 / the run's plan is not on this machine")
    return _kept_policies(year, id(opened))


@lru_cache(maxsize=4)
def _kept_policies(year: int, _: int) -> Policies:
    """Read once a year's plan: each page of bills asks. The plan that is opened stays the same object (`opened.plan`)."""
    opened = plan()
    assert opened is not None
    return read_policies(opened.on(date(year, 12, 31)), year)


def _fields(request: HttpRequest) -> dict[str, Any]:
    given = request.GET
    levels = {"": ("无", "none"), **LEVEL}
    return {"choices": [_choice(request, name, zh, en, allowed, given.get(name, USUAL.get(name, ""))) for name, zh, en, allowed in CHOICES],
            "sums": [_field(request, *each) for each in SUMS], "earlier": [_field(request, *each) for each in EARLIER_SUMS],
            "earlier_choices": [_choice(request, "earlier_level", "上次住院级别", "level of the stay before", levels, given.get("earlier_level", "")),
                                _choice(request, "direction", "转诊方向", "direction", ALLOWED["direction"], given.get("direction", ""))]}


def _choice(request: HttpRequest, name: str, zh: str, en: str, allowed: Mapping[str, tuple[str, str]], chosen: str) -> dict[str, Any]:
    return {"name": name, "title": say(request, zh, en), "options": [(code, say(request, *words), code == chosen) for code, words in allowed.items()]}


def _field(request: HttpRequest, name: str, zh: str, en: str, usual: str) -> dict[str, Any]:
    return {"name": name, "title": say(request, zh, en), "value": request.GET.get(name, usual)}


def _answer(request: HttpRequest) -> dict[str, Any]:
    """The claim as asked; with an earlier stay it is settled twice, with the referral and without it."""
    year = results().year
    policies = _policies(year)
    asked = _asked(request, date(year, 6, 30))
    before = Counted(fund_fen=_fen(request, "paid_before"), self_pay_fen=_fen(request, "self_pay_before"))
    if not request.GET.get("earlier_level") or asked.care != "stay":
        return {"asked": _year(request, settle_year([asked], policies, before), policies)}
    earlier = _earlier(request, asked)
    direction = _one_of(request, "direction", ALLOWED["direction"])
    referred = replace(asked, referral_from=earlier.institution_id, direction=direction) if policies.choices.referral_is_continuous else asked
    with_it, without = (settle_year([earlier, claim], policies, before) for claim in (referred, asked))
    return {"asked": _year(request, with_it, policies, {LATER}), "effect": _effect(request, with_it, without) | {"said": say(request, *_said_of_effect(with_it, without, policies.choices))}}


def _asked(request: HttpRequest, day: date) -> Claim:
    chosen = {name: _one_of(request, name, allowed) for name, _, _, allowed in CHOICES}
    return Claim(settlement_id=LATER, resident_id="-", settled_on=day, admitted_on=day, discharged_on=day, encounter_id=LATER, institution_id=LATER,
                 total_fen=_fen(request, "total"), in_scope_fen=_fen(request, "in_scope"), **chosen)


def _earlier(request: HttpRequest, asked: Claim) -> Claim:
    gap = read_amount(request.GET.get("gap", ""), "days")
    left = asked.admitted_on - timedelta(min(gap, 180))
    paid = _fen(request, "earlier_in_scope")
    return replace(asked, settlement_id=EARLIER, encounter_id=EARLIER, institution_id=EARLIER, level=_one_of(request, "earlier_level", LEVEL), way="local",
                   settled_on=left - timedelta(left == asked.settled_on), admitted_on=left, discharged_on=left, total_fen=paid, in_scope_fen=paid)


def _fen(request: HttpRequest, name: str) -> int:
    return read_amount(request.GET.get(name) or "0", "fen")


def _one_of(request: HttpRequest, name: str, allowed: Mapping[str, tuple[str, str]]) -> str:
    chosen = request.GET.get(name) or USUAL.get(name) or next(iter(allowed))
    if chosen not in allowed:
        raise BadField(f"“{chosen[:40]}”不在可选范围内", f"{chosen[:40]!r} is not one of the choices", name)
    return chosen


def _effect(request: HttpRequest, with_it: SettledYear, without: SettledYear) -> dict[str, Any]:
    """The deductible of each stay and what is left to the patient of both, with the referral and without it."""
    def of(year: SettledYear) -> dict[str, Any]:
        if year.refused:
            raise year.refused[0][1]
        return {"deductibles": [yuan(one.deductible_fen) for one in year.settled], "deductible": yuan(sum(one.deductible_fen for one in year.settled)),
                "patient": yuan(sum(one.patient_fen for one in year.settled))}

    saved = sum(one.patient_fen for one in without.settled) - sum(one.patient_fen for one in with_it.settled)
    return {"with": of(with_it), "without": of(without), "saved": yuan(saved)}


def _said_of_effect(with_it: SettledYear, without: SettledYear, choices: Choices) -> tuple[str, str]:
    """Why the referral changes what it changes: the difference or nothing, against the deductible of a later stay of the year."""
    referred, alone = with_it.settled[-1], without.settled[-1]
    gap = (referred.claim.admitted_on - with_it.settled[0].claim.discharged_on).days
    if not choices.referral_is_continuous:
        return "本方案不连续计算转诊住院的起付线。", "This plan does not let a referred stay's deductible run on."
    if gap > choices.referral_window_days:
        return (f"出院至再入院 {gap} 天，超过方案规定的 {choices.referral_window_days} 天，起付线不连续计算。",
                f"{gap} days lie between the stays, more than the plan's {choices.referral_window_days}; the deductible does not run on.")
    zh = "下转不付起付线" if with_it.places[-1].is_down else f"凭转诊单补差额 {yuan(referred.deductible_fen)} 元（两次住院算一次）"
    en = "coming down bears none" if with_it.places[-1].is_down else f"with the referral the difference is borne, {yuan(referred.deductible_fen)} yuan, and both count as one stay"
    same = referred.deductible_fen == alone.deductible_fen
    return (f"{zh}；没有转诊单，则按年内第 {without.places[-1].number} 次住院付 {yuan(alone.deductible_fen)} 元" + ("，恰好相同，所以这一次不少付。" if same else "。"),
            f"{en}; without it this is stay {without.places[-1].number} of the year and bears {yuan(alone.deductible_fen)} yuan" + (": the same, so that nothing is saved this time." if same else "."))


def _year(request: HttpRequest, year: SettledYear, policies: Policies, only: set[str] | None = None) -> dict[str, Any]:
    """A settled year as the pages show it: each claim with its lines, refusals with their reasons."""
    shown = [(one, place) for one, place in zip(year.settled, year.places, strict=True) if only is None or one.claim.settlement_id in only]
    return {"claims": [{"id": one.claim.settlement_id, "is_open": one.claim.care == "stay" or only is not None or one.claim.settlement_id == LATER, "patient": yuan(one.patient_fen), "patient_fen": one.patient_fen, "on": one.claim.settled_on, "words": say(request, *said_of(one.claim)),
                        "lines": [{"text": say(request, line.zh, line.en), "amount": yuan(line.fen), "is_sum": line.is_sum, "whys": _whys(request, line.names)}
                                  for line in lines(one, terms_of(policies, one.claim), place)]} for one, place in shown],
            "refused": [(claim.settlement_id, say(request, reason.zh, reason.en)) for claim, reason in year.refused]}


def _whys(request: HttpRequest, names: tuple[str, ...]) -> str:
    opened = plan()
    if opened is None:
        return ""
    on_day = opened.on(date(results().year, 12, 31))
    return "\n".join(on_day.why(name, request.language) for name in names)
