"""The register of devices, one device with its calibration, steps and quality controls. Source: NG-01…NG-03."""
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.devices.controls import REJECTED, RULES, out_of_control, run_control
from sanyi.store.devices.registering import KEEPERS, NEW, SEE_ALL, STEPS, devices_seen, may_do, register_device, step_device
from sanyi.store.devices.tables import Device, DeviceControl
from sanyi.store.exams.rules import KINDS
from sanyi.store.models import WorkEvent
from sanyi.store.organisation.lists import institution_names
from sanyi.store.organisation.tables import Department
from sanyi.tables.table import Table, code, date, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.parts import chart
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice, whole as whole_typed
from sanyi.web.words import say
from sanyi.web.work_words import LABELS
from sanyi.workflows.facts import OF_AN_INSTITUTION
from sanyi.workflows.workflow import Field

STANDS = {"fit": ("可用", "in use"), "soon": ("校准将到期", "calibration ends soon"), "lapsed": ("校准失效", "calibration lapsed"), "failed": ("质控失控", "out of control"),
          "retired": ("已停用", "retired")}
TONES = {"fit": "good", "soon": "fair", "retired": "none"}
SOON_DAYS, SHOWN = 30, 30
LIST = Table("device_list", "设备", "Devices", key=("id",), columns=(
    whole("id", "编号", "no."), text("code", "设备编码", "code"), text("name", "设备", "device"), code("kind", "用途", "kind", KINDS), text("institution", "机构", "institution"), text("department", "科室", "department", nullable=True),
    text("serial", "出厂编号", "serial number"), date("calibrated_until", "校准有效期至", "calibrated until", nullable=True), code("stands", "状态", "state", STANDS)))
ADDED = {"add": ("登记", "registered")}


@allowed(*OF_AN_INSTITUTION, *SEE_ALL)
@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: HttpRequest) -> HttpResponse:
    """The own institution's devices; a POST enters one."""
    if request.method == "POST":
        return answer_post(request, {"add": lambda: _add(request)}, request.path, lambda refusal: _listed(request, refusal))
    return _listed(request)


@allowed(*OF_AN_INSTITUTION, *SEE_ALL)
@require_http_methods(["GET", "HEAD", "POST"])
def device(request: HttpRequest, device_id: int) -> HttpResponse:
    """One device; a POST does one of its steps, or notes a run of a control."""
    if request.method == "POST":
        acts = {"step": lambda: _step(request, device_id), "control": lambda: _control(request, device_id)}
        return answer_post(request, acts, request.path, lambda refusal: _one(request, device_id, refusal))
    return _one(request, device_id)


