"""Quality controls: each run of a control material is held against its target, and what breaks a rule stops the device's results of that analyte. Source: NG-03."""
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from sanyi.store.devices.registering import KEEPERS
from sanyi.store.devices.tables import Device, DeviceControl
from sanyi.store.log import write_line
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, check_roles
from sanyi.workflows.errors import BadField, UnknownWork
from sanyi.workflows.exam_facts import number_of
from sanyi.workflows.take import clean

# Westgard's rules, as WS/T 641-2018 《临床检验定量测定室内质量控制》 names them; the clauses were not verified against the text.
RULES = {"1_2s": ("1-2s 警告", "1-2s, a warning"), "1_3s": ("1-3s 失控", "1-3s, out of control"), "2_2s": ("2-2s 失控", "2-2s, out of control"),
         "4_1s": ("4-1s 失控", "4-1s, out of control"), "10_x": ("10-x 失控", "10-x, out of control")}
REJECTED = ("1_3s", "2_2s", "4_1s", "10_x")
LONGEST = 100


def rule_broken(offsets: Sequence[int], deviation: int) -> str:
    """The rule that the newest of some offsets from the target breaks, newest first; nothing where it breaks none."""
    def beyond(count: int, times: int) -> bool:
        last = offsets[:count]
        return len(last) == count and (all(each > times * deviation for each in last) or all(-each > times * deviation for each in last))

    rules = (("1_3s", 1, 3), ("2_2s", 2, 2), ("4_1s", 4, 1), ("10_x", 10, 0), ("1_2s", 1, 2))
    return next((name for name, count, times in rules if beyond(count, times)), "")


def run_control(device: int, analyte: str, material: str, value: str, target: str, deviation: str, by: By, now: datetime, note: str = "") -> DeviceControl:
    """Note one run of a control material; what breaks a rule says so, and what was corrected begins anew after it. Errors: NotAllowed, UnknownWork, BadField."""
    with refusals_recorded(by, subject="device", subject_id=device, step="control", now=now), transaction.atomic():
        actor = check_roles(by, KEEPERS)
        row = Device.objects.select_for_update().filter(pk=device, institution=actor.unit, is_retired=False).first()
        if row is None:
            raise UnknownWork(f"本机构没有编号为 {device} 的在用设备", f"there is no device number {device} in use here")
        names = {"analyte": _word(analyte, "analyte", "检验项目"), "material": _word(material, "material", "质控品批号")}
        read = {name: _number(text, name) for name, text in (("value", value), ("target", target), ("deviation", deviation))}
        if read["deviation"] <= 0:
            raise BadField("标准差应大于 0", "the standard deviation is more than nothing", "deviation")
        before = [each.value_e3 - read["target"] for each in _since_rejected(row, **names)]
        rule = rule_broken([read["value"] - read["target"], *before], read["deviation"])
        made = DeviceControl.objects.create(device=row, value_e3=read["value"], target_e3=read["target"], deviation_e3=read["deviation"], rule=rule, note=clean(note)[:4000],
                                            by=actor.name, at=now, **names)
        write_line(made, "device_control", "run", actor.name, now, "", {"device": row.code, **names, "rule": rule}, actor.persons, actor=actor, institutions=(row.institution,),
                   open_names={"device", "analyte", "material", "rule"})
    return made


def out_of_control(devices: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Of some devices the analytes whose newest control, of any material, was rejected: a lot that is used up holds nothing back."""
    last = DeviceControl.objects.filter(device__in=devices).values("device", "analyte").annotate(last=Max("id")).values("last")
    found: dict[int, tuple[str, ...]] = {}
    for device, analyte in DeviceControl.objects.filter(pk__in=last, rule__in=REJECTED).order_by("analyte").values_list("device_id", "analyte").distinct():
        found[device] = (*found.get(device, ()), analyte)
    return found


def _since_rejected(device: Device, analyte: str, material: str) -> list[DeviceControl]:
    """The runs before, newest first, back to the last one that was rejected: it was followed by a correction."""
    runs = list(DeviceControl.objects.filter(device=device, analyte=analyte, material=material).order_by("-id")[:9])
    rejected = next((place for place, each in enumerate(runs) if each.rule in REJECTED), len(runs))
    return runs[:rejected]


def _word(text: str, field: str, zh: str) -> str:
    cleaned = clean(text)
    if not cleaned or len(cleaned) > LONGEST:
        raise BadField(f"请填写“{zh}”（至多 {LONGEST} 字）", f"fill in {field!r}, at most {LONGEST} characters", field)
    return cleaned


def _number(text: str, field: str) -> int:
    number = number_of(text)
    if number is None:
        raise BadField(f"“{field}”应为数值（至多三位小数），得到 {text[:40]!r}", f"{field!r} must be a number of at most three decimals; got {text[:40]!r}", field)
    return number
