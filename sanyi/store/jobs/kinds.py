"""Kinds of background work: each area puts its own into its `jobs.py`; there is no list to edit."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache

from sanyi.store.areas import area_files
from sanyi.workflows.errors import UnknownWork
from sanyi.workflows.take import REGION

Report = Callable[[float, str], None]


@dataclass(frozen=True)
class JobKind:
    """One kind: `work(arguments, now, report)` does it and gives a line on what it did (nothing where there was nothing to do).

    `roles` may see and start it; `every` makes it a scheduled job, and so does `at`, the time of day at which it comes daily. What was missed is
    made up for as soon as a worker is there. It must stand being stopped anywhere and started again.
    """

    name: str
    zh: str
    en: str
    roles: tuple[str, ...]
    work: Callable[[list, datetime, Report], str]
    every: timedelta | None = None
    at: time | None = None

    def __post_init__(self) -> None:
        if not self.roles:
            raise ValueError(f"the job {self.name} declares nobody who may start it")
        if self.every and self.at:
            raise ValueError(f"the job {self.name} comes either every so often or at a time of the day")

    @property
    def is_scheduled(self) -> bool:
        """Whether it comes by itself."""
        return self.every is not None or self.at is not None

    def next_after(self, now: datetime) -> datetime | None:
        """When it is due again; never for what only comes when asked for."""
        if self.at is None:
            return now + self.every if self.every else None
        local = now.astimezone(REGION)
        today = datetime.combine(local.date(), self.at, REGION)
        return today if today > local else today + timedelta(days=1)


@cache
def job_kinds() -> dict[str, JobKind]:
    """Every kind by its name."""
    return {value.name: value for file in area_files("jobs") for value in vars(file).values() if isinstance(value, JobKind)}


def job_kind(name: str) -> JobKind:
    """Find a kind. Errors: UnknownWork."""
    if name not in job_kinds():
        raise UnknownWork(f"没有后台任务“{name[:40]}”；可用：{'、'.join(job_kinds())}", f"there is no job {name[:40]!r}; there are: {', '.join(job_kinds())}")
    return job_kinds()[name]
