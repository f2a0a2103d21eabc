"""How often something happened in simulated trials, and the band in which that has to lie."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

SEED = 20261123


@dataclass(frozen=True)
class Band:
    """A demand on a rate. Rates without one are shown for information."""

    claim: str
    least: float = 0.0
    most: float = 1.0

    @property
    def demands(self) -> bool:
        """Whether any rate could miss it."""
        return self.least > 0 or self.most < 1

    def distance(self, rate: float) -> float:
        """How far outside the band the rate is; negative inside."""
        return max(self.least - rate if self.least > 0 else -1.0, rate - self.most if self.most < 1 else -1.0)


@dataclass(frozen=True)
class Rate:
    """What came out in one simulated situation."""

    band: Band
    situation: str
    happened: int
    trials: int

    @property
    def rate(self) -> float:
        """The share of the trials."""
        return self.happened / self.trials

    @property
    def met(self) -> bool:
        """Whether the rate lies in its band."""
        return self.band.least <= self.rate <= self.band.most

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        band = {"claim": self.band.claim, "least": self.band.least, "most": self.band.most}
        counts = {"situation": self.situation, "happened": self.happened, "trials": self.trials}
        return band | counts | {"rate": self.rate, "met": self.met}


def counted(band: Band, situation: str, outcomes: Iterable[bool]) -> Rate:
    """The rate at which the outcomes are true."""
    answers = list(outcomes)
    return Rate(band, situation, sum(map(bool, answers)), len(answers))


def generator(*key: int) -> np.random.Generator:
    """Random numbers of their own for each situation, the same at every run."""
    return np.random.default_rng([SEED, *key])


def by_claim(rates: Sequence[Rate]) -> dict[str, list[Rate]]:
    """The rates of each claim, the one closest to missing it first."""
    claims: dict[str, list[Rate]] = {}
    for rate in rates:
        claims.setdefault(rate.band.claim, []).append(rate)
    return {claim: sorted(found, key=lambda rate: -rate.band.distance(rate.rate)) for claim, found in claims.items()}
