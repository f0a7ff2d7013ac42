"""The page of routes × roles, printed from what the views declare."""
from sanyi.web.access import PUBLIC, routes
from sanyi.workflows.facts import ROLES

TITLE = """<!-- 由 `sanyi pages print` 生成，请勿手改 / printed by `sanyi pages print`: change the code, not this page -->

# 地址与角色 Routes and roles

每个地址都声明谁可以打开；未声明的一律拒绝。行级的范围（本机构、本人）由查询再收窄。
Every route declares who may open it; what is not declared is refused. Which rows a role then sees is narrowed by the queries.
"""


def routes_page() -> str:
    """A table of every route with a mark for each role that may open it."""
    head = ["| 地址 route | 不登录 public | " + " | ".join(f"{zh} {role}" for role, (zh, _) in ROLES.items()) + " |", "| --- " * (len(ROLES) + 2) + "|"]
    rows = [f"| `{address}` | {_mark(PUBLIC in roles)} | " + " | ".join(_mark(role in roles or PUBLIC in roles) for role in ROLES) + " |" for address, roles in routes().items()]
    return "\n".join([TITLE, *head, *rows]) + "\n"


def _mark(is_allowed: bool) -> str:
    return "●" if is_allowed else ""
