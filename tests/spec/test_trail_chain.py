"""R44, R45: the verifier of the audit trail needs an export and its anchors alone, and finds whatever was touched.

A thousand each of flipped bits, edits, deletions, insertions, reorderings and cut tails; chains rewritten as a whole; and mutants of
the verifier, each of which these attacks must kill.
"""
import io
import json
import random
import sys
import types
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

import pytest

from sanyi.store.errors import BrokenTrail
from sanyi.store.trail import chain, verifying
from sanyi.store.trail.anchors import Anchor, add_anchor, anchors_in, printed
from sanyi.store.trail.chain import COLUMNS, FIRST_BEFORE, FORMAT, block_hash, head, line

AT = datetime(2026, 11, 30, 1, 2, 3, 4, tzinfo=timezone.utc)
EACH, REWRITTEN = 1000, 20


def event(id: int, **other) -> dict:
    filled = {name: "" for name in COLUMNS}
    return {**filled, "id": id, "at": AT, "account": f"doctor-{id % 7}", "action": "read", "subject": "person", "subject_id": str(id), "version": None,
            "given": {"note": {"digest": "ab" * 16, "length": id}}, **other}


def blocks_of(sizes=(3, 5, 1, 6, 4), changed=None, algorithm="sha256") -> list[tuple[dict, list[bytes]]]:
    """Heads with their hashes, and the lines of their events."""
    made, first, before = [], 1, FIRST_BEFORE
    for number, size in enumerate(sizes, 1):
        lines = [line(event(first + place, **(changed or {}).get(first + place, {}))) for place in range(size)]
        said = head(number, first, AT, algorithm, before, lines)
        before = block_hash(said, b"".join(lines))
        made.append(({**said, "hash": before}, lines))
        first += size
    return made


def exported(blocks) -> bytes:
    """The bytes of an export, with the last line that fits them: an attacker knows how to make one."""
    opening = line({"columns": COLUMNS, "exported_at": AT, "first_block": 1, "format": FORMAT})
    heads = [line(said) for said, _ in blocks]
    closing = line({"blocks": len(blocks), "events": sum(len(lines) for _, lines in blocks), "last_head": sha256(heads[-1] if heads else b"").hexdigest(),
                    "opening": sha256(opening).hexdigest()})
    return opening + b"".join(said + b"".join(lines) for said, (_, lines) in zip(heads, blocks)) + closing


def anchors_of(blocks) -> list[Anchor]:
    return [Anchor(said["number"], said["first"] + said["count"] - 1, said["hash"], "2026-11-30") for said, _ in blocks]


GOOD = blocks_of()
BYTES, ANCHORS = exported(GOOD), anchors_of(GOOD)[1::2] + anchors_of(GOOD)[-1:]
BODIES = [(place, number) for place, (_, lines) in enumerate(GOOD) for number in range(len(lines))]


def copied() -> list[tuple[dict, list[bytes]]]:
    return [(dict(said), list(lines)) for said, lines in GOOD]


def remade(said: dict, lines: list[bytes], chance) -> dict:
    """What a careful attacker mends in the head: nothing, counts and sizes, or also the marks; now and then the hash of this block."""
    care = chance.randrange(4)
    mended = {**said, "count": len(lines), "size": sum(map(len, lines))} if care else dict(said)
    if care >= 2:
        mended["marks"] = "".join(map(chain.mark, lines))
    if care == 3:
        mended["hash"] = block_hash({name: value for name, value in mended.items() if name != "hash"}, b"".join(lines))
    return mended


def flip(chance):
    where = chance.randrange(len(BYTES))
    return BYTES[:where] + bytes([BYTES[where] ^ 1 << chance.randrange(8)]) + BYTES[where + 1:]


def edit(chance):
    blocks, (place, number) = copied(), chance.choice(BODIES)
    said, lines = blocks[place]
    changed = json.loads(lines[number])
    changed[chance.choice(("account", "subject_id", "at", "outcome"))] += "x"
    lines[number] = line(changed)
    blocks[place] = (remade(said, lines, chance), lines)
    return exported(blocks)


