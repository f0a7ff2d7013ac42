"""Every fault a pack can have is planted in a small pack and must be named with its file and line."""
from datetime import date
import re

import pytest

from sanyi.plans import BadPack, check_pack, check_plan, read_plan
from sanyi.plans.errors import WORDINGS

IDENTITY = """id = "{name}"
kind = "plan"
title_zh = "试验计划"
title_en = "A trial plan"
body_zh = "试验机关"
body_en = "A trial body"
"""
HEAD = """document = "试办〔2020〕1号"
from = 2020-01-01
"""
SOUND = """
[[value]]
name = "fund.share_ppm"
value = 500000
unit = "ppm"
clause = "二(一)"
obligation = "TP-01"
zh = "比例"
en = "share"
"""
TASK = """
[[task]]
id = "first"
lead = "office"
lead_basis = "text"
group = "one"
clause = "三"
obligation = "TP-02"
zh = "任务"
en = "task"
"""
UNIT = """
[[unit]]
id = "office"
role = "office"
clause = "三"
obligation = "TP-02"
zh = "办公室"
en = "office"
"""
TARGET = """
[[target]]
id = "visits"
indicator = "IND-42"
comparator = "≈"
value = 900000
unit = "ppm"
scope = "city"
tolerance_setting = "fund.share_ppm"
clause = "四"
obligation = "TP-03"
zh = "目标"
en = "target"
"""
GAP = """
[[gap]]
setting = "fund.open_ppm"
default = 1
unit = "ppm"
clause = "五"
obligation = "TP-04"
zh = "缺口"
en = "gap"
"""


def pack(folder, content, name="trial", identity=IDENTITY):
    home = folder / name
    home.mkdir(parents=True, exist_ok=True)
    (home / "pack.toml").write_text(identity.replace("{name}", name), encoding="utf-8")
    (home / "all.toml").write_text(content, encoding="utf-8")
    return home


def changed(text, old, new):
    assert old in text
    return text.replace(old, new)


PLANTED = [
    ("bad_toml", HEAD + SOUND + "\nthis is no toml", 13, "="),
    ("unknown_kind", HEAD + "[[valeu]]\nname = 'a.b'\n", 3, r"\[\[value\]\]"),
    ("unknown_kind", HEAD + "value = [1, 2]\n", 3, r"\[\[value\]\]"),
    ("unknown_key", HEAD + changed(SOUND, 'zh = "比例"', 'zh = "比例"\nzhh = "x"'), 11, "zh, en"),
    ("missing_key", HEAD + changed(SOUND, 'unit = "ppm"\n', ""), 4, "unit"),
    ("missing_source", HEAD + changed(SOUND, 'clause = "二(一)"\n', ""), 4, "clause"),
    ("missing_source", changed(HEAD, 'document = "试办〔2020〕1号"\n', "") + SOUND, 3, "document"),
    ("bad_obligation", HEAD + changed(SOUND, "TP-01", "first"), 9, "HK-06"),
    ("bad_confidence", HEAD + changed(SOUND, 'zh = "比例"', 'zh = "比例"\nconfidence = "SURE"'), 11, "SEED"),
    ("bad_name", HEAD + changed(SOUND, "fund.share_ppm", "Share"), 5, "room.words"),
    ("bad_name", HEAD + UNIT + changed(TASK, '"first"', '"First task"'), 13, "words-in-lower-case"),
    ("wrong_key_type", HEAD + changed(SOUND, 'zh = "比例"', "zh = 5"), 10, "text"),
    ("wrong_key_type", changed(HEAD, "2020-01-01", '"2020"') + SOUND, 4, "a date"),
    ("unknown_unit", HEAD + changed(SOUND, '"ppm"', '"percent"'), 7, "fen, ppm"),
    ("wrong_unit", HEAD + changed(SOUND, '"ppm"', '"e4"'), 7, "ppm"),
    ("wrong_value", HEAD + changed(SOUND, "500000", "0.5"), 6, "whole number"),
    ("wrong_value", HEAD + changed(SOUND, "500000", "true"), 6, "whole number"),
    ("wrong_value", HEAD + changed(SOUND, "500000", "1000001"), 6, "1000000"),
    ("wrong_value", HEAD + changed(GAP, "default = 1", "default = '1'"), 6, "whole number"),
    ("unknown_word", HEAD + SOUND + changed(TARGET, '"≈"', '"about"'), 16, "≈"),
    ("date_order", HEAD + changed(SOUND, 'zh = "比例"', 'zh = "比例"\nto = 2019-01-01'), 11, "2020-01-01"),
    ("date_order", HEAD + UNIT + changed(TASK, 'zh = "任务"', 'zh = "任务"\nstart = 2020-02-01\ndue = 2020-01-01'), 21, "2020-02-01"),
    ("overlapping_dates", HEAD + SOUND + SOUND, 13, "all.toml:4"),
    ("overlapping_dates", HEAD + changed(SOUND, 'zh = "比例"', 'zh = "比例"\nto = 2021-06-30')
     + changed(SOUND, 'zh = "比例"', 'zh = "比例"\nfrom = 2021-06-30'), 14, "2020-01-01…2021-06-30"),
    ("twice", HEAD + UNIT + UNIT, 12, "all.toml:4"),
    ("given_and_open", HEAD + SOUND + changed(GAP, "fund.open_ppm", "fund.share_ppm"), 13, "all.toml:4"),
    ("unknown_body", HEAD + UNIT + changed(TASK, 'lead = "office"', 'lead = "ofice"'), 12, "office"),
]


