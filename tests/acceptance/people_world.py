"""People at work in a served site's database: two hospitals, a township centre, a pharmacy, and one resident with something of everything; the books, a draft and a what-if of the run beside. A script: SANYI_VAR, SANYI_RESULTS and SANYI_PLAN."""
from datetime import date, datetime, timedelta, timezone
from importlib import import_module
import json
import os
from pathlib import Path
import subprocess
import sys

NOW = datetime.now(timezone.utc)
TODAY, SINCE = (NOW + timedelta(hours=8)).date(), date(2020, 1, 1)
HOUSES = {"C1": ("东街社区卫生服务中心", "community", "primary"), "H1": ("市第一人民医院", "3A", "general"), "H2": ("县中医医院", "2A", "general"), "P1": ("平安大药房（东街店）", "", "pharmacy")}
STAFF = {  # account: institution, role, name, part in the team
    "gp": ("C1", "family_doctor", "陈家和", "gp"), "c-nurse": ("C1", "nurse", "林小梅", "nurse"), "c-head": ("C1", "director", "黄主任", ""), "c-desk": ("C1", "registrar", "周敏", "public_health"),
    "doc": ("H1", "doctor", "吴正清", "specialist"), "doc-2": ("H1", "doctor", "许明", ""), "desk": ("H1", "registrar", "何静", ""), "nurse": ("H1", "nurse", "罗芳", ""), "tech": ("H1", "technician", "邓涛", ""),
    "chem": ("C1", "pharmacist", "宋药师", ""), "chem-1": ("H1", "pharmacist", "方药师", ""), "shop": ("P1", "pharmacist", "平安药师", ""), "head": ("H1", "director", "梁院长", "")}
OTHERS = ("office", "bureau", "lead", "hospital", "expert", "reader", "supervisor", "system_admin", "security_admin", "audit_admin")


def fill() -> dict:
    """Make them all through the doors; gives the numbers of each piece of work, as addresses are asked by them (by route, where routes differ)."""
    from sanyi.runs.packs import open_plan
    from sanyi.runs.results import Results
    from sanyi.store.contracts.packages import Item, add_package
    from sanyi.store.contracts.terms import take_terms, terms_of
    from sanyi.store.exams.rules import keep_rules
    from sanyi.store.prescriptions.formulary import load_formulary
    plan = open_plan(os.environ.get("SANYI_PLAN") or "haikou-2018", os.environ.get("SANYI_REGION") or "region-demo")
    found = Results(Path(os.environ["SANYI_RESULTS"]))
    resident_id = found.page("referrals", limit=1)[0]["resident_id"]
    by, person = people(resident_id)
    take_terms(plan.name, terms_of(plan, TODAY), "system", NOW)
    keep_rules(plan, "system", NOW)
    load_formulary(plan.on(TODAY), "system", NOW)
    add_package("senior", "老年人个性化服务包", "personalised", 12_000, [Item("visit", "上门随访", 12), Item("exam", "年度体检", 1)], SINCE, "system", NOW, group="elderly", record_code="elderly",
                weights={"insurance_fund": 1, "public_health": 1, "resident": 1})
    made = {"person_id": str(person), **contract(person, by), **referral(person, by, plan), **appointments(person, by, plan), **exams(person, by), **prescription(person, by), **records(person, by, plan)}
    made |= ledger(plan) | books() | published() | of_the_run(found) | drafted()
    made |= {"resident_id": resident_id, "match_id": alike(by), "review_id": special_review(plan.name), "equipment_id": idle(by["head"]), "left": "haikou-2018", "right": "wanshan-2021"}
    return made


