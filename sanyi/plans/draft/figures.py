"""Numeric targets in words: what is measured, comparator, value and unit."""

from dataclasses import replace
from fractions import Fraction
import re

from sanyi.plans.draft.figure import Figure
from sanyi.plans.draft.measured import EACH, measured_around, measured_before
from sanyi.plans.draft.numerals import number_of
from sanyi.plans.draft.worded_figures import DO, STRIVE, clause_start, comma_start, worded_figures

_CN = r"[一二两三四五六七八九十百]{1,4}"
_COUNTED = (
    r"个百分点|个?工作日|(?:[万亿]|千万|百万)?(?:元|家次|人次|人天|平方米|平方公里|立方米|公里|千米|公顷|千瓦时?|亩|吨|户|家|人|株|头|套)(?:/人|/户|/亩|/天|/日)?|兆瓦|"
    r"张|人份|名|位|个(?!月|百分点|工作日)|所|间|项|种|类|例|篇|支|台|辆|处|门|倍|座|部(?!门|分|委|署|队|长|级)|栋|幢|艘|盏|"
    r"天|日|岁|级|小时|分钟|秒|米|学时|课时|分(?!之|别|类|级|钟|期|步|批|层|析)|次|对|场|批次|件|条"
)
_NUMBER = rf"\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|{_CN}分之{_CN}|{_CN}(?=(?:家|所|名|个|项|支|级|间|大))"
_FIGURE = re.compile(
    rf"(?P<sign>[<>≤≥＜＞﹤﹥=＝]=?)?(?P<first>{_NUMBER})(?P<first_unit>%|‰)?(?:[-—–~～至](?P<second>\d+(?:\.\d+)?))?(?P<ratio>[:：]\d+(?:\.\d+)?)?"
    rf"(?P<unit>%|‰|/10万|/十万|/千|/万|{_COUNTED})?(?P<after>及?以上|及?以下|以内|之内|左右|以外)?"
)
_AT_LEAST = re.compile(r"(不低于|不少于|不小于|不得低于|不得少于|至少|最少|大于等于|高于或等于)[\u4e00-\u9fff]{0,6}$")
_AT_MOST = re.compile(r"(不超过|不高于|不大于|不得超过|不得高于|不多于|不超|至多|最多|控制在|控制到|压缩到|压减到|小于等于)$")
_BELOW = re.compile(r"(?<!不)(?<!不得)(低于|小于|少于|不足)$")
_ABOVE = re.compile(r"(?<!不)(?<!不得)(高于|大于|超过|多于|突破)$")
_REACH = re.compile(
    r"(达到|达|提高到|提升到|提高至|提升至|增加到|增加至|增至|增长到|上升到|升至|升到|扩大到|扩大至|压缩到|压缩至|压减到|压减至|缩减至|突破|超出|超额|降低到|降低至|下降到|下降至|降到|降至|下降为|减少到|减少至|减至|缩短到|缩短至|控制在|稳定在|"
    r"保持在|维持在|稳定到|不低于|不少于|不超过|不高于|低于|高于|超过|大于|小于|至少|实现|完成率|覆盖率|覆盖|保持|为|占比|占|到|比例|率|数|人数|费用|寿命|指数值?|床位)(了)?(全部|总数的|约)?$"
)
_DOES = re.compile(rf"({DO})(一批|至少|不少于|不低于|约|好|了|共)?(?P<ours>[我全本][省市区县州])?$")
_LISTS = re.compile(rf"({DO})[\u4e00-\u9fffA-Za-z]{{1,10}}(?:、[\u4e00-\u9fffA-Za-z]{{1,10}})+$")
_NOT_FIGURE = re.compile(r"[第每]$|[A-Za-z\d.+×〔［\[]$|附件$|附表$|附录$|十$|[的这那]$(?<=上述的)|以下简称$")
_LASTS = ("小时", "分钟", "秒", "天", "日", "岁")  # 24小时扑灭率 is the name of what is measured
_CHANGE = re.compile(r"(提高|提升|增加|新增|增长|上升|下降|降低|减少|压减|压缩|缩短|扩大)(了)?$")
_FROM = re.compile(r"[由从][^，。；由从]{0,14}$")
_TO = re.compile(r"(左右)?(逐步)?(提高|提升|增加|增长|上升|下降|降低|减少|压减|压缩|缩短|扩大|扩展|调整|降|升|增|减)(到|至|为)")
_BARE = re.compile(r"(?:指数|指数值|CMI值?|cmi[□]?值?|系数|比值)(?:分别)?(?:达到|达|不低于|提高到|提升到)$")


