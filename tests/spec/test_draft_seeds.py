"""Drafting the twelve plans: what their texts hold, and how well the drafts agree with the finished packs."""

from datetime import date
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from sanyi.plans import check_pack
from sanyi.plans.draft import draft_plan, read_document, write_pack

PLANS = (
    "beijing-2021",
    "guide-2022",
    "haikou-2018",
    "hainan-2022",
    "huaibei-2021",
    "jianghai-2018",
    "lianjiang-2019",
    "lijiang-2022",
    "sichuan-2021",
    "wanshan-2021",
    "xingtai-2021",
    "zhongwei-2022",
)


@pytest.fixture(scope="session")
def drafts(shared_folder):
    return {name: draft_plan(read_document(shared_folder / "seeds" / f"{name}.txt")) for name in PLANS}


def numbered(draft):
    return [task for task in draft.tasks if task.number]


@pytest.mark.parametrize(
    "name, count",
    [
        ("lianjiang-2019", 29),
        ("jianghai-2018", 32),
        ("zhongwei-2022", 22),
        ("hainan-2022", 29),
        ("guide-2022", 25 + 2),
        ("beijing-2021", 25),
    ],
)
def test_all_numbered_tasks_are_found(drafts, name, count):
    assert len(numbered(drafts[name])) == count


def test_the_first_listed_department_leads(drafts):
    leads = {task.number: task.responsibility.lead.name for task in numbered(drafts["jianghai-2018"])}
    assert (leads["1"], leads["6"], leads["14"], leads["21"], leads["32"]) == (
        "卫生计生局",
        "发改统计局",
        "社会事务局（社保局）",
        "食品药品监管局",
        "卫生计生局",
    )
    assert {task.responsibility.lead.name for task in numbered(drafts["lianjiang-2019"])} == {
        "市卫生健康局",
        "市财政局",
        "市医疗保障局",
        "市人力资源和社会保障局",
    }


def test_the_number_missing_in_a_text_stays_missing(drafts):
    numbers = [task.number for task in numbered(drafts["guide-2022"]) if task.number.isdigit()]
    assert numbers == [str(number) for number in range(1, 27) if number != 14]


def test_all_five_columns_of_the_task_table(drafts):
    tasks = {task.number: task for task in numbered(drafts["zhongwei-2022"])}
    second = tasks["2"]
    assert [one.name for one in second.responsibility.leaders] == ["王耀玺", "卢俊福"]
    assert [one.name for one in second.responsibility.leads] == ["规划信息与财务科", "医政医改科"]
    assert [one.name for one in second.responsibility.partners] == ["各县（区）卫生健康局", "市属各医疗卫生单位"]
    assert second.due.due == date(2022, 12, 31) and tasks["7"].due.due == date(2022, 7, 31)
    assert all(task.responsibility.leads and task.responsibility.leaders and task.due for task in tasks.values())
    assert tasks["10"].chapter == "推动做实分级诊疗"


def test_the_annexes_with_figures_and_documents(drafts):
    draft = drafts["jianghai-2018"]
    rows = {}
    for target in draft.targets:
        if target.clause == "指标表":
            rows.setdefault(target.measured, []).append(target)
    assert len(rows) == 28 and all([one.due.due.year for one in row] == [2018, 2020] for row in rows.values())
    first = rows["区域医疗费用增长率"]
    assert [(one.comparator, one.value, float(one.baseline)) for one in first] == [("<", 9, 7.82), ("<", 9, 7.82)]
    listed = [issue for issue in draft.issues if issue.number]
    assert [issue.number for issue in listed] == ["1", "2", "3", "4", "5", "6"]
    assert (listed[1].responsibility.lead.name, listed[1].due.due) == ("财政局", date(2018, 4, 30))
    assert (listed[0].due.event, listed[0].due.months) == ("市政策出台", 3)


@pytest.mark.parametrize("name", PLANS)
def test_every_draft_is_written_as_a_pack_that_passes(drafts, tmp_path, name):
    assert check_pack(write_pack(drafts[name], tmp_path / name)) == ()


def test_drafts_agree_with_the_finished_packs(shared_folder, checkout):
    path = checkout / "benchmarks" / "draft_against_packs.py"
    spec = spec_from_file_location("draft_against_packs", path)
    benchmark = module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    whole = {what: [0, 0, 0, 0] for what in benchmark.WHAT}
    for name in PLANS:
        for what, (hits, found, misses, surplus) in benchmark.compare(name, shared_folder / "seeds").items():
            whole[what] = [one + other for one, other in zip(whole[what], (hits, found, len(misses), len(surplus)))]
    shares = {
        what: (hits / (hits + surplus), found / (found + misses)) for what, (hits, found, misses, surplus) in whole.items()
    }
    assert all(min(pair) >= 0.95 for pair in shares.values()), shares
