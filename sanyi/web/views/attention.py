"""Where to look first: what is over, missed, vetoed or waiting, as sentences with the way on; then what went well."""
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from sanyi.tables.shown import shown
from sanyi.terms.fen import take_rate, yuan
from sanyi.web.names import CONSORTIA, INSTITUTIONS, names
from sanyi.web.opened import promise, rows, total
from sanyi.web.show import big
from sanyi.web.views.budget import last_rows, pool_name
from sanyi.web.words import say

Item = dict[str, Any]
TONES = ("bad", "fair", "good")


def attention(request: HttpRequest, lines: list[dict[str, Any]]) -> list[Item]:
    """What a director should know at once, the worst first; `lines` are the cockpit's indicators."""
    found = [*_books(request), *_budget(request), *_reserves(request), *_consortia(request), *_undecided(request), *_targets(request, lines), *_alerts(request, lines), *_vetoes(request), *_pending(request)]
    return sorted(found, key=lambda item: TONES.index(item["tone"]))


def _item(request: HttpRequest, tone: str, word: tuple[str, str], text: tuple[str, str], address: str) -> Item:
    return {"tone": tone, "word": say(request, *word), "text": say(request, *text), "address": address}


def _books(request: HttpRequest) -> list[Item]:
    broken = sum(not row["is_ok"] for row in rows("book_checks"))
    text = (f"账簿有 {broken} 项核对不相符，先查账再用数", f"{broken} proofs of the books fail: look there before using any figure")
    return [_item(request, "bad", ("账不平", "books"), text, reverse("books"))] if broken else []


def _budget(request: HttpRequest) -> list[Item]:
    """Each pool that is past its budget, or that reached a line while the year still runs; a change of budget that was refused."""
    items, language = [], request.language
    for row in last_rows(rows("fund_budget_execution")):
        name, spent = pool_name(row, language), f"{yuan(take_rate(row['execution_ppm'] or 0, 1, 100))}%"
        if row["is_held"]:
            over = " ".join(big(row["held_fen"], language))
            items.append(_item(request, "bad", ("超预算", "over budget"), (f"{name}已用 {spent}，超出 {over}，暂缓支付", f"{name}: {spent} spent, {over} above the budget is held"), reverse("budget")))
        elif row["alert_ppm"] and row["month"] % 100 < 12:
            items.append(_item(request, "fair", ("预算提示", "budget"), (f"{name}到 {row['month'] % 100} 月已用 {spent}", f"{name}: {spent} spent by month {row['month'] % 100}"), reverse("budget")))
    refused = sum(not row["is_in_force"] for row in rows("fund_budgets"))
    text = (f"{refused} 次年中预算调整不合规定，未采用", f"{refused} changes of a budget during the year were refused")
    return [*items, *([_item(request, "fair", ("预算调整", "budget"), text, reverse("budget"))] if refused else [])]


def _reserves(request: HttpRequest) -> list[Item]:
    """Each fund whose reserve is low after the last month."""
    found, items = rows("fund_reserve_months"), []
    for row in found:
        if row["month"] == max(each["month"] for each in found) and row["state_code"] in ("warn", "block"):
            fund, months = shown(promise("fund_reserve_months")["insurance_code"], row["insurance_code"], request.language), yuan(take_rate(row["reserve_e4"], 1, 100))
            more = ("，不得调高价格", "; no price may rise") if row["is_price_rise_blocked"] else ("", "")
            items.append(_item(request, "bad" if row["is_price_rise_blocked"] else "fair", ("可支付月数", "reserve"),
                               (f"{fund}基金可支付 {months} 个月{more[0]}", f"{fund}: the fund lasts {months} months{more[1]}"), reverse("budget")))
    return items


