"""Messages to residents: what came of them, and who wants none."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.matching.masking import mask_name
from sanyi.store.messages.lists import outbox
from sanyi.store.messages.queueing import DESK, set_wish
from sanyi.store.messages.sender import working_sender
from sanyi.store.messages.words import REASONS, STATES, WORDS
from sanyi.store.trail.reading import reads_person
from sanyi.tables.table import Table, code, date, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.picking import picked
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice
from sanyi.web.trailed import says_reads

KINDS = {kind: words[:2] for kind, words in WORDS.items()}
LIST = Table("message_list", "短信", "Messages", key=("id",), columns=(
    whole("id", "编号", "no."), text("person_name", "居民", "resident"), code("kind", "内容", "about", KINDS), code("state", "状态", "state", STATES),
    code("reason", "未发送原因", "why not", REASONS, nullable=True), whole("attempt_count", "发送次数", "tries"), date("created_on", "登记日期", "put down"), text("sent", "发送时间", "sent", nullable=True)))


@allowed("director", *DESK)
@says_reads("message_list")
@require_http_methods(["GET", "HEAD", "POST"])
def messages(request: HttpRequest) -> HttpResponse:
    """The own institution's messages; a POST says for a resident whether they want any."""
    if request.method == "POST":
        return answer_post(request, {"want": lambda: _wish(request, True), "want_none": lambda: _wish(request, False)}, reverse("messages"), lambda refusal: _messages(request, refusal))
    return _messages(request)


def _wish(request: HttpRequest, wants: bool) -> Words:
    set_wish(picked(request), wants, request.by, clock.now())
    return ("已登记：接收短信", "Noted: messages are wanted") if wants else ("已登记：不接收短信，另行告知", "Noted: no messages; they are told otherwise")


def _messages(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    found = outbox(request.actor)
    reads_person("message_list", residents=sorted({row["person_id"] for row in found}), institutions=(request.actor.unit,))
    rows = [{**row, "person_name": mask_name(row["person_name"]), "reason": row["reason"] or None, "created_on": clock.local(row["created_at"]).date(),
             "sent": f"{clock.local(row['sent_at']):%Y-%m-%d %H:%M}" if row["sent_at"] else None} for row in found]
    if is_export(request):
        return plain_workbook(request, LIST, rows)
    return render(request, "messages.html", {**notice(request, refusal), "list": plain_listing(request, LIST, rows, sort="-id"), "is_set": working_sender() is not None, "may": request.actor.role in DESK},
                  status=refusal["status"] if refusal else 200)