def of_the_run(found) -> dict:
    """What addresses of the run's pages are asked by; `asked`: what is added to a page's address so that it shows something."""
    first = {table: found.page(table, limit=1)[0] for table in ("consortium_budgets", "dip_cases")}
    return {"consortium_id": first["consortium_budgets"]["consortium_id"], "encounter_id": first["dip_cases"]["encounter_id"], "rule_code": "AUD-13", "indicator": "IND-42",
            "code": {"indicator": "IND-43", "why_indicator": "IND-43", "obligation": "HK-06"}, "kind": "institution", "asked": {"compare_chosen": "?left=haikou-2018&right=wanshan-2021"},
            "institution_id": {**dict.fromkeys(("institution", "why_institution"), first["dip_cases"]["institution_id"]), "settlement_sheet": "H1"},
            "name": {**dict.fromkeys(("about_table", "table", "workbook"), "dip_cases"), **dict.fromkeys(("plan_of", "obligation"), "haikou-2018"), **dict.fromkeys(("scheme_of", "scheme_code"), "demo-1")}}


def drafted() -> dict:
    """A plan drafted from a few lines of text, and a what-if made as a page would have: both are asked by a key."""
    from sanyi.web.drafts import make_draft
    from sanyi.web.jobs import RESULTS, WHAT_IFS
    tried = Path(os.environ["SANYI_VAR"]) / WHAT_IFS / "0123456789abcdef"
    subprocess.run([sys.executable, "-m", "sanyi", "what-if", "--plan", os.environ["SANYI_PLAN"], "--results", os.environ["SANYI_RESULTS"], "--change", "dip.low_ratio_ppm=40%",
                    "--out", str(tried / RESULTS), "--job", str(tried)], check=True, stdout=sys.stderr)
    text = "第一条 到2025年，县域内就诊率达到90%。\n第二条 医保基金对紧密型医联体实行总额预算，结余留用，合理超支分担。\n"
    return {"key": {**dict.fromkeys(("draft_of", "draft_file"), make_draft(Path(os.environ["SANYI_VAR"]), "方案.txt", [text.encode()]).key), **dict.fromkeys(("what_if", "what_if_patients"), tried.name)}}


def books() -> dict:
    """A posted month, a year's books and a voucher of a small year."""
    sys.path.append(str(Path(__file__).parents[1] / "integration"))
    from clearing_work import opened, posted, voucher
    opened()
    batch, made = posted("2020-01"), voucher(period="2020-02")
    return {"batch_id": batch.pk, "period_id": batch.period_id, "voucher_id": made.pk}


def published() -> dict:
    """A case found by the audit and a notice of a result, as a run publishes them."""
    from publishing_work import hits, people as publishers, publish, run, sums

    from sanyi.store.publishing.tables import AuditCase, ResultNotice
    publishers()
    publish(run("first"), hits({1: 100})), publish(run("first"), sums({"H1": 100}), "deductions")
    return {"audit_case_id": AuditCase.objects.get().pk, "result_notice_id": ResultNotice.objects.get().pk}


def special_review(plan: str) -> int:
    from sanyi.store.books import open_book
    from sanyi.store.special_reviews import ReviewedCase, apply_for_review
    open_book(plan, 2020, "system", NOW)
    return apply_for_review(plan, 2020, ReviewedCase("E0000001", "H1", 4_000_000, "dip", 1_000, 5), "high_cost", "重症监护二十六天", "a-bureau", NOW).pk


def alike(by) -> int:
    """Two entries that may be one person."""
    from sanyi.store.persons.proposing import propose
    from sanyi.store.persons.registering import register
    from sanyi.store.persons.tables import Person, PersonMatch
    pair = [register({"name": name, "sex": "female", "born_on": date(1988, 5, 6), "phone": "13800000009"}, by["desk"], NOW)[0] for name in ("张晓红", "张小红")]
    made = propose(*[Person.objects.get(pk=each.pk) for each in pair], "likely", "desk", NOW)
    return (made or PersonMatch.objects.get(one_id=pair[0].pk)).pk


