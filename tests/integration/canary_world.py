"""Three institutions with one row in every table that has tenants, each text of it a canary that nobody else may ever see. Shared by the walk of routes and row security."""
from datetime import date, datetime, time, timedelta, timezone

NOW = datetime(2026, 11, 30, 2, tzinfo=timezone.utc)
SINCE, TODAY = date(2020, 1, 1), date(2026, 11, 30)
OWN, SISTER, STRANGER, ELSEWHERE = "A1", "B1", "C1", "Z1"  # sister: of the same consortium; elsewhere: where everybody's referrals go
FOREIGN = (SISTER, STRANGER)
TENANTS = (OWN, *FOREIGN)
MARK = "canary"
SHARED = {  # tables that name an institution or a person, and are everybody's: why
    "institution": "the region's directory", "department": "the region's directory", "posting": "the region's directory", "membership": "the region's directory",
    "referraloffer": "what an institution publishes that it takes", "roster": "places on offer to everybody", "slot": "places on offer to everybody; no patient",
    "device": "what a region's devices are and until when they are calibrated; nobody's data", "doctorteam": "teams on offer to everybody", "teammember": "teams on offer to everybody", "person": "the region's index: every desk finds whoever comes",
    "personmatch": "keepers of the index, by the pair's own rule", "mergemove": "with its pair", "healthcard": "any desk proves any card",
    "auditevent": "evidence without a person's data in clear; recorded for others, read by the audit administrator", "auditnamed": "with its event",
    "equipment": "what is idle is offered to everybody; nobody's data stand in it", "account": "who may sign in", "bookparty": "the region's directory", "workevent": "work of every kind by its number, asked for once the work is seen; docs/people.md says why"}
TENANT_COLUMNS = ("institution", "receiver", "centre", "expert_institution", "booker", "pharmacy", "heir")


def canary(tenant: str, number: int = 0) -> str:
    """A text that is one tenant's alone."""
    return f"{MARK}{tenant}x{number}"


def tenant_tables() -> list:
    """Every table with an institution's column, a person, or a row of such a table, but for those that are everybody's."""
    from django.apps import apps
    found = {model for model in apps.get_app_config("store").get_models() if model._meta.model_name not in SHARED and _names_a_tenant(model)}
    while more := {model for model in apps.get_app_config("store").get_models() if model not in found and model._meta.model_name not in SHARED
                   and any(field.related_model in found for field in model._meta.fields if field.is_relation) and not _is_of_the_books(model)}:
        found |= more
    return sorted(found, key=lambda model: model._meta.model_name)


def _names_a_tenant(model) -> bool:
    return not _is_of_the_books(model) and any(
        field.name in TENANT_COLUMNS or field.name == "institution_id" or field.is_relation and field.related_model._meta.model_name == "person" for field in model._meta.fields) or \
        model._meta.model_name in ("dispute", "specialreview", "voucher", "batchsheet")


def _is_of_the_books(model) -> bool:
    """Entries and batches are of several at once: an institution's own lines are tried apart (`row_scripts.books`)."""
    return model._meta.model_name in ("entrygroup", "entryline", "batchline", "settlementbatch", "bookbalance", "bookparty")


