"""The order in which the census lists the employees must make no difference."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from harness.oracle_settings import OfModes
from harness.parity.judge import Judge
from harness.parity.oracles.equality import judge_equality
from harness.parity.oracles.jobs import Job, Plan
from harness.parity.oracles.oracle import NOT_EXERCISED, Bench, Outcome
from harness.parity.oracles.shuffling import shuffle


@dataclass(frozen=True)
class ShuffledCensus:
    """A run on the same people in another order."""

    mode: str
    base: Job
    shuffled: Job

    @property
    def name(self) -> str:
        """The name in the target, and the mode."""
        return f"shuffled_census.{self.mode}"

    @property
    def title(self) -> str:
        """What must hold."""
        return f"{self.mode} gives the same result when the rows of the census stand in another order"

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Both runs."""
        return self.base, self.shuffled

    def judge(self, bench: Bench) -> Outcome:
        """Shuffle the census, unless another mode has been given it already, and compare."""
        problem = _provide(bench, self.base.census, self.shuffled.census)
        if problem:
            return Outcome(NOT_EXERCISED, "", problem)
        return judge_equality(
            without_same_inputs(bench.judge), bench.runs, bench.runs.side(self.base), (self.shuffled,)
        )


def shuffled_censuses(plan: Plan, settings: OfModes) -> Iterator[ShuffledCensus]:
    """The oracle of each mode."""
    shuffled = plan.runner.workspace.directory / "shuffled_census" / plan.census.name
    for mode in settings.modes:
        base = plan.job(mode)
        yield ShuffledCensus(mode, base, replace(base, census=shuffled, name=f"{mode}_shuffled"))


def without_same_inputs(judge: Judge) -> Judge:
    """A judge of results whose fingerprints may differ with what was varied; that they share the rest is known."""
    provenance = judge.contract.provenance
    if provenance is None:
        return judge
    unequal = provenance.model_copy(update={"equal": []})
    return replace(judge, contract=judge.contract.model_copy(update={"provenance": unequal}))


def _provide(bench: Bench, census: Path, shuffled: Path) -> str:
    if shuffled.is_file():
        return ""
    if not shuffled.parent.is_dir():
        bench.runs.runner.workspace.subdirectory(shuffled.parent.name)
    problem = shuffle(bench.judge.warehouse, census, shuffled)
    if problem:
        shuffled.unlink(missing_ok=True)  # the next mode must not take it for shuffled
    return problem
