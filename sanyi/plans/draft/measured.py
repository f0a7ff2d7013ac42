"""The words of what a figure measures: the noun phrase before 达到, 不低于 and the like, or what is built, trained, set up."""

import re

_REACHING = re.compile(
    r"(的)?(总体|全部|均|分别|逐步|基本|稳定|力争|争取|力求|要|应|须|全面|总数|也|再|都|到20\d\d年|进一步)*(应|要)?"
    r"(达到|达|提高到|提升到|提高至|提升至|增加到|增加至|增至|增长到|上升到|降低到|降低至|下降到|下降至|降到|降至|减少到|减少至|压缩到|压缩至|压减到|压减至|减至|突破|缩短至|缩短到|控制在|控制到|稳定在|保持在|维持在|"
    r"不低于|不少于|不超过|不高于|不得低于|不得超过|低于|高于|超过|大于|小于|至少|实现|占|为|保持|约|[<>≤≥=＜＞])+(总支出的|总数的)?(全部|约)?$"
)
EACH = r"((每[人生户床亩名位家个](每)?[年月天日学期]*)|人均|年均|户均|每年|每月|每季度)"
_OPENERS = re.compile(
    r"^(并|且|和|及|其中|力争|争取|努力|确保|使|将|把|以|要|逐步|不断|全面|实现|力求|进一步|同时|在|、|；|即|基本(?=实现|形成|建立|达到)|严格|到20\d\d年底?[，,]?|20\d\d年[底末]?前?[，,]?|至20\d\d年底?[，,]?|年底前[，,]?)+"
)
_INSIDE = re.compile(r"[（(][^（）()]*[）)]")
_LONGEST = 48


def measured_before(text: str, start: int, end: int) -> tuple[int, int]:
    """The noun phrase between the clause's last comma and the figure, without 达到 and the like."""
    end = start + len(re.sub(rf"{EACH}$", "", text[start:end]))
    head = text[start:end]
    reaching = _REACHING.search(head)
    stop = start + (reaching.start() if reaching else len(head))
    marked = _INSIDE.sub(lambda found: "＿" * len(found.group()), text)  # a comma inside brackets parts nothing
    begin = max(marked.rfind(mark, start, stop) for mark in "，,。；：:！") + 1
    begin = max(begin, start)
    if stop - begin < 2:  # …率，达到90%: the noun stands before the comma
        previous = max(marked.rfind(mark, start, max(begin - 1, start)) for mark in "，,。；：:！") + 1
        begin, stop = max(previous, start), max(begin - 1, start)
    return _trimmed(text, begin, stop)


def measured_around(text: str, start: int, match) -> tuple[int, int]:
    """What is built or trained: from the verb before the figure to the end of the noun after it."""
    begin = max(text.rfind(mark, start, match.start()) for mark in "，,。；：:！、") + 1
    after = re.match(r"[^，,。；：:！、]{0,40}", text[match.end() :])
    return _trimmed(text, max(begin, start), match.end() + len(after[0]))


def _trimmed(text, begin, stop) -> tuple[int, int]:
    opener = _OPENERS.match(text[begin:stop])
    if opener and opener.end() < stop - begin - 1:
        begin += opener.end()
    if stop - begin > _LONGEST:
        begin = stop - _LONGEST
    return begin, max(stop, begin)