def _undecided(request: HttpRequest) -> list[Item]:
    """Results of consortia that wait for a decision, uses of money that were refused, and alarms of the monitors."""
    held = [row for row in rows("consortium_settlements") if row["overrun_held_fen"]]
    refused = [row for row in rows("judged_fund_uses") if row["judgement_code"] not in ("allowed", "cross_approved")]
    alarms = sum(row["alert_code"] == "alarm" for row in rows("consortium_monitors"))
    made = ((len(held), "bad", ("待定", "undecided"), f"{len(held)} 笔医联体超支暂挂：方案未定或证据待认定", f"{len(held)} overruns are held: the rule or its evidence is undecided", "consortia"),
            (len(refused), "fair", ("用款", "uses"), f"{len(refused)} 笔结余或统筹经费使用被拒", f"{len(refused)} uses of surplus or pooled money are refused", "consortia"),
            (alarms, "fair", ("监测", "monitors"), f"{alarms} 项医联体监测越过警戒线", f"{alarms} monitored figures of consortia are past the alarm line", "monitors"))
    return [_item(request, tone, word, (zh, en), reverse(route)) for count, tone, word, zh, en, route in made if count]


def _consortia(request: HttpRequest) -> list[Item]:
    """Each consortium that overran, and the others in one line, by how much of its budget."""
    known, language = names(CONSORTIA), request.language
    settled = sorted(rows("consortium_settlements"), key=lambda row: -row["overrun_fen"])
    items = []
    for row in settled:
        if row["overrun_fen"]:
            name, over, share = known.get(row["consortium_id"], row["consortium_id"]), " ".join(big(row["overrun_fen"], language)), _share(row, "overrun_fen")
            items.append(_item(request, "bad", ("超支", "overrun"), (f"{name}超支 {over}，超出预算 {share}", f"{name} overran by {over}, {share} of its budget"),
                               reverse("consortium", args=[row["consortium_id"]])))
    ahead = sorted((row for row in settled if row["surplus_fen"]), key=lambda row: -row["surplus_fen"])
    if ahead:
        parts = [f"{known.get(row['consortium_id'], row['consortium_id'])} {' '.join(big(row['surplus_fen'], language))} ({_share(row, 'surplus_fen')})" for row in ahead[:4]]
        items.append(_item(request, "good", ("结余", "surplus"), (f"{len(ahead)} 家医联体有结余：" + "，".join(parts) + ("……" if len(ahead) > 4 else ""),
                           f"{len(ahead)} consortia kept within budget: " + ", ".join(parts) + (" …" if len(ahead) > 4 else "")), reverse("consortia")))
    return items


def _share(row: dict[str, Any], column: str) -> str:
    return f"{yuan(take_rate(row[column], 10_000, row['budget_fen']))}%" if row["budget_fen"] else "–"


def _targets(request: HttpRequest, lines: list[dict[str, Any]]) -> list[Item]:
    """Each target against its indicator's value."""
    return [_item(request, target["tone"], (target["word"],) * 2,
                  (f"{line['title']} {line['value']}{line['unit']}，目标 {target['words']}{target['gap']}",
                   f"{line['title']} {line['value']} {line['unit']}, target {target['words']}{target['gap']}"), reverse("indicator", args=[line["code"]]))
            for line in lines for target in line["targets"] if target["tone"] in TONES]


def _alerts(request: HttpRequest, lines: list[dict[str, Any]]) -> list[Item]:
    return [_item(request, alert["tone"], (alert["word"],) * 2,
                  (f"{line['title']} {line['value']}{line['unit']}，越过本地{alert['word']}线", f"{line['title']} {line['value']} {line['unit']} is past the region's line"),
                  reverse("indicator", args=[line["code"]]))
            for line in lines for alert in line["alerts"] if alert["tone"] in ("bad", "fair")]


def _vetoes(request: HttpRequest) -> list[Item]:
    known = names(INSTITUTIONS)
    vetoed = [known.get(row["institution_id"], row["institution_id"]) for row in rows("appraisals") if row["veto_code"]]
    text = ("、".join(vetoed) + "被一票否决", ", ".join(vetoed) + " vetoed in the appraisal")
    return [_item(request, "bad", ("否决", "veto"), text, reverse("appraisal"))] if vetoed else []


def _pending(request: HttpRequest) -> list[Item]:
    pending = total("inpatient_clearings", "pending_count") or 0
    text = (f"{pending:,} 例住院因编码等原因没有入组，待更正后支付", f"{pending:,} stays could not be grouped; they are paid once corrected")
    return [_item(request, "fair", ("待更正", "to correct"), text, reverse("cases") + "?status_code=pending")] if pending else []
