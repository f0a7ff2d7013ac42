"""Encounters and their bills as rows of the record: one block's share of one settled month."""
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sanyi.worlds import pools
from sanyi.worlds.batch import Batch, Words, dates, ids, words
from sanyi.worlds.bills import Bills, bills
from sanyi.worlds.cases import DIAGNOSIS_CODES, DIAGNOSIS_OF, TYPES, WAYS, Cases, joined as joined_cases
from sanyi.worlds.faults import Faults, with_faults
from sanyi.worlds.frame import Frame
from sanyi.worlds.frauds import Fraud, plant
from sanyi.worlds.history import class_totals
from sanyi.worlds.lines import IS_SURGERY, Lines, joined, stay_lines, visit_lines
from sanyi.worlds.people import INSURANCES, People, people
from sanyi.worlds.places import places
from sanyi.worlds.referrals import stay_referrals
from sanyi.worlds.costs import OTHERS
from sanyi.worlds.stays import LOW_STANDARD, OPERATIONS, SPLIT, Stays, stays
from sanyi.worlds.streams import stream
from sanyi.worlds.tally import Tally, tally
from sanyi.worlds.visits import visits

OTHER_OF = np.array([DIAGNOSIS_CODES.index(row[0]) for row in OTHERS])
IS_CHRONIC_OTHER = np.array([row[5] != "sev" for row in OTHERS])
OPERATION_CODES = tuple(one.code for one in OPERATIONS)
VENTILATION = {OPERATION_CODES.index("96.7100"): (6, 96), OPERATION_CODES.index("96.7200"): (96, 500)}  # hours, from and below
FRAUD_RULES = {SPLIT: "AUD-29", LOW_STANDARD: "AUD-32"}


@dataclass(frozen=True)
class Planted:
    """Faults and frauds of one block's month, for the truth tables; `place` is year, block, month."""

    place: tuple[int, int, int]
    faults: tuple[Faults, ...]
    frauds: tuple[tuple[str, str, str, str, int, int], ...]


def month_records(frame: Frame, year: int, month: int, block: int) -> Iterator[Batch | Tally | Planted]:
    """The rows of a block's bills settled in a month, then their tally and what was planted among them."""
    made, made_visits, first = month_stays(frame, year, month, block), None, _first_number(frame, year, month, block)
    if year == frame.last_year:
        made_visits = _of_month(visits(frame, block), month)
    cases = joined_cases([made.cases, made_visits]) if made_visits is not None else made.cases
    yield from _Month(frame, year, month, block, made, cases, first).records()


def month_stays(frame: Frame, year: int, month: int, block: int) -> Stays:
    """A block's stays of one month, in the order of days."""
    whole = stays(frame, year, block)
    rows = np.flatnonzero(whole.cases.month == month)
    return _numbered(frame, year, block, whole).take(rows)


def _numbered(frame: Frame, year: int, block: int, whole: Stays) -> Stays:
    """The block's stays with the numbers of their referrals (their own place, where they were referred)."""
    if year != frame.last_year:
        return whole
    return Stays(whole.cases.with_(referral=stay_referrals(frame, block)), whole.other_of, whole.other_place, whole.operation_of,
                 whole.operation_place)


def _of_month(cases: Cases, month: int) -> Cases:
    return cases.take(np.flatnonzero(cases.month == month))


def _first_number(frame: Frame, year: int, month: int, block: int) -> int:
    """Encounters are numbered through the year: all of the months before come first."""
    before = int((stays(frame, year, block).cases.month < month).sum())
    if year == frame.last_year:
        before += int((visits(frame, block).month < month).sum())
    return frame.first_encounter(year, block) + before


