"""Printed pages about plans: the plan language from its entries, and how far the shipped plans are realised."""
from collections.abc import Mapping

from sanyi.plans import Obligation
from sanyi.plans.build import ALLOWED, SOURCE_KEYS, keys_of
from sanyi.plans.coverage import KIND_WORDS, STATE_WORDS, counted
from sanyi.plans.entries import KINDS, STATES
from sanyi.plans.errors import WORDINGS
from sanyi.plans.units import UNITS
from sanyi.runs.packs import open_plan, plan_names

TYPE_WORDS = {"str": "文字 text", "bool": "true/false", "int": "整数 whole number", "date": "日期 date", "tuple": "文字列表 list of texts", "object": "值 a value"}


def plan_pages(notice: str) -> dict[str, str]:
    """The pages by their path under docs/, each beginning with the notice."""
    return {"plan-language.md": notice + _language(), "coverage.md": notice + _coverage({name: open_plan(name).register for name in plan_names()})}


def _language() -> str:
    kinds = "\n".join(_kind(kind) for kind in KINDS)
    units = "\n".join(f"| `{name}` | {unit.zh} | {unit.en} |" for name, unit in UNITS.items())
    problems = "\n".join(f"| `{name}` | {_words(zh)} | {_words(en)} |" for name, (zh, en) in WORDINGS.items())
    return f"""
# 计划语言 The plan language

一个计划包是一个文件夹：`pack.toml` 写文件身份，其余 `.toml` 文件写条目，文件怎么分由写的人定。每个条目都要有 `document`、`clause`、`obligation`
（出处），写在文件开头的 `document`、`confidence`、`demonstration`、`from` 是整个文件的默认值。`words.toml` 写本包自用代码的中英文名称。
A pack is a folder: `pack.toml` says which document it is, the other `.toml` files hold entries, split as their writer likes. Every entry cites
`document`, `clause` and `obligation`; `document`, `confidence`, `demonstration` and `from` at the head of a file hold for all of it. `words.toml`
says what the pack's own codes are called.

`extends = "haikou-2018"` 以另一包为基础：数值自其日期起覆盖，同类同编号的条目取代原有条目，`drops = ["task:task-07"]` 去掉不再适用的；
`kind = "what_if"` 是试算用的包，内容为空时与原方案完全相同。`uses = ["indicators"]` 借用另一包的数值与指标。
`extends` lays a pack over another: values from their own dates on, entries of one kind and id in place of the old ones, `drops` for what no longer
holds; `kind = "what_if"` marks a pack for trying a change, and an empty one changes nothing, exactly. `uses` borrows values and indicators.

自己的计划包放在一个文件夹里，用环境变量 `SANYI_PACKS` 指明，命令和网页就都找得到。
Packs of one's own lie in a folder that the environment variable `SANYI_PACKS` names; commands and pages find them there.

检查 check: `sanyi plan check [PLAN …]`；对照 compare: `sanyi plan compare A B`；实现情况 coverage: `sanyi plan coverage [PLAN]`；起草 draft: `sanyi plan draft FILE --out DIR`。

## 条目 Kinds of entry

{kinds}
## 单位 Units

| 单位 unit | 取值 | values |
| --- | --- | --- |
{units}

## 检查会报告的问题 What the check reports

| 种类 kind | 中文 | English |
| --- | --- | --- |
{problems}
"""


def _kind(kind: str) -> str:
    doc = " ".join((KINDS[kind].__doc__ or "").split())
    lines = [f"### `[[{kind}]]`", "", doc, "", "| 键 key | 类型 type | 必填 required | 可用 allowed |", "| --- | --- | --- | --- |"]
    for key, (_, expected, is_required) in keys_of(kind).items():
        allowed = ", ".join(f"`{word}`" for word in ALLOWED.get(key, ()) if word)
        lines.append(f"| `{key}` | {TYPE_WORDS[expected.__name__]} | {'是 yes' if is_required else ''} | {allowed} |")
    return "\n".join([*lines, f"| {', '.join(f'`{key}`' for key in SOURCE_KEYS)} | 出处 source | 前三项 the first three | |", ""])


def _words(text: str) -> str:
    return text.replace("|", "\\|")


def _coverage(registers: Mapping[str, tuple[Obligation, ...]]) -> str:
    whole = [each for register in registers.values() for each in register]
    heads = "| " + " | ".join(["方案 plan", *(" ".join(STATE_WORDS[state]) for state in STATES), "合计 all"]) + " |\n| --- | ---: | ---: | ---: | ---: |"
    lines = [_line(f"[{name}](../packs/{name}/obligations.toml)", counted(register)["all"]) for name, register in registers.items()]
    kinds = [_line("合计 all" if kind == "all" else f"{kind} {' '.join(KIND_WORDS[kind])}", states) for kind, states in counted(whole).items()]
    return f"""
# 义务实现情况 How far the plans are realised

每项义务的登记在各方案包的 `obligations.toml`：由什么实现、哪个测试证明、还缺什么；命令 `sanyi plan coverage`，网页 `/coverage/`。
The register of each plan names what realises an obligation, which test shows it, and what is lacking.

## 按方案 By plan

{heads}
{chr(10).join(lines)}

## 按类别 By kind

{heads.replace("方案 plan", "类别 kind")}
{chr(10).join(kinds)}
"""


def _line(title: str, states: Mapping[str, int]) -> str:
    return "| " + " | ".join([title, *(str(states[state]) for state in STATES), str(sum(states.values()))]) + " |"
