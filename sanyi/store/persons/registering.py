"""Registering a person and correcting what is known: who is there already is found, never made a second time."""
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from sanyi.matching.judging import SAME, Described, judge
from sanyi.store.crossing import tried_again
from sanyi.store.log import today_of, write_change, write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.persons.describing import columns_of, described
from sanyi.store.persons.finding import active
from sanyi.store.persons.numbers import id_of
from sanyi.store.persons.proposing import propose, propose_for
from sanyi.store.persons.tables import IDENTITY_KINDS, Person, PersonMatch
from sanyi.store.who import By, actor_of, check_roles
from sanyi.tables.codes import SEX
from sanyi.workflows.errors import BadField, GuardRefused, UnknownWork
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import read_fields
from sanyi.workflows.workflow import Field, Step

KEEPERS = ("registrar", "doctor", "family_doctor", "nurse", "office")
FIELDS = (Field("name", "text", "姓名", "name"), Field("sex", "choice", "性别", "sex", False, SEX), Field("born_on", "date", "出生日期", "birth day", False),
          Field("identity_kind", "choice", "证件类型", "kind of identity", False, IDENTITY_KINDS), Field("identity", "text", "证件号", "identity number", False),
          Field("identity_country", "text", "护照签发国（三字母代码，如 FRA）", "passport's country (three letters, such as FRA)", False), Field("phone", "text", "电话", "phone", False), Field("address", "text", "住址", "address", False), Field("region", "text", "常住区划", "region", False),
          Field("mother", "text", "母亲的人员编号（新生儿）", "mother's person number (newborn)", False),
          Field("birth_order", "whole", "胎次（新生儿，单胎填 1）", "birth order (newborn; 1 when single)", False))
OPEN_WORDS = ("sex", "identity_kind", "identity_country", "region")  # all else of a person stands in the trail as a digest


@tried_again
def register(given: Mapping[str, object], by: By, now: datetime) -> tuple[Person, bool]:
    """Register a person at the actor's institution; gives the row, and whether it is new: who certainly is there already is not made again.

    Errors: NotAllowed, BadField, GuardRefused (the number is another person's by name, birth day or sex). Rows that may be one are proposed.
    """
    with transaction.atomic():
        actor = check_roles(by, KEEPERS)
        said = _said(given, "register")
        columns = columns_of(said, today_of(now))
        if there := _certain(columns):
            return there, False
        with or_refused("该证件或新生儿刚被他人登记，请重新查找", "somebody else has just registered this number or newborn; search again", "once"):
            row = Person.objects.create(**columns, institution=actor.unit, created_by=actor.name, created_at=now)
        _log(row, "register", actor, now, said)
        propose_for(row, actor.name, now)
        _propose_unknown_country(row, said, actor, now)
    return row, True


def correct(id: int, version: int, given: Mapping[str, object], by: By, now: datetime) -> Person:
    """Correct what is known of a person; an empty field stays as it is.

    Errors: NotAllowed, UnknownWork, StaleVersion, BadField, GuardRefused. Where the number is another row's, nothing is corrected, and the two are
    proposed as one person: a newborn who was registered anew with the number is found so.
    """
    try:
        return _corrected(id, version, given, by, now)
    except GuardRefused as refused:
        if refused.guard == "number_once":
            with transaction.atomic():
                _propose_holder(id, given, actor_of(by), now)
        raise


def propose_by_hand(id: int, other: int, by: By, now: datetime) -> PersonMatch:
    """Propose two rows as one person, for people to look at. Errors: NotAllowed, UnknownWork, BadField, GuardRefused (merged away, proposed or decided before)."""
    with transaction.atomic():
        actor, rows = check_roles(by, KEEPERS), [locked(each) for each in sorted({id, other})]
        if len(rows) < 2:
            raise BadField("请填写另一条记录的人员编号", "give the number of the other row", "other")
        match = propose(*rows, "by_hand", actor.name, now)
        if match is None:
            raise GuardRefused("这两条记录已在比对中或已有结论，见“人员比对”", "these two are proposed already, or were decided on: see person matches", "once")
    return match


def _propose_holder(id: int, given: Mapping[str, object], actor: Actor, now: datetime) -> None:
    row, said = Person.objects.get(pk=id), _said(given, "correct", is_partial=True)
    holder = active().filter(identity_digest=columns_of({**said, "sex": "", "born_on": None}, today_of(now))["identity_digest"]).exclude(pk=id).first()
    if holder is not None and row.is_active:
        propose(row, holder, "number_met", actor.name, now)


