"""Referrals at every stage, up, down and off-site, over the last weeks; the receiving hospital's directory."""
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sanyi.payment.benefit.referred import AskedReferral, referral_effect
from sanyi.store.demonstration.cast import Cast
from sanyi.store.log import today_of
from sanyi.store.organisation.tables import Institution
from sanyi.store.referrals.beginning import Wanted, begin_referral, record_emergency, weigh
from sanyi.store.referrals.directory import offer_department
from sanyi.store.referrals.lists import common_consortium
from sanyi.store.referrals.rules import ReferralRules, read_rules
from sanyi.store.referrals.tables import Referral

UP = (("I20.000", "反复胸痛三天", "高血压十年", "心电图 ST 段压低", "阿司匹林 100 mg 每日", "冠脉造影及进一步治疗", "心血管内科", "needs_surgery"),
      ("J18.900", "发热咳嗽一周，气促加重", "慢性支气管炎", "胸片右下肺片状影", "左氧氟沙星三天", "明确诊断、住院治疗", "呼吸内科", "unstable"),
      ("K80.100", "右上腹痛反复发作", "胆囊结石三年", "超声：胆囊多发结石", "对症止痛", "手术治疗", "普通外科", "needs_surgery"),
      ("J44.100", "咳喘加重一周", "吸烟二十年，慢阻肺五年", "肺功能 FEV1 占预计值 48 %", "噻托溴铵吸入", "住院治疗", "呼吸内科", "diagnosis_unclear"),
      ("I50.900", "活动后气促、下肢水肿", "冠心病五年", "BNP 升高", "美托洛尔、螺内酯", "调整治疗", "心血管内科", "beyond_capability"))
KINDS = ("summary", "history", "results", "medication", "purpose")
BACK = {"summary": "住院治疗后病情平稳", "results": "复查指标接近正常", "medication": "按出院带药服用", "continuing_plan": "每两周复诊，逐步恢复活动", "schedule": "每周一随访，联系人见出院小结"}
# How far each goes, and how many days ago the youngest of its sort began.
ROAD = ("draft", "consented", "submitted", "accepted", "arrived", "treated", "down_offered", "taken_over", "closed")
AMOUNTS = {"draft": (3, 0), "consented": (2, 0), "submitted": (6, 0), "accepted": (5, 1), "arrived": (4, 2), "treated": (4, 4), "down_offered": (2, 6), "taken_over": (3, 8), "closed": (18, 10)}