def delete(chance):
    blocks = copied()
    if chance.randrange(3) == 0:  # a whole block, the later ones numbered anew
        gone = blocks.pop(chance.randrange(len(blocks) - 1))[0]
        blocks = [({**said, "number": said["number"] - 1, "first": said["first"] - gone["count"]} if said["number"] > gone["number"] and chance.randrange(2) else said,
                   lines) for said, lines in blocks]
        return exported(blocks)
    place, number = chance.choice(BODIES)
    said, lines = blocks[place]
    del lines[number]
    blocks[place] = (remade(said, lines, chance), lines)
    return exported(blocks)


def insert(chance):
    blocks, (place, number) = copied(), chance.choice(BODIES)
    said, lines = blocks[place]
    lines.insert(number, lines[number] if chance.randrange(2) else line(event(999)))
    blocks[place] = (remade(said, lines, chance), lines)
    return exported(blocks) + (b"x" if chance.randrange(10) == 0 else b"")


def reorder(chance):
    blocks = copied()
    if chance.randrange(3) == 0:
        one, other = chance.sample(range(len(blocks)), 2)
        blocks[one], blocks[other] = blocks[other], blocks[one]
        return exported(blocks)
    place = chance.choice([place for place, (_, lines) in enumerate(GOOD) if len(lines) > 1])
    said, lines = blocks[place]
    one, other = chance.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    blocks[place] = (remade(said, lines, chance), lines)
    return exported(blocks)


def cut(chance):
    if chance.randrange(2):
        return BYTES[:chance.randrange(len(BYTES))]
    return exported(copied()[:chance.randrange(len(GOOD))])  # whole blocks, with a last line that fits: the anchors tell


ATTACKS = (flip, edit, delete, insert, reorder, cut)


def found(data: bytes, anchors=ANCHORS, verifier=verifying, from_block=1):
    """The fault found, or None."""
    try:
        verifier.verify_stream(io.BytesIO(data), anchors, from_block=from_block)
    except BrokenTrail as broken:
        return broken
    return None


def test_an_untouched_chain_is_proved():
    proved = verifying.verify_stream(io.BytesIO(BYTES), ANCHORS)
    assert (proved.blocks, proved.events, proved.hash, proved.anchors, proved.anchored_events) == (5, 19, GOOD[-1][0]["hash"], 3, 19)
    assert found(exported([])) is not None and found(exported([]), anchors=[]) is None


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_whatever_was_touched_is_found(attack):
    chance = random.Random(attack.__name__)
    missed = [data for data in (attack(chance) for _ in range(EACH)) if data != BYTES and found(data) is None]
    assert not missed, f"{len(missed)} of {EACH} not found"


def test_the_first_touched_event_is_named():
    for place, number in BODIES:
        blocks = copied()
        said, lines = blocks[place]
        position = said["first"] + number
        for touched in (lines[:number] + lines[number + 1:], lines[:number] + [lines[number].replace(b"read", b"Read")] + lines[number + 1:],
                        lines[:number] + [line(event(999))] + lines[number:]):
            broken = found(exported([*blocks[:place], (said, touched), *blocks[place + 1:]]))
            assert (broken.block, broken.position) == (said["number"], position), str(broken)
            assert f"第 {position} 条" in str(broken) and f"event {position}" in str(broken)


def test_a_chain_rewritten_as_a_whole_is_found_from_an_anchor_alone():
    chance = random.Random(45)
    for _ in range(REWRITTEN):
        bent = chance.randrange(1, 20)
        data = exported(blocks_of(changed={bent: {"account": "somebody-else"}}))
        assert found(data, anchors=[]) is None, "by itself such a chain is whole"
        one = chance.choice([anchor for anchor in anchors_of(GOOD) if anchor.events >= bent])
        assert "rewritten" in found(data, anchors=[one]).en
        assert "rewritten" in found(data, anchors=[Anchor(one.block, 0, one.hash)]).en, "a hash on paper is enough"


def test_a_later_part_of_the_chain_is_proved_by_the_anchor_before_it():
    later = exported(copied()[2:])
    assert found(later, anchors_of(GOOD)[1:], from_block=3) is None and "missing" in found(later, []).en
    assert found(exported(blocks_of(changed={1: {"account": "x"}})[2:]), anchors_of(GOOD)[1:2], from_block=3) is not None


