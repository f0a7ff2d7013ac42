"""The ledgers there are."""
from sanyi.store.models import Ledger
from sanyi.workflows.errors import UnknownWork


def find_ledger(plan: str, is_locked: bool = False) -> Ledger:
    """Find a plan's ledger. Errors: UnknownWork naming those that are open."""
    rows = Ledger.objects.select_for_update() if is_locked else Ledger.objects
    ledger = rows.filter(plan=plan).first()
    if ledger is None:
        there = ", ".join(open_plans()) or "—"
        raise UnknownWork(f"方案“{plan}”尚未建立台账；已建立：{there}", f"no ledger is open for the plan {plan!r}; open: {there}")
    return ledger


def open_plans() -> list[str]:
    """The plans whose ledgers are open."""
    return list(Ledger.objects.order_by("plan").values_list("plan", flat=True))
