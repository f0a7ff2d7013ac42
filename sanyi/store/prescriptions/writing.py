"""Writing a prescription: judged by every rule before it is kept, and what it gives is claimed for the person's days at once."""
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from sanyi.store import tenancy
from sanyi.store.crossing import tried_again
from sanyi.store.log import today_of, write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.organisation.tables import Institution
from sanyi.store.persons.tables import Person
from sanyi.store.prescriptions.formulary import book_of, drug_of, in_force
from sanyi.store.prescriptions.patients import had_before, has_contract, in_hand, one_person, patient_of
from sanyi.store.prescriptions.tables import Drug, Prescription, PrescriptionFinding, PrescriptionLine, Supply
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, check_roles
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UnknownWork
from sanyi.workflows.facts import Actor
from sanyi.workflows.prescribing import EXTENDED, KINDS, LONG, OVERLAP_REASONS, STOP, USUAL, Asked, Finding, InHand, RuleBook, Wanted
from sanyi.workflows.prescription_findings import findings, stops
from sanyi.workflows.prescription_supply import in_hand_days, starts_on
from sanyi.workflows.prescription import DOCTORS
from sanyi.workflows.take import clean

MOST = 100_000  # units of one line, thousandths of a day's use: what is more is a slip of the pen
MOST_USE = 150


@dataclass(frozen=True)
class ScriptLine:
    """One line as a doctor writes it: the drug's code, whole units, thousandths of a unit a day, how to take it."""

    drug: str
    quantity: int
    daily_e3: int
    use: str = ""
    may_substitute: bool = True


@dataclass(frozen=True)
class Script:
    """A prescription as a doctor writes it. `renews` is the one it carries on; `upper` the higher hospital of an extended one.

    `is_pregnant`: as the doctor asked, None where nobody did. `encounter`: the visit in the region's record, if there is one.
    """

    person: int
    kind: str
    diagnosis: str
    lines: tuple[ScriptLine, ...]
    is_assessed: bool = False
    is_pregnant: bool | None = None
    overlap_reason: str = ""
    upper: str = ""
    encounter: str = ""
    renews: int | None = None


@dataclass(frozen=True)
class Judged:
    """A script as the rules see it, before anything is kept."""

    asked: Asked
    found: tuple[Finding, ...]
    in_hand: tuple[InHand, ...]
    book: RuleBook
    drugs: tuple[Drug, ...]


def judge(script: Script, actor: Actor, today: date) -> Judged:
    """Say what every rule has to say of a script, keeping nothing. Errors: BadField, UnknownWork."""
    person, formulary = one_person(script.person), in_force()
    book, drugs = book_of(formulary), _drugs(script)
    _check(script, book)
    asked = Asked(script.kind, script.is_assessed, tuple(Wanted(drug_of(drug), line.quantity, line.daily_e3) for drug, line in zip(drugs, script.lines)), script.overlap_reason)
    has = in_hand(person, today)
    found = (*findings(asked, patient_of(person, script.is_pregnant, today), has, book, today), *_who_may(script, asked, person, actor, book, today))
    return Judged(asked, tuple(sorted(found, key=lambda each: each.severity != STOP)), has, book, drugs)


