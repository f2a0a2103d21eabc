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
from harness.words import counted

Turned = tuple[Knob, Job]
UNCHANGED = "0"  # no parameter has such a name


@dataclass(frozen=True)
class KnobSensitivity:
    """One run for each parameter, with another value of it."""

    settings: Knobs
    configuration: ConfigurationFolder
    base: Job
    unchanged: Job  # with a copy of the configuration, written again: what that alone does is no effect of a parameter
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
        """The run, on the configuration and on a copy of it, and one for each parameter."""
        return (self.base, self.unchanged, *(job for _, job in self.turned))

    def judge(self, bench: Bench) -> Outcome:
        """Turn one knob after the other."""
        sensitivity = Sensitivity(bench.judge, bench.runs.side(self.base))
        self.configuration.copy_unchanged((knob for knob, _ in self.turned), self.folder / UNCHANGED)
        sensitivity.require_same(bench.runs.side(self.unchanged))
        dead, broken, changed = [], [], {}
        for knob, job in self.turned:
            try:
                changed[knob.name], elsewhere = self._changes(bench, sensitivity, knob, job)
            except (RunError, DatabaseError) as error:
                broken.append(f"{knob.name}: {error}")
            else:
                dead += [] if changed[knob.name] else [_dead(knob, elsewhere)]
            bench.runs.release(self.name, (job,))
        if dead or broken:
            return Outcome(FAILED if dead else ERROR, "; ".join((*dead, *broken)), self._not_tried())
        least = min(changed, key=lambda name: changed[name])
        detail = f"{len(changed)} parameters changed the result, {least} the fewest rows, {changed[least]:,}"
        return Outcome(PASSED, detail, self._not_tried())

    def _changes(self, bench: Bench, sensitivity: Sensitivity, knob: Knob, job: Job) -> tuple[int, int]:
        """How many distinct rows only one side has, of those in which the parameter must show, and of all."""
        folder = self.folder / knob.name
        self.configuration.copy_changed(knob, folder)
        side = bench.runs.side(job)
        pairings = sensitivity.pairings(side)
        changes = sensitivity.changes(pairings)
        total = sum(changes.values())
        if knob.expect is None:
            return total, total
        if knob.expect in bench.judge.contract.relations:
            return changes.get(knob.expect, 0), total
        return sensitivity.changes_of_type(pairings, knob.expect), total

    def _not_tried(self) -> str:
        return sentences(*(f"not tried: {name} ({why})" for name, why in self.settings.not_tried.items()))


def knob_sensitivities(plan: Plan, settings: Knobs) -> Iterator[KnobSensitivity]:
    """The oracle of the target."""
    declared = plan.target.oracles.configuration if plan.target.oracles else None
    if declared is None:
        raise InternalError("knobs without a configuration are refused with the target")
    configuration = configuration_folder(declared, plan.runner.loaded.working_directory)
    base = plan.single(settings.mode, "single")
    folder = plan.runner.workspace.directory / "configurations"

    def configured(name: str, suffix: str) -> Job:
        return replace(base, config=folder / name / configuration.file, name=f"{settings.mode}_{suffix}")

    unchanged = configured(UNCHANGED, "configuration_copied")
    turned = tuple((knob, configured(knob.name, f"knob_{knob.name}")) for knob in settings.parameters)
    yield KnobSensitivity(settings, configuration, base, unchanged, turned, folder)


def _dead(knob: Knob, elsewhere: int) -> str:
    where = f" in {knob.expect}" if knob.expect else ""
    but = f", though {counted(elsewhere, 'row')} elsewhere" if elsewhere else ""
    return f"{knob.key} of {knob.file} changed nothing{where}{but}: a dead parameter, or nobody here is touched by it"
