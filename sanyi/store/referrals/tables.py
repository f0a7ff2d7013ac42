"""Tables of referrals: the directory, the rules a request was begun under, the request, its packet, the consents and arrivals."""
from django.db import models
from django.db.models import Q

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.organisation.tables import Dated, Institution, days_in_order
from sanyi.store.personal import MIDDLE, OPEN, WIDE, personal
from sanyi.store.work_tables import Work

CODE, DIGEST = 30, 64
DRAFTS, SENT_STATES = ("draft", "consented"), ("submitted", "filing_asked", "certified", "accepted", "recorded", "arrived", "treated", "down_offered", "taken_over")
OPEN_STATES = (*DRAFTS, *SENT_STATES)
SEARCHED = ("reason", "department", "urgency", "direction", "state", "created_at")  # a box is searched and filtered in its index; its rows lie all over the table


class ReferralOffer(Dated):
    """What a department of an institution takes: `directions` and `capabilities` a word a line (none: all), how many a day, by the green channel or not."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="referral_offers")
    department = models.CharField(max_length=NAME)
    directions = models.TextField(blank=True, default="")
    capabilities = models.TextField(blank=True, default="")
    day_quota = models.PositiveIntegerField(null=True)
    is_green = models.BooleanField(default=False)
    contact = personal(models.CharField(max_length=NAME, blank=True, default=""), WIDE)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [days_in_order("referral_offer"), models.UniqueConstraint(fields=["institution", "department"], condition=Q(to_on=None), name="referral_offer_open_once")]


class ReferralRuleSet(models.Model):
    """The plan's clocks, criteria and packets as they stood when requests were begun; a request keeps those it began under."""

    digest = models.CharField(max_length=DIGEST, unique=True)
    rules = models.JSONField()


class Referral(Work):
    """A request. `institution` (the tenant) sends, `receiver` receives, `origin` is the first sender of its chain; all three always see where the patient is.

    `reason` is the diagnosis it is for. `digest` covers the packet and the benefit effect as they are, `consented` what the patient consented to.
    `replaces` is the request that was redirected into it, `returns` the one whose patient it brings back. `news_at` is since when the sender has
    not taken note of what came of it.
    """

    person = personal(models.ForeignKey("store.Person", on_delete=models.PROTECT, related_name="referrals"), WIDE)
    institution = personal(models.CharField(max_length=WORD), OPEN)
    receiver = personal(models.CharField(max_length=WORD), OPEN)
    origin = personal(models.CharField(max_length=WORD), OPEN)
    direction = personal(models.CharField(max_length=CODE), OPEN)
    urgency = personal(models.CharField(max_length=CODE), OPEN)
    is_green = personal(models.BooleanField(default=False), OPEN)
    department = personal(models.CharField(max_length=NAME, blank=True, default=""), OPEN)
    reason = personal(models.CharField(max_length=CODE), MIDDLE)
    criterion = personal(models.TextField(blank=True, default=""), OPEN)
    rules = personal(models.ForeignKey(ReferralRuleSet, on_delete=models.PROTECT, related_name="+"), OPEN)
    effect = personal(models.JSONField(default=dict), MIDDLE)
    digest = personal(models.CharField(max_length=DIGEST), OPEN)
    consented = personal(models.CharField(max_length=DIGEST, blank=True, default=""), OPEN)
    submitted_at = personal(models.DateTimeField(null=True), WIDE)
    accepted_at = personal(models.DateTimeField(null=True), WIDE)
    expected_at = personal(models.DateTimeField(null=True), WIDE)
    slot = personal(models.TextField(blank=True, default=""), MIDDLE)
    arrived_at = personal(models.DateTimeField(null=True), WIDE)
    due_at = personal(models.DateTimeField(null=True), WIDE)
    escalation = personal(models.PositiveSmallIntegerField(default=0), OPEN)
    news_at = personal(models.DateTimeField(null=True), WIDE)
    recorded_by = personal(models.CharField(max_length=WORD, blank=True, default=""), OPEN)
    decline_reason = personal(models.CharField(max_length=CODE, blank=True, default=""), WIDE)
    alternative = personal(models.CharField(max_length=WORD, blank=True, default=""), WIDE)
    certificate = personal(models.TextField(blank=True, default=""), MIDDLE)
    certified_to = personal(models.DateField(null=True), WIDE)
    diagnosis = personal(models.TextField(blank=True, default=""), MIDDLE)
    outcome = personal(models.CharField(max_length=CODE, blank=True, default=""), MIDDLE)
    replaces = personal(models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaced_by"), WIDE)
    returns = personal(models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="returned_by"), WIDE)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "receiver", "reason"], condition=Q(state__in=SENT_STATES), name="referral_open_once"),
            models.UniqueConstraint(fields=["person", "institution", "receiver", "reason"], condition=Q(state__in=DRAFTS, submitted_at=None), name="referral_draft_once"),
            models.UniqueConstraint(fields=["replaces"], condition=~Q(replaces=None), name="referral_replaced_once"),
            models.CheckConstraint(condition=~Q(institution=models.F("receiver")), name="referral_between_two"),
            models.CheckConstraint(condition=Q(arrived_at__isnull=False) | ~Q(state__in=("recorded", "arrived", "treated", "down_offered", "taken_over", "closed")),
                                   name="referral_treated_has_arrived")]
        indexes = [models.Index(fields=["receiver", "due_at", "-id", "submitted_at", "institution", *SEARCHED], name="referral_in"), models.Index(fields=["institution", "due_at", "-id", "receiver", *SEARCHED], name="referral_out"),
                   # with what the policies of PostgreSQL ask of each row that is counted, so that none of them is fetched
                   models.Index(fields=["receiver", "state", "submitted_at"], include=["institution", "origin", "person"], name="referral_in_state"),
                   models.Index(fields=["institution", "state"], include=["receiver", "origin", "person"], name="referral_out_state"),
                   models.Index(fields=["origin", "due_at", "-id"], name="referral_from"), models.Index(fields=["person", "-id"], name="referral_person"),
                   models.Index(fields=["state", "due_at"], name="referral_due"), models.Index(fields=["direction", "due_at", "-id"], name="referral_way"),
                   models.Index(fields=["receiver", "department", "accepted_at"], name="referral_accepted"),
                   models.Index(fields=["institution", "news_at"], condition=Q(news_at__isnull=False), name="referral_news")]


class ReferralPart(models.Model):
    """One version of one part of the packet; only ever added to. `institution` wrote it."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="parts")
    kind = personal(models.CharField(max_length=CODE), OPEN)
    version = models.PositiveIntegerField()
    text = personal(models.TextField(), MIDDLE)
    digest = personal(models.CharField(max_length=DIGEST), OPEN)
    institution = models.CharField(max_length=WORD)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "kind", "version"], name="referral_part_version_once")]


class ReferralConsent(models.Model):
    """A consent with the very text that was shown; only ever added to."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="consents")
    way = personal(models.CharField(max_length=CODE), OPEN)
    text = personal(models.TextField(), MIDDLE)
    digest = personal(models.CharField(max_length=DIGEST), OPEN)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()


class ReferralArrival(models.Model):
    """The one arrival of a referred patient; only ever added to."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="arrival")
    institution = models.CharField(max_length=WORD)
    arrived_at = personal(models.DateTimeField(), WIDE)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()
