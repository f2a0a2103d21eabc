"""What the judge is asked to do: run the modes of a target, or take two results as they are."""

import argparse
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.errors import InternalError, RunError, UsageError
from harness.exclusions import EXCLUSIONS, load_exclusions
from harness.execute import Limits
from harness.manifest import find_manifest
from harness.modes import choose_modes, known_mode
from harness.parity.arguments import WORKLOAD_DEFAULTS, existing, settings_of, workload_of
from harness.parity.baseline import load_baseline, save_baseline
from harness.parity.freezing import Freezer
from harness.parity.judge import Judge, Judgement
from harness.parity.oracle_result import OracleResult
from harness.parity.oracles.judging import judge_oracles
from harness.parity.results import Finding, PairResult
from harness.progress import Progress
from harness.runs import Runner
from harness.side import Side
from harness.target import Contract, LoadedTarget, Target
from harness.target_file import load_target
from harness.warehouse import Warehouse
from harness.workload import Workload
from harness.workspace import Workspace


@dataclass(frozen=True)
class Assignment:
    """One invocation."""

    arguments: argparse.Namespace
    workspace: Workspace
    progress: Progress
    loaded: LoadedTarget | None

    @property
    def contract(self) -> Contract:
        """What the results must agree on; without a target everything they have."""
        return self.loaded.target if self.loaded else Contract(name="everything in both results")

    @property
    def target(self) -> Target:
        """The system that is run."""
        return self._needed.target

    @property
    def _needed(self) -> LoadedTarget:
        if self.loaded is None:
            raise InternalError("without a target there is nothing to run")
        return self.loaded

    @cached_property
    def workload(self) -> Workload:
        """What is simulated: as the command line says, or else as the baseline was made."""
        if self.arguments.against_baseline:
            return workload_of(self.arguments, load_baseline(self.arguments.against_baseline).workload)
        return workload_of(self.arguments)

    @property
    def asked(self) -> dict[str, int]:
        """The part of the workload that the target makes use of; of results that exist nothing was asked."""
        if self.loaded is None or self.arguments.compare:
            return {}
        return {name: number for name, number in asdict(self.workload).items() if self.target.asks_for(name)}

    def judge(self, warehouse: Warehouse) -> tuple[str, Judgement]:
        """The name of the reference, and what was found out."""
        if self.arguments.against_baseline:
            return "baseline", self._judge_against_baseline(warehouse)
        return self._judge_results(warehouse) if self.arguments.compare else self._judge_runs(warehouse)

    def freeze(self, warehouse: Warehouse, context: dict[str, Any]) -> Path:
        """Save the baseline of the reference, or of --result."""
        workload = self.workload
        freezer = Freezer(self.new_judge(warehouse, workload.years))
        if self.arguments.result:
            mode = self._asked_mode("--reference", self.arguments.reference)
            side = Side("reference", existing(self.arguments.result, "--result"), mode)
        else:
            reference, _ = choose_modes(self.target, self.arguments.reference, None)
            runner = self.new_runner()
            side = runner.run_mode(reference, runner.make_census())
        made_with = {"judge_commit": context["commit"], "duckdb": context["libraries"]["duckdb"]}
        return save_baseline(self.arguments.save_baseline, freezer.freeze(side, asdict(workload), made_with))

    def judge_oracles(self, warehouse: Warehouse) -> tuple[OracleResult, ...]:
        """What the target says of itself; of these oracles, or of all."""
        judge = self.new_judge(warehouse, self.workload.years)
        return judge_oracles(judge, self.new_runner(), self.arguments.oracles, keep=self.arguments.keep_databases)

    def _judge_against_baseline(self, warehouse: Warehouse) -> Judgement:
        freezer = Freezer(self.new_judge(warehouse, self.workload.years))
        baseline = load_baseline(self.arguments.against_baseline)
        if baseline.target != self.contract.name:
            raise UsageError(f"--against-baseline: is of target {baseline.target!r}, not {self.contract.name!r}")
        if self.arguments.result:
            mode = self._asked_mode("--candidates", (self.arguments.candidates or [None])[0])
            side = Side("result", existing(self.arguments.result, "--result"), mode)
            return freezer.judge_all(baseline, [side])
        modes = self.arguments.candidates or [self.target.reference, *self.target.candidates]
        known = [known_mode(self.target, "--candidates", mode) for mode in modes]
        runner = self.new_runner()
        census = runner.make_census()
        employees = runner.count_employees(census, warehouse)
        judgement = freezer.judge_all(baseline, _run_candidates(runner, known, census))
        return replace(judgement, employees=employees)

    def new_judge(self, warehouse: Warehouse, years: range | None) -> Judge:
        """A judge of results with the settings of the command line."""
        file = self.arguments.exclusions or EXCLUSIONS
        exclusions = load_exclusions(file)
        if self.loaded:
            exclusions.apply(self.contract, file)  # what is wrong is said before anything runs
        settings = settings_of(self.arguments)
        return Judge(self.contract, warehouse, self.progress, settings, years, self._manifest, exclusions, file)

    def _asked_mode(self, option: str, mode: str | None) -> str | None:
        return known_mode(self.contract, option, mode) if mode else None

    def _manifest(self) -> Path | None:
        """Dbt's manifest; None if there is none: then an explanation keeps to the order of the target."""
        if self.loaded is None or self.loaded.target.manifest is None:
            return None
        out = self.workspace.directory / "manifest"
        out.mkdir(exist_ok=True)
        self.progress.start("asking dbt for the order of its models")
        return find_manifest(self.loaded, self.loaded.target.manifest, out, self.arguments.timeout)

    def _judge_results(self, warehouse: Warehouse) -> tuple[str, Judgement]:
        judge = self.new_judge(warehouse, None)
        ours, theirs = (existing(path, "--compare") for path in self.arguments.compare)
        reference = Side("reference", ours, self._asked_mode("--reference", self.arguments.reference))
        asked = (self.arguments.candidates or [None])[0]
        candidate = Side("candidate", theirs, self._asked_mode("--candidates", asked))
        return reference.name, judge.judge(reference, [candidate])

    def _judge_runs(self, warehouse: Warehouse) -> tuple[str, Judgement]:
        judge = self.new_judge(warehouse, self.workload.years)
        reference, candidates = choose_modes(self.target, self.arguments.reference, self.arguments.candidates)
        runner = self.new_runner()
        census = runner.make_census()
        employees = runner.count_employees(census, warehouse)
        trusted = runner.run_mode(reference, census)
        judgement = judge.judge(trusted, _run_candidates(runner, candidates, census))
        judgement = replace(judgement, employees=employees)
        if judgement.finding is Finding.DIFFERENT and not self.arguments.trust_reference:
            judgement = replace(judgement, repeated=_repeat(judge, runner, trusted, census))
        return reference, judgement

    def new_runner(self) -> Runner:
        """A runner of the target's modes."""
        for name in WORKLOAD_DEFAULTS:
            if getattr(self.arguments, name) is not None and not self.target.asks_for(name):
                option = f"--{name.replace('_', '-')}"
                raise UsageError(f"{option}: has no effect, because no command of {self.target.name} uses {{{name}}}")
        return Runner(self._needed, self.workload, self.workspace, Limits(self.arguments.timeout), self.progress)


def _run_candidates(runner: Runner, modes: Iterable[str], census: Path) -> list[Side | PairResult]:
    """Run each candidate; one that fails does not stop the others."""
    outcomes: list[Side | PairResult] = []
    for mode in modes:
        try:
            outcomes.append(runner.run_mode(mode, census))
        except RunError as error:
            outcomes.append(PairResult(mode, Finding.ERROR, str(error)))
    return outcomes


def _repeat(judge: Judge, runner: Runner, reference: Side, census: Path) -> PairResult:
    """The reference beside a second run of it: one that differs from itself makes every difference meaningless."""
    name = f"{reference.name}_again"
    try:
        again = runner.run_mode(reference.mode or "", census, name)
    except RunError as error:
        return PairResult(name, Finding.ERROR, str(error))
    repeated = judge.judge(reference, [again]).pairs[0]
    if repeated.finding is not Finding.DIFFERENT:
        runner.workspace.drop(again.place)
    return repeated


def open_target(arguments: argparse.Namespace) -> LoadedTarget | None:
    """The target of the command line; results that exist can be compared without one."""
    if arguments.target is None and arguments.compare:
        return None
    return load_target(arguments.target or "navigator")
