"""When two rows of a person are merged: of two open requests of a kind one stays; a first contract is not asked for where the other row has one."""
from sanyi.store.contract_requests.tables import ContractRequest
from sanyi.store.contracts.tables import Contract
from sanyi.store.persons.consequences import Merge, Moved, Said, moves_rows, set_aside, set_back
from sanyi.workflows.contract_request import OPEN


def _make_room(merge: Merge) -> Moved:
    """Close the lesser of each two (the one not confirmed, or the later), and every request of a first contract where one is in force."""
    both = (merge.kept, merge.gone)
    rows = sorted(ContractRequest.objects.select_for_update().filter(person__in=both, state__in=OPEN), key=lambda row: (row.kind, -OPEN.index(row.state), row.pk))
    has_one = Contract.objects.filter(person__in=both, state__in=("signed", "active")).exists()
    doubles = {row.pk for before, row in zip(rows, rows[1:]) if before.kind == row.kind}
    return [set_aside(row, merge, state="closed", answer="merged", due=None) for row in rows if row.pk in doubles or has_one and row.kind == "first"]


def _as_before(merge: Merge, moved: Moved) -> Said:
    return set_back(ContractRequest, moved, merge, "签约网上申请", "request about a contract")


REQUESTS = moves_rows(ContractRequest, "person", "签约网上申请", "requests about contracts", _make_room, _as_before)