@dataclass(frozen=True)
class _Month:
    frame: Frame
    year: int
    number: int
    block: int
    stays: Stays
    cases: Cases
    first: int

    @property
    def month(self) -> int:
        return self.year * 100 + self.number

    def random(self, purpose: str, *more: int) -> np.random.Generator:
        return stream(self.frame.seed, purpose, self.year, self.block, self.number, *more)

    def records(self) -> Iterator[Batch | Tally | Planted]:
        """All batches of the month, then tally and truth."""
        who, where = people(self.frame, self.block), places(self.frame)
        tier = where.tiers[self.cases.institution]
        encounter_ids = ids("E", self.first + np.arange(len(self.cases)), 7)
        line_frauds: list[tuple[str, str, str, str, int, int]] = []
        lines, totals, in_scope, by_class = self._bills(who, tier, encounter_ids, line_frauds)
        settled = bills(self.cases, who, tier, np.isin(self.cases.institution, where.off_site), totals, in_scope)
        clean = [_encounters(self, who, where, encounter_ids), _settlements(self, who, where, encounter_ids, settled),
                 _diagnoses(self, encounter_ids), _operations(self, encounter_ids, totals), _class_totals(self, encounter_ids, by_class)]
        if lines is not None:
            clean += [_charge_lines(self, encounter_ids, lines), _prescriptions(self, encounter_ids, lines, tier)]
        yield _stay_care(self, encounter_ids)
        told = []
        for place, batch in enumerate(clean):
            batch, faults = with_faults(self.random("faults", place), batch, self.frame.has_spoiled_text)
            told.append(faults)
            yield batch
        yield tally(self.year, self.number, self.cases, len(self.stays.cases), settled, by_class, len(where.institutions),
                    where.off_site)
        frauds = _stay_frauds(self, encounter_ids, totals) + line_frauds + _torn_bills(self, encounter_ids, lines, told)
        yield Planted((self.year, self.block, self.number), tuple(told), tuple(frauds))

    def _bills(self, who: People, tier, encounter_ids, frauds):
        """Lines (reform year only), totals, sums in scope and sums by class of each encounter."""
        if self.year != self.frame.last_year:
            by_class, in_scope = class_totals(self.random("history_classes"), self.stays)
            return None, by_class.sum(axis=1), in_scope, by_class
        stay_count = len(self.stays.cases)
        of_stays = stay_lines(self.random("stay_lines"), self.stays, tier[:stay_count])
        visit_cases = self.cases.take(np.arange(stay_count, len(self.cases)))
        lines = joined(of_stays, visit_lines(self.random("visit_lines"), visit_cases, tier[stay_count:], stay_count))
        lines, planted, dropped = plant(self.random("frauds"), lines, self.cases, who)
        frauds += _fraud_rows(self, encounter_ids, lines, planted)
        key = lines.case * len(pools.CLASS_CODES) + pools.CLASS_OF[lines.item]
        count = len(self.cases) * len(pools.CLASS_CODES)
        by_class = _sums(key, lines.amount_fen, count).reshape(-1, len(pools.CLASS_CODES))
        in_scope = _sums(lines.case, lines.in_scope_fen, len(self.cases))
        kept = np.ones(len(lines), dtype=bool)
        kept[dropped] = False
        shown = lines if not len(dropped) else Lines(*(getattr(lines, name)[kept] for name in Lines.__dataclass_fields__))
        return shown, by_class.sum(axis=1), in_scope, by_class


def _sums(key: np.ndarray, amount: np.ndarray, count: int) -> np.ndarray:
    """Whole-number sums by key (bincount's doubles are exact below 2^53, and no bill comes near)."""
    return np.bincount(key, weights=amount, minlength=count).astype(np.int64)


def _month_column(month: int, count: int) -> np.ndarray:
    return np.full(count, month, dtype=np.int64)


def _named(codes: np.ndarray, vocabulary) -> Words:
    return Words(codes.astype(np.int32), vocabulary)


def _encounters(made: _Month, who: People, where, encounter_ids) -> Batch:
    cases = made.cases
    born = who.born[cases.resident]
    infant = cases.age == 0
    referral_ids = ids("F", (made.block << 18) + np.maximum(0, cases.referral), 7)
    return Batch("encounters", made.month, {
        "encounter_id": encounter_ids, "resident_id": ids("P", who.first + cases.resident, 6),
        "institution_id": _named(cases.institution, where.institution_ids), "type_code": _named(cases.type_place, TYPES),
        "insurance_code": _named(cases.insurance, INSURANCES), "admitted_on": dates(cases.admitted), "discharged_on": dates(cases.discharged),
        "stay_days": cases.stay_days, "icu_days": cases.icu_days.astype(np.int64), "age_years": cases.age.astype(np.int64),
        "age_days": np.ma.masked_array(cases.admitted - born, ~infant),
        "birth_weight_grams": np.ma.masked_array(cases.weight, cases.weight == 0), "discharge_way_code": _named(cases.way, WAYS),
        "principal_diagnosis_code": _named(DIAGNOSIS_OF[cases.disease], DIAGNOSIS_CODES),
        "referral_id": np.ma.masked_array(referral_ids, cases.referral < 0), "is_booked": cases.is_booked,
        "is_planned_readmission": cases.is_planned, "settled_month": _month_column(made.month, len(cases))})


def _settlements(made: _Month, who: People, where, encounter_ids, settled: Bills) -> Batch:
    cases = made.cases
    parts = {name: getattr(settled, name) for name in Bills.__dataclass_fields__}
    return Batch("settlements", made.month, {
        "settlement_id": ids("S", made.first + np.arange(len(cases)), 7), "encounter_id": encounter_ids,
        "resident_id": ids("P", who.first + cases.resident, 6), "institution_id": _named(cases.institution, where.institution_ids),
        "insurance_code": _named(cases.insurance, INSURANCES), **parts, "settled_on": dates(cases.discharged),
        "settled_month": _month_column(made.month, len(cases))})


