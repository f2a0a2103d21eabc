"""Judging: run the reference and the candidates, then compare each candidate with the reference."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.errors import DatabaseError, InternalError, RunError
from harness.parity.comparison import Comparer
from harness.parity.coverage import check_columns, check_coverage, check_relations, ignored_because
from harness.parity.preconditions import check_files, check_provenance, check_witness, read_provenance
from harness.parity.results import Check, Finding, PairResult, RelationResult, RunResult
from harness.progress import Progress
from harness.runs import Run, Runner
from harness.target import Target
from harness.warehouse import Warehouse
from harness.workload import Workload, fill


@dataclass(frozen=True)
class Judgement:
    """Everything that was found out."""

    runs: tuple[RunResult, ...]
    pairs: tuple[PairResult, ...]
    employees: int | None = None

    @property
    def finding(self) -> Finding:
        """A proved difference decides; otherwise every pair must be proved equal."""
        findings = {pair.finding for pair in self.pairs}
        for finding in (Finding.DIFFERENT, Finding.ERROR, Finding.NO_EVIDENCE):
            if finding in findings:
                return finding
        return Finding.EQUAL_EXACT if findings else Finding.NO_EVIDENCE


@dataclass(frozen=True)
class Judge:
    """Compares finished runs of one workload."""

    target: Target
    workload: Workload
    warehouse: Warehouse
    progress: Progress
    sample: int

    def judge(self, reference: Run, candidates: Iterable[Run | PairResult]) -> Judgement:
        """Compare each candidate that ran with the reference; those that did not are passed on."""
        employees = self._count_employees(reference)
        self._attach(reference)
        runs, pairs = [self._describe(reference)], []
        for candidate in candidates:
            if isinstance(candidate, PairResult):
                pairs.append(candidate)
                continue
            self.progress.start(f"comparing {candidate.mode} with {reference.mode}")
            try:
                self._attach(candidate)
                pairs.append(self._judge_pair(reference, candidate))
                runs.append(self._describe(candidate))
            except (DatabaseError, InternalError) as error:
                pairs.append(PairResult(candidate.mode, Finding.ERROR, f"{candidate.mode}: {error}"))
        return Judgement(tuple(runs), tuple(pairs), employees)

    def _count_employees(self, run: Run) -> int | None:
        """The employees in the census; None if the target does not say how to count them."""
        count = self.target.census.count
        if count is None:
            return None
        employees = self.warehouse.number(fill(count, dict(run.values)))
        if employees != self.workload.employees:
            raise RunError(f"census: has {employees:,} employees, asked for {self.workload.employees:,}")
        return employees

    def _attach(self, run: Run) -> None:
        try:
            self.warehouse.attach(run.mode, run.database)
        except DatabaseError as error:
            raise DatabaseError(f"{run.mode}: {run.database} cannot be read as a DuckDB database: {error}") from error

    def _describe(self, run: Run) -> RunResult:
        try:
            provenance = read_provenance(self.warehouse, self.target, run)
        except DatabaseError:
            provenance = {}  # the pair that needs it says so
        execution = run.execution
        return RunResult(run.mode, execution.argv, execution.wall_seconds, execution.log, str(run.database), provenance)

    def _judge_pair(self, reference: Run, candidate: Run) -> PairResult:
        schema = self.target.result.relations_in
        found = (self.warehouse.relations(reference.mode, schema), self.warehouse.relations(candidate.mode, schema))
        ignored = {
            name: reason for name in sorted(found[0] | found[1]) if (reason := ignored_because(self.target, name))
        }
        checks = self._check_before(reference, candidate, found)
        if not all(check.passed for check in checks):
            return PairResult(candidate.mode, Finding.NO_EVIDENCE, checks=tuple(checks), ignored=ignored)
        comparer = Comparer(self.warehouse, reference, candidate, schema, self.sample)
        results = []
        for name, relation in self.target.relations.items():
            self.progress.start(f"comparing {name} of {candidate.mode} with {reference.mode}")
            results.append(comparer.compare(name, relation))
            checks += check_coverage(self.target, self.workload, results[-1])
            checks += _check_controls(results[-1])
        return PairResult(candidate.mode, _combine(results, checks), None, tuple(checks), tuple(results), ignored)

    def _check_before(
        self, reference: Run, candidate: Run, found: tuple[dict[str, str], dict[str, str]]
    ) -> list[Check]:
        """Everything that must hold before the rows are worth reading."""
        checks = [
            *check_files(reference, candidate),
            *check_witness(self.warehouse, self.target, reference, candidate),
            *check_witness(self.warehouse, self.target, candidate, reference),
            *check_provenance(self.warehouse, self.target, (reference, candidate)),
            *check_relations(self.target, (reference.mode, candidate.mode), found),
        ]
        for name, relation in self.target.relations.items():
            sources = [side[name] for side in found if name in side]
            columns = [column for source in sources for column in self.warehouse.columns(source)]
            checks += check_columns(name, relation, columns) if sources else []
        return checks


def run_all(runner: Runner, reference: str, candidates: Iterable[str]) -> tuple[Run, list[Run | PairResult]]:
    """Run the reference and each candidate; a candidate that fails does not stop the others."""
    census: Path = runner.make_census()
    trusted = runner.run_mode(reference, census)
    outcomes: list[Run | PairResult] = []
    for mode in candidates:
        try:
            outcomes.append(runner.run_mode(mode, census))
        except RunError as error:
            outcomes.append(PairResult(mode, Finding.ERROR, str(error)))
    return trusted, outcomes


def _check_controls(result: RelationResult) -> list[Check]:
    missed = [control for control in result.controls if not control.caught]
    if result.finding is not Finding.EQUAL_EXACT:
        return []
    detail = "; ".join(f"{control.name}: {control.detail}" for control in missed)
    told = f"planted, but not noticed: {detail}" if missed else f"{len(result.controls)} planted, all noticed"
    return [Check(f"{result.name}: negative controls", bool(result.controls) and not missed, told)]


def _combine(results: list[RelationResult], checks: list[Check]) -> Finding:
    """A difference that was found stands; equality needs every check."""
    if any(result.finding is Finding.DIFFERENT for result in results):
        return Finding.DIFFERENT
    if not all(check.passed for check in checks):
        return Finding.NO_EVIDENCE
    return Finding.EQUAL_EXACT
