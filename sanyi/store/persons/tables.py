"""Tables of the person index."""
from django.db import models

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import MIDDLE, NARROW, NARROWEST, OPEN, WIDE, personal
from sanyi.store.work_tables import Work

CODE, DIGEST, CIPHER = 20, 64, 1000
IDENTITY_KINDS = {"resident_id": ("居民身份证", "resident identity card"), "passport": ("护照", "passport"), "other": ("其他证件", "other document"),
                  "newborn": ("新生儿（尚无证件）", "newborn without a number"), "none": ("无证件", "no document")}


class Person(models.Model):
    """One person, whichever institution they come to; all care refers to this row.

    `name_key` is the name with its variants made one, `pinyin` and `initials` how it is said. An identity number, phone and address are
    kept enciphered (`_cipher`), found by a keyed digest (`_digest`), listed masked (`_masked`). `resident_id` is the region's record;
    `identity_hash` the digest that record came with. `identity_country` is a passport's, part of its key; empty: not noted. A newborn has `mother` and `birth_order`. A row that was merged away is not active
    and says into which; `version` counts the changes. Source: R30, R48, R52.
    """

    name = personal(models.CharField(max_length=NAME, blank=True, default=""), MIDDLE)
    name_key = personal(models.CharField(max_length=NAME, blank=True, default=""), MIDDLE)
    pinyin = personal(models.CharField(max_length=NAME, blank=True, default=""), MIDDLE)
    initials = personal(models.CharField(max_length=WORD, blank=True, default=""), MIDDLE)
    sex = personal(models.CharField(max_length=CODE, blank=True, default=""), WIDE)
    born_on = personal(models.DateField(null=True), MIDDLE)
    died_on = personal(models.DateField(null=True), MIDDLE)
    identity_kind = personal(models.CharField(max_length=CODE, default="none"), WIDE)
    identity_cipher = personal(models.CharField(max_length=CIPHER, blank=True, default=""), NARROW)
    identity_digest = personal(models.CharField(max_length=DIGEST, blank=True, default=""), MIDDLE)
    identity_country = personal(models.CharField(max_length=3, blank=True, default=""), WIDE)
    identity_masked = personal(models.CharField(max_length=40, blank=True, default=""), WIDE)
    phone_cipher = personal(models.CharField(max_length=CIPHER, blank=True, default=""), NARROW)
    phone_digest = personal(models.CharField(max_length=DIGEST, blank=True, default=""), MIDDLE)
    phone_masked = personal(models.CharField(max_length=40, blank=True, default=""), WIDE)
    address_cipher = personal(models.CharField(max_length=CIPHER, blank=True, default=""), NARROW)
    region = personal(models.CharField(max_length=WORD, blank=True, default=""), WIDE)
    resident_id = personal(models.CharField(max_length=WORD, blank=True, default=""), WIDE)
    identity_hash = personal(models.CharField(max_length=WORD, blank=True, default=""), MIDDLE)
    mother = personal(models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children"), MIDDLE)
    birth_order = personal(models.PositiveSmallIntegerField(null=True), MIDDLE)
    merged_into = personal(models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged_from"), OPEN)
    is_active = personal(models.BooleanField(default=True), OPEN)
    origin = personal(models.CharField(max_length=10, default="hand"), OPEN)
    institution = personal(models.CharField(max_length=WORD, blank=True, default=""), OPEN)
    created_by = personal(models.CharField(max_length=NAME), OPEN)
    created_at = personal(models.DateTimeField(), OPEN)
    version = personal(models.PositiveIntegerField(default=1), OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identity_digest"], condition=models.Q(is_active=True) & ~models.Q(identity_digest=""), name="person_identity_once"),
            models.UniqueConstraint(fields=["resident_id"], condition=~models.Q(resident_id=""), name="person_resident_once"),
            models.UniqueConstraint(fields=["mother", "born_on", "birth_order"], condition=models.Q(is_active=True), name="person_newborn_once"),
            models.CheckConstraint(condition=models.Q(merged_into=None) | models.Q(is_active=False) & ~models.Q(merged_into=models.F("id")), name="person_merged_is_not_active"),
        ]
        indexes = [models.Index(fields=["identity_country"], condition=~models.Q(identity_country=""), name="person_country"), *(models.Index(fields=[*names, "id"], name=f"person_{name}") for name, names in {
            "name": ["name_key"], "pinyin": ["pinyin"], "initials": ["initials"], "identity": ["identity_digest"], "phone": ["phone_digest"],
            "record": ["identity_hash"], "born": ["born_on", "sex"], "region": ["region", "pinyin"]}.items())]


class PersonMatch(Work):
    """Two rows that may be one person; `one` is the older. After a merge `kept` stays and `gone` is merged into it.

    `reason` is a rule's name, `chance_ppm` what a probabilistic linkage gave (empty: a rule proposed it), `evidence` what it weighed: a row a
    field (field, level, weight_e2: hundredths of a bit that speak for one person).
    """

    one = personal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="matches_as_one"), WIDE)
    other = personal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="matches_as_other"), WIDE)
    reason = personal(models.CharField(max_length=CODE), WIDE)
    chance_ppm = personal(models.PositiveIntegerField(null=True), WIDE)
    evidence = personal(models.JSONField(default=list), MIDDLE)
    kept = personal(models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="matches_kept"), WIDE)
    gone = personal(models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="matches_gone"), WIDE)
    opened_by = models.CharField(max_length=NAME)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], condition=models.Q(state__in=["proposed", "seconded", "confirmed_same"]), name="person_match_once"),
                       models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="person_match_in_order")]
        indexes = [models.Index(fields=["state", "id"], name="person_match_state")]


class MergeMove(models.Model):
    """What one consequence of a merge moved from `gone` to `kept`, so that parting them brings it back.

    Only `returned_at` is ever set, and `stayed`: what people had changed since, in both languages.
    """

    match = models.ForeignKey(PersonMatch, on_delete=models.PROTECT, related_name="moves")
    consequence = personal(models.CharField(max_length=WORD), OPEN)
    moved = personal(models.JSONField(), MIDDLE)
    returned_at = personal(models.DateTimeField(null=True), OPEN)
    stayed = personal(models.JSONField(default=list), MIDDLE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["match", "consequence"], name="merge_move_once")]


class HealthCard(Work):
    """A person's electronic health card; its codes are signed with a key made from `nonce` and the installation's own."""

    person = personal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="health_cards"), WIDE)
    number = personal(models.CharField(max_length=CODE, unique=True), MIDDLE)
    nonce = personal(models.CharField(max_length=DIGEST), NARROWEST)
    institution = models.CharField(max_length=WORD, blank=True, default="")
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person"], condition=models.Q(state="in_use"), name="health_card_in_use_once")]


class CardUse(models.Model):
    """One use of a card's dynamic code at a place; a code is good once. Only ever added to."""

    card = personal(models.ForeignKey(HealthCard, on_delete=models.PROTECT, related_name="uses"), WIDE)
    code = personal(models.CharField(max_length=DIGEST, unique=True), MIDDLE)
    institution = models.CharField(max_length=WORD, blank=True, default="")
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()
