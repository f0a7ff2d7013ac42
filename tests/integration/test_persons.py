"""The person index through its doors, on SQLite and PostgreSQL: registering, finding, merging and parting, cards; races of merge and signature."""
import json
import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from persons_scripts import NOW, accounts, acting, merged, number, person, play, refused
from sanyi.workflows.errors import BadField, FactorNeeded, GuardRefused, NotAllowed, StaleVersion

SCRIPT = Path(__file__).with_name("persons_scripts.py")


def said(name, folder, *arguments, address=""):
    environment = {**os.environ, "SANYI_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "sanyi.store.settings", **({"SANYI_DATABASE": address} if address else {})}
    return subprocess.Popen([sys.executable, str(SCRIPT), name, str(folder), *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def answer(process):
    out, err = process.communicate(timeout=900)
    assert process.returncode == 0, err[-3000:]
    return json.loads(out.splitlines()[-1])


def test_the_doors_on_sqlite(undone):
    assert play() == "ok"


@pytest.mark.postgres
def test_the_doors_and_a_race_of_merges_and_signatures_on_postgresql(postgres_server, tmp_path):
    assert answer(said("play", tmp_path, address=postgres_server.database("persons_play"))) == "ok"
    address = postgres_server.database("persons_race")
    pairs = answer(said("prepare", tmp_path, "30", address=address))
    going = [said("race", tmp_path, json.dumps(pairs if at % 2 else pairs[::-1]), what, str(tmp_path / f"ready{at}"), address=address)
             for at, what in enumerate(("merge", "merge", "sign", "sign"))]
    until = time.monotonic() + 600
    while len(list(tmp_path.glob("ready*"))) < 4:
        assert time.monotonic() < until and all(process.poll() is None for process in going), [process.stderr.read() for process in going if process.poll()]
        time.sleep(0.01)
    (tmp_path / "go").touch()
    told = [answer(process) for process in going]
    merges = [[each for each in side if each == "confirmed_same"] for side in told[:2]]
    left = answer(said("stranded", tmp_path, address=address))
    print("\nmerged by each:", [len(side) for side in merges], "signed:", sum(isinstance(each, int) for side in told[2:] for each in side), left)
    assert len(merges[0]) + len(merges[1]) == 30 == left["merged"] and left["lines"] == 90, "every pair is merged once"
    assert left["stranded"] == 0, "no card stands under a row that went"


@pytest.mark.postgres
def test_merges_race_signatures_and_bookings_on_postgresql(postgres_server, tmp_path):
    address = postgres_server.database("persons_signing")
    pairs = answer(said("signing_people", tmp_path, "8", address=address))["pairs"]
    ways = ("merge", "sign", "book", "merge")
    going = [said("sign_or_merge", tmp_path, json.dumps(pairs if at % 2 else pairs[::-1]), what, str(tmp_path / f"ready{at}"), address=address) for at, what in enumerate(ways)]
    until = time.monotonic() + 600
    while len(list(tmp_path.glob("ready*"))) < len(ways):
        assert time.monotonic() < until and all(process.poll() is None for process in going), [process.stderr.read() for process in going if process.poll()]
        time.sleep(0.01)
    (tmp_path / "go").touch()
    told = [answer(process) for process in going]
    left = answer(said("one_doctor_each", tmp_path, address=address))
    signed, booked = told[1].count("active"), told[2].count("booked")
    print("\nsigned before the merge:", signed, "booked:", booked, left)
    assert left["faults"] == [] and left["stranded"] == 0 and left["merged"] == 8, (told, left)
    assert left["active"] == 8 and left["suspended"] == signed and left["booked"] == booked, "one family doctor each; what was signed first is suspended, what came later was refused"


@pytest.fixture
def desk(undone):
    accounts()
    return undone


def test_who_shares_only_a_number_is_refused_and_the_trail_names_no_number(desk):
    from sanyi.store.models import WorkEvent
    from sanyi.store.trail.tables import AuditEvent
    own = number("19900202", 20)
    row = person("李丽", identity=own, phone="13911112222", address="人民路 1 号")
    refused(lambda: person("李玉", identity=own), "identity")
    kept = json.dumps([list(table.objects.order_by("-id")[:5].values_list("given", flat=True)) for table in (WorkEvent, AuditEvent)])
    assert own not in kept and "13911112222" not in kept and "李丽" not in kept and "人民路" not in kept
    whole = repr([str(value) for name, value in vars(row).items() if name not in ("name", "name_key")])
    assert own not in whole and "13911112222" not in whole and "人民路" not in whole, "enciphered where they lie (R52)"


def test_bad_words_are_refused_kindly(desk):
    for said_, field in (({"identity": "110105194912310021"}, "identity"), ({"identity": number("19800101", 1), "born_on": "1980-01-02"}, "born_on"), ({"phone": "12"}, "phone"),
                         ({"identity_kind": "newborn"}, "mother"), ({"name": "王" * 81}, "name"), ({"mother": "0000000001"}, "mother")):
        with pytest.raises(BadField) as wrong:
            person(**{"name": "王五", **said_})
        assert wrong.value.field == field and wrong.value.zh and wrong.value.en
    with pytest.raises(NotAllowed):
        from sanyi.store.models import Account
        from sanyi.store.persons.registering import register
        Account.objects.create(name="looks", role="reader")
        register({"name": "王五"}, "looks", NOW)


def test_newborns_are_told_apart_by_order_and_twins_are_no_pair(desk):
    from sanyi.store.persons.numbers import number_of
    from sanyi.store.persons.tables import PersonMatch
    mother = person("王母", identity=number("19950101", 2), phone="13933334444")
    born = {"identity_kind": "newborn", "mother": number_of(mother.pk), "born_on": "2026-11-01", "sex": "female", "phone": "13933334444"}
    first, second = person("王母之女", **born, birth_order="1"), person("王母之女", **born, birth_order="2")
    assert first.pk != second.pk and person("王宝", **born, birth_order="1").pk == first.pk
    assert not PersonMatch.objects.filter(one=first, other=second).exists()


def test_a_row_is_corrected_on_its_newest_version_and_its_number_stands(desk):
    from sanyi.store.persons.registering import correct
    row = person("赵一", identity=number("19700505", 15))
    changed = correct(row.pk, 1, {"phone": "13955556666"}, acting("desk"), NOW)
    assert (changed.version, changed.phone_masked, changed.identity_masked) == (2, "139******66", row.identity_masked)
    with pytest.raises(StaleVersion):
        correct(row.pk, 1, {"phone": "13955557777"}, acting("desk"), NOW)
    with pytest.raises(BadField):
        correct(row.pk, 2, {"born_on": "1970-05-06"}, acting("desk"), NOW)
    other = person("赵一", born_on="1970-05-05")
    with pytest.raises(GuardRefused):
        correct(other.pk, 1, {"identity": number("19700505", 15)}, acting("desk"), NOW)


def test_a_newborn_who_was_registered_anew_with_a_number_is_proposed_when_the_number_is_met_or_by_hand(desk):
    from sanyi.store.persons.numbers import number_of
    from sanyi.store.persons.registering import correct, propose_by_hand
    from sanyi.store.persons.tables import Person, PersonMatch
    mother, own = person("王母", identity=number("19950101", 2)), number("20261101", 2)
    baby = person("王母之女", identity_kind="newborn", mother=number_of(mother.pk), born_on="2026-11-01", sex="female", birth_order="1")
    child = person("王小花", identity=own)
    assert not PersonMatch.objects.exists() and child.pk != baby.pk
    for _ in range(2):
        with pytest.raises(GuardRefused) as refused:
            correct(baby.pk, 1, {"name": "王小花", "identity": own, "identity_kind": "resident_id"}, acting("desk"), NOW)
    assert refused.value.guard == "number_once" and Person.objects.get(pk=baby.pk).name == "王母之女"
    assert list(PersonMatch.objects.values_list("one", "other", "reason")) == [(baby.pk, child.pk, "number_met")]
    for other, error in ((child.pk, GuardRefused), (baby.pk, BadField)):
        with pytest.raises(error):
            propose_by_hand(baby.pk, other, acting("desk"), NOW)
    assert propose_by_hand(mother.pk, child.pk, acting("desk"), NOW).reason == "by_hand"
    with pytest.raises(NotAllowed):
        propose_by_hand(mother.pk, baby.pk, "looks", NOW)


def test_two_countries_may_use_one_passport_number(desk):
    from sanyi.store.persons.finding import by_any_number
    from sanyi.store.persons.registering import register
    from sanyi.store.persons.tables import Person, PersonMatch
    passport = {"identity_kind": "passport", "identity": "E1234 5678", "sex": "male"}
    old = person("John Smith", **passport, born_on="1980-01-01", identity_country="USA")
    Person.objects.filter(pk=old.pk).update(identity_country="", identity_digest=_of_before(passport["identity"]))
    french = person("Jean Dupont", **passport, born_on="1970-01-01", identity_country="fra")
    assert french.pk != old.pk and french.identity_country == "FRA"
    assert person("JEAN DUPONT", **passport, born_on="1970-01-01", identity_country="FRA").pk == french.pk
    american = person("John Smith", **passport, born_on="1980-01-01", identity_country="USA")
    assert american.pk not in (old.pk, french.pk), "a country that nobody noted equals only itself"
    assert set(PersonMatch.objects.filter(reason="country_unknown").values_list("one", "other")) == {(old.pk, french.pk), (old.pk, american.pk)}, "but people look"
    assert {row.pk for row in by_any_number("e12345678", NOW.date())} == {old.pk, french.pk, american.pk}
    for wrong in ({}, {"identity_country": "France"}):
        with pytest.raises(BadField):
            register({"name": "Anna", "born_on": "1990-01-01", **passport, **wrong}, acting("desk"), NOW)
    with pytest.raises(GuardRefused):
        register({"name": "Pierre Martin", "born_on": "1960-01-01", **passport, "identity_country": "FRA"}, acting("desk"), NOW)


def _of_before(number: str) -> str:
    """The digest of a passport as rows had it that were there before countries were noted."""
    from sanyi.matching.identity import plain_number
    from sanyi.store.ciphers import keyed_digest
    return keyed_digest(f"passport:{plain_number(number)}")


def test_unmasking_takes_a_factor_and_a_purpose_and_is_in_the_trail(desk):
    from sanyi.store.persons.unmasking import unmask
    from sanyi.store.trail.tables import AuditEvent
    from sanyi.store.who import Acting
    row = person("钱二", identity=number("19700505", 17), phone="13912345678")
    assert unmask(row.pk, "contact", acting("desk"), NOW)["phone"] == "13912345678"
    event = AuditEvent.objects.filter(action="unmask").latest("pk")
    assert (event.resident, event.purpose, event.account) == (str(row.pk), "contact", "desk")
    with pytest.raises(FactorNeeded):
        unmask(row.pk, "contact", Acting("desk", acting("desk").posting), NOW)
    with pytest.raises(BadField):
        unmask(row.pk, "curiosity", acting("desk"), NOW)
    with pytest.raises(NotAllowed):
        unmask(row.pk, "contact", Acting("desk", None, True), NOW)


def test_a_merge_fills_what_is_empty_and_parting_takes_it_back(desk):
    from sanyi.store.act import act
    from sanyi.store.persons.finding import standing
    from sanyi.store.persons.tables import Person
    kept, gone = person("孙大", identity=number("19600101", 11)), person("孙大", phone="13900001111", born_on="1960-01-01")
    match = merged(kept, gone) if not _open(kept, gone) else _confirmed(kept, gone)
    kept.refresh_from_db()
    assert kept.phone_masked == "139******11" and standing(gone.pk).pk == kept.pk
    act("person_match", match.pk, match.version, "part", {"reason": "弄错"}, "first", NOW)
    kept.refresh_from_db()
    assert kept.phone_digest == "" and Person.objects.get(pk=gone.pk).phone_masked == "139******11"


def _open(one, other):
    from sanyi.store.persons.tables import PersonMatch
    return PersonMatch.objects.filter(one=one, other=other, state="proposed").first()


def _confirmed(one, other):
    from sanyi.store.act import act
    match = _open(one, other)
    act("person_match", match.pk, 1, "call_same", {"why": "document_seen"}, "first", NOW)
    return act("person_match", match.pk, 2, "confirm_same", {"why": "document_seen"}, "second", NOW)


def test_merges_are_parted_last_first(desk):
    from sanyi.store.act import act
    rows = [person(f"周{end}") for end in "甲乙丙"]
    for at, row in enumerate(rows):
        row.identity_hash = ""
        assert row.pk == rows[at].pk
    inner = merged(rows[1], rows[2])
    outer = merged(rows[0], rows[1])
    refused(lambda: act("person_match", inner.pk, inner.version, "part", {"reason": "x"}, "first", NOW), "is_still_merged")
    act("person_match", outer.pk, outer.version, "part", {"reason": "x"}, "first", NOW)
    act("person_match", inner.pk, inner.version, "part", {"reason": "x"}, "first", NOW)
    for row in rows:
        row.refresh_from_db()
    assert all(row.is_active and row.merged_into_id is None for row in rows)


def test_what_people_decided_is_not_proposed_again_and_other_desks_do_not_see_it(desk):
    from sanyi.store.act import act
    from sanyi.store.kinds import kind_of
    from sanyi.store.persons.proposing import propose
    from sanyi.store.who import actor_of
    one, other = person("吴一"), person("吴二")
    match = propose(one, other, "likely", "desk", NOW, 930_000)
    assert propose(one, other, "likely", "desk", NOW) is None
    assert [kind_of("person_match").seen_by(actor_of(acting(name))).filter(pk=match.pk).count() for name in ("desk", "other_desk", "medic")] == [1, 0, 0]
    act("person_match", match.pk, 1, "call_different", {"reason": "两人"}, acting("desk"), NOW)
    assert propose(one, other, "likely", "desk", NOW) is None


def test_every_column_that_names_a_person_has_its_consequence(undone):
    from sanyi.store.persons.consequences import consequences, references
    answered = [pair for each in consequences() for pair in each.answers_for]
    assert set(answered) == set(references()) and len(answered) == len(set(answered)) and len(references()) >= 7
    assert len({each.name for each in consequences()}) == len(consequences())


def test_codes_are_good_for_a_minute_for_one_card_in_use(desk):
    from sanyi.store.act import act
    from sanyi.store.models import Account
    from sanyi.store.persons.card_codes import new_code
    from sanyi.store.persons.cards import check, code_of, issue, own_card
    row, other = person("郑一"), person("郑二")
    Account.objects.create(name="own", role="resident", resident=str(row.pk))
    card, others = issue(row.pk, "own", NOW), issue(other.pk, acting("desk"), NOW)
    refused(lambda: issue(row.pk, "own", NOW), "once")
    with pytest.raises(NotAllowed):
        issue(other.pk, "own", NOW)
    with pytest.raises(Exception, match="健康卡"):
        code_of(others.pk, "own", NOW)
    assert own_card("own").pk == card.pk
    late = code_of(card.pk, "own", NOW)
    refused(lambda: check(late, acting("medic"), NOW + timedelta(seconds=61)), "fresh_code")
    for forged in (new_code(others, NOW).replace(f".{others.pk:X}.", f".{card.pk:X}."), late[:-1] + ("A" if late[-1] != "A" else "B")):
        refused(lambda: check(forged, acting("medic"), NOW), "fresh_code")
    with pytest.raises(BadField):
        check("110105", acting("medic"), NOW)
    act("health_card", card.pk, 1, "suspend", {"reason": "丢失"}, "own", NOW)
    refused(lambda: check(code_of(others.pk, "own", NOW) if False else new_code(card, NOW), acting("medic"), NOW), "fresh_code")


def test_a_record_and_its_roll_are_loaded_once(desk):
    from sanyi.store.persons.finding import found
    from sanyi.store.persons.loading import load_residents, load_roll
    from sanyi.store.persons.tables import Person, PersonMatch
    rows = [{"resident_id": f"R{at}", "identity_hash": f"h{min(at, 8)}", "sex_code": "male" if at % 2 else "female", "born_on": date(1950 + at, 1, 1), "region_id": "A", "died_on": None}
            for at in range(10)]
    loaded = load_residents(rows, NOW)
    assert (loaded.added, loaded.proposed) == (10, 1) and PersonMatch.objects.get().reason == "record_digest"
    assert load_residents(rows, NOW).kept == 10 and load_residents([{**rows[0], "region_id": "B"}, *rows[1:]], NOW).changed == 1
    names = [{"resident_id": f"R{at}", "name": "冯甲" if at else "冯乙", "identity": number(f"{1950 + at}0101", 1 if at % 2 else 2), "phone": "13900000000", "address": "甲路"} for at in range(4)]
    bad = [{"resident_id": "R5", "name": "错", "identity": "1"}, {"resident_id": "R99", "name": "无"}, {"resident_id": "R6", "identity": number("19560101", 1)}]
    done = load_roll([*names, *bad], NOW, date(2026, 11, 30))
    assert (done.changed, [line for line, *_ in done.refused], [field for _, field, _ in done.refused]) == (4, [6, 7, 8], ["identity", "resident_id", "sex"])
    again = load_roll([*names, *bad], NOW, date(2026, 11, 30))
    assert (again.changed, again.kept) == (0, 4) and len(found("冯")[0]) == 4
    assert Person.objects.get(resident_id="R1").identity_kind == "resident_id"


def test_keys_rotate_and_what_was_changed_fails_closed(undone):
    from sanyi.store.ciphers import BadCipher, deciphered, enciphered, is_of_newest_key, new_key
    old = enciphered("张三的电话", "phone_cipher")
    new_key("sm4")
    newer = enciphered("张三的电话", "phone_cipher")
    assert deciphered(old, "phone_cipher") == deciphered(newer, "phone_cipher") == "张三的电话" and old != newer
    assert (is_of_newest_key(old), is_of_newest_key(newer)) == (False, True)
    for kept, column in ((old[:-4] + "AAAA", "phone_cipher"), (old, "address_cipher"), (old.replace("k1.", "k9."), "phone_cipher"), ("plain", "phone_cipher")):
        with pytest.raises(BadCipher):
            deciphered(kept, column)


def test_no_file_holds_a_number_in_clear_and_another_key_opens_nothing(tmp_path):
    """R52: the folder as a thief would read it, byte by byte; and with the keys of another installation."""
    told = (number("19770707", 77), "13987654321", "canary lane 4711")
    assert answer(said("canary", tmp_path, *told)) == "|".join(told)
    whole = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(b"SQLite" in content[:16] for content in whole.values())
    assert [path.name for path, content in whole.items() for each in told if each.encode() in content] == []
    keys = next(path for path in whole if path.name == "field-keys")
    other = tmp_path / "other"
    other.mkdir()
    answer(said("canary", other, *told))
    keys.write_bytes((other / "field-keys").read_bytes())
    assert answer(said("canary", tmp_path, *told)) == "refused"


def test_a_person_number_slips_to_nobody_else(undone):
    from sanyi.store.persons.numbers import id_of, number_of
    for id in (1, 12_345, 10**9):
        whole = number_of(id)
        assert id_of(whole) == id
        for place in range(len(whole)):
            assert id_of(whole[:place] + str((int(whole[place]) + 3) % 10) + whole[place + 1:]) is None


def test_every_column_of_a_person_has_its_level(undone):
    from sanyi.store.personal import unlabelled
    from sanyi.store.persons.tables import Person
    assert unlabelled(Person) == []


def test_the_page_finds_masked_and_numbers_are_asked_for_by_post(desk, tmp_path, monkeypatch):
    from web_results import invent
    for name, value in {"SANYI_RESULTS": str(invent(tmp_path)), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    from signed_in import signed_in
    from sanyi.store.trail.tables import AuditEvent
    own = number("19880808", 11)
    row = person("武则天", identity=own, phone="13977778888")
    browser = signed_in("desk", posting=acting("desk").posting)
    for answered in (browser.get("/persons/", {"q": "武则"}), browser.get("/persons/", {"q": "wuze", "after": "junk|x|y"}), browser.post("/persons/", {"number": own}), browser.get(f"/persons/{row.pk}/")):
        page = answered.content.decode()
        assert answered.status_code == 200 and "武*天" in page and "武则天" not in page and own not in page.replace(f'value="{own}"', "") and "13977778888" not in page
    assert "武*天" not in browser.get("/persons/").content.decode(), "nobody is listed without a question"
    assert AuditEvent.objects.filter(subject="person_list", resident=str(row.pk)).count() == 3 and AuditEvent.objects.filter(subject="person", resident=str(row.pk), action="read").count() == 1
    from sanyi.store.models import Account
    Account.objects.create(name="looks_only", role="reader")
    assert signed_in("looks_only").get("/persons/").status_code == 403
