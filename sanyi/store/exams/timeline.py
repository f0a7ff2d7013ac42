"""Released results on a person's timeline."""
from collections.abc import Iterator

from sanyi.store.exams.rules import rules_now
from sanyi.store.exams.tables import Exam, ExamReport
from sanyi.store.health.timeline import TimelinePart
from sanyi.store.log import today_of
from sanyi.store.personal import MIDDLE, NARROWEST, level_of
from sanyi.tables.timeline import TimelineEntry, TimelineFact

SHOWN = (("findings", "所见", "findings"), ("conclusion", "结论", "conclusion"), ("value", "结果值", "value"))


def _entries(person: int, narrowest: tuple[str, ...]) -> Iterator[TimelineEntry]:
    """Each examination with what was released last; nothing of a report that is not out."""
    for row in Exam.objects.filter(person=person, first_released_at__isnull=False).order_by("-id"):
        report = ExamReport.objects.filter(exam=row, release__isnull=False).order_by("-number").first()
        said = [("项目", "item", rules_now().words(row.item), MIDDLE), *((zh, en, (getattr(report, name),) * 2, level_of(ExamReport, name) or NARROWEST) for name, zh, en in SHOWN if report)]
        yield TimelineEntry("result", today_of(row.released_at or row.first_released_at), row.centre, str(row.pk), NARROWEST if row.is_narrow else MIDDLE,
                            tuple(TimelineFact((zh, en), value, NARROWEST if row.is_narrow else level) for zh, en, value, level in said))


RESULTS = TimelinePart("result", _entries)
