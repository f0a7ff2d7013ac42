"""What a synthetic region must be like, example by example."""
import csv
import json

import numpy as np
import pytest

from sanyi.engines.column_files import arrow_column
from sanyi.runs.world import make_world
from sanyi.worlds import pools
from sanyi.worlds.batch import ids
from sanyi.worlds.bills import bills
from sanyi.worlds.cases import DISEASES, STAY_COUNT
from sanyi.worlds.catalogue.diseases import diagnosis_names, stay_diseases
from sanyi.worlds.catalogue.operations import operations
from sanyi.worlds.frame import Frame
from sanyi.worlds.lines import taken
from sanyi.worlds.people import PYRAMID, age_years, people
from sanyi.worlds.places import places
from sanyi.worlds.stays import stays
from sanyi.worlds.visits import visits


def test_identifiers_are_short_text_in_the_order_of_their_numbers():
    made = ids("E", np.array([0, 35, 36, 36 ** 7 - 1]), 7)
    assert made.tolist() == [b"E0000000", b"E000000Z", b"E0000010", b"EZZZZZZZ"]


def test_a_share_of_money_is_taken_half_up():
    assert taken(np.array([1, 3, 5, 10_001]), 500_000).tolist() == [1, 2, 3, 5001]


def test_age_is_counted_in_completed_years():
    born = np.array(["2000-03-01", "2000-02-29", "2019-12-31"], dtype="datetime64[D]").astype(np.int64)
    on = np.array(["2020-02-29", "2020-02-29", "2020-12-30"], dtype="datetime64[D]").astype(np.int64)
    assert age_years(born, on).tolist() == [19, 20, 0]


@pytest.mark.parametrize("residents, districts", [(10_000, 2), (50_000, 4), (1_500_000, 4), (2_000_000, 5), (10_000_000, 25)])
def test_larger_regions_have_more_districts(residents, districts):
    where = places(Frame(residents, 1))
    assert where.district_count == districts
    assert where.village_starts[-1] == residents and (np.diff(where.village_starts) > 0).all()
    assert len(set(where.institution_ids)) == len(where.institutions)


def test_a_region_that_cannot_be_made_is_refused_by_name():
    with pytest.raises(ValueError, match="residents: seen 10, expected 500"):
        Frame(10, 1)
    with pytest.raises(ValueError, match="years: seen 0"):
        Frame(1000, 1, years=0)


def test_a_world_is_not_written_over_other_files(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(FileExistsError, match="found other files"):
        make_world(500, 1, 1, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_the_catalogue_hangs_together():
    known = {one.code for one in operations()}
    used = {code for one in stay_diseases() for code, _ in one.main_operations + one.related_operations}
    assert used <= known
    assert len(diagnosis_names()) >= 90 and len(known) >= 70 and len(pools.ITEMS) >= 300
    assert all(sum(percent for _, percent in one.main_operations) <= 100 for one in stay_diseases())


def test_no_ordinary_bill_can_hold_what_an_audit_rule_forbids():
    paired = {place for place, one in enumerate(pools.ITEMS) if one.pool == "paired"}
    for number, pool in enumerate(pools.POOLS):
        for tier in range(4):
            chosen = pools.POOL_TABLE[tier, number]
            assert len(set(chosen.tolist())) == pools.POOL_SIZE
            assert not paired & set(chosen.tolist())
            sexes = {pools.ITEMS[place].sex_code for place in chosen} - {None}
            wanted = {one.sex for one in DISEASES if one.pool == pool}
            assert not sexes or {"f": {"female"}, "m": {"male"}}[min(wanted)] == sexes and len(wanted) == 1, pool


def test_people_are_like_the_pyramid_and_mostly_insured():
    who = people(Frame(100_000, 2), 0)
    age = (18628 - who.born) / 365.2425  # on 1 January 2021
    assert abs((age >= 65).mean() - sum(PYRAMID[13:]) / sum(PYRAMID)) < 0.006
    assert 0.94 < (who.insurance >= 0).mean() < 0.98 and 0.19 < (who.insurance == 1).sum() / (who.insurance >= 0).sum() < 0.25
    assert 0.42 < who.contracted.mean() < 0.48


def test_care_is_sought_where_a_plan_would_expect_it():
    frame = Frame(100_000, 2)
    where, made, seen = places(frame), stays(frame, 2020, 0).cases, visits(frame, 0)
    stay_away, visit_away = (np.isin(cases.institution, where.off_site) for cases in (made, seen))
    assert 150 < len(made) / 100 < 180 and 5.7 < len(seen) / 100_000 < 6.6
    assert 0.88 <= 1 - stay_away.mean() <= 0.92 and 0.88 <= 1 - visit_away.mean() <= 0.93
    assert 0.55 <= (where.tiers[seen.institution[~visit_away]] <= 1).mean() <= 0.65
    assert made.disease.max() < STAY_COUNT <= seen.disease.min()


def test_stays_of_a_person_never_overlap():
    made = stays(Frame(100_000, 2), 2020, 0).cases
    order = np.lexsort((made.admitted, made.resident))
    person, start, end = made.resident[order], made.admitted[order], made.discharged[order]
    assert ((person[1:] != person[:-1]) | (start[1:] > end[:-1])).all()


def test_a_bill_is_split_without_a_fen_left():
    frame = Frame(100_000, 2)
    made, who, where = stays(frame, 2020, 0).cases, people(frame, 0), places(frame)
    total = made.target_fen + np.arange(len(made))
    settled = bills(made, who, where.tiers[made.institution], np.isin(made.institution, where.off_site), total, total * 9 // 10)
    parts = settled.fund_fen + settled.catastrophic_fen + settled.aid_fen + settled.account_fen + settled.cash_fen
    assert (parts == total).all()
    assert min(getattr(settled, name).min() for name in ("fund_fen", "catastrophic_fen", "aid_fen", "account_fen", "cash_fen")) >= 0


def test_the_files_declare_their_totals_and_keep_the_truth_apart(tmp_path):
    done = []
    control = make_world(600, 9, 2, tmp_path / "w", "csv", report=lambda share, text: done.append(share))
    assert json.loads((tmp_path / "w" / "control.json").read_text()) == control
    assert done == sorted(done) and done[-1] == 1.0
    for name, declared in control["files"].items():
        with (tmp_path / "w" / name).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert len(rows) == declared["rows"], name
        for column, total in declared["fen"].items():
            if all(row[column].lstrip("-").isdigit() for row in rows):
                assert sum(int(row[column]) for row in rows) == total, (name, column)
    assert (tmp_path / "w" / "charge_lines" / "202012.csv").exists() and not (tmp_path / "w" / "charge_lines" / "201912.csv").exists()
    assert {each.name for each in (tmp_path / "w" / "_truth").iterdir()} == {"faults.csv", "frauds.csv"}


def test_columns_become_arrays_of_the_engine_with_their_empty_cells():
    masked = np.ma.masked_array([1, 2, 3], [False, True, False])
    assert arrow_column(masked).to_pylist() == [1, None, 3]
    assert arrow_column(np.array(["2020-01-01", "NaT"], dtype="datetime64[D]")).to_pylist()[1] is None
    assert arrow_column(np.array([True, False, True])).to_pylist() == [True, False, True]
    assert arrow_column(np.ma.masked_array(np.array([b"E1", b"E2"]), [True, False])).to_pylist() == [None, "E2"]
