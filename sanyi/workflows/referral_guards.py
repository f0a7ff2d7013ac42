"""The conditions of a referral's steps. Source: REF-1, REF-2, REF-3, REF-4, HK-17, LJ-29."""
from sanyi.workflows.facts import Given
from sanyi.workflows.guards import Block
from sanyi.workflows.referral_facts import NEEDS_ELSEWHERE, PARTS, ReferralFacts
from sanyi.workflows.take import REGION

OPEN_ALREADY = ("此人已有一份因同一原因转往同一机构的在办转诊", "this person has an open referral to this institution for this reason already")


def shown_is_current(facts: ReferralFacts, given: Given) -> Block:
    """A consent, an acceptance, a taking over covers the very packet and effect that were shown. Source: R23."""
    if given.get("digest") == facts.digest:
        return None
    return "转诊资料在您查看后有变动，请重新查看后再办理", "the packet has changed since it was shown; look at it again first"


def effect_is_shown(facts: ReferralFacts, given: Given) -> Block:
    """What the referral changes for the patient's bill is said before the consent. Source: BEN-4."""
    if facts.has_effect:
        return None
    return "取得同意前须先测算并告知待遇影响", "say first what the referral changes for the patient's bill"


def consent_is_current(facts: ReferralFacts, given: Given) -> Block:
    """Nothing is sent that the patient did not consent to."""
    if facts.consented and facts.consented == facts.digest:
        return None
    return "患者同意的内容与现在的资料或待遇影响不一致，须重新告知并取得同意", "the patient consented to something else than this; tell them and ask again"


def packet_is_whole(facts: ReferralFacts, given: Given) -> Block:
    """The packet holds every part that its direction asks for. Source: REF-4, HK-17."""
    lacking = [PARTS[part] for part in facts.needed_parts if part not in facts.parts]
    if not lacking:
        return None
    return f"转诊资料缺：{'、'.join(zh for zh, _ in lacking)}", f"the packet lacks: {', '.join(en for _, en in lacking)}"


def criterion_is_named(facts: ReferralFacts, given: Given) -> Block:
    """A referral names the criterion of the plan that it meets. Source: REF-2."""
    if facts.criterion in facts.criteria:
        return None
    return f"须写明符合的转诊指征：{'、'.join(facts.criteria) or '方案未列'}", f"it must name a criterion of the plan: {', '.join(facts.criteria) or 'none is listed'}"


def first_contact_is_kept(facts: ReferralFacts, given: Given) -> Block:
    """What the list of first contact gives to primary care goes up by the criteria for it alone; an emergency always may. Source: JH-18."""
    if not facts.is_first_contact or facts.criterion in facts.first_contact_criteria:
        return None
    return (f"该诊断属基层首诊病种，由基层诊治；上转须符合：{'、'.join(facts.first_contact_criteria) or '方案未列'}",
            f"this disease is on the list of first contact, primary care treats it; it goes up for: {', '.join(facts.first_contact_criteria) or 'nothing is listed'}")


def down_criterion_is_named(facts: ReferralFacts, given: Given) -> Block:
    """Going down has its own criteria: the acute phase over, stable, rehabilitation or hospice. Source: REF-2."""
    if given.get("criterion") in facts.down_criteria:
        return None
    return f"须写明符合的下转指征：{'、'.join(facts.down_criteria) or '方案未列'}", f"it must name a criterion for going down: {', '.join(facts.down_criteria) or 'none is listed'}"


def plan_is_there(facts: ReferralFacts, given: Given) -> Block:
    """Whoever sends down supplies the plan of further care. Source: HK-17."""
    if "continuing_plan" in facts.parts:
        return None
    return "下转前须填写后续治疗、康复与护理方案", "a plan of further care, rehabilitation and nursing comes before sending down"


def is_the_only_one(facts: ReferralFacts, given: Given) -> Block:
    """One request of a patient to one place for one reason is on its way at a time; drafts are nobody's concern but their writer's."""
    return OPEN_ALREADY if facts.has_twin else None


def receiver_takes(facts: ReferralFacts, given: Given) -> Block:
    """The receiver's directory says that it takes such a referral."""
    return facts.refusal


def quota_is_free(facts: ReferralFacts, given: Given) -> Block:
    """A day's quota holds for all but the green channel. Source: HK-17."""
    return None if facts.is_green else facts.full


def is_not_off_site(facts: ReferralFacts, given: Given) -> Block:
    """Off-site care is filed with the insurance first."""
    if facts.direction != "off_site":
        return None
    return "转外就医须先申请医保备案", "care outside the area is filed with the insurance first"


