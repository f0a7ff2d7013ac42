"""Referrals of the reform year: up, sideways and off-site before stays, down after them, and some that came to nothing."""
from functools import lru_cache

import numpy as np

from sanyi.worlds.batch import NO_DAY, Batch, Words, dates, days, ids
from sanyi.worlds.cases import DIAGNOSIS_CODES, DIAGNOSIS_OF
from sanyi.worlds.frame import Frame
from sanyi.worlds.people import people
from sanyi.worlds.places import places
from sanyi.worlds.stays import stays
from sanyi.worlds.streams import stream
from sanyi.worlds.visits import down_referred, follow_ups

DIRECTIONS, STATUSES = ("up", "down", "sideways", "off_site"), ("arrived", "rejected", "no_show", "closed")


SOON_DAYS = 7  # a stay elsewhere within a week of another went on from it, and mostly by referral


@lru_cache(maxsize=2)
def came_from(frame: Frame, block: int) -> np.ndarray:
    """The institution that each stay's patient had left within the week before, another than this one; -1 where there is none."""
    cases = stays(frame, frame.last_year, block).cases
    order = np.lexsort((cases.admitted, cases.resident))
    before, after = order[:-1], order[1:]
    gap = cases.admitted[after] - cases.discharged[before]
    goes_on = ((cases.resident[after] == cases.resident[before]) & (gap >= 0) & (gap <= SOON_DAYS)
               & (cases.institution[after] != cases.institution[before]))
    found = np.full(len(cases), -1, dtype=np.int64)
    found[after[goes_on]] = cases.institution[before[goes_on]]
    return found


@lru_cache(maxsize=2)
def stay_referrals(frame: Frame, block: int) -> np.ndarray:
    """The referral number of each stay of the block (its own place), -1 for those who came by themselves."""
    cases, where = stays(frame, frame.last_year, block).cases, places(frame)
    random = stream(frame.seed, "referrals", block)
    tier, off_site = where.tiers[cases.institution], np.isin(cases.institution, where.off_site)
    chance = np.where(off_site, 0.62, np.where(tier >= 2, 0.15, 0.0))
    chance = np.where(came_from(frame, block) >= 0, 0.85, chance)
    return np.where(random.random(len(cases)) < chance, np.arange(len(cases)), -1)


def referral_batch(frame: Frame, block: int) -> Batch:
    """All referrals that concern a block's residents."""
    cases, who, where = stays(frame, frame.last_year, block).cases, people(frame, block), places(frame)
    random = stream(frame.seed, "referrals", block, 1)
    up, down = np.flatnonzero(stay_referrals(frame, block) >= 0), down_referred(frame, block)
    in_vain = np.flatnonzero((random.random(len(cases)) < 0.012) & (stay_referrals(frame, block) < 0))
    rows = np.concatenate([up, down, in_vain])
    kind = np.repeat([0, 1, 2], [len(up), len(down), len(in_vain)])
    _, _, follow_day = follow_ups(frame, block)
    centre = where.town_centre[who.town[cases.resident[rows]]]
    off_site = np.isin(cases.institution[rows], where.off_site)
    lead = where.lead[who.district[cases.resident[rows]]]
    start = np.where(off_site & (kind != 1), lead, centre)
    sender = np.where(kind == 1, cases.institution[rows], start)
    sender = np.where((kind != 1) & (sender == cases.institution[rows]), centre, sender)
    last = np.where(kind == 0, came_from(frame, block)[rows], -1)
    sender = np.where(last >= 0, last, sender)
    receiver = np.where(kind == 1, centre, cases.institution[rows])
    receiver = np.where((kind == 2) & (receiver == sender), lead, receiver)
    rise = where.tiers[receiver] - where.tiers[sender]
    onward = np.where(rise > 0, 0, np.where(rise < 0, 1, 2))
    direction = np.where(kind == 1, 1, np.where(off_site, 3, np.where(last >= 0, onward, 0)))
    status = np.where(kind == 2, random.integers(1, 3, len(rows)), np.where(random.random(len(rows)) < 0.5, 0, 3))
    sent = np.where(kind == 1, cases.discharged[rows], cases.admitted[rows] - random.integers(0, 4, len(rows)))
    sent = np.where(who.born[cases.resident[rows]] > sent, who.born[cases.resident[rows]], sent)
    number = np.concatenate([up, len(cases) + np.arange(len(down)), len(cases) + len(down) + np.arange(len(in_vain))])
    died = who.died[cases.resident[down]]
    arrives = (died == NO_DAY) | (follow_day < died)
    status[kind == 1] = np.where(arrives, status[kind == 1], 2)
    return Batch("referrals", None, {
        "referral_id": ids("F", (block << 18) + number, 7), "resident_id": ids("P", who.first + cases.resident[rows], 6),
        "direction_code": Words(direction.astype(np.int32), DIRECTIONS),
        "from_institution_id": Words(sender.astype(np.int32), where.institution_ids),
        "to_institution_id": Words(receiver.astype(np.int32), where.institution_ids),
        "status_code": Words(status.astype(np.int32), STATUSES),
        "diagnosis_code": Words(DIAGNOSIS_OF[cases.disease[rows]].astype(np.int32), DIAGNOSIS_CODES), "referred_on": dates(sent)})


def filing_batch(frame: Frame, block: int) -> Batch:
    """Off-site filings of a block's residents: a third of those who went outside the area unreferred are filed as living there."""
    cases, who, where = stays(frame, frame.last_year, block).cases, people(frame, block), places(frame)
    random = stream(frame.seed, "filings", block)
    alone = np.isin(cases.institution, where.off_site) & (stay_referrals(frame, block) < 0)
    resident = np.unique(cases.resident[alone])
    resident = resident[random.random(len(resident)) < 0.34]
    return Batch("off_site_filings", None, {
        "resident_id": ids("P", who.first + resident, 6), "from_on": dates(np.full(len(resident), days(frame.last_year))),
        "to_on": dates(np.full(len(resident), days(frame.last_year + 1) - 1))})
