"""The cells of a matrix: employees × years × shards for each mode."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from harness.errors import TargetError
from harness.scale_settings import MatrixMode
from harness.target import Target
from harness.words import counted

# With three sizes an exponent can hardly be told from another; these small ones cost little and settle it.
HELPFUL_SIZES = (1_000, 2_500, 10_000)
SIZES_ASKED_AS_THEY_ARE = 2


@dataclass(frozen=True, order=True)
class Cell:
    """One kind of run; all its runs must give the same answer."""

    mode: str
    employees: int
    years: int
    shards: int

    def __str__(self) -> str:
        return f"{self.mode} {self.label}"

    @property
    def label(self) -> str:
        """The cell without its mode."""
        return f"{self.employees:,} × {counted(self.years, 'year')} × {counted(self.shards, 'shard')}"


@dataclass(frozen=True)
class Matrix:
    """What the command line asks for."""

    modes: tuple[str, ...]
    employees: tuple[int, ...]
    years: tuple[int, ...]
    shards: tuple[int, ...]
    added_sizes: tuple[int, ...] = ()  # run with the least number of shards only

    def cells(self, target: Target) -> list[Cell]:
        """All cells; a mode that does not shard has those of one shard only."""
        found = set()
        for mode in self.modes:
            shards = self.shards if matrix_mode(target, mode).sharded else (1,)
            found |= set(_cells(mode, self.employees, self.years, shards))
            found |= set(_cells(mode, self.added_sizes, self.years, shards[:1]))
        return sorted(found)


def matrix_of(
    modes: Sequence[str], employees: Iterable[int], years: Iterable[int], shards: Iterable[int], *, exact_sizes: bool
) -> Matrix:
    """The matrix with every number once and in order, and with the sizes that help to tell growth."""
    sizes = tuple(sorted(set(employees)))
    helpful = [] if exact_sizes or len(sizes) <= SIZES_ASKED_AS_THEY_ARE else HELPFUL_SIZES
    added = tuple(size for size in helpful if size < sizes[-1] and size not in sizes)
    return Matrix(tuple(dict.fromkeys(modes)), sizes, tuple(sorted(set(years))), tuple(sorted(set(shards))), added)


def matrix_mode(target: Target, mode: str) -> MatrixMode:
    """What runs under the name of a mode.

    Raises:
        TargetError: the target knows no such mode.
    """
    named = target.scale.modes if target.scale else {}
    if mode in named:
        return named[mode]
    if mode in target.modes:
        return MatrixMode(run=mode, sharded=mode if target.modes[mode].sharded else None)
    available = ", ".join(dict.fromkeys((*named, *target.modes)))
    raise TargetError(f"--mode: unknown mode {mode!r}; available in {target.name}: {available}")


def counterpart(cell: Cell, mode: str, known: Collection[Cell]) -> Cell | None:
    """The cell of a mode that did the same work: in as many shards or, in another mode that does not shard, in one."""
    sharded = mode == cell.mode or any(other.shards > 1 for other in known if other.mode == mode)
    found = Cell(mode, cell.employees, cell.years, cell.shards if sharded else 1)
    return found if found in known else None


def mode_of(target: Target, cell: Cell) -> str:
    """The mode of the target that runs in a cell."""
    mode = matrix_mode(target, cell.mode)
    return mode.sharded if mode.sharded and cell.shards > 1 else mode.run


def _cells(mode: str, *numbers: Sequence[int]) -> Iterator[Cell]:
    return (Cell(mode, *combination) for combination in product(*numbers))
