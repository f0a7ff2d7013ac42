"""What a prescription must keep to, as rows: kinds, drugs, rules, limits; what is asked for and for whom. Judged in prescription_findings.py.

Quantities are whole units of dispensing (tablets, vials), a day's use in thousandths of one, an ingredient's content in micrograms a unit.
"""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

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
