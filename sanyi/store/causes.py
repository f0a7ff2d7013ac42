"""Why a run says otherwise than the one before: what differs between their cards."""
from collections.abc import Mapping

PARTS = {"plan_digest": ("方案有更正", "the plan was corrected"), "plan_on": ("方案取自另一日", "the plan is taken on another day"),
         "records_snapshot": ("记录有新增或更正", "records were added or corrected"), "code_version": ("核算程序更新", "the program was updated"),
         "engine": ("引擎更换", "another engine")}


def causes_between(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """Say in both languages what changed from one run card to the next; empty where nothing did. Source: R10."""
    changed = [words for name, words in PARTS.items() if before.get(name) != after.get(name)]
    if not changed:
        return ""
    return f"{'、'.join(zh for zh, _ in changed)} / {', '.join(en for _, en in changed)}"
