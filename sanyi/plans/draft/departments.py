"""Names of bodies: which words look like one, and how a list of them is cut (the lead stands first)."""

import re

_ENDINGS = (
    "委员会|政府|管委会|工委|党工委|纪委监委|纪委|监委|编办|编委办|网信办|医改办|医保办|扶贫办|金融办|政法委|党委|团委|工会|总工会|妇联|残联|科协|文联|红十字会|"
    "侨联|工商联|办公室|办事处|街道办|街道|组织部|宣传部|统战部|党校|法院|检察院|公安分局|分局|税务局|总局|监管局|管理局|局|厅|委|办|处|科|股|室|部|署|"
    "中心|总院|医院|卫生院|保健院|卫健院|疾控|血站|卫生监督所|研究院|研究所|大学|学院|集团|公司|医共体|医联体|乡镇|镇|乡|县区|县市区|市县|区县|单位|部门|机构|组|会|所|站|院|队|协会|学会|商会|银行|海关|供销社|电视台|学校|监狱|园区|新区|开发区|高新区|示范区|各区|各县|各市|团"
)
ENDING = re.compile(rf"(?:{_ENDINGS})(?:[（(〔【\[][^）)〕】\]]*[）)〕】\]])?")
_LOOKS = re.compile(
    rf"(?:[\u4e00-\u9fffA-Za-z0-9·“”\-—]|[（(〔【\[][^）)〕】\]]*[）)〕】\]])*?(?:{_ENDINGS})(?:[（(〔【\[][^）)〕】\]]*[）)〕】\]])?(?:等)?"
)
_NOBODY = {"部门", "单位", "机构", "中心", "小组", "医院", "政府", "有关部门", "相关部门", "同单位"}
_OPEN, _CLOSE = "（(〔【[［", "）)〕】]］"
_CUTS = "、，,；;/和 "
_VERB = re.compile(
    r"推进|推动|完善|加强|建立|建设(?!局|委|厅|部|处|科|办|管理|中心)|落实|提高|提升|强化|开展|制定|深化|健全|实施|探索|按照|符合|支持|鼓励|承担|负责|做好|参与|包括|实行|所有|全部|纳入"
)


def is_unit(name: str) -> bool:
    """Say whether words look like the name of a body: an ending such as 局 or 医院, and nothing that reads like a sentence."""
    return (
        2 <= len(name) <= 40
        and name not in _NOBODY
        and bool(_LOOKS.fullmatch(name))
        and not _VERB.search(name)
        and not re.search(r"[。的由]|具体|考核(?!办|委|组|中心|领导|工作领导)", name)
    )


def cut_units(text: str) -> list[tuple[int, int]]:
    """Cut a list of bodies at its commas, never inside brackets; gives start and end of each name."""
    pieces, depth, start = [], 0, 0
    for at, character in enumerate(text + "、"):
        depth += character in _OPEN
        depth -= character in _CLOSE
        if character in _CUTS and depth <= 0 or at == len(text):
            if character == "和" and not _joins_two(text, at):
                continue
            pieces.append((start, at))
            start, depth = at + 1, 0
    whole = [trimmed for piece in pieces if (trimmed := _trimmed(text, *piece))]
    return [part for piece in whole for part in _run_together(text, *piece)]


def _run_together(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Names once parted by a blank, each opening with the same 省, 市, 县 or 区: 县医保局县财政局."""
    level = text[start]
    if level not in "省市县区州旗" or end - start < 8:
        return [(start, end)]
    cuts = [start, *(at.start() + start for at in re.finditer(rf"(?<=[局委厅办部]){level}", text[start:end])), end]
    parts = list(zip(cuts, cuts[1:]))
    return parts if all(is_unit(text[a:b]) and b - a >= 4 for a, b in parts) else [(start, end)]


def _joins_two(text: str, at: int) -> bool:
    """和 cuts only between two whole names: 市财政局和市医保局, not 发展和改革局."""
    before = re.search(r"[^、，,；;]*$", text[:at])[0]
    after = re.match(r"[^、，,；;]*", text[at + 1 :])[0]
    return (
        len(before) >= 3
        and bool(_LOOKS.fullmatch(before))
        and bool(_LOOKS.match(after))
        and not re.fullmatch(r".{0,8}发展", before)
        and before[-1] in "局委厅办院府部科处会心位门"
        and len(after) >= 3
    )


def _trimmed(text: str, start: int, end: int):
    while start < end and text[start] in "、，,；;：: 。．.等及与由":
        start += 1
    while start < end and text[end - 1] in "、，,；;：: 。．.":
        end -= 1
    tail = re.search(r"等(有关|相关)?(部门|单位)?$", text[start:end])
    if tail and tail.start() >= 3:
        end = start + tail.start()
    return (start, end) if end > start else None


def balanced(text: str) -> bool:
    """Say whether every bracket of a text is closed."""
    return sum(text.count(mark) for mark in _OPEN) <= sum(text.count(mark) for mark in _CLOSE)
