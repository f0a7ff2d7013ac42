"""The places and institutions of a region: districts, towns, villages, and who cares for them."""
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sanyi.worlds.frame import Frame
from sanyi.worlds.streams import stream

DISTRICT_NAMES = ("望海区", "临江区", "青山县", "平川县")
TOWN_NAMES = ("东", "西", "南", "北", "中", "上", "下", "新", "和", "安", "丰", "宁", "泰", "兴", "永", "长", "仁", "义", "德", "福")
TOWN_ENDINGS = ("街道", "镇", "乡")
TIERS = {"3A": 3, "3B": 3, "2A": 2, "2B": 2, "1": 1, "community": 1, "township": 1, "village": 0}


@dataclass(frozen=True)
class Institution:
    """One institution: `district` is -1 and `town` -1 outside the area or above them."""

    name: str
    level: str
    kind: str
    owner: str
    region_id: str
    district: int
    town: int = -1
    beds: int = 0
    opened_year: int = 1990


@dataclass(frozen=True)
class Places:
    """The region's map: arrays by village and by town, the list of institutions, and which serve where (indexes into it)."""

    city_id: str
    district_ids: tuple[str, ...]
    district_names: tuple[str, ...]
    town_ids: tuple[str, ...]
    town_names: tuple[str, ...]
    village_ids: tuple[str, ...]
    village_names: tuple[str, ...]
    village_starts: np.ndarray
    village_town: np.ndarray
    town_district: np.ndarray
    town_remoteness: np.ndarray
    institutions: tuple[Institution, ...]
    village_clinic: np.ndarray
    town_centre: np.ndarray
    lead: np.ndarray
    secondary: np.ndarray
    private: np.ndarray
    off_site: np.ndarray
    team_counts: np.ndarray
    first_team: np.ndarray

    @property
    def institution_ids(self) -> tuple[str, ...]:
        """The institutions' codes, in the order of their indexes."""
        return tuple(f"H{place + 1:05d}" for place in range(len(self.institutions)))

    @property
    def tiers(self) -> np.ndarray:
        """Each institution's tier: 0 village, 1 town, 2 secondary, 3 tertiary."""
        return np.array([TIERS[one.level] for one in self.institutions], dtype=np.int8)

    @property
    def district_count(self) -> int:
        """How many districts."""
        return len(self.district_ids)


