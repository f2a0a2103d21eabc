"""What shards gained: measured, never extrapolated."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.scale.cells import Cell
from harness.scale.costs import Measure, cost_of
from harness.scale.judging.samples import Samples
from harness.scale.statistics.sharding import Sharding, measured_speed_up


@dataclass(frozen=True)
class ShardGain:
    """A cell against the same work in one shard."""

    cell: Cell
    pairs: int
    gain: Sharding


def shard_gains(samples: Samples) -> Iterator[ShardGain]:
    """Each cell with more than one shard that has a partner with one."""
    for cell in samples.cells:
        single = Cell(cell.mode, cell.employees, cell.years, 1)
        ours, theirs = samples.runs(cell, single, cost_of(Measure.WALL)).pairs
        if cell.shards > 1 and ours:
            yield ShardGain(cell, len(ours), measured_speed_up(ours, theirs, cell.shards, paired=True))
