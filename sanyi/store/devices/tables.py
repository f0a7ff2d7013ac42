"""Tables of devices; nothing in them is about a patient. Source: NG-01…NG-03, HK-29."""
from django.db import models

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import OPEN, personal

CODE = 20


class Device(models.Model):
    """One device of an institution: what it is, its serial number, the last day its calibration holds.

    `sender`: the one account that may send what it measured; empty: the institution's clinicians and technicians. `idle_from_on`: offered to
    other institutions from that day on (HK-29). A device moves with its history; it is retired, never deleted.
    """

    institution = models.CharField(max_length=WORD)
    code = models.CharField(max_length=WORD)
    name = models.CharField(max_length=WORD)
    kind = models.CharField(max_length=CODE)
    serial = personal(models.CharField(max_length=WORD), OPEN)
    department = models.ForeignKey("store.Department", null=True, on_delete=models.PROTECT, related_name="devices")
    sender = personal(models.CharField(max_length=NAME, blank=True, default=""), OPEN)
    calibrated_on = models.DateField(null=True)
    calibrated_until = models.DateField(null=True)
    certificate = personal(models.CharField(max_length=WORD, blank=True, default=""), OPEN)
    idle_from_on = models.DateField(null=True)
    wanted_by = personal(models.CharField(max_length=WORD, blank=True, default=""), OPEN)
    is_retired = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "code"], name="device_code_once"), models.UniqueConstraint(fields=["kind", "serial"], name="device_serial_once"),
                       models.CheckConstraint(condition=models.Q(calibrated_on=None) | models.Q(calibrated_until__gte=models.F("calibrated_on")), name="device_calibrated_in_order"),
                       models.CheckConstraint(condition=models.Q(wanted_by="") | models.Q(idle_from_on__isnull=False), name="device_wanted_is_idle")]


class DeviceControl(models.Model):
    """One measurement of a control material on a device: target and standard deviation in thousandths, and the rule it broke. Only ever added to. Source: NG-03."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="controls")
    analyte = personal(models.CharField(max_length=WORD), OPEN)
    material = personal(models.CharField(max_length=WORD), OPEN)
    value_e3 = models.BigIntegerField()
    target_e3 = models.BigIntegerField()
    deviation_e3 = models.BigIntegerField()
    rule = personal(models.CharField(max_length=CODE, blank=True, default=""), OPEN)
    note = personal(models.TextField(blank=True, default=""), OPEN)
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(deviation_e3__gt=0), name="device_control_has_deviation")]
        indexes = [models.Index(fields=["device", "analyte", "material", "-id"], name="device_control_last")]
