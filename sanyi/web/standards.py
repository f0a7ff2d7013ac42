"""The ban on making the payment standard of a case a doctor's quota, said wherever standards of cases are shown or handed out."""
from datetime import date

from django.http import HttpRequest

from sanyi.tables.table import Table
from sanyi.web.opened import plan, results

BAN = "payment.standard_ban"
PER_CASE = {"encounter_id", "standard_fen"}


def standard_ban(request: HttpRequest, table: Table) -> str:
    """The plan's words of the ban, with its document, for a table that holds a standard per case; empty for any other. Source: DIP-29."""
    opened = plan() if PER_CASE <= set(table.names) else None
    if opened is None or BAN not in opened.names():
        return ""
    entry = opened.on(date.fromisoformat(results().card["plan_on"])).entry(BAN)
    if not entry.value:
        return ""
    return f"{entry.zh}（{entry.source.document}）" if request.language == "zh" else f"{entry.en} ({entry.source.document})"
