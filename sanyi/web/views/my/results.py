"""The own results: what was found, what a critical one means, where a result counts without being done again."""
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanyi.store.exams.lists import exams_of, readable_reports
from sanyi.store.exams.ordering import done_at
from sanyi.store.exams.rules import Rules
from sanyi.store.exams.tables import CriticalValue, Exam, RecognitionCheck
from sanyi.store.findings.comparing import compared
from sanyi.store.findings.formats import FORMATS
from sanyi.store.findings.reading import readable_files
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.organisation.tables import Institution
from sanyi.store.persons.tables import Person
from sanyi.terms.fen import yuan
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.my_parts import OWN, MyPart, or_404, own_page
from sanyi.web.timeline import institution_names
from sanyi.web.trailed import reads
from sanyi.web.views.exam_images import file_answer, value_lines
from sanyi.web.views.exams import rules_or_none
from sanyi.web.words import say
from sanyi.web.work_words import state_badge

CRITICAL = {  # what was done about a critical value, to whom it is about
    "raised": ("检查中心正在通知您的医生。", "The centre is telling your doctor now."), "told": ("您的医生已接到通知。", "Your doctor has been told."),
    "escalated": ("已逐级通知到上级医务人员。", "It was passed on to the next person in charge."), "acknowledged": ("您的医生已确认收到，正在处理。", "Your doctor has confirmed it and is acting."),
    "acted": ("医生已处理。", "Your doctor has acted."), "withdrawn": ("检查中心已撤回此提示。", "The centre has withdrawn the warning.")}
MOST = 100


@allowed(*OWN)
@require_safe
@reads("exam", purpose="view_own")
def my_results(request: HttpRequest) -> HttpResponse:
    """Every examination and laboratory test, the newest first."""
    def show(person: Person) -> dict[str, Any]:
        found, rules = list(exams_of(request.actor).filter(person=person).order_by("-pk")[:MOST]), rules_or_none()
        said = list(kind_of("consultation").seen_by(request.actor).filter(person=person).order_by("-pk")[:MOST])
        names = institution_names({row.centre for row in found} | {row.expert_institution for row in said})
        return {"subject": "exam", "institutions": sorted(names), "rows": [
            {"id": row.pk, "title": item_words(request, row, rules), "state": state_badge(request, "exam", row.state), "on": clock.today_of(row.released_at or row.created_at),
             "who": names.get(row.centre, row.centre), "is_out": row.first_released_at is not None, "is_critical": row.is_critical and row.first_released_at is not None} for row in found],
            "consultations": [{"id": row.pk, "on": clock.today_of(row.closed_at or row.created_at), "who": names.get(row.expert_institution, row.expert_institution), "question": row.question,
                               "opinion": row.opinion, "expert": row.expert} for row in said]}

    return own_page(request, "my_results.html", show)


@allowed(*OWN)
@require_safe
@reads("exam", id="exam_id", purpose="view_own")
def my_result(request: HttpRequest, exam_id: int) -> HttpResponse:
    """One result: the report, the critical value in plain words, recognition."""
    row: Exam = or_404(lambda: find_work("exam", exam_id, request.actor))

    def show(person: Person) -> dict[str, Any]:
        rules, reports = rules_or_none(), readable_reports(row, request.actor)
        used = list(RecognitionCheck.objects.filter(result=row, decision="accepted").order_by("-pk"))
        names = institution_names({row.institution, row.centre, *(each.institution for each in used)})
        critical = CriticalValue.objects.filter(exam=row).order_by("-pk").first()
        return {"subject": "exam", "subject_id": row.pk, "institutions": (row.institution, row.centre), "row": row, "title": item_words(request, row, rules),
                "state": state_badge(request, "exam", row.state), "names": {"from": names.get(row.institution, row.institution), "centre": names.get(row.centre, row.centre)},
                "values": value_lines(request, compared(row, reports[0].number, request.actor, rules), rules) if reports else [],
                "files": [(each.pk, each.view or each.name, say(request, *FORMATS[each.format])) for each in readable_files(row, request.actor)],
                "report": reports[0] if reports else None, "earlier": reports[1:], "critical": critical and say(request, *CRITICAL[critical.state]), "action": critical.action if critical else "",
                "counts_until": counts_until(row, rules), "used": [(names.get(each.institution, each.institution), clock.local(each.at), yuan(each.saved_fen)) for each in used]}

    return own_page(request, "my_result.html", show)


@allowed(*OWN)
@require_safe
@reads("exam_file", id="file_id", purpose="view_own")
def my_result_file(request: HttpRequest, exam_id: int, file_id: int) -> HttpResponse:
    """An image or a document of an own result."""
    return file_answer(request, exam_id, file_id)


def item_words(request: HttpRequest, row: Exam, rules: Rules | None) -> str:
    """What the examination is called."""
    return say(request, *rules.words(row.item)) if rules else row.item


def counts_until(row: Exam, rules: Rules | None) -> Any:
    """The last day on which other institutions may use this result instead of doing it again; None where it does not count. Source: NG-17."""
    if rules is None or row.first_released_at is None or row.state != "released":
        return None
    item = rules.items.get(row.item)
    level = Institution.objects.filter(code=row.centre).values_list("level", flat=True).first() or ""
    last = item and rules.is_recognised(item, level) and clock.today_of(done_at(row)) + timedelta(days=item["valid_days"])
    return last if last and last >= clock.today() else None


RESULTS = MyPart(40, ("检查检验结果", "My results"), ("报告与结论", "reports and findings"),
                 (("results/", "my_results", my_results), ("results/<int:exam_id>/", "my_result", my_result),
                  ("results/<int:exam_id>/files/<int:file_id>/", "my_result_file", my_result_file)))