def ledger(plan) -> dict:
    """The plan's ledger with a piece of each kind of work, and an account of every role that is no member of staff."""
    from sanyi.store.evidence import add_file
    from sanyi.store.models import Account, Item, LedgerUnit
    from sanyi.store.opening import open_ledger
    from sanyi.store.organisation.tables import Institution
    from sanyi.store.posting import issue_order, list_problem
    from sanyi.store.trail.tables import AuditEvent
    for role in OTHERS:
        Account.objects.get_or_create(name=f"a-{role}", defaults={"role": role, "unit": "H1" if role == "hospital" else "", "password": "!"})
    opened = open_ledger(plan, "system", NOW).ledger
    item, unit = Item.objects.filter(ledger=opened).first(), LedgerUnit.objects.filter(ledger=opened).first()
    proof = add_file("task", item.pk, item.version, "document", "方案.pdf", [b"%PDF-1.4"], "system", NOW)
    return {"item_id": item.pk, "order_id": issue_order(plan.name, unit.entry, "督办", TODAY + timedelta(days=9), "system", NOW, item.pk).pk, "evidence_id": proof.pk,
            "problem_id": list_problem(plan.name, "问题", "system", NOW, item.pk).pk, "event_id": AuditEvent.objects.latest("id").pk, "row_id": Institution.objects.get(code="H1").pk}


def people(resident_id: str):
    """Institutions, staff with accounts, and the resident."""
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Consortium, Department, Institution, Membership, Posting, Staff
    from sanyi.store.persons.registering import register
    from sanyi.store.who import Acting
    houses = {code: Institution.objects.create(code=code, name=name, level=level, kind=kind, ownership="public", from_on=SINCE) for code, (name, level, kind) in HOUSES.items()}
    union = Consortium.objects.create(code="K-DEMO", name="第一医疗联合体", kind="tight", from_on=SINCE)
    for code in ("H1", "C1", "H2"):
        Membership.objects.create(consortium=union, institution=houses[code], part="lead" if code == "H1" else "member", from_on=SINCE)
    Department.objects.create(institution=houses["H1"], code="card", name="心血管内科", from_on=SINCE)
    by = {}
    for account, (code, role, name, _) in STAFF.items():
        staff = Staff.objects.create(code=account, name=name, profession="doctor", from_on=SINCE)
        posting = Posting.objects.create(staff=staff, institution=houses[code], role=role, from_on=SINCE)
        Account.objects.create(name=account, staff=staff, password="!")
        by[account] = Acting(account, posting.pk, True)
    person, _ = register({"name": "王桂兰", "sex": "female", "born_on": date(1951, 3, 8), "identity_kind": "resident_id", "identity": "460100195103080028", "phone": "13800000001"}, by["desk"], NOW)
    person.resident_id = resident_id
    person.save(update_fields=["resident_id"])
    Account.objects.create(name="wang", role="resident", resident=str(person.pk), password="!")
    by["wang"] = Acting("wang")
    return by, person.pk


def step(kind: str, row, name: str, by, now: datetime = NOW, **given):
    """Take a step on the newest version."""
    from sanyi.store.act import act
    row.refresh_from_db()
    act(kind, row.pk, row.version, name, given, by, now)
    row.refresh_from_db()
    return row


def contract(person: int, by) -> dict:
    """A team, and a contract in force with one service given, begun in summer."""
    from sanyi.store.contract_requests.asking import ask
    from sanyi.store.contracts.codes import make_code, sign_with_code
    from sanyi.store.contracts.daily import daily_work
    from sanyi.store.contracts.drafting import draft_contract
    from sanyi.store.contracts.fulfilment import give_service
    from sanyi.store.contracts.teams import add_member, add_team
    from sanyi.store.organisation.tables import Institution
    assert Institution.objects.filter(code="C1").exists()
    add_team("T1", "东街陈家和团队", "C1", SINCE, by["c-head"], NOW)
    for account, (_, _, _, part) in STAFF.items():
        if part:
            add_member("T1", account, part, SINCE, by["c-head"], NOW, is_leader=part == "gp")
    then = NOW - timedelta(days=120)
    row = draft_contract(person, "T1", "senior", by["gp"], then, groups=["elderly"], district="H2", city="H1")
    step("contract", row, "offer", by["gp"], then)
    row = sign_with_code(row.pk, row.version, make_code(row.pk, by["gp"], then), by["wang"], then)
    daily_work(then + timedelta(days=1))
    give_service(row.pk, "visit", (then + timedelta(days=20)).date(), by["c-nurse"], NOW, "血压 138/84，嘱低盐")
    return {"contract_id": row.pk, "contract_request_id": ask("end", by["wang"], NOW, reason="moved").pk}


