"""One person of the index, masked: what is known and of which level, in clear for a purpose, corrections, cards, newborns, pairs, and who looked. Source: R30, R48, R49."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.matching.masking import mask_address, mask_number
from sanyi.store.health.history import looked_at
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.models import WorkEvent
from sanyi.store.one import allowed_steps
from sanyi.store.persons.cards import ISSUERS, cards_of, issue
from sanyi.store.persons.numbers import id_of, number_of
from sanyi.store.persons.recording_deaths import FIELDS as DEATH_FIELDS, RECORD, RECORDERS, UNDO, UNDO_FIELDS, by_hand, is_own, record_death, undo_death
from sanyi.store.persons.registering import KEEPERS, correct, propose_by_hand
from sanyi.store.persons.tables import IDENTITY_KINDS, HealthCard, Person
from sanyi.store.persons.unmasking import PURPOSES, unmask
from sanyi.store.personal import level_of
from sanyi.store.trail.reading import reads_person
from sanyi.store.trail.tables import ACTIONS
from sanyi.tables.codes import SEX
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.masked import person_row
from sanyi.web.posted import Words, answer_post, notice, typed, whole
from sanyi.web.timeline import institution_names
from sanyi.web.views.persons import FINDERS, form_fields, given_of, link_of
from sanyi.web.trailed import says_reads
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, person as by_words, state_badge, steps_of
from sanyi.workflows import workflow_of
from sanyi.workflows.access_matrix import PURPOSES as READ_FOR
from sanyi.workflows.errors import UnknownWork
from sanyi.workflows.facts import ROLES

CARD_DESK = ("registrar", "office", "doctor", "family_doctor", "nurse")
MOST_LOOKS = 30


@allowed(*FINDERS)
@says_reads("person")
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person; a POST shows in clear for a purpose, corrects, or issues a card."""
    row = Person.objects.select_related("mother", "merged_into").filter(pk=person_id).first()
    if row is None:
        from sanyi.web.views.errors import said
        return said(request, 404, say(request, f"没有人员 {person_id}", f"there is no person {person_id}"))
    if request.method != "POST":
        return _shown(request, row)
    clear: dict[str, str] = {}
    acts = {"unmask": lambda: _unmasked(request, row, clear), "correct": lambda: _corrected(request, row), "issue": lambda: _issued(request, row), "propose": lambda: _proposed(request, row),
            RECORD: lambda: _died(request, row), UNDO: lambda: _lives(request, row)}
    answer = answer_post(request, acts, reverse("person", args=[row.pk]), lambda refusal: _shown(request, Person.objects.get(pk=row.pk), refusal))
    return _shown(request, row, clear=clear) if clear else answer


def _unmasked(request: HttpRequest, row: Person, clear: dict[str, str]) -> Words:
    clear.update(unmask(row.pk, request.POST.get("purpose", ""), request.by, clock.now()))
    return "本页以明文显示，离开即恢复脱敏", "This page is in clear; it is masked again when you leave"


def _corrected(request: HttpRequest, row: Person) -> Words:
    correct(row.pk, whole(request, "version"), given_of(request), request.by, clock.now())
    return "已更正", "Corrected"


def _proposed(request: HttpRequest, row: Person) -> Words:
    match = propose_by_hand(row.pk, id_of(typed(request, "other", "另一条记录的人员编号", "number of the other row", 20)) or 0, request.by, clock.now())
    return f"已列入人员比对第 {match.pk} 号", f"Proposed as pair no. {match.pk}"


def _died(request: HttpRequest, row: Person) -> Words:
    ended = record_death(row.pk, whole(request, "version"), given_of(request), request.by, clock.now())
    return f"已登记死亡；随之终止签约、转诊、预约共 {ended} 项", f"The death is recorded; {ended} contracts, referrals and appointments ended with it"


def _lives(request: HttpRequest, row: Person) -> Words:
    undo_death(row.pk, whole(request, "version"), given_of(request), request.by, clock.now())
    return "死亡登记已撤销；此前随之终止的签约、转诊、预约不自动恢复，请重新办理", "The record of the death is taken back; what ended with it does not come back by itself: begin it anew"