def figures_in(text: str) -> tuple[Figure, ...]:
    """Give the numeric targets of a sentence, in order."""
    found = []
    for match in _FIGURE.finditer(text):
        figure = _figure(text, match, found[-1] if found else None)
        if figure:
            found.append(figure)
    found = _alike_in_lists(text, found)
    others = [
        one for one in worded_figures(text) if not any(one.start < other.end and other.start < one.end for other in found)
    ]
    return tuple(sorted((*found, *others), key=lambda one: one.start))


def _figure(text, match, last) -> Figure | None:
    before = re.sub(rf"{EACH}$", "", text[: match.start()])
    unit = match["unit"] or match["first_unit"] or (":" if match["ratio"] else "")
    joined = _joined(text, last, match, unit)
    if not unit and not _BARE.search(before[-14:]) and not (joined and last.unit == "") and "分之" not in match["first"]:
        return None
    if _NOT_FIGURE.search(before[-8:]) or _in_name(text, match, unit):
        return None
    percent = unit in ("%", "‰", ":", "") or unit.startswith("/") or unit == "个百分点"
    if _of_what(text, match, before):
        return None
    cue = bool(match["sign"] or match["after"]) or any(
        pattern.search(before[-14:]) for pattern in (_REACH, _CHANGE, _AT_LEAST, _AT_MOST, _ABOVE, _BELOW)
    )
    does = not percent and (_DOES.search(before[-12:]) or _LISTS.search(before[-30:]) or _named_before(text, match))
    after_does = not percent and unit not in _LASTS and re.match(r"[\u4e00-\u9fff（）()、“”]{1,24}?(达到|达|晋升|建成|完成|通过)", text[match.end() :])
    if not (percent or cue or does or after_does or joined):
        return None
    if unit == "级" and not re.search(r"(达到?|提升到|提高到|提升至|评级|水平)$", before[-6:]):
        return None
    ours = _DOES.search(before[-12:])
    if (
        not percent
        and not match["first"][0].isdigit()
        and unit not in ("家", "所", "名", "级", "间")
        and not match["after"]
        and not (ours and ours["ours"])
    ):
        return None
    if unit == "分" and not re.search(r"满意度|指数|素养", before[-14:]):
        return None  # marks of an appraisal scheme
    value = number_of(match["first"])
    if match["ratio"] and (text[match.end() :].startswith("比例") or not cue and not re.search(r"比[^，。；]{0,6}$", before)):
        return None  # 按7:3比例分配 is how something is shared, 10:49 a time of day
    if match["ratio"]:
        value = Fraction(match["ratio"][1:]) / value if value else None
    if value is None:
        return None
    if match["first"] == "一" and not cue:
        return None  # 选择一所医院 names one of several; it counts nothing
    if "分之" in match["first"]:
        value, unit = value * 100, "%"
    clause = max(clause_start(text, match.start()), last.end if last else 0)
    opens = (
        percent
        and unit == "%"
        and comma_start(text, match.start()) >= match.start() - 3
        and text[match.end() : match.end() + 1] not in "，。；、"
    )
    noun_after = opens or bool(
        does or after_does or joined and not percent and text[match.end() : match.end() + 1] not in "，。；、（"
    )
    measured = measured_around(text, clause, match) if noun_after else measured_before(text, clause, match.start())
    if last and re.fullmatch(r"[^\u4e00-\u9fff]*|.{0,4}20\d\d年.{0,4}|.{0,2}", text[measured[0] : measured[1]]):
        measured = last.measured  # …不低于45%，2025年底前达到50%: the same is measured
    head = text[clause_start(text, match.start()) : match.start()]
    return Figure(
        match.start(),
        match.end(),
        _comparator(match, before),
        value,
        unit,
        measured,
        Fraction(match["second"]) if match["second"] else None,
        _is_striven_for(head),
        bool(cue or joined),
        _carried_per(text, measured, last, match),
    )


def _of_what(text, match, before) -> bool:
    """Numbers that only say of what or of whom: 65岁以上老年人, 10万元以上的村, 由62%提高到, the day of a date."""
    after = text[match.end() :]
    if match["unit"] in ("日", "天") and re.search(r"月$", before):
        return True
    if match["unit"] in ("工作日", "个工作日") and after.startswith("内"):
        return True
    if _FROM.search(before) and _TO.match(after):
        return True
    if match["after"] and match["unit"] and not match["sign"]:
        is_age = match["unit"] == "岁" and bool(re.match(r"[\u4e00-\u9fff（(]", after))
        is_class = after.startswith("的") and match["unit"] != "个百分点" and not _DOES.search(before[-12:])
        return (is_age or is_class) and not any(pattern.search(before[-14:]) for pattern in (_AT_LEAST, _AT_MOST))
    return False


