"""The page of who may read how much on which basis, printed from the table that decides it."""
from sanyi.workflows.access_matrix import BASES, LEVELS, MATRIX, PURPOSES, purposes_of
from sanyi.workflows.facts import ROLES

TITLE = """<!-- 由 `sanyi pages print` 生成，请勿手改 / printed by `sanyi pages print`: change the code, not this page -->

# 调阅依据 Bases of access

格内为可见的最高级别；空格为不可调阅。 A cell is the highest level that may be read; an empty one opens nothing.

{levels}

只有在诊的医师可见第5级；居民看自己的全部。 Level 5 is for attending doctors alone; residents read all that is their own.
"""


def access_page() -> str:
    """One line a basis and purpose, one column a role that may read anything."""
    roles = [role for role in ROLES if purposes_of(role)]
    head = ["| 依据 basis | 目的 purpose | " + " | ".join(f"{ROLES[role][0]} {role}" for role in roles) + " |", "| --- " * (len(roles) + 2) + "|"]
    rows = [f"| {BASES[basis][0]} {basis} | {PURPOSES[purpose][0]} {purpose} | " + " | ".join(str(found.get(role, "")) for role in roles) + " |"
            for (basis, purpose), found in MATRIX.items()]
    return "\n".join([TITLE.format(levels="；".join(f"{level} {zh} {en}" for level, (zh, en) in LEVELS.items())), *head, *rows]) + "\n"
