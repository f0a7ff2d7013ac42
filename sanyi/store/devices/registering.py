"""The register of an institution's devices: entered, calibrated, changed, retired. Source: NG-01…NG-03."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from sanyi.store.devices.tables import Device
from sanyi.store.exams.rules import KINDS
from sanyi.store.log import stale, write_change, write_line
from sanyi.store.models import Account
from sanyi.store.or_refused import or_refused
from sanyi.store.organisation.tables import Department
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UndeclaredStep, UnknownWork
from sanyi.workflows.facts import OF_AN_INSTITUTION, Actor
from sanyi.workflows.take import read_fields
from sanyi.workflows.workflow import Field, Step

KEEPERS, SEE_ALL = ("director", "technician"), ("office", "bureau", "supervisor")
CALIBRATION = (Field("calibrated_on", "date", "校准日期", "calibrated on"), Field("calibrated_until", "date", "校准有效期至", "calibration holds until"),
               Field("certificate", "text", "证书编号", "certificate", False))
PLACE = (Field("name", "text", "设备名称、型号", "name and model"), Field("department", "text", "科室编码", "department's code", False),
         Field("sender", "text", "专用上传账户（空：本机构医技人员均可）", "the one account that sends (empty: all who examine here)", False))
NEW = (Field("code", "text", "设备编码", "code"), Field("kind", "choice", "用途", "what it is for", choices=KINDS), Field("serial", "text", "出厂编号", "serial number"),
       *PLACE, *(Field(each.name, each.kind, each.zh, each.en, False) for each in CALIBRATION))
LONGEST = 100


@dataclass(frozen=True)
class DeviceStep:
    """One thing that is done with a device in use: by whom, what it asks for, what it changes."""

    zh: str
    en: str
    roles: tuple[str, ...]
    fields: tuple[Field, ...]
    changes: Callable[[Mapping[str, Any], Actor], Mapping[str, Any]]


STEPS = {
    "calibrate": DeviceStep("登记校准", "note a calibration", KEEPERS, CALIBRATION, lambda given, actor: {"certificate": "", **given}),
    "change": DeviceStep("更改", "change", KEEPERS, PLACE, lambda given, actor: {"sender": "", "department_id": None, **_placed(given, actor.unit)}),
    "retire": DeviceStep("报废停用", "retire", ("director",), (Field("reason", "text", "理由", "reason"),), lambda given, actor: {"is_retired": True})}


def register_device(given: Mapping[str, object], by: By, now: datetime) -> Device:
    """Enter a device of the own institution. Errors: NotAllowed, BadField, GuardRefused (code or serial number are there already)."""
    with refusals_recorded(by, subject="device", step="add", now=now), transaction.atomic():
        actor = _keeper(by, KEEPERS)
        read = _read("add", "登记", "register", NEW, given, actor)
        with or_refused("设备编码或出厂编号已登记", "this code or serial number is on the register already", "device_once"):
            row = Device.objects.create(institution=actor.unit, created_by=actor.name, created_at=now, **_placed(read, actor.unit))
        _say(row, "add", "", read, actor, now)
    return row


def step_device(id: int, version: int, step: str, given: Mapping[str, object], by: By, now: datetime) -> Device:
    """Do one of the steps of a device. Errors: UndeclaredStep, NotAllowed, UnknownWork, StaleVersion, BadField, GuardRefused."""
    with refusals_recorded(by, subject="device", subject_id=id, step=step, version=version, now=now), transaction.atomic():
        if step not in STEPS:
            raise UndeclaredStep(f"设备没有“{step[:40]}”；可用：{'、'.join(STEPS)}", f"nothing called {step[:40]!r} is done with a device; there are: {', '.join(STEPS)}")
        asked = STEPS[step]
        actor = _keeper(by, asked.roles)
        row = Device.objects.select_for_update().filter(pk=id, institution=actor.unit).first()
        if row is None:
            raise UnknownWork(f"没有编号为 {id} 的设备", f"there is no device number {id}")
        if row.version != version:
            raise stale()
        read = _read(step, asked.zh, asked.en, asked.fields, given, actor)
        if row.is_retired:
            raise GuardRefused("设备已停用", "the device is retired", "in_use")
        write_change(row, "device", step, actor.name, now, asked.changes(read, actor), read, actor.persons, actor=actor, institutions=(row.institution,), open_names=set(read))
    return row


def devices_seen(actor: Actor) -> Q:
    """The own institution's, and to offices all."""
    if actor.role in SEE_ALL:
        return Q()
    return Q(institution=actor.unit) if actor.unit and actor.role in OF_AN_INSTITUTION else Q(pk__in=())


def devices_in_use(institution: str, kind: str) -> QuerySet:
    """What an institution examines with, of a kind."""
    return Device.objects.filter(institution=institution, kind=kind, is_retired=False).order_by("code")


def may_do(device: Device, step: str, actor: Actor) -> bool:
    """Whether an actor may do a step with a device now."""
    return actor.role in STEPS[step].roles and device.institution == actor.unit and not device.is_retired


def _keeper(by: By, roles: tuple[str, ...]) -> Actor:
    actor = actor_of(by)
    if actor.role not in roles or not actor.unit:
        raise NotAllowed("设备由本机构负责人或技师登记，停用由负责人办理", "an institution's director or technician keeps its devices; its director retires them")
    return actor


def _read(step: str, zh: str, en: str, fields: tuple[Field, ...], given: Mapping[str, object], actor: Actor) -> dict[str, Any]:
    read = read_fields(Step(step, zh, en, (), "", (), fields), given)
    for name, value in read.items():
        if isinstance(value, str) and len(value) > LONGEST and name != "reason":
            raise BadField(f"“{name}”至多 {LONGEST} 字", f"{name!r} is at most {LONGEST} characters", name)
    first, last = read.get("calibrated_on"), read.get("calibrated_until")
    if (first is None) != (last is None) or first is not None and first > last:
        raise BadField("校准日期与有效期须同时填写，且有效期不早于校准日期", "give both days of a calibration, the last not before the first", "calibrated_until")
    if read.get("sender") and not Account.objects.filter(name=read["sender"], is_active=True, staff__postings__institution__code=actor.unit).exists():
        raise BadField(f"本机构没有账户“{read['sender'][:40]}”", f"nobody here has the account {read['sender'][:40]!r}", "sender")
    return read


def _placed(read: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """The department by its code, among the institution's own. Errors: BadField."""
    values, code = dict(read), read.get("department")
    if code:
        found = Department.objects.filter(institution__code=unit, code=code).first()
        if found is None:
            raise BadField(f"本机构没有编码为“{code[:40]}”的科室", f"there is no department {code[:40]!r} here", "department")
        values["department_id"] = found.pk
    values.pop("department", None)
    return values


def _say(row: Device, step: str, before: str, given: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    write_line(row, "device", step, actor.name, now, before, given, actor.persons, actor=actor, institutions=(row.institution,), open_names=set(given))