def _is_striven_for(head: str) -> bool:
    """力争 at the head of a stretch holds for all that follow it; inside one, for that one only."""
    stretches = re.split(r"[，,]", head)
    return bool(STRIVE.search(stretches[-1])) or any(STRIVE.match(stretch) for stretch in stretches)


def _joined(text, last, match, unit) -> bool:
    """Whether a figure goes on a list that an accepted figure of the same kind opened: 2个自治区级、10个市级; 10类30项."""
    if last is None or last.unit == "flag":
        return False
    between = text[last.end : match.start()]
    if re.fullmatch(r"[（(][\u4e00-\u9fff]{1,6}", between) and unit == last.unit:  # 不少于7个(中医2个)
        return True
    alike = unit == last.unit or unit not in ("%", "‰", "元", "") and last.unit not in ("%", "‰", "元", "")
    return alike and (
        between == ""
        or bool(re.fullmatch(r"[^，。；0-9（）()]{0,18}[、和及与或][^，。；0-9（）()]{0,12}", between))
        or between == "左右、"
    )


def _named_before(text, match) -> bool:
    """The number stands behind what is built: 建成…口腔专科医院1家，; 开展…等20项."""
    head = text[comma_start(text, match.start()) : match.start()]
    does = re.search(rf"({DO})", head)
    return bool(does) and (head.endswith("等") or not text[match.end() :] or text[match.end()] in "，。；、")


def _in_name(text, match, unit) -> bool:
    """Numbers in the titles of documents, in quoted slogans and in grades of hospitals are no targets."""
    before = text[: match.start()]
    if any(before.count(mark) > before.count(close) for mark, close in ("《》", "“”", "〔〕")):
        return True
    if match["unit"] == "大" or text[match.end() :].startswith("大中心"):
        return True
    if unit == "级" and match["after"]:
        return not re.search(r"达到?$|水平$", before)
    return unit == "级" and bool(
        re.match(r"(以上|以下|及|医院|公立|甲等|乙等|丙等|综合|手术|联动|中医|远程|专科|妇幼|医疗)", text[match.end("unit") :])
    )


def _comparator(match, before) -> str:
    sign, after = match["sign"] or "", match["after"] or ""
    if sign:
        return {"<": "<", "﹤": "<", "＜": "<", ">": ">", "﹥": ">", "＞": ">", "≤": "≤", "≥": "≥", "<=": "≤", ">=": "≥"}.get(
            sign, "="
        )
    if after == "左右":
        return "≈"
    if after in ("以上", "及以上"):
        return "≥"
    if after in ("以下", "及以下", "以内", "之内"):
        return "≤"
    for pattern, comparator in ((_AT_LEAST, "≥"), (_AT_MOST, "≤"), (_BELOW, "<"), (_ABOVE, ">")):
        if pattern.search(before[-14:]):
            return comparator
    return "≈" if re.search(r"(大?约|接近)$", before) else "="


def _alike_in_lists(text, found) -> list:
    """分别达到30%、25%左右: 左右 holds for both; 至少招聘3名、培养5名: 至少 holds for both."""
    settled = list(found)
    for at in range(len(settled) - 2, -1, -1):
        one, after = settled[at], settled[at + 1]
        if text[one.end : after.start] == "、" and one.comparator == "=" and after.comparator != "=":
            settled[at] = replace(one, comparator=after.comparator)
    for at in range(1, len(settled)):
        before, one = settled[at - 1], settled[at]
        between = text[before.end : one.start]
        if (
            before.comparator == "≥"
            and one.comparator == "="
            and re.search(r"至少|不少于", text[max(0, before.start - 12) : before.start])
            and re.fullmatch(r"[^，。；（）()]*[、和及][^，。；（）()]*", between)
        ):
            settled[at] = replace(one, comparator="≥")
    return settled


def _carried_per(text, measured, last, match) -> str:
    own = re.search(r"每[十百千万亿]+(名|位)?[\u4e00-\u9fff]{0,4}?人口|每[千万]人|每十万", text[measured[0] : measured[1]])
    if own:
        return own.group()
    between = text[last.end : match.start()] if last else ""
    return last.per if last and last.per and between.startswith("、") and not re.search(r"[，。；]", between) else ""