def referral(person: int, by, plan) -> dict:
    """Two: one that waits for the consent, one that is accepted."""
    from sanyi.store.referrals.beginning import Wanted, begin_referral, weigh
    from sanyi.store.referrals.rules import read_rules
    rules = read_rules(plan.on(TODAY))
    parts = {"summary": "反复胸闷三天", "history": "高血压十年", "results": "心电图 ST 段压低", "medication": "阿司匹林", "purpose": "冠脉造影"}
    effect = {"zh": "凭转诊单补差额 300.00 元（两次住院算一次）；没有转诊单，则按年内第 2 次住院付 700.00 元。", "en": "with the referral the difference of 300.00 yuan is borne; without it 700.00.",
              "deductible_fen": 30_000, "deductible_without_fen": 70_000, "patient_fen": 480_000, "patient_without_fen": 520_000}
    rows = []
    for to, reason in (("H1", "I20.0"), ("H2", "M54.5")):
        row = begin_referral(Wanted(person, to, reason, department="心血管内科" if to == "H1" else "", criterion="needs_surgery", parts=parts), rules, by["gp"], NOW)
        rows.append(weigh(row.pk, row.version, effect, by["gp"], NOW))
    first = step("referral", rows[0], "consent", by["wang"], way="online", digest=rows[0].digest)
    step("referral", first, "submit", by["gp"])
    step("referral", first, "accept", by["desk"], expected_at=NOW + timedelta(hours=20), digest=first.digest, slot="心内科 3 床")
    return {"referral_id": first.pk, "draft_referral": rows[1].pk}


def appointments(person: int, by, plan) -> dict:
    """A roster with slots, one booked, and a turn in a full one."""
    from sanyi.store.appointments.booking import book, wait
    from sanyi.store.appointments.rosters import make_roster, publish
    from sanyi.store.appointments.rules import read_rules
    from sanyi.store.appointments.tables import Slot
    from sanyi.store.persons.registering import register
    rules = read_rules(plan.on(TODAY))
    pattern = {"department": "card", "weekdays": "1234567", "slot_minutes": 30, "from_on": TODAY}
    open_one = make_roster({**pattern, "staff": "doc", "begins": "08:00", "ends": "10:00", "capacity": 3}, by["desk"], NOW, rules)
    full_one = make_roster({**pattern, "staff": "doc-2", "begins": "14:00", "ends": "14:30", "capacity": 2, "weekdays": str((TODAY + timedelta(days=2)).isoweekday())}, by["desk"], NOW, rules)
    for roster in (open_one, full_one):
        publish(roster.pk, by["desk"], NOW)
    slots = list(Slot.objects.filter(roster=open_one, starts_at__gt=NOW + timedelta(days=1)).order_by("starts_at"))
    mine = book(slots[1].pk, person, by["wang"], NOW, rules)
    full = Slot.objects.filter(roster=full_one, starts_at__gt=NOW).order_by("starts_at").first()
    while full.capacity_count - full.reserved_count > full.common_taken_count:
        other, _ = register({"name": "李建国", "sex": "male", "born_on": date(1960, 1, full.common_taken_count + 1)}, by["desk"], NOW)
        book(full.pk, other.pk, by["desk"], NOW, rules)
        full.refresh_from_db()
    turn = wait(full.pk, person, by["wang"], NOW, rules)
    return {"appointment_id": mine.pk, "slot_id": slots[5].pk, "waiting_id": turn.pk}


