"""What offices decided about money: budgets and their changes, agreements, evidence, grants and what was asked to be spent."""
from collections.abc import Iterator

import numpy as np

from sanyi.worlds.batch import Batch, dates, days, maybe, words
from sanyi.worlds.frame import Frame
from sanyi.worlds.opening import consortium_id
from sanyi.worlds.people import INSURANCES
from sanyi.worlds.places import Places
from sanyi.worlds.streams import stream

BUDGET_CHANGES = (30_000, 20_000, 30_000)  # enrolment, prices, benefits against last year's outlay, ppm


def decisions(frame: Frame, where: Places, last_year_fen: np.ndarray) -> Iterator[Batch]:
    """The tables of decisions; `last_year_fen` is what each insurance paid in the year before the last."""
    consortia = [consortium_id(place) for place in range(where.district_count)]
    yield _budgets(frame, [int(amount) for amount in last_year_fen])
    yield _agreements(frame, consortia)
    yield _evidence(frame, consortia, int(last_year_fen[0]))
    yield _adjustments(frame, consortia)
    yield _grants(frame, consortia)
    yield _uses(frame, where, consortia)
    yield from _registers(frame, where)


def _budgets(frame: Frame, last_year: list[int]) -> Batch:
    """A first budget for each fund, a change in July for new benefits, and one in October without a reason that allows it."""
    rows: list[tuple] = []
    for place, insurance in enumerate(INSURANCES):
        changes = [last_year[place] // 1_000_000 * ppm for ppm in BUDGET_CHANGES]
        rows.append((insurance, 1, 1, "initial", last_year[place], *changes, None, f"示医保〔{frame.last_year}〕1号"))
        if place == 0:
            later = (*changes[:2], changes[2] + last_year[place] // 100)
            rows.append((insurance, 2, 7, "benefit_change", last_year[place], *later, "提高门诊慢特病待遇", f"示医保〔{frame.last_year}〕9号"))
            rows.append((insurance, 3, 10, "other", last_year[place], *later, None, None))
    return Batch("budget_versions", None, {
        "insurance_code": words([row[0] for row in rows]), "year": _full(frame, rows), "version_number": _whole(row[1] for row in rows),
        "from_month": _whole(frame.last_year * 100 + row[2] for row in rows), "kind_code": words([row[3] for row in rows]),
        "settled_last_year_fen": maybe([row[4] for row in rows]), "manual_base_fen": maybe([None] * len(rows)),
        "enrolment_change_fen": _whole(row[5] for row in rows), "price_change_fen": _whole(row[6] for row in rows),
        "benefit_change_fen": _whole(row[7] for row in rows), "reserves_fen": _whole(0 for _ in rows),
        "reason": words([row[8] for row in rows]), "document_number": words([row[9] for row in rows]),
        "decided_on": dates(_whole(days(frame.last_year, row[2]) for row in rows))})


def _agreements(frame: Frame, consortia: list[str]) -> Batch:
    """The first consortium has an agreement of its own."""
    rows = consortia[:1]
    return Batch("consortium_agreements", None, {
        "consortium_id": words(list(rows)), "year": _full(frame, rows), "lead_share_ppm": _whole(600_000 for _ in rows),
        "overrun_lead_share_ppm": _whole(650_000 for _ in rows), "document_number": words([f"医联体协议〔{frame.last_year}〕1号" for _ in rows])})


def _evidence(frame: Frame, consortia: list[str], size: int) -> Batch:
    """Evidence of reasonable overruns in every state."""
    cases = (("epidemic", "recognised", 40), ("price", "pending", 20), ("other", "rejected", 10), ("policy_change", "recognised", 15))
    rows = [(consortia[turn % len(consortia)], cause, state, size // 10_000 * part) for turn, (cause, state, part) in enumerate(cases)]
    return Batch("overrun_evidence", None, {
        "evidence_id": words([f"E{turn + 1:03d}" for turn in range(len(rows))]), "consortium_id": words([row[0] for row in rows]),
        "insurance_code": words(["resident"] * len(rows)), "year": _full(frame, rows), "cause_code": words([row[1] for row in rows]),
        "amount_fen": _whole(row[3] for row in rows), "state_code": words([row[2] for row in rows]),
        "document_number": words([f"佐证〔{frame.last_year}〕{turn + 1}号" for turn in range(len(rows))])})


def _adjustments(frame: Frame, consortia: list[str]) -> Batch:
    """One correction down, one up."""
    random = stream(frame.seed, "finance", 8)
    rows = [(consortia[0], -int(random.integers(10_000, 200_000))), (consortia[-1], int(random.integers(10_000, 200_000)))]
    return Batch("consortium_adjustments", None, {
        "adjustment_id": words([f"J{turn + 1:03d}" for turn in range(len(rows))]), "consortium_id": words([row[0] for row in rows]),
        "insurance_code": words(["resident"] * len(rows)), "year": _full(frame, rows), "amount_fen": _whole(row[1] for row in rows),
        "document_number": words([f"更正〔{frame.last_year}〕{turn + 1}号" for turn in range(len(rows))])})


def _grants(frame: Frame, consortia: list[str]) -> Batch:
    """Public-health money and drug subsidies by the size of the region."""
    share, random = frame.residents // max(1, len(consortia)), stream(frame.seed, "finance", 9)
    rows = [(one, source, share * (each + int(random.integers(0, 100)))) for one in consortia for source, each in (("basic_public_health", 7_400), ("essential_drug_subsidy", 1_500))]
    return Batch("consortium_grants", None, {
        "grant_id": words([f"G{turn + 1:03d}" for turn in range(len(rows))]), "consortium_id": words([row[0] for row in rows]),
        "year": _full(frame, rows), "source_code": words([row[1] for row in rows]), "amount_fen": _whole(row[2] for row in rows),
        "document_number": words([f"财社〔{frame.last_year}〕{turn + 1}号" for turn in range(len(rows))])})


def _uses(frame: Frame, where: Places, consortia: list[str]) -> Batch:
    """Uses asked for: most permitted, some that divert a surplus or cross sources without approval."""
    random = stream(frame.seed, "finance", 7)
    kinds = (("kept_surplus", "performance_pay", None), ("kept_surplus", "staff_training", None), ("kept_surplus", "debt", None),
             ("basic_public_health", "public_health_service", None), ("basic_public_health", "medical_care", None),
             ("essential_drug_subsidy", "drug_zero_markup", None), ("essential_drug_subsidy", "public_health_service", "批〔1〕号"))
    leads = [where.institution_ids[place] for place in where.lead.tolist()]
    rows = [(one, leads[turn], *kind, int(random.integers(1, 40)) * 10_000, int(random.integers(0, 360)))
            for turn, one in enumerate(consortia) for kind in kinds]
    return Batch("fund_uses", None, {
        "use_id": words([f"U{turn + 1:04d}" for turn in range(len(rows))]), "consortium_id": words([row[0] for row in rows]),
        "institution_id": words([row[1] for row in rows]), "year": _full(frame, rows), "source_code": words([row[2] for row in rows]),
        "insurance_code": words(["resident" if row[2] == "kept_surplus" else None for row in rows]), "purpose_code": words([row[3] for row in rows]),
        "amount_fen": _whole(row[5] for row in rows), "used_on": dates(_whole(days(frame.last_year + (row[2] == "kept_surplus")) + row[6] for row in rows)),
        "approval_number": words([row[4] for row in rows])})


def _registers(frame: Frame, where: Places) -> Iterator[Batch]:
    """Each lead hospital's contract fees, purchases and patients' answers."""
    leads, random = [where.institution_ids[place] for place in where.lead.tolist()], stream(frame.seed, "finance", 10)
    due, bought = (random.integers(low, 2 * low, len(leads)) * 100 for low in (20_000, 5_000_000))
    yield Batch("contract_fees", None, {
        "institution_id": words(leads), "year": _full(frame, leads), "payer_code": words(["insurance_fund"] * len(leads)), "due_fen": due,
        "received_fen": due // 100 * random.integers(75, 101, len(leads))})
    both, day = [*leads, *leads], days(frame.last_year, 6)
    apart = bought // 100 * random.integers(1, 15, len(leads))
    yield Batch("purchase_orders", None, {
        "order_id": words([f"PO{turn + 1:04d}" for turn in range(len(both))]), "institution_id": words(both), "ordered_on": dates(_whole(day for _ in both)),
        "is_joint": np.arange(len(both)) < len(leads), "amount_fen": np.concatenate([bought - apart, apart])})
    yield Batch("satisfaction_surveys", None, {
        "institution_id": words(both), "year": _full(frame, both), "kind_code": words(["outpatient"] * len(leads) + ["inpatient"] * len(leads)),
        "answer_count": random.integers(50, 400, len(both)), "score_e4": random.integers(8_200, 9_700, len(both)) * 100})


def _whole(values) -> np.ndarray:
    return np.array(list(values), dtype=np.int64)


def _full(frame: Frame, rows: list) -> np.ndarray:
    return np.full(len(rows), frame.last_year, dtype=np.int64)
