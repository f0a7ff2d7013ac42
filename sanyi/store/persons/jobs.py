"""Background work of the index: the linkage, asked for with the plan's threshold."""
from datetime import datetime

from sanyi.store.jobs.kinds import JobKind, Report
from sanyi.store.persons.linking import link_persons


def _link(arguments: list, now: datetime, report: Report) -> str:
    """Link by a threshold and a recall in ppm."""
    done = link_persons(int(arguments[0]), int(arguments[1]), now)
    return f"{done.rows:,} 人 persons; {done.pairs:,} 对 pairs; 新提示 proposed {done.proposed:,}"


LINKAGE = JobKind("persons_link", "人员概率连接", "linkage of persons", ("office",), _link)