@tried_again
def write_prescription(script: Script, by: By, now: datetime) -> Prescription:
    """Write a prescription at the doctor's own institution; nothing that a rule forbids is kept.

    Errors (nothing written): NotAllowed, BadField, UnknownWork (person, drug, formulary), GuardRefused (naming each rule that forbids it).
    Source: RX-1, RX-2, HK-18, HK-19.
    """
    with refusals_recorded(by, subject="prescription", step="write", residents=(script.person,), now=now), transaction.atomic(), tenancy.in_hand((script.person,)):
        actor, today = check_roles(by, DOCTORS), today_of(now)
        if not actor.unit:
            raise NotAllowed("医师须在任职机构内开具处方", "a doctor prescribes at the institution of a posting")
        Person.objects.select_for_update().filter(pk=script.person).first()  # two prescriptions of one person stand one after the other
        judged = judge(script, actor, today)
        if stopping := stops(judged.found):
            raise GuardRefused("；".join(dict.fromkeys(each.zh for each in stopping)), "; ".join(dict.fromkeys(each.en for each in stopping)), stopping[0].kind)
        with or_refused("同一成分的用药日期与另一处方重叠", "the days of supply overlap another prescription of the same ingredient", "overlap"):
            row = _keep(script, judged, actor, today, now)
        write_line(row, "prescription", "write", actor.name, now, "", {"kind": row.kind, "lines": len(script.lines)}, actor.persons, actor=actor, open_names={"kind"})
    return row


@tried_again
def correct_prescription(id: int, version: int, script: Script, by: By, now: datetime) -> Prescription:
    """Write a corrected prescription in place of a returned one: the old is revoked in the same transaction. Errors: as writing, and act's."""
    from sanyi.store.act import act
    with transaction.atomic():
        act("prescription", id, version, "revoke", {"reason": "corrected"}, by, now)
        return write_prescription(script, by, now)


def _drugs(script: Script) -> tuple[Drug, ...]:
    known = {drug.code: drug for drug in Drug.objects.filter(code__in=[line.drug for line in script.lines], is_current=True)}
    for line in script.lines:
        if line.drug not in known:
            raise BadField(f"药品目录中没有“{line.drug}”", f"the formulary has no drug {line.drug!r}", "drug")
    return tuple(known[line.drug] for line in script.lines)


def _check(script: Script, book: RuleBook) -> None:
    if script.kind not in KINDS:
        raise BadField(f"处方类型应为：{'、'.join(words[0] for words in KINDS.values())}", f"the kind is one of {', '.join(KINDS)}", "kind")
    if not 1 <= len(script.lines) <= book.most_lines:
        raise BadField(f"一张处方 1 至 {book.most_lines} 种药品", f"a prescription has 1 to {book.most_lines} drugs", "lines")
    if not clean(script.diagnosis) or len(clean(script.diagnosis)) > 100:
        raise BadField("请填写临床诊断（至多 100 字）", "fill in the diagnosis, at most 100 characters", "diagnosis")
    if script.overlap_reason and script.overlap_reason not in OVERLAP_REASONS:
        raise BadField(f"提前开药的理由应为：{'、'.join(words[0] for words in OVERLAP_REASONS.values())}", f"the reason is one of {', '.join(OVERLAP_REASONS)}", "overlap_reason")
    if any(not (0 < line.quantity <= MOST and 0 < line.daily_e3 <= MOST) for line in script.lines):
        raise BadField("数量和每日用量须为大于 0 的合理数值", "quantities and daily use are above 0 and within reason", "quantity")
    if any(len(line.use) > MOST_USE for line in script.lines):
        raise BadField(f"用法至多 {MOST_USE} 字", f"the use is at most {MOST_USE} characters", "use")


def _who_may(script: Script, asked: Asked, person: Person, actor: Actor, book: RuleBook, today: date) -> tuple[Finding, ...]:
    """Who may write a long one: a hospital; a primary institution's contracted doctor, for what a hospital has written before. Source: RX-2, HK-19, JH-22."""
    if person.died_on is not None and person.died_on <= today:
        return (_stop("该居民已登记死亡", "the person is recorded as dead", "died"),)
    if script.kind == USUAL:
        return ()
    level = Institution.objects.filter(code=actor.unit).values_list("level", flat=True).first()
    if script.kind == LONG and level in book.first_levels:
        return ()
    return (*_contracted(person, actor, book, today), *_first_from_above(script, asked, person, book))


