"""A whole synthetic region as a stream of batches, the same for the same seed however it is cut."""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sanyi.worlds.batch import Batch
from sanyi.worlds.closing import closing
from sanyi.worlds.frame import Frame
from sanyi.worlds.opening import opening
from sanyi.worlds.records import Planted, month_records, truth_batches
from sanyi.worlds.tally import Tally

MONTHS_A_SHARE = 3


@dataclass(frozen=True)
class Share:
    """A part of a world that one process makes by itself: the opening tables, or some months of a year."""

    year: int | None
    months: tuple[int, ...] = ()

    @property
    def work(self) -> int:
        """How heavy it is, for progress: counted in months; a month with lines weighs twenty of those without."""
        return 20 if self.year is None else len(self.months) * (20 if len(self.months) == MONTHS_A_SHARE else 1)


def shares(frame: Frame) -> tuple[Share, ...]:
    """A world's parts, heaviest first; together they make every month of every year."""
    last = [Share(frame.last_year, tuple(range(start, start + MONTHS_A_SHARE))) for start in range(1, 13, MONTHS_A_SHARE)]
    earlier = [Share(year, tuple(range(1, 13))) for year in frame.year_list[:-1]]
    return (*last, *earlier, Share(None))


def share_records(frame: Frame, share: Share) -> Iterator[Batch | Tally | Planted]:
    """The batches of one share, block by block, with their tallies and what was planted."""
    if share.year is None:
        yield from opening(frame)
        return
    for block in range(frame.block_count):
        for month in share.months:
            yield from month_records(frame, share.year, month, block)


def closing_records(frame: Frame, tallies: list[Tally], planted: list[Planted]) -> Iterator[tuple[Batch, bool]]:
    """The tables that need all shares, each with whether it belongs to the truth and not to the record."""
    for batch in closing(frame, tallies):
        yield batch, False
    in_order = sorted(planted, key=lambda one: one.place)
    for batch in truth_batches(in_order):
        yield batch, True


def world(residents: int, seed: int, years: int = 4, last_year: int = 2020, only: Iterable[Share] | None = None) -> Iterator[Batch]:
    """A region's record, batch by batch (truth left out): a pure function of its arguments.

    Residents 500 to 40 million; `years` counts the reform year and the history years before it.
    """
    frame = Frame(residents, seed, years, last_year)
    tallies: list[Tally] = []
    for share in only or shares(frame):
        for part in share_records(frame, share):
            if isinstance(part, Batch):
                yield part
            elif isinstance(part, Tally):
                tallies.append(part)
    if only is None:
        yield from closing(frame, tallies)
