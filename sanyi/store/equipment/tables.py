"""The table of idle equipment; nobody's data stand in it."""
from django.db import models

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import OPEN, personal
from sanyi.store.work_tables import Work
from sanyi.workflows.equipment import OPEN as OPEN_STATES

CODE = 20


class Equipment(Work):
    """One piece, by the owner's inventory number `tag`; `asker` is the institution it is for, `due` when a loan is back. Source: HK-29."""

    institution = personal(models.CharField(max_length=WORD), OPEN)
    tag = personal(models.CharField(max_length=WORD), OPEN)
    name = personal(models.CharField(max_length=NAME), OPEN)
    note = personal(models.TextField(blank=True, default=""), OPEN)
    way = personal(models.CharField(max_length=CODE), OPEN)
    asker = personal(models.CharField(max_length=WORD, blank=True, default=""), OPEN)
    need = personal(models.TextField(blank=True, default=""), OPEN)
    leave = personal(models.TextField(blank=True, default=""), OPEN)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "tag"], condition=models.Q(state__in=OPEN_STATES), name="equipment_once"),
                       models.CheckConstraint(condition=~models.Q(asker=models.F("institution")), name="equipment_between_two")]
        indexes = [models.Index(fields=["state", "id"], name="equipment_state"), models.Index(fields=["institution", "-id"], name="equipment_whose"),
                   models.Index(fields=["asker", "-id"], name="equipment_where")]
