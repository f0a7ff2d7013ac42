"""The own referrals: where one is, what comes next, the consent with the benefit effect in sight."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.store.kinds import kind_of
from sanyi.store.persons.tables import Person
from sanyi.store.referrals.lists import one_referral
from sanyi.store.referrals.tables import Referral
from sanyi.store.referrals.whereabouts import whereabouts
from sanyi.terms.fen import yuan
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.my_parts import OWN, Due, MyPart, or_404, own_page, own_steps, soonest
from sanyi.web.names import diagnosis_words
from sanyi.web.posted import done_or_shown
from sanyi.web.timeline import institution_names
from sanyi.web.trailed import reads
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import pair, state_badge
from sanyi.workflows.referral_facts import DECLINE_REASONS, DIRECTIONS, OUTCOMES, URGENCIES

KIND = "referral"
MOST = 50
WHERE = {"at": ("您现在在 {name}", "You are with {name}"), "expected": ("请前往 {name}", "You are expected at {name}"), "back": ("您已由 {name} 接回", "You are back with {name}")}
NEXT = {  # what comes next, to the person it is about
    "consented": ("您已同意，{sender}将发出申请。", "You have agreed; {sender} sends the request now."),
    "submitted": ("等待 {receiver} 答复，最迟 {due}。到时没有答复，系统会逐级催办。", "{receiver} answers by {due}; if it does not, those above are told."),
    "filing_asked": ("等待医保部门备案，备案后即可前往。", "The insurance is asked to file it; then you may go."),
    "certified": ("医保已备案（{certificate}，有效期至 {certified_to}），可以前往 {receiver}。到达后请在这里报告。", "The insurance has filed it ({certificate}, until {certified_to}); you may go to {receiver}. Report here once you are there."),
    "accepted": ("请于 {expected} 到 {receiver}{department}，带好身份证和健康卡。", "Come to {receiver} {department} at {expected}, with your identity card and health card."),
    "recorded": ("急诊转诊已补录，等待对方确认。", "Your emergency was written down and is being confirmed."), "arrived": ("您已到 {receiver}，正在诊疗。", "{receiver} is treating you."),
    "treated": ("{receiver} 已把诊疗结果告诉 {sender}。", "{receiver} has told {sender} what was done."),
    "down_offered": ("{receiver} 提出转回，等待 {sender} 接您。", "{receiver} offers to send you back; {sender} answers."), "taken_over": ("{sender} 已接您回来，继续管理。", "{sender} has taken you back and carries on."),
    "declined": ("{receiver} 没有接收，请与 {sender} 商量下一步。", "{receiver} did not accept; ask {sender} what to do."), "expired": ("对方逾期未答复，请与 {sender} 联系。", "Nobody answered in time; please call {sender}."),
    "no_show": ("记为未到诊。仍需就诊请联系 {sender}。", "You did not arrive. If you still need care, call {sender}."), "redirected": ("已改转其他机构，见新的转诊单。", "You were sent elsewhere: see the newer referral."),
    "withdrawn": ("此转诊已撤回。", "It was withdrawn."), "closed": ("此转诊已办结。", "It is finished.")}
REMINDED = ("{receiver} 没有按时答复，双方负责人都已收到提醒，最迟再等到 {due}。", "{receiver} did not answer in time; those above at both places were told, and it has until {due}.")
WAITS = ("医生正在准备转诊资料和费用测算。", "Your doctor is preparing the papers and what it changes for your bill.")
ASKS = ("请看清下面的费用影响，同意后医院才会发出。", "Read below what it changes for your bill; only after you agree is it sent.")


@allowed(*OWN)
@require_safe
@reads("referral", purpose="view_own")
def my_referrals(request: HttpRequest) -> HttpResponse:
    """Every referral with where one is and what comes next."""
    def show(person: Person) -> dict[str, Any]:
        found = list(kind_of(KIND).seen_by(request.actor).filter(person=person).order_by("-pk")[:MOST])
        names = institution_names({code for row in found for code in (row.institution, row.receiver)})
        return {"subject": KIND, "institutions": sorted(names), "rows": [{**_head(request, row, names), "next": next_words(request, row, names)} for row in found]}

    return own_page(request, "my_referrals.html", show)


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("referral", id="referral_id", purpose="view_own")
def my_referral(request: HttpRequest, referral_id: int) -> HttpResponse:
    """One referral; a POST agrees, withdraws, or reports the arrival outside."""
    return done_or_shown(request, work_acts(request, KIND, referral_id), request.path, lambda refusal: _one(request, referral_id, refusal))


def _one(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    found = or_404(lambda: one_referral(id, request.by))
    row, names = found["row"], {**found["names"]}

    def show(person: Person) -> dict[str, Any]:
        steps = {step["name"]: step for step in own_steps(request, KIND, id, row.state)}
        consent = steps.pop("consent", None)
        where, there, last = found["where"]["how"], found["where"]["code"], found["where"]["last"]
        return {"subject": KIND, "subject_id": id, "institutions": (row.institution, row.receiver), **_head(request, row, names), "row": row, "next": next_words(request, row, names),
                "where": say(request, *(words.format(name=names.get(there, there)) for words in WHERE[where])), "last": last if last != id else None,
                "way": [(clock.local(event["at"]), pair(request, event, "step")) for event in found["events"] if event["before"] != event["after"]],
                "effect": say(request, row.effect["zh"], row.effect["en"]) if row.effect else "", "figures": _figures(request, row.effect),
                "consent": consent, "steps": list(steps.values()), "digest": row.digest, "is_agreed": row.consents.filter(digest=row.digest).exists(),
                "outcome": say(request, *OUTCOMES[row.outcome]) if row.outcome else "", "decline": say(request, *DECLINE_REASONS[row.decline_reason]) if row.decline_reason else ""}

    return own_page(request, "my_referral.html", show, refusal)


def _head(request: HttpRequest, row: Referral, names: dict[str, str]) -> dict[str, Any]:
    return {"id": row.pk, "from": names.get(row.institution, row.institution), "to": names.get(row.receiver, row.receiver), "department": row.department,
            "direction": say(request, *DIRECTIONS[row.direction]), "urgency": say(request, *URGENCIES[row.urgency]), "state": state_badge(request, KIND, row.state), "on": clock.today_of(row.created_at), "reason": diagnosis_words(row.reason)}


def next_words(request: HttpRequest, row: Referral, names: dict[str, str]) -> str:
    """What comes next, in plain words."""
    words = REMINDED if row.state == "submitted" and row.escalation else NEXT.get(row.state) or (ASKS if row.effect else WAITS)
    said = {"sender": names.get(row.institution, row.institution), "receiver": names.get(row.receiver, row.receiver), "department": f" {row.department}" if row.department else "",
            "due": soonest(row.due_at), "expected": soonest(row.expected_at), "certificate": row.certificate, "certified_to": row.certified_to}
    return say(request, *(each.format(**said) for each in words))


def _figures(request: HttpRequest, effect: dict[str, Any] | None) -> list[tuple[str, str, str]]:
    """What is borne with the referral and without it, in yuan."""
    titles = {"deductible": ("起付线", "deductible"), "patient": ("自己负担", "left to you")}
    return [(say(request, *words), yuan(effect[f"{name}_fen"]), yuan(effect[f"{name}_without_fen"])) for name, words in titles.items()
            if effect and effect.get(f"{name}_fen") is not None and effect.get(f"{name}_without_fen") is not None]


def _due(request: HttpRequest, person: Person) -> list[Due]:
    """A consent that is waited for, and where one is expected."""
    found = kind_of(KIND).seen_by(request.actor).filter(person=person, state__in=("draft", "accepted")).order_by("pk")
    names = institution_names({row.receiver for row in found})
    asked = [(say(request, f"转诊到 {names[row.receiver]}：等您同意", f"Referral to {names[row.receiver]}: it needs your consent"), row) for row in found if row.state == "draft" and row.effect]
    expected = [(say(request, f"{soonest(row.expected_at)} 到 {names[row.receiver]}（转诊）", f"{soonest(row.expected_at)} at {names[row.receiver]} (referral)"), row) for row in found
                if row.state == "accepted" and whereabouts(row)[2] == row.pk]
    return [(words, reverse("my_referral", args=[row.pk])) for words, row in (*asked, *expected)]


REFERRALS = MyPart(50, ("我的转诊", "My referrals"), ("转到哪、到哪一步", "where to, and how far"),
                   (("referrals/", "my_referrals", my_referrals), ("referrals/<int:referral_id>/", "my_referral", my_referral)), _due)
