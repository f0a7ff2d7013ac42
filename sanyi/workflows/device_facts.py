"""What is known of a device that did an examination, and what stops it: retired, of another kind, sent by another, out of control, out of calibration. Source: NG-01…NG-03."""
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sanyi.workflows.facts import Actor
from sanyi.workflows.guards import Block

REFUSE, MARK = "refuse", "mark"  # what the plan may say of a result of a device whose calibration has lapsed


@dataclass(frozen=True)
class DeviceFact:
    """One device of the actor's institution: its row's number, its kind, the last day its calibration holds (None: never calibrated), who alone may send, what is out of control."""

    id: int
    kind: str
    calibrated_until: date | None = None
    sender: str = ""
    out_of_control: tuple[str, ...] = ()


def lapsed_on(device: DeviceFact, day: date) -> date | None:
    """The last day the calibration held, where it is over on a day (the day itself for what never was calibrated); None while it holds."""
    until = device.calibrated_until
    return None if until is not None and day <= until else until or day


def device_block(devices: Mapping[str, DeviceFact], code: str, kind: str, actor: Actor, day: date, is_lapse_refused: bool, without: Collection[str] = ()) -> Block:
    """Why a device of this code may not have done an examination of a kind on a day; None where it may. `without`: analytes that it did not measure."""
    device = devices.get(code)
    if device is None:
        return f"本机构没有在用的设备“{code[:40]}”", f"this institution has no device {code[:40]!r} in use"
    if device.kind != kind:
        return f"设备“{code}”不用于此类项目", f"the device {code!r} is for another kind of examination"
    if device.sender and device.sender != actor.name:
        return f"设备“{code}”的结果只能由账户 {device.sender} 上传", f"what the device {code!r} measured is sent by the account {device.sender} alone"
    if failed := [each for each in device.out_of_control if each not in without]:
        return f"设备“{code}”室内质控失控（{'、'.join(failed)}），不得出结果", f"the device {code!r} is out of control ({', '.join(failed)}): no results of it"
    lapsed = lapsed_on(device, day)
    if lapsed is not None and is_lapse_refused:
        return f"设备“{code}”的校准于 {lapsed} 失效，不得出结果", f"the calibration of the device {code!r} lapsed on {lapsed}: no results of it"
    return None
