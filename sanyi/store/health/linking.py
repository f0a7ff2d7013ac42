"""Linking a resident's account to its person: a desk that saw the document gives a code, and with it and the identity number the resident makes the account. Source: R31."""
from datetime import datetime
import hmac
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from sanyi.store.accounts import keep_account
from sanyi.store.ciphers import keyed_digest
from sanyi.store.errors import BadAccount
from sanyi.store.health.rules import AccessRules
from sanyi.store.health.tables import AccountCode
from sanyi.store.log import today_of, write_change, write_line
from sanyi.store.models import Account
from sanyi.store.persons.finding import by_any_number
from sanyi.store.persons.tables import Person
from sanyi.store.tenancy import in_hand
from sanyi.store.trail.recording import record
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, check_roles
from sanyi.workflows.errors import BadField, GuardRefused, UnknownWork
from sanyi.workflows.facts import Actor

SUBJECT, TRIES, LETTERS, LENGTH = "account_code", 5, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 10


def give_code(person: int, rules: AccessRules, by: By, now: datetime) -> str:
    """A code for somebody whose document the desk saw, shown this once; an earlier one is worth nothing from now on. Errors: NotAllowed, UnknownWork."""
    with refusals_recorded(by, subject=SUBJECT, step="give", residents=(person,)), transaction.atomic(), in_hand((person,)):
        actor = check_roles(by, ("registrar",))
        row = Person.objects.select_for_update().filter(pk=person, is_active=True).first()
        if row is None:
            raise UnknownWork(f"没有编号为 {person} 的在册人员", f"there is no person number {person}")
        AccountCode.objects.filter(person=row, used_at=None).update(used_at=now)
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        made = AccountCode.objects.create(person=row, institution=actor.unit, digest=_digest(row.pk, code), created_by=actor.name, created_at=now, closes_at=now + rules.code)
        write_line(made, SUBJECT, "give", actor.name, now, "", {}, actor.persons, actor=actor, residents=(person,))
    return code


def link_account(identity: str, code: str, name: str, password: str, now: datetime) -> Account:
    """Make the resident's account, or give theirs a new password. Errors: GuardRefused (number or code wrong, used or too old: in the same words), BadField (name, password)."""
    found = by_any_number(identity, today_of(now))
    with in_hand(row.pk for row in found[:1]):
        return _linked(found[0].pk if len(found) == 1 else 0, code, name, password, now)


def _linked(person: int, code: str, name: str, password: str, now: datetime) -> Account:
    row = _tried(person, code, now)
    if row is None:
        raise GuardRefused("证件号码或窗口码不对、已用过或已过期，请到窗口重新领取", "the number or the code is not right, was used, or is too old; ask the desk for a new one", "code")
    with transaction.atomic():
        row = AccountCode.objects.select_for_update().get(pk=row.pk)
        if row.used_at is not None:
            raise GuardRefused("窗口码已用过", "the code was used", "code")
        own = Account.objects.select_for_update().filter(role="resident", resident=str(row.person_id)).first()
        taken = Account.objects.filter(name__iexact=name).first()
        if taken is not None and taken != own:
            raise BadField("此用户名不可用，请换一个", "this name cannot be used; choose another", "name")
        account = _made(own.name if own else name, password, str(row.person_id))
        actor = Actor(account.name, "resident", persons=(account.name,), resident=account.resident)
        write_change(row, SUBJECT, "use", account.name, now, {"used_at": now}, {}, actor.persons, actor=actor, residents=(row.person_id,), institutions=(row.institution,))
    return account


def _tried(person: int, code: str, now: datetime) -> AccountCode | None:
    """The open code, where it is the right one; a wrong one is counted, for good."""
    with transaction.atomic():
        row = AccountCode.objects.select_for_update().filter(person=person, used_at=None, closes_at__gt=now, tries__lt=TRIES).first()
        if row is None:
            return None
        if hmac.compare_digest(row.digest, _digest(person, "".join(code.split()).upper())):
            return row
        AccountCode.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
        record("refuse", None, subject=SUBJECT, subject_id=row.pk, step="use", outcome="refused", reason="wrong_code", residents=(person,), now=now)
    return None


def _made(name: str, password: str, resident: str) -> Account:
    try:
        keep_account(name, password, "resident")
    except BadAccount as refused:
        zh, _, en = str(refused).partition(" / ")
        raise BadField(zh, en or zh, "name") from None
    except ValidationError as weak:
        raise BadField("；".join(weak.messages), "; ".join(weak.messages), "password") from None
    Account.objects.filter(name=name).update(resident=resident)
    return Account.objects.get(name=name)


def _digest(person: int, code: str) -> str:
    return keyed_digest(f"account:{person}:{code}")
