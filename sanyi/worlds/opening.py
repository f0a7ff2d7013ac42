"""The tables that stand before the first bill: places, institutions, staff, consortia, code tables, residents, insurance."""
from collections.abc import Iterator

import numpy as np

from sanyi.worlds.batch import NO_DAY, Batch, Words, dates, days, ids, maybe, one_word, words
from sanyi.worlds.catalogue.diseases import CHARLSON, MARKED_CATEGORIES, MARKERS, NOT_PRINCIPAL, SEXES, diagnosis_names
from sanyi.worlds.catalogue.dip_rules import rule_conditions, rule_groups
from sanyi.worlds.catalogue.items import MUTUALLY_EXCLUSIVE
from sanyi.worlds.catalogue.operations import operations
from sanyi.worlds.contracts import contract_batch, team_id
from sanyi.worlds.frame import Frame
from sanyi.worlds.people import CLASSES, EMPLOYEE, INSURANCES, UNINSURED, people
from sanyi.worlds.places import Places, places
from sanyi.worlds.pools import BY_NAME, ITEMS, ITEM_CODES
from sanyi.worlds.referrals import filing_batch, referral_batch
from sanyi.worlds.streams import stream

ROLES = ("doctor", "general_practitioner", "nurse", "pharmacist", "public_health", "technician", "management")
TITLES = ("senior", "associate", "middle", "junior", "none")
STAFF_PER_BED = {"doctor": 0.42, "nurse": 0.58, "pharmacist": 0.05, "technician": 0.09, "management": 0.06, "public_health": 0.02}
CENTRE_STAFF = {"general_practitioner": 3, "doctor": 2, "nurse": 4, "pharmacist": 1, "public_health": 2, "technician": 1, "management": 1}


def opening(frame: Frame) -> Iterator[Batch]:
    """All tables that need no bill, the people block by block."""
    where = places(frame)
    yield _regions(where)
    yield _institutions(where)
    yield from _consortia(frame, where)
    yield from _staff(frame, where)
    yield from _codes()
    for block in range(frame.block_count):
        yield _residents(frame, block)
        yield from _insured_months(frame, block)
        yield contract_batch(frame, block)
        yield referral_batch(frame, block)
        yield filing_batch(frame, block)


def _regions(where: Places) -> Batch:
    rows = [("990000", "示范省", "province", None), (where.city_id, "示范市", "city", "990000")]
    rows += [(one, name, "district", where.city_id) for one, name in zip(where.district_ids, where.district_names)]
    rows += [(one, name, "town", where.district_ids[district])
             for one, name, district in zip(where.town_ids, where.town_names, where.town_district.tolist())]
    rows += [(one, name, "village", where.town_ids[town])
             for one, name, town in zip(where.village_ids, where.village_names, where.village_town.tolist())]
    return _rows("regions", ("region_id", "name", "level_code", "parent_region_id"), rows)


def _rows(table: str, names: tuple[str, ...], rows: list[tuple]) -> Batch:
    """A small table of text columns."""
    return Batch(table, None, {name: words(list(column)) for name, column in zip(names, zip(*rows))})


def _institutions(where: Places) -> Batch:
    all_of = where.institutions
    return Batch("institutions", None, {
        "institution_id": words(list(where.institution_ids)), "name": words([one.name for one in all_of]),
        "level_code": words([one.level for one in all_of]), "kind_code": words([one.kind for one in all_of]),
        "ownership_code": words([one.owner for one in all_of]), "region_id": words([one.region_id for one in all_of]),
        "is_in_area": np.array([one.district >= 0 for one in all_of]),
        "bed_count": np.array([one.beds for one in all_of], dtype=np.int64),
        "opened_on": dates(np.array([days(one.opened_year, 7) for one in all_of]))})


def _consortia(frame: Frame, where: Places) -> Iterator[Batch]:
    """One tight consortium a district: its lead hospital and all its public primary institutions, village clinics too."""
    count, start = where.district_count, days(frame.first_year)
    yield Batch("consortia", None, {
        "consortium_id": words([consortium_id(place) for place in range(count)]),
        "name": words([f"{name}医疗集团" for name in where.district_names]), "kind_code": one_word("tight", count),
        "lead_institution_id": words([where.institution_ids[place] for place in where.lead]),
        "region_id": words(list(where.district_ids)), "start_on": dates(np.full(count, start)), "end_on": dates(np.full(count, NO_DAY))})
    members = [(consortium_id(one.district), where.institution_ids[place], "lead" if place in set(where.lead.tolist()) else "member", one)
               for place, one in enumerate(where.institutions)
               if one.district >= 0 and (one.kind in ("primary", "station") or place in set(where.lead.tolist()))]
    yield Batch("consortium_members", None, {
        "consortium_id": words([row[0] for row in members]), "institution_id": words([row[1] for row in members]),
        "role_code": words([row[2] for row in members]), "from_on": dates(np.full(len(members), start)),
        "to_on": dates(np.full(len(members), NO_DAY)), "has_full_finance": np.array([row[3].kind == "primary" for row in members])})


