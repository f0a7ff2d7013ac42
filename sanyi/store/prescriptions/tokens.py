"""Tokens that carry a prescription to a pharmacy: signed, short-lived, worth nothing once a newer one is made or a pharmacy has taken it. Source: RX-2, NG-09."""
import base64
import binascii
from datetime import date, datetime, timedelta, timezone
import hmac
import struct

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from sanyi.store.act import act
from sanyi.store.kinds import find_work
from sanyi.store.log import today_of
from sanyi.store.organisation.tables import Institution, Membership, on_day
from sanyi.store.prescriptions.formulary import book_of
from sanyi.store.prescriptions.tables import Prescription, Presented
from sanyi.store.tenancy import in_hand, whole_region
from sanyi.store.trail.recording import record
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of, check_roles
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed

SHAPE, MAC = struct.Struct(">IHI"), 10  # prescription, round, minute of expiry; eighty bits of signature
MINUTE = 60


def make_token(id: int, by: By, now: datetime) -> tuple[str, datetime]:
    """A token of a circulating prescription in groups of four, and until when it holds; for the resident and those who wrote it.

    The same minute gives the same token. Errors: UnknownWork, NotAllowed (a pharmacy), GuardRefused (not circulating).
    """
    row, actor = find_work("prescription", id, actor_of(by)), actor_of(by)
    if actor.role != "resident" and actor.unit != row.institution:
        raise NotAllowed("只有居民本人和开方机构可以出码", "only the resident and the institution that prescribed make a token")
    if row.state != "circulating":
        raise GuardRefused("处方不在流转中，没有流转码", "the prescription is not circulating, so it has no token", "circulating")
    until = min(int(now.timestamp()) // MINUTE + book_of(row.formulary).token_minutes, 2**32 - 1)
    payload = SHAPE.pack(row.pk, row.round, until)
    text = base64.b32encode(payload + _mac(payload)).decode()
    return "-".join(text[place:place + 4] for place in range(0, len(text), 4)), datetime.fromtimestamp(until * MINUTE, timezone.utc)


def present(token: str, by: By, now: datetime) -> Prescription:
    """Show a token at a pharmacy, which may see the prescription from then on, and take it if nobody else has.

    Errors: NotAllowed (not a pharmacist; not a retail pharmacy nor of the same consortium), BadField (whatever is wrong with the token, in the same words).
    """
    with refusals_recorded(by, subject="prescription", step="present", now=now), transaction.atomic():
        actor = check_roles(by, ("pharmacist",))
        with whole_region("a token that was shown"):
            row = _read(token, now)
        if row is None:
            raise BadField("流转码无效、已过期或处方已被接走", "the token is not valid, has expired, or the prescription was taken", "token")
        if not may_fill(actor.unit, row.institution, today_of(now)):
            raise NotAllowed("本机构不是零售药店，也不与开方机构同属一个医联体", "this is neither a retail pharmacy nor of the same consortium as the prescriber")
        with in_hand((row.person_id,)):
            _, is_new = Presented.objects.get_or_create(prescription=row, institution=actor.unit, round=row.round, defaults={"by": actor.name, "at": now})
        if is_new:
            record("change", actor, step="present", subject="prescription", subject_id=row.pk, residents=(row.person_id,), institutions=(row.institution,), now=now)
    return row


def take_by_token(token: str, by: By, now: datetime) -> Prescription:
    """Show a token and take the prescription: of several pharmacies one has it, the others hear that it is taken. Errors: as `present`, and act's."""
    row = present(token, by, now)
    return act("prescription", row.pk, row.version, "take", {}, by, now)


def may_fill(unit: str, prescriber: str, day: date) -> bool:
    """Whether an institution may fill another's prescription on a day."""
    return unit == prescriber or fillers(prescriber, day).filter(code=unit).exists()


def fillers(prescriber: str, day: date) -> QuerySet:
    """The institutions that may fill a prescription: who wrote it, retail pharmacies, and those of the same consortium on that day; gives their codes."""
    joined = Membership.objects.filter(on_day(day), institution__code=prescriber).values("consortium")
    members = Membership.objects.filter(on_day(day), consortium__in=joined).values("institution")
    return Institution.objects.filter(Q(code=prescriber) | Q(on_day(day), kind="pharmacy") | Q(pk__in=members)).values("code")


def _read(token: str, now: datetime) -> Prescription | None:
    """The prescription of a token that holds now."""
    try:
        plain = base64.b32decode("".join(token.upper().replace("-", "").split()))
    except (binascii.Error, ValueError):
        return None
    payload, mac = plain[:SHAPE.size], plain[SHAPE.size:]
    if len(plain) != SHAPE.size + MAC or not hmac.compare_digest(mac, _mac(payload)):
        return None
    id, round_, until = SHAPE.unpack(payload)
    if now >= datetime.fromtimestamp(0, timezone.utc) + timedelta(seconds=until * MINUTE):
        return None
    return Prescription.objects.filter(pk=id, round=round_, state="circulating", pharmacy="").first()


def _mac(payload: bytes) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"prescription|" + payload, "sha256")[:MAC]
