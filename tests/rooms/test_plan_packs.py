"""The plans that ship: every obligation is in the register, what is claimed is there and tested, every quote stands in the text."""
import ast
import re
from functools import cache
from pathlib import Path

import pytest

from sanyi.audit import rules
from sanyi.indicators import indicators
from sanyi.plans import check_plan
from sanyi.plans.code_words import CODES, KEYS, codes_in, without_unit
from sanyi.plans.frozen import Table
from sanyi.plans.pack import read_pack
from sanyi.runs.steps import all_steps
from sanyi.tables.record_tables import record_tables

ROOT = Path(__file__).parents[2]
PACKS, SHARED = ROOT / "packs", ROOT.parent / "shared"
PLANS = {path.parent.name: pack for path in sorted(PACKS.glob("*/pack.toml")) if (pack := read_pack(path.parent)).identity.kind == "plan"}
COUNTS = {"lianjiang-2019": ("LJ", 92), "haikou-2018": ("HK", 66), "jianghai-2018": ("JH", 136), "zhongwei-2022": ("ZW", 52),
          "lijiang-2022": ("LI", 47), "sichuan-2021": ("SC", 13), "wanshan-2021": ("WS", 20), "hainan-2022": ("HN", 35),
          "huaibei-2021": ("HB", 35), "guide-2022": ("GD", 59), "xingtai-2021": ("XT", 18), "beijing-2021": ("BJ", 32)}
TASKS = {"lianjiang-2019": 29, "jianghai-2018": 32, "zhongwei-2022": 22, "hainan-2022": 29, "guide-2022": 25, "beijing-2021": 25,
         "lijiang-2022": 26, "huaibei-2021": 14}


def of_each_plan(*names):
    return pytest.mark.parametrize("name", names or sorted(PLANS))


def test_the_twelve_plans_are_there():
    assert set(COUNTS) <= set(PLANS) and sum(count for _, count in COUNTS.values()) == 605


@of_each_plan(*COUNTS)
def test_every_obligation_is_in_the_register_and_cited_by_an_entry(name):
    prefix, count = COUNTS[name]
    register = {obligation.id for obligation in PLANS[name].of("obligation")}
    cited = {each.split(".")[0] for entry in PLANS[name].entries if entry not in PLANS[name].of("obligation") for each in entry.obligations}
    assert len(register) == count and all(each.startswith(prefix + "-") for each in register)
    assert register <= cited, sorted(register - cited)


@of_each_plan(*COUNTS)
def test_the_register_is_that_of_the_specification(name):
    obligations = SHARED / "spec" / "01-plan-obligations.md"
    if not obligations.is_file():
        pytest.skip("the specification lies beside the checkout, and is not here")
    rows = re.findall(rf"^\| ({COUNTS[name][0]}-\d+) \| ([SPFOTBX]) \|", obligations.read_text("utf-8"), re.MULTILINE)
    found = {obligation.id: obligation.kind for obligation in PLANS[name].of("obligation")}
    assert len(rows) == COUNTS[name][1] and found == dict(rows)


@of_each_plan(*TASKS)
def test_every_numbered_task_of_the_text_is_a_task(name):
    numbered = [task.number for task in PLANS[name].of("task") if task.number and not task.parent]
    projects = [task for task in PLANS[name].of("task") if not task.number and not task.parent]
    assert len(numbered) == len(set(numbered)) == TASKS[name], numbered
    assert name != "guide-2022" or len(projects) >= 2
    assert name != "jianghai-2018" or len(PLANS[name].of("issued_document")) >= 6


@of_each_plan()
def test_a_plan_names_only_indicators_that_exist(name):
    assert [problem.words("en") for problem in check_plan(name, [PACKS], "region-demo", computed())] == []


@of_each_plan()
def test_every_lead_and_duty_names_a_unit_of_the_pack(name):
    pack = PLANS[name]
    units = {unit.id for unit in pack.of("unit")}
    assert units and all(task.lead in units for task in pack.of("task")) and all(duty.unit in units for duty in pack.of("duty"))


@of_each_plan()
def test_what_is_said_to_realise_an_obligation_is_there(name):
    absent = [f"{obligation.id} {part}" for obligation in PLANS[name].of("obligation") for part in obligation.realised
              if not is_there(part, PLANS[name])]
    assert absent == []