MILESTONE = TASK.replace("[[task]]", "[[milestone]]").replace('lead = "office"\nlead_basis = "text"\ngroup = "one"\n', "")
RECORD = """
[[obligation]]
obligation = "TP-01"
kind = "P"
realised = ["value:fund.share_ppm", "page:plan"]
state = "works"
tests = ["tests/spec/test_plans.py::test_x"]
clause = "二(一)"
zh = "比例"
en = "share"
"""
PLANTED += [
    ("half_due", HEAD + UNIT + changed(TASK, 'zh = "任务"', 'zh = "任务"\ndue_after = "first"'), 20, "due_after_months"),
    ("two_dues", HEAD + UNIT + MILESTONE + changed(TASK, 'zh = "任务"', 'zh = "任务"\ndue = 2020-02-01\ndue_after = "first"\ndue_after_months = 3'), 28, "2020-02-01"),
    ("unknown_milestone", HEAD + UNIT + MILESTONE + changed(TASK, 'zh = "任务"', 'zh = "任务"\ndue_after = "frst"\ndue_after_months = 3'), 19, "first"),
    ("unknown_task", HEAD + UNIT + changed(TASK, 'zh = "任务"', 'zh = "任务"\nneeds = ["frst"]'), 12, "first"),
    ("unknown_target", HEAD + UNIT + SOUND + TARGET + changed(TASK, 'zh = "任务"', 'zh = "任务"\ntargets = ["visit"]'), 34, "visits"),
    ("circular_tasks", HEAD + UNIT + changed(TASK, 'zh = "任务"', 'zh = "任务"\nparent = "first"'), 12, "circle"),
    ("gap_in_dates", HEAD + changed(SOUND, 'zh = "比例"', 'zh = "比例"\nto = 2020-06-30')
     + changed(SOUND, 'zh = "比例"', 'zh = "比例"\nfrom = 2020-07-02'), 14, "2020-01-01…2020-06-30"),
    ("clause_clash", HEAD + SOUND + TARGET + changed(changed(TARGET, '"visits"', '"visits-again"'), "900000", "800000"), 26, "all.toml:13"),
    ("claim_without_test", HEAD + SOUND + changed(RECORD, 'tests = ["tests/spec/test_plans.py::test_x"]\n', ""), 17, "tests"),
    ("lack_unsaid", HEAD + SOUND + changed(RECORD, '"works"', '"partly"'), 17, "missing_en"),
    ("lack_unsaid", HEAD + SOUND + changed(RECORD, 'zh = "比例"', 'zh = "比例"\nmissing_zh = "缺"\nmissing_en = "some"'), 17, "partly"),
    ("unknown_entry", HEAD + SOUND + changed(RECORD, "fund.share_ppm", "fund.shares_ppm"), 13, "fund.share_ppm"),
    ("unknown_word", HEAD + SOUND + changed(RECORD, "page:plan", "pages:plan"), 13, "page"),
    ("unknown_word", HEAD + SOUND + changed(RECORD, 'kind = "P"', 'kind = "Q"'), 15, "S, P, F"),
]


