"""Targets that words state without a figure of their own: 全覆盖, 五大中心, 达到二级甲等."""

from fractions import Fraction
import re

from sanyi.plans.draft.figure import Figure
from sanyi.plans.draft.numerals import number_of

DO = (
    r"建成|建设|创建|新建|改建|扩建|新增|增加|培养|培育|培训|引进|招聘|招录|打造|争创|攻关|遴选|选拔|选派|选择|确定|推广|晋升|报送|形成|设置|设立|开展|新开展|建立|组建|完成|布局|认定|评选|举办|发展|配备|配置|安排|"
    r"储备|推出|优化|启动|实施|支持|接收|派驻|下派|扶持|加强|建有|拥有|发布|制定|出台|改造|升级|依托|巩固|提升|建强|做强|共建|加装|开通|购置|投放|修建|整治|治理|清理|招收|上线|发放|募集|孵化|帮扶|筹集|提供|接入|共"
)
STRIVE = re.compile(r"力争|争取|力求|努力")
_CENTRES = re.compile(
    rf"(?:{DO})[^，。；]{{0,16}}?[“\"]?(?P<first>[一二三四五六七八九十]{{1,2}})大(?P<unit>中心|平台|基地|集团|工程)[”\"]?"
)
_WHOLE = re.compile(r"(?P<measured>[^，。；、]{2,36}?)(?:基本|全面|力争|逐步)*(?:实现|达到|做到)?(?P<all>全覆盖|100%覆盖)")
_DOUBLES = re.compile(r"翻(?P<times>[一两二三])番(?P<more>以上)?")
_GRADE = re.compile(
    r"(?:达到?|创建(?:为|成为)?|建成|建设成为|建设为|晋升为?|升级为|通过|实现|提升至|争创)[^，。；]{0,8}?(?P<grade>[一二三四五]级(?:甲等|乙等|丙等|综合|中医|专科)(?:[^，。；]{0,16}?(?:标准|水平|医院|保健院|要求|评审))?)"
)


def worded_figures(text: str) -> list[Figure]:
    """Give the targets that words alone state."""
    return [*_centres(text), *_wholes(text), *_grades(text), *_doublings(text)]


def _centres(text):
    """建设“五大中心”: five centres."""
    for found in _CENTRES.finditer(text):
        yield Figure(
            found.start("first"),
            found.end("unit"),
            "=",
            number_of(found["first"]),
            "个",
            (found.start(), found.end()),
            is_sure=False,
        )


def _doublings(text):
    """翻一番 is twice as much, 翻两番 four times."""
    for found in _DOUBLES.finditer(text):
        start = comma_start(text, found.start())
        yield Figure(
            found.start(),
            found.end(),
            "≥" if found["more"] else "=",
            Fraction(2 ** number_of(found["times"]).numerator),
            "倍",
            (start, found.start()) if found.start() > start else found.span(),
            is_striven_for=bool(STRIVE.search(text[start : found.start()])),
        )


def _wholes(text):
    """…全覆盖 is 100 %."""
    for found in _WHOLE.finditer(text):
        start = found.start("measured") + len(
            re.match(r"(逐步|基本|全面|力争|争取|到20\d\d年|[“”]|推动|推进|促进|加快|确保)*(实现|达到)?", found["measured"])[0]
        )
        yield Figure(
            found.start("all"),
            found.end("all"),
            "≈" if "基本" in found.group() else "=",
            Fraction(100),
            "%",
            (min(start, found.end("measured")), max(found.end("measured"), start)),
            is_striven_for=bool(STRIVE.search(found["measured"])),
            is_sure=False,
        )


def _grades(text):
    """达到二级甲等水平: a grade reached or not."""
    for found in _GRADE.finditer(text):
        before = text[: found.start("grade")]
        if before.count("《") > before.count("》"):
            continue
        start = comma_start(text, found.start())
        yield Figure(
            found.start("grade"),
            found.end("grade"),
            "=",
            Fraction(1),
            "flag",
            (start, found.end("grade")),
            is_striven_for=bool(STRIVE.search(text[start : found.start()])),
            is_sure=False,
        )


def clause_start(text, at) -> int:
    """Where the clause that holds a position begins, at a full stop or semicolon."""
    return max(text.rfind(mark, 0, at) for mark in "。；！？") + 1


def comma_start(text, at) -> int:
    """Where the stretch that holds a position begins, at any stop but 、."""
    return max(text.rfind(mark, 0, at) for mark in "，。；：！？") + 1
