"""The register of an institution's devices: entered, calibrated, changed, retired; offered idle, asked for and handed over to another institution. Source: NG-01…NG-03, HK-29."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from sanyi.store.devices.tables import Device
from sanyi.store.exams.rules import KINDS
from sanyi.store.log import stale, today_of, write_change, write_line
from sanyi.store.models import Account
from sanyi.store.or_refused import or_refused
from sanyi.store.organisation.tables import Department
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UndeclaredStep, UnknownWork
from sanyi.workflows.facts import OF_AN_INSTITUTION, Actor
from sanyi.workflows.guards import Block
from sanyi.workflows.take import read_fields
from sanyi.workflows.workflow import Field, Step

KEEPERS, MOVERS, SEE_ALL = ("director", "technician"), ("director",), ("office", "bureau", "supervisor")
CALIBRATION = (Field("calibrated_on", "date", "校准日期", "calibrated on"), Field("calibrated_until", "date", "校准有效期至", "calibration holds until"),
               Field("certificate", "text", "证书编号", "certificate", False))
PLACE = (Field("name", "text", "设备名称、型号", "name and model"), Field("department", "text", "科室编码", "department's code", False),
         Field("sender", "text", "专用上传账户（空：本机构医技人员均可）", "the one account that sends (empty: all who examine here)", False))
NEW = (Field("code", "text", "设备编码", "code"), Field("kind", "choice", "用途", "what it is for", choices=KINDS), Field("serial", "text", "出厂编号", "serial number"),
       *PLACE, *(Field(each.name, each.kind, each.zh, each.en, False) for each in CALIBRATION))
LONGEST = 100


@dataclass(frozen=True)
class DeviceStep:
    """One thing that is done with a device: by whom, of whose (`is_theirs`: another institution's), what it asks for, what stops it, what it changes."""

    zh: str
    en: str
    roles: tuple[str, ...]
    fields: tuple[Field, ...]
    stops: Callable[[Device, date], Block]
    changes: Callable[[Device, Mapping[str, Any], Actor], Mapping[str, Any]]
    is_theirs: bool = False


def _in_use(device: Device, today: date) -> Block:
    return ("设备已报废停用", "the device is retired") if device.is_retired else None


def _not_idle(device: Device, today: date) -> Block:
    return _in_use(device, today) or (("设备已登记为闲置", "it is offered as idle already") if device.idle_from_on else None)


def _idle(device: Device, today: date) -> Block:
    return _in_use(device, today) or (None if device.idle_from_on else ("设备没有登记为闲置", "it is not offered as idle"))


def _free(device: Device, today: date) -> Block:
    if device.wanted_by:
        return "已有机构申请调用", "another institution has asked for it"
    return _idle(device, today) or (("尚未到可调用日期", "it is not idle yet") if device.idle_from_on and device.idle_from_on > today else None)


def _wanted(device: Device, today: date) -> Block:
    return _idle(device, today) or (None if device.wanted_by else ("没有机构申请调用", "nobody has asked for it"))


def _handed(device: Device, given: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
    """It stands elsewhere now: set up anew there, it is calibrated before its results count."""
    return {"institution": device.wanted_by, "wanted_by": "", "idle_from_on": None, "department_id": None, "sender": "", "calibrated_until": None, "calibrated_on": None, "certificate": ""}


STEPS = {
    "calibrate": DeviceStep("登记校准", "note a calibration", KEEPERS, CALIBRATION, _in_use, lambda device, given, actor: {"certificate": "", **given}),
    "change": DeviceStep("更改", "change", KEEPERS, PLACE, _in_use, lambda device, given, actor: {"sender": "", "department_id": None, **_placed(given, actor.unit)}),
    "offer": DeviceStep("登记闲置", "offer as idle", MOVERS, (Field("idle_from_on", "date", "自何日起可调用", "idle from"),), _not_idle, lambda device, given, actor: dict(given)),
    "take_back": DeviceStep("撤回闲置", "keep it after all", MOVERS, (), _idle, lambda device, given, actor: {"idle_from_on": None, "wanted_by": ""}),
    "ask": DeviceStep("申请调用", "ask for it", MOVERS, (), _free, lambda device, given, actor: {"wanted_by": actor.unit}, is_theirs=True),
    "hand_over": DeviceStep("同意调出", "hand it over", MOVERS, (), _wanted, _handed),
    "retire": DeviceStep("报废停用", "retire", MOVERS, (Field("reason", "text", "理由", "reason"),), _in_use, lambda device, given, actor: {"is_retired": True, "idle_from_on": None, "wanted_by": ""})}


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
        row = Device.objects.select_for_update().filter(devices_seen(actor, today_of(now)), pk=id).first()
        if row is None:
            raise UnknownWork(f"没有编号为 {id} 的设备", f"there is no device number {id}")
        if (row.institution != actor.unit) != asked.is_theirs:
            raise NotAllowed("只能办理本机构的设备" if not asked.is_theirs else "不能申请调用本机构的设备", "this is done by the institution that has it" if not asked.is_theirs else "it is one's own already")
        if row.version != version:
            raise stale()
        read = _read(step, asked.zh, asked.en, asked.fields, given, actor)
        if block := asked.stops(row, today_of(now)):
            raise GuardRefused(*block, guard=step)
        told = (row.institution, row.wanted_by or actor.unit)
        with or_refused("调入机构已有同一编码的设备", "the other institution has a device of this code already", "device_once"):
            write_change(row, "device", step, actor.name, now, asked.changes(row, read, actor), read, actor.persons, actor=actor, institutions=tuple(dict.fromkeys(told)), open_names=set(read))
    return row


def devices_seen(actor: Actor, today: date) -> Q:
    """The own institution's, what others offer as idle, and to offices all."""
    if actor.role in SEE_ALL:
        return Q()
    return Q(institution=actor.unit) | Q(idle_from_on__isnull=False, is_retired=False) if actor.unit and actor.role in OF_AN_INSTITUTION else Q(pk__in=())


def devices_in_use(institution: str, kind: str) -> QuerySet:
    """What an institution examines with, of a kind."""
    return Device.objects.filter(institution=institution, kind=kind, is_retired=False).order_by("code")


def may_do(device: Device, step: str, actor: Actor, today: date) -> bool:
    """Whether an actor may do a step with a device now."""
    asked = STEPS[step]
    return actor.role in asked.roles and (device.institution != actor.unit) == asked.is_theirs and asked.stops(device, today) is None


def _keeper(by: By, roles: tuple[str, ...]) -> Actor:
    actor = actor_of(by)
    if actor.role not in roles or not actor.unit:
        raise NotAllowed("设备由本机构负责人或技师登记，调拨和报废由负责人办理", "an institution's director or technician keeps its devices; its director moves and retires them")
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
