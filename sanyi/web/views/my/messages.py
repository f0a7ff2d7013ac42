"""The own messages: what was sent, and whether any are wanted."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.messages.queueing import messages_of, set_wish, wants_messages
from sanyi.store.messages.words import REASONS, STATES, WORDS
from sanyi.store.persons.tables import Person
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.my_parts import OWN, MyPart, own_page
from sanyi.web.posted import Words, answer_post
from sanyi.web.trailed import reads
from sanyi.web.words import say
from sanyi.workflows.errors import UnknownWork


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("message", purpose="view_own")
def my_messages(request: HttpRequest) -> HttpResponse:
    """What was sent; a POST says whether messages are wanted from now on."""
    if request.method == "POST":
        return answer_post(request, {"want": lambda: _wish(request, True), "want_none": lambda: _wish(request, False)}, reverse("my_messages"), lambda refusal: _messages(request, refusal))
    return _messages(request)


def _wish(request: HttpRequest, wants: bool) -> Words:
    if not request.actor.resident.isdecimal():
        raise UnknownWork("此账户尚未关联本人", "this account is not linked to a person yet")
    set_wish(int(request.actor.resident), wants, request.by, clock.now())
    return ("已开启短信", "You are sent messages") if wants else ("已关闭短信：验证码请向机构索取，通知在这里查看", "No more messages: ask the institution for codes, and read notices here")


def _messages(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    def show(person: Person) -> dict[str, Any]:
        rows = [{"words": say(request, *WORDS[row["kind"]][:2]), "at": clock.local(row["sent_at"] or row["created_at"]), "state": say(request, *STATES[row["state"]]),
                 "why": say(request, *REASONS[row["reason"]]) if row["reason"] else ""} for row in messages_of(person.pk)]
        return {"subject": "message", "rows": rows, "wants": wants_messages(person.pk), "phone": person.phone_masked}

    return own_page(request, "my_messages.html", show, refusal)


MESSAGES = MyPart(95, ("短信", "Messages"), ("收到的短信，接收或关闭", "what was sent; on or off"), (("messages/", "my_messages", my_messages),))
