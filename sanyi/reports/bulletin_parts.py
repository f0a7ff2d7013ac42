"""The monthly bulletin as a title, one paragraph and a row of tables, the same for the page, Word and XLSX. Source: TSK-4, HK-52."""
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanyi.indicators.status import STATUS
from sanyi.plans.aims import aim_words, number_words
from sanyi.tables.shown import written

Row = Mapping[str, Any]
STATUS_WORDS = {**STATUS, "no_judgement": ("文件未定数值", "no number in the text"), "not_computable": ("尚无数值", "no value yet")}


@dataclass(frozen=True)
class Column:
    """One column of a part: its heading, its kind (text, whole, share in ppm, date) and how wide it is in print, in tenths of a page."""

    title: str
    kind: str
    width: int


@dataclass(frozen=True)
class Part:
    """One table of the bulletin; `nothing` is said where it has no rows."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    nothing: str


@dataclass(frozen=True)
class Bulletin:
    """The whole bulletin in one language."""

    title: str
    subtitle: str
    summary: str
    parts: tuple[Part, ...]


def bulletin_parts(data: Row, language: str = "zh") -> Bulletin:
    """Lay out what `sanyi.store.board.bulletin_with_events` gives, in Chinese or in English."""
    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    year, month = data["month"].split("-")
    title = say(f"{data['title_zh']}任务进展月度通报", f"Monthly bulletin: {data['title_en']}")
    subtitle = say(f"{year}年{int(month)}月 · 截至 {data['today']}", f"{data['month']} · as of {data['today']}")
    made = (_leads, _overdue, _red, _yellow, _waiting, _newly_done, _exempt, _orders, _problems, _closed, _targets)
    return Bulletin(title, subtitle, _summary(data, say), tuple(part(data, say) for part in made))


Say = Callable[[str, str], str]


def _summary(data: Row, say: Say) -> str:
    total, share = data["total"], written("share", data["total"]["done_ppm"])
    zh = (f"截至 {data['today']}，台账共 {total['items']} 项（任务、应发文件和里程碑），已完成 {total['done']} 项，其中已核实 {total['verified']} 项，"
          f"完成率 {share}（不计豁免 {total['exempt']} 项）。本月新完成 {len(data['newly_done'])} 项；超期 {len(data['overdue'])} 项，"
          f"红线 {len(data['red'])} 项（期限前 {data['red_days']} 天内），黄线 {len(data['yellow'])} 项（{data['yellow_days']} 天内），"
          f"待上级文件 {len(data['waiting'])} 项；未办结督办单 {len(data['orders_open'])} 件，未销号问题 {len(data['problems_open'])} 个。")
    en = (f"As of {data['today']} the ledger holds {total['items']} items (tasks, documents due and milestones); {total['done']} are done, {total['verified']} of them "
          f"verified: {share} (the {total['exempt']} exempt aside). Newly done this month: {len(data['newly_done'])}; overdue: {len(data['overdue'])}; red line (within "
          f"{data['red_days']} days): {len(data['red'])}; yellow line (within {data['yellow_days']} days): {len(data['yellow'])}; waiting for a date: "
          f"{len(data['waiting'])}; supervision orders open: {len(data['orders_open'])}; problems open: {len(data['problems_open'])}.")
    return say(zh, en)


def _part(say: Say, name: str, title: tuple[str, str], columns: Sequence[tuple[str, str, str, int]], rows: Iterable[tuple]) -> Part:
    found = tuple(rows)
    return Part(name, say(*title), tuple(Column(say(zh, en), kind, width) for zh, en, kind, width in columns), found, say("无。", "None."))


def _words(row: Row, say: Say, name: str = "") -> str:
    start = f"{name}_" if name else ""
    return say(row[f"{start}zh"], row[f"{start}en"])


def _lead(row: Row, say: Say) -> str:
    return _words(row, say, "lead") or say("未明确牵头单位", "no lead named")


NUMBER, WHAT, LEAD, DUE = ("编号", "No.", "text", 8), ("事项", "What", "text", 48), ("牵头单位", "Lead", "text", 18), ("期限", "Due", "date", 13)


def _leads(data: Row, say: Say) -> Part:
    rows = [*data["by_lead"], {**data["total"], "zh": "合计", "en": "All"}]
    return _part(say, "by_lead", ("各牵头单位完成情况", "By lead"),
                 (("牵头单位", "Lead", "text", 34), ("任务数", "Items", "whole", 10), ("已完成", "Done", "whole", 10), ("已核实", "Verified", "whole", 10),
                  ("豁免", "Exempt", "whole", 10), ("超期", "Overdue", "whole", 10), ("完成率", "Share done", "share", 12)),
                 ((_words(row, say), *(row[name] for name in ("items", "done", "verified", "exempt", "overdue", "done_ppm"))) for row in rows))


def _overdue(data: Row, say: Say) -> Part:
    return _part(say, "overdue", ("超期事项（按牵头单位）", "Overdue, by lead"), (LEAD, NUMBER, WHAT, DUE, ("超期天数", "Days late", "whole", 11)),
                 ((_words(lead, say), row["number"], _words(row, say), row["due"], row["days_late"]) for lead in data["overdue_by_lead"] for row in lead["rows"]))


def _soon(data: Row, say: Say, line: str, title: tuple[str, str]) -> Part:
    rows = sorted(data[line], key=lambda row: (row["due"], row["id"]))
    return _part(say, line, title, (NUMBER, WHAT, LEAD, DUE, ("剩余天数", "Days left", "whole", 11)),
                 ((row["number"], _words(row, say), _lead(row, say), row["due"], (row["due"] - data["today"]).days) for row in rows))


def _red(data: Row, say: Say) -> Part:
    return _soon(data, say, "red", ("红线事项", "At the red line"))


def _yellow(data: Row, say: Say) -> Part:
    return _soon(data, say, "yellow", ("黄线事项", "At the yellow line"))


def _waiting(data: Row, say: Say) -> Part:
    return _part(say, "waiting", ("待上级文件、期限未启动", "Waiting for the day they count from"),
                 (NUMBER, WHAT, LEAD, ("起算事件", "Counts from", "text", 18), ("月数", "Months", "whole", 8)),
                 ((row["number"], _words(row, say), _lead(row, say), say(*data["events"][row["due_after"]]),
                  row["due_after_months"]) for row in data["waiting"]))


def _newly_done(data: Row, say: Say) -> Part:
    return _part(say, "newly_done", ("本月新完成", "Newly done this month"), (NUMBER, WHAT, LEAD, ("报告人", "Reported by", "text", 13), ("状态", "State", "text", 11)),
                 ((row["number"], _words(row, say), _lead(row, say), row["done_by"], say(*{"done": ("已完成", "done")}.get(row["state"], ("已核实", "verified"))))
                  for row in data["newly_done"]))


def _exempt(data: Row, say: Say) -> Part:
    return _part(say, "exempt", ("豁免事项及理由", "Exempt, with the reason"), (NUMBER, WHAT, LEAD, ("理由", "Reason", "text", 26)),
                 ((row["number"], _words(row, say), _lead(row, say), row["exempt_reason"]) for row in data["exempt"]))


POSTED = (("编号", "No.", "whole", 7), ("责任单位", "Unit", "text", 18), ("内容", "What", "text", 42), ("期限", "Due", "date", 13), ("状态", "State", "text", 11),
          ("超期天数", "Days late", "whole", 11))


def _posted(rows: Iterable[Row], say: Say) -> Iterable[tuple]:
    return ((row["id"], _words(row, say, "unit"), row["text"], row["due"], _words(row, say, "state"), row["days_late"]) for row in rows)


def _orders(data: Row, say: Say) -> Part:
    return _part(say, "orders", ("未办结督办单", "Supervision orders open"), POSTED, _posted(data["orders_open"], say))


def _problems(data: Row, say: Say) -> Part:
    return _part(say, "problems", ("未销号问题", "Problems open"), POSTED, _posted(data["problems_open"], say))


def _closed(data: Row, say: Say) -> Part:
    return _part(say, "problems_closed", ("本月销号问题", "Problems closed this month"), POSTED, _posted(data["problems_closed"], say))


def _targets(data: Row, say: Say) -> Part:
    return _part(say, "targets", ("目标指标进展", "Targets"),
                 (("目标", "Target", "text", 36), ("目标值", "Aim", "text", 15), ("最新读数", "Latest", "text", 13), ("期间", "Period", "text", 10),
                  ("对照目标", "Status", "text", 13), ("期限", "Due", "date", 13)),
                 ((_words(row, say), _aim(row, say), "" if row["reading"] is None else number_words(row["reading"], row["unit"], say("zh", "en")), row["period"],
                   say(*STATUS_WORDS[row["status"]]), row["due"]) for row in data["targets"]))


def _aim(row: Row, say: Say) -> str:
    soft = say("力争 ", "strive for ") if row["is_striven_for"] and row["value"] is not None else ""
    return soft + aim_words(row["comparator"], row["value"], row["upper"], row["unit"], say("zh", "en"))
