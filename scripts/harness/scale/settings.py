"""config/scale.yaml: the budgets, and when a run counts as disturbed."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from harness.relation import Section
from harness.scale.statistics.limits import EXPONENT_LIMIT, REGRESSION_LIMIT, SPEED_UP_LIMIT
from harness.supervisor.measurement import Noise
from harness.target_file import read_section
from harness.units import GIGABYTE

DEFAULT = Path(__file__).resolve().parents[3] / "config" / "scale.yaml"
Share = Annotated[float, Field(ge=0, le=1)]


class GrowthBudget(Section):
    """How fast cost may grow."""

    exponent: float = Field(default=EXPONENT_LIMIT, gt=0, lt=3)


class MemoryBudget(Section):
    """How much memory a run of that many employees may take."""

    gigabytes: float = Field(gt=0)
    employees: int = Field(gt=0)

    @property
    def bytes(self) -> int:
        """The limit in bytes."""
        return round(self.gigabytes * GIGABYTE)


class Budgets(Section):
    """What must hold."""

    growth: GrowthBudget = GrowthBudget()
    memory: MemoryBudget
    speed_up: float = Field(default=SPEED_UP_LIMIT, gt=0)
    regression: float = Field(default=REGRESSION_LIMIT, gt=1)


class NoiseLimits(Section):
    """Beyond these a run was disturbed."""

    foreign_cpu_share: Share
    steal_share: Share
    memory_pressure: Share
    run_queue_share: Share
    beside_foreign_cpu_share: Share

    def objections(self, noise: Noise) -> tuple[str, ...]:
        """What disturbed a run; a witness that the machine does not have says nothing."""
        foreign = noise.foreign_cpu_share or 0.0
        witnesses = {
            "foreign CPU": (foreign, self.foreign_cpu_share),
            "CPU stolen by other machines": (noise.steal_share or 0.0, self.steal_share),
            "memory pressure": (noise.psi_memory or 0.0, self.memory_pressure),
        }
        found = [f"{name} {share:.0%} > {limit:.0%}" for name, (share, limit) in witnesses.items() if share > limit]
        waited = noise.run_queue_share or 0.0
        if waited > self.run_queue_share and foreign > self.beside_foreign_cpu_share:
            found.append(f"waited for a processor {waited:.0%} of the time beside foreign CPU {foreign:.0%}")
        if noise.swap_out_pages:
            found.append(f"{noise.swap_out_pages:,} pages swapped out")
        return tuple(found)


class Settings(Section):
    """The file."""

    budgets: Budgets
    noise: NoiseLimits


def read_settings(path: Path | None) -> Settings:
    """Read the file, or the one that the project comes with.

    Raises:
        TargetError: names file, key and what is valid.
    """
    return read_section(path or DEFAULT, Settings, "--config")
