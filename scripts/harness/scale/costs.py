"""What a run costs."""

from collections.abc import Callable
from enum import StrEnum

from harness.scale.outcome import Outcome

Cost = Callable[[Outcome], float | None]  # reads one cost of a run; None where it is not known
MEMORY_NOISE = 0.005  # log sd of the peak memory of a deterministic command; measured 0.0014


class Measure(StrEnum):
    """What is measured from outside."""

    WALL = "wall time"
    CPU = "CPU time"
    MEMORY = "peak memory"


def cost_of(measure: Measure) -> Cost:
    """What a measure reads from an outcome: seconds, or bytes."""

    def read(outcome: Outcome) -> float | None:
        measured = outcome.measurement
        if measured is None:
            return None
        if measure is Measure.MEMORY:
            return float(measured.memory.lower)
        return measured.wall_seconds if measure is Measure.WALL else measured.cpu_seconds

    return read


def memory_upper(outcome: Outcome) -> float | None:
    """What the peak memory was not above, in bytes; the measure of memory reads what it was for certain."""
    return float(outcome.measurement.memory.upper) if outcome.measurement else None
