"""Quality of shared diagnosis in figures, this year, by centre and kind. Source: NG-01…NG-04."""
from datetime import date as Date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanyi.store.exams.quality import quality_by_centre
from sanyi.store.exams.rules import KINDS
from sanyi.store.organisation.lists import institution_names
from sanyi.tables.table import Table, code, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.views.exams import rules_or_none

SHARES = (("in_time_ppm", "按时报告率", "in time"), ("rejected_ppm", "标本拒收率", "specimens rejected"), ("corrected_ppm", "更正率", "corrected"), ("read_back_ppm", "危急值首接确认率", "critical, read back by who asked"),
          ("fixed_in_time_ppm", "冷缺血时间达标率", "cold ischaemia in time"))
COUNTS = (("count", "申请", "ordered"), ("released", "已发布", "released"), ("with_files", "附图像或曲线", "with images"), ("critical", "危急", "critical"), ("rejected", "拒收标本", "rejected"), ("lapsed", "校准失效设备", "lapsed device"))
LIST = Table("exam_quality", "诊断质量", "Quality of diagnosis", key=("centre", "kind"), columns=(
    text("centre", "机构编码", "centre's code"), text("name", "诊断中心", "centre"), code("kind", "类别", "kind", KINDS), *(whole(name, zh, en) for name, zh, en in COUNTS), *(whole(name, zh, en, unit="ppm", nullable=True) for name, zh, en in SHARES)))


@allowed("office", "bureau", "supervisor", "director", "technician", "doctor")
@require_safe
def exam_quality(request: HttpRequest) -> HttpResponse:
    """Offices see every centre, its own people their own."""
    today = clock.today()
    start = timezone.make_aware(datetime.combine(Date(today.year, 1, 1), time()))
    unit = request.actor.unit if request.actor.role in ("director", "technician", "doctor") else ""
    rows = quality_by_centre(start, clock.now() + timedelta(seconds=1), rules_or_none(), unit) if unit or request.actor.role in ("office", "bureau", "supervisor") else []
    names = institution_names({row["centre"] for row in rows})
    rows = [{**row, "name": names.get(row["centre"], row["centre"])} for row in rows]
    if is_export(request):
        return plain_workbook(request, LIST, rows)
    return render(request, "exam_quality.html", {"list": plain_listing(request, LIST, rows, sort="centre", columns=LIST.names[1:]), "year": today.year})