def test_sm3_seals_as_well():
    try:
        data = exported(blocks_of(algorithm="sm3"))
    except ValueError:
        pytest.skip("this machine's OpenSSL has no SM3")
    assert found(data, anchors=[]) is None and found(data.replace(b"doctor-3", b"doctor-4"), anchors=[]) is not None


MUTANTS = (
    ("verifying", "if not is_whole or line(head) != head_line:", "if not is_whole:"),
    ("verifying", 'and block_hash(sealed, body) == head["hash"]:', "and True:"),
    ("verifying", 'if head["number"] != number + 1 or head["first"] != events + 1:', "if False:"),
    ("verifying", 'if head["before"] != before:', "if False:"),
    ("verifying", 'if head["number"] == 1 and (head["before"] != FIRST_BEFORE or head["first"] != 1):', "if False:"),
    ("verifying", "if anchor_before and anchor_before.hash != head[\"before\"]:", "if False:"),
    ("verifying", "if anchor.hash != hash or anchor.events not in (0, events):", "if False:"),
    ("verifying", "if anchor.block > number:", "if False:"),
    ("verifying", "if anchor.block > number:", "if anchor.block >= number:"),
    ("verifying", "if head_line != closing or stream.read(1):", "if head_line != closing:"),
    ("verifying", "if head_line != closing or stream.read(1):", "if stream.read(1):"),
    ("verifying", "wanted = {anchor.block: anchor for anchor in anchors}", "wanted = {}"),
    ("chain", "    hashing.update(body)\n", "    hashing.update(body[:-1])\n"),
    ("chain", "line(head_without_hash))", 'b"")'),
)


def mutant(file: str, old: str, new: str) -> types.SimpleNamespace:
    """The verifier with one fault planted in it."""
    modules = {}
    for name in ("chain", "verifying"):
        code = Path(sys.modules[f"sanyi.store.trail.{name}"].__file__).read_text("utf-8")
        if name == file:
            assert code.count(old) == 1, old
            code = code.replace(old, new)
        module = modules[name] = types.ModuleType(f"mutant_{name}")
        sys.modules[module.__name__] = module
        exec(compile(code.replace("sanyi.store.trail.chain", "mutant_chain"), name, "exec"), vars(module))
    return modules["verifying"]


@pytest.mark.parametrize("planted", MUTANTS, ids=range(len(MUTANTS)))
def test_mutants_of_the_verifier_are_killed(planted):
    verifier, chance = mutant(*planted), random.Random(1)
    if found(BYTES, verifier=verifier) is not None:
        return  # it refuses what is whole
    misled = [(BYTES + b"x", ANCHORS), (BYTES.replace(b'"count":3,', b'"count": 3,'), ANCHORS), (_rehashed({"before": "1" * 64}), []), (_rehashed({"first": 2}), []),
              (_rehashed({"number": 3}, place=1), []), (_rehashed({"first": 5}, place=1), [])]
    assert all(found(data, anchors) is not None for data, anchors in misled)
    if any(found(data, anchors, verifier) is None for data, anchors in misled):
        return
    if found(exported(blocks_of(changed={1: {"account": "x"}})[2:]), anchors_of(GOOD)[1:2], verifier, 3) is None:
        return
    assert any(found(data, verifier=verifier) is None for attack in ATTACKS for data in (attack(chance) for _ in range(100)) if data != BYTES), planted


def _rehashed(changes: dict, place: int = 0) -> bytes:
    """A chain one of whose heads says what it may not, with hashes that fit from there on."""
    blocks = copied()[:place + 1]
    said = {**{name: value for name, value in blocks[place][0].items() if name != "hash"}, **changes}
    blocks[place] = ({**said, "hash": block_hash(said, b"".join(blocks[place][1]))}, blocks[place][1])
    return exported(blocks)


def test_anchors_are_lines_that_are_only_added(tmp_path):
    for anchor in ANCHORS:
        add_anchor(tmp_path / "outside", anchor)
    assert anchors_in(tmp_path / "outside") == ANCHORS
    assert printed(ANCHORS[0].hash).replace(" ", "") == ANCHORS[0].hash
