"""Which institution a case goes to: by level, distance, contract, purse and kind of disease."""
import numpy as np

from sanyi.worlds.cases import DISEASES, STAY_COUNT
from sanyi.worlds.people import DISABLED, POOR, People
from sanyi.worlds.places import Places

# Columns: village, own town, lead, Chinese medicine, maternal and child, private, private bone, neighbour's lead, off-site 1–3.
VILLAGE, TOWN, LEAD, TCM, MCH, PRIVATE, BONE, NEIGHBOUR, OFF_SITE = range(9)
WOMEN_AND_CHILDREN = ("obstetric", "gynaecology", "newborn", "child_respiratory")


def _stay_weights() -> np.ndarray:
    """Weights by disease and column for stays."""
    table = np.zeros((STAY_COUNT, 11))
    for place, disease in enumerate(DISEASES[:STAY_COUNT]):
        primary = disease.primary_care / 10
        off_site = 0.34 if disease.pool == "oncology" else 0.085 + 0.06 * (disease.cost_fen > 1_500_000)
        table[place, TOWN] = primary * 0.95
        rest = np.array([0.56, 0.16, 0.04, 0.07, 0.01, 0.06])
        if disease.pool in WOMEN_AND_CHILDREN:
            rest = np.array([0.42, 0.06, 0.36, 0.06, 0.0, 0.04])
        if disease.pool == "bone":
            rest = np.array([0.46, 0.20, 0.0, 0.05, 0.12, 0.06])
        table[place, LEAD:OFF_SITE] = rest * (1.05 - primary * 0.9)
        table[place, OFF_SITE:] = np.array([0.5, 0.2, 0.3]) * off_site if disease.pool != "oncology" else np.array([0.2, 0.6, 0.2]) * off_site
    return table


def _visit_weights() -> np.ndarray:
    """Weights by disease and column for visits."""
    table = np.zeros((len(DISEASES) - STAY_COUNT, 11))
    for place, disease in enumerate(DISEASES[STAY_COUNT:]):
        table[place] = [0.285, 0.27, 0.17, 0.08, 0.03, 0.06, 0.01, 0.03, 0.045, 0.01, 0.035]
        if disease.pool in ("oncology", "eye", "ear_nose", "mouth", "gynaecology"):
            table[place] = [0.06, 0.22, 0.28, 0.12, 0.06, 0.08, 0.0, 0.05, 0.06, 0.02, 0.05]
        if disease.pool == "obstetric":
            table[place] = [0.02, 0.24, 0.24, 0.06, 0.32, 0.03, 0.0, 0.03, 0.03, 0.0, 0.03]
        if disease.code in ("I10.x00", "E11.900", "J06.900"):
            table[place, VILLAGE:LEAD] *= 1.5
    return table


STAY_WEIGHTS, VISIT_WEIGHTS = _stay_weights(), _visit_weights()


def choose(random, where: Places, who: People, resident: np.ndarray, disease: np.ndarray) -> np.ndarray:
    """The institution of each case; contracted and remote residents stay nearer, poor ones avoid dear hospitals."""
    is_stay = bool(len(disease)) and disease[0] < STAY_COUNT
    weight = (STAY_WEIGHTS[disease] if is_stay else VISIT_WEIGHTS[disease - STAY_COUNT]).astype(np.float32)
    remote = where.town_remoteness[who.town[resident]].astype(np.float32)
    near = (0.70 + 0.6 * remote) * np.where(who.contracted[resident], 1.25, 0.85).astype(np.float32)
    weight[:, VILLAGE:LEAD] *= near[:, None]
    weight[:, LEAD] *= 1.2 - 0.4 * remote
    purse = np.isin(who.class_place[resident], (POOR, DISABLED))
    weight[:, OFF_SITE:] *= np.where(purse, 0.6, 1.0).astype(np.float32)[:, None]
    running = np.cumsum(weight, axis=1)
    draw = random.random(len(disease), dtype=np.float32) * running[:, -1]
    column = np.minimum((running < draw[:, None]).sum(axis=1), 10)
    return _institution(where, who, resident, column)


def _institution(where: Places, who: People, resident: np.ndarray, column: np.ndarray) -> np.ndarray:
    """The institution that a column of the weights means for each resident."""
    district, town = who.district[resident].astype(np.int64), who.town[resident]
    neighbour = where.lead[(district + 1) % where.district_count]
    choices = np.empty(len(column), dtype=np.int32)
    by_column = {VILLAGE: where.village_clinic[who.village[resident]], TOWN: where.town_centre[town], LEAD: where.lead[district],
                 TCM: where.secondary[district, 0], MCH: where.secondary[district, 1], PRIVATE: where.private[district, 0],
                 BONE: where.private[district, 1], NEIGHBOUR: neighbour, OFF_SITE: where.off_site[0],
                 OFF_SITE + 1: where.off_site[1], OFF_SITE + 2: where.off_site[2]}
    for place, institution in by_column.items():
        chosen = column == place
        choices[chosen] = institution if np.ndim(institution) == 0 else institution[chosen]
    return choices