def consortium_id(district: int) -> str:
    """The code of a district's consortium."""
    return f"M{district + 1:03d}"


def _staff(frame: Frame, where: Places) -> Iterator[Batch]:
    """Staff by beds and level; each team is led by a general practitioner of its centre."""
    random = stream(frame.seed, "staff")
    institution, role = [], []
    for place, one in enumerate(where.institutions):
        for name, count in _needs(where, place).items():
            institution += [place] * count
            role += [name] * count
    number = len(institution)
    title = random.choice(5, number, p=[0.04, 0.11, 0.32, 0.45, 0.08])
    institution_place = np.array(institution, dtype=np.int32)
    yield Batch("staff", None, {
        "staff_id": words([f"W{place + 1:07d}" for place in range(number)]), "institution_id": Words(institution_place, where.institution_ids),
        "role_code": words(role), "title_code": Words(title.astype(np.int32), TITLES), "is_active": random.random(number) < 0.975})
    leaders = [place for place, name in enumerate(role) if name == "general_practitioner" and where.institutions[institution[place]].kind == "primary"]
    by_centre: dict[int, list[int]] = {}
    for place in leaders:
        by_centre.setdefault(institution[place], []).append(place)
    teams = [(team_id(int(where.first_team[town]) + turn), where.institution_ids[centre], by_centre[centre][turn % len(by_centre[centre])])
             for town, centre in enumerate(where.town_centre.tolist()) for turn in range(int(where.team_counts[town]))]
    yield Batch("teams", None, {"team_id": words([row[0] for row in teams]), "institution_id": words([row[1] for row in teams]),
                                "leader_staff_id": words([f"W{row[2] + 1:07d}" for row in teams])})


