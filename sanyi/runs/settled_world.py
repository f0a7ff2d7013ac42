"""A synthetic region's claims settled by the plan's own benefit definition, with a few wrong on purpose and told apart in the truth.

The generator settles bill by bill with a simple rule, month by month and in many processes; the definition needs a person's whole year. So the
year is settled once the files are there, by the very steps of a run, on the rows that intake will accept, and written back.
"""
import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from sanyi.engines.replaced import column_values, replace_values, without_rows
from sanyi.engines.small_files import write_rows
from sanyi.payment.benefit.claim import Claim
from sanyi.payment.benefit.policy import LEVELS, Policies
from sanyi.payment.benefit.reading import read_policies
from sanyi.payment.benefit.recorded import claim_of
from sanyi.payment.benefit.year import settle_year
from sanyi.plans import Plan
from sanyi.runs.results import Condition, Results
from sanyi.runs.run import run
from sanyi.tables.table import Table, code, text
from sanyi.worlds.bills import ACCOUNT_FEN

TRUTH, SCRATCH = "_truth", ".settling"
BY_MONTH = ("settlements", "encounters")
WHOLE = ("institutions", "insured_months", "referrals", "consortium_members", "consortia", "off_site_filings")
BILLS_AN_ERROR, FEWEST = 50_000, 2  # one error of each kind in so many bills, but at least a couple
PAID = ("fund_fen", "catastrophic_fen", "aid_fen", "account_fen", "cash_fen")
ERRORS = {"late_claim": ("迟到的结算按到达先后计算，没有重排", "a late claim was counted in the order of arrival"), "wrong_band": ("用了上一级机构的分段", "settled by the bands of the level above"),
          "chain_ignored": ("没有按转诊链连续计算起付线", "the chain of referrals was ignored")}
BENEFIT_ERRORS = Table("benefit_errors", "埋设的待遇结算错误", "Benefit errors planted", key=("settlement_id",), columns=(
    text("settlement_id", "结算编码", "settlement code"), text("resident_id", "居民编码", "resident code"), code("kind_code", "错误", "what is wrong", ERRORS)))


def benefits_digest(plan: Plan, year: int) -> str | None:
    """What names the plan's benefit definition; None where it has none."""
    policies = read_policies(plan.on(date(year, 12, 31)), year)
    return hashlib.sha256(repr(policies).encode()).hexdigest() if policies.periods else None


def settle_world(source: Path, plan: Plan, year: int) -> int:
    """Settle a world's last year by the plan's benefit definition, plant errors, keep the control totals true; gives how many bills.

    The source is in Parquet. Budgets of the world stay as the simple rule made them (the two differ by a few per cent). A plan without a
    benefit definition changes nothing.
    """
    policies = read_policies(plan.on(date(year, 12, 31)), year)
    if not policies.periods:
        return 0
    scratch = source / SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        _accepted_rows(source, scratch / "records")
        run(plan.changed({"benefit.recompute": "on", "benefit.in_scope_from": "settlements"}), scratch / "records", year, scratch / "results",
            wanted=["benefit_settlements"])
        settled = Results(scratch / "results")
        errors = list(_planted(settled, policies))
        rows = [{"settlement_id": one.settlement_id, "resident_id": one.resident_id, "kind_code": one.kind} for one in errors]
        write_rows(BENEFIT_ERRORS, rows, source / TRUTH / f"{BENEFIT_ERRORS.name}.parquet")
        return _write_back(source, settled, errors, year)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@dataclass(frozen=True)
class Planted:
    """A bill settled wrongly on purpose: what each payer was made to pay."""

    settlement_id: str
    resident_id: str
    kind: str
    amounts: dict[str, int]


def _accepted_rows(source: Path, records: Path) -> None:
    """What the benefit steps read, without the rows that intake will refuse: those with a planted fault, and the bills of such encounters."""
    faults = column_values(source / TRUTH / "faults.parquet", ("table_name", "key_text"))
    faulty = {name: [key for table, key in zip(*faults.values(), strict=True) if table == name] for name in BY_MONTH}
    dropped = {"settlements": {"settlement_id": faulty["settlements"], "encounter_id": faulty["encounters"]}, "encounters": {"encounter_id": faulty["encounters"]}}
    for name in BY_MONTH:
        for path in sorted((source / name).glob("*.parquet")):
            without_rows(path, records / name / path.name, dropped[name])
    for name in WHOLE:
        (records / f"{name}.parquet").symlink_to((source / f"{name}.parquet").resolve())


