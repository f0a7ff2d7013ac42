"""The own consents: give one, withdraw it."""
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.health.consenting import consents_of, give_consent, withdraw_consent
from sanyi.store.organisation.lists import rows_of
from sanyi.store.persons.tables import Person
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.my_parts import OWN, MyPart, own_page
from sanyi.web.posted import Words, done_or_shown, whole
from sanyi.web.timeline import institution_names
from sanyi.web.trailed import reads
from sanyi.web.words import say
from sanyi.workflows.access_matrix import CONSENTED, PURPOSES
from sanyi.workflows.errors import BadField

MOST = 500


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("record_consent", purpose="view_own")
def my_consents(request: HttpRequest) -> HttpResponse:
    """The consents; a POST gives one or withdraws it."""
    acts = {"give": lambda: _give(request), "withdraw": lambda: _withdraw(request)}
    return done_or_shown(request, acts, reverse("my_consents"), lambda refusal: _consents(request, refusal))


def _consents(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    def show(person: Person) -> dict[str, Any]:
        rows = list(consents_of(person.pk)[:100])
        names = institution_names({row.institution for row in rows if row.institution})
        houses = [(row["code"], row["name"]) for row in rows_of("institution", clock.today()) if row["is_current"]][:MOST]
        return {"subject": "record_consent", "rows": [_row(request, row, names) for row in rows], "houses": houses, "today": clock.today(),
                "purposes": [(each, say(request, *PURPOSES[each])) for each in CONSENTED]}

    return own_page(request, "my_consents.html", show, refusal)


def _row(request: HttpRequest, row: Any, names: dict[str, str]) -> dict[str, Any]:
    return {"id": row.pk, "purpose": say(request, *PURPOSES[row.purpose]), "who": names.get(row.institution) or say(request, "所有医疗机构", "every institution"),
            "given": clock.local(row.given_at), "until": row.until_on, "withdrawn": clock.local(row.withdrawn_at) if row.withdrawn_at else None,
            "is_live": row.withdrawn_at is None and (row.until_on is None or row.until_on >= clock.today())}


def _give(request: HttpRequest) -> Words:
    row = give_consent(request.POST.get("purpose", ""), request.POST.get("institution", ""), _until(request.POST.get("until_on", "")), request.by, clock.now())
    return f"已同意：{PURPOSES[row.purpose][0]}", f"Consent given: {PURPOSES[row.purpose][1]}"


def _until(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadField("日期应如 2026-12-31", "a day such as 2026-12-31", "until_on") from None


def _withdraw(request: HttpRequest) -> Words:
    withdraw_consent(whole(request, "id"), request.by, clock.now())
    return "已撤回，立即生效", "Withdrawn, from this moment"


CONSENTS = MyPart(90, ("授权管理", "My consents"), ("谁可以看我的档案", "who may read my record"), (("consents/", "my_consents", my_consents),))
