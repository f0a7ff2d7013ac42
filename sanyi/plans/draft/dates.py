"""Deadlines in words: 2018年底前, 到2025年, 2018.4月底, 2018年3月至4月底, 市政策出台后三个月内, 每季度."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
import re

from sanyi.plans.draft.numerals import chinese_number

_LEAD = r"(?P<lead>力争到|争取到|力争在|争取在|力争于|截至|截止|截止到|到|至|在|于|自|从)?"
_YEAR = r"(?P<year>20\d\d)"
_PART = (
    r"(?:年度?(?P<half>上半年|下半年)|年第?(?P<quarter>[一二三四1-4])季度|(?:年|[.\-/])(?P<month>1[0-2]|0?[1-9])(?:(?:月|[.\-/])(?P<day>3[01]|[12]\d|0?[1-9])日?|月份?)?|年)"
    r"(?P<edge>年底|月底|底|年末|月末|末|初|中旬|上旬|下旬|年内|内)?(?:之?(?P<before>前|以前))?"
)
_POINT = re.compile(_LEAD + _YEAR + _PART)
_SPAN = re.compile(
    _LEAD
    + r"(?P<first>20\d\d)(?:年)?(?:(?P<first_month>1[0-2]|[1-9])月)?[-—–~～至到]{1,2}(?:(?P<last>20\d\d)年?)?(?:(?P<last_month>1[0-2]|[1-9])月)?(?P<edge>底|末)?(?:年)?(?P<period>期间|之间)?"
)
_BARE = re.compile(
    r"(?P<end>(?<!月)(?:本年度?|今年|当年|每?年)?年?底(?:之?前|以前)|(?:(?<=[，。；、：])|^)(?:年内|今年内|本年内))"
    r"|(?<![\d.\-—–～次翌])(?<!次年)(?<!翌年)(?P<month>1[0-2]|[1-9])月(?:(?P<day>3[01]|[12]\d|[1-9])日|份|(?P<edge>底|末))?(?:之?(?P<before>前|以前))"
    r"|(?:(?<=[，。；、：于在到至（(])|^)(?P<end_month>1[0-2]|[1-9])月[底末](?=[^以之前]|$)"
    r"|(?<![每各逐去前]年)(?<![每各逐年度期])(?:第(?P<quarter>[一二三四1-4])季度|(?P<half>上半年|下半年))(?P<by>底|末)?(?P<sooner>之?前|以前)?"
)
_FIVE = re.compile(r"(?:到|至)?[“\"](?P<plan>十[二三四五六])五[”\"](?P<when>末|期末|时期末|规划期末|期间|时期)")
_AFTER = re.compile(
    r"(?P<event>[\u4e00-\u9fff《》（）“”A-Za-z0-9]{2,20}?)后的?(?P<count>[一二两三四五六七八九十]+|\d{1,2})(?:个)?(?P<unit>月|工作日|日|天|周|年)(?:之?内|以内)"
)
_EVERY = re.compile(r"(?<!每人)(?P<word>每个?季度|每季|逐季|每个?月|按月|每半年|半年一次|每年度?|逐年|一年一次)")
_EVERY_WORD = (("季", "quarter"), ("月", "month"), ("半年", "half_year"), ("年", "year"))
_NARRATIVE = re.compile(r"是|印发|出台了|召开|指出|以来|年度|已|版|修订|公布的|起(?!草)|第\d|号|财年")
_FIVE_ENDS = {"十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030, "十六": 2035}


_MONTH_ALONE = re.compile(r"(?<![\d年.])(1[0-2]|[1-9])月份?[底末]?(?!\d)")
_YEARS_APART = re.compile(r"20\d\d年(、20\d\d年)+分别")


@dataclass(frozen=True)
class Deadline:
    """A deadline found in words, at `start`…`end` of the text it was found in.

    A day (`due`, with `since` where a span begins), or `months` after an `event`, or how often it comes again (`every`).
    `is_sure` is False where the words leave a doubt (a year that a clause begins with, without 到, 底 or 前).
    """

    start: int
    end: int
    due: date | None = None
    since: date | None = None
    event: str = ""
    months: int = 0
    every: str = ""
    is_sure: bool = True
    is_striven_for: bool = False


def deadlines_in(text: str, year: int = 0, is_labelled: bool = False) -> tuple[Deadline, ...]:
    """Give every deadline in a text, in order; `year` is the year that 年底前 means where the text before gives none.

    `is_labelled`: the text stands under a word such as 完成时限, so that every date in it is a deadline.
    """
    found = [*_spans(text), *_fives(text), *_afters(text)]
    for one in _points(text, is_labelled):
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    found.sort(key=lambda one: one.start)
    found += list(_bare(text, found, year))
    if is_labelled and not found and year:
        found += [Deadline(one.start(), one.end(), last_day(year, int(one[1]))) for one in _MONTH_ALONE.finditer(text)]
    return tuple(sorted((one for one in found if not _is_cited(text, one)), key=lambda one: one.start))


def recurring_in(text: str) -> tuple[Deadline, ...]:
    """Give every 每年, 每季度 and the like."""
    return tuple(
        Deadline(found.start(), found.end(), every=next(every for word, every in _EVERY_WORD if word in found["word"]))
        for found in _EVERY.finditer(text)
    )


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def _points(text, is_labelled):
    for found in _POINT.finditer(text):
        due = _day(found)
        if is_labelled and due:
            yield Deadline(found.start(), found.end(), due)
            continue
        is_sure = bool(
            found["lead"] in ("到", "至", "力争到", "争取到", "截至", "截止", "截止到") or found["edge"] or found["before"]
        )
        if due is None or not is_sure and not _opens_clause(text, found):
            continue
        if found["lead"] in ("自", "从") or found["day"] and not found["before"] and not found["lead"]:
            continue
        striven = text[max(0, found.start() - 3) : found.start() + 4]
        yield Deadline(found.start(), found.end(), due, is_sure=is_sure, is_striven_for="力争" in striven or "争取" in striven)


def _opens_clause(text, found) -> bool:
    """A bare year is a deadline where it opens a clause and something to be done follows: 2022年，完成… or 2022年完成…."""
    before, after = text[: found.start()], text[found.end() :]
    opens = (
        not before
        or before[-1] in "。；，：:;、（("
        or before.endswith(("力争", "争取", "确保", "计划", "其中"))
        or bool(_YEARS_APART.match(text[found.start() :]))
    )
    return (
        opens
        and not _NARRATIVE.match(after[:6])
        and not re.match(
            r"[）)》〕]|全[国省市县区]|重点|工作|财政|预算|医改|医药|深化|以后|后|度|[“\"]?[\u4e00-\u9fff]{0,12}(方案|计划|清单|要点|办法|意见)",
            after,
        )
    )


def _day(found) -> date | None:
    year = int(found["year"])
    if found["half"]:
        return date(year, 6, 30) if found["half"] == "上半年" else date(year, 12, 31)
    if found["quarter"]:
        return last_day(year, "一二三四1234".index(found["quarter"]) % 4 * 3 + 3)
    month = int(found["month"]) if found["month"] else 0
    if found["day"]:
        return date(year, month, min(int(found["day"]), monthrange(year, month)[1]))
    if month:
        return (
            last_day(year, month)
            if found["edge"] not in ("初", "上旬", "中旬")
            else date(year, month, 20 if found["edge"] == "中旬" else 10)
        )
    if found["before"] and not found["edge"]:
        return date(year - 1, 12, 31)  # before 2025 begins; 2025年底前 is the other form
    return date(year, 12, 31) if found["edge"] != "初" else date(year, 3, 31)


def _spans(text):
    for found in _SPAN.finditer(text):
        if not (found["last"] or found["first_month"] and found["last_month"]):
            continue
        first, last = int(found["first"]), int(found["last"] or found["first"])
        first_month, last_month = int(found["first_month"] or 1), int(found["last_month"] or 12)
        if last < first or last == first and last_month < first_month:
            continue
        in_name = text[found.start() - 1 : found.start()] in "（(" and re.match(r"年?[）)]", text[found.end() :])
        if not in_name or found["first_month"]:
            end = found.end() + len(re.match(r"年?(期间|间)?", text[found.end() :])[0])
            yield Deadline(
                found.start(),
                end,
                last_day(last, last_month),
                date(first, first_month, 1),
                is_sure=bool(found["period"] or found["first_month"]),
            )


def _fives(text):
    for found in _FIVE.finditer(text):
        if found["when"] in ("末", "期末", "时期末", "规划期末"):
            yield Deadline(found.start(), found.end(), date(_FIVE_ENDS[found["plan"]], 12, 31))


def _afters(text):
    for found in _AFTER.finditer(text):
        if found["unit"] in ("月", "年") and not re.search(r"[，。；]", found["event"]):
            count = (
                chinese_number(found["count"]) or int(found["count"])
                if found["count"].isdigit()
                else chinese_number(found["count"])
            )
            yield Deadline(
                found.start(), found.end(), event=found["event"], months=count * (12 if found["unit"] == "年" else 1)
            )


def _bare(text, found, year):
    """年底前, 7月10日前: the year is the one named before it in the text, else the year of the plan."""
    for one in _BARE.finditer(text):
        if any(other.start < one.end() and one.start() < other.end for other in found) or "每" in one.group():
            continue
        named = [other.due.year for other in found if other.due and other.end <= one.start()]
        known = named[-1] if named else year
        if not known:
            continue
        due = _bare_day(one, known)
        is_yearly = text[: one.start()].endswith(("每年", "每年的", "于每年"))
        yield Deadline(one.start(), one.end(), due, every="year" if is_yearly else "", is_sure=bool(named))


def _bare_day(one, year) -> date:
    """The day that words without a year mean in a year; 第三季度前 ends with the second quarter, as 2025年前 ends with 2024."""
    if one["quarter"] or one["half"]:
        months = (("一二三四1234".index(one["quarter"]) % 4 + 1) * 3) if one["quarter"] else 6 if one["half"] == "上半年" else 12
        length = 3 if one["quarter"] else 6
        is_before = one["sooner"] and not one["by"]
        months -= length if is_before else 0
        return last_day(year, months) if months else date(year - 1, 12, 31)
    month = int(one["month"] or one["end_month"] or 12)
    return date(year, month, min(int(one["day"]), monthrange(year, month)[1])) if one["day"] else last_day(year, month)


def _is_cited(text, one) -> bool:
    """Years in the titles and numbers of other documents are no deadlines."""
    before = text[: one.start]
    if re.search(r"有效期限?为?$", before):
        return True  # how long the plan holds, not when something is due
    return before.count("《") > before.count("》") or before.endswith(("〔", "[", "［", "【"))
