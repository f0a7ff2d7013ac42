"""Which district every place lies in, and which consortia serve it."""
from sanyi.tables.table import Table, text
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

REGION_DISTRICTS = Table(
    "region_districts", "区划所属区县", "District of each place", key=("region_id",),
    note="Places above the districts have none and are left out.",
    columns=(text("region_id", "区划代码", "region code", references="regions.region_id"),
             text("district_id", "区县代码", "district", references="regions.region_id")))
CONSORTIUM_DISTRICTS = Table(
    "consortium_districts", "医联体服务区县", "Districts a consortium serves", key=("consortium_id", "district_id"),
    columns=(text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
             text("district_id", "区县代码", "district", references="regions.region_id")))
MAP = [{"region_id": "city", "level_code": "city"},
       {"region_id": "d1", "level_code": "district", "parent_region_id": "city"},
       {"region_id": "t1", "level_code": "town", "parent_region_id": "d1"},
       {"region_id": "v1", "level_code": "village", "parent_region_id": "t1"}]


@step(makes=REGION_DISTRICTS, exact=True, source=Source(obligation="HK-03"), examples=(
    Example("村、镇归到区县；市本身没有区县", "A village and a town belong to the district; the city to none", {"regions": MAP},
            [{"region_id": name, "district_id": "d1"} for name in ("d1", "t1", "v1")]),))
def region_districts(regions):
    """The district of each place at or below a district, by walking up to it."""
    by_id = {row["region_id"]: row for row in regions}
    found = ((name, _district(by_id, name)) for name in by_id)
    return [{"region_id": name, "district_id": district} for name, district in found if district]


def _district(by_id: dict, name: str | None) -> str | None:
    """Walk up to the district; a circle or an unknown parent leads nowhere."""
    seen: set[str] = set()
    while name in by_id and name not in seen:
        if by_id[name]["level_code"] == "district":
            return name
        seen.add(name)
        name = by_id[name]["parent_region_id"]
    return None


@step(makes=CONSORTIUM_DISTRICTS, exact=True, source=Source(obligation="HK-03"), examples=(
    Example("服务全市的医联体服务所有区县", "A consortium of the city serves its districts",
            {"regions": [*MAP, {"region_id": "d2", "level_code": "district", "parent_region_id": "city"}],
             "consortia": [{"consortium_id": "A", "region_id": "d1"}, {"consortium_id": "B", "region_id": "city"}]},
            [{"consortium_id": "A", "district_id": "d1"}, {"consortium_id": "B", "district_id": "d1"},
             {"consortium_id": "B", "district_id": "d2"}]),))
def consortium_districts(regions, consortia):
    """The districts in the area each consortium serves; one that serves less than a district has none."""
    by_id = {row["region_id"]: row for row in regions}
    districts = [name for name, row in by_id.items() if row["level_code"] == "district"]
    return [{"consortium_id": one["consortium_id"], "district_id": district} for one in consortia for district in districts
            if _lies_in(by_id, district, one["region_id"])]


def _lies_in(by_id: dict, name: str | None, area: str) -> bool:
    seen: set[str] = set()
    while name in by_id and name not in seen:
        if name == area:
            return True
        seen.add(name)
        name = by_id[name]["parent_region_id"]
    return False
