"""Contracts with family-doctor teams: renewed, signed during the year, ended early, moved; never two at a time."""
import numpy as np

from sanyi.worlds.batch import NO_DAY, Batch, Words, dates, days, ids
from sanyi.worlds.frame import Frame
from sanyi.worlds.people import People, people
from sanyi.worlds.places import Places, places
from sanyi.worlds.streams import stream

PACKAGES = ("basic", "chronic", "elderly", "child", "pregnant")
STATUSES = ("active", "ended", "expired")
ACTIVE, ENDED, EXPIRED = range(3)


def contract_batch(frame: Frame, block: int) -> Batch:
    """The contracts of a block's residents, for the last year and the one before."""
    who, where = people(frame, block), places(frame)
    random = stream(frame.seed, "contracts", block, 1)
    parts = [_earlier(random, frame, who, where), *_this_year(random, frame, who, where)]
    resident, team, start, end, status = (np.concatenate(column) for column in zip(*parts))
    order = np.lexsort((start, resident))
    resident, team, start, end, status = (column[order] for column in (resident, team, start, end, status))
    number = (block << 19) + np.arange(len(resident))
    team_names = tuple(team_id(place) for place in range(int(where.first_team[-1] + where.team_counts[-1])))
    signed = start - random.integers(0, 25, len(start))
    return Batch("contracts", None, {
        "contract_id": ids("C", number, 7), "resident_id": ids("P", who.first + resident, 6),
        "team_id": Words(team.astype(np.int32), team_names),
        "package_code": Words(_package(random, frame, who, resident), PACKAGES),
        "signed_on": dates(signed), "start_on": dates(start), "end_on": dates(end),
        "status_code": Words(status.astype(np.int32), STATUSES)})


def team_id(place: int) -> str:
    """The code of a team by its place."""
    return f"T{place + 1:06d}"


def _team(random, where: Places, town: np.ndarray) -> np.ndarray:
    """One of the teams of a town."""
    return where.first_team[town] + (random.random(len(town)) * where.team_counts[town]).astype(np.int64)


def _earlier(random, frame: Frame, who: People, where: Places):
    """Last year's contracts, expired: four in five of those contracted now."""
    chosen = np.flatnonzero(who.contracted & (random.random(who.count) < 0.8) & (who.born < days(frame.last_year - 1)))
    start, end = days(frame.last_year - 1), days(frame.last_year) - 1
    chosen = chosen[(who.died[chosen] == NO_DAY) | (who.died[chosen] > end)]
    full = np.full(len(chosen), 1, dtype=np.int64)
    return chosen, _team(random, where, who.town[chosen]), full * start, full * end, full * EXPIRED


def _this_year(random, frame: Frame, who: People, where: Places):
    """This year's contracts: most from New Year, some later, some ended early or moved to another district's team."""
    first, last = days(frame.last_year), days(frame.last_year + 1) - 1
    chosen = np.flatnonzero(who.contracted)
    kind = random.random(len(chosen))
    later = first + random.integers(20, 210, len(chosen))
    start = np.where(kind < 0.20, later, first)
    start = np.maximum(start, who.born[chosen] + 10)
    break_day = first + random.integers(60, 330, len(chosen))
    moves = (kind > 0.985) & (break_day > start + 30)
    ends = (kind > 0.955) & (kind <= 0.985) & (break_day > start + 30)
    end = np.where(moves | ends, break_day, last)
    died = who.died[chosen]
    dies = (died != NO_DAY) & (died <= end)
    end = np.where(dies, died, end)
    status = np.where(moves | ends | dies, ENDED, ACTIVE)
    keep = start <= end
    team = _team(random, where, who.town[chosen])
    second = np.flatnonzero(moves & ~dies & keep)
    town = _other_town(random, where, who.town[chosen[second]])
    second_died = who.died[chosen[second]]
    second_end = np.where(second_died != NO_DAY, np.minimum(np.maximum(second_died, end[second] + 1), last), last)
    alive = (second_died == NO_DAY) | (second_died > end[second] + 1)
    moved = (chosen[second], _team(random, where, town), end[second] + 1, second_end,
             np.where(second_end < last, ENDED, ACTIVE))
    return ((chosen[keep], team[keep], start[keep], end[keep], status[keep]), tuple(column[alive] for column in moved))


def _other_town(random, where: Places, town: np.ndarray) -> np.ndarray:
    """A town of another district."""
    count = len(where.town_ids)
    guess = (town + 1 + (random.random(len(town)) * (count - 1)).astype(np.int64)) % count
    towns = np.arange(count)
    fallback = np.array([towns[where.town_district != district][0] for district in range(where.district_count)])
    same = where.town_district[guess] == where.town_district[town]
    return np.where(same, fallback[where.town_district[town]], guess)


def _package(random, frame: Frame, who: People, resident: np.ndarray) -> np.ndarray:
    """The package by age, sex and health."""
    age = (days(frame.last_year + 1) - who.born[resident]) // 365
    pregnant = ~who.is_male[resident] & (age >= 20) & (age < 40) & (random.random(len(resident)) < 0.08)
    found = np.where(age >= 65, 2, np.where(age < 7, 3, np.where((age >= 45) & (who.frailty[resident] > 1.2), 1, 0)))
    return np.where(pregnant, 4, found).astype(np.int32)
