"""Where the plan packs lie: beside the checkout, or inside an installed package."""
from pathlib import Path

import sanyi
from sanyi.plans import Plan, read_plan

DEMO_REGION = "region-demo"


def packs_folders() -> list[Path]:
    """The folders that hold packs, the checkout's first."""
    house = Path(sanyi.__file__).parent
    return [folder for folder in (house.parent / "packs", house / "packs") if folder.is_dir()]


def open_plan(name: str, region: str = DEMO_REGION) -> Plan:
    """Read a plan by name or path, with a region's values beneath it."""
    return read_plan(name, packs_folders(), region)
