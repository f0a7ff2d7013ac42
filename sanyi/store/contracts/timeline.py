"""Family-doctor contracts on a person's timeline."""
from collections.abc import Iterator

from sanyi.store.contracts.tables import Contract
from sanyi.store.health.timeline import TimelinePart
from sanyi.store.personal import WIDE
from sanyi.tables.timeline import TimelineEntry, TimelineFact
from sanyi.workflows import workflow_of
from sanyi.workflows.contract import HOLDING


def _entries(person: int, narrowest: tuple[str, ...]) -> Iterator[TimelineEntry]:
    """Contracts that were signed; drafts are nobody's history."""
    for row in Contract.objects.filter(person=person, state__in=HOLDING).select_related("team", "package").order_by("-id"):
        state, days = workflow_of("contract").state(row.state), f"{row.from_on} – {row.to_on}"
        facts = (("团队", "team", row.team.name, row.team.name), ("服务包", "package", row.package.name, row.package.name), ("期限", "term", days, days), ("状态", "state", state.zh, state.en))
        yield TimelineEntry("contract", row.signed_on or row.from_on, row.institution, str(row.pk), WIDE, tuple(TimelineFact((zh, en), (said, said_en), WIDE) for zh, en, said, said_en in facts))


CONTRACTS = TimelinePart("contract", _entries, "contract")
