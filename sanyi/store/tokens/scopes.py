"""What a token may at most: reading or acting, on one thing or on all; the account's own rights hold besides."""
from collections.abc import Collection, Sequence
import re

from sanyi.workflows.errors import BadField

VERBS = {"read": ("读", "read"), "act": ("办理", "act")}
SCOPE = re.compile(r"(read|act):([A-Za-z_]{1,40}|\*)", re.ASCII)
MOST = 40


def check_scopes(scopes: Sequence[str]) -> list[str]:
    """Put scopes such as `read:referral` or `act:*` in order. Errors: BadField."""
    wrong = [scope for scope in scopes if not SCOPE.fullmatch(scope)]
    if wrong or not 1 <= len(scopes) <= MOST:
        raise BadField(f"权限范围如 read:referral、act:*，每行一个；得到 {', '.join(wrong)[:60] or '无'}",
                       f"a scope is like read:referral or act:*, one a line; got {', '.join(wrong)[:60] or 'none'}", "scopes")
    return sorted(set(scopes))


def covers(scopes: Collection[str], verb: str, name: str) -> bool:
    """Whether some scope covers a verb on a thing; who may act may not thereby read."""
    return f"{verb}:{name}" in scopes or f"{verb}:*" in scopes
