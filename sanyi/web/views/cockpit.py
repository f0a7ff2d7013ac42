"""The first page: the year's money, the indicators against their targets, the consortia, the shares by month."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sanyi.indicators import indicators
from sanyi.terms.fen import yuan
from sanyi.web.access import OWN, allowed
from sanyi.web.measured import charted, headline, line
from sanyi.web.opened import count, has, rows, total
from sanyi.web.parts import chart
from sanyi.web.show import big
from sanyi.web.views.attention import attention
from sanyi.web.views.consortia import budget_chart
from sanyi.web.words import name_of, say

SHARES = ("IND-42", "IND-43")
CARRIED = "3001"


@allowed(*OWN)
def cockpit(request: HttpRequest) -> HttpResponse:
    """What a director sees first."""
    measured = [headline(each) for each in indicators()]
    lines = [line(request, each) for each in measured if each.row]
    lines.sort(key=lambda each: not each["targets"])
    tones = [target["tone"] for each in lines for target in each["targets"]]
    return render(request, "cockpit.html", {
        "figures": _figures(request), "lines": lines, "look": attention(request, lines), "budgets": budget_chart(request), "shares": _shares(request, measured),
        "tally": [(say(request, zh, en), tone, tones.count(tone)) for zh, en, tone in
                  (("已达到", "met", "good"), ("接近", "near", "fair"), ("未达到", "missed", "bad"), ("无法判定", "not judged", "none")) if tone in tones],
        "missing": [name_of(each.indicator, request.language) for each in measured if not each.row]})


def _figures(request: HttpRequest) -> list[dict[str, Any]]:
    """The headline cards that this run can fill."""
    made = (_raised(request), _paid(request), _carried(request), _consortia(request), _cases(request), _findings(request))
    return [figure for figure in made if figure]


def _said(request: HttpRequest, fen: int) -> str:
    return " ".join(big(fen, request.language))


def _money(request: HttpRequest, zh: str, en: str, fen: int, more: str, address: str, tone: str = "") -> dict[str, Any]:
    value, unit = big(fen, request.language)
    return {"label": say(request, zh, en), "value": value, "unit": unit,
            "more": more, "address": address, "tone": tone, "exact": yuan(fen)}


def _raised(request: HttpRequest) -> dict[str, Any] | None:
    raised = total("fund_inflows", "raised_fen")
    if raised is None:
        return None
    months = total("fund_inflows", "person_months_count") or 0
    more = say(request, f"参保 {months // 12:,} 人年", f"{months // 12:,} person-years insured")
    return _money(request, "本年筹集", "Fund raised", raised, more, reverse("table", args=["fund_inflows"]))


def _paid(request: HttpRequest) -> dict[str, Any] | None:
    stays, rest = total("inpatient_clearings", "payable_fen"), total("fund_payments", "fund_fen")
    if stays is None or rest is None:
        return None
    more = say(request, f"按病种 {_said(request, stays)}，其余按实际 {_said(request, rest)}",
               f"{_said(request, stays)} by groups, {_said(request, rest)} as charged")
    return _money(request, "基金应付", "Payable by the fund", stays + rest, more, reverse("institutions"))


def _carried(request: HttpRequest) -> dict[str, Any] | None:
    opening = total("fund_inflows", "opening_balance_fen")
    balances = [row for row in rows("account_balances") if row["account_code"] == CARRIED]
    if opening is None or not balances:
        return None
    carried = -sum(row["balance_fen"] for row in balances)
    more = say(request, f"年初 {_said(request, opening)}", f"opened with {_said(request, opening)}")
    return _money(request, "年末累计结余", "Carried balance", carried, more, reverse("books"), "bad" if carried < 0 else "")


def _consortia(request: HttpRequest) -> dict[str, Any] | None:
    surplus, overrun = total("consortium_settlements", "surplus_fen"), total("consortium_settlements", "overrun_fen")
    if surplus is None or overrun is None:
        return None
    found = rows("consortium_settlements")
    over = len({row["consortium_id"] for row in found if row["overrun_fen"]})
    all_of_them = len({row["consortium_id"] for row in found})
    more = say(request, f"{all_of_them} 家中 {over} 家超支；结余 {_said(request, surplus)}，超支 {_said(request, overrun)}",
               f"{over} of {all_of_them} overran; surplus {_said(request, surplus)}, overrun {_said(request, overrun)}")
    return _money(request, "医联体结余减超支", "Consortia: surplus less overrun", surplus - overrun, more, reverse("consortia"),
                  "bad" if surplus < overrun else "good")


def _cases(request: HttpRequest) -> dict[str, Any] | None:
    if not has("inpatient_cases"):
        return None
    cases = count("inpatient_cases")
    pending = total("inpatient_clearings", "pending_count") or 0
    return {"label": say(request, "区内住院病例", "Stays in the area"), "value": f"{cases:,}", "unit": say(request, "例", "cases"),
            "more": say(request, f"待更正 {pending:,} 例", f"{pending:,} wait for correction"), "address": reverse("cases"), "tone": ""}


def _findings(request: HttpRequest) -> dict[str, Any] | None:
    deducted = total("audit_deductions", "deducted_fen")
    if deducted is None:
        return None
    hits = count("audit_hits") if has("audit_hits") else 0
    return _money(request, "审核扣款", "Deducted by audit", deducted, say(request, f"命中 {hits:,} 条", f"{hits:,} hits"), reverse("audit"))


def _shares(request: HttpRequest, measured: list[Any]) -> dict[str, Any] | None:
    """The in-area and primary shares by month."""
    found = [each for each in measured if each.indicator.code in SHARES and any(value is not None for value in each.months)]
    if not found:
        return None
    return chart("line", [f"{month}{say(request, '月', '')}" for month in range(1, 13)],
                 [(name_of(each.indicator, request.language), [charted(value) for value in each.months]) for each in found], "%")