def _diagnoses(made: _Month, encounter_ids) -> Batch:
    """The principal diagnosis of every encounter, then the others of stays, in the order of encounters."""
    cases, made_stays = made.cases, made.stays
    of = np.concatenate([np.arange(len(cases)), made_stays.other_of])
    code = np.concatenate([DIAGNOSIS_OF[cases.disease], OTHER_OF[made_stays.other_place]])
    present = np.concatenate([np.ones(len(cases), dtype=bool), IS_CHRONIC_OTHER[made_stays.other_place]])
    order = np.argsort(of, kind="stable")
    of, code, present = of[order], code[order], present[order]
    start = np.searchsorted(of, np.arange(len(cases)))
    sequence = np.arange(len(of)) - start[of] + 1
    return Batch("diagnoses", made.month, {
        "encounter_id": Words(of.astype(np.int32), encounter_ids), "sequence_number": sequence,
        "diagnosis_code": _named(code, DIAGNOSIS_CODES), "is_principal": sequence == 1, "is_present_on_admission": present,
        "settled_month": _month_column(made.month, len(of))})


def _operations(made: _Month, encounter_ids, totals) -> Batch:
    """Operations in order: the main one takes about its usual share of the bill, related ones 3 to 17 percent."""
    of, place = made.stays.operation_of, made.stays.operation_place
    random, count = made.random("operations"), len(made.stays.operation_of)
    start = np.searchsorted(of, np.arange(len(made.stays.cases)))
    sequence = np.arange(count) - start[of] + 1
    usual = np.array([one.share_ppm for one in OPERATIONS])[place] * random.uniform(0.75, 1.1, count)
    share = np.where(sequence == 1, usual, random.uniform(30_000, 170_000, count)).astype(np.int64)
    cases = made.stays.cases
    day = cases.admitted[of] + np.minimum(cases.stay_days[of] - 1, np.where(IS_SURGERY[place], 1, random.integers(0, 3, count)))
    return Batch("operations", made.month, {
        "encounter_id": Words(of.astype(np.int32), encounter_ids), "sequence_number": sequence,
        "operation_code": _named(place, OPERATION_CODES), "operated_on": dates(day),
        "level_number": np.array([one.level for one in OPERATIONS], dtype=np.int64)[place],
        "is_minimally_invasive": np.array([one.is_minimally_invasive for one in OPERATIONS])[place],
        "is_elective": cases.is_booked[of] | (random.random(count) < 0.45),
        "cost_fen": totals[of] * share // 1_000_000, "settled_month": _month_column(made.month, count)})


def _class_totals(made: _Month, encounter_ids, by_class) -> Batch:
    """The sums by class of each stay, classes without charges left out."""
    of, class_place = np.nonzero(by_class[:len(made.stays.cases)])
    return Batch("charge_class_totals", made.month, {
        "encounter_id": Words(of.astype(np.int32), encounter_ids), "class_code": _named(class_place, pools.CLASS_CODES),
        "amount_fen": by_class[of, class_place], "settled_month": _month_column(made.month, len(of))})


def _stay_care(made: _Month, encounter_ids) -> Batch:
    """Special nursing of those in intensive care, and the hours of those on a ventilator; other stays have no row."""
    random, cases, count = made.random("stay_care"), made.stays.cases, len(made.stays.cases)
    hours = np.zeros(count, dtype=np.int64)
    for place, (least, most) in VENTILATION.items():
        done = made.stays.operation_of[made.stays.operation_place == place]
        hours[done] = np.maximum(hours[done], random.integers(least, most, len(done)))
    rows = np.flatnonzero((hours > 0) | (cases.icu_days > 0))
    return Batch("stay_care", made.month, {
        "encounter_id": Words(rows.astype(np.int32), encounter_ids), "special_nursing_days": cases.icu_days[rows].astype(np.int64),
        "has_intensive_ward": cases.icu_days[rows] > 0, "ventilation_hours": hours[rows], "settled_month": _month_column(made.month, len(rows))})


def _charge_lines(made: _Month, encounter_ids, lines: Lines) -> Batch:
    return Batch("charge_lines", made.month, {
        "encounter_id": Words(lines.case.astype(np.int32), encounter_ids), "line_number": lines.number,
        "item_code": _named(lines.item, pools.ITEM_CODES), "class_code": _named(pools.CLASS_OF[lines.item], pools.CLASS_CODES),
        "quantity_e3": lines.quantity * 1000, "unit_price_fen": lines.price_fen, "amount_fen": lines.amount_fen,
        "in_scope_fen": lines.in_scope_fen, "charged_on": dates(lines.day), "settled_month": _month_column(made.month, len(lines))})


def _prescriptions(made: _Month, encounter_ids, lines: Lines, tier) -> Batch:
    """One row for each drug line of a visit to a town's centre or a hospital; some for chronic patients are long."""
    random = made.random("prescriptions")
    visit = lines.case >= len(made.stays.cases)
    rows = np.flatnonzero(visit & (pools.CLASS_OF[lines.item] == 0) & (tier[lines.case] >= 1))
    chronic = np.isin(DIAGNOSIS_OF[made.cases.disease[lines.case[rows]]], CHRONIC_DIAGNOSES)
    anti = np.array([one.class_code == "drug" and "a" in one.flags for one in pools.ITEMS])[lines.item[rows]]
    is_long = chronic & ~anti & (random.random(len(rows)) < 0.30)
    supply = np.where(is_long, random.choice([42, 56, 60], len(rows)), np.where(chronic, random.integers(7, 29, len(rows)), random.integers(3, 8, len(rows))))
    number = (made.first + lines.case[rows]) * 64 + np.minimum(lines.number[rows], 63)
    return Batch("prescriptions", made.month, {
        "prescription_id": ids("R", number, 8), "encounter_id": Words(lines.case[rows].astype(np.int32), encounter_ids),
        "item_code": _named(lines.item[rows], pools.ITEM_CODES), "quantity_e3": lines.quantity[rows] * 1000,
        "supply_days": supply.astype(np.int64), "is_long": is_long, "prescribed_on": dates(lines.day[rows]),
        "settled_month": _month_column(made.month, len(rows))})


CHRONIC_DIAGNOSES = [DIAGNOSIS_CODES.index(code) for code in ("I10.x00", "E11.900", "I25.103", "J44.900", "E78.500", "I69.300", "G40.900", "J42.x00")]


def _fraud_rows(made: _Month, encounter_ids, lines: Lines, planted: list[Fraud]):
    """Line frauds as truth rows: rule, table, key, encounter, amount, month."""
    found = []
    for fraud in planted:
        for row, amount in zip(fraud.rows.tolist(), fraud.amount_fen.tolist()):
            encounter = encounter_ids[lines.case[row]].decode()
            found.append((fraud.rule_code, "charge_lines", f"{encounter}|{lines.number[row]}", encounter, amount, made.month))
    return found


def _stay_frauds(made: _Month, encounter_ids, totals):
    """Frauds that are whole stays."""
    found = []
    for row in np.flatnonzero(made.stays.cases.fraud > 0).tolist():
        encounter = encounter_ids[row].decode()
        found.append((FRAUD_RULES[int(made.stays.cases.fraud[row])], "encounters", encounter, encounter, int(totals[row]), made.month))
    return found


def truth_batches(planted: list[Planted]) -> Iterator[Batch]:
    """The truth tables, for a directory apart from the record."""
    faults = [(one.table, one.month, *row) for batch in planted for one in batch.faults for row in one.rows]
    frauds = [row for batch in planted for row in batch.frauds]
    yield Batch("faults", None, {
        "table_name": words([row[0] for row in faults]), "settled_month": np.array([row[1] for row in faults], dtype=np.int64),
        "column_name": words([row[2] for row in faults]), "reason_code": words([row[3] for row in faults]),
        "key_text": words([row[4] for row in faults]), "amount_fen": np.array([row[5] for row in faults], dtype=np.int64)})
    yield Batch("frauds", None, {
        "rule_code": words([row[0] for row in frauds]), "table_name": words([row[1] for row in frauds]),
        "key_text": words([row[2] for row in frauds]), "encounter_id": words([row[3] for row in frauds]),
        "amount_fen": np.array([row[4] for row in frauds], dtype=np.int64),
        "settled_month": np.array([row[5] for row in frauds], dtype=np.int64)})


def _torn_bills(made: _Month, encounter_ids, lines: Lines | None, told: list[Faults]):
    """Bills that no longer sum because a line of theirs is faulty and will be refused: AUD-37 finds them too.

    Not where the encounter or its settlement is faulty itself: then the whole bill is refused.
    """
    refused = {row for faults in told if faults.table in ("encounters", "settlements") for row in faults.places}
    return [("AUD-37", "charge_lines", key, encounter_ids[case].decode(), amount, made.month)
            for faults in told if faults.table == "charge_lines"
            for (_, _, key, _), row in zip(faults.rows, faults.places)
            for case, amount in [(int(lines.case[row]), int(lines.amount_fen[row]))] if case not in refused]
