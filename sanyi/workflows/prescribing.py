"""What a prescription must keep to: how long a supply may be, what may not go together, for whom a drug is not. Pure; the rules are rows.

Quantities are whole units of dispensing (tablets, vials), a day's use in thousandths of one, an ingredient's content in micrograms a unit.
"""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

USUAL, LONG, EXTENDED = "usual", "long", "extended"
KINDS = {USUAL: ("普通处方", "ordinary"), LONG: ("长期处方", "long"), EXTENDED: ("延伸处方", "extended")}
CLASSES = {"general": ("一般药品", "general"), "narcotic": ("麻醉药品", "narcotic"), "psychotropic": ("精神药品", "psychotropic"),
           "toxic": ("医疗用毒性药品", "toxic"), "radioactive": ("放射性药品", "radioactive"), "precursor": ("药品类易制毒化学品", "precursor"),
           "antibacterial": ("抗菌药物", "antibacterial"), "tb_limited": ("抗结核限制药物", "limited to tuberculosis"),
           "special_storage": ("需特殊储存的药品", "special storage")}
OVERLAP_REASONS = {"lost": ("药品遗失或损坏", "lost or spoiled"), "dose_changed": ("剂量调整", "the dose was changed"),
                   "travel": ("外出需提前备药", "away from home"), "stopped_other": ("前一处方已停用", "the earlier one is no longer taken"),
                   "intolerance": ("不耐受换药", "not tolerated")}
STOP, WARN = "stop", "warn"
SEVERITIES = {STOP: ("禁止", "not allowed"), WARN: ("提醒药师", "for the pharmacist")}
RULE_KINDS = {"excluded_class": ("不得开具长期处方", "not on a long prescription"), "max_daily": ("每日最大剂量", "largest daily dose"),
         "interaction": ("相互作用", "interaction"), "duplicate": ("重复用药", "same ingredient twice"), "allergy": ("过敏", "allergy"),
         "min_age": ("年龄下限", "too young"), "max_age": ("年龄上限", "too old"), "sex": ("性别禁忌", "not for this sex"),
         "pregnancy": ("妊娠禁忌", "not in pregnancy"), "max_days": ("该药最长用药天数", "longest supply of this drug")}


@dataclass(frozen=True)
class Drug:
    """A drug as it is dispensed: class, unit, and the micrograms of each ingredient in one unit."""

    code: str
    zh: str
    en: str
    drug_class: str
    unit: str
    contents: Mapping[str, int]


@dataclass(frozen=True)
class Rule:
    """One rule of the list: of a `kind` (see the finders below), about an ingredient or class (`*`: any), with another ingredient, a number, a sex."""

    code: str
    kind: str
    subject: str
    other: str = ""
    limit: int | None = None
    severity: str = WARN
    zh: str = ""
    en: str = ""
    source: str = ""
    is_verified: bool = False


@dataclass(frozen=True)
class Limit:
    """How many days' supply one text allows, on prescriptions of some kinds, and where it says so; `is_assessed`: only after an assessment, or without."""

    name: str
    days: int
    kinds: tuple[str, ...]
    zh: str
    en: str
    source: str
    is_assessed: bool | None = None
    is_verified: bool = True


@dataclass(frozen=True)
class RuleBook:
    """Everything the texts and the list say, as a plan and its region have it on a day.

    `early_days`: so many days before a supply runs out the next may be written and given; `refill_days`: a longer supply is given in
    parts of so many; `valid_days`: how long a signed prescription may wait for its first part; `fertile_from`, `fertile_to`: the ages of
    women who are asked whether they are pregnant; `token_minutes`: how long a token lives; `most_lines`: drugs on one prescription; `polypharmacy_count`: from so many ingredients
    at once a person stands on the list; `first_levels`: where the first long prescription of an ingredient is written, elsewhere the
    contracted family doctor carries on, if `contracted_may_write_long`. Source: RX-1, RX-2, NG-18.
    """

    rules: tuple[Rule, ...] = ()
    limits: tuple[Limit, ...] = ()
    early_days: int = 0
    refill_days: int = 1
    valid_days: int = 0
    fertile_from: int = 0
    fertile_to: int = 0
    token_minutes: int = 0
    polypharmacy_count: int = 0
    most_lines: int = 0
    first_levels: tuple[str, ...] = ()
    contracted_may_write_long: bool = False


