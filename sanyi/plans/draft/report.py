"""The report beside a drafted pack: what was found, what is doubtful, what was not understood."""

DOUBTFUL_BELOW = 7
_NAMES = {
    "tasks": "任务 tasks",
    "targets": "目标值 targets",
    "goals": "目标 goals",
    "milestones": "阶段与事项 milestones",
    "documents": "拟制定文件 documents to issue",
    "prohibitions": "禁止事项 prohibitions",
    "organisation": "责任单位 bodies",
    "indicators": "新指标 new indicators",
}


def report_of(draft, content) -> str:
    """Write the report in Markdown, Chinese first."""
    identity = draft.identity
    lines = [
        f"# 起草报告 / Draft report: {draft.name}",
        "",
        "本计划包由文件自动起草，每一条都要由人核对。Drafted by machine from the document; a person must check every entry.",
        "",
        "| 项目 | 读到的内容 |",
        "|---|---|",
        f"| 题名 title | {_cell(identity.title)} |",
        f"| 文号 number | {_cell(identity.number)} |",
        f"| 发文机关 body | {_cell(identity.body)} |",
        f"| 日期 date | {_cell(str(identity.issued_on or ''))} |",
    ]
    lines += [
        f"| 上位文件 rests on | {_cell(parent.title)} {_cell(parent.number) if parent.number else ''} |"
        for parent in identity.parents
    ]
    lines += [
        "",
        "## 数量 / Counts",
        "",
        "| 种类 | 条数 |",
        "|---|---|",
        *(f"| {_NAMES[name]} | {len(found)} |" for name, found in content.items()),
    ]
    lines += _doubtful(draft) + _indicators(draft, content) + _leftovers(draft)
    return "\n".join(lines) + "\n"


def _cell(words: str) -> str:
    return " ".join(words.replace("|", "\\|").split()) or "（未读到 / not found）"


def _at(place) -> str:
    page = f"第 {place.page} 页 " if place.page else ""
    return f"{page}第 {place.line} 行，第 {place.start}—{place.end} 字"


def _doubtful(draft) -> list:
    found = [item for item in draft.items() if item.confidence.tenths < DOUBTFUL_BELOW]
    lines = ["", f"## 可信度低，请先看 / Low confidence, look here first（{len(found)}）", ""]
    return lines + (
        [
            f"- 0.{item.confidence.tenths} {_cell(item.words)}（{_at(item.place)}）：{item.confidence.zh} / {item.confidence.en}"
            for item in found
        ]
        or ["无 / none"]
    )


def _indicators(draft, content) -> list:
    """Which indicator each target was taken to mean."""
    lines = ["", "## 指标对应 / Indicators（按文字相似推荐 / guessed by likeness）", ""]
    found = [f"- {entry['id']}：{_cell(entry['_measured'])} → {entry['indicator']}" for entry in content["targets"]]
    return lines + (found or ["无 / none"])


def _leftovers(draft) -> list:
    lines = ["", f"## 没有读懂的句子 / Not understood（{len(draft.leftovers)}）", ""]
    return lines + (
        [f"- {_at(left.place)}：{left.zh} / {left.en}\n  > {_cell(left.words)}" for left in draft.leftovers] or ["无 / none"]
    )
