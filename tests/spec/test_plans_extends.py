"""A plan that extends another: overlay from its date on, entries taken over, replaced or dropped; a what-if as a pack."""
from datetime import date

from test_plans_check import GAP, HEAD, IDENTITY, SOUND, TARGET, TASK, UNIT, changed, pack

from sanyi.plans import check_pack, check_plan, read_plan

BASE = HEAD + SOUND + UNIT + TASK + TARGET + GAP


def family(folder, content="", extra="", kind="plan", name="child"):
    """A base pack and one that extends it."""
    pack(folder, BASE, "base")
    identity = IDENTITY.replace('kind = "plan"', f'kind = "{kind}"') + f'extends = "base"\n{extra}'
    return pack(folder, content, name, identity)


def test_an_overlay_holds_from_its_own_date_on_and_the_base_before_and_after(tmp_path):
    later = changed(HEAD, "2020-01-01", "2021-01-01") + changed(changed(SOUND, "500000", "600000"), 'zh = "比例"', 'zh = "比例"\nto = 2021-12-31')
    family(tmp_path, later.replace("试办〔2020〕1号", "试办〔2021〕2号"))
    plan = read_plan("child", [tmp_path])
    held = [plan.on(day).value("fund.share_ppm") for day in (date(2020, 12, 31), date(2021, 1, 1), date(2021, 12, 31), date(2022, 1, 1))]
    assert held == [500000, 600000, 600000, 500000]


def test_entries_are_taken_over_replaced_by_their_id_and_dropped(tmp_path):
    replaced = changed(TASK, 'zh = "任务"', 'zh = "另一任务"')
    family(tmp_path, HEAD + replaced, 'drops = ["target:visits"]\n')
    plan = read_plan("child", [tmp_path])
    assert [task.zh for task in plan.tasks] == ["另一任务"]
    assert plan.targets == () and [unit.id for unit in plan.organisation.units] == ["office"]
    assert plan.name == "child" and [gap.id for gap in plan.gaps] == ["fund.open_ppm"]


def test_a_pack_may_name_what_stands_in_the_pack_it_extends(tmp_path):
    home = family(tmp_path, HEAD + changed(TASK, '"first"', '"second"'))
    assert check_pack(home) == () == check_plan("child", [tmp_path])
    family(tmp_path, HEAD + changed(changed(TASK, '"first"', '"second"'), 'lead = "office"', 'lead = "ofice"'))
    problems = check_plan("child", [tmp_path])
    assert [(problem.kind, problem.file, problem.seen) for problem in problems] == [("unknown_body", "child/all.toml", "ofice")]


def test_dropping_what_a_task_still_names_is_found(tmp_path):
    family(tmp_path, extra='drops = ["unit:office"]\n')
    assert [(problem.kind, problem.file) for problem in check_plan("child", [tmp_path])] == [("unknown_body", "base/all.toml")]


def test_a_drop_that_meets_nothing_is_named(tmp_path):
    family(tmp_path, extra='drops = ["task:frst"]\n')
    problems = check_plan("child", [tmp_path])
    assert [(problem.kind, problem.seen, problem.expected) for problem in problems] == [("unknown_drop", "task:frst", "task:first")]


def test_packs_that_extend_each_other_in_a_circle_are_refused(tmp_path):
    for name, other in (("one", "two"), ("two", "three"), ("three", "one")):
        pack(tmp_path, HEAD + SOUND, name, IDENTITY + f'extends = "{other}"\n')
    problems = check_plan("one", [tmp_path])
    assert [(problem.kind, problem.seen) for problem in problems] == [("circular_extends", "one → two → three → one")]
    assert "成环" in problems[0].words("zh")


def test_a_what_if_must_say_what_it_stands_on(tmp_path):
    home = pack(tmp_path, HEAD + SOUND, "trial", IDENTITY.replace('kind = "plan"', 'kind = "what_if"'))
    assert [(problem.kind, problem.seen) for problem in check_pack(home)] == [("missing_key", "extends")]


def test_an_empty_what_if_changes_nothing_exactly(tmp_path):
    family(tmp_path, kind="what_if")
    base, what_if = read_plan("base", [tmp_path]), read_plan("child", [tmp_path])
    assert what_if.digest == base.digest and what_if.entries() == base.entries() and what_if.name == "child"
    family(tmp_path, HEAD + changed(SOUND, "500000", "500001"), kind="what_if", extra='drops = ["value:fund.share_ppm"]\n')
    assert read_plan("child", [tmp_path]).digest != base.digest