PLANTED += [
    ("bad_name", HEAD + UNIT + changed(TASK, '"first"', f'"{"a" * 101}"'), 13, "words-in-lower-case"),
    ("wrong_value", HEAD + changed(SOUND, "500000", str(2**63)).replace("share_ppm", "rate_ppm"), 6, "whole number"),
    ("wrong_value", HEAD + SOUND + changed(TARGET, "value = 900000", "value = 900000\nupper = 800000"), 18, "≥ 900000"),
    ("wrong_value", HEAD + changed(MILESTONE, 'zh = "任务"', 'zh = "任务"\ndue_after = "first"\ndue_after_months = -3'), 10, "1…600"),
    ("wrong_value", HEAD + UNIT + '[[post]]\nid = "head"\nzh = "岗"\nen = "post"\nclause = "三"\nobligation = "TP-02"\nunit = "office"\n'
     'minimum = 2\nmaximum = 1\nappointed_by = "office"\n', 19, "≥ 2"),
    ("wrong_key_type", HEAD + changed(SOUND, 'clause = "二(一)"', "clause = 5"), 8, "text"),
    ("wrong_key_type", HEAD + changed(SOUND, 'clause = "二(一)"', 'clause = "二(一)"\ndocument = ["a"]'), 9, "text"),
    ("circular_entries", HEAD + changed(UNIT, 'role = "office"', 'role = "office"\nparent = "office"'), 4, "parent"),
]


def test_a_sound_pack_has_no_problem(tmp_path):
    home = pack(tmp_path, HEAD + SOUND + UNIT + TASK + TARGET + GAP)
    assert check_pack(home) == ()
    assert read_plan("trial", [tmp_path]).on(date(2020, 1, 1)).value("fund.share_ppm") == 500000


@pytest.mark.parametrize("kind, content, line, expected", PLANTED)
def test_a_planted_fault_is_named_with_file_and_line(tmp_path, kind, content, line, expected):
    problems = check_pack(pack(tmp_path, content))
    assert [(problem.kind, problem.file, problem.line) for problem in problems] == [(kind, "trial/all.toml", line)]
    assert re.search(expected, problems[0].words("en")) and re.search("[一-鿿]", problems[0].words("zh"))
    with pytest.raises(BadPack, match=re.escape(f"trial/all.toml:{line}")):
        read_plan("trial", [tmp_path])


@pytest.mark.parametrize("old, new, kind", [
    ('title_en = "A trial plan"\n', "", "missing_key"),
    ('title_en = "A trial plan"', "title_en = 3", "wrong_key_type"),
    ('title_en = "A trial plan"', 'titel = "x"\ntitle_en = "x"', "unknown_key"),
    ('kind = "plan"', 'kind = "wish"', "unknown_word"),
    ('kind = "plan"', 'kind = "plan"\nuses = [{ pack = "x", since = 1 }]', "wrong_key_type"),
    ('kind = "plan"', 'kind = ', "bad_toml"),
    ('kind = "plan"', 'kind = "plan"\nuses = [{ pack = "x", from = 2020-01-01T00:00:00 }]', "wrong_key_type"),
    ('kind = "plan"', 'kind = "plan"\nissued_on = 2020-01-01T00:00:00', "wrong_key_type"),
    ('kind = "plan"', 'kind = "plan"\nparents = [{ title = 1 }]', "wrong_key_type"),
    ('kind = "plan"', 'kind = "plan"\nextends = "x"\ndrops = [1]', "wrong_key_type"),
    ('kind = "plan"', 'kind = "plan"\nextends = "../x"', "bad_name"),
    ('id = "{name}"', 'id = "a/b"', "bad_name"),
    ('kind = "plan"', 'kind = "plan"\ndrops = ["task:first"]', "drops_nothing"),
])
def test_a_fault_in_the_identity_is_named(tmp_path, old, new, kind):
    home = pack(tmp_path, HEAD + SOUND, identity=changed(IDENTITY, old, new))
    assert [(problem.kind, problem.file) for problem in check_pack(home)] == [(kind, "trial/pack.toml")]
    assert [problem.kind for problem in check_plan("trial", [tmp_path])] == [kind]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_file_in_another_encoding_is_named_and_a_marked_utf_8_file_is_read(tmp_path, encoding):
    home = pack(tmp_path, HEAD + SOUND)
    (home / "all.toml").write_bytes((HEAD + SOUND).encode(encoding))
    problems = check_pack(home)
    assert [(problem.kind, problem.file) for problem in problems] == [("wrong_encoding", "trial/all.toml")]
    assert "UTF-8" in problems[0].words("zh")
    for name in ("all.toml", "pack.toml"):
        (home / name).write_bytes((HEAD + SOUND if name == "all.toml" else IDENTITY.replace("{name}", "trial")).encode("utf-8-sig"))
    assert check_pack(home) == ()


