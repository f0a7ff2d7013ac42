"""The packs that ship: sound, complete against their obligations, marked for what they are."""
from pathlib import Path

import pytest

from sanyi.plans import check_pack, check_plan, read_plan
from sanyi.plans.pack import read_pack

PACKS = Path(__file__).parents[2] / "packs"
NAMES = sorted(path.parent.name for path in PACKS.glob("*/pack.toml"))
PLANS = [name for name in NAMES if read_pack(PACKS / name).identity.kind == "plan"]


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_is_sound(name):
    assert [problem.words("en") for problem in check_pack(PACKS / name)] == []
    assert check_plan(name, [PACKS], "region-demo") == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_lies_in_a_folder_of_its_own_name(name):
    assert read_pack(PACKS / name).identity.id == name


@pytest.mark.parametrize("name", PLANS)
def test_every_entry_of_a_plan_cites_the_plan_itself_and_speaks_both_languages(name):
    pack = read_pack(PACKS / name)
    document = pack.identity.number or pack.identity.title_zh
    for entry in pack.entries:
        assert entry.source.document == document and entry.source.clause, entry.place
        assert entry.zh != entry.en, entry.place


def test_every_value_of_the_demonstration_region_says_that_it_is_one():
    values = read_pack(PACKS / "region-demo").of("value")
    assert values and all(value.demonstration and value.source.confidence != "SEED" for value in values)
    assert not any(entry.demonstration for name in PLANS for entry in read_pack(PACKS / name).entries)


def test_every_gap_is_our_default_and_explains_itself():
    gaps = [gap for name in NAMES for gap in read_pack(PACKS / name).of("gap")]
    assert len(gaps) >= 10 and all(gap.source.confidence == "DEF" and gap.note_zh and gap.note_en for gap in gaps)


def test_shares_of_one_whole_make_the_whole():
    from datetime import date
    value = read_plan("haikou-2018", [PACKS], "region-demo").on(date(2020, 12, 31)).value
    for first, second in [("subsidy.city_share_ppm", "subsidy.district_share_ppm"),
                          ("consortium.surplus_lead_share_ppm", "consortium.surplus_member_share_ppm")]:
        assert value(first) + value(second) == 1_000_000
    weights = ("quarter", "half_year", "year_end")
    assert sum(value(f"appraisal.{part}_weight_ppm") for part in weights) == 1_000_000


@pytest.mark.parametrize("insurance", ["resident", "employee"])
def test_benefits_fall_with_level_and_name_every_level(insurance):
    from datetime import date

    from sanyi.tables.codes import LEVEL
    rows = read_plan("region-demo", [PACKS]).on(date(2020, 1, 1)).value(f"benefit.inpatient.{insurance}")
    assert [row["level"] for row in rows] == list(LEVEL)
    deductibles, ratios = [row["deductible_fen"] for row in rows], [row["ratio_ppm"] for row in rows]
    assert deductibles == sorted(deductibles, reverse=True) and ratios == sorted(ratios)
