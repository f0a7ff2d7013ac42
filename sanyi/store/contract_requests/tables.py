"""A resident's request about a contract, and the one-time codes by which it is confirmed."""
from django.db import models

from sanyi.store.contracts.tables import CarePackage, Contract, DoctorTeam, OneTimeCode
from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.organisation.tables import CODE, Institution
from sanyi.store.personal import MIDDLE, OPEN, WIDE, personal
from sanyi.store.persons.tables import Person
from sanyi.store.work_tables import Work
from sanyi.workflows.contract_request import OPEN as UNANSWERED

Q = models.Q


class ContractRequest(Work):
    """What one resident asks: `kind` is first, renewal, transfer, package or end; `institution` the one whose team answers.

    `contract` is the one it is about (none for a first one), `leaves` its institution where another team is wished, `made` what came of it.
    `reason` is why the resident ends, `answer` why the team declined or why it closed. Source: NG-11, JH-14.
    """

    kind = personal(models.CharField(max_length=CODE), WIDE)
    institution = personal(models.CharField(max_length=WORD), OPEN)
    leaves = personal(models.CharField(max_length=WORD, blank=True, default=""), OPEN)
    person = personal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contract_requests"), MIDDLE)
    contract = personal(models.ForeignKey(Contract, null=True, on_delete=models.PROTECT, related_name="requests"), OPEN)
    made = personal(models.ForeignKey(Contract, null=True, on_delete=models.PROTECT, related_name="asked_by"), OPEN)
    team = personal(models.ForeignKey(DoctorTeam, on_delete=models.PROTECT, related_name="+"), WIDE)
    package = personal(models.ForeignKey(CarePackage, on_delete=models.PROTECT, related_name="+"), WIDE)
    district = personal(models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+"), WIDE)
    city = personal(models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+"), WIDE)
    from_on = personal(models.DateField(null=True), WIDE)
    reason = personal(models.CharField(max_length=CODE, blank=True, default=""), MIDDLE)
    answer = personal(models.CharField(max_length=CODE, blank=True, default=""), WIDE)
    created_by = personal(models.CharField(max_length=NAME), OPEN)
    created_at = personal(models.DateTimeField(), OPEN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], condition=Q(state__in=UNANSWERED), name="contractrequest_open_once"),
                       models.CheckConstraint(condition=Q(kind="first", contract=None) | ~Q(kind="first") & Q(contract__isnull=False), name="contractrequest_of_contract")]
        indexes = [models.Index(fields=["institution", "state", "due"], name="contractrequest_where"), models.Index(fields=["state", "due"], name="contractrequest_due")]


class RequestCode(OneTimeCode):
    """A one-time code for one request."""

    request = models.ForeignKey(ContractRequest, on_delete=models.PROTECT, related_name="codes")
