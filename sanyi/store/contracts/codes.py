"""One-time codes: made for an offer or a request, handed over, shown once by the resident's own account; kept as a digest. Source: HK-15."""
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from sanyi.store.contracts.tables import OneTimeCode
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.messages.queueing import put_down, take_back
from sanyi.store.trail.recording import record
from sanyi.store.who import By, actor_of
from sanyi.workflows.contract import TEAM
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import clean

DIGITS, VALID_HOURS, MOST_WRONG, CONFIRMED_MINUTES = 6, 24, 5, 15
WAITS = {"contract": "offered", "contract_request": "submitted"}  # the state of each kind of work in which a code is handed out


def make_code(id: int, by: By, now: datetime, kind: str = "contract") -> str:
    """Make a fresh code for an offer (or a request); it is told here and nowhere else, and ends every earlier one.

    Errors: UnknownWork, NotAllowed, GuardRefused where nothing waits for one. Source: HK-15.
    """
    with transaction.atomic():
        actor = actor_of(by)
        row = find_work(kind, id, actor, is_locked=True)
        if actor.role not in TEAM or actor.unit != row.institution:
            raise NotAllowed("验证码由签约机构的家庭医生、护士或窗口发放", "a code is handed out by the institution's family doctor, nurse or desk")
        if row.state != WAITS[kind]:
            raise GuardRefused("只有待本人签约或确认的才发验证码", "a code belongs to what waits for the resident's own signature", "offered")
        code = f"{secrets.randbelow(10 ** DIGITS):0{DIGITS}d}"
        row.codes.filter(until__gt=now).update(until=now)
        row.codes.create(digest=_digest(kind, row, code), until=now + timedelta(hours=VALID_HOURS), created_by=actor.name, created_at=now)
        _log(kind, row, "make_code", actor, now)
    return code


def hand_out(id: int, by: By, now: datetime, kind: str = "contract") -> str | None:
    """As `make_code`; None where the code goes to the resident's own phone, so that nobody else is told it."""
    with transaction.atomic():
        code = make_code(id, by, now, kind)
        actor = actor_of(by)
        row = find_work(kind, id, actor)
        made = row.codes.order_by("-pk")[0]
        take_back("code", f"{kind} {row.pk} ", now)
        return None if put_down(row.person_id, row.institution, "code", f"{kind} {row.pk} {made.pk}", now, actor, until=made.until, secret=code) else code


def show_code(id: int, code: str, by: By, now: datetime, kind: str = "contract") -> None:
    """The resident shows the code; a wrong one is counted even though it is refused, and the fifth ends the code.

    Errors: UnknownWork, NotAllowed, BadField (wrong, or none that still holds).
    """
    with transaction.atomic():
        actor = actor_of(by)
        row = find_work(kind, id, actor, is_locked=True)
        if actor.role != "resident" or actor.resident != str(row.person_id):
            raise NotAllowed("验证码只能由本人输入", "the code is shown by the resident alone")
        found = _latest(row, now)
        is_right = found is not None and constant_time_compare(found.digest, _digest(kind, row, clean(code)))
        if is_right:
            row.codes.filter(pk=found.pk).update(confirmed_at=now)
            _log(kind, row, "show_code", actor, now)
        elif found is not None:
            row.codes.filter(pk=found.pk).update(wrong_count=F("wrong_count") + 1)
    if not is_right:
        left = MOST_WRONG - 1 - found.wrong_count if found else 0
        raise BadField(f"验证码不对，还可再试 {left} 次" if left else "验证码无效或已过期，请向签约机构重新索取",
                       f"not the right code; {left} tries are left" if left else "the code no longer holds; ask the institution for a fresh one", "code")


def is_confirmed(row: Any, now: datetime) -> bool:
    """Whether the resident has shown this row's code within the last minutes."""
    return row.pk is not None and row.codes.filter(confirmed_at__gt=now - timedelta(minutes=CONFIRMED_MINUTES)).exists()


def _latest(row: Any, now: datetime) -> OneTimeCode | None:
    return row.codes.filter(until__gt=now, wrong_count__lt=MOST_WRONG, confirmed_at=None).order_by("-id").first()


def _digest(kind: str, row: Any, code: str) -> str:
    return salted_hmac(f"sanyi.{kind}s.code", f"{row.pk}|{code}", algorithm="sha256").hexdigest()


def _log(kind: str, row: Any, step: str, actor: Actor, now: datetime) -> None:
    record("change", actor, subject=kind, subject_id=row.pk, step=step, residents=(str(row.person_id),), institutions=kind_of(kind).institutions(row), now=now)


def sign_with_code(id: int, version: int, code: str, by: By, now: datetime, kind: str = "contract", step: str = "sign") -> Any:
    """The resident signs (or confirms) by the code. Errors: those of `show_code` and of `act`."""
    from sanyi.store.act import act
    show_code(id, code, by, now, kind)  # a transaction of its own: a wrong try counts whatever follows
    return act(kind, id, version, step, {}, by, now)