def exams(person: int, by) -> dict:
    """A released result, one that is critical and used elsewhere, and a consultation that is answered."""
    from sanyi.store.exams.consulting import ConsultationWanted, ask_consultation
    from sanyi.store.exams.ordering import ExamWanted, accept_result, order_exam
    from sanyi.store.exams.tables import CriticalValue
    from sanyi.store.findings.attaching import attach_file
    minute = timedelta(minutes=1)
    ecg = order_exam(ExamWanted(person, "ecg_12", "H1"), by["gp"], NOW - 60 * minute)
    potassium = order_exam(ExamWanted(person, "k", "H1"), by["gp"], NOW - 60 * minute)
    step("exam", potassium, "sample", by["c-nurse"], NOW - 50 * minute, barcode="B1", sampled_at=NOW - 50 * minute)
    step("exam", potassium, "send", by["c-nurse"], NOW - 45 * minute, sent_at=NOW - 45 * minute, carrier="车1")
    step("exam", potassium, "receive", by["tech"], NOW - 20 * minute, received_at=NOW - 20 * minute, lowest_e1=30, highest_e1=60)
    for row, said in ((ecg, {"findings": "窦性心律，ST 段轻度压低。", "conclusion": "窦性心律，ST 段改变，请结合临床。"}),
                      (potassium, {"findings": "血清钾 2.4 mmol/L。", "conclusion": "低钾血症", "value": "2.4", "critical": "血钾 2.4 mmol/L"})):
        step("exam", row, "perform", by["tech"], NOW - 10 * minute, performed_at=NOW - 10 * minute)
        file = attach_file(row.pk, "图.png", [picture()], by["tech"], NOW - 9 * minute, "正位")
        attach_file(row.pk, "心电.json", [b'{"samples_per_second": 250, "unit": "uV", "leads": {"I": [' + b",".join([b"0", b"900"] * 250) + b"]}}"], by["tech"], NOW - 9 * minute)
        step("exam", row, "claim", by["doc"], NOW - 9 * minute)
        step("exam", row, "report", by["doc"], NOW - 8 * minute, **said)
        step("exam", row, "verify", by["doc-2"], NOW - 7 * minute)
        step("exam", row, "release", by["doc-2"], NOW - 6 * minute)
    critical = CriticalValue.objects.get(exam=potassium)
    step("critical_value", critical, "tell", by["tech"], told_to="陈家和", way="telephone")
    accept_result(person, "ecg_12", ecg.pk, by["doc"], NOW)
    asked = ask_consultation(ConsultationWanted(person=person, expert_institution="H1", kind="clinical", urgency="urgent", question="胸闷是否需要造影？", summary="高血压十年"), by["gp"], NOW)
    step("consultation", asked, "accept", by["doc"])
    step("consultation", asked, "give_opinion", by["doc"], opinion="建议一周内行冠脉造影，期间继续阿司匹林。")
    return {"exam_id": potassium.pk, "file_id": file.pk, "device_id": a_device(by["tech"]), **a_case(potassium, file, by), "critical_id": critical.pk, "consultation_id": asked.pk}


def picture() -> bytes:
    """A grey image of 64 by 64 dots."""
    from struct import pack
    from zlib import compress, crc32

    def part(name: bytes, content: bytes) -> bytes:
        return pack(">I", len(content)) + name + content + pack(">I", crc32(name + content))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)) + part(b"IDAT", compress((b"\0" + b"\x80" * 64) * 64)) + part(b"IEND", b"")


def a_case(exam, file, by) -> dict:
    """A published teaching case with an image."""
    from sanyi.store.teaching.sharing import CaseWanted, publish_case, write_case
    row = write_case(CaseWanted(exam.pk, "低钾血症", "电解质", "乏力三天", "血清钾偏低", "先排除标本溶血与输液侧采血", (file.pk,), True), by["doc"], NOW)
    publish_case(row.pk, row.version, by["doc-2"], NOW)
    return {"case_id": row.pk, "image_id": row.images.get().pk}


def idle(by) -> int:
    """A piece of equipment on offer."""
    from sanyi.store.equipment.offering import offer_equipment
    return offer_equipment("A-1", "便携式 B 超", "lend", by, NOW, "每周一、三可借").pk