@dataclass(frozen=True)
class Asked:
    """What a doctor means to write: its kind, whether the patient was assessed, the lines, and the coded reason for what is still in hand."""

    kind: str
    is_assessed: bool
    lines: tuple["Wanted", ...]
    overlap_reason: str = ""


@dataclass(frozen=True)
class Wanted:
    """One line as it is to be written: whole units, thousandths of a unit a day."""

    drug: Drug
    quantity: int
    daily_e3: int

    @property
    def days(self) -> int:
        """How many days it lasts, a begun day as a whole one: what must stay within a limit is never told too small."""
        return -(-self.quantity * 1000 // self.daily_e3)


@dataclass(frozen=True)
class InHand:
    """What a person still has: an ingredient until its last day, from an institution's prescription."""

    ingredient: str
    to_on: date
    institution: str
    prescription: int = 0


@dataclass(frozen=True)
class Patient:
    """Whom it is for, as far as rules ask; nothing is taken for granted where something is not known."""

    age: int | None = None
    sex: str = ""
    is_pregnant: bool | None = None
    allergies: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Finding:
    """What a rule says to a prescription, about its line (1, 2 …; 0: the whole), with where the rule is from."""

    rule: str
    kind: str
    line: int
    severity: str
    zh: str
    en: str
    source: str
    is_verified: bool = True


def limits_for(kind: str, is_assessed: bool, limits: Iterable[Limit]) -> tuple[Limit, ...]:
    """The limits that hold for a prescription, the strictest first. Source: RX-1, RX-2."""
    holding = (each for each in limits if kind in each.kinds and each.is_assessed in (None, is_assessed))
    return tuple(sorted(holding, key=lambda each: (each.days, each.name)))


def most_days(kind: str, is_assessed: bool, limits: Iterable[Limit]) -> int | None:
    """The stricter of all that the texts allow; None where no text says anything."""
    holding = limits_for(kind, is_assessed, limits)
    return holding[0].days if holding else None


def in_hand_days(ingredient: str, in_hand: Iterable[InHand], today: date) -> int:
    """Days of an ingredient that a person has left after today, over every institution's prescriptions."""
    return max((max(0, (each.to_on - today).days) for each in in_hand if each.ingredient == ingredient), default=0)


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
    found = (*_of_days(case), *_of_supply(case), *(each for rule in book.rules for each in FINDERS[rule.kind](rule, case)))
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
        yield found if case.patient.is_pregnant else Finding(**{**vars(found), "severity": WARN})


def _mg(thousandths_of_ug: int) -> str:
    whole, rest = divmod(thousandths_of_ug, 1_000_000)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


FINDERS = {"excluded_class": _excluded, "max_days": _max_days, "max_daily": _max_daily, "interaction": _interaction, "duplicate": _duplicate, "allergy": _allergy,
           "min_age": _age(True), "max_age": _age(False), "sex": _sex, "pregnancy": _pregnancy}


def starts_on(ingredients: Iterable[str], in_hand: Sequence[InHand], early_days: int, today: date) -> date:
    """The first day of a new supply: the day after what is in hand runs out, where so little is left that it may be written already."""
    wanted = set(ingredients)
    last = max((each.to_on for each in in_hand if each.ingredient in wanted and (each.to_on - today).days <= early_days), default=None)
    return today if last is None or last < today else last + timedelta(days=1)


def windows(days: int, each_days: int) -> int:
    """Into how many refills a supply is parted: none is longer than `each_days`."""
    return max(1, -(-days // each_days))


def opened(first_on: date, count: int, each_days: int, early_days: int, today: date) -> int:
    """How many refills may have been given by a day: each opens a few days before the one before it runs out, the first at once."""
    return min(count, 1 + max(0, (today - first_on).days + early_days) // each_days)


def allowed_by(quantity: int, count: int, open_count: int) -> int:
    """Of a line's units, how many may have been given in the refills opened so far; all of them in the last."""
    return quantity if open_count >= count else quantity * open_count // count
