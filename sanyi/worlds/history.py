"""The bills of history stays: sums by class without lines, alike those of the reform year."""
import numpy as np

from sanyi.worlds.lines import main_operation, IS_SURGERY
from sanyi.worlds.stays import Stays

# Percent by class (in the order of CLASS_CODES) for stays without and with surgery.
MEDICAL = (33, 2, 15, 8, 12, 18, 0, 4, 6, 2, 1)
SURGICAL = (26, 1, 18, 5, 8, 15, 21, 2, 3, 1, 0)
SCOPE = (900, 950, 700, 930, 950, 960, 980, 1000, 850, 1000, 0)  # per mille


def class_totals(random: np.random.Generator, stays: Stays) -> tuple[np.ndarray, np.ndarray]:
    """Sums by class for each stay, and the sum in scope; each row of sums adds up to the bill."""
    main = main_operation(stays)
    surgical = (main >= 0) & IS_SURGERY[main]
    usual = np.where(surgical[:, None], np.array(SURGICAL), np.array(MEDICAL)).astype(np.float64)
    weight = np.rint(usual * random.gamma(8.0, 1000 / 8.0, usual.shape)).astype(np.int64)
    weight[:, 0] += 1
    target = stays.cases.target_fen
    edges = target[:, None] * np.cumsum(weight, axis=1) // weight.sum(axis=1)[:, None]
    by_class = np.diff(edges, axis=1, prepend=0)
    return by_class, (by_class * np.array(SCOPE)).sum(axis=1) // 1000