def test_a_chain_of_three_is_read_from_the_top(tmp_path):
    family(tmp_path, changed(HEAD, "2020-01-01", "2021-01-01").replace("1号", "2号") + changed(SOUND, "500000", "600000"))
    pack(tmp_path, changed(HEAD, "2020-01-01", "2022-01-01").replace("1号", "3号") + changed(SOUND, "500000", "700000"), "top",
         IDENTITY + 'extends = "child"\n')
    plan = read_plan("top", [tmp_path])
    assert [plan.on(date(year, 6, 1)).value("fund.share_ppm") for year in (2020, 2021, 2022)] == [500000, 600000, 700000]
    assert [layer.name for layer in plan.layers] == ["top", "child", "base", "base defaults"]


def test_a_what_if_says_otherwise_than_the_clause_it_stands_on_and_an_overlay_may_not(tmp_path):
    other = HEAD + changed(SOUND, "500000", "600000")
    family(tmp_path, other, kind="what_if")
    assert read_plan("child", [tmp_path]).on(date(2020, 6, 1)).value("fund.share_ppm") == 600000
    family(tmp_path, other)
    assert [problem.kind for problem in check_plan("child", [tmp_path])] == ["clause_clash"]


def test_a_what_if_changes_what_the_plan_only_borrows(tmp_path):
    lent = changed(SOUND, "fund.share_ppm", "lent.share_ppm")
    pack(tmp_path, HEAD + lent, "lender", IDENTITY)
    pack(tmp_path, BASE, "base", IDENTITY + 'uses = ["lender"]\n')
    pack(tmp_path, HEAD + changed(lent, "500000", "1"), "child", IDENTITY.replace('"plan"', '"what_if"') + 'extends = "base"\n')
    assert read_plan("child", [tmp_path]).on(date(2020, 6, 1)).value("lent.share_ppm") == 1


def test_a_pack_that_is_only_borrowed_from_cannot_stand_on_another(tmp_path):
    pack(tmp_path, HEAD + SOUND, "lower", IDENTITY)
    pack(tmp_path, HEAD + changed(SOUND, "fund.", "other."), "lender", IDENTITY + 'extends = "lower"\n')
    pack(tmp_path, HEAD + UNIT, "child", IDENTITY + 'uses = ["lender"]\n')
    for problems in (check_plan("child", [tmp_path]), check_plan("lower", [tmp_path], "lender")):
        assert [(problem.kind, problem.seen, problem.expected) for problem in problems] == [("lent_extends", "lender", 'uses = ["lower"]')]


def test_what_the_top_of_a_chain_drops_is_gone_from_every_pack_below(tmp_path):
    family(tmp_path)
    pack(tmp_path, "", "top", IDENTITY + 'extends = "child"\ndrops = ["target:visits", "value:fund.share_ppm"]\n')
    plan = read_plan("top", [tmp_path])
    assert plan.targets == () and plan.names() == ("fund.open_ppm",)
    pack(tmp_path, "", "over", IDENTITY + 'extends = "top"\n')
    assert read_plan("over", [tmp_path]).targets == ()


def test_the_plan_that_is_extended_wins_over_the_region(tmp_path):
    family(tmp_path)
    region = changed(HEAD, "1号", "9号") + changed(SOUND, "500000", "1")
    pack(tmp_path, region, "region")
    assert read_plan("child", [tmp_path], region="region").on(date(2020, 6, 1)).value("fund.share_ppm") == 500000


def test_the_end_of_a_value_is_part_of_the_plans_digest(tmp_path):
    digests = set()
    for end in ("", "\nto = 2021-12-31", "\nto = 2022-12-31"):
        pack(tmp_path, HEAD + changed(SOUND, 'zh = "比例"', f'zh = "比例"{end}'), "trial")
        digests.add(read_plan("trial", [tmp_path]).digest)
    assert len(digests) == 3


def test_a_tried_value_holds_on_every_day_and_the_last_day_counts_starts_of_values(tmp_path):
    ended = changed(SOUND, 'zh = "比例"', 'zh = "比例"\nto = 2021-12-31')
    pack(tmp_path, HEAD + ended + changed(SOUND, 'zh = "比例"', 'zh = "比例"\nfrom = 2022-01-01'), "trial")
    plan = read_plan("trial", [tmp_path])
    assert plan.last_day == date(2022, 1, 1)
    tried = plan.changed({"fund.share_ppm": 7})
    assert [tried.on(day).value("fund.share_ppm") for day in (date(1950, 1, 1), date(2021, 1, 1), date(2030, 1, 1))] == [7, 7, 7]


def test_packs_used_over_many_ways_are_read_once(tmp_path):
    pack(tmp_path, HEAD + SOUND, "layer-0")
    for layer in range(1, 20):  # each layer uses the one below it twice over: a million ways to the ground
        for side in "ab":
            below = ["layer-0"] if layer == 1 else [f"layer-{layer - 1}a", f"layer-{layer - 1}b"]
            pack(tmp_path, "", f"layer-{layer}{side}", IDENTITY + f"uses = {below}\n".replace("'", '"'))
    assert read_plan("layer-19a", [tmp_path]).on(date(2020, 1, 1)).value("fund.share_ppm") == 500000