def _death(request: HttpRequest, row: Person) -> dict[str, Any]:
    """What is known of a death and who said so; whether this actor may record one, or take it back as a second person."""
    known, may = by_hand(row), row.is_active and request.actor.role in RECORDERS
    said = known.given if known else {}
    facts = [(say(request, field.zh, field.en), say(request, *field.choices[said[field.name]]) if said[field.name] in field.choices else said[field.name])
             for field in DEATH_FIELDS if field.name in said and field.name != "died_on"]
    asked = UNDO_FIELDS if row.died_on else DEATH_FIELDS
    return {"on": row.died_on, "facts": facts, "by": by_words(request, known.by) if known else "", "at": clock.local(known.at) if known else None, "step": UNDO if row.died_on else RECORD,
            "is_own": bool(known and is_own(known, request.actor)), "may": may and (not row.died_on or bool(known and not is_own(known, request.actor))),
            "fields": form_fields(request, {}, asked=asked), "is_open": request.POST.get("do") in (RECORD, UNDO)}


def _issued(request: HttpRequest, row: Person) -> Words:
    card = issue(row.pk, request.by, clock.now())
    return f"健康卡 {card.number} 已发放", f"Health card {card.number} is issued"


def _shown(request: HttpRequest, row: Person, refusal: dict[str, Any] | None = None, clear: dict[str, str] | None = None) -> HttpResponse:
    role, is_keeper = request.actor.role, request.actor.role in KEEPERS
    reads_person("person", row.pk, residents=(row.pk,), institutions=(row.institution,))
    cards = list(cards_of(row.pk)) if role in CARD_DESK or role in ISSUERS else []
    return render(request, "person.html", {
        **notice(request, refusal), "row": row, "number": number_of(row.pk), "facts": _facts(request, row, clear or {}), "head": person_row(row), "is_clear": bool(clear),
        "into": link_of(row.merged_into) if row.merged_into else None, "merged": [link_of(each) for each in row.merged_from.order_by("pk")[:20]],
        "mother": link_of(row.mother) if row.mother else None, "children": [(link_of(each), each.born_on, each.birth_order) for each in row.children.filter(is_active=True).order_by("pk")[:20]],
        "purposes": [(name, say(request, *words)) for name, words in PURPOSES.items()] if is_keeper else [], "is_keeper": is_keeper,
        "fields": form_fields(request, {}, is_correcting=True) if is_keeper and row.is_active else [], "is_correcting": request.POST.get("do") == "correct",
        "cards": [(card.pk, mask_number(card.number), state_badge(request, "health_card", card.state)) for card in cards] if role in CARD_DESK else [],
        "may_issue": role in ISSUERS and row.is_active and not any(card.state == "in_use" for card in cards), "sees_cards": role in CARD_DESK,
        "matches": _matches(request, row), "death": _death(request, row), "looks": _looks(request, row) if is_keeper else []}, status=refusal["status"] if refusal else 200)


def _facts(request: HttpRequest, row: Person, clear: dict[str, str]) -> list[dict[str, Any]]:
    """Each field with its words, what is shown of it, and its level."""
    born = f"{row.born_on.year}" if row.born_on else ""
    return [{"title": say(request, zh, en), "shown": shown or "–", "level": level_of(Person, column)} for column, zh, en, shown in (
        ("name", "姓名", "Name", clear.get("name") or person_row(row)["name"]), ("sex", "性别", "Sex", say(request, *SEX[row.sex]) if row.sex in SEX else ""),
        ("born_on", "出生日期", "Birth day", clear.get("born_on") or born), ("identity_kind", "证件", "Document", say(request, *IDENTITY_KINDS[row.identity_kind])),
        ("identity_cipher", "证件号", "Identity number", clear.get("identity") or row.identity_masked), ("phone_cipher", "电话", "Phone", clear.get("phone") or row.phone_masked),
        ("address_cipher", "住址", "Address", clear.get("address") or mask_address(row.address_cipher)), ("region", "常住区划", "Region", row.region),
        ("birth_order", "胎次", "Birth order", str(row.birth_order or "")))
        if shown or column in ("name", "identity_cipher", "phone_cipher")]


