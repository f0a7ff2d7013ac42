"""Drop a plan document in, get a pack to correct: the draft as a plan page, with what was not understood, and as a file."""
import os
from pathlib import Path

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from sanyi.store.trail.recording import record
from sanyi.web.access import RUN, allowed
from sanyi.web.drafts import ENDINGS, MOST_BYTES, Drafted, NoDraft, drafts, find_draft, make_draft, zipped
from sanyi.web.packs import open_here
from sanyi.web.views.plan import page_of
from sanyi.web.words import say

REPORT = "draft-report.md"


@allowed(*RUN)
def draft(request: HttpRequest) -> HttpResponse:
    """The form and the drafts made so far; a document posted by the reform office leads to its draft."""
    refusal = ""
    if request.method == "POST":
        try:
            return HttpResponseRedirect(reverse("draft_of", args=[_made(request).key]))
        except NoDraft as error:
            refusal = str(error)
    return render(request, "draft.html", {"refusal": refusal, "drafts": drafts(_var()), "accept": ",".join(ENDINGS),
                                          "most": MOST_BYTES >> 20, "may": request.actor.role == "office"}, status=422 if refusal else 200)


@allowed(*RUN)
def draft_of(request: HttpRequest, key: str) -> HttpResponse:
    """One draft: the plan as it was understood, and the report of what was not."""
    drafted = _known(key)
    opened = open_here(str(drafted.folder))
    report = (drafted.folder / REPORT).read_text("utf-8")
    return page_of(request, opened, opened.own_values, {"draft": drafted, "report": report})


@allowed(*RUN)
def draft_file(request: HttpRequest, key: str) -> HttpResponse:
    """The pack as one file to take away."""
    drafted = _known(key)
    return HttpResponse(zipped(drafted), content_type="application/zip",
                        headers={"Content-Disposition": f'attachment; filename="pack-{drafted.key}.zip"'})


def _made(request: HttpRequest) -> Drafted:
    if request.actor.role != "office":
        raise NoDraft(say(request, "起草须由医改办办理", "drafting takes the reform office"))
    document = request.FILES.get("document")
    if document is None or not document.size:
        raise NoDraft(say(request, "请选择文件", "choose a file"))
    with transaction.atomic():
        made = make_draft(_var(), document.name or "", document.chunks())
        record("change", request.doing.actor, step="draft", subject="plan_draft", subject_id=made.key)
    return made


def _known(key: str) -> Drafted:
    found = find_draft(_var(), key)
    if found is None:
        raise Http404(f"没有草稿 {key} / there is no draft {key}")
    return found


def _var() -> Path:
    return Path(os.environ["SANYI_VAR"])
