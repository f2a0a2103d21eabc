"""Judging finished results: compare each candidate with the reference, precondition by precondition."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.errors import DatabaseError, InternalError, TargetError, UsageError
from harness.exclusions import EXCLUSIONS, Exclusions
from harness.parity.checks import Check, Status, check
from harness.parity.comparison import Comparer
from harness.parity.coverage import check_all_columns, check_coverage, check_relations, ignored_because
from harness.parity.explain.trace import trace
from harness.parity.explanation import Explanation
from harness.parity.preconditions import check_finishing_file, check_places
from harness.parity.provenance import Testimony
from harness.parity.results import Finding, PairResult, RelationResult, SideResult
from harness.parity.settings import Settings
from harness.progress import Progress
from harness.relation import Relation
from harness.side import Side
from harness.target import Contract
from harness.warehouse import Warehouse

Found = tuple[dict[str, str], dict[str, str]]


@dataclass(frozen=True)
class Judgement:
    """Everything that was found out."""

    sides: tuple[SideResult, ...]
    pairs: tuple[PairResult, ...]
    employees: int | None = None
    repeated: PairResult | None = None  # the reference and a second run of it

    @property
    def finding(self) -> Finding:
        """A proved difference decides, unless the reference differs from itself; otherwise every pair must be equal."""
        findings = {pair.finding for pair in self.pairs}
        if self.repeated and self.repeated.finding is Finding.DIFFERENT:
            return Finding.NONDETERMINISTIC_REFERENCE
        for finding in (Finding.DIFFERENT, Finding.ERROR, Finding.NO_EVIDENCE, Finding.EQUAL_FINGERPRINT):
            if finding in findings:
                return finding
        return Finding.EQUAL_EXACT if findings else Finding.NO_EVIDENCE


@dataclass
class Judge:
    """Compares results under one contract. `years` are those asked for; None if nobody asked."""

    contract: Contract
    warehouse: Warehouse
    progress: Progress
    settings: Settings
    years: range | None = None
    manifest: Callable[[], Path | None] = lambda: None  # asked for only when something differs
    exclusions: Exclusions = field(default_factory=Exclusions)
    exclusions_file: Path = EXCLUSIONS
    attached: dict[str, str] = field(default_factory=dict)

    def judge(self, reference: Side, candidates: Iterable[Side | PairResult]) -> Judgement:
        """Compare each candidate that ran with the reference; those that did not are passed on."""
        candidates = list(candidates)
        # All files are looked at before any is attached: closing a file would drop DuckDB's lock on it.
        places = {
            side.name: self.counted(check_places(self.contract, reference, side))
            for side in candidates
            if isinstance(side, Side)
        }
        pairs: list[PairResult] = []
        for candidate in candidates:
            pair = candidate if isinstance(candidate, PairResult) else self._pair(reference, candidate, places)
            pairs.append(pair)
            if self.settings.fail_fast and pair.finding is Finding.DIFFERENT:
                break
        sides = [reference, *(side for side in candidates if isinstance(side, Side))]
        return Judgement(tuple(self.describe(side) for side in sides), tuple(pairs))

    def counted(self, checks: Iterable[Check]) -> list[Check]:
        """The checks as they count under --allow and --require-provenance."""
        return list(self.settings.waiver.apply(checks))

    def _pair(self, reference: Side, candidate: Side, places: dict[str, list[Check]]) -> PairResult:
        self.progress.start(f"comparing {candidate.name} with {reference.name}")
        checks = places[candidate.name]
        if any_failed(checks):
            return PairResult(candidate.name, Finding.NO_EVIDENCE, checks=tuple(checks))
        try:
            for side in (reference, candidate):
                self.attach(side)
            return self._judge_pair(reference, candidate, checks)
        except (DatabaseError, InternalError) as error:
            return PairResult(candidate.name, Finding.ERROR, f"{candidate.name}: {error}", tuple(checks))

    def attach(self, side: Side) -> None:
        """Open a result, once."""
        if side.name in self.attached:
            return
        try:
            self.warehouse.attach(side.name, side.place, self.contract.result.relations_in)
        except DatabaseError as error:
            kind = "a folder of Parquet" if side.place.is_dir() else "a DuckDB database"
            raise DatabaseError(f"{side.name}: {side.place} cannot be read as {kind}: {error}") from error
        self.attached[side.name] = str(side.place)

    def describe(self, side: Side) -> SideResult:
        """What the report says of a side."""
        try:
            record = Testimony(self.warehouse, self.contract).provenance(side) if side.name in self.attached else {}
        except DatabaseError:
            record = {}  # the pair that needs it says so
        run = side.execution
        argv, seconds, log = (run.argv, run.wall_seconds, run.log) if run else ((), None, None)
        return SideResult(side.name, str(side.place), side.mode, argv, seconds, log, record)

    def _judge_pair(self, reference: Side, candidate: Side, checks: list[Check]) -> PairResult:
        schema = self.contract.result.relations_in
        found: Found = (
            self.warehouse.relations(reference.name, schema),
            self.warehouse.relations(candidate.name, schema),
        )
        contract = self.contract_for(found)
        ignored = {name: why for name in sorted(found[0] | found[1]) if (why := ignored_because(contract, name))}
        checks += self.counted(check_before(self.warehouse, contract, (reference, candidate), found))
        if any_failed(checks):
            return PairResult(candidate.name, Finding.NO_EVIDENCE, checks=tuple(checks), ignored=ignored)
        results = self._compare(contract, (reference, candidate), found, checks)
        checks += self.check_waiver(checks)
        pair = PairResult(candidate.name, combine(results, checks), None, tuple(checks), tuple(results), ignored)
        if pair.finding is not Finding.DIFFERENT:
            return pair
        return replace(pair, explanation=self._trace(contract, (reference.name, candidate.name), pair, found))

    def _trace(self, contract: Contract, names: tuple[str, str], pair: PairResult, found: Found) -> Explanation | None:
        try:
            return trace(self.warehouse, contract, self.manifest(), names, pair.relations, found)
        except TargetError:  # a manifest that cannot be read costs the order, not the proved difference
            return trace(self.warehouse, contract, None, names, pair.relations, found)

    def contract_for(self, found: Found) -> Contract:
        """The contract with its exclusions; without one, every relation of either side is compared, without keys."""
        contract = self.contract
        if not contract.relations:
            everything = {name: Relation() for name in sorted(found[0] | found[1])}
            contract = contract.model_copy(update={"relations": everything})
        unknown = [name for name in self.settings.only if name not in contract.relations]
        if unknown:
            raise UsageError(f"--only: unknown relation {unknown[0]!r}; choose {', '.join(contract.relations)}")
        return self.exclusions.apply(contract, self.exclusions_file)

    def _compare(
        self, contract: Contract, sides: tuple[Side, Side], found: Found, checks: list[Check]
    ) -> list[RelationResult]:
        settings = self.settings
        comparer = Comparer(self.warehouse, *sides, settings.proof, settings.sample, self.progress)
        years = self.years or Testimony(self.warehouse, contract).years(sides[0])
        results: list[RelationResult] = []
        for name, relation in contract.relations.items():
            if name not in found[0] or name not in found[1] or (settings.only and name not in settings.only):
                continue
            results.append(comparer.compare(name, relation, (found[0][name], found[1][name])))
            checks += self.counted(check_coverage(contract, results[-1], years))
            checks += self.counted(_check_controls(results[-1]))
            if settings.fail_fast and results[-1].finding is Finding.DIFFERENT:
                break
        return results

    def check_waiver(self, checks: list[Check]) -> list[Check]:
        """A waiver that excuses nothing is wrong itself."""
        waived = self.settings.waiver.precondition
        if waived is None or any(made.status is Status.WAIVED for made in checks):
            return []
        return [check(waived, "--allow", passed=False, detail="nothing had to be excused; leave the option out")]


def check_before(
    warehouse: Warehouse, contract: Contract, sides: tuple[Side, ...], found: tuple[dict[str, str], ...]
) -> list[Check]:
    """Everything that must hold of attached results before their rows are worth reading."""
    testimony = Testimony(warehouse, contract)
    *reference, candidate = sides
    witnessed = [
        made for side in reference for made in testimony.check_witness(side, candidate, "reference not witnessed")
    ]
    return [
        *witnessed,
        *testimony.check_witness(candidate, reference[0] if reference else None),
        *check_finishing_file(contract, sides),
        *testimony.check_provenance(sides),
        *check_relations(contract, tuple(side.name for side in sides), found),
        *check_all_columns(warehouse, contract, found),
    ]


def any_failed(checks: Iterable[Check]) -> bool:
    """Whether a precondition does not hold."""
    return any(made.status is Status.FAILED for made in checks)


def _check_controls(result: RelationResult) -> list[Check]:
    if not result.finding.equal:
        return []
    missed = [control for control in result.controls if not control.caught]
    detail = "; ".join(f"{control.name}: {control.detail}" for control in missed)
    told = f"planted, but not noticed: {detail}" if missed else f"{len(result.controls)} planted, all noticed"
    return [check("negative-controls", result.name, bool(result.controls) and not missed, told)]


def combine(results: list[RelationResult], checks: list[Check]) -> Finding:
    """A difference that was found stands; equality needs every check."""
    if any(result.finding is Finding.DIFFERENT for result in results):
        return Finding.DIFFERENT
    if any_failed(checks) or not results:
        return Finding.NO_EVIDENCE
    levels = {result.finding for result in results}
    return Finding.EQUAL_FINGERPRINT if Finding.EQUAL_FINGERPRINT in levels else Finding.EQUAL_EXACT
