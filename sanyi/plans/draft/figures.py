"""Numeric targets in words: what is measured, comparator, value and unit."""
from dataclasses import dataclass
from fractions import Fraction
import re

from sanyi.plans.draft.measured import measured_before, measured_around
from sanyi.plans.draft.numerals import number_of

_CN = r"[一二两三四五六七八九十百]{1,4}"
_COUNTED = (r"个百分点|万人次|万元|亿元|元|人次|张|人|名|位|个(?!月|百分点|工作日)|所|家|间|项|种|类|例|篇|支|台|辆|套|处|门|倍|"
            r"天|日|岁|级|小时|分钟|次|人份|平方米|对|场|批次|件|条|届|户")
_NUMBER = rf"\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|{_CN}分之{_CN}|{_CN}(?=(?:家|所|名|个|项|支|级|间))"
_FIGURE = re.compile(
    rf"(?P<sign>[<>≤≥＜＞﹤﹥=＝]=?)?(?P<first>{_NUMBER})(?P<first_unit>%|‰)?(?:[-—–~～至](?P<second>\d+(?:\.\d+)?))?(?P<ratio>[:：]\d+(?:\.\d+)?)?"
    rf"(?P<unit>%|‰|/10万|/十万|/千|/万|{_COUNTED})?(?P<after>及?以上|及?以下|以内|之内|左右|以外)?")
_AT_LEAST = re.compile(r"(不低于|不少于|不小于|不得低于|不得少于|至少|最少|大于等于|高于或等于)[\u4e00-\u9fff]{0,6}$")
_AT_MOST = re.compile(r"(不超过|不高于|不大于|不得超过|不得高于|不多于|不超|至多|最多|控制在|控制到|压缩到|压减到|小于等于)$")
_BELOW = re.compile(r"(?<!不)(?<!不得)(低于|小于|少于|不足)$")
_ABOVE = re.compile(r"(?<!不)(?<!不得)(高于|大于|超过|多于|突破)$")
_ABOUT = re.compile(r"(约|大约|接近|大致|在)$")
_REACH = re.compile(r"(达到|达|提高到|提升到|提高至|提升至|增加到|增加至|增至|增长到|上升到|升至|升到|降低到|降低至|下降到|下降至|降到|降至|下降为|减少到|减少至|减至|缩短到|缩短至|控制在|稳定在|"
                    r"保持在|维持在|稳定到|不低于|不少于|不超过|不高于|低于|高于|超过|大于|小于|至少|实现|完成率|覆盖率|覆盖|保持|为|占比|占|到|比例|率)(了)?(全部|总数的|约)?$")
_DO = (r"建成|建设|创建|新建|改建|扩建|新增|增加|培养|培育|培训|引进|招聘|招录|打造|争创|攻关|遴选|选拔|选派|推广|晋升|报送|形成|设置|设立|开展|新开展|建立|组建|完成|布局|认定|评选|举办|发展|配备|配置|安排|"
       r"储备|推出|优化|启动|实施|落实|支持|接收|派驻|下派|扶持|加强|建有|拥有|发布|制定|出台|改造|升级|共建|共")
_DOES = re.compile(rf"({_DO})(一批|至少|不少于|不低于|约|好|了|共)?$")
_NOT_FIGURE = re.compile(r"第$|[A-Za-z\d.+×〔［\[“\"]$|20$|\d年$|附件$|附表$|附录$|十$|[“\"][^”\"]{0,6}$")
_STRIVE = re.compile(r"力争|争取|力求|努力")


@dataclass(frozen=True)
class Figure:
    """A numeric target at `start`…`end` of a text; `value` and `upper` are exact, in `unit` as written (%, ‰, 张, :, …)."""

    start: int
    end: int
    comparator: str
    value: Fraction
    unit: str
    measured: tuple[int, int]
    upper: Fraction | None = None
    is_striven_for: bool = False
    is_sure: bool = True


def figures_in(text: str) -> tuple[Figure, ...]:
    """Give the numeric targets of a sentence, in order."""
    found = []
    for match in _FIGURE.finditer(text):
        figure = _figure(text, match)
        if figure:
            found.append(figure)
    return tuple(found)


def _figure(text, match) -> Figure | None:
    unit = match["unit"] or match["first_unit"] or (":" if match["ratio"] else "")
    before = text[:match.start()]
    if _NOT_FIGURE.search(before[-8:]) or not unit or _in_name(text, match):
        return None
    if unit in ("年", "月", "届", "届"):
        return None
    percent = unit in ("%", "‰", ":") or unit.startswith("/")
    cue = bool(match["sign"]) or bool(_REACH.search(before[-10:])) or match["after"] or _AT_LEAST.search(before[-14:]) or _AT_MOST.search(before[-8:])
    does = _DOES.search(before[-12:]) if not percent else None
    after_does = re.match(r"[\u4e00-\u9fff（）()、“”]{1,24}?(达到|达|晋升|建成|完成|通过)", text[match.end():]) if not percent else None
    if not (percent or cue or does or after_does):
        return None
    if not percent and match["first"] and not match["first"][0].isdigit() and unit not in ("家", "所", "名", "级") and not match["after"]:
        return None
    if unit == "级" and not re.search(r"(达到?|提升到|提高到|提升至|评级)$", before[-6:]):
        return None
    value = number_of(match["first"])
    if value is None:
        return None
    if match["ratio"]:
        value = value / Fraction(match["ratio"][1:]) if Fraction(match["ratio"][1:]) else None
        if value is None:
            return None
    upper = Fraction(match["second"]) if match["second"] else None
    comparator = _comparator(match, before)
    clause = _clause_start(text, match.start())
    measured = measured_before(text, clause, match.start()) if percent or not (does or after_does) else measured_around(text, clause, match)
    return Figure(match.start(), match.end(), comparator, value, unit, measured, upper,
                  bool(_STRIVE.search(text[clause:match.start()])) or bool(_STRIVE.search(text[max(0, clause - 12):clause])),
                  bool(cue or match["after"]))


def _in_name(text, match) -> bool:
    """Numbers in the titles of documents, in quoted slogans and in levels of hospitals are no targets."""
    before = text[:match.start()]
    if before.count("《") > before.count("》") or before.count("“") > before.count("”") or before.count("〔") > before.count("〕"):
        return True
    return bool(re.match(r"级(以上|以下|及|医院|公立|甲等|乙等|综合|手术|联动|中医|远程|甲|乙)", text[match.end() - len(match["unit"] or "") - len(match["after"] or ""):])
                and match["unit"] == "级" and not re.search(r"达到?$", before))


def _comparator(match, before) -> str:
    sign, after = (match["sign"] or "")[:1], match["after"] or ""
    if sign:
        return {"<": "<", "﹤": "<", ">": ">", "﹥": ">", "=": "=", "＝": "=", "≤": "≤", "≥": "≥"}.get(sign, "=") if "=" not in (match["sign"] or "")[1:] else \
            {"<": "≤", ">": "≥"}.get(sign, "=")
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


def _clause_start(text, at) -> int:
    """Where the sentence that holds a position begins (。；)."""
    return max(text.rfind(mark, 0, at) for mark in "。；！？") + 1
