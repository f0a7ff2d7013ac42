"""The `sanyi benefit` command and the benefit steps in a run: what people type, and what a whole run of a small region gives."""
import inspect
import json
from datetime import date

import pytest

from sanyi.cli.main import main
from sanyi.payment.benefit.asked import UnreadableClaim, claims_of
from sanyi.payment.benefit.errors import BadBenefitPolicy
from sanyi.payment.benefit.reading import read_policies
from sanyi.runs.packs import open_plan
from sanyi.runs.steps import all_steps, in_order

STAY = {"insurance": "resident", "level": "2A", "total_fen": 600_000, "settled_on": "2020-03-05"}


def test_one_claim_is_explained_with_its_clauses(capsys):
    assert main(["benefit", "--level", "2A", "--total-fen", "600000", "--language", "zh"]) == 0
    said = capsys.readouterr().out
    assert "起付线 500.00 元" in said and "3,960.00" in said and "2,040.00" in said and "BEN-5" in said


def test_a_years_claims_come_out_as_figures(tmp_path, capsys):
    file = tmp_path / "claims.json"
    file.write_text(json.dumps([{**STAY, "settlement_id": "b", "settled_on": "2020-04-01"}, {**STAY, "settlement_id": "a"}]), "utf-8")
    assert main(["benefit", "--claims", str(file), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [said["settled"][name]["deductible_fen"] for name in "ab"] == [50_000, 40_000], "the second stay pays 100 yuan less, whatever the order in the file"
    assert said["counted"]["deductible_fen"] == 90_000


def test_a_bills_lines_may_stand_for_its_sums():
    given = {name: value for name, value in STAY.items() if name != "total_fen"}
    claim, = claims_of({**given, "lines": [{"amount_fen": 1_000, "scope_share_ppm": 900_000}, {"amount_fen": 500, "scope_share_ppm": 0}]}, "form")
    assert (claim.total_fen, claim.in_scope_fen) == (1_500, 900)


@pytest.mark.parametrize("wrong", [{"level": "9Z"}, {"total_fen": -1}, {"total_fen": "12"}, {"settled_on": "5 March"}, {"colour": "red"}, {"insurance": None},
                                   {"discharged_on": "2020-01-01", "admitted_on": "2020-02-01"}, {"lines": [{"amount": 3}]}])
def test_a_claim_that_cannot_be_read_names_place_and_field(wrong):
    with pytest.raises(UnreadableClaim) as told:
        claims_of([STAY, {**STAY, **wrong}], "claims.json")
    assert "claims.json[2]" in str(told.value) and list(wrong)[0] in str(told.value)


def test_a_refused_claim_says_why_and_fails_the_command(tmp_path, capsys):
    file = tmp_path / "claims.json"
    file.write_text(json.dumps({**STAY, "settled_on": "2014-03-05"}), "utf-8")
    assert main(["benefit", "--claims", str(file)]) == 1
    said = capsys.readouterr()
    assert "2014" in said.out + said.err


@pytest.mark.parametrize(("name", "value"), [
    ("benefit.inpatient.resident", [{"level": "3A", "deductible_fen": 10_000, "ratio_ppm": 600_000}, {"level": "2A", "deductible_fen": 20_000, "ratio_ppm": 700_000}]),
    ("benefit.inpatient.resident", [{"level": "3A", "deductible_fen": 30_000, "ratio_ppm": 800_000}, {"level": "2A", "deductible_fen": 20_000, "ratio_ppm": 700_000}]),
    ("benefit.inpatient.resident", [{"level": "3A", "deductible_fen": 30_000, "ratio_ppm": 1_200_000}]),
    ("benefit.deductible_basis", "year"), ("benefit.deductible_basis", "month"), ("benefit.catastrophic_bands_are", "absolute"), ("benefit.catastrophic_bands_are", "widths")])
def test_a_policy_that_contradicts_itself_is_refused_with_the_reason(name, value):
    """BEN-5 and the trap of BEN-7; and a deductible by the year that also falls by the stay."""
    with pytest.raises(BadBenefitPolicy) as told:
        read_policies(open_plan("haikou-2018").changed({name: value}).on(date(2020, 12, 31)), 2020)
    assert told.value.zh and told.value.en


def test_how_the_hospital_is_paid_never_reaches_the_patients_bill():
    """BEN-10: no benefit step asks, however far back, for a table of points, groups or pools, nor for a plan value of a payment method."""
    before = {step.name for step in in_order(all_steps(), ["benefit_years", "benefit_settlements"])}
    assert before == {"benefit_policies", "benefit_bands", "benefit_in_scope", "benefit_claims", "benefit_last_stays", "benefit_carried", "benefit_deductibles", "benefit_fund_payments",
                      "benefit_settlements", "benefit_years"}
    plan = open_plan("haikou-2018").on(date(2020, 12, 31))
    recorded, values = plan.recording()
    read_policies(recorded, 2020)
    assert {name.split(".")[0] for name in values} == {"benefit"}


def test_the_online_calculator_is_plain_whole_numbers():
    from sanyi.payment.benefit import bands, chains, claim, settle, year
    for module in (bands, chains, claim, settle, year):
        source = inspect.getsource(module)
        assert "import ibis" not in source and "float" not in source and " / " not in source