@pytest.mark.parametrize("value, said", [("[" * 2000 + "]" * 2000, "nested too deeply"), ("9" * 5000, "4300 digits")])
def test_toml_that_no_reader_can_hold_is_named_too(tmp_path, value, said):
    problems = check_pack(pack(tmp_path, HEAD + changed(SOUND, "500000", value)))
    assert [(problem.kind, problem.file) for problem in problems] == [("bad_toml", "trial/all.toml")] and said in problems[0].words("en")


def test_a_copied_pack_that_kept_its_id_is_refused_by_name_and_readable_by_path(tmp_path):
    pack(tmp_path, HEAD + SOUND, "copy", IDENTITY.replace("{name}", "trial"))
    problems = check_plan("copy", [tmp_path])
    assert [(problem.kind, problem.seen, problem.expected) for problem in problems] == [("other_name", "trial", "copy")]
    assert read_plan(tmp_path / "copy", [tmp_path]).name == "trial"


def test_a_name_too_long_for_any_file_is_an_unknown_pack(tmp_path):
    assert [problem.kind for problem in check_plan("a" * 5000, [tmp_path])] == ["unknown_pack"]


def test_a_folder_without_identity_is_no_pack(tmp_path):
    home = pack(tmp_path, HEAD + SOUND)
    (home / "pack.toml").unlink()
    assert [problem.kind for problem in check_pack(home)] == ["missing_file"]
    assert [problem.kind for problem in check_plan("trial", [tmp_path])] == ["unknown_pack"]


def test_packs_that_use_each_other_in_a_circle_are_refused(tmp_path):
    for name, other in (("one", "two"), ("two", "one")):
        pack(tmp_path, HEAD + SOUND, name, IDENTITY + f'uses = ["{other}"]\n')
    problems = check_plan("one", [tmp_path])
    assert [(problem.kind, problem.seen) for problem in problems] == [("circular_uses", "one → two → one")]


def test_a_pack_that_uses_an_unknown_pack_is_named(tmp_path):
    pack(tmp_path, HEAD + SOUND, "one", IDENTITY + 'uses = ["two"]\n')
    problems = check_plan("one", [tmp_path])
    assert [(problem.kind, problem.file, problem.expected) for problem in problems] == [("unknown_pack", "one/pack.toml", "one")]


def test_a_target_with_an_unknown_setting_and_a_clash_of_units_show_between_packs(tmp_path):
    pack(tmp_path, HEAD + SOUND + changed(TARGET, '"fund.share_ppm"', '"fund.shares_ppm"'), "one")
    assert [problem.kind for problem in check_plan("one", [tmp_path])] == ["unknown_setting"]
    pack(tmp_path, HEAD + changed(SOUND, "fund.share_ppm", "fund.kind"), "one")
    pack(tmp_path, HEAD + changed(changed(SOUND, "fund.share_ppm", "fund.kind"), '"ppm"', '"count"'), "two")
    assert [(problem.kind, problem.file) for problem in check_plan("one", [tmp_path], "two")] == [("unit_clash", "two/all.toml")]


def test_a_deadline_whose_year_is_no_year_or_that_has_no_day_is_named(tmp_path):
    dated = changed(TARGET, 'tolerance_setting = "fund.share_ppm"', 'due = 2025-12-31\ndue_year_setting = "goal.year"')
    year = changed(changed(changed(GAP, "fund.open_ppm", "goal.year"), '"ppm"', '"year"'), "default = 1", "default = 2028")
    pack(tmp_path, HEAD + SOUND + dated + year, "one")
    assert check_plan("one", [tmp_path]) == () and str(read_plan("one", [tmp_path]).targets[0].due) == "2028-12-31"
    pack(tmp_path, HEAD + SOUND + dated, "two")
    assert [problem.kind for problem in check_plan("two", [tmp_path])] == ["unknown_setting"]
    pack(tmp_path, HEAD + SOUND + changed(dated, "goal.year", "fund.share_ppm"), "three")
    assert [(problem.kind, problem.expected) for problem in check_plan("three", [tmp_path])] == [("wrong_unit", "year")]
    pack(tmp_path, HEAD + SOUND + changed(dated, "due = 2025-12-31\n", "") + year, "four")
    assert [problem.kind for problem in check_plan("four", [tmp_path])] == ["half_due"]