def refer(cast: Cast) -> dict[str, int]:
    """Everything; gives a referral that is under way to the hospital, and its patient, for the appointments to use."""
    rules = read_rules(cast.plan.on(today_of(cast.now)))
    for department, quota, is_green in (("心血管内科", 12, True), ("呼吸内科", 10, False), ("普通外科", 8, False)):
        offer_department(department, cast.by["registrar"], cast.now - timedelta(days=70), ("up", "sideways"), "常见病与疑难病诊治", quota, is_green, "转诊办 0000-1234")
    offer_department("康复与随访", cast.by["clinic-desk"], cast.now - timedelta(days=70), ("down",), "康复、慢病管理", None, False, "0000-2345")
    used: dict[str, int] = {}
    wanted = [(youngest + nth * 2 + nth * nth // 8, state, nth) for state, (count, youngest) in AMOUNTS.items() for nth in range(count)]
    for days, state, nth in sorted(wanted, reverse=True):  # the oldest first: a day's quota counts what was accepted from then on
        person = cast.star if (state, nth) == ("accepted", 0) else cast.some(1)[0]
        row = _brought(cast, rules, person, state, cast.ago(days, 8 + nth % 8), nth)
        if (state, nth) == ("accepted", 1):
            used = {"referral": row.pk, "person": person}
    _others(cast, rules)
    return used


def _brought(cast: Cast, rules: ReferralRules, person: int, state: str, at: datetime, nth: int) -> Referral:
    """One referral from a clinic to the hospital, as far as a state."""
    sender = ("family-doctor", "family-doctor-2")[nth % 3 == 2]
    row = _begun(cast, rules, person, sender, cast.place["hospital"], at, nth, "urgent" if nth % 4 == 1 else "routine")
    hour, road = timedelta(hours=1), ROAD[1:ROAD.index(state) + 1]
    desk = "clinic-desk" if sender == "family-doctor" else sender
    acts: dict[str, Callable[[Any, datetime], Any]] = {
        "consented": lambda row, at: cast.step("referral", row, "consent", sender, at, way="in_person", digest=row.digest),
        "submitted": lambda row, at: cast.step("referral", row, "submit", sender, at),
        "accepted": lambda row, at: cast.step("referral", row, "accept", "registrar", at + hour, expected_at=at + 20 * hour, digest=row.digest, slot="转诊号 3"),
        "arrived": lambda row, at: cast.step("referral", row, "arrive", "nurse", at + 22 * hour),
        "treated": lambda row, at: cast.step("referral", row, "treat", "doctor", at + 70 * hour, diagnosis=row.reason, treatment="检查明确诊断，给予相应治疗", outcome="improved"),
        "down_offered": lambda row, at: _offered(cast, row, at + 80 * hour),
        "taken_over": lambda row, at: cast.step("referral", row, "take_over", desk, at + 90 * hour, digest=row.digest),
        "closed": lambda row, at: cast.step("referral", row, "finish", desk, at + 200 * hour, note="随访平稳，办结")}
    for each in road:
        row = acts[each](row, at)
    return row


def _offered(cast: Cast, row: Referral, at: datetime) -> Referral:
    for part, text in BACK.items():
        row = cast.step("referral", row, "add_result", "doctor", at, part=part, text=text)
    return cast.step("referral", row, "offer_down", "doctor", at, criterion="stable_chronic")


def _begun(cast: Cast, rules: ReferralRules, person: int, by: str, to: str, at: datetime, nth: int, urgency: str = "routine", criterion: str = "") -> Referral:
    reason, *parts, department, own = UP[nth % len(UP)]
    row = begin_referral(Wanted(person, to, reason, urgency, department if to == cast.place["hospital"] else "", criterion or own, dict(zip(KINDS, parts))), rules, cast.by[by], at)
    return weigh(row.pk, row.version, _effect(cast, row), cast.by[by], at)


def _effect(cast: Cast, row: Referral) -> dict[str, Any]:
    """What the plan's benefits say of a bill of 18,000 yuan."""
    levels, today = dict(Institution.objects.filter(code__in=(row.institution, row.receiver)).values_list("code", "level")), today_of(cast.now)
    asked = AskedReferral("resident", levels[row.institution], levels[row.receiver], row.direction, today, 1_800_000, None, "ordinary", common_consortium(row.institution, row.receiver, today))
    effect = referral_effect(asked, cast.policies)
    return {"zh": effect.zh, "en": effect.en, "deductible_fen": effect.deductible_fen, "deductible_without_fen": effect.deductible_without_fen,
            "patient_fen": effect.patient_fen, "patient_without_fen": effect.patient_without_fen, "plan": cast.plan.name}


def _others(cast: Cast, rules: ReferralRules) -> None:
    """Declined, withdrawn, down from the hospital, off-site, and emergencies recorded afterwards."""
    hour = timedelta(hours=1)
    for nth, (reason, more) in enumerate((("no_bed", cast.place["other"]), ("packet_incomplete", ""), ("no_capability", cast.place["far"]))):
        at = cast.ago(6 + 9 * nth)
        row = _consented(cast, _begun(cast, rules, cast.some(1)[0], "family-doctor", cast.place["hospital"], at, nth), "family-doctor", at)
        row = cast.step("referral", row, "submit", "family-doctor", at)
        cast.step("referral", row, "decline", "registrar", at + hour, reason=reason, note="请见建议", **({"alternative": more} if more else {}))
    for nth in range(2):
        at = cast.ago(3 + 11 * nth)
        row = _begun(cast, rules, cast.some(1)[0], "family-doctor", cast.place["hospital"], at, nth)
        cast.step("referral", row, "withdraw", "family-doctor", at + hour, reason="患者改为先在本机构观察")
    for nth in range(7):
        at = cast.ago(2 + 6 * nth)
        row = _consented(cast, _down(cast, rules, cast.some(1)[0], at, nth), "doctor", at)
        row = cast.step("referral", row, "submit", "doctor", at)
        if nth:
            row = cast.step("referral", row, "accept", "clinic-desk", at + 2 * hour, expected_at=at + 20 * hour, digest=row.digest)
        if nth > 1:
            cast.step("referral", row, "arrive", "clinic-nurse", at + 21 * hour)
    for nth in range(4):
        at = cast.ago(1 + 5 * nth)
        row = _consented(cast, _begun(cast, rules, cast.some(1)[0], "doctor", cast.place["far"], at, nth, criterion="beyond_region"), "doctor", at)
        row = cast.step("referral", row, "ask_filing", "doctor", at)
        if nth > 1:
            cast.step("referral", row, "certify", "bureau", at + 3 * hour, certificate=f"ZW-{nth:04d}", valid_to=today_of(cast.now) + timedelta(days=180))
    reason, *parts, department, _ = UP[0]
    for nth in range(2):
        at = cast.ago(nth)
        record_emergency(Wanted(cast.some(1)[0], cast.place["hospital"], reason, "emergency", department, "", dict(zip(KINDS, parts))), cast.place["clinic"],
                         at - 3 * hour, rules, cast.by["doctor"], at)


def _down(cast: Cast, rules: ReferralRules, person: int, at: datetime, nth: int) -> Referral:
    """A patient of the hospital's own who goes on to rehabilitation at the clinic."""
    row = begin_referral(Wanted(person, cast.place["clinic"], UP[nth % len(UP)][0], "routine", "康复与随访", "rehabilitation", BACK), rules, cast.by["doctor"], at)
    return weigh(row.pk, row.version, _effect(cast, row), cast.by["doctor"], at)


def _consented(cast: Cast, row: Referral, by: str, at: datetime) -> Referral:
    return cast.step("referral", row, "consent", by, at, way="in_person", digest=row.digest)
