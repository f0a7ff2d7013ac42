"""Where to look first: what is over, missed, vetoed or waiting, as sentences with the way on; then what went well."""
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from sanyi.terms.fen import take_rate, yuan
from sanyi.web.names import CONSORTIA, INSTITUTIONS, names
from sanyi.web.opened import rows, total
from sanyi.web.show import big
from sanyi.web.words import say

Item = dict[str, Any]
TONES = ("bad", "fair", "good")


def attention(request: HttpRequest, lines: list[dict[str, Any]]) -> list[Item]:
    """What a director should know at once, the worst first; `lines` are the cockpit's indicators."""
    found = [*_books(request), *_consortia(request), *_targets(request, lines), *_alerts(request, lines), *_vetoes(request), *_pending(request)]
    return sorted(found, key=lambda item: TONES.index(item["tone"]))


def _item(request: HttpRequest, tone: str, word: tuple[str, str], text: tuple[str, str], address: str) -> Item:
    return {"tone": tone, "word": say(request, *word), "text": say(request, *text), "address": address}


def _books(request: HttpRequest) -> list[Item]:
    broken = sum(not row["is_ok"] for row in rows("book_checks"))
    text = (f"账簿有 {broken} 项核对不相符，先查账再用数", f"{broken} proofs of the books fail: look there before using any figure")
    return [_item(request, "bad", ("账不平", "books"), text, reverse("books"))] if broken else []


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
