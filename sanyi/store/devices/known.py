"""The devices that an institution examines with, as steps and doors judge them."""
from sanyi.store.devices.controls import out_of_control
from sanyi.store.devices.registering import devices_in_use
from sanyi.workflows.device_facts import DeviceFact


def devices_known(institution: str, kind: str) -> dict[str, DeviceFact]:
    """By code."""
    rows = list(devices_in_use(institution, kind))
    failed = out_of_control([row.pk for row in rows]) if rows else {}
    return {row.code: DeviceFact(row.pk, row.kind, row.calibrated_until, row.sender, failed.get(row.pk, ())) for row in rows}
