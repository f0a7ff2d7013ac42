"""The tables that follow from the bills: finance, budgets, accounts, statistics, appraisal, stock."""
from collections.abc import Iterator

import numpy as np

from sanyi.worlds.batch import Batch, Words, dates, days, words
from sanyi.worlds.decisions import decisions
from sanyi.worlds.frame import Frame
from sanyi.worlds.people import INSURANCES
from sanyi.worlds.places import Places, places
from sanyi.worlds.pools import CLASS_CODES, ITEM_CODES, places_of
from sanyi.worlds.streams import stream
from sanyi.worlds.tally import ROWS, Tally, added

POOL_CODES = ("dip_inpatient", "outpatient", "off_site")
STAGES = ("quarter_1", "quarter_3", "half_year", "year_end")
VETOES = ("hospital_outbreak", "major_medical_accident", "major_safety_accident", "major_fire", "major_public_opinion")
VISIT_TREND_PPM = 940_000  # a history year's visits and their bills against the year after
BUDGET_GROWTH_PPM = 1_060_000
OUTSIDERS_PPM = {3: 70_000, 2: 40_000, 1: 15_000, 0: 5_000}  # by tier, on top of the area's own residents


def closing(frame: Frame, tallies: list[Tally]) -> Iterator[Batch]:
    """All tables made from the tallies of all months."""
    where, sums = places(frame), added(tallies)
    yield _finance(frame, where, sums)
    yield _pools(frame, sums)
    yield _accounts(frame, sums)
    yield _statistics(frame, where, sums)
    yield _scores(frame, where)
    yield _events(frame, where)
    yield _stock(frame, where, sums)
    yield from decisions(frame, where, _outlay(frame, sums, max(frame.first_year, frame.last_year - 1)))


def _part(amount: np.ndarray, ppm) -> np.ndarray:
    """A share of sums, in parts per million, cut to whole fen (split to stay within 64 bits)."""
    return amount // 1_000_000 * ppm + amount % 1_000_000 * ppm // 1_000_000


def _visits_of(frame: Frame, sums, year: int, month: int) -> np.ndarray:
    """The tally of visits: history years have none, so the reform year's month is scaled back."""
    own = sums[frame.last_year, month].by_institution
    for _ in range(frame.last_year - year):
        own = _part(own, VISIT_TREND_PPM)
    return own


def _finance(frame: Frame, where: Places, sums: dict[tuple[int, int], Tally]) -> Batch:
    """Income from the bills of the area's residents and some outsiders; expenses about what comes in."""
    inside = np.flatnonzero([one.district >= 0 for one in where.institutions])
    parts = [_finance_month(frame, where, sums, inside, year, month) for year in frame.year_list for month in range(1, 13)]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    institution = Words(np.tile(inside, len(parts)).astype(np.int32), where.institution_ids)
    return Batch("monthly_finance", None, {"institution_id": institution, **columns})


def _finance_month(frame: Frame, where: Places, sums, inside: np.ndarray, year: int, month: int) -> dict[str, np.ndarray]:
    random = stream(frame.seed, "finance", year, month)
    own = sums[year, month].by_institution
    reform = _visits_of(frame, sums, year, month)
    stays_only = sums[frame.last_year, month].by_institution
    outside = 1_000_000 + np.array([OUTSIDERS_PPM[tier] for tier in where.tiers[inside].tolist()])
    take = {name: _part(own[place, inside], outside) for place, name in enumerate(ROWS)}
    visits, outpatient = _part(reform[0, inside], outside), _part(reform[3, inside], outside)
    inpatient = take["inpatient_fen"]
    income = outpatient + inpatient
    whole = stays_only[3, inside] + stays_only[4, inside]
    by_class = {code: _share(income, stays_only[len(ROWS) + place, inside], whole) for place, code in enumerate(CLASS_CODES)}
    subsidy_share = np.where(where.tiers[inside] <= 1, 420_000, 100_000) * np.array([where.institutions[one].owner == "public" for one in inside])
    expense = _part(income, 1_080_000 + random.integers(-40_000, 60_000, len(inside)))
    expense += np.array([120_000 if one.level == "village" else 20_000_00 if one.kind == "primary" else 0
                         for one in (where.institutions[place] for place in inside)])
    staff = _part(expense, 360_000 + random.integers(-30_000, 40_000, len(inside)))
    drug = by_class["drug"] + by_class["herbal"]
    return {
        "month": np.full(len(inside), year * 100 + month, dtype=np.int64), "outpatient_income_fen": outpatient, "inpatient_income_fen": inpatient,
        "drug_income_fen": drug, "herbal_income_fen": by_class["herbal"], "material_income_fen": by_class["material"],
        "examination_income_fen": by_class["examination"], "laboratory_income_fen": by_class["laboratory"],
        "fiscal_subsidy_fen": _part(expense, subsidy_share), "expense_fen": expense, "staff_expense_fen": staff,
        "fixed_pay_fen": _part(staff, 520_000 + random.integers(-60_000, 60_000, len(inside))),
        "drug_expense_fen": _part(drug, 985_000), "material_expense_fen": _part(by_class["material"], 970_000),
        "management_expense_fen": _part(expense, 75_000 + random.integers(-10_000, 15_000, len(inside))),
        "energy_expense_fen": _part(expense, 14_000 + random.integers(-3_000, 4_000, len(inside))),
        "visit_count": visits, "discharge_count": take["discharge_count"], "bed_days_count": take["bed_days_count"]}


