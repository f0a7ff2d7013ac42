"""Whatever is changed and changed back, a run that reuses what earlier ones said makes what a fresh run makes, byte for byte."""
import json
from pathlib import Path

from hypothesis import given, settings, strategies as st

from sanyi.engines.small_files import write_rows
from sanyi.runs import run as running
from sanyi.runs import steps as finding
from sanyi.runs.packs import open_plan
from sanyi.runs.run import run
from sanyi.tables.money import take_rate, total
from sanyi.tables.record_tables import record_tables
from sanyi.tables.rows import filled
from sanyi.tables.table import Table, fen, text
from sanyi.terms.step import step

SPENT = Table("spent", "支出", "spent", ("institution_id",), (text("institution_id", "机构", "institution"), fen("fen", "金额", "fen", minimum=None)))
SHARE, LEAD, LARGE, FLAG, DAYS = ("consortium.budget_share_ppm", "consortium.surplus_lead_share_ppm", "dip.high_ratio_ppm", "dip.high_inclusive", "audit.readmission_days")
PLAN = open_plan("haikou-2018")


@step(makes=SPENT)
def spent(settlements, plan):
    """Which value it reads hangs on another value."""
    share = plan.value(LEAD) if plan.value(FLAG) else plan.value(SHARE)
    return settlements.group_by("institution_id").aggregate(fen=total(take_rate(settlements.total_fen, share, 1_000_000)))


@step(makes=SPENT.called("dated"))
def dated(spent, plan):
    """Reads an entry whole, and the day."""
    return spent.mutate(fen=spent.fen + len(plan.entry(LARGE).zh) + plan.day.day)


@step(makes=SPENT.called("exact_sums"), exact=True)
def exact_sums(spent, plan):
    """Which value it reads hangs on its rows."""
    return [{**row, "fen": row["fen"] * (plan.value(DAYS) if row["fen"] > 40_000 else 3)} for row in spent]


@step(makes=SPENT.called("aims"), exact=True)
def aims(exact_sums, plan):
    return [{**row, "fen": row["fen"] + sum(target.value or 0 for target in plan.targets)} for row in exact_sums]


@step(makes=SPENT.called("chosen"), chosen_by=(FLAG, True))
def chosen(settlements, plan):
    return settlements.group_by("institution_id").aggregate(fen=total(settlements.total_fen + plan.value(DAYS)))


TOYS = {each.name: each for each in (spent, dated, exact_sums, aims, chosen)}
changes = st.fixed_dictionaries({}, optional={SHARE: st.sampled_from((850_000, 900_000, 0)), LEAD: st.sampled_from((700_000, 1)), LARGE: st.sampled_from((2_000_000, 5)),
                                              FLAG: st.booleans(), DAYS: st.sampled_from((10, 2))})


def records(folder: Path) -> Path:
    for table in record_tables().values():
        rows = [{"settlement_id": f"S{n}", "institution_id": f"H{n % 3}", "total_fen": 1_000 * n + 7} for n in range(9)] if table.name == "settlements" else []
        path = folder / table.name / "202001.parquet" if table.partition else folder / f"{table.name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_rows(table, filled(table, rows), path)
    return folder


def made(card: Path) -> dict:
    return {name: (made["digest"], made["values"]) for name, made in json.loads(card.read_text("utf-8"))["steps"].items()}


@settings(max_examples=8)
@given(tries=st.lists(changes, min_size=2, max_size=4))
def test_what_is_reused_is_what_would_be_made(tmp_path_factory, tries):
    kept = {module: module.all_steps for module in (finding, running)}
    folder = tmp_path_factory.mktemp("tries")
    try:
        for module in kept:
            module.all_steps = lambda: TOYS
        source = records(folder / "records")
        for number, tried in enumerate([*tries, {}]):
            plan = PLAN.changed(tried)
            reused = run(plan, source, 2020, folder / "out", threads=1)
            fresh = run(plan, source, 2020, folder / f"fresh-{number}", threads=1)
            assert made(reused) == made(fresh)
    finally:
        for module, steps in kept.items():
            module.all_steps = steps
