"""What must make no difference: another run, and how many threads or shards share the work."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.oracle_settings import OfModes, OfNumbers
from harness.parity.oracles.equality import judge_equality
from harness.parity.oracles.jobs import Job, Plan
from harness.parity.oracles.oracle import NOT_EXERCISED, PASSED, Bench, Outcome, sentences
from harness.processors import available_processors
from harness.words import counted


@dataclass(frozen=True)
class Invariance:
    """Variations of a run that must have the result of the run."""

    name: str
    title: str
    base: Job
    others: tuple[Job, ...]
    limits: str = ""  # what cannot be seen here, whatever comes out
    pointless: str = ""  # why there is nothing to compare, if so

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The run and its variations."""
        return (self.base, *self.others)

    def judge(self, bench: Bench) -> Outcome:
        """Compare each variation with the run."""
        if not self.others:
            return Outcome(NOT_EXERCISED, "", self.pointless)
        outcome = judge_equality(bench.judge, bench.runs, bench.runs.side(self.base), self.others)
        if outcome.status != PASSED:
            return outcome
        return Outcome(PASSED, outcome.detail, sentences(self.limits, outcome.reason))


def repeats(plan: Plan, settings: OfModes) -> Iterator[Invariance]:
    """Each mode, the same once more."""
    for mode in settings.modes:
        base = plan.job(mode)
        again = replace(base, repetition=2, name=f"{mode}_again")
        yield Invariance(f"repeat.{mode}", f"{mode}, run twice, gives the same result", base, (again,))


def threads(plan: Plan, settings: OfNumbers) -> Iterator[Invariance]:
    """Each mode with other numbers of threads."""
    most, processors = max(settings.values), available_processors()
    limits = f"{most} threads took turns on {counted(processors, 'CPU')}" if processors < most else ""
    for mode in settings.modes:
        yield _variations(plan, mode, "threads", settings.values, limits)


def shards(plan: Plan, settings: OfNumbers) -> Iterator[Invariance]:
    """Each mode with other numbers of shards."""
    for mode in settings.modes:
        yield _variations(plan, mode, "shards", settings.values, "")


def _variations(plan: Plan, mode: str, what: str, values: list[int], limits: str) -> Invariance:
    base = plan.job(mode)
    jobs = [plan.job(mode, f"{what}_{number}", **{what: number}) for number in dict.fromkeys(values)]
    title = f"{mode} gives the same result whether {what} are {', '.join(map(str, values))}"
    others = tuple(job for job in jobs if job != base)
    return Invariance(f"{what}.{mode}", title, base, others, limits, f"{what} are never other than in the run itself")
