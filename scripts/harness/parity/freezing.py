"""Freezing the reference into a baseline, and judging results against one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from harness.errors import DatabaseError, UsageError
from harness.parity.baseline import Baseline, FrozenRelation
from harness.parity.checks import Check, Status, check
from harness.parity.coverage import check_coverage
from harness.parity.explanation import Difference
from harness.parity.explanation import Group as Differing
from harness.parity.judge import Judge, Judgement, any_failed, check_before, combine
from harness.parity.portable import Group, Seal, alone, left_out, seal_groups
from harness.parity.preconditions import check_place
from harness.parity.provenance import Testimony
from harness.parity.results import Count, Finding, PairResult, RelationResult
from harness.parity.schema_check import schema_drift
from harness.relation import Relation
from harness.side import Side
from harness.target import Contract
from harness.words import counted

PROOF = "fingerprint by year and event type, against the baseline"


@dataclass(frozen=True)
class Freezer:
    """Makes baselines of single results and compares single results with them."""

    judge: Judge

    def freeze(self, side: Side, workload: dict[str, int], context: dict[str, Any]) -> Baseline:
        """The baseline of a result that is whole and covers what was asked for.

        Raises:
            UsageError: it is not; a baseline of half a result would prove nothing.
        """
        opened = self._open(side)
        relations = {}
        for name, relation in opened.relations.items():
            pairing = alone(self.judge.warehouse, name, relation, opened.found[name])
            relations[name] = FrozenRelation(pairing.columns, seal_groups(self.judge.warehouse, pairing))
            opened.checks += self._covered(opened, _result(name, relations[name].groups, relations[name].groups))
        failed = [made for made in opened.checks if made.status is Status.FAILED]
        if failed:
            raise UsageError(f"--save-baseline: nothing was kept, because {failed[0].name}: {failed[0].detail}")
        return Baseline(self.judge.contract.name, side.mode, workload, self._inputs(side), relations, context)

    def judge_all(self, baseline: Baseline, sides: Iterable[Side | PairResult]) -> Judgement:
        """Compare each result with the baseline."""
        sides = list(sides)
        pairs = [side if isinstance(side, PairResult) else self._judge_side(baseline, side) for side in sides]
        described = tuple(self.judge.describe(side) for side in sides if isinstance(side, Side))
        return Judgement(described, tuple(pairs))

    def _judge_side(self, baseline: Baseline, side: Side) -> PairResult:
        try:
            opened = self._open(side)
            opened.checks += self.judge.counted([*self._check_inputs(baseline, side), _check_same(baseline, opened)])
            if any_failed(opened.checks):
                return PairResult(side.name, Finding.NO_EVIDENCE, checks=tuple(opened.checks))
            results = [
                self._compare(name, relation, opened.found[name], baseline.relations[name])
                for name, relation in opened.relations.items()
                if name in baseline.relations
            ]
        except DatabaseError as error:
            return PairResult(side.name, Finding.ERROR, f"{side.name}: {error}")
        for result in results:
            opened.checks += self._covered(opened, result)
        opened.checks += self.judge.check_waiver(opened.checks)
        return PairResult(side.name, combine(results, opened.checks), None, tuple(opened.checks), tuple(results))

    def _open(self, side: Side) -> "_Opened":
        opened = _Opened(self.judge.contract, {}, self.judge.counted(check_place(self.judge.contract, side)))
        if any_failed(opened.checks):
            return opened
        self.judge.attach(side)
        warehouse = self.judge.warehouse
        opened.found = warehouse.relations(side.name, self.judge.contract.result.relations_in)
        opened.contract = self.judge.contract_for((opened.found, {}))
        opened.only = self.judge.settings.only
        opened.checks += self.judge.counted(check_before(warehouse, opened.contract, (side,), (opened.found,)))
        return opened

    def _covered(self, opened: "_Opened", result: RelationResult) -> list[Check]:
        return self.judge.counted(check_coverage(opened.contract, result, self.judge.years))

    def _compare(self, name: str, relation: Relation, source: str, frozen: FrozenRelation) -> RelationResult:
        pairing = alone(self.judge.warehouse, name, relation, source)
        drift = schema_drift(frozen.columns, pairing.columns)
        found = seal_groups(self.judge.warehouse, pairing)
        result = _result(name, frozen.groups, found, drift=drift, source=source)
        return replace(result, volatile=left_out(relation), unsealed=tuple(relation.tolerances))

    def _inputs(self, side: Side) -> dict[str, Any]:
        provenance = self.judge.contract.provenance
        record = Testimony(self.judge.warehouse, self.judge.contract).provenance(side)
        return {column: record[column] for column in provenance.equal} if provenance else {}

    def _check_inputs(self, baseline: Baseline, side: Side) -> Iterator[Check]:
        if not baseline.provenance:
            yield check("same-inputs", side.name, None, "the baseline does not say what it was made from")
            return
        found = self._inputs(side) if side.name in self.judge.attached else {}
        for column, kept in baseline.provenance.items():
            detail = f"{column} is {kept} in the baseline, {found.get(column)} in {side.name}"
            yield check("same-inputs", side.name, str(found.get(column)) == kept, detail)


@dataclass
class _Opened:
    """A result that was attached, and what is known of it so far."""

    contract: Contract
    found: dict[str, str]
    checks: list[Check]
    only: tuple[str, ...] = ()

    @property
    def relations(self) -> dict[str, Relation]:
        """The relations to look at."""
        return {
            name: relation
            for name, relation in self.contract.relations.items()
            if name in self.found and (not self.only or name in self.only)
        }


def _check_same(baseline: Baseline, opened: _Opened) -> Check:
    kept = {name for name in baseline.relations if not opened.only or name in opened.only}
    unknown = sorted(kept ^ opened.relations.keys())
    detail = f"{', '.join(unknown)} only on one side" if unknown else "the same as in the baseline"
    return check("relations", "baseline", not unknown, detail)


def _result(
    name: str, kept: dict[Group, Seal], found: dict[Group, Seal], *, drift: tuple[Any, ...] = (), source: str = ""
) -> RelationResult:
    """What the seals say of a relation."""
    groups = sorted(kept.keys() | found.keys(), key=str)
    rows = {group: tuple(side[group].rows if group in side else 0 for side in (kept, found)) for group in groups}
    differing = [group for group in groups if kept.get(group) != found.get(group)]
    equal = not differing and not drift
    types = tuple(Count(year, kind, *rows[year, kind]) for year, kind in groups if kind is not None)
    return RelationResult(
        name=name,
        finding=Finding.EQUAL_FINGERPRINT if equal else Finding.DIFFERENT,
        rows_reference=sum(ours for ours, _ in rows.values()),
        rows_candidate=sum(theirs for _, theirs in rows.values()),
        proof=PROOF if equal else None,
        seconds=0.0,
        drift=drift,
        counts=_by_year(rows),
        event_types=types,
        difference=_difference(differing, rows, source) if differing else None,
    )


def _by_year(rows: dict[Group, tuple[int, ...]]) -> tuple[Count, ...]:
    years = sorted({year for year, _ in rows}, key=str)
    sums = {year: [sum(n[side] for (y, _), n in rows.items() if y == year) for side in (0, 1)] for year in years}
    return tuple(Count(year, None, *sums[year]) for year in years)


def _difference(differing: list[Group], rows: dict[Group, tuple[int, ...]], source: str) -> Difference:
    """Which groups differ; the rows themselves are not in a baseline, so there is nothing more to say."""
    named = [
        f"{year or 'all years'}{f' {kind}' if kind else ''}: {_told(rows[year, kind])}" for year, kind in differing
    ]
    return Difference(
        only_reference=0,
        only_candidate=0,
        keys={},
        columns={},
        first_year=min((year for year, _ in differing if year), default=None),
        by_group=tuple(Differing(year, kind, *rows[year, kind]) for year, kind in differing),
        only_in_reference=None,
        only_in_candidate=None,
        truncated=False,
        words=(f"{counted(len(differing), 'group')} of rows not as in the baseline", *named[:20]),
        samples=(),
        sql=f"SELECT * FROM {source}",
        whole_groups=True,
    )


def _told(counts: tuple[int, ...]) -> str:
    if counts[0] != counts[1]:
        return f"{counts[0]:,} → {counts[1]:,} rows"
    return f"{counted(counts[0], 'row')} on both sides, at least one with other content"