def _planted(settled: Results, policies: Policies) -> Iterator[Planted]:
    """A few bills of each kind of error, of different residents, drawn by the digest of their codes."""
    wanted = max(FEWEST, settled.count("benefit_claims") // BILLS_AN_ERROR)
    residents: set[str] = set()
    for kind, least in (("chain_ignored", Condition("chain_count", "ge", 2)), ("late_claim", Condition("stay_number", "ge", 2)), ("wrong_band", Condition("stay_number", "ge", 1))):
        found = 0
        for settlement_id in sorted((row["settlement_id"] for row in settled.page("benefit_deductibles", [least], limit=None)), key=_drawn):
            errors = _wrong(settled, policies, settlement_id, kind)
            if errors and errors[0].resident_id not in residents:
                residents.add(errors[0].resident_id)
                yield from errors
                found += 1
            if found == wanted:
                break


def _drawn(settlement_id: str) -> str:
    return hashlib.sha256(settlement_id.encode()).hexdigest()


def _wrong(settled: Results, policies: Policies, settlement_id: str, kind: str) -> list[Planted]:
    """The bills that come out otherwise where one of a person's claims is settled wrongly; none where it makes no difference."""
    own = settled.one("benefit_claims", settlement_id=settlement_id)
    claims, last = (_claims(settled, name, own) for name in ("benefit_claims", "benefit_last_stays"))
    last_year = settle_year(last, policies).settled
    right, wrong = (settle_year(each, policies, last_year=last_year).settled for each in (claims, [_altered(claim, kind) if claim.settlement_id == settlement_id else claim for claim in claims]))
    is_right = {one.claim.settlement_id: one.amounts for one in right}
    return [Planted(one.claim.settlement_id, own["resident_id"], kind, one.amounts) for one in wrong
            if is_right.get(one.claim.settlement_id, one.amounts) != one.amounts and (kind == "late_claim" or one.claim.settlement_id == settlement_id)]


def _claims(settled: Results, name: str, own: dict[str, Any]) -> list[Claim]:
    rows = settled.page(name, [Condition(column, "eq", own[column]) for column in ("resident_id", "insurance_code")], limit=None)
    return [claim_of(row) for row in rows if row["refusal_code"] is None]


def _altered(claim: Claim, kind: str) -> Claim:
    if kind == "chain_ignored":
        return replace(claim, referral_from=None, direction=None)
    if kind == "late_claim":
        return replace(claim, settled_on=date(claim.year, 1, 1))
    return replace(claim, level=LEVELS[min(len(LEVELS) - 1, LEVELS.index(claim.level) + 1)])


def _write_back(source: Path, settled: Results, errors: Sequence[Planted], year: int) -> int:
    """Put what each payer pays into the year's files and the control totals."""
    bills = _bills(settled, errors)
    control = json.loads((source / "control.json").read_text("utf-8"))
    for path in sorted((source / "settlements").glob(f"{year}*.parquet")):
        before = column_values(path, PAID)
        replace_values(path, "settlement_id", bills["settlement_id"], {name: bills[name] for name in PAID})
        after, sums = column_values(path, PAID), control["files"][f"settlements/{path.name}"]["fen"]
        sums.update({name: sums[name] + int(after[name].sum() - before[name].sum()) for name in PAID})
    (source / "control.json").write_text(json.dumps(control, indent=1) + "\n", encoding="utf-8")
    return len(bills["settlement_id"])


def _bills(settled: Results, errors: Sequence[Planted]) -> dict[str, np.ndarray]:
    """What each payer pays of every bill that was settled, the planted errors among them; an employee's account pays first of what is left."""
    names = ("settlement_id", "insurance_code", "care_code", "fund_fen", "catastrophic_fen", "aid_fen", "patient_fen")
    parts = [column_values(path, names) for path in settled.files("benefit_settlements")]
    bills = {name: np.concatenate([part[name] for part in parts]) for name in names}
    place = {settlement: number for number, settlement in enumerate(bills["settlement_id"])} if errors else {}
    for one in errors:
        for name in ("fund_fen", "catastrophic_fen", "aid_fen", "patient_fen"):
            bills[name][place[one.settlement_id]] = one.amounts[name]
    most = np.where(bills["care_code"] == "stay", ACCOUNT_FEN["stay"], ACCOUNT_FEN["visit"])
    account = np.where(bills["insurance_code"] == "employee", np.minimum(bills["patient_fen"], most), 0)
    return {**bills, "account_fen": account, "cash_fen": bills["patient_fen"] - account}
