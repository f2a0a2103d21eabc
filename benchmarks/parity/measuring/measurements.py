"""What was measured, and why something was not."""

from dataclasses import dataclass, field
from typing import Any

from measuring.contestants import Contestant
from measuring.process import Sample


class NotMeasuredError(Exception):
    """Another tool gave no number to compare with."""


class JudgeFailedError(Exception):
    """The judge gave no answer, or a wrong one."""


@dataclass(frozen=True)
class Measurement:
    """One contestant on one pair: every sample, and what went wrong."""

    scenario: str
    contestant: Contestant
    rows: int
    samples: tuple[Sample, ...] = ()
    phases: dict[str, float] = field(default_factory=dict)  # CPU seconds, of the sample with the least
    problem: str | None = None

    @property
    def cpu_seconds(self) -> float:
        """The least of all samples: what disturbs a process only adds."""
        return min(sample.cpu_seconds for sample in self.samples)

    @property
    def peak_rss_mib(self) -> float:
        """The highest of all samples."""
        return max(sample.peak_rss_mib for sample in self.samples)


class Measurements:
    """All of them; asking for one that failed is an error that says why."""

    def __init__(self) -> None:
        self._all: dict[tuple[str, Contestant], Measurement] = {}

    def add(self, measurement: Measurement) -> None:
        """Keep one."""
        self._all[measurement.scenario, measurement.contestant] = measurement

    def of(self, scenario: str, contestant: Contestant = Contestant.EXACT) -> Measurement:
        """The measurement, if there is a good one."""
        measurement = self._all.get((scenario, contestant))
        if measurement is None:
            raise NotMeasuredError(f"{contestant} on {scenario} was not measured")
        if measurement.problem:
            kind = JudgeFailedError if contestant.is_judge else NotMeasuredError
            raise kind(f"{contestant} on {scenario} failed")
        return measurement

    def all(self) -> list[Measurement]:
        """Every measurement."""
        return list(self._all.values())


def phases_of(report: dict[str, Any]) -> dict[str, float]:
    """The CPU seconds that the judge itself counted."""
    phases: dict[str, float] = report["results"]["pairs"][0]["relations"][0].get("phases", {})
    return phases
