"""The plans that lie on this machine, opened once; a broken one is named with its first problem and hides no other."""
import os
from collections.abc import Mapping
from functools import cache

from django.http import Http404

from sanyi.plans import BadPack, Plan
from sanyi.runs.packs import DEMO_REGION, open_plan, plan_names


def packs() -> Mapping[str, Plan]:
    """Every plan that can be read, by its name; its region's values lie beneath its own."""
    return _opened()[0]


def group_word(plan: str, code: str, language: str) -> str:
    """What a plan calls a group of its tasks; a ledger may be open whose pack has left this machine."""
    return packs()[plan].word(code, language) if plan in packs() else code


def broken_packs() -> Mapping[str, str]:
    """The first problem of every plan that cannot be read."""
    return _opened()[1]


@cache
def _opened() -> tuple[dict[str, Plan], dict[str, str]]:
    whole, broken = {}, {}
    for name in plan_names():
        try:
            whole[name] = open_here(name)
        except BadPack as error:
            broken[name] = str(error.problems[0])
    return whole, broken


def open_here(name: str) -> Plan:
    """Open a plan by name or folder with the region that this server shows, else the demonstration's."""
    return open_plan(name, os.environ.get("SANYI_REGION") or DEMO_REGION)


def pack(name: str) -> Plan:
    """One plan by name. Raises Http404 naming those there are."""
    if name not in packs():
        raise Http404(f"没有方案 {name}；现有：{', '.join(packs())} / there is no plan {name}")
    return packs()[name]
