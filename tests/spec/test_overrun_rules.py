"""Who keeps a surplus and who bears an overrun under each of the twelve plans, worked by hand from the words of each text.

One package of 1,000,000 fen. Spent 1,050,000 (over by exactly 5 %), 1,080,000 (8 %) or 1,200,000 (20 %), with 40,000 recognised as
caused by an epidemic; or 900,000, with a score of 85, under which nine tenths are kept (reference rule CON-5; no plan fixes the share).
"""
import pytest

from sanyi.runs.examples import play_rows
from sanyi.runs.packs import open_plan, plan_names
from sanyi.runs.steps import all_steps

KEY = {"consortium_id": "A", "insurance_code": "resident"}
OWN = {"quote": "超支自付", "5": (50_000, 0, 0), "8": (80_000, 0, 0), "20": (200_000, 0, 0), "pending": (50_000, 0, 0)}
# "reasonable overruns are shared": half of the recognised 40,000 up to 5 %, 30 % up to 10 %, nothing above; held while evidence waits
SHARED = {"quote": "合理超支分担", "5": (30_000, 20_000, 0), "8": (68_000, 12_000, 0), "20": (200_000, 0, 0), "pending": (0, 0, 50_000)}
SILENT = {"quote": "", "5": (0, 0, 50_000), "8": (0, 0, 80_000), "20": (0, 0, 200_000), "pending": (0, 0, 50_000)}
KEPT, HELD = (90_000, 10_000, 0), (0, 0, 100_000)  # kept, returned to the fund, held
EXPECTED = {  # plan: (overrun, what the text says of a surplus, surplus)
    "haikou-2018": (OWN, "结余留用", KEPT),
    "lianjiang-2019": (SHARED, "结余留用", KEPT),
    "jianghai-2018": (SHARED, "结余留用", KEPT),
    "zhongwei-2022": (SHARED, "结余留用", KEPT),
    "lijiang-2022": (SHARED, "结余留用", KEPT),
    "hainan-2022": (SHARED, "结余留用", KEPT),
    "huaibei-2021": (SILENT, "结余留用", KEPT),
    "guide-2022": (SILENT, "结余留用", KEPT),
    "beijing-2021": (SILENT, "", HELD),
    "xingtai-2021": (SILENT, "", HELD),
    "wanshan-2021": (SILENT, "", HELD),
    "sichuan-2021": (SILENT, "", HELD),
}


def settled(name, spent, state="recognised", **more):
    plan = open_plan(name)
    given = {"consortium_budgets": [{**KEY, "budget_fen": 1_000_000}], "consortia": [{"consortium_id": "A", "lead_institution_id": "H1"}],
             "consortium_liabilities": [{**KEY, "place_code": "lead", "care_code": "visit", "fund_fen": spent}],
             "appraisals": [{"institution_id": "H1", "year": 2020, "score_e4": 850_000}],
             "overrun_evidence": [{**KEY, "evidence_id": "1", "year": 2020, "cause_code": "epidemic", "amount_fen": 40_000, "state_code": state,
                                   "document_number": "证1"}], **more}
    return play_rows(all_steps()["consortium_settlements"], given, plan.on(plan.last_day), 2020, None)[0]


def test_all_twelve_plans_are_expected():
    assert set(EXPECTED) == set(plan_names())


@pytest.mark.parametrize("name", EXPECTED)
def test_an_overrun_falls_on_whom_the_text_says(name):
    rule, _, _ = EXPECTED[name]
    for percent, spent in (("5", 1_050_000), ("8", 1_080_000), ("20", 1_200_000)):
        row = settled(name, spent)
        assert (row["borne_fen"], row["fund_borne_fen"], row["overrun_held_fen"]) == rule[percent], percent
    row = settled(name, 1_050_000, state="pending")
    assert (row["borne_fen"], row["fund_borne_fen"], row["overrun_held_fen"]) == rule["pending"]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_surplus_stays_as_the_text_says_and_waits_for_the_appraisal(name):
    row, unscored = settled(name, 900_000), settled(name, 900_000, appraisals=[])
    assert (row["kept_fen"], row["returned_fen"], row["held_fen"]) == EXPECTED[name][2]
    assert (unscored["kept_fen"], unscored["held_fen"]) == (0, 100_000)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_plan_s_own_pack_says_it_or_says_that_the_text_does_not(name, shared_folder):
    rule, surplus_words, _ = EXPECTED[name]
    text = "".join((shared_folder / "seeds" / f"{name}.txt").read_text("utf-8").split())
    day = open_plan(name).on(open_plan(name).last_day)
    for value, words, silent in (("consortium.overrun_rule", rule["quote"], "undecided"), ("consortium.surplus_rule", surplus_words, "undecided")):
        entry = day.entry(value)
        assert entry.place.pack == name and entry.sources and entry.sources[0].clause
        assert words in text and (entry.value == silent) == (not words)
    assert rule["quote"] or "超支" not in text