def a_device(by) -> int:
    """An analyser with two runs of its control."""
    from sanyi.store.devices.controls import run_control
    from sanyi.store.devices.registering import register_device
    row = register_device({"code": "LAB1", "kind": "laboratory", "serial": "L-1", "name": "生化分析仪", "calibrated_on": TODAY - timedelta(days=10), "calibrated_until": TODAY + timedelta(days=300)}, by, NOW)
    for value in ("4.0", "4.3"):
        run_control(row.pk, "k", "批号 1", value, "4.1", "0.1", by, NOW)
    return row.pk


def prescription(person: int, by) -> dict:
    """One that circulates, and one that a pharmacy has given out in part and delivers."""
    from sanyi.store.prescriptions.giving import Part, give_out, order_delivery
    from sanyi.store.prescriptions.tokens import make_token, take_by_token
    from sanyi.store.prescriptions.writing import Script, ScriptLine, write_prescription
    rows = []
    for drug, kind, quantity, doctor, pharmacist in (("D001", "usual", 7, "gp", "chem"), ("D002", "long", 28, "doc", "chem-1")):
        row = write_prescription(Script(person=person, kind=kind, diagnosis="高血压", lines=(ScriptLine(drug, quantity, 1000),), is_pregnant=False), by[doctor], NOW)
        for name, who in (("check", doctor), ("approve", pharmacist), ("sign", doctor), ("circulate", "wang")):
            step("prescription", row, name, by[who])
        rows.append(row)
    row = rows[1]
    take_by_token(make_token(row.pk, by["wang"], NOW)[0], by["shop"], NOW)
    row.refresh_from_db()
    give_out(row.pk, row.version, [Part(1, 14, "B20261101", "", "")], by["shop"], NOW)
    order = order_delivery(row.pk, "东街 12 号 301 室", by["wang"], NOW)
    return {"prescription_id": row.pk, "delivery_id": order.pk, "circulating": rows[0].pk}


def records(person: int, by, plan) -> dict:
    """A consent, a reading by a doctor, an evaluation, a card, a broken glass."""
    from sanyi.store.health.breaking_glass import break_glass
    from sanyi.store.health.consenting import give_consent
    from sanyi.store.health.rules import read_rules
    from sanyi.store.persons.cards import issue
    from sanyi.store.trail.reading import reads_person
    from sanyi.store.who import actor_of
    give_consent("treatment", "H2", TODAY + timedelta(days=90), by["wang"], NOW)
    card = issue(person, by["wang"], NOW)
    reads_person("health_record", person, (person,), ("C1",), "treatment", actor=actor_of(by["doc"]))
    broken = break_glass(person, "昏迷送急诊，无法取得同意", read_rules(plan.on(TODAY)), by["doc-2"], NOW)
    return {"access_review_id": broken.pk, "card_id": card.pk}


def cookie(account: str) -> str:
    """A session of an account, in its posting and with its second factor, as a browser's cookie."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Posting
    from sanyi.web.access import FACTOR, POSTING
    row = Account.objects.get(name=account)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session.update({SESSION_KEY: str(row.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0], HASH_SESSION_KEY: row.get_session_auth_hash(), FACTOR: 1})
    posting = Posting.objects.filter(staff=row.staff_id).first() if row.staff_id else None
    session.update({POSTING: posting.pk} if posting else {})
    session.create()
    return session.session_key


def routes() -> list[tuple[str, str, list[str]]]:
    """Every route of the URL map: its address, its name, the roles that may open it."""
    from django.urls import get_resolver
    return [(f"/{each.pattern}", each.name, sorted(each.callback.allowed_roles)) for each in get_resolver().url_patterns]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanyi.web.settings")
    import django
    django.setup()
    made = fill()
    print(json.dumps({"made": made, "routes": routes(), "cookies": {name: cookie(name) for name in ("wang", *STAFF, *(f"a-{role}" for role in OTHERS))}}, default=str))
