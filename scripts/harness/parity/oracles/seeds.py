"""Every event type that is drawn must move with the seed: a draw that forgot it repeats itself in every scenario."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.oracle_settings import Seeds
from harness.parity.oracles.evidence import event_types, filled
from harness.parity.oracles.jobs import Job, Plan
from harness.parity.oracles.oracle import FAILED, NOT_EXERCISED, PASSED, Bench, Outcome, sentences
from harness.parity.oracles.sensitivity import Sensitivity, is_type
from harness.parity.pairing import Pairing
from harness.parity.proof import count_unmatched
from harness.side import Side
from harness.warehouse import Warehouse


@dataclass(frozen=True)
class SeedSensitivity:
    """The same run with another seed."""

    settings: Seeds
    base: Job
    again: Job
    other: Job

    @property
    def name(self) -> str:
        """The name in the target, and the mode."""
        return f"seed_sensitivity.{self.settings.mode}"

    @property
    def title(self) -> str:
        """What must hold."""
        seeds = f"{self.base.workload.seed} and {self.other.workload.seed}"
        return f"every event type of {self.settings.mode} differs between the seeds {seeds}"

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The run twice, and the one with another seed."""
        return self.base, self.again, self.other

    def judge(self, bench: Bench) -> Outcome:
        """Compare the events of each type."""
        types = [name for name in event_types(bench.judge.contract) if name not in self.settings.not_seeded]
        if not types:
            return Outcome(NOT_EXERCISED, "", "no relation declares an event type that is seeded")
        sensitivity = Sensitivity(bench.judge, bench.runs.side(self.base))
        sensitivity.require_same(bench.runs.side(self.again))
        changed = self._changed(sensitivity, bench.runs.side(self.other), types)
        still = [name for name, number in changed.items() if not number]
        if still:
            seeds = f"{self.base.workload.seed} and {self.other.workload.seed}"
            return Outcome(FAILED, f"the same under the seeds {seeds}: {', '.join(still)}")
        reason = ", ".join(f"{name} (not seeded: {why})" for name, why in self.settings.not_seeded.items())
        told = ", ".join(f"{name} {number:,}" for name, number in changed.items())
        return Outcome(PASSED, f"distinct events that only one seed has: {told}", sentences(reason))

    def _changed(self, sensitivity: Sensitivity, other: Side, types: list[str]) -> dict[str, int]:
        pairings = [pairing for pairing in sensitivity.pairings(other).values() if pairing.relation.event_types]
        among = filled(self.settings.among or "true", other)
        warehouse = sensitivity.judge.warehouse
        return {name: sum(_changes(warehouse, pairing, name, among) for pairing in pairings) for name in types}


def seed_sensitivities(plan: Plan, settings: Seeds) -> Iterator[SeedSensitivity]:
    """The oracle of the target."""
    base, seed = plan.single(settings.mode, "single"), plan.workload.seed + 1
    again = replace(base, repetition=2, name=f"{base.name}_again")
    yield SeedSensitivity(settings, base, again, plan.single(settings.mode, f"seed_{seed}", seed=seed))


def _changes(warehouse: Warehouse, pairing: Pairing, event_type: str, among: str) -> int:
    """How many events differ: of those that meet the condition, if any does; else of all."""
    of_type = is_type(pairing.relation, event_type)
    within = f"{of_type} AND ({among})"
    sources = (pairing.reference, pairing.candidate)
    some = any(warehouse.rows(f"SELECT 1 FROM {source} WHERE {within} LIMIT 1") for source in sources)
    return count_unmatched(warehouse, pairing, within if some else of_type)