def district_count(residents: int) -> int:
    """Two districts in a small region, four up to 1.5 million residents, then one per 400,000."""
    return 2 if residents < 50_000 else 4 if residents <= 1_500_000 else -(-residents // 400_000)


@lru_cache(maxsize=2)
def places(frame: Frame) -> Places:
    """Draw the map of a region."""
    random = stream(frame.seed, "places")
    count = district_count(frame.residents)
    district_people = _sizes(random, frame.residents, count, 0.25)
    town_people, town_district = _split(random, district_people, 25_000, 2)
    village_people, village_town = _split(random, town_people, 3_000, 2)
    city = "990100"
    district_ids = tuple(f"9901{place + 1:02d}" if count < 99 else f"99{place + 1:04d}" for place in range(1, count + 1))
    town_ids = _child_ids(district_ids, town_district)
    village_ids = _child_ids(town_ids, village_town)
    names = _names(count, town_district, village_town)
    remoteness = np.clip(random.beta(2.0, 2.5, len(town_ids)), 0.05, 0.95)
    institutions, maps = _institutions(random, district_people, town_people, town_district, village_town, district_ids,
                                       town_ids, village_ids, names)
    teams = np.maximum(2, -(-town_people // 2_500))
    return Places(city, district_ids, names[0], town_ids, names[1], village_ids, names[2],
                  np.concatenate([[0], np.cumsum(village_people)]), village_town, town_district, remoteness,
                  tuple(institutions), *maps, teams, np.concatenate([[0], np.cumsum(teams)])[:-1])


def _sizes(random: np.random.Generator, people: int, parts: int, spread: float) -> np.ndarray:
    """Cut a number of people into uneven parts that sum to it."""
    weight = np.exp(random.normal(0.0, spread, parts))
    edges = np.rint(np.cumsum(weight) / weight.sum() * people).astype(np.int64)
    edges[-1] = people
    return np.diff(np.concatenate([[0], edges]))


def _split(random: np.random.Generator, people: np.ndarray, size: int, fewest: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut each place into parts of about `size`; give the parts' people and the place each belongs to."""
    counts = np.maximum(fewest, np.rint(people / size).astype(np.int64))
    parts = [_sizes(random, int(number), int(count), 0.3) for number, count in zip(people, counts)]
    return np.concatenate(parts), np.repeat(np.arange(len(people)), counts)


def _child_ids(parents: tuple[str, ...], parent_of: np.ndarray) -> tuple[str, ...]:
    """Number the children of each parent from 001."""
    seen: dict[int, int] = {}
    found = []
    for parent in parent_of.tolist():
        seen[parent] = seen.get(parent, 0) + 1
        found.append(f"{parents[parent]}{seen[parent]:03d}")
    return tuple(found)


def _names(count: int, town_district: np.ndarray, village_town: np.ndarray) -> tuple[tuple[str, ...], ...]:
    """Name districts, towns and villages (made-up names)."""
    districts = tuple(DISTRICT_NAMES[place] if place < 4 else f"第{place + 1}区" for place in range(count))
    towns = tuple(f"{TOWN_NAMES[place % 20]}{TOWN_NAMES[(place * 7 + 3) // 20 % 20]}{TOWN_ENDINGS[place % 3]}"
                  for place in range(len(town_district)))
    villages = tuple(f"{towns[town][:2]}{TOWN_NAMES[place % 20]}{TOWN_NAMES[(place // 20 + 5) % 20]}村"
                     for place, town in enumerate(village_town.tolist()))
    return districts, towns, villages


def _institutions(random, district_people, town_people, town_district, village_town, district_ids, town_ids, village_ids, names):
    """List the institutions and the maps from places to them."""
    found: list[Institution] = []
    lead, secondary, private = [], [], []

    def add(*words, **more) -> int:
        found.append(Institution(*words, **more))
        return len(found) - 1

    for place, people in enumerate(district_people.tolist()):
        where, name = district_ids[place], names[0][place]
        beds = max(40, people * 3 // 1000)
        level = "3A" if place % 2 == 0 else "3B"
        lead.append(add(f"{name}人民医院", level, "general", "public", where, place, beds=beds, opened_year=1962))
        secondary.append((add(f"{name}中医院", "2A", "tcm", "public", where, place, beds=max(20, beds // 3), opened_year=1978),
                          add(f"{name}妇幼保健院", "2B", "maternal_child", "public", where, place, beds=max(20, beds // 6), opened_year=1984)))
        private.append((add(f"{name}康和医院", "2B", "general", "private", where, place, beds=max(20, beds // 6), opened_year=2009),
                        add(f"{name}仁爱骨科医院", "1", "specialty", "private", where, place, beds=20, opened_year=2014)))
    centre = [add(names[1][town] + ("社区卫生服务中心" if town % 3 == 0 else "卫生院"), "community" if town % 3 == 0 else "township",
                  "primary", "public", town_ids[town], int(town_district[town]), town, max(10, people // 1000), 1970)
              for town, people in enumerate(town_people.tolist())]
    clinic = [add(names[2][place] + "卫生室", "village", "station", "public", village_ids[place], int(town_district[town]), town, 0, 1985)
              for place, town in enumerate(village_town.tolist())]
    off_site = [add(name, "3A", kind, "public", "990000", -1, beds=1800, opened_year=1950)
                for name, kind in (("省人民医院", "general"), ("省肿瘤医院", "specialty"), ("大学附属第一医院", "general"))]
    maps = (clinic, centre, lead, secondary, private, off_site)
    return found, tuple(np.array(one, dtype=np.int32) for one in maps)
