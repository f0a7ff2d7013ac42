"""Images, curves and measured values of an examination: sent, looked at beside earlier ones, set aside. Source: NG-01…NG-04."""
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sanyi.store.devices.registering import devices_in_use
from sanyi.store.exams.attending import CENTRE
from sanyi.store.exams.rules import Rules
from sanyi.store.exams.tables import Exam
from sanyi.store.findings.attaching import ASIDE, attach_file, may_attach, may_set_aside, reasons_aside, set_aside
from sanyi.store.findings.comparing import Compared, compared
from sanyi.store.findings.formats import FORMATS, MEDIA, PICTURES
from sanyi.store.findings.measuring import FLAGS, OPEN, analytes_of, measure, next_round
from sanyi.store.findings.reading import files_before, find_file, readable_files
from sanyi.store.findings.tables import ExamFile
from sanyi.store.kinds import find_work
from sanyi.store.organisation.lists import institution_names
from sanyi.store.trail.reading import reads_person
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.curves import drawn_curve
from sanyi.web.parts import chart
from sanyi.web.posted import Words, typed, whole
from sanyi.web.trailed import reads
from sanyi.web.uploads import handed_out, shown_in_page
from sanyi.web.words import say
from sanyi.workflows.errors import BadField, UnknownWork
from sanyi.workflows.facts import Actor

STAFF = ("doctor", "family_doctor", "nurse", "technician", "director")


@allowed(*STAFF)
@require_safe
@reads("exam", id="exam_id")
def exam_images(request: HttpRequest, exam_id: int) -> HttpResponse:
    """All images and curves of an examination, larger or smaller; `beside` puts those of an earlier one next to them, `curve` draws another than the first: one at a time, for a curve is long."""
    row = _seen(request, exam_id)
    before = files_before(row, request.actor)
    asked = request.GET.get("beside", "")
    earlier = {id: files[0].exam for id, files in before.items()}
    other = int(asked) if asked.isdecimal() and len(asked) < 10 and int(asked) in before else 0
    shown = [(row, readable_files(row, request.actor)), *([(earlier[other], before[other])] if other else [])]
    curves = [str(each.pk) for _, files in shown for each in files if each.format == "curve"]
    drawn = chosen if (chosen := request.GET.get("curve", "")) in curves else next(iter(curves), "")
    for each, _ in shown:
        reads_person("exam", each.pk, residents=(str(each.person_id),), institutions=(each.institution, each.centre))
    columns = [(each.pk, each.performed_at or each.created_at, [_looked(request, exam_id, file, drawn) for file in files]) for each, files in shown]
    return render(request, "exam_images.html", {"row": row, "columns": columns, "beside": other, "earlier": [
        (id, earlier[id].performed_at or earlier[id].created_at, len(files)) for id, files in before.items() if id in earlier]})


@allowed(*STAFF)
@require_safe
@reads("exam_file", id="file_id")
def exam_file(request: HttpRequest, exam_id: int, file_id: int) -> HttpResponse:
    """One file, as it was sent."""
    return file_answer(request, exam_id, file_id)


def file_answer(request: HttpRequest, exam_id: int, file_id: int) -> HttpResponse:
    """A file for whoever may read its report: pictures and PDF to be looked at, all else to be kept."""
    try:
        file, path = find_file(exam_id, file_id, request.actor)
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
    is_shown = file.format in (*PICTURES, "pdf") and "download" not in request.GET
    reads_person("exam_file", file_id, residents=(str(file.exam.person_id),), institutions=(file.exam.institution, file.exam.centre), action="read" if is_shown else "export")
    return shown_in_page(path, MEDIA[file.format]) if is_shown else handed_out(file.name, path)


def image_acts(request: HttpRequest, exam_id: int) -> dict[str, Any]:
    """What the page of an examination does with its images and values."""
    return {"attach": lambda: _attach(request, exam_id), "aside": lambda: _aside(request, exam_id), "measure": lambda: _measure(request, exam_id)}


