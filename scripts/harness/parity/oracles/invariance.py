"""What must make no difference: another run, and how many threads or shards share the work."""

import os
from dataclasses import dataclass

from harness.parity.oracles.equality import judge_equality
from harness.parity.oracles.jobs import Job, Plan
from harness.parity.oracles.oracle import NOT_EXERCISED, PASSED, Bench, Outcome, sentences


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


def repeat(plan: Plan, mode: str) -> Invariance:
    """The same once more."""
    base = plan.job(mode)
    again = Job(mode, base.workload, base.census, repetition=2, name=f"{mode}_again")
    return Invariance(f"repeat.{mode}", f"{mode}, run twice, gives the same result", base, (again,))


def threads(plan: Plan, mode: str, values: list[int]) -> Invariance:
    """Other numbers of threads."""
    base, others = _variations(plan, mode, "threads", values)
    processors = os.cpu_count() or 1
    few = f"{max(values)} threads share {processors} CPU{'' if processors == 1 else 's'}, so some took turns"
    return Invariance(
        f"threads.{mode}",
        f"{mode} gives the same result with {_listed(values)} threads",
        base,
        others,
        few if processors < max(values) else "",
        f"only {base.workload.threads} was tried, and the run itself uses that",
    )


def shards(plan: Plan, mode: str, values: list[int]) -> Invariance:
    """Other numbers of shards."""
    base, others = _variations(plan, mode, "shards", values)
    return Invariance(
        f"shards.{mode}",
        f"{mode} gives the same result in {_listed(values)} shards",
        base,
        others,
        pointless=f"only {base.workload.shards} was tried, and the run itself uses that",
    )


def _variations(plan: Plan, mode: str, what: str, values: list[int]) -> tuple[Job, tuple[Job, ...]]:
    base = plan.job(mode)
    jobs = [plan.job(mode, f"{what}_{value}", **{what: value}) for value in dict.fromkeys(values)]
    return base, tuple(job for job in jobs if job != base)


def _listed(values: list[int]) -> str:
    return ", ".join(map(str, values))