def _listed(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    found = list(Device.objects.filter(devices_seen(request.actor)).select_related("department").order_by("institution", "code"))
    names, failed = institution_names({row.institution for row in found}), out_of_control([row.pk for row in found])
    rows = [{"id": row.pk, "code": row.code, "name": row.name, "kind": row.kind, "institution": names.get(row.institution, row.institution), "department": row.department.name if row.department else None,
             "serial": row.serial, "calibrated_until": row.calibrated_until, "stands": _stands(row, bool(failed.get(row.pk)))} for row in found]
    if is_export(request):
        return plain_workbook(request, LIST, rows)
    links = {name: lambda row: reverse("device", args=[row["id"]]) for name in ("id", "code", "name")}
    listed = plain_listing(request, LIST, rows, sort="calibrated_until", links=links, styles={"stands": lambda row: f"mark {TONES.get(row['stands'], 'bad')}"})
    may = request.actor.role in KEEPERS
    return render(request, "devices.html", {**notice(request, refusal), "list": listed, "fields": _fields(request, NEW) if may else []}, status=refusal["status"] if refusal else 200)


def _one(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    row = Device.objects.filter(devices_seen(request.actor), pk=id).select_related("department").first()
    if row is None:
        raise Http404(say(request, f"没有编号为 {id} 的设备", f"There is no device number {id}"))
    failed = out_of_control([row.pk]).get(row.pk, ())
    stands = _stands(row, bool(failed))
    mine = [{"name": name, "title": say(request, step.zh, step.en), "fields": _fields(request, step.fields), "is_blocked": False, "is_open": request.POST.get("step") == name, "blocks": []}
            for name, step in STEPS.items() if may_do(row, name, request.actor)]
    names = institution_names({row.institution})
    return render(request, "device.html", {
        **notice(request, refusal), "row": row, "kind": say(request, *KINDS[row.kind]), "stands": {"words": say(request, *STANDS[stands]), "tone": TONES.get(stands, "bad")}, "failed": failed,
        "house": names.get(row.institution, row.institution), "steps": {"mine": mine, "others": []}, "log": _log(request, row),
        "controls": _controls(request, row), "may_control": request.actor.role in KEEPERS and request.actor.unit == row.institution and not row.is_retired}, status=refusal["status"] if refusal else 200)


def _stands(row: Device, has_failed: bool) -> str:
    if row.is_retired:
        return "retired"
    if has_failed:
        return "failed"
    left = (row.calibrated_until - clock.today()).days if row.calibrated_until else -1
    return "lapsed" if left < 0 else "soon" if left <= SOON_DAYS else "fit"


def _fields(request: HttpRequest, fields: tuple[Field, ...]) -> list[dict[str, Any]]:
    """Fields of a form as `parts/steps.html` draws them; departments are chosen by name."""
    there = [(each.code, each.name) for each in Department.objects.filter(institution__code=request.actor.unit).order_by("code")]  # type: ignore[attr-defined]
    return [{"name": each.name, "title": say(request, each.zh, each.en), "kind": "choice" if each.name == "department" else each.kind, "is_required": each.is_required,
             "choices": there if each.name == "department" else [(code, say(request, *words)) for code, words in each.choices.items()],
             "typed": request.POST.get(f"given.{each.name}", "")} for each in fields]


def _log(request: HttpRequest, row: Device) -> list[dict[str, Any]]:
    """What was done with it, newest first."""
    words = {**{name: (step.zh, step.en) for name, step in STEPS.items()}, **ADDED}
    known = {each.name: (each.zh, each.en) for fields in (NEW, *(step.fields for step in STEPS.values())) for each in fields}
    return [{"at": each.at, "by": each.by, "step": say(request, *words.get(each.step, (each.step, each.step))), "after": "", "before": "",
             "given": say(request, "；", "; ").join(f"{say(request, *known.get(name, LABELS.get(name, (name, name))))}: {value}" for name, value in each.given.items() if value not in (None, ""))}
            for each in WorkEvent.objects.filter(subject="device", subject_id=row.pk).order_by("-version")]


def _controls(request: HttpRequest, row: Device) -> list[dict[str, Any]]:
    """By analyte and material the last runs: how many standard deviations off, drawn; and what broke a rule."""
    runs: dict[tuple[str, str], list[DeviceControl]] = {}
    for each in DeviceControl.objects.filter(device=row).order_by("-id")[:500]:
        runs.setdefault((each.analyte, each.material), []).append(each)
    found = []
    for place, ((analyte, material), rows) in enumerate(sorted(runs.items())):
        shown = rows[:SHOWN][::-1]
        offs = [(each.value_e3 - each.target_e3) * 100 // each.deviation_e3 / 100 for each in shown]
        lines = [(say(request, "偏离（标准差）", "off by (SD)"), offs)] + [(f"{sd:+d}s", [sd] * len(shown)) for sd in (3, 2, -2, -3)]
        found.append({"analyte": analyte, "material": material, "last": rows[0], "rule": say(request, *RULES[rows[0].rule]) if rows[0].rule else "", "is_bad": rows[0].rule in REJECTED, "id": f"control-{place}",
                      "count": len(rows), "chart": chart("line", [f"{clock.local(each.at):%m-%d %H:%M}" for each in shown], lines, "SD", dashed=[f"{sd:+d}s" for sd in (3, 2, -2, -3)]) if len(shown) > 1 else None})
    return found


def _given(request: HttpRequest) -> dict[str, str]:
    return {name.removeprefix("given."): value for name, value in request.POST.items() if name.startswith("given.") and value.strip()}


def _add(request: HttpRequest) -> Words:
    row = register_device(_given(request), request.by, clock.now())  # type: ignore[attr-defined]
    return f"已登记：{row.name}", f"Registered: {row.name}"


def _step(request: HttpRequest, id: int) -> Words:
    name = request.POST.get("step", "")
    step_device(id, whole_typed(request, "version"), name, _given(request), request.by, clock.now())  # type: ignore[attr-defined]
    return f"已办理：{STEPS[name].zh}", f"Done: {STEPS[name].en}"


def _control(request: HttpRequest, id: int) -> Words:
    said = {name: request.POST.get(name, "") for name in ("analyte", "material", "value", "target", "deviation", "note")}
    made = run_control(id, **said, by=request.by, now=clock.now())  # type: ignore[attr-defined]
    zh, en = RULES.get(made.rule, ("在控", "in control"))
    return f"已登记质控：{zh}", f"Control noted: {en}"
