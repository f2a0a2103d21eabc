"""The noise of the machines that were measured: log standard deviations within and between pairs of runs."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.scale.statistics.ratios import Pairs


@dataclass(frozen=True)
class Machine:
    """What one quantity varies by on one machine; the runs of a pair share a state, which remembers the last one."""

    name: str
    within_sd: float  # of one run beside its pair
    shared_sd: float
    autocorrelation: float  # of the shared state, from one pair or result to the next

    @property
    def pair_sd(self) -> float:
        """Of the log ratio of a pair."""
        return self.within_sd * math.sqrt(2)

    def pairs(self, random: np.random.Generator, number: int, ratio: float = 1.0) -> Pairs:
        """Interleaved runs of a baseline and of a contender that costs this many times as much."""
        shared = self._states(random, number) * self.shared_sd
        baseline, contender = np.exp(shared + random.normal(0, self.within_sd, (2, number)))
        return baseline.tolist(), (contender * ratio).tolist()

    def results(self, random: np.random.Generator, number: int) -> list[float]:
        """Results of one program in the order of time."""
        log_sd = math.hypot(self.within_sd, self.shared_sd)
        found: list[float] = np.exp(self._states(random, number) * log_sd).tolist()
        return found

    def _states(self, random: np.random.Generator, number: int) -> NDArray[np.float64]:
        """A stationary autoregressive series of order 1 with unit variance."""
        states = random.normal(size=number)
        for index in range(1, number):
            innovation = math.sqrt(1 - self.autocorrelation**2) * states[index]
            states[index] = self.autocorrelation * states[index - 1] + innovation
        return states


CPU = Machine("CPU time", within_sd=0.024, shared_sd=0.027, autocorrelation=0.43)
WALL = Machine("busy wall time", within_sd=0.088, shared_sd=0.245, autocorrelation=0.54)
MACHINES = (CPU, WALL)