def _matches(request: HttpRequest, row: Person) -> list[dict[str, Any]]:
    seen = kind_of("person_match").seen_by(request.actor)
    found = (seen.filter(one=row) | seen.filter(other=row)).select_related("one", "other").order_by("-pk")[:20]
    return [{"id": each.pk, "state": state_badge(request, "person_match", each.state), "other": link_of(each.other if each.one_id == row.pk else each.one)} for each in found]


def _looks(request: HttpRequest, row: Person) -> list[dict[str, Any]]:
    """Who looked at this person's data; who works here sees the institution and the role, not the colleague."""
    events = looked_at(row)[:MOST_LOOKS]
    names = institution_names({event.institution for event in events if event.institution})
    return [{"at": clock.local(event.at), "who": names.get(event.institution) or say(request, "系统或管理部门", "the system or an office"), "role": say(request, *ROLES[event.role]) if event.role in ROLES else "",
             "action": say(request, *ACTIONS[event.action]), "purpose": say(request, *(READ_FOR.get(event.purpose) or PURPOSES.get(event.purpose) or ("", ""))),
             "is_bad": event.action in ("break_glass", "refuse")} for event in events]


@allowed(*CARD_DESK)
@says_reads("person")
@require_http_methods(["GET", "HEAD", "POST"])
def health_card(request: HttpRequest, card_id: int) -> HttpResponse:
    """One card at the desk: lost, found again, withdrawn."""
    if request.method == "POST":
        return answer_post(request, work_acts(request, "health_card", card_id), reverse("health_card", args=[card_id]), lambda refusal: _card(request, card_id, refusal))
    return _card(request, card_id)


def _card(request: HttpRequest, card_id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        card = find_work("health_card", card_id, request.actor)
    except UnknownWork as unknown:
        from sanyi.web.views.errors import said
        return said(request, 404, unknown.words(request.language))
    reads_person("health_card", card_id, residents=(card.person_id,), institutions=(card.institution,))
    log = [event_line(request, event_of(event, "health_card", {"issue": ("发放", "issue")}), "health_card") for event in events_of("health_card", card_id)]
    return render(request, "health_card.html", {
        **notice(request, refusal), "row": card, "number": mask_number(card.number), "person": link_of(card.person), "state": state_badge(request, "health_card", card.state), "used": _uses(request, card),
        "issued_at": clock.local(card.created_at), "by": by_words(request, card.created_by), "log": log[::-1], "changed": [],
        "steps": steps_of(request, "health_card", card.state, allowed_steps("health_card", card_id, request.by, clock.now()), [])}, status=refusal["status"] if refusal else 200)


def _uses(request: HttpRequest, card: HealthCard) -> list[dict[str, Any]]:
    """The last uses: a desk sees those at its own institution, where else somebody was is not its business."""
    uses = card.uses.filter(institution=request.actor.unit) if request.actor.unit else card.uses
    return [{"at": clock.local(use.at), "institution": use.institution, "by": use.by} for use in uses.order_by("-pk")[:20]]


def events_of(subject: str, id: int) -> list[WorkEvent]:
    """The log of one piece of work, oldest first."""
    return list(WorkEvent.objects.filter(subject=subject, subject_id=id).order_by("version", "pk"))


MERGING = {"merge_person": ("人员合并", "persons merged"), "part_person": ("人员拆分", "persons parted")}


def event_of(event: WorkEvent, kind: str, more: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """A line of the log with its step's words; `more` has those that are no step of the workflow."""
    words = {**{step.name: (step.zh, step.en) for step in workflow_of(kind).steps}, **MERGING, **more}
    zh, en = words.get(event.step, (event.step, event.step))
    return {"at": clock.local(event.at), "by": event.by, "step_zh": zh, "step_en": en, "version": event.version, "before": event.before, "after": event.after, "given": event.given}
