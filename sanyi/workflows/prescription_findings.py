"""What the rules say to a prescription: how long a supply may be, what may not go together, for whom a drug is not. Pure; the rules are rows."""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sanyi.workflows.prescribing import CLASSES, OVERLAP_REASONS, STOP, USUAL, WARN, Asked, Drug, Finding, InHand, Patient, Rule, RuleBook, Wanted
from sanyi.workflows.prescription_supply import in_hand_days, limits_for


@dataclass(frozen=True)
class _Case:
    asked: Asked
    patient: Patient
    in_hand: Sequence[InHand]
    book: RuleBook
    today: date


def findings(asked: Asked, patient: Patient, in_hand: Sequence[InHand], book: RuleBook, today: date) -> tuple[Finding, ...]:
    """Everything the rules have to say; what stops comes before what warns. Source: RX-1, RX-2, NG-18."""
    case = _Case(asked, patient, in_hand, book, today)
    found = (*_of_days(case), *_of_repeats(case), *_of_supply(case), *(each for rule in book.rules for each in FINDERS[rule.kind](rule, case)))
    return tuple(sorted(found, key=lambda each: (each.severity != STOP, each.line, each.kind, each.rule)))


def stops(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that nobody may go past."""
    return tuple(each for each in found if each.severity == STOP)


def _of_days(case: _Case) -> Iterator[Finding]:
    """Every limit that a line passes is said with its clause, the strictest first; the strictest decides."""
    for place, line in enumerate(case.asked.lines, 1):
        for limit in limits_for(case.asked.kind, case.asked.is_assessed, case.book.limits):
            if line.days > limit.days:
                yield Finding(limit.name, "supply", place, STOP, f"{line.drug.zh} 用药 {line.days} 天，{limit.zh}：至多 {limit.days} 天（{limit.source}）",
                              f"{line.drug.en}: {line.days} days; {limit.en}: at most {limit.days} ({limit.source})", limit.source, limit.is_verified)


def _of_repeats(case: _Case) -> Iterator[Finding]:
    """What has the same contents stands on one line with its whole daily use: two lines would each keep the limit of days and pass it together. Source: RX-2."""
    lines = case.asked.lines
    for place, line in enumerate(lines, 1):
        if any(dict(line.drug.contents) == dict(earlier.drug.contents) for earlier in lines[:place - 1]):
            yield Finding("same_contents", "duplicate", place, STOP, f"{line.drug.zh}：成分规格与前面一行相同，请合并为一行并写明每日总量",
                          f"{line.drug.en}: same contents as a line above; write one line with the whole daily use", "RX-2")


def _of_supply(case: _Case) -> Iterator[Finding]:
    """What is still in hand beyond a few days stops the next supply, whoever prescribed it; a coded reason lets it pass to the pharmacist. Source: RX-2."""
    in_hand, early_days, today, why = case.in_hand, case.book.early_days, case.today, OVERLAP_REASONS.get(case.asked.overlap_reason)
    for place, line in enumerate(case.asked.lines, 1):
        for ingredient in sorted(line.drug.contents):
            left = in_hand_days(ingredient, in_hand, today)
            if left > early_days:
                where = "、".join(sorted({each.institution for each in in_hand if each.ingredient == ingredient and (each.to_on - today).days > early_days}))
                yield Finding("in_hand", "early", place, WARN if why else STOP,
                              f"{line.drug.zh}：同一成分尚有 {left} 天用量在手（{where}），超过 {early_days} 天" + (f"；理由：{why[0]}" if why else "，须填写理由"),
                              f"{line.drug.en}: {left} days of the same ingredient are still in hand (from {where}), more than {early_days}"
                              + (f"; reason: {why[1]}" if why else "; a reason is needed"), "RX-2")


def _found(rule: Rule, place: int, zh: str, en: str) -> Finding:
    return Finding(rule.code, rule.kind, place, rule.severity, f"{zh}：{rule.zh}" if rule.zh else zh, f"{en}: {rule.en}" if rule.en else en, rule.source, rule.is_verified)


def _about(rule: Rule, drug: Drug) -> bool:
    return rule.subject in ("*", drug.drug_class) or rule.subject in drug.contents


def _each(rule: Rule, lines: Sequence[Wanted]) -> Iterator[tuple[int, Wanted]]:
    return ((place, line) for place, line in enumerate(lines, 1) if _about(rule, line.drug))


def _excluded(rule: Rule, case: _Case) -> Iterator[Finding]:
    """A class that no long prescription may hold. Source: RX-1."""
    if case.asked.kind == USUAL:
        return
    for place, line in _each(rule, case.asked.lines):
        zh, en = CLASSES[line.drug.drug_class]
        yield _found(rule, place, f"{line.drug.zh} 属{zh}，不得开具长期处方", f"{line.drug.en} is {en}: not on a long prescription")


def _max_days(rule: Rule, case: _Case) -> Iterator[Finding]:
    for place, line in _each(rule, case.asked.lines):
        if rule.limit is not None and line.days > rule.limit:
            yield _found(rule, place, f"{line.drug.zh} 用药 {line.days} 天，至多 {rule.limit} 天", f"{line.drug.en}: {line.days} days, at most {rule.limit}")


def _max_daily(rule: Rule, case: _Case) -> Iterator[Finding]:
    """All that the lines together give of an ingredient a day; compared in thousandths of a microgram, so that nothing is rounded."""
    having = [(place, line) for place, line in enumerate(case.asked.lines, 1) if rule.subject in line.drug.contents]
    daily = sum(line.drug.contents[rule.subject] * line.daily_e3 for _, line in having)
    if having and rule.limit is not None and daily > rule.limit * 1000:
        yield _found(rule, having[-1][0], f"{rule.subject} 每日 {_mg(daily)} 毫克，超过 {_mg(rule.limit * 1000)} 毫克",
                     f"{rule.subject}: {_mg(daily)} mg a day, more than {_mg(rule.limit * 1000)} mg")


def _interaction(rule: Rule, case: _Case) -> Iterator[Finding]:
    """Two ingredients on the prescription, or one on it and one still in hand."""
    held = {each.ingredient for each in case.in_hand if each.to_on >= case.today}
    lines = case.asked.lines
    written = {ingredient for line in lines for ingredient in line.drug.contents}
    for place, line in enumerate(lines, 1):
        for mine, other in ((rule.subject, rule.other), (rule.other, rule.subject)):
            before = {ingredient for earlier in case.asked.lines[:place - 1] for ingredient in earlier.drug.contents}
            if mine in line.drug.contents and (other in line.drug.contents and mine == rule.subject or other in before or other in held - written):
                yield _found(rule, place, f"{mine} 与 {other}", f"{mine} with {other}")


def _duplicate(rule: Rule, case: _Case) -> Iterator[Finding]:
    for place, line in _each(rule, case.asked.lines):
        again = sorted(set(line.drug.contents) & {ingredient for earlier in case.asked.lines[:place - 1] for ingredient in earlier.drug.contents})
        if again:
            yield _found(rule, place, f"{line.drug.zh}：{'、'.join(again)} 已在前面的药品中", f"{line.drug.en}: {', '.join(again)} stands above already")


def _allergy(rule: Rule, case: _Case) -> Iterator[Finding]:
    for place, line in _each(rule, case.asked.lines):
        for ingredient in sorted(set(line.drug.contents) & case.patient.allergies):
            yield _found(rule, place, f"居民对 {ingredient} 过敏", f"the resident is allergic to {ingredient}")


def _age(is_low: bool):
    def find(rule: Rule, case: _Case) -> Iterator[Finding]:
        if rule.limit is None or case.patient.age is None or not (case.patient.age < rule.limit if is_low else case.patient.age > rule.limit):
            return
        for place, line in _each(rule, case.asked.lines):
            yield _found(rule, place, f"{line.drug.zh}：{case.patient.age} 岁，{'不足' if is_low else '超过'} {rule.limit} 岁",
                         f"{line.drug.en}: {case.patient.age} years, {'under' if is_low else 'over'} {rule.limit}")
    return find


def _sex(rule: Rule, case: _Case) -> Iterator[Finding]:
    if case.patient.sex and case.patient.sex == rule.other:
        for place, line in _each(rule, case.asked.lines):
            yield _found(rule, place, f"{line.drug.zh}：不适用于该性别", f"{line.drug.en}: not for this sex")


def _pregnancy(rule: Rule, case: _Case) -> Iterator[Finding]:
    """Pregnant: not allowed or for the pharmacist, as the rule says; where nobody has asked a woman who may be, always for the pharmacist."""
    may_be = case.patient.is_pregnant is None and case.patient.sex != "male" and (case.patient.age is None or case.book.fertile_from <= case.patient.age <= case.book.fertile_to)
    if not (case.patient.is_pregnant or may_be):
        return
    for place, line in _each(rule, case.asked.lines):
        found = _found(rule, place, f"{line.drug.zh}：{'孕妇禁用' if case.patient.is_pregnant else '是否妊娠未询问'}",
                       f"{line.drug.en}: {'not in pregnancy' if case.patient.is_pregnant else 'pregnancy was not asked about'}")
        yield found if case.patient.is_pregnant else replace(found, severity=WARN)


def _mg(thousandths_of_ug: int) -> str:
    whole, rest = divmod(thousandths_of_ug, 1_000_000)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


FINDERS = {"excluded_class": _excluded, "max_days": _max_days, "max_daily": _max_daily, "interaction": _interaction, "duplicate": _duplicate, "allergy": _allergy,
           "min_age": _age(True), "max_age": _age(False), "sex": _sex, "pregnancy": _pregnancy}
