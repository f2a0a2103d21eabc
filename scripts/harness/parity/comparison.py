"""Comparing one relation: schema, then the cheapest proof of equality that holds, or the explanation."""

import time
from dataclasses import dataclass, replace
from typing import Any

from harness.errors import InternalError
from harness.expressions import literal, quoted
from harness.parity.controls import plant_controls
from harness.parity.explain.difference import explain
from harness.parity.explanation import Difference, Tolerated
from harness.parity.fingerprint import Fingerprint, take_fingerprint
from harness.parity.pairing import Pairing, pair_up
from harness.parity.phases import Phases
from harness.parity.proof import FINGERPRINT, MULTISET, POSITIONAL, prove_as_multisets, prove_in_order
from harness.parity.results import Count, Drift, Finding, RelationResult
from harness.parity.schema_check import schema_drift
from harness.progress import Progress
from harness.relation import Relation
from harness.side import Side
from harness.warehouse import Warehouse

PROOFS = ("exact", "fingerprint")


@dataclass(frozen=True)
class Comparer:
    """Compares the relations of two sides, whose results are attached to the warehouse."""

    warehouse: Warehouse
    reference: Side
    candidate: Side
    proof: str
    sample: int
    progress: Progress

    def compare(self, name: str, relation: Relation, sources: tuple[str, str]) -> RelationResult:
        """Compare a relation that exists on both sides, under these SQL names."""
        begin, phases = time.monotonic(), Phases()
        columns = (self.warehouse.columns(sources[0]), self.warehouse.columns(sources[1]))
        drift = schema_drift(*columns) + self._uneven_files(name)
        pairing = pair_up(name, relation, sources, columns, drift)
        rows = self._count_rows(sources)
        self.progress.start(f"comparing {name} of {self.candidate.name} with {self.reference.name}", sum(rows))
        result = RelationResult(name, Finding.DIFFERENT, *rows, None, 0.0, drift)
        if {column.name for column in pairing.columns}.issuperset(relation.needed) and pairing.columns:
            result = self._compare_rows(pairing, result, phases)
        if self._count_rows(sources) != rows:
            raise InternalError(f"{name}: the number of rows changed while they were compared")
        seconds = round(time.monotonic() - begin, 3)
        return replace(result, seconds=seconds, volatile=relation.volatile, phases=phases.seconds)

    def _compare_rows(self, pairing: Pairing, result: RelationResult, phases: Phases) -> RelationResult:
        proof, difference = self._prove_or_explain(pairing, result, phases)
        tolerated = _all_tolerances(pairing, difference.tolerated if difference else ())
        if difference and not difference.only_reference + difference.only_candidate:
            proof, difference = f"{MULTISET}, apart from what the tolerances allow", None
        equal = difference is None and not result.drift
        with phases.of("coverage"):
            counts, event_types = self._coverage(pairing, same=proof is not None)
        with phases.of("controls"):
            controls = plant_controls(self.warehouse, pairing) if equal and result.rows_candidate else ()
        level = Finding.EQUAL_FINGERPRINT if proof and proof.startswith(FINGERPRINT) else Finding.EQUAL_EXACT
        return replace(
            result,
            finding=level if equal else Finding.DIFFERENT,
            proof=proof,
            counts=counts,
            event_types=event_types,
            difference=difference,
            controls=controls,
            tolerated=tolerated,
        )

    def _prove_or_explain(
        self, pairing: Pairing, result: RelationResult, phases: Phases
    ) -> tuple[str | None, Difference | None]:
        """The level of the proof, or the difference."""
        same_number = result.rows_reference == result.rows_candidate
        if same_number and self.proof == "exact":
            with phases.of("proof"):
                if prove_in_order(self.warehouse, pairing):
                    return POSITIONAL, None
        with phases.of("fingerprint"):
            fingerprints = self._fingerprints(pairing)
            cells = fingerprints[0].differing(fingerprints[1])
            canonical = pairing.canonical() if cells else None
            if canonical:  # only where the spelling could be the difference is it worth the cost
                pairing, fingerprints = canonical, self._fingerprints(canonical)
                cells = fingerprints[0].differing(fingerprints[1])
        if cells:
            with phases.of("explanation"):
                return None, self._explain(pairing, fingerprints, cells)
        spelling = ", JSON in one spelling" if canonical else ""
        return f"{self._prove_equal(pairing, fingerprints[0], phases)}{spelling}", None

    def _prove_equal(self, pairing: Pairing, fingerprint: Fingerprint, phases: Phases) -> str:
        """What the proof of equality rests on, where the fingerprints agree."""
        if self.proof == "fingerprint":
            return FINGERPRINT
        with phases.of("proof"):
            if not prove_as_multisets(self.warehouse, pairing, fingerprint.rows_by_year):
                raise InternalError(f"{pairing.name}: the fingerprints agree, but the rows differ")
        return MULTISET

    def _fingerprints(self, pairing: Pairing) -> tuple[Fingerprint, Fingerprint]:
        numbers = 2 if self.proof == "fingerprint" else 1
        reference = take_fingerprint(self.warehouse, pairing, pairing.reference, numbers)
        return reference, take_fingerprint(self.warehouse, pairing, pairing.candidate, numbers)

    def _explain(
        self, pairing: Pairing, fingerprints: tuple[Fingerprint, Fingerprint], cells: list[tuple[object, int]]
    ) -> Difference:
        names = (self.reference.name, self.candidate.name)
        difference = explain(self.warehouse, pairing, fingerprints, cells, modes=names, sample=self.sample)
        attached = "".join(
            f"ATTACH {literal(str(side.place))} AS {quoted(side.name)} (READ_ONLY);\n"
            for side in (self.reference, self.candidate)
            if not side.place.is_dir()
        )
        return replace(difference, sql=f"{attached}{difference.sql};")

    def _count_rows(self, sources: tuple[str, str]) -> tuple[int, int]:
        ours, theirs = (self.warehouse.number(f"SELECT count(*) FROM {source}") for source in sources)
        return ours, theirs

    def _coverage(self, pairing: Pairing, *, same: bool) -> tuple[tuple[Count, ...], tuple[Count, ...]]:
        """The rows by year, and by year and event type; of one side only where both are known to be the same."""
        types = pairing.relation.event_types
        event_type = quoted(types.column) if types else "NULL"
        both = [(pairing.reference, "1 AS r, 1 AS c")]
        if not same:
            both = [(pairing.reference, "1 AS r, 0 AS c"), (pairing.candidate, "0, 1")]
        sides = " UNION ALL ".join(
            f"SELECT {pairing.year} AS y, {event_type} AS e, {ones} FROM {source}" for source, ones in both
        )
        rows = self.warehouse.rows(f"SELECT y, e, sum(r), sum(c) FROM ({sides}) GROUP BY y, e ORDER BY y, e")
        by_type = tuple(Count(year, kind, int(ours), int(theirs)) for year, kind, ours, theirs in rows)
        return _by_year(by_type), by_type if types else ()

    def _uneven_files(self, name: str) -> tuple[Drift, ...]:
        """Files of a Parquet relation that do not have the columns of its first file."""
        found = []
        for side in (self.reference, self.candidate):
            uneven = self.warehouse.uneven_files(side.place, name) if side.place.is_dir() else None
            if uneven:
                found.append(Drift(f"columns of a file of {side.name}:", uneven[0], "as in the first file", uneven[1]))
        return tuple(found)


def _all_tolerances(pairing: Pairing, used: tuple[Tolerated, ...]) -> tuple[Tolerated, ...]:
    """What each declared tolerance let pass; for the others nothing."""
    known = {entry.column for entry in used}
    unused = (item for item in pairing.relation.tolerances.items() if item[0] not in known)
    return (*used, *(Tolerated(column, str(bound), bound.reason, 0, 0.0) for column, bound in unused))


def _by_year(counts: tuple[Count, ...]) -> tuple[Count, ...]:
    years: dict[Any, Count] = {}
    for count in counts:
        before = years.get(count.year, Count(count.year, None, 0, 0))
        years[count.year] = Count(
            count.year, None, before.reference + count.reference, before.candidate + count.candidate
        )
    return tuple(years.values())
