"""Why a step was not taken; each says it in Chinese and in English.

Refused
├── UndeclaredStep   no such workflow, no such step, or not from this state
├── UnknownWork      no such item, problem, order or plan
├── StaleVersion     somebody else has changed it since it was shown
├── Busy             others were at work on it at the same moment; nothing was done
├── NotAllowed       the account's role or unit may not do this
│   └── FactorNeeded a second factor must be shown first
├── BadField         a field is missing, unknown, or not what its kind asks for
├── GuardRefused     a condition of the step does not hold
├── OtherBody        the key of a money command came again with another content
├── NotPostable      a run or a correction that the ledger cannot take
├── ClosedPeriod     the period is closed
├── Overdrawn        an account would leave its bounds
└── Withdrawn        the item is no longer in the plan
"""


class Refused(Exception):
    """A refusal in words; `zh` and `en` are the two wordings, `code` the kind of refusal in one word."""

    code = "refused"

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(f"{zh} / {en}")

    def words(self, language: str = "zh") -> str:
        """Say the refusal in one language."""
        return self.zh if language == "zh" else self.en


class UndeclaredStep(Refused):
    """Only declared steps exist."""

    code = "undeclared_step"


class UnknownWork(Refused):
    """What was asked for does not exist."""

    code = "unknown_work"


class StaleVersion(Refused):
    """The work has moved on since it was shown."""

    code = "stale_version"


class Busy(Refused):
    """The database let others go first, again and again: nothing was done."""

    code = "busy"


class NotAllowed(Refused):
    """Another role or another unit must do this."""

    code = "not_allowed"


class FactorNeeded(NotAllowed):
    """The step takes a second factor, which this session has not shown. Source: R32."""

    code = "factor_needed"


class BadField(Refused):
    """A field does not hold what the step asks for; `field` names it."""

    code = "bad_field"

    def __init__(self, zh: str, en: str, field: str = "") -> None:
        super().__init__(zh, en)
        self.field = field


class GuardRefused(Refused):
    """A condition of the step does not hold; `guard` names it."""

    code = "guard"

    def __init__(self, zh: str, en: str, guard: str = "") -> None:
        super().__init__(zh, en)
        self.guard = guard


class Withdrawn(Refused):
    """The plan no longer holds the item; it is kept for the record."""

    code = "withdrawn"


class OtherBody(Refused):
    """The same key with another content: the first stays what it was. Source: R07."""

    code = "other_body"


class NotPostable(Refused):
    """A run or a correction that the ledger cannot take."""

    code = "not_postable"


class ClosedPeriod(Refused):
    """Nothing is posted into a closed period. Source: R10."""

    code = "closed_period"


class Overdrawn(Refused):
    """An account would leave its bounds. Source: R08."""

    code = "overdrawn"
