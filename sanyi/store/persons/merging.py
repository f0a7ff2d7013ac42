"""Merging two rows of one person, and parting them: every area's consequence in the same transaction. Holds those of the index itself."""
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F

from sanyi.store.log import write_change
from sanyi.store.models import Account
from sanyi.store.or_refused import or_refused
from sanyi.store.persons.consequences import Merge, MergeConsequence, Moved, Said, consequences, moves_rows, set_aside, set_back, stays
from sanyi.store.persons.deaths import end_for_the_dead
from sanyi.store.persons.tables import HealthCard, MergeMove, Person, PersonMatch
from sanyi.store.tenancy import in_hand
from sanyi.workflows.errors import GuardRefused
from sanyi.workflows.facts import Actor

FILLED = {"name": ("name", "name_key", "pinyin", "initials"), "sex": ("sex",), "born_on": ("born_on",), "died_on": ("died_on",), "region": ("region",),
          "identity_digest": ("identity_kind", "identity_cipher", "identity_digest", "identity_country", "identity_masked"), "phone_digest": ("phone_cipher", "phone_digest", "phone_masked"),
          "address_cipher": ("address_cipher",), "identity_hash": ("identity_hash",)}

FIELD_WORDS = {"name": ("姓名", "the name"), "sex": ("性别", "the sex"), "born_on": ("出生日期", "the birth day"), "died_on": ("死亡日期", "the day of death"),
               "region": ("区划", "the region"), "identity_digest": ("证件号", "the identity number"), "phone_digest": ("电话", "the phone"), "address_cipher": ("住址", "the address"),
               "identity_hash": ("区域记录摘要", "the record's digest")}


def merge(match: PersonMatch, actor: Actor, now: datetime, given: Mapping[str, Any]) -> None:
    """Merge the two rows of a pair that two persons have called one. Errors: GuardRefused; then nothing is merged."""
    rows = both_locked(match)
    kept, gone = in_order(rows)
    if not all(row.is_active for row in rows):
        raise GuardRefused("其中一条已停用或已并入他人", "one of the two is not in use or was merged elsewhere", "both_are_active")
    PersonMatch.objects.filter(pk=match.pk).update(kept=kept, gone=gone)
    going = Merge(kept, gone, actor, now, match.pk)
    for each in consequences():
        with in_hand((kept.pk, gone.pk)):
            moved = each.moves(going)
        if moved:
            MergeMove.objects.create(match=match, consequence=each.name, moved=moved)
    _change(gone, "merge", going, {"is_active": False, "merged_into": kept})
    filled = {column: getattr(gone, column) for asked, columns in FILLED.items() if not getattr(kept, asked) and getattr(gone, asked) for column in columns}
    if filled:
        MergeMove.objects.create(match=match, consequence="filled", moved=[{column: getattr(kept, column) and str(getattr(kept, column)) for column in filled}])
        _change(kept, "fill", going, filled)
    if kept.died_on:  # by either row: what the other brought along ends too, once the merge stands
        transaction.on_commit(partial(end_for_the_dead, now, (kept.pk,)), robust=True)


def part(match: PersonMatch, actor: Actor, now: datetime, given: Mapping[str, Any]) -> None:
    """Part what was merged: what was moved goes back, in the opposite order; what people have changed since is said in the moves.

    Errors: GuardRefused; then nothing is parted.
    """
    kept, gone = (next(row for row in both_locked(match) if row.pk == id) for id in (match.kept_id, match.gone_id))
    going, moves = Merge(kept, gone, actor, now, match.pk), {move.consequence: move for move in match.moves.filter(returned_at=None)}
    if "filled" in moves:
        _unfill(going, moves["filled"])
    with or_refused("证件号现已登记在他人名下，不能恢复此记录", "its identity number is registered to somebody else by now", "identity"):
        _change(gone, "part", going, {"is_active": True, "merged_into": None})
    for each in reversed(consequences()):
        if each.name in moves:
            with in_hand((kept.pk, gone.pk)):
                said = each.returns(going, moves[each.name].moved)
            if said:
                MergeMove.objects.filter(pk=moves[each.name].pk).update(stayed=said)
    match.moves.filter(returned_at=None).update(returned_at=now)


def _unfill(going: Merge, move: MergeMove) -> None:
    """Take back what the kept row had from the other; what was corrected since stays, which is said."""
    before, corrected = move.moved[0], {column for column in move.moved[0] if getattr(going.kept, column) != getattr(going.gone, column)}
    _change(going.kept, "unfill", going, {column: value or ("" if isinstance(getattr(going.kept, column), str) else None) for column, value in before.items()
                                          if column not in corrected})
    said = [(FIELD_WORDS[asked][0] + "合并后已被更正，保持现状", FIELD_WORDS[asked][1] + " was corrected since the merge and stays") for asked, columns in FILLED.items()
            if corrected & set(columns)]
    if said:
        MergeMove.objects.filter(pk=move.pk).update(stayed=said)


def both_locked(match: PersonMatch) -> list[Person]:
    """The two rows of a pair, locked in the order of their numbers."""
    return list(Person.objects.select_for_update().filter(pk__in=(match.one_id, match.other_id)).order_by("pk"))


def in_order(rows: list[Person]) -> tuple[Person, Person]:
    """Which stays and which goes: one with an identity number stays, then one of the region's record, then the older."""
    kept, gone = sorted(rows, key=lambda row: (not row.identity_digest, not row.resident_id, row.pk))
    return kept, gone


def _change(row: Person, step: str, going: Merge, changes: Mapping[str, Any]) -> None:
    write_change(row, "person", step, going.actor.name, going.now, changes, {"match": going.match, "kept": going.kept.pk, "gone": going.gone.pk}, going.actor.persons,
                 actor=going.actor, residents=(row.pk,))


def _accounts_over(going: Merge) -> Moved:
    return _accounts(going.gone, going.kept, None)


def _accounts_back(going: Merge, moved: Moved) -> Said:
    _accounts(going.kept, going.gone, moved[0]["accounts"])
    return []


def _accounts(of: Person, to: Person, only: list[int] | None) -> Moved:
    """A resident's own accounts go with the person; their sessions end."""
    found = Account.objects.filter(role="resident", resident=str(of.pk))
    ids = sorted(found.values_list("pk", flat=True) if only is None else found.filter(pk__in=only).values_list("pk", flat=True))
    Account.objects.filter(pk__in=ids).update(resident=str(to.pk), rights=F("rights") + 1)
    return [{"accounts": ids}] if ids else []


def _cards_make_room(going: Merge) -> Moved:
    """Of two cards in use the gone row's is suspended."""
    if not HealthCard.objects.filter(person=going.kept, state="in_use").exists():
        return []
    return [set_aside(card, going, state="suspended") for card in HealthCard.objects.select_for_update().filter(person=going.gone, state="in_use")]


def _cards_again(going: Merge, moved: Moved) -> Said:
    return set_back(HealthCard, moved, going, "健康卡", "health card")


ACCOUNTS = MergeConsequence("accounts", "居民账户", "residents' accounts", (), _accounts_over, _accounts_back)
CARDS = moves_rows(HealthCard, "person", "电子健康卡", "health cards", _cards_make_room, _cards_again)
CHILDREN = moves_rows(Person, "mother", "子女", "children")
BEFORE = moves_rows(Person, "merged_into", "先前并入的记录", "rows merged before")
MATCHES = stays(PersonMatch, "one", "other", "kept", "gone")