def _contracted(person: Person, actor: Actor, book: RuleBook, today: date) -> tuple[Finding, ...]:
    if actor.role != "family_doctor" or not book.contracted_may_write_long:
        return (_stop("基层长期处方、延伸处方由签约家庭医生开具", "in primary care long and extended prescriptions are written by the contracted family doctor", "prescriber"),)
    return () if has_contract(person, actor.unit, today) else (_stop("该居民未与本机构签约", "the person is not under contract with this institution", "contract"),)


def _first_from_above(script: Script, asked: Asked, person: Person, book: RuleBook) -> tuple[Finding, ...]:
    """What a hospital has written before may be carried on; an extended prescription says which hospital's it is."""
    ingredients = {name for line in asked.lines for name in line.drug.contents}
    new = sorted(ingredients - had_before(person, ingredients, book.first_levels))
    if script.kind == EXTENDED and not Institution.objects.filter(code=script.upper, level__in=book.first_levels).exists():
        return (_stop("延伸处方须注明上级医院", "an extended prescription names the higher hospital", "upper"),)
    if new:
        return (_stop(f"首次长期处方须由二级及以上医院开具：{'、'.join(new)}", f"a hospital writes the first long prescription: {', '.join(new)}", "first"),)
    return ()


def _stop(zh: str, en: str, rule: str) -> Finding:
    return Finding(rule, "prescriber", 0, STOP, zh, en, "RX-2")


def _keep(script: Script, judged: Judged, actor: Actor, today: date, now: datetime) -> Prescription:
    book, starts = judged.book, [_start(line, judged, today) for line in judged.asked.lines]
    ends = [start + timedelta(days=line.days - 1) for start, line in zip(starts, judged.asked.lines)]
    row = Prescription.objects.create(
        person_id=script.person, institution=actor.unit, kind=script.kind, diagnosis=clean(script.diagnosis), is_assessed=script.is_assessed, is_pregnant=script.is_pregnant,
        overlap_reason=script.overlap_reason, upper=script.upper if script.kind == EXTENDED else "", encounter=clean(script.encounter), prescribed_on=today,
        valid_to=today + timedelta(days=book.valid_days), renews_id=_renewed(script), formulary=in_force(), state=workflow_of("prescription").start,
        created_by=actor.name, created_at=now)
    for place, (line, wanted, drug, start, end) in enumerate(zip(script.lines, judged.asked.lines, judged.drugs, starts, ends), 1):
        kept = PrescriptionLine.objects.create(prescription=row, position=place, drug=drug, quantity=line.quantity, daily_e3=line.daily_e3, days=wanted.days, from_on=start,
                                               may_substitute=line.may_substitute, use=clean(line.use))
        Supply.objects.bulk_create([Supply(person_id=script.person, line=kept, institution=actor.unit, ingredient=name, from_on=start, to_on=end,
                                           reason=_reason(script, name, place, judged, today)) for name in sorted(drug.contents)])
    PrescriptionFinding.objects.bulk_create([PrescriptionFinding(prescription=row, **{name: getattr(each, name) for name in (
        "line", "rule", "kind", "severity", "zh", "en", "source", "is_verified")}) for each in judged.found])
    return row


def _start(line: Wanted, judged: Judged, today: date) -> date:
    return starts_on(line.drug.contents, judged.in_hand, judged.book.early_days, today)


def _reason(script: Script, ingredient: str, place: int, judged: Judged, today: date) -> str:
    """Why a supply may share days with another: the coded reason where it is really too early; an ingredient that an earlier line holds already."""
    if in_hand_days(ingredient, judged.in_hand, today) > judged.book.early_days:
        return script.overlap_reason
    return "same_script" if any(ingredient in line.drug.contents for line in judged.asked.lines[:place - 1]) else ""


def _renewed(script: Script) -> int | None:
    if script.renews is not None and not Prescription.objects.filter(pk=script.renews, person_id=script.person).exists():
        raise UnknownWork("续方的原处方不是该居民的", "the prescription to be renewed is not this person's")
    return script.renews