def test_a_target_on_an_unknown_indicator_is_named_with_those_that_exist(tmp_path):
    pack(tmp_path, HEAD + SOUND + TARGET, "one")
    assert check_plan("one", [tmp_path]) == () == check_plan("one", [tmp_path], indicators={"IND-42"})
    problems = check_plan("one", [tmp_path], indicators={"IND-41", "IND-01"})
    assert [(problem.kind, problem.line, problem.seen) for problem in problems] == [("unknown_indicator", 13, "IND-42")]
    assert "IND-41" in problems[0].words("en")


def test_an_unread_file_breeds_no_followers_and_other_faults_do_not_hide_an_unknown_indicator(tmp_path):
    home = pack(tmp_path, HEAD + SOUND + TASK + changed(TARGET, "IND-42", "IND-999"), "one")
    assert {problem.kind for problem in check_plan("one", [tmp_path], indicators={"IND-42"})} == {"unknown_body", "unknown_indicator"}
    (home / "organisation.toml").write_text("oops [", "utf-8")
    assert {problem.kind for problem in check_plan("one", [tmp_path], indicators={"IND-42"})} == {"bad_toml"} == {problem.kind for problem in check_pack(home)}


def test_two_packs_that_read_one_clause_differently_are_told_apart(tmp_path):
    pack(tmp_path, HEAD + SOUND, "one")
    pack(tmp_path, HEAD + changed(SOUND, "500000", "400000"), "two")
    assert [(problem.kind, problem.file) for problem in check_plan("one", [tmp_path], "two")] == [("clause_clash", "two/all.toml")]


def test_a_plan_wins_over_its_region_from_its_own_date_on(tmp_path):
    pack(tmp_path, HEAD + SOUND, "one")
    pack(tmp_path, changed(HEAD, "2020", "2018") + changed(SOUND, "500000", "400000"), "region")
    plan = read_plan("one", [tmp_path], region="region")
    assert plan.on(date(2019, 12, 31)).value("fund.share_ppm") == 400000
    assert plan.on(date(2020, 1, 1)).value("fund.share_ppm") == 500000


def test_a_value_with_an_end_ends(tmp_path):
    pack(tmp_path, HEAD + changed(SOUND, 'zh = "比例"', 'zh = "比例"\nto = 2020-06-30'))
    plan = read_plan("trial", [tmp_path])
    assert plan.on(date(2020, 6, 30)).value("fund.share_ppm") == 500000
    assert "fund.share_ppm" not in plan.on(date(2020, 7, 1)).values()


def test_the_digest_does_not_hear_the_order_of_keys_entries_and_files(tmp_path):
    content = SOUND + UNIT + TASK + TARGET + GAP
    pack(tmp_path / "a", HEAD + content)
    entries = [part for part in content.split("\n\n")]
    turned = ["\n".join([lines[0], *reversed(lines[1:])]) for lines in (part.strip().splitlines() for part in reversed(entries))]
    home = pack(tmp_path / "b", HEAD + "\n\n".join(turned[:2]))
    (home / "zz.toml").write_text(HEAD + "\n# a comment\n" + "\n\n".join(turned[2:]), encoding="utf-8")
    one, two = read_plan("trial", [tmp_path / "a"]), read_plan("trial", [tmp_path / "b"])
    assert one.digest == two.digest
    pack(tmp_path / "c", HEAD + changed(content, "500000", "500001"))
    assert read_plan("trial", [tmp_path / "c"]).digest != one.digest


def test_every_wording_has_a_planted_fault():
    shown = {kind for kind, *_ in PLANTED} | {
        "missing_file", "unknown_pack", "circular_uses", "unknown_setting", "unit_clash", "unknown_indicator",
        "circular_extends", "unknown_drop", "drops_nothing", "lent_extends", "wrong_encoding", "other_name"}  # these show between packs: tests above, and test_plans_extends
    assert shown == set(WORDINGS)
