"""What the columns of a plan's table are for, told by the words of its header."""

from functools import lru_cache
import re

ROLES = (
    ("number", r"序号|编号|项次|序"),
    ("baseline", r"现状|现状值|基期值?|基线值?|(20\d\d年)(现状值?|基线值?|基期值?|实际值?|完成值|实绩)|当前值|目前水平"),
    ("year", r"(到|至)?(20\d\d)年?(底|末)?(目标值?|目标要求|预期值?|指标值)?|(20\d\d)年(年?度)目标值?"),
    ("value", r"目标值|指标值|目标要求|量化指标|标准|标准值|评价标准|目标"),
    ("unit", r"计量单位|单位"),
    ("nature", r"指标性质|指标属性|属性|性质|指标导向|导向|数据来源|指标来源"),
    ("group", r"类别|类型|分类|目标任务|任务类别|任务分类|领域|维度|一级指标|改革领域|指标类别|项目类别|板块|方面"),
    ("indicator", r"指标|主要指标|指标名称|核心指标|二级指标|三级指标|指标内容|考核指标|监测指标|评价指标|具体指标"),
    ("document", r"拟出台文件|拟出台的?(政策|配套)文件|(配套|政策)?文件名称|配套文件|政策文件|制度名称|文件|配套政策"),
    ("leader", r"责任领导|分管领导|牵头领导|责任人|负责人|包抓领导|市级领导|县级领导"),
    ("lead", r"牵头科室|牵头单位|牵头部门|牵头责任单位|牵头责任部门|主要责任单位|主责单位|责任科室|牵头处室|责任处室"),
    ("units", r"责任单位|责任部门|责任主体|承办单位|实施单位|落实单位|主办单位|责任单位(和|及)部门"),
    ("partners", r"配合单位|配合部门|参与单位|参加单位|协办单位|配合科室|协同单位|配合责任单位"),
    (
        "due",
        r"完成时限|完成时间|时限|时间节点|时间安排|完成期限|时间要求|进度安排|完成时间节点|时限要求|出台时间|预计出台时间|期限",
    ),
    (
        "task",
        r"任务内容|工作任务|重点任务|主要任务|改革任务|具体任务|工作内容|任务|工作举措|重点举措|具体措施|主要措施|工作措施|措施|建设内容"
        r"|任务名称|项目名称|项目|重点工作|主要内容|目标任务内容|改革举措|任务举措|内容|任务分解|具体内容|工作事项|事项",
    ),
    ("result", r"成果形式|预期成果|工作目标|任务目标|进度|工作进度"),
    ("note", r"备注|说明"),
)
_ROLES = tuple((role, re.compile(words)) for role, words in ROLES)
ROW_KINDS = ("task", "indicator", "document")


@lru_cache(maxsize=4096)
def role_of(header: str) -> str:
    """Give the role of a column by the words of its header; empty when they are not known."""
    words = re.sub(r"[（(【\[][^）)】\]]{0,60}[）)】\]]|\s", "", header).translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    return next((role for role, pattern in _ROLES if words and pattern.fullmatch(words)), "")


_PARTS = (
    ("leader", r"领导$"),
    ("lead", r"牵头"),
    ("partners", r"配合|协[办作同助]"),
    ("units", r"责任|承办|负责"),
    ("due", r"时限|时间|期限|进度|节点"),
    ("task", r"任务|措施|举措"),
)


def _role_by_part(header: str) -> str:
    """The role that a word within an unknown header tells: 时间进度, 牵头责任股室."""
    words = "".join(header.split())
    return next((role for role, part in _PARTS if len(words) <= 12 and re.search(part, words)), "")


def roles_of(headers) -> tuple[str, ...]:
    """Give the roles of a header row; 单位 beside an indicator is its unit of measure, beside a task the unit answerable."""
    headers = tuple(headers)
    roles = [role_of(header) for header in headers]
    if sum(bool(role) for role in roles) >= 2:
        roles = [role or _role_by_part(header) for role, header in zip(roles, headers)]
    if "indicator" not in roles and "task" in roles:
        roles = ["units" if role == "unit" else role for role in roles]
    if (
        "indicator" not in roles
        and "task" in roles
        and {"year", "value", "baseline"} & set(roles)
        and not {"units", "lead"} & set(roles)
    ):
        roles[roles.index("task")] = "indicator"
    return tuple(roles)


def is_header(roles) -> bool:
    """Say whether roles make a header row: something to list, and at least two further known columns."""
    known = [role for role in roles if role]
    return len(set(known)) >= 2 and len(known) >= 3 and any(role in ROW_KINDS for role in known)


@lru_cache(maxsize=4096)
def tiled(words: str) -> tuple[str, ...]:
    """Cut run-together header words into header cells; empty when they cannot be cut without rest."""
    if not words:
        return ()
    for length in range(min(len(words), 12), 0, -1):
        head = words[:length]
        if role_of(head):
            if length == len(words):
                return (head,)
            rest = tiled(words[length:])
            if rest:
                return (head, *rest)
    return ()


def year_of(header: str) -> int:
    """Give the year a column's header names; 0 when it names none."""
    found = re.search(r"20\d\d", header)
    return int(found.group()) if found else 0
