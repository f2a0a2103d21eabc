"""Every parameter must change something: one that nothing reads is a promise that nobody keeps."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from harness.errors import DatabaseError, InternalError, RunError
from harness.oracle_settings import Knob, Knobs
from harness.parity.oracles.configuration import ConfigurationFolder, configuration_folder
from harness.parity.oracles.jobs import Job, Plan
from harness.parity.oracles.oracle import ERROR, FAILED, PASSED, Bench, Outcome, sentences
from harness.parity.oracles.sensitivity import Sensitivity

Turned = tuple[Knob, Job]


@dataclass(frozen=True)
class KnobSensitivity:
    """One run for each parameter, with another value of it."""

    settings: Knobs
    configuration: ConfigurationFolder
    base: Job
    again: Job
    turned: tuple[Turned, ...]
    folder: Path  # for the changed configurations

    @property
    def name(self) -> str:
        """The name in the target, and the mode."""
        return f"knobs.{self.settings.mode}"

    @property
    def title(self) -> str:
        """What must hold."""
        return f"each of {len(self.turned)} parameters changes the result of {self.settings.mode}"

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The run twice, and one for each parameter."""
        return (self.base, self.again, *(job for _, job in self.turned))

    def judge(self, bench: Bench) -> Outcome:
        """Turn one knob after the other."""
        sensitivity = Sensitivity(bench.judge, bench.runs.side(self.base))
        sensitivity.require_determinism(bench.runs.side(self.again))
        dead, broken, changed = [], [], {}
        for knob, job in self.turned:
            try:
                changed[knob.name] = self._changes(bench, sensitivity, knob, job)
            except (RunError, DatabaseError) as error:
                broken.append(f"{knob.name}: {error}")
            else:
                dead += [_dead(knob)] if not changed[knob.name] else []
            bench.runs.release(self.name, (job,))
        if dead or broken:
            return Outcome(FAILED if dead else ERROR, "; ".join((*dead, *broken)), self._not_tried())
        least = min(changed, key=lambda name: changed[name])
        detail = f"{len(changed)} parameters changed the result, {least} the fewest rows, {changed[least]:,}"
        return Outcome(PASSED, detail, self._not_tried())

    def _changes(self, bench: Bench, sensitivity: Sensitivity, knob: Knob, job: Job) -> int:
        """How many distinct rows only one side has, of those in which the parameter must show."""
        folder = self.folder / knob.name
        self.configuration.copy_changed(knob, folder)
        side = bench.runs.side(job)
        bench.runs.runner.workspace.drop(folder)
        if knob.expect is None or knob.expect in bench.judge.contract.relations:
            changes = sensitivity.changes(side)
            return changes.get(knob.expect, 0) if knob.expect else sum(changes.values())
        return sensitivity.changes_of_type(side, knob.expect)

    def _not_tried(self) -> str:
        return sentences(*(f"not tried: {name} ({why})" for name, why in self.settings.not_tried.items()))


def knob_sensitivities(plan: Plan, settings: Knobs) -> Iterator[KnobSensitivity]:
    """The oracle of the target."""
    declared = plan.target.oracles.configuration if plan.target.oracles else None
    if declared is None:
        raise InternalError("knobs without a configuration are refused with the target")
    configuration = configuration_folder(declared, plan.runner.loaded.working_directory)
    base = plan.single(settings.mode, "single")
    again = replace(base, repetition=2, name=f"{base.name}_again")
    folder = plan.runner.workspace.directory / "configurations"
    turned = tuple(
        (
            knob,
            replace(base, config=folder / knob.name / configuration.file, name=f"{settings.mode}_knob_{knob.name}"),
        )
        for knob in settings.parameters
    )
    yield KnobSensitivity(settings, configuration, base, again, turned, folder)


def _dead(knob: Knob) -> str:
    where = f" in {knob.expect}" if knob.expect else ""
    return f"{knob.key} of {knob.file} changed nothing{where}: a dead parameter, or nobody here is touched by it"