def _share(income: np.ndarray, part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Income × part ÷ whole, with the ratio taken in parts per million."""
    return _part(income, part * 1000 // np.maximum(1, whole // 1000))


def _fund(sums, year: int) -> np.ndarray:
    """Fund paid in a year by insurance × pool."""
    return sum(sums[year, month].fund for month in range(1, 13))


def _pools(frame: Frame, sums) -> Batch:
    """Each year's budget: last year's fund outlay grown by 6 %; the first year's own, grown as if from a year before."""
    rows = []
    for year in frame.year_list:
        base = _by_pool(frame, sums, max(frame.first_year, year - 1), year - 1)
        for insurance, code in enumerate(INSURANCES):
            for pool, name in enumerate(POOL_CODES):
                rows.append((code, year, name, int(_part(base[insurance, pool], BUDGET_GROWTH_PPM))))
    return Batch("fund_pools", None, {
        "insurance_code": words([row[0] for row in rows]), "year": np.array([row[1] for row in rows], dtype=np.int64),
        "pool_code": words([row[2] for row in rows]), "budget_fen": np.array([row[3] for row in rows], dtype=np.int64)})


def _by_pool(frame: Frame, sums, year: int, visits_year: int) -> np.ndarray:
    """Fund paid in a year by insurance × pool, with the visits that history years do not tally."""
    base = _fund(sums, year).copy()
    base[:, 1] = _visits_fund(frame, sums, visits_year)
    return base


def _outlay(frame: Frame, sums, year: int) -> np.ndarray:
    """All that each insurance paid in the year before the last."""
    return _by_pool(frame, sums, year, frame.last_year - 1).sum(axis=1)


def _visits_fund(frame: Frame, sums, year: int) -> np.ndarray:
    """Fund paid for visits in the area in a history year: the reform year's, scaled back."""
    fund = _fund(sums, frame.last_year)[:, 1]
    for _ in range(frame.last_year - year):
        fund = _part(fund, VISIT_TREND_PPM)
    return fund


def _accounts(frame: Frame, sums) -> Batch:
    """The balance each fund begins a year with: about eight months' outlay."""
    rows = []
    for year in frame.year_list:
        paid = _fund(sums, year).copy()
        paid[:, 1] = _visits_fund(frame, sums, year)
        rows += [(code, year, int(paid[place].sum()) * 8 // 12) for place, code in enumerate(INSURANCES)]
    return Batch("fund_accounts", None, {
        "insurance_code": words([row[0] for row in rows]), "year": np.array([row[1] for row in rows], dtype=np.int64),
        "opening_balance_fen": np.array([row[2] for row in rows], dtype=np.int64)})


def _statistics(frame: Frame, where: Places, sums) -> Batch:
    """Figures of the statistics office, for the city and (people only) each district."""
    random = stream(frame.seed, "finance")
    sizes = [int(where.village_starts[1:][where.town_district[where.village_town] == place].max()
                 - where.village_starts[:-1][where.town_district[where.village_town] == place].min()) for place in range(where.district_count)]
    rows = []
    for year in frame.year_list:
        older = frame.last_year - year
        spending = sum(int(sums[frame.last_year, month].by_institution[3:5].sum()) for month in range(1, 13)) * 92 ** older // 100 ** older
        cash = sum(sums[frame.last_year, month].cash_fen for month in range(1, 13)) * 92 ** older // 100 ** older
        people = frame.residents * (1000 - 6 * older) // 1000
        rows += [(where.city_id, year, code, value) for code, value in (
            ("permanent_residents", people), ("income_growth_ppm", int(random.integers(48_000, 82_000))),
            ("gdp_growth_ppm", int(random.integers(35_000, 75_000))), ("price_growth_ppm", int(random.integers(17_000, 29_000))),
            ("health_expenditure_fen", spending * 175 // 100), ("out_of_pocket_fen", cash * 95 // 100), ("eligible_persons", people * 991 // 1000))]
        rows += [(one, year, "permanent_residents", size * (1000 - 6 * older) // 1000) for one, size in zip(where.district_ids, sizes)]
    return Batch("statistics", None, {
        "region_id": words([row[0] for row in rows]), "year": np.array([row[1] for row in rows], dtype=np.int64),
        "statistic_code": words([row[2] for row in rows]), "value": np.array([row[3] for row in rows], dtype=np.int64)})


def _appraised(where: Places) -> list[int]:
    """The public hospitals and centres of the area."""
    return [place for place, one in enumerate(where.institutions) if one.district >= 0 and one.owner == "public" and one.kind != "station"]


def _scores(frame: Frame, where: Places) -> Batch:
    """Scores at four stages; two institutions miss a quarter."""
    random = stream(frame.seed, "appraisal")
    appraised, leads = _appraised(where), set(where.lead.tolist())
    rows = []
    for turn, place in enumerate(appraised):
        ability = np.clip(random.normal(90, 4), 84, 96) if place in leads else random.normal(86, 6)
        for stage in STAGES:
            score = int(np.clip(ability + random.normal(0, 3), 40, 99.5) * 10_000) // 1000 * 1000
            if (turn, stage) not in ((1, "quarter_1"), (min(4, len(appraised) - 1), "quarter_3")):
                rows.append((where.institution_ids[place], stage, score))
    return Batch("appraisal_scores", None, {
        "institution_id": words([row[0] for row in rows]), "year": np.full(len(rows), frame.last_year, dtype=np.int64),
        "stage_code": words([row[1] for row in rows]), "score_e4": np.array([row[2] for row in rows], dtype=np.int64)})


def _events(frame: Frame, where: Places) -> Batch:
    """Gate grades of every institution, a few commendations and criticisms, and one veto."""
    random = stream(frame.seed, "appraisal", 1)
    appraised = _appraised(where)
    rows: list[tuple[int, str, str, int, str | None]] = []
    for turn, place in enumerate(appraised):
        for gate in ("political_quality", "party_building"):
            grade = ("excellent", "good", "fair", "poor")[int(random.choice(4, p=[0.42, 0.48, 0.09, 0.01]))]
            rows.append((place, "gate", gate, 0, grade))
        if turn % 6 == 1:
            rows.append((place, "bonus", ("city", "province", "nation")[int(random.integers(0, 3))], int(random.integers(1, 5)) * 5_000, None))
        if turn % 7 == 3:
            rows.append((place, "malus", ("city", "province")[int(random.integers(0, 2))], int(random.integers(1, 4)) * 10_000, None))
    others = sorted(set(appraised) - set(where.lead.tolist()))
    vetoed = others[int(random.integers(0, len(others)))]
    rows.append((vetoed, "veto", VETOES[int(random.integers(0, len(VETOES)))], 0, None))
    return Batch("appraisal_events", None, {
        "institution_id": words([where.institution_ids[row[0]] for row in rows]), "year": np.full(len(rows), frame.last_year, dtype=np.int64),
        "kind_code": words([row[1] for row in rows]), "event_code": words([row[2] for row in rows]),
        "points_e4": np.array([row[3] for row in rows], dtype=np.int64), "grade_code": words([row[4] for row in rows]),
        "document_number": words([f"示医改〔{frame.last_year}〕{place + 1}号" for place in range(len(rows))])})


def _stock(frame: Frame, where: Places, sums) -> Batch:
    """Month-end stock of thirty watched drugs in each hospital and centre: mostly one to two months' use, sometimes short."""
    random = stream(frame.seed, "stock")
    holders = [place for place, one in enumerate(where.institutions) if one.district >= 0 and one.kind != "station"]
    drugs = places_of("drug")[::5][:30]
    shape = (len(holders), len(drugs), 12)
    discharged = np.array([[sums[frame.last_year, month].by_institution[:2, place].sum() for month in range(1, 13)] for place in holders])
    use = (discharged[:, None, :] * random.uniform(10, 90, (len(holders), len(drugs), 1)) * random.uniform(0.8, 1.2, shape)).astype(np.int64)
    stock = (use * np.where(random.random(shape) < 0.06, random.uniform(0.05, 0.4, shape), random.uniform(0.8, 2.2, shape))).astype(np.int64)
    holder, drug, month = (axis.ravel() for axis in np.indices(shape))
    ends = np.array([days(frame.last_year, number + 1) - 1 if number < 12 else days(frame.last_year + 1) - 1 for number in range(1, 13)])
    return Batch("drug_stock", None, {
        "institution_id": Words(np.array(holders, dtype=np.int32)[holder], where.institution_ids),
        "item_code": Words(np.array(drugs, dtype=np.int32)[drug], ITEM_CODES), "stock_on": dates(ends[month]),
        "stock_quantity_e3": stock.ravel() * 1, "monthly_use_e3": use.ravel()})
