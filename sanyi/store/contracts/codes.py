"""One-time codes: made for an offer, handed over, shown once by the resident's own account; kept as a digest. Source: HK-15."""
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from sanyi.store.contracts.tables import Contract, SigningCode
from sanyi.store.kinds import find_work
from sanyi.store.trail.recording import record
from sanyi.store.who import By, actor_of
from sanyi.workflows.contract import TEAM
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import clean

DIGITS, VALID_HOURS, MOST_WRONG, CONFIRMED_MINUTES = 6, 24, 5, 15


def make_code(id: int, by: By, now: datetime) -> str:
    """Make a fresh code for an offer; it is told here and nowhere else, and ends every earlier one.

    Errors: UnknownWork, NotAllowed, GuardRefused where nothing is offered. Source: HK-15.
    """
    with transaction.atomic():
        actor = actor_of(by)
        row = find_work("contract", id, actor, is_locked=True)
        if actor.role not in TEAM or actor.unit != row.institution:
            raise NotAllowed("签约码由签约机构的家庭医生、护士或窗口发放", "a code is handed out by the institution's family doctor, nurse or desk")
        if row.state != "offered":
            raise GuardRefused("只有待签约的邀请才发签约码", "a code belongs to an offer", "offered")
        code = f"{secrets.randbelow(10 ** DIGITS):0{DIGITS}d}"
        row.codes.filter(until__gt=now).update(until=now)
        SigningCode.objects.create(contract=row, digest=_digest(row, code), until=now + timedelta(hours=VALID_HOURS), created_by=actor.name, created_at=now)
        _log(row, "make_code", actor, now)
    return code


def show_code(id: int, code: str, by: By, now: datetime) -> None:
    """The resident shows the code; a wrong one is counted even though it is refused, and the fifth ends the code.

    Errors: UnknownWork, NotAllowed, BadField (wrong, or none that still holds).
    """
    with transaction.atomic():
        actor = actor_of(by)
        row = find_work("contract", id, actor, is_locked=True)
        if actor.role != "resident" or actor.resident != str(row.person_id):
            raise NotAllowed("签约码只能由本人输入", "the code is shown by the resident alone")
        found = _latest(row, now)
        is_right = found is not None and constant_time_compare(found.digest, _digest(row, clean(code)))
        if is_right:
            SigningCode.objects.filter(pk=found.pk).update(confirmed_at=now)
            _log(row, "show_code", actor, now)
        elif found is not None:
            SigningCode.objects.filter(pk=found.pk).update(wrong_count=F("wrong_count") + 1)
    if not is_right:
        left = MOST_WRONG - 1 - found.wrong_count if found else 0
        raise BadField(f"签约码不对，还可再试 {left} 次" if left else "签约码无效或已过期，请向签约机构重新索取",
                       f"not the right code; {left} tries are left" if left else "the code no longer holds; ask the institution for a fresh one", "code")


def is_confirmed(row: Contract, now: datetime) -> bool:
    """Whether the resident has shown this offer's code within the last minutes."""
    return row.pk is not None and row.codes.filter(confirmed_at__gt=now - timedelta(minutes=CONFIRMED_MINUTES)).exists()


def _latest(row: Contract, now: datetime) -> SigningCode | None:
    return row.codes.filter(until__gt=now, wrong_count__lt=MOST_WRONG, confirmed_at=None).order_by("-id").first()


def _digest(row: Contract, code: str) -> str:
    return salted_hmac("sanyi.contracts.code", f"{row.pk}|{code}", algorithm="sha256").hexdigest()


def _log(row: Contract, step: str, actor: Actor, now: datetime) -> None:
    record("change", actor, subject="contract", subject_id=row.pk, step=step, residents=(str(row.person_id),), institutions=(row.institution,), now=now)


def sign_with_code(id: int, version: int, code: str, by: By, now: datetime) -> Contract:
    """The resident signs by the code. Errors: those of `show_code` and of `act`."""
    from sanyi.store.act import act
    show_code(id, code, by, now)  # a transaction of its own: a wrong try counts whatever follows
    return act("contract", id, version, "sign", {}, by, now)
