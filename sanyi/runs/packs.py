"""Where the plan packs lie: in a folder of one's own, beside the checkout, or inside an installed package."""
import os
from functools import cache
from pathlib import Path

import sanyi
from sanyi.indicators import indicators
from sanyi.plans import Plan, Problem, check_plan, read_plan
from sanyi.plans.pack import read_identity

DEMO_REGION = "region-demo"
OWN = "SANYI_PACKS"


def packs_folders() -> list[Path]:
    """The folders that hold packs: the one that SANYI_PACKS names, if any, then the checkout's."""
    house, own = Path(sanyi.__file__).parent, os.environ.get(OWN)
    return [folder for folder in ([Path(own)] if own else []) + [house.parent / "packs", house / "packs"] if folder.is_dir()]


def plan_names() -> list[str]:
    """The plans that lie in the folders, by name; regions and dictionaries are no plans."""
    found = {path.parent.name: path.parent for folder in reversed(packs_folders()) for path in folder.glob("*/pack.toml")}
    return sorted(name for name, path in found.items() if (identity := read_identity(path)) and identity.kind == "plan")


def open_plan(name: str, region: str | None = DEMO_REGION) -> Plan:
    """Read a plan by name or path, with a region's values beneath it."""
    return read_plan(name, packs_folders(), region, computed_indicators())


def problems_of(name: str, region: str | None = DEMO_REGION) -> tuple[Problem, ...]:
    """Give every problem of a plan with its region, its targets held against the indicators there are."""
    return check_plan(name, packs_folders(), region, computed_indicators())


@cache
def computed_indicators() -> frozenset[str]:
    """The codes of the indicators that are computed from the record."""
    return frozenset(indicator.code for indicator in indicators())