class World:
    """Rows by tenant and table (`rows["A1", "referral"]`), and accounts of every role of the own institution."""

    def __init__(self) -> None:
        self.rows, self.made, self.private = {}, 0, set(tenant_tables())
        self._directory()
        for tenant in TENANTS:
            for model in tenant_tables():
                if (tenant, model._meta.model_name) not in self.rows and model._meta.model_name not in ("dispute", "specialreview", "voucher", "batchsheet", "settlementbatch"):
                    self.row(tenant, model)

    def rules(self) -> None:
        """What the demonstration plan says of prescriptions, examinations and contracts, so that every page has its rules."""
        from sanyi.runs.packs import open_plan
        from sanyi.store.exams.rules import keep_rules
        from sanyi.store.prescriptions.formulary import load_formulary
        from sanyi.store.prescriptions.tables import Prescription
        plan = open_plan("haikou-2018")
        Prescription.objects.update(formulary=load_formulary(plan.on(TODAY), "system", NOW))
        keep_rules(plan, "system", NOW)

    def books(self) -> None:
        """A drafted month of the books with a sheet of each tenant, and a dispute, a voucher and a special review of each."""
        from unittest.mock import patch

        from clearing_work import PLAN, YEAR, carried, draft, people

        from sanyi.store.books import open_book
        from sanyi.store.models import BatchSheet, Dispute, SpecialReview, Voucher
        people()
        book = open_book(PLAN, YEAR, "maker", NOW, parties=TENANTS)
        with patch("clearing_work.HOSPITALS", TENANTS):
            self.batch = draft("2020-01", carried(hospitals=TENANTS, names={tenant: canary(tenant) for tenant in TENANTS}))
        for number, tenant in enumerate(TENANTS, 1):
            made = {"opened_by": "x", "opened_at": NOW, "text": canary(tenant, number), "unit": tenant, "book": book}
            self.rows[tenant, "dispute"] = Dispute.objects.create(state="raised", batch=self.batch, fund_code="employee", **made)
            self.rows[tenant, "specialreview"] = SpecialReview.objects.create(state="applied", encounter=canary(tenant, number), method="dip", reason="high_cost", cost_fen=1, **made)
            self.rows[tenant, "voucher"] = Voucher.objects.create(state="drafted", book=book, number=number, period=self.batch.period, kind="ADJUST", fund_code="employee", institution_id=tenant,
                                                                  amount_fen=100, reason=canary(tenant, number), made_by="maker", made_at=NOW)
            self.rows[tenant, "batchsheet"] = BatchSheet.objects.filter(batch=self.batch, institution_id=tenant).first()

    def row(self, tenant: str, model):
        """The tenant's one row of a table, made when it is first asked for."""
        name = model._meta.model_name
        if (tenant, name) not in self.rows:
            values = {field.name: self._value(tenant, field) for field in model._meta.fields if not field.primary_key}
            self.rows[tenant, name] = model.objects.create(**{**values, **self._said(tenant, name)})
        return self.rows[tenant, name]

    def _value(self, tenant: str, field):
        kind = field.get_internal_type()
        if field.is_relation:
            return None if field.null else self.row(tenant, field.related_model)
        if field.name in TENANT_COLUMNS:
            return tenant if field.name != "booker" else ""
        self.made += 1
        if kind in ("CharField", "TextField"):
            is_private = field.model in self.private or field.model._meta.model_name == "person" and field.name not in ("region", "resident_id", "created_by")
            return (canary(tenant, self.made) if is_private else f"open{self.made}")[:field.max_length or 1000]  # what is everybody's is no canary
        return {"DateField": TODAY, "DateTimeField": NOW, "TimeField": time(8), "BooleanField": False, "JSONField": {}}.get(kind, 1)

    def _said(self, tenant: str, name: str) -> dict:
        """What a table's laws and words ask for."""
        later = NOW + timedelta(hours=2)
        return {
            "referral": dict(receiver=ELSEWHERE, origin=tenant, direction="up", urgency="routine", state="arrived", arrived_at=NOW, submitted_at=NOW, consented="", outcome="", effect={}, certified_to=None,
                             replaces=None, returns=None, decline_reason="", is_green=False, reason=f"I{self.made}", due_at=later),
            "referralpart": dict(kind="summary"), "referralconsent": dict(way="online"), "referralruleset": dict(rules={"criteria": {}, "packets": {}, "clocks": {}}),
            "contract": dict(state="active", signed_on=TODAY, from_on=TODAY, to_on=TODAY + timedelta(days=364), term_on=TODAY + timedelta(days=364), entry="first", end_reason=""),
            "contractrequest": dict(kind="first", state="declined", leaves="", from_on=None, reason="", answer="full", due=None),
            "contractgroup": dict(group="elderly"), "contractevaluation": dict(score=5), "evaluation": dict(kind="contract", score=5),
            "carepackage": dict(kind="basic", group="", record_code="basic", from_on=SINCE, to_on=None, price_fen=0, insurance_fund_fen=0, public_health_fen=0, resident_fen=0, account_fen=0, treasury_fen=0),
            "doctorteam": dict(from_on=SINCE, to_on=None),
            "exam": dict(centre=tenant, state="released", kind="laboratory", urgency="routine", claimed_by="a", verified_by="b", done_by="c", rejection="", due_at=later),
            "recognitioncheck": dict(decision="declined", exam=self.rows.get((tenant, "exam")) or self._exam(tenant, name), reason="other", saved_fen=0), "examnotice": dict(kind="rejected", seen_by=""),
            "exammeasure": dict(flag="H"), "teachingimage": dict(format="png", sha256="ab" * 32), "examfile": dict(format="png", sha256="ab" * 32, aside_at=None, aside_by="", aside_reason=""), "teachingcase": dict(state="draft", kind="imaging"),
            "criticalvalue": dict(state="raised", acknowledged_by="", due_at=later), "consultation": dict(expert_institution=ELSEWHERE, state="requested", kind="single", urgency="routine", grade=None),
            "consultationshare": dict(), "duty": dict(part="report"), "roster": dict(from_on=SINCE, to_on=None, ends=time(9), weekdays="1", staff=None, reserved_ppm=0, examination=f"open{tenant}"),
            "slot": dict(starts_at=later, ends_at=later + timedelta(hours=1), release_at=NOW, reserved_count=0, common_taken_count=0, reserved_taken_count=0, over_taken_count=0, capacity_count=5,
                         over_count=1, is_open=True),
            "appointment": dict(state="booked", place="common", starts_at=later, ends_at=later + timedelta(hours=1), late_at=later, cancel_by=later, channel="own", why="", over_reason="", queue_number=None),
            "waiting": dict(state="waiting", place="", queue=f"{tenant}|||x", last_on=TODAY, rank=3), "notice": dict(kind="cancelled", told_at=None, told_by=""),
            "prescription": dict(state="written", kind="usual", pharmacy="", prescribed_on=TODAY, valid_to=TODAY, overlap_reason="", is_pregnant=None), "prescriptionfinding": dict(severity="warn"),
            "prescriptionline": dict(quantity=9, dispensed=0, daily_e3=1000), "prescriptionreview": dict(outcome="approved", reason=""), "supply": dict(from_on=TODAY, to_on=TODAY, is_live=True),
            "dispensing": dict(reason=""), "deliveryorder": dict(state="ordered"),
            "recordconsent": dict(purpose="research", withdrawn_at=None, until_on=None), "visit": dict(way="document", closes_at=later), "breakglass": dict(state="opened", closes_at=later, alerted_at=None),
            "message": dict(kind="result", state="sent", reason="", secret_cipher="", next_at=None), "unmasking": dict(purpose="treatment"), "accountcode": dict(used_at=None), "healthcard": dict(state="in_use", number=canary(tenant)[:20]),
            "auditcase": dict(state="notified", part="audit", rows=[], amount_fen=100, agreed_fen=None, follows=None, booked=""),
            "resultnotice": dict(state="issued", part="deductions", rows=[], amount_fen=100, follows=None, answerer="bureau"),
            "person": dict(is_active=True, died_on=None, sex="female", born_on=date(1960, 1, 1), identity_kind="none", identity_cipher="", phone_cipher="", address_cipher="", identity_masked="", phone_masked="",
                           identity_digest="", mother=None, merged_into=None, birth_order=None, origin="hand"),
        }.get(name, {})

    def _exam(self, tenant: str, name: str):
        from sanyi.store.exams.tables import Exam
        return self.row(tenant, Exam) if name == "recognitioncheck" else None

    def _directory(self) -> None:
        """Institutions in two consortia, and an account of every role at the own one."""
        from sanyi.store.models import Account
        from sanyi.store.organisation.tables import Consortium, Department, Institution, Membership, Posting, Staff
        from sanyi.workflows.facts import POSTED
        tight, other = (Consortium.objects.create(code=code, name=code, kind="tight", from_on=SINCE) for code in ("K1", "K2"))
        for code in (*TENANTS, ELSEWHERE):
            house = Institution.objects.create(code=code, name=f"院{code}", level="3A" if code == ELSEWHERE else "township", kind="hospital", ownership="public", from_on=SINCE)
            Membership.objects.create(consortium=tight if code in (OWN, SISTER) else other, institution=house, part="member", from_on=SINCE)
            self.rows[code, "institution"], self.rows[code, "department"] = house, Department.objects.create(institution=house, code="D1", name="科", from_on=SINCE)
        self.accounts = {}
        for role in POSTED:
            staff = Staff.objects.create(code=f"own-{role}", name=f"own-{role}", profession="doctor", from_on=SINCE)
            Posting.objects.create(staff=staff, institution=self.rows[OWN, "institution"], role=role, from_on=SINCE)
            self.accounts[role] = Account.objects.create(name=f"own-{role}", role="reader", staff=staff, password="!").name
        from sanyi.store.persons.tables import Person
        for role, named in (("hospital", {"unit": OWN}), ("resident", {"resident": str(self.row(OWN, Person).pk)})):
            self.accounts[role] = Account.objects.create(name=f"own-{role}", role=role, password="!", **named).name