@of_each_plan()
def test_every_claim_names_a_test_that_exists(name):
    missing = [f"{obligation.id} {test}" for obligation in PLANS[name].of("obligation") for test in obligation.tests
               if test.partition("::")[2].partition("[")[0] not in functions_of(test.partition("::")[0])]
    assert missing == []


@of_each_plan()
def test_what_works_by_a_step_or_an_indicator_names_one_and_what_is_not_there_names_no_test(name):
    for obligation in PLANS[name].of("obligation"):
        assert obligation.state != "not_yet" or not obligation.tests, obligation.place
        assert obligation.zh != obligation.en and re.search("[一-鿿]", obligation.zh), obligation.place


@of_each_plan()
def test_every_quote_stands_in_the_text(name):
    text = SHARED / "seeds" / f"{name}.txt"
    if not text.is_file():
        pytest.skip("the plan texts lie beside the checkout, and are not here")
    whole = squeezed(text.read_text("utf-8"))
    lost = [f"{entry.place} {quote}" for entry in PLANS[name].entries for quote in (entry.quote, getattr(entry, "due_quote", ""))
            if quote and squeezed(quote) not in whole]
    assert lost == []


@of_each_plan()
def test_every_task_target_and_document_says_where_it_stands(name):
    silent = [str(entry.place) for kind in ("task", "target", "goal", "issued_document", "milestone") for entry in PLANS[name].of(kind)
              if not entry.quote]
    assert silent == []


@pytest.mark.parametrize("name", sorted(path.parent.name for path in PACKS.glob("*/pack.toml")))
def test_every_code_in_a_value_has_words_in_both_languages(name):
    entries = [(entry, entry.value if kind == "value" else entry.default) for kind in ("value", "gap") for entry in read_pack(PACKS / name).of(kind)]
    raw = [f"{entry.place} {code}" for entry, value in entries for code in sorted(codes_in(value))
           if re.search("[a-z]", code) and code not in {**CODES, **KEYS, **dict(entry.words)}]
    raw += [f"{entry.place} {key}" for entry, value in entries for key in sorted(keys_in(value)) if key not in {**KEYS, **dict(entry.words)}]
    assert raw == []


@of_each_plan()
def test_every_group_of_tasks_has_words_in_both_languages(name):
    words = dict(PLANS[name].words)
    assert [str(task.place) for task in PLANS[name].of("task") if task.group not in words] == []


def keys_in(value):
    """The keys of the small tables in a value."""
    rows = value if type(value) is tuple else (value,)
    return {without_unit(key) for row in rows if isinstance(row, Table) for key, _ in row}


def squeezed(text):
    return re.sub(r"\s", "", text)


def computed():
    return {indicator.code for indicator in indicators()}


def is_there(part, pack):
    word, _, name = part.partition(":")
    return word not in OFFERED or name in OFFERED[word](pack)


@cache
def functions_of(path):
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    return frozenset(node.name for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.FunctionDef))


@cache
def words_of_code(folder):
    """Every string constant under a folder of the code: names of guards, pages, commands, workflows."""
    return frozenset(node.value for path in (ROOT / "sanyi" / folder).rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))
                     if isinstance(node, ast.Constant) and isinstance(node.value, str))


def pages():
    own = "".join(path.read_text("utf-8") for path in (ROOT / "sanyi" / "web" / "views" / "my").glob("*.py"))  # residents' parts bring their own addresses
    return {*re.findall(r'name="(\w+)"', (ROOT / "sanyi" / "web" / "urls.py").read_text("utf-8")), *re.findall(r'/", "(my_\w+)", my_', own)}


def commands():
    names = {path.stem for path in (ROOT / "sanyi" / "cli").glob("*.py")}
    return names | {f"plan {word}" for word in ("show", "check", "compare", "coverage", "draft")}


OFFERED = {
    "step": lambda pack: set(all_steps()), "indicator": lambda pack: computed(), "rule": lambda pack: {rule.code for rule in rules()},
    "table": lambda pack: set(record_tables()) | {step.makes.name for step in all_steps().values()},
    "reported": lambda pack: {each.id for home in (pack, read_pack(PACKS / "indicators")) for each in home.of("indicator")},
    "page": lambda pack: pages(), "command": lambda pack: commands(),
    "workflow": lambda pack: {path.stem for path in (ROOT / "sanyi" / "workflows").glob("*.py")},
    "guard": lambda pack: words_of_code("workflows") | words_of_code("audit") | words_of_code("payment") | words_of_code("store"),
}
