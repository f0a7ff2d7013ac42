"""Audit: one rule per file, the same rule for one bill before payment and for a year's bills after it."""
from functools import cache

from sanyi.audit.rule import Rule
from sanyi.terms.registry import find


@cache
def rules() -> tuple[Rule, ...]:
    """All audit rules in the order of their codes, found by folder."""
    return tuple(sorted(find(__name__, Rule), key=lambda rule: rule.code))
