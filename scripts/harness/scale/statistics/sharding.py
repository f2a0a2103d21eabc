"""What the division of the work among shards gained."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.scale.statistics.limits import CONFIDENCE
from harness.scale.statistics.ratios import paired_ratio, unpaired_ratio
from harness.scale.statistics.verdict import Interval


@dataclass(frozen=True)
class Sharding:
    """The gain of `shards` shards over one, at one size."""

    shards: int
    speed_up: Interval  # time of one shard / time of `shards` shards

    @property
    def efficiency(self) -> Interval:
        """The speed-up per shard; 1 is ideal."""
        return self.speed_up.scaled(1 / self.shards)

    @property
    def serial_fraction(self) -> Interval:
        """The share of the work that was not divided: e = (1/S - 1/p) / (1 - 1/p).

        Karp and Flatt, Communications of the ACM 33 (1990). Constant over p: Amdahl's serial work. Rising with p:
        overhead that the shards bring. Negative: the speed-up was more than p.
        """
        speed_up = self.speed_up
        low, high = self._karp_flatt(speed_up.high), self._karp_flatt(speed_up.low)
        return Interval(self._karp_flatt(speed_up.estimate), low, high, speed_up.confidence)

    def _karp_flatt(self, speed_up: float) -> float:
        inverse = 1 / speed_up if speed_up else math.inf
        return (inverse - 1 / self.shards) / (1 - 1 / self.shards)


def measured_speed_up(
    single: Sequence[float], sharded: Sequence[float], shards: int, *, paired: bool, confidence: float = CONFIDENCE
) -> Sharding:
    """The gain from times of runs with one shard and with `shards`, in pairs or without order.

    Nothing is fitted and nothing extrapolated: with 1, 4 and 8 shards the parameters of a scalability law stay open.
    Raises ValueError for fewer than 2 shards.
    """
    if shards < 2:
        raise ValueError(f"a speed-up needs at least 2 shards, not {shards}")
    ratio = (paired_ratio if paired else unpaired_ratio)(sharded, single, confidence=confidence)
    return Sharding(shards, ratio.interval)
