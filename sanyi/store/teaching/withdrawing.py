"""Cases of an examination of which an image turned out not to be its own. Source: HK-27."""
from datetime import datetime

from sanyi.store.exams.tables import Exam
from sanyi.store.log import write_change
from sanyi.store.teaching.tables import TeachingCase
from sanyi.store.tenancy import in_hand
from sanyi.workflows.facts import Actor


def withdraw_taught(exam: Exam, actor: Actor, now: datetime) -> None:
    """Withdraw the cases with images of an examination, drafts as well: what was set aside may be among them, and what they say may rest on it. Within the transaction that sets it aside."""
    with in_hand(units=(exam.centre,)):  # the clinic that sent an image sets it aside, the case is the centre's
        wanted = TeachingCase.objects.filter(source__exam=exam, images__isnull=False).exclude(state="withdrawn").values("pk")
        for row in TeachingCase.objects.select_for_update().filter(pk__in=wanted).order_by("pk"):
            write_change(row, "teaching_case", "withdraw", actor.name, now, {"state": "withdrawn"}, {"why": "image_gone"}, actor.persons, actor=actor, institutions=(row.institution,), open_names={"why"})
