"""Teaching cases: reading lists by topic, one case with its images, writing one of a released report. Source: HK-27."""
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.store.exams.attending import CENTRE
from sanyi.store.exams.ordering import released_reports
from sanyi.store.exams.rules import KINDS
from sanyi.store.findings.formats import MEDIA, PICTURES
from sanyi.store.findings.reading import readable_files
from sanyi.store.kinds import find_work
from sanyi.store.organisation.lists import institution_names
from sanyi.store.teaching.sharing import READERS, STATES, CaseWanted, case_image, cases_seen, note_read, open_case, publish_case, withdraw_case, write_case
from sanyi.store.trail.reading import reads_person
from sanyi.tables.table import Table, code, date, flag, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice, whole as whole_typed
from sanyi.web.trailed import reads
from sanyi.web.uploads import shown_in_page
from sanyi.web.words import say
from sanyi.workflows.errors import UnknownWork

LIST = Table("teaching_list", "教学病例", "Teaching cases", key=("id",), columns=(
    whole("id", "编号", "no."), text("topic", "学习清单", "reading list"), text("title", "标题", "title"), code("kind", "类别", "kind", KINDS), text("institution", "诊断中心", "centre"), code("state", "状态", "state", STATES),
    flag("is_read", "已读", "read"), whole("reader_count", "阅读人数", "readers", nullable=True), date("published_on", "发布日期", "published", nullable=True)))


@allowed(*READERS)
@require_safe
def teaching(request: HttpRequest) -> HttpResponse:
    """The cases that one may read, by reading list, with what one has read of each."""
    found = list(cases_seen(request.actor, clock.now()).order_by("topic", "pk"))
    names = institution_names({row.institution for row in found})
    rows = [{"id": row.pk, "topic": row.topic, "title": row.title, "kind": row.kind, "institution": names.get(row.institution, row.institution), "state": row.state, "is_read": row.is_read,
             "reader_count": row.reader_count if row.institution == request.actor.unit else None, "published_on": clock.today_of(row.published_at) if row.published_at else None} for row in found]
    if is_export(request):
        return plain_workbook(request, LIST, rows)
    topics: dict[str, list[int]] = {}
    for row in rows:
        if row["state"] == "published":
            done = topics.setdefault(row["topic"], [0, 0])
            done[0], done[1] = done[0] + row["is_read"], done[1] + 1
    links = {name: lambda row: reverse("teaching_case", args=[row["id"]]) for name in ("id", "title")}
    return render(request, "teaching.html", {**notice(request), "list": plain_listing(request, LIST, rows, sort="topic", links=links), "topics": sorted(topics.items())})


@allowed(*CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("exam", id="exam_id")
def teaching_write(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Write a case of a released report, beside what it says."""
    if request.method == "POST":
        return answer_post(request, {"write": lambda: _write(request, exam_id)}, reverse("teaching"), lambda refusal: _writing(request, exam_id, refusal))
    return _writing(request, exam_id)


@allowed(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("teaching_case", id="case_id")
def teaching_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case; a POST publishes or withdraws it, or says that one has read it."""
    if request.method == "POST":
        acts = {"publish": lambda: _publish(request, case_id), "withdraw": lambda: _withdraw(request, case_id), "read": lambda: _read(request, case_id)}
        return answer_post(request, acts, request.path, lambda refusal: _one(request, case_id, refusal))
    return _one(request, case_id)


@allowed(*READERS)
@require_safe
@reads("teaching_case", id="case_id")
def teaching_image(request: HttpRequest, case_id: int, image_id: int) -> HttpResponse:
    """An image of a case."""
    try:
        image, path = case_image(case_id, image_id, request.actor, clock.now())
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
    return shown_in_page(path, MEDIA[image.format])


def _writing(request: HttpRequest, exam_id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        row = find_work("exam", exam_id, request.actor)  # type: ignore[attr-defined]
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
    reads_person("exam", exam_id, residents=(str(row.person_id),), institutions=(row.institution, row.centre))
    report = (released_reports(row) or [None])[0]
    images = [each for each in readable_files(row, request.actor) if each.format in PICTURES]  # type: ignore[attr-defined]
    return render(request, "teaching_write.html", {**notice(request, refusal), "row": row, "report": report, "images": images}, status=refusal["status"] if refusal else 200)


def _one(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        row = open_case(id, request.actor, clock.now())  # type: ignore[attr-defined]
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
    actor = request.actor  # type: ignore[attr-defined]
    is_ours = actor.unit == row.institution
    return render(request, "teaching_case.html", {
        **notice(request, refusal), "row": row, "is_ours": is_ours, "kind": say(request, *KINDS[row.kind]), "state": say(request, *STATES[row.state]), "house": institution_names({row.institution}).get(row.institution, row.institution),
        "sex": {"male": say(request, "男", "male"), "female": say(request, "女", "female")}.get(row.sex, ""), "images": list(row.images.order_by("position")) if row.state != "withdrawn" else [],
        "may_publish": is_ours and actor.role in CENTRE and row.state == "draft", "may_withdraw": is_ours and actor.role in (*CENTRE, "director") and row.state != "withdrawn",
        "may_note": row.state == "published" and not row.is_read}, status=refusal["status"] if refusal else 200)


def _write(request: HttpRequest, exam_id: int) -> Words:
    said = {name: request.POST.get(name, "") for name in ("title", "topic", "story", "findings", "lesson")}
    images = [int(each) for each in request.POST.getlist("image") if each.isdecimal() and len(each) < 16]
    row = write_case(CaseWanted(exam_id, **said, images=images, is_clean=request.POST.get("is_clean") == "yes"), request.by, clock.now())  # type: ignore[attr-defined]
    return f"已存为草稿：编号 {row.pk}，由他人核对后发布", f"Kept as draft number {row.pk}; somebody else publishes it"


def _publish(request: HttpRequest, id: int) -> Words:
    publish_case(id, whole_typed(request, "version"), request.by, clock.now())  # type: ignore[attr-defined]
    return "已发布", "published"


def _withdraw(request: HttpRequest, id: int) -> Words:
    withdraw_case(id, whole_typed(request, "version"), request.by, clock.now())  # type: ignore[attr-defined]
    return "已撤回", "withdrawn"


def _read(request: HttpRequest, id: int) -> Words:
    note_read(id, request.by, clock.now())  # type: ignore[attr-defined]
    return "已登记为读过", "noted as read"
