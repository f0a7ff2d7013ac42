"""Tables of devices; nothing in them is about a patient. Source: NG-01…NG-03."""
from django.db import models

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import OPEN, personal

CODE = 20


class Device(models.Model):
    """One device of an institution: what it is, its serial number, the last day its calibration holds.

    `sender`: the one account that may send what it measured; empty: the institution's clinicians and technicians. It is retired, never deleted; what is
    passed on to another institution (`sanyi.store.equipment`) is retired here and registered there.
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
    is_retired = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "code"], name="device_code_once"), models.UniqueConstraint(fields=["kind", "serial"], condition=models.Q(is_retired=False), name="device_serial_once"),
                       models.CheckConstraint(condition=models.Q(calibrated_on=None) | models.Q(calibrated_until__gte=models.F("calibrated_on")), name="device_calibrated_in_order")]


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
