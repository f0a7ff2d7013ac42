"""The second factor: time-based codes, each good once, and recovery codes. Source: R32 (the algorithm: RFC 6238, thirty seconds, six digits).

The secret is kept nowhere: it is made from the installation's own key and the account's nonce, so that a copy of the database gives no codes.
"""
import base64
from datetime import datetime
import hashlib
import hmac
import secrets
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare

from sanyi.store.accounts import LOCKED_FOR, TRIES
from sanyi.store.models import Account, RecoveryCode
from sanyi.store.trail.recording import actor_named, record
from sanyi.workflows.errors import BadField, NotAllowed

SECONDS, DIGITS, DRIFT = 30, 6, 1
RECOVERY_CODES = 8
ISSUER = "Sanyi"


def new_nonce() -> str:
    """What a new secret is made from."""
    return secrets.token_hex(16)


def secret_of(account: Account, nonce: str) -> bytes:
    """The secret of an account's authenticator: 20 bytes."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"factor|{account.pk}|{nonce}".encode(), hashlib.sha1)


def shown_secret(account: Account, nonce: str) -> tuple[str, str]:
    """The secret as people type it into an authenticator, and as an address that one reads."""
    text = base64.b32encode(secret_of(account, nonce)).decode()
    return text, f"otpauth://totp/{quote(f'{ISSUER}:{account.name}')}?secret={text}&issuer={ISSUER}&digits={DIGITS}&period={SECONDS}"


def code_at(secret: bytes, step: int) -> str:
    """The code of one time step."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start:start + 4], 'big') & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}d}"


def enrol(name: str, nonce: str, code: str, invitation: str, now: datetime) -> list[str]:
    """Set up an account's first factor by a code made from it; gives recovery codes, which are kept nowhere.

    Errors: NotAllowed (there is one already), BadField (a wrong code, or not the invitation that came with the rights).
    """
    with transaction.atomic():
        account = Account.objects.select_for_update().get(name=name)
        if account.factor_nonce:
            raise NotAllowed("已设置双因素验证；更换须由安全管理员重置", "there is a second factor already; the security administrator resets it")
        if account.factor_invitation and not constant_time_compare(account.factor_invitation, _digest(account, invitation.strip())):
            _count_wrong(account, now)
            wrong = BadField("邀请码不正确", "the invitation code is wrong", "invitation")
        elif (step := _matching(secret_of(account, nonce), code, now, 0)) is None:
            _count_wrong(account, now)
            wrong = BadField("验证码不正确", "the code is wrong", "code")
        else:
            account.factor_nonce, account.factor_step, account.factor_invitation, account.wrong_count = nonce, step, "", 0
            account.save()
            _recorded(account, "enrol", now)
            return _fresh_codes(account)
    raise wrong  # outside: the wrong try stays counted


def verify(name: str, code: str, now: datetime) -> None:
    """Take one code, or one recovery code; neither works twice. Errors: BadField; NotAllowed (no factor, or locked after too many wrong codes)."""
    with transaction.atomic():
        account = Account.objects.select_for_update().get(name=name)
        if not account.factor_nonce:
            raise NotAllowed("尚未设置双因素验证", "there is no second factor yet")
        if account.locked_until and account.locked_until > now:
            raise NotAllowed("错误次数过多，账户已锁定", "too many wrong codes; the account is locked")
        step = _matching(secret_of(account, account.factor_nonce), code, now, account.factor_step)
        if step is not None or _recovered(account, code, now):
            account.factor_step, account.wrong_count = step or account.factor_step, 0
            account.save(update_fields=["factor_step", "wrong_count"])
            _recorded(account, "verify", now)
            return
        _count_wrong(account, now)
    raise BadField("验证码不正确或已用过", "the code is wrong, or was used before", "code")


def invite(account: Account) -> str:
    """Without this code nobody sets up the account's factor: whoever made its password does not have it. The caller saves."""
    code = secrets.token_urlsafe(9)
    account.factor_nonce, account.factor_step, account.factor_invitation = "", 0, _digest(account, code)
    return code


def _matching(secret: bytes, code: str, now: datetime, after: int) -> int | None:
    """The time step a code belongs to, of those near now and later than the last one used."""
    here = int(now.timestamp()) // SECONDS
    return next((step for step in range(here - DRIFT, here + DRIFT + 1) if step > after and constant_time_compare(code_at(secret, step), code.strip())), None)


def _recovered(account: Account, code: str, now: datetime) -> bool:
    return RecoveryCode.objects.filter(account=account, digest=_digest(account, code.strip()), used_at=None).update(used_at=now) == 1


def _fresh_codes(account: Account) -> list[str]:
    RecoveryCode.objects.filter(account=account).delete()
    codes = [secrets.token_hex(5) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create([RecoveryCode(account=account, digest=_digest(account, code)) for code in codes])
    return codes


def _count_wrong(account: Account, now: datetime) -> None:
    account.wrong_count = account.wrong_count % TRIES + 1
    if account.wrong_count == TRIES:
        account.locked_until, account.rights = now + LOCKED_FOR, F("rights") + 1  # and every session of it ends
    account.save(update_fields=["wrong_count", "locked_until", "rights"])
    _recorded(account, "verify", now, "wrong_code")


def _recorded(account: Account, step: str, now: datetime, refused: str = "") -> None:
    """How it ended; the code stands nowhere."""
    record("sign_in", actor_named(account.name), step=f"factor_{step}", subject="account", subject_id=account.pk, outcome="refused" if refused else "done", reason=refused, now=now)


def _digest(account: Account, code: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"code|{account.pk}|{code}".encode(), hashlib.sha256).hexdigest()
