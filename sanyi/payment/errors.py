"""What payment refuses to compute, with the reason in both languages.

PaymentError
├── BudgetRefused    a year's budget has no base, or its first version is no first version
├── BudgetTooSmall   a budget or a package is smaller than what is to be set aside of it
└── PoolsDoNotSum    money is left that no pool takes, or pools want more than there is
"""


class PaymentError(Exception):
    """Anything about money that is refused: the run stops before it writes its card, and nothing is posted."""


class BudgetRefused(PaymentError):
    """A year's budget cannot be worked out from what is recorded."""


class BudgetTooSmall(PaymentError):
    """What is to be set aside is more than there is."""


class PoolsDoNotSum(PaymentError):
    """The parts of a budget do not make the whole."""
