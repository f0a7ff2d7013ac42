"""Pages that print themselves from the code: the dictionary and the manual; committed, and stale ones fail."""
import inspect
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sanyi.reports.printed_plans import plan_pages
from sanyi.reports.printed_workflows import workflow_pages
from sanyi.runs.steps import ROOMS, all_steps
from sanyi.tables.record_tables import record_tables
from sanyi.tables.table import Column, Table
from sanyi.terms.example import Example
from sanyi.terms.step import Step

NOTICE = "<!-- 由 `sanyi pages print` 生成，请勿手改 / printed by `sanyi pages print`: change the code, not this page -->\n"


def printed_pages() -> dict[str, str]:
    """Every printed page by its path under docs/."""
    pages = {"dictionary.md": _dictionary(), **plan_pages(NOTICE), **workflow_pages(NOTICE)}
    for room in ROOMS:
        steps = [step for step in all_steps().values() if step.function.__module__.startswith(f"sanyi.{room}.")]
        pages[f"manual/{room}.md"] = _room_page(room, sorted(steps, key=lambda step: step.name))
    return pages


def write_pages(docs: Path, pages: Mapping[str, str]) -> list[str]:
    """Write the pages that differ; gives their names."""
    stale = stale_pages(docs, pages)
    for name in stale:
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages[name], "utf-8")
    return stale


def stale_pages(docs: Path, pages: Mapping[str, str]) -> list[str]:
    """The pages whose committed text is not what the code prints now."""
    return [name for name, text in pages.items() if not (docs / name).is_file() or (docs / name).read_text("utf-8") != text]


def _dictionary() -> str:
    parts = [NOTICE, "# 数据字典 Dictionary\n",
             "金额均为整数分；比例为整数并在名称中注明单位 / money is whole fen; rates are whole numbers with the unit in the name.\n",
             "## 标准记录 The regional record\n"]
    parts += [_table(table) for table in record_tables().values()]
    parts.append("## 结果表 Results\n")
    parts += [_table(step.makes) for _, step in sorted(all_steps().items())]
    return "\n".join(parts)


def _table(table: Table) -> str:
    lines = [f"### {table.name} · {table.zh} · {table.en}\n"]
    if table.note:
        lines.append(table.note + "\n")
    cut = "，按月分文件 / one file a month" if table.partition else ""
    lines.append(f"主键 key: {', '.join(f'`{name}`' for name in table.key)}{cut}\n")
    lines += ["| 列 column | 含义 meaning | 类型 type | 单位 unit | 取值 allowed |", "| --- | --- | --- | --- | --- |"]
    lines += [_column(column) for column in table.columns]
    return "\n".join(lines) + "\n"


def _column(column: Column) -> str:
    allowed = "<br>".join(f"`{code}` {zh} {en}" for code, (zh, en) in (column.allowed or {}).items())
    more = [allowed, f"→ `{column.references}`" if column.references else "",
            f"≥ {column.minimum}" if column.minimum is not None else "", "可空 may be empty" if column.nullable else ""]
    meaning = f"{column.zh} · {column.en}"
    return f"| `{column.name}` | {meaning} | {column.type} | {column.unit} | {'<br>'.join(part for part in more if part)} |"


def _room_page(room: str, steps: Sequence[Step]) -> str:
    return "\n".join([NOTICE, f"# {' '.join(ROOMS[room])}\n", *(_entry(step) for step in steps)])


def _entry(step: Step) -> str:
    doc = inspect.getdoc(step.function) or ""
    needs = "、".join(f"`{name}`" for name in step.needs)
    lines = [f"## {step.name} · {step.makes.zh} · {step.makes.en}\n", doc + "\n"]
    if str(step.source):
        lines.append(f"依据 source: {step.source}\n")
    lines.append(f"读取 reads: {needs}；可切分 cut by: {step.locality}\n")
    for example in step.examples:
        lines.append(_example(step, example))
    return "\n".join(lines)


def _example(step: Step, example: Example) -> str:
    numbers = f" ({', '.join(example.numbers)})" if example.numbers else ""
    lines = [f"**例 {example.title_zh}** · {example.title_en}{numbers}\n"]
    if example.values:
        lines.append("参数 values: " + "；".join(f"`{name}` = {value}" for name, value in example.values.items()) + "\n")
    for name, rows in example.given.items():
        lines += [f"`{name}`\n", *_rows(rows)]
    lines += [f"→ `{step.name}`\n", *(_rows(example.expect) if example.expect else ["（无 none）\n"])]
    return "\n".join(lines)


def _rows(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    yield "| " + " | ".join(names) + " |"
    yield "| " + " | ".join("---" for _ in names) + " |"
    for row in rows:
        yield "| " + " | ".join(str(row.get(name, "")).replace("|", "\\|") for name in names) + " |"
    yield ""