def image_context(request: HttpRequest, row: Exam, number: int | None, rules: Rules | None) -> dict[str, Any]:
    """What the page of an examination shows of them: the files, the values of the newest version one may read, the forms."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    is_centre = actor.role in CENTRE and actor.unit == row.centre
    analytes = analytes_of(row, rules) if rules else {}
    asks = bool(analytes) and is_centre and row.state in OPEN
    version = next_round(row) if is_centre else number
    files = readable_files(row, actor)
    return {"files": [{"row": each, "words": say(request, *FORMATS[each.format]), "size": f"{each.size / 1024:,.0f} KB"} for each in files],
            "aside_files": [each for each in files if may_set_aside(row, each, actor)],
            "may_attach": may_attach(row, actor), "may_teach": is_centre and row.state == "released" and not row.is_narrow, "devices": [(each.code, each.name) for each in devices_in_use(actor.unit, row.kind)], "asides": [(code, say(request, *ASIDE[code])) for code in reasons_aside(row)],
            "values": value_lines(request, compared(row, version, actor, rules), rules) if version else [],
            "asked_values": [(code, say(request, *rules.words(code)), each["unit"]) for code, each in analytes.items()] if asks and rules else []}


def value_lines(request: HttpRequest, found: list[Compared], rules: Rules | None) -> list[dict[str, Any]]:
    """Measured values as lines of a table: what, how much, the reference, the flag, what it was before, and its way through time."""
    return [_line(request, each, rules) for each in found]


def _line(request: HttpRequest, each: Compared, rules: Rules | None) -> dict[str, Any]:
    row, words = each.row, say(request, *(rules.words(each.row.analyte) if rules else (each.row.analyte,) * 2))
    change = row.value_e3 - each.before_e3 if each.before_e3 is not None else None
    way = [*each.past, (clock.today_of(row.measured.at), row.value_e3)]
    return {"analyte": row.analyte, "words": words, "value": decimal(row.value_e3), "unit": row.unit, "reference": f"{decimal(row.low_e3)}–{decimal(row.high_e3)}", "flag": row.flag,
            "flag_words": say(request, *FLAGS[row.flag]), "is_bad": row.flag in ("LL", "HH"), "before": decimal(each.before_e3) if each.before_e3 is not None else "", "before_on": each.before_on,
            "change": "" if change is None else f"{'+' if change > 0 else ''}{decimal(change)}", "is_far": each.is_far, "device": row.measured.device.code if row.measured.device else "",
            "chart": chart("line", [f"{on:%Y-%m-%d}" for on, _ in way], [(words, [value / 1000 for _, value in way])], row.unit) if len(way) > 1 else None, "chart_id": f"trend-{row.analyte}"}


def decimal(thousandths: int | None) -> str:
    """A number in thousandths as people write it."""
    if thousandths is None:
        return ""
    whole_part, part = divmod(abs(thousandths), 1000)
    return f"{'-' if thousandths < 0 else ''}{whole_part}" + (f".{part:03d}".rstrip("0") if part else "")


def _seen(request: HttpRequest, id: int) -> Exam:
    try:
        found: Exam = find_work("exam", id, request.actor)  # type: ignore[attr-defined]
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
    return found


def _looked(request: HttpRequest, exam_id: int, file: ExamFile, drawn: str) -> dict[str, Any]:
    """One file of the viewer: where it is fetched; the curve that is asked for is drawn here."""
    address = reverse("exam_file", args=[exam_id, file.pk])
    curve = drawn_curve(find_file(exam_id, file.pk, request.actor)[1]) if str(file.pk) == drawn else None  # type: ignore[attr-defined]
    return {"row": file, "words": say(request, *FORMATS[file.format]), "address": address, "is_picture": file.format in PICTURES, "curve": curve, "id": file.pk}


def _attach(request: HttpRequest, id: int) -> Words:
    file = request.FILES.get("file")
    if file is None or not file.size:
        raise BadField("请选择文件", "choose a file", "file")
    made = attach_file(id, file.name or "file", file.chunks(), request.by, clock.now(), request.POST.get("view", ""), request.POST.get("device", ""))  # type: ignore[attr-defined]
    return f"已上传：{made.name}（{FORMATS[made.format][0]}）", f"Uploaded: {made.name} ({FORMATS[made.format][1]})"


def _aside(request: HttpRequest, id: int) -> Words:
    set_aside(whole(request, "file"), id, typed(request, "reason", "理由", "reason", 20), request.by, clock.now())  # type: ignore[attr-defined]
    return "已撤下", "set aside"


def _measure(request: HttpRequest, id: int) -> Words:
    values = {name.removeprefix("value."): text.strip() for name, text in request.POST.items() if name.startswith("value.") and text.strip()}
    measure(id, values, request.by, clock.now(), request.POST.get("device", ""))  # type: ignore[attr-defined]
    return f"已录入 {len(values)} 项", f"{len(values)} values kept"
