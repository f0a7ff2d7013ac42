"""What a world is asked to be, and the blocks it is cut into."""
from dataclasses import dataclass

BLOCK = 100_000
FEWEST = 500
MOST = 40_000_000


@dataclass(frozen=True)
class Frame:
    """A world's size, seed and years; `has_spoiled_text` plants cells that are no date or number (text formats only)."""

    residents: int
    seed: int
    years: int = 4
    last_year: int = 2020
    has_spoiled_text: bool = False

    def __post_init__(self) -> None:
        if not FEWEST <= self.residents <= MOST:
            raise ValueError(f"residents: seen {self.residents}, expected {FEWEST} to {MOST}")
        if not 1 <= self.years <= 9:
            raise ValueError(f"years: seen {self.years}, expected 1 to 9 (the reform year included)")
        if self.seed < 0:
            raise ValueError(f"seed: seen {self.seed}, expected 0 or more")

    @property
    def first_year(self) -> int:
        """The earliest history year (the reform year itself when there is no history)."""
        return self.last_year - self.years + 1

    @property
    def year_list(self) -> tuple[int, ...]:
        """All years, the reform year last."""
        return tuple(range(self.first_year, self.last_year + 1))

    @property
    def block_count(self) -> int:
        """How many blocks of residents."""
        return -(-self.residents // BLOCK)

    def block_range(self, block: int) -> tuple[int, int]:
        """The first resident of a block and the first after it."""
        return block * BLOCK, min(self.residents, (block + 1) * BLOCK)

    def first_encounter(self, year: int, block: int) -> int:
        """The number the encounters of a block's year are counted from (room for 2^20 of them)."""
        return ((year - self.first_year) * self.block_count + block) << 20
