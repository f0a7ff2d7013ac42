"""What a law of the database refuses is refused in words, and the transaction around it lives on."""
from collections.abc import Iterator
from contextlib import contextmanager
import logging

from django.db import IntegrityError, transaction

from sanyi.terms.quiet import told
from sanyi.workflows.errors import GuardRefused

LOG = logging.getLogger(__name__)


@contextmanager
def or_refused(zh: str, en: str, guard: str = "once") -> Iterator[None]:
    """Write what a constraint may refuse: all of it, or nothing and a refusal in these words. Errors: GuardRefused."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise GuardRefused(zh, en, guard) from None


@contextmanager
def laws_refused() -> Iterator[None]:
    """Around a transaction: what no guard foresaw and a law of the database refuses is a refusal too, not an error; nothing was written. Errors: GuardRefused."""
    try:
        yield
    except IntegrityError as law:
        LOG.warning("a law of the database that no guard foresaw:\n%s", told(law))  # whoever keeps the installation can see which; the user need not
        raise GuardRefused("与已有的记录相抵触，未办理，请刷新后再看", "it is at odds with what is there already; nothing was done: reload and look again", "law") from law