def is_off_site(facts: ReferralFacts, given: Given) -> Block:
    """Only what goes outside the area is reported by the sender, and filed."""
    if facts.direction == "off_site":
        return None
    return "仅转外就医适用此步骤", "this is for care outside the area only"


def says_where_else(facts: ReferralFacts, given: Given) -> Block:
    """Who declines for want of a bed, a capability or the department says where else to go."""
    if given.get("reason") not in NEEDS_ELSEWHERE or given.get("alternative"):
        return None
    return "因无床位、无能力或科室不符而拒绝的，须给出可接收的其他机构", "who has no bed, capability or department names another institution"


def comes_in_time(facts: ReferralFacts, given: Given) -> Block:
    """The patient is expected after now and within the urgency's time. Source: REF-3."""
    expected, latest = given.get("expected_at"), facts.after("arrive")
    if expected is None or facts.now <= expected and (latest is None or expected <= latest):
        return None
    last = f"{latest.astimezone(REGION):%Y-%m-%d %H:%M}" if latest else ""
    return (f"预计到诊时间应在现在与 {last} 之间", f"the patient is expected between now and {last}") if last else ("预计到诊时间不能早于现在", "the patient is expected after now")


def goes_elsewhere(facts: ReferralFacts, given: Given) -> Block:
    """A redirected patient goes to a third institution."""
    if given.get("to") not in (facts.sender, facts.receiver):
        return None
    return "改转的机构应不同于原转出、转入机构", "it is redirected to another institution than these two"


def by_the_other_side(facts: ReferralFacts, given: Given) -> Block:
    """What one side recorded after an emergency the other confirms: no patient is moved without the sender knowing."""
    if facts.actor.unit != facts.recorded_by:
        return None
    return "本机构补录的，须由对方机构确认", "your institution recorded it; the other one confirms"


def is_emergency(facts: ReferralFacts, given: Given) -> Block:
    """Only an emergency goes before its papers."""
    if facts.urgency == "emergency":
        return None
    return "仅急诊可以事后补录", "only an emergency is recorded afterwards"


def has_happened(facts: ReferralFacts, given: Given) -> Block:
    """What is recorded afterwards lies behind."""
    if given.get("moved_at") is None or given["moved_at"] <= facts.now:
        return None
    return "到诊时间不能晚于现在", "the arrival cannot lie ahead"


def certificate_lies_ahead(facts: ReferralFacts, given: Given) -> Block:
    """A certificate is good for some time."""
    if given.get("valid_to") is None or given["valid_to"] >= facts.today:
        return None
    return "备案有效期不能早于今天", "the certificate ends before today"


def certificate_stands(facts: ReferralFacts, given: Given) -> Block:
    """Nobody arrives on a certificate that has ended."""
    if facts.certified_to is None or facts.today <= facts.certified_to:
        return None
    return f"备案已于 {facts.certified_to} 到期，须重新备案", f"the certificate ended on {facts.certified_to}; it is filed anew first"


def time_is_up(facts: ReferralFacts, given: Given) -> Block:
    """A clock's step comes after its time, and never where the plan sets none. Source: REF-3."""
    if facts.due_at is not None and facts.now >= facts.due_at:
        return None
    return "时限未到", "the time is not up yet"


def can_go_higher(facts: ReferralFacts, given: Given) -> Block:
    """There are as many escalations as the plan says."""
    if facts.escalation < facts.minutes.get("levels", 0):
        return None
    return "已升级到最高一级", "it was escalated as far as it goes"


def was_escalated(facts: ReferralFacts, given: Given) -> Block:
    """Nothing expires before everybody was told."""
    if facts.escalation >= facts.minutes.get("levels", 0):
        return None
    return "尚未逐级提醒", "not everybody was told yet"


def nobody_was_told(facts: ReferralFacts, given: Given) -> Block:
    """Those above are told once of what is owed."""
    return None if not facts.escalation else ("已提醒双方负责人", "those above were told already")


def there_is_news(facts: ReferralFacts, given: Given) -> Block:
    """Note is taken once of what is new."""
    return None if facts.has_news else ("没有待知悉的结果", "there is nothing new to take note of")


def is_theirs_to_hear(facts: ReferralFacts, given: Given) -> Block:
    """The desk does not take note for the doctor who sent the patient: it passes the news on."""
    if facts.actor.role != "registrar" or facts.actor.name == facts.begun_by:
        return None
    return "由发起转诊的医师或本机构其他医师知悉；窗口请转告", "the doctor who sent the patient, or a colleague, takes note; the desk passes it on"
