"""The forms of a task, a problem and a supervision order: a step, a proof by file or link."""
from collections.abc import Callable

from django.http import HttpRequest

from sanyi.store.act import act
from sanyi.store.evidence import add_file, add_link
from sanyi.store.kinds import kind_of
from sanyi.web import clock
from sanyi.web.posted import Words, typed, whole
from sanyi.web.uploads import checked
from sanyi.workflows import workflow_of


def work_acts(request: HttpRequest, kind: str, id: int) -> dict[str, Callable[[], Words]]:
    """What the page of one piece of work does with its forms; evidence belongs to the plan's work, not to that of the books."""
    step = {"step": lambda: _step(request, kind, id)}
    return step if not kind_of(kind).takes_evidence else {**step, "file": lambda: _file(request, kind, id), "link": lambda: _link(request, kind, id)}


def _step(request: HttpRequest, kind: str, id: int) -> Words:
    given = {name.removeprefix("given."): value for name, value in request.POST.items() if name.startswith("given.") and value.strip()}
    name = request.POST.get("step", "")
    version = whole(request, "version")
    on_behalf = request.POST.get("on_behalf", "") if kind_of(kind).has_keys else ""
    key = f"page|{kind}|{id}|{version}|{name}|{request.user.pk}" if kind_of(kind).has_keys else ""  # a form sent twice works once
    act(kind, id, version, name, given, request.by, clock.now(), key, on_behalf)
    step = next(step for step in workflow_of(kind).steps if step.name == name)
    return f"已办理：{step.zh}", f"Done: {step.en}"


def _file(request: HttpRequest, kind: str, id: int) -> Words:
    file = checked(request.FILES.get("file"))
    row = add_file(kind, id, whole(request, "version"), request.POST.get("kind", ""), file.name, file.chunks(), request.by, clock.now())
    return f"已上传：{row.name}", f"Uploaded: {row.name}"


def _link(request: HttpRequest, kind: str, id: int) -> Words:
    link = typed(request, "link", "链接", "link", 1000)
    row = add_link(kind, id, whole(request, "version"), request.POST.get("kind", ""), request.POST.get("name", ""), link, request.by, clock.now())
    return f"已添加：{row.name}", f"Added: {row.name}"
