"""The formulary: drugs, rules and limits as a plan and its region have them on a day, brought into the database."""
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction

from sanyi.plans.frozen import digest_of
from sanyi.plans.plan import PlanOnDay
from sanyi.store.prescriptions.tables import Drug, Formulary
from sanyi.store.trail.recording import record
from sanyi.store.who import By, check_roles
from sanyi.workflows import prescribing
from sanyi.workflows.errors import GuardRefused, UnknownWork
from sanyi.workflows.prescribing import EXTENDED, LONG, STOP, USUAL, Limit, Rule, RuleBook

CAP = "prescription.long_cap_months"
NUMBERS = ("early_days", "refill_days", "valid_days", "token_minutes", "polypharmacy_count", "most_lines")
NAMED = ("prescription.early_days", "prescription.refill_days", "prescription.valid_days", "prescription.token_minutes", "prescription.polypharmacy_count", "prescription.most_lines")


def load_formulary(plan: PlanOnDay, by: By, now: datetime) -> Formulary:
    """Bring drugs and rules into line with a plan and its region; the same again changes nothing. What left the list is no longer current.

    Errors: NotAllowed (it takes the reform office), UnknownValue (the region lacks one of the values).
    """
    book, drugs = read_book(plan), read_drugs(plan)
    plain = {"book": asdict(book), "drugs": drugs}
    with transaction.atomic():
        actor = check_roles(by, ("office",))
        newest = Formulary.objects.order_by("-pk").select_for_update().first()
        if newest is not None and newest.digest == digest_of(plain):
            return newest
        for code, row in drugs.items():
            Drug.objects.update_or_create(code=code, defaults={**row, "contents_key": contents_key(row["contents"]), "is_current": True})
        Drug.objects.exclude(code__in=drugs).update(is_current=False)
        made = Formulary.objects.create(plan=plan.plan.name, digest=digest_of(plain), book=plain["book"], by=actor.name, at=now)
        record("change", actor, step="load", subject="formulary", subject_id=made.pk, given={"drugs": len(drugs), "rules": len(book.rules)}, now=now)
    return made


def read_book(plan: PlanOnDay) -> RuleBook:
    """The rules, limits and settings of a plan on a day. Errors: UnknownValue."""
    ages = plan.value("prescription.fertile_ages")
    return RuleBook(rules=_rules(plan), limits=_limits(plan), fertile_from=ages["from"], fertile_to=ages["to"],
                    first_levels=tuple(plan.value("prescription.first_levels")),
                    contracted_may_write_long=plan.value("prescription.contracted_doctor_may_write_long"),
                    **{name: plan.value(full) for name, full in zip(NUMBERS, NAMED)})


def _limits(plan: PlanOnDay) -> tuple[Limit, ...]:
    """The national limits, and the plan's own where its text has one. Source: RX-1, RX-2, HK-18."""
    long = (LONG, EXTENDED)
    found = [_limit(plan, "prescription.usual_days", (USUAL,)), _limit(plan, "prescription.long_days", long, False), _limit(plan, "prescription.assessed_days", long, True)]
    if CAP in plan.values():
        found.append(_limit(plan, CAP, long, None, plan.value("prescription.month_days")))
    return tuple(found)


def _limit(plan: PlanOnDay, name: str, kinds: tuple[str, ...], is_assessed: bool | None = None, times: int = 1) -> Limit:
    entry = plan.entry(name)
    return Limit(name, plan.value(name) * times, kinds, entry.zh, entry.en, str(entry.source), is_assessed)


def _rules(plan: PlanOnDay) -> tuple[Rule, ...]:
    entry = plan.entry("prescription.excluded_classes")
    classes = (Rule(f"EXCLUDED-{name}", "excluded_class", name, severity=STOP, source=str(entry.source), is_verified=True) for name in plan.value("prescription.excluded_classes"))
    listed = plan.entry("prescription.rules")
    words = dict(listed.words)
    return (*classes, *(Rule(row["rule"], row["kind"], row["subject"], row.get("other", ""), row.get("limit"), row["severity"], *words.get(row["rule"], ("", "")),
                             row.get("source", str(listed.source)), row["verified"]) for row in plan.value("prescription.rules")))


def read_drugs(plan: PlanOnDay) -> dict[str, dict[str, Any]]:
    """The drugs by their codes, called as the pack's words call them; a drug of several ingredients stands in several rows of the list."""
    found: dict[str, dict[str, Any]] = {}
    words = dict(plan.entry("prescription.drugs").words)
    for row in plan.value("prescription.drugs"):
        drug = found.setdefault(row["drug"], {**dict(zip(("zh", "en"), words.get(row["drug"], (row["drug"],) * 2))), "drug_class": row["class"], "unit": row["unit"], "contents": {}})
        drug["contents"][row["ingredient"]] = row["content_ug"]
    return found


def contents_key(contents: Mapping[str, int]) -> str:
    """What a drug holds, as one text: drugs of the same contents may stand in for each other."""
    return "+".join(f"{name} {amount}" for name, amount in sorted(contents.items()))


def in_force() -> Formulary:
    """The newest formulary. Errors: UnknownWork where none was loaded."""
    found = Formulary.objects.order_by("-pk").first()
    if found is None:
        raise UnknownWork("尚未载入药品目录和审方规则（sanyi prescriptions load）", "no formulary is loaded yet (sanyi prescriptions load)")
    return found


def book_of(formulary: Formulary) -> RuleBook:
    """The rules of one formulary, which never changes. Errors: GuardRefused where it has none."""
    if "rules" not in formulary.book:
        raise GuardRefused("这份处方目录没有规则，请医改办重新载入", "this formulary has no rules: the reform office loads it anew", "formulary")
    return _book(formulary.pk, formulary.digest)


@lru_cache(maxsize=64)
def _book(pk: int, _digest: str) -> RuleBook:
    plain = dict(Formulary.objects.get(pk=pk).book)
    rules, limits = plain.pop("rules"), plain.pop("limits")
    return RuleBook(rules=tuple(Rule(**row) for row in rules), limits=tuple(Limit(**{**row, "kinds": tuple(row["kinds"])}) for row in limits),
                    **{**plain, "first_levels": tuple(plain["first_levels"])})


def drug_of(row: Drug) -> prescribing.Drug:
    """A drug as the rules know it."""
    return prescribing.Drug(row.code, row.zh, row.en, row.drug_class, row.unit, row.contents)
