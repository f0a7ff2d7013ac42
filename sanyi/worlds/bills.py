"""Who pays what of a bill, simply, bill by bill: deductible and ratio by insurance and level, then catastrophic insurance, medical aid, account, cash.

A plan with a benefit definition settles the last year anew over these (`sanyi.runs.settled_world`).
"""
from dataclasses import dataclass

import numpy as np

from sanyi.worlds.cases import DISEASES, INPATIENT, STAY_COUNT, DAY_SURGERY, Cases
from sanyi.worlds.lines import taken
from sanyi.worlds.people import DISABLED, EMPLOYEE, POOR, People

# By insurance (resident, employee) and tier (village, town, secondary, tertiary, off-site).
STAY_DEDUCTIBLE_FEN = np.array([[10_000, 10_000, 40_000, 80_000, 120_000], [10_000, 10_000, 35_000, 70_000, 100_000]])
STAY_RATE_PPM = np.array([[870_000, 870_000, 775_000, 685_000, 560_000], [920_000, 920_000, 890_000, 860_000, 760_000]])
VISIT_RATE_PPM = np.array([[500_000, 500_000, 90_000, 60_000, 0], [600_000, 600_000, 450_000, 350_000, 200_000]])
CHRONIC_RATE_PPM = np.array([[560_000, 560_000, 350_000, 290_000, 0], [700_000, 700_000, 600_000, 550_000, 400_000]])
CHRONIC = np.array([one.code[:3] in ("I10", "E11", "I25", "J44", "N18", "C34", "C50", "G40") for one in DISEASES])
CATASTROPHIC_FLOOR_FEN, CATASTROPHIC_PPM = 1_400_000, 600_000
AID_PPM = 700_000
ACCOUNT_FEN = {"stay": 60_000, "visit": 20_000}  # what an employee's account pays of a bill at most


@dataclass(frozen=True)
class Bills:
    """Who paid what, in fen; the five parts sum to the total."""

    total_fen: np.ndarray
    in_scope_fen: np.ndarray
    fund_fen: np.ndarray
    catastrophic_fen: np.ndarray
    aid_fen: np.ndarray
    account_fen: np.ndarray
    cash_fen: np.ndarray


def bills(cases: Cases, who: People, tier: np.ndarray, is_off_site: np.ndarray, total: np.ndarray, in_scope: np.ndarray) -> Bills:
    """Settle each bill."""
    level = np.where(is_off_site, 4, tier)
    stay = (cases.type_place == INPATIENT) | (cases.type_place == DAY_SURGERY)
    visit_rate = np.where(CHRONIC[cases.disease], CHRONIC_RATE_PPM[cases.insurance, level], VISIT_RATE_PPM[cases.insurance, level])
    rate = np.where(stay, STAY_RATE_PPM[cases.insurance, level], visit_rate)
    beyond = np.maximum(0, in_scope - np.where(stay, STAY_DEDUCTIBLE_FEN[cases.insurance, level], 0))
    fund = taken(beyond, rate)
    rest = in_scope - fund
    catastrophic = taken(np.maximum(0, rest - CATASTROPHIC_FLOOR_FEN), CATASTROPHIC_PPM)
    helped = stay & np.isin(who.class_place[cases.resident], (POOR, DISABLED))
    aid = np.where(helped, taken(rest - catastrophic, AID_PPM), 0)
    own = total - fund - catastrophic - aid
    account = np.where(cases.insurance == EMPLOYEE, np.minimum(own, np.where(stay, ACCOUNT_FEN["stay"], ACCOUNT_FEN["visit"])), 0)
    return Bills(total, in_scope, fund, catastrophic, aid, account, own - account)


def is_stay(disease: np.ndarray) -> np.ndarray:
    """Whether a disease's place means a stay."""
    return disease < STAY_COUNT
