"""An institution's dispute of its settlement sheet: until the batch is approved, which locks it. Source: EX-25."""
from datetime import datetime

from django.db import transaction

from sanyi.store.kinds import find_work
from sanyi.store.log import today_of, write_line
from sanyi.store.models import Dispute
from sanyi.store.money_commands import earlier_answer, keep_answer
from sanyi.store.who import By, actor_for
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, NotAllowed, NotPostable
from sanyi.workflows.take import LONGEST_TEXT, clean

UNLOCKED = ("drafted", "reviewed")


def raise_dispute(batch: int, fund: str, text: str, by: By, now: datetime, institution: str = "", key: str = "", on_behalf: str = "") -> Dispute:
    """Dispute a sheet: a hospital its own, the bureau any that it names. Errors: UnknownWork, NotAllowed, BadField, NotPostable (locked)."""
    with transaction.atomic():
        row = find_work("settlement_batch", batch, is_locked=True)
        actor = actor_for(by, on_behalf, today_of(now))
        institution = actor.unit if actor.role == "hospital" else institution
        body = {"batch": batch, "fund": fund, "institution": institution, "text": clean(text), "by": actor.name}
        if earlier := earlier_answer(row.book, "dispute", key, body):
            return Dispute.objects.get(pk=earlier["id"])
        if actor.role not in ("hospital", "bureau"):
            raise NotAllowed("异议由医疗机构提出", "disputes are raised by institutions")
        if row.state not in UNLOCKED:
            raise NotPostable("结算单已锁定，不再受理异议；差错由以后的结算更正", "the sheets are locked and take no dispute; a later settlement corrects what is wrong")
        if not row.sheets.filter(institution_id=institution, fund_code=fund).exists():
            raise BadField(f"本批次没有 {institution} 的 {fund} 结算单", f"the batch has no {fund} sheet of {institution}", "fund")
        if not clean(text) or len(text) > LONGEST_TEXT:
            raise BadField("请说明异议", "say what is disputed", "text")
        dispute = Dispute.objects.create(book=row.book, batch=row, unit=institution, fund_code=fund, text=clean(text), opened_by=actor.name,
                                         opened_at=now, state=workflow_of("dispute").start)
        write_line(dispute, "dispute", "raise", actor.name, now, "", body, actor.persons)
        keep_answer(row.book, key, "dispute", body, {"id": dispute.pk}, actor.name, now)
    return dispute
