"""Background work: what runs, how far it is, what failed and why; what failed is started again from here."""
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.runs.job import told
from sanyi.store.jobs.asking import jobs_seen_by, start_again
from sanyi.store.jobs.tables import STATES
from sanyi.tables.table import Table, code, text, whole
from sanyi.web import clock
from sanyi.web.access import RUN, allowed
from sanyi.web.jobs import CLOSED, PUBLISHING, WHAT_IFS, var
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice, whole as number
from sanyi.web.words import say

FOLDER_STATES = {"lost": "failed"}
TONES = {"waiting": "none", "running": "watch", "done": "good", "failed": "bad"}
JOBS = Table("jobs", "后台任务", "Background work", key=("key",), columns=(
    text("key", "编号", "no."), text("kind", "任务", "job"), code("state", "状态", "state", STATES), whole("progress_ppm", "进度", "progress", unit="ppm", nullable=True),
    text("said", "说明", "what it says", nullable=True), text("asked_by", "发起", "asked by", nullable=True), text("started", "开始", "started", nullable=True),
    text("ended", "结束", "ended", nullable=True), text("due", "下次", "next", nullable=True), whole("attempt", "次数", "starts", nullable=True)))


@allowed(*RUN, "system_admin")
@require_http_methods(["GET", "HEAD", "POST"])
def jobs(request: HttpRequest) -> HttpResponse:
    """The list; a POST starts a failed or scheduled job now."""
    if request.method == "POST":
        return answer_post(request, {"again": lambda: _again(request)}, reverse("jobs"), lambda refusal: _page(request, refusal))
    return _page(request)


def _again(request: HttpRequest) -> Words:
    row = start_again(number(request, "id"), request.doing.actor, clock.now())
    return f"任务 {row.pk} 将立即开始", f"Job {row.pk} starts now"


def _page(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    found = jobs_seen_by(request.doing.actor)
    rows = [*(_row(request, job) for job in found), *_in_folders(request)]
    if is_export(request):
        return plain_workbook(request, JOBS, rows)
    again = [(job["id"], say(request, job["zh"], job["en"])) for job in found if job["state"] == "failed" or job["is_scheduled"] and job["state"] != "running"]
    return render(request, "jobs.html", {**notice(request, refusal), "again": again, "is_going": any(row["state"] in ("waiting", "running") for row in rows if not row["due"]),
                                         "list": plain_listing(request, JOBS, rows, styles={"state": lambda row: f"mark {TONES[row['state']]}"})},
                  status=refusal["status"] if refusal else 200)


def _row(request: HttpRequest, job: dict[str, Any]) -> dict[str, Any]:
    return {"key": str(job["id"]), "kind": say(request, job["zh"], job["en"]), "state": job["state"], "progress_ppm": job["done_ppm"] if job["state"] == "running" else None,
            "said": job["reason"] or job["text"] or None, "asked_by": job["asked_by"], "started": _moment(job["started_at"]), "ended": _moment(job["ended_at"]),
            "due": _moment(job["next_at"]) if job["is_scheduled"] else None, "attempt": job["attempt"]}


def _in_folders(request: HttpRequest) -> list[dict[str, Any]]:
    """What-ifs and closings are commands of their own that tell their progress in their folder; a killed one is known by its lock."""
    kinds: tuple[tuple[list[Path], Callable[[], str]], ...] = (
        (sorted((var() / WHAT_IFS).glob("*")), lambda: say(request, "试算", "what-if")), ([var() / CLOSED], lambda: say(request, "如果今天关账", "if the year closed today")),
        ([var() / PUBLISHING], lambda: say(request, "发布运行结果", "publishing of results")))
    said = [(folder, word(), told(folder)) for folders, word in kinds for folder in folders]
    return [{"key": folder.name, "kind": word, "state": FOLDER_STATES.get(job.state, job.state), "progress_ppm": int(job.done * 10**6) if job.is_going else None,
             "said": say(request, "处理进程已中断，请重新发起", "its process is gone; ask for it again") if job.state == "lost" else job.text or None,
             "asked_by": None, "started": None, "ended": None, "due": None, "attempt": None} for folder, word, job in said if job.state != "none"]


def _moment(at: Any) -> str | None:
    return clock.local(at).strftime("%Y-%m-%d %H:%M:%S") if at else None
