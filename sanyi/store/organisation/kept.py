"""What of the organisation is kept by hand: for each kind its table, what a new row asks for, what of it may change, and who keeps it."""
from dataclasses import dataclass

from django.db.models import Model

from sanyi.store.organisation.tables import Consortium, Department, Institution, Membership, Posting, Staff
from sanyi.store.organisation.words import CONSORTIUM_KINDS, KINDS, LEVELS, OWNERSHIP, PARTS, POSTED_ROLES, PROFESSIONS, TITLES
from sanyi.workflows.workflow import Field

YES_NO = {"yes": ("是", "yes"), "no": ("否", "no")}
CODE, NAME = Field("code", "text", "编码", "code"), Field("name", "text", "名称", "name")
FROM, TO = Field("from_on", "date", "起始日期", "from"), Field("to_on", "date", "最后一日", "last day")
REGION = Field("region", "text", "所在区划", "region", is_required=False)
INSTITUTION, DEPARTMENT = Field("institution", "text", "机构编码", "institution code"), Field("department", "text", "科室编码", "department code", is_required=False)


@dataclass(frozen=True)
class Kept:
    """One kind of the organisation; `asks` for a new row, `changes` of one that is there, `keepers` the roles that do it.

    A director keeps those of the own institution; of `references` a field holds the code of a row of another kind.
    """

    name: str
    zh: str
    en: str
    table: type[Model]
    asks: tuple[Field, ...]
    changes: tuple[Field, ...]
    keepers: tuple[str, ...]
    references: tuple[str, ...] = ()


def _choice(name: str, zh: str, en: str, choices: dict, is_required: bool = True) -> Field:
    return Field(name, "choice", zh, en, is_required, choices)


_INSTITUTION = (NAME, _choice("level", "级别", "level", {code: words for code, words in LEVELS.items() if code}, False), _choice("kind", "类别", "kind", KINDS),
                _choice("ownership", "举办主体", "owner", OWNERSHIP), REGION)
_CONSORTIUM = (NAME, _choice("kind", "类型", "kind", CONSORTIUM_KINDS), REGION)
_STAFF = (NAME, _choice("profession", "岗位", "profession", PROFESSIONS), _choice("title", "职称", "title", TITLES, False))
_MEMBERSHIP = (Field("consortium", "text", "医联体编码", "consortium code"), INSTITUTION, _choice("part", "角色", "part", PARTS),
               _choice("has_full_finance", "是否全额财政", "fully financed by the budget", YES_NO),
               _choice("is_independent", "社会办自愿加入（业务纳入，人财物独立）", "private, of its own will (business included; people, money, assets independent)", YES_NO))
OFFICE = ("office",)

KEPT = {kept.name: kept for kept in (
    Kept("institution", "医疗机构", "Institutions", Institution, (CODE, *_INSTITUTION, FROM), _INSTITUTION, OFFICE),
    Kept("consortium", "医联体", "Consortia", Consortium, (CODE, *_CONSORTIUM, FROM), _CONSORTIUM, OFFICE),
    Kept("membership", "医联体成员", "Members", Membership, (*_MEMBERSHIP, FROM), (), OFFICE, ("consortium", "institution")),
    Kept("department", "科室", "Departments", Department, (INSTITUTION, CODE, NAME, FROM), (NAME,), ("office", "director"), ("institution",)),
    Kept("staff", "人员", "Staff", Staff, (CODE, *_STAFF, FROM), _STAFF, ("office", "director")),
    Kept("posting", "任职", "Postings", Posting, (Field("staff", "text", "人员编码", "staff code"), INSTITUTION, DEPARTMENT,
                                               _choice("role", "角色", "role", POSTED_ROLES), FROM), (), ("security_admin",),
         ("staff", "institution", "department")))}