def _needs(where: Places, place: int) -> dict[str, int]:
    """How many of each role an institution has."""
    one = where.institutions[place]
    if one.district < 0:
        return {}
    if one.kind == "station":
        return {"doctor": 1}
    if one.kind == "primary":
        town = int(np.flatnonzero(where.town_centre == place)[0])
        return {name: count * int(where.team_counts[town]) if name in ("general_practitioner", "nurse") else count * max(1, int(where.team_counts[town]) // 2)
                for name, count in CENTRE_STAFF.items()}
    return {name: max(1, int(one.beds * share)) for name, share in STAFF_PER_BED.items()}


def _codes() -> Iterator[Batch]:
    """Diagnosis, operation and item tables, Charlson weights and knowledge points."""
    names = diagnosis_names()
    yield Batch("diagnosis_codes", None, {
        "diagnosis_code": words(list(names)), "name": words([row[0] for row in names.values()]),
        "category_code": words([MARKED_CATEGORIES.get(code[:3], code[:3]) for code in names]),
        "severity_code": words([MARKERS[row[1]] for row in names.values()]),
        "is_valid_principal": np.array([code not in NOT_PRINCIPAL for code in names]), "sex_code": words([SEXES[row[2]] for row in names.values()])})
    all_of = operations()
    yield Batch("operation_codes", None, {
        "operation_code": words([one.code for one in all_of]), "name": words([one.name for one in all_of]),
        "class_code": words([one.class_code for one in all_of]), "level_number": np.array([one.level for one in all_of], dtype=np.int64),
        "sex_code": words([SEXES[one.sex] for one in all_of])})
    yield Batch("charlson_weights", None, {"code_prefix": words([row[0] for row in CHARLSON]),
                                           "weight_count": np.array([row[1] for row in CHARLSON], dtype=np.int64)})
    yield Batch("charge_items", None, {
        "item_code": words(list(ITEM_CODES)), "name": words([one.name for one in ITEMS]), "class_code": words([one.class_code for one in ITEMS]),
        "price_limit_fen": maybe([None if one.class_code in ("drug", "herbal", "material") else one.price_fen for one in ITEMS]),
        "scope_share_ppm": np.array([one.scope_ppm for one in ITEMS], dtype=np.int64), "sex_code": words([one.sex_code for one in ITEMS]),
        "age_maximum_years": maybe([14 if "y" in one.flags else None for one in ITEMS]),
        "is_antibacterial": _flags("a"), "is_intravenous": _flags("v"), "is_essential": _flags("e")})
    yield _knowledge()
    yield _mixed("dip_catalogue_groups", rule_groups())
    yield _mixed("dip_catalogue_conditions", rule_conditions())


def _mixed(table: str, rows: list[dict]) -> Batch:
    """A small table of plain rows: text, whole numbers (empty cells too) and flags."""
    def column(name: str, values: list):
        if name.startswith("is_"):
            return np.array(values)
        return maybe(values) if name.endswith(("_number", "_e4", "_fen", "_days", "_grams", "_hours")) else words(values)

    return Batch(table, None, {name: column(name, [row[name] for row in rows]) for name in rows[0]})


def _flags(letter: str) -> np.ndarray:
    return np.array([one.class_code == "drug" and letter in one.flags for one in ITEMS])


def _knowledge() -> Batch:
    """What the audit rules know: sex lists, pairs charged twice, daily limits."""
    rows = [("AUD-01" if one.class_code == "drug" else "AUD-02", code, None, None) for code, one in zip(ITEM_CODES, ITEMS) if one.sex_code]
    rows += [("AUD-12", ITEM_CODES[BY_NAME[first]], ITEM_CODES[BY_NAME[second]], None) for first, second in MUTUALLY_EXCLUSIVE]
    rows += [("AUD-13", code, None, one.daily_limit) for code, one in zip(ITEM_CODES, ITEMS) if one.daily_limit]
    return Batch("knowledge_points", None, {
        "point_id": words([f"K{place + 1:05d}" for place in range(len(rows))]), "rule_code": words([row[0] for row in rows]),
        "item_code": words([row[1] for row in rows]), "other_item_code": words([row[2] for row in rows]),
        "limit_count": maybe([row[3] for row in rows]), "note": one_word("示范值", len(rows))})


def _residents(frame: Frame, block: int) -> Batch:
    who, where = people(frame, block), places(frame)
    random = stream(frame.seed, "residents", block, 1)
    digest = random.integers(0, 1 << 60, who.count)
    missing = random.random(who.count) < 0.004
    return Batch("residents", None, {
        "resident_id": ids("P", who.first + np.arange(who.count), 6),
        "identity_hash": np.ma.masked_array(ids("#", digest, 11), missing),
        "sex_code": Words(who.is_male.astype(np.int32), ("female", "male")), "born_on": dates(who.born),
        "region_id": Words(who.village, where.village_ids), "died_on": dates(who.died)})


def _insured_months(frame: Frame, block: int) -> Iterator[Batch]:
    """A run of months for each insured resident and year, cut by birth and death; joiners, leavers and movers in the last."""
    who = people(frame, block)
    for year in frame.year_list:
        last = year == frame.last_year
        start = np.where(last, who.from_month, 1).astype(np.int64)
        end = np.where(last, who.to_month, 12).astype(np.int64)
        parts = [(np.arange(who.count), who.insurance, start, end)]
        if last:
            moved = np.flatnonzero(who.other_insurance != UNINSURED)
            parts.append((moved, who.other_insurance[moved], who.to_month[moved].astype(np.int64) + 1, np.full(len(moved), 12)))
        for resident, insurance, first_month, last_month in parts:
            yield _run(frame, who, year, resident, insurance, first_month, last_month)


def _run(frame: Frame, who, year: int, resident, insurance, start, end) -> Batch:
    born_month = _month_within(who.born[resident], year, before=1, after=13)
    died = who.died[resident]
    died_month = np.where(died == NO_DAY, 12, _month_within(np.maximum(died, 0), year, before=0, after=12))
    start, end = np.maximum(start, born_month), np.minimum(end, died_month)
    keep = np.flatnonzero((insurance != UNINSURED) & (start <= end))
    return Batch("insured_months", None, {
        "resident_id": ids("P", who.first + resident[keep], 6),
        "insurance_code": Words(insurance[keep].astype(np.int32), INSURANCES), "year": np.full(len(keep), year, dtype=np.int64),
        "from_month": start[keep], "to_month": end[keep],
        "person_class_code": Words(_class(who, resident[keep], insurance[keep]), CLASSES)})


def _class(who, resident, insurance) -> np.ndarray:
    """The person's class; who has moved to the employees' scheme is ordinary there."""
    moved = (insurance == EMPLOYEE) & (who.insurance[resident] != EMPLOYEE)
    return np.where(moved, 0, who.class_place[resident]).astype(np.int32)


def _month_within(day: np.ndarray, year: int, before: int, after: int) -> np.ndarray:
    """The month of a day inside a year; `before` and `after` for days outside it."""
    month = (day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) - (year - 1970) * 12) + 1
    return np.where(month < 1, before, np.where(month > 12, after, month))