def _corrected(id: int, version: int, given: Mapping[str, object], by: By, now: datetime) -> Person:
    with transaction.atomic():
        actor, row = check_roles(by, KEEPERS), locked(id)
        said = {name: value for name, value in _said(given, "correct", is_partial=True).items() if value not in (None, "")}
        known = {name: getattr(row, name) for name in ("sex", "born_on", "mother_id", "birth_order") if name not in said and "identity" in said}
        columns = columns_of({**known, **said}, today_of(now)) if said else {}
        if "identity" not in said and "identity_kind" not in said:
            columns = {name: value for name, value in columns.items() if not name.startswith("identity_")}
        _check_agrees(row, said)
        changed_version(row, version)
        with or_refused("该证件号已登记在另一人名下，未更正；两条记录已列入“人员比对”，如为同一人请在那里合并",
                        "this number is another row's: nothing was corrected, and the two are under person matches; if they are one person, merge them there", "number_once"):
            write_change(row, "person", "correct", actor.name, now, columns, {name: name in OPEN_WORDS and said[name] for name in said}, actor.persons, actor=actor,
                         residents=(row.pk,), open_names=OPEN_WORDS)
        propose_for(row, actor.name, now)
        _propose_unknown_country(row, said, actor, now)
    return row


def _propose_unknown_country(row: Person, said: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """A passport of the same number whose country nobody noted may be this one: people look."""
    if row.identity_country and said.get("identity"):
        nameless = columns_of({**said, "identity_country": ""}, today_of(now))["identity_digest"]
        for other in active().filter(identity_digest=nameless).exclude(pk=row.pk):
            propose(row, other, "country_unknown", actor.name, now)


def locked(id: int) -> Person:
    """A person's row, locked, and in use: what a merge and whoever writes care of this person wait for each other on. Errors: UnknownWork, GuardRefused."""
    row = Person.objects.select_for_update().filter(pk=id).first()
    if row is None:
        raise UnknownWork(f"没有人员 {id}", f"there is no person {id}")
    if not row.is_active:
        raise GuardRefused("此人员记录已并入另一人或停用，请重新查找", "this row was merged into another or is not in use; search again", "is_active")
    return row


def changed_version(row: Person, version: int) -> None:
    """Refuse what was decided on an earlier version. Errors: StaleVersion."""
    from sanyi.store.log import stale
    if row.version != version:
        raise stale()


def _said(given: Mapping[str, object], step: str, is_partial: bool = False) -> dict[str, Any]:
    fields = tuple(Field(**{**vars(field), "is_required": False}) for field in FIELDS) if is_partial else FIELDS
    said = dict(read_fields(Step(step, "登记", "register", (), "", (), fields), given))
    if said.get("identity_kind") == "passport" and said.get("identity") and not said.get("identity_country"):
        raise BadField("请填写护照签发国（三字母代码，如 FRA）：不同国家的护照可能同号", "give the passport's country (three letters, such as FRA): two countries may use one number", "identity_country")
    if said.get("identity_country") and not said.get("identity"):
        raise BadField("签发国随护照号一并填写", "a country is given together with the passport's number", "identity_country")
    if said.get("mother"):
        mother = id_of(str(said.pop("mother")))
        if mother is None or not active().filter(pk=mother).exists():
            raise BadField("母亲的人员编号不正确", "the mother's person number is wrong", "mother")
        said["mother_id"] = mother
    return said


def _certain(columns: Mapping[str, Any]) -> Person | None:
    """Who certainly is this person already. Errors: GuardRefused where only the number is the same."""
    new = described(Person(**columns))
    if new.identity:
        there = active().filter(identity_digest=new.identity).first()
        if there and judge(described(there), new).verdict != SAME:
            raise GuardRefused("该证件号已登记在姓名、生日或性别不同的人名下：请核对证件；如确为同一人，先更正原记录",
                               "this number is registered to somebody of another name, birth day or sex: look at the document again; if it is the same person, correct that row", "identity")
        return there
    if new.mother:
        children = active().filter(mother=new.mother, born_on=new.born_on)
        return next((row for row in children if judge(_as(described(row), new), new).verdict == SAME), None)
    return None


def _as(row: Described, new: Described) -> Described:
    """A newborn's row as the new one is described: by mother, day, order and sex alone."""
    return row if row.sex else Described(**{**vars(row), "sex": new.sex})


def _check_agrees(row: Person, said: Mapping[str, Any]) -> None:
    """A birth day or sex that is corrected must still be that of a resident's number."""
    if row.identity_kind != "resident_id" or "identity" in said:
        return
    if any(name in said and said[name] != getattr(row, name) for name in ("born_on", "sex")):
        raise BadField("生日和性别来自身份证号，不能单独更改", "birth day and sex are those of the identity number and are not changed alone", "born_on")


def _log(row: Person, step: str, actor: Actor, now: datetime, said: Mapping[str, Any]) -> None:
    """The log says which fields were given, not what stood in them; the trail has their digests."""
    write_line(row, "person", step, actor.name, now, "", {name: said[name] if name in OPEN_WORDS else True for name in said if said[name] not in (None, "")},
               actor.persons, actor=actor, residents=(row.pk,), institutions=(row.institution,), open_names=OPEN_WORDS)
