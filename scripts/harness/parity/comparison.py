"""Comparing one relation: schema, fingerprint, then the proof or the explanation."""

import time
from dataclasses import dataclass, replace

from harness.errors import InternalError
from harness.expressions import literal, quoted
from harness.parity.controls import plant_controls
from harness.parity.difference import explain
from harness.parity.fingerprint import Fingerprint, counts_by_year, take_fingerprint
from harness.parity.pairing import Pairing, pair_up
from harness.parity.proof import prove_equal
from harness.parity.results import Count, Difference, Drift, Finding, RelationResult
from harness.parity.schema_check import schema_drift
from harness.runs import Run
from harness.target import Relation
from harness.warehouse import Warehouse


@dataclass(frozen=True)
class Comparer:
    """Compares the relations of two runs."""

    warehouse: Warehouse
    reference: Run
    candidate: Run
    schema: str
    sample: int

    def compare(self, name: str, relation: Relation) -> RelationResult:
        """Compare a relation that exists on both sides."""
        begin = time.monotonic()
        result = self._compare(name, relation)
        return replace(result, seconds=round(time.monotonic() - begin, 3), volatile=relation.volatile)

    def _compare(self, name: str, relation: Relation) -> RelationResult:
        ours, theirs = (quoted(run.mode, self.schema, name) for run in (self.reference, self.candidate))
        columns = (self.warehouse.columns(ours), self.warehouse.columns(theirs))
        drift = schema_drift(*columns)
        pairing = pair_up(name, relation, (ours, theirs), columns, drift)
        if {column.name for column in pairing.columns}.issuperset(relation.needed):
            return self._compare_rows(pairing, drift)
        rows = [self.warehouse.number(f"SELECT count(*) FROM {source}") for source in (ours, theirs)]
        return RelationResult(name, Finding.DIFFERENT, rows[0], rows[1], None, 0.0, drift)

    def _compare_rows(self, pairing: Pairing, drift: tuple[Drift, ...]) -> RelationResult:
        reference = take_fingerprint(self.warehouse, pairing, pairing.reference)
        candidate = take_fingerprint(self.warehouse, pairing, pairing.candidate)
        cells = reference.differing(candidate)
        difference = self._explain(pairing, (reference, candidate), cells) if cells else None
        proof = None if cells else self._prove(pairing, reference)
        equal = not cells and not drift
        return RelationResult(
            name=pairing.name,
            finding=Finding.EQUAL_EXACT if equal else Finding.DIFFERENT,
            rows_reference=reference.rows,
            rows_candidate=candidate.rows,
            proof=proof,
            seconds=0.0,
            drift=drift,
            counts=counts_by_year(reference, candidate),
            event_types=self._count_event_types(pairing),
            difference=difference,
            controls=plant_controls(self.warehouse, pairing, reference) if equal and reference.rows else (),
        )

    def _prove(self, pairing: Pairing, reference: Fingerprint) -> str:
        proof = prove_equal(self.warehouse, pairing, reference.rows, reference.rows_by_year)
        if proof is None:
            raise InternalError(f"{pairing.name}: the fingerprints agree, but the rows differ")
        return proof

    def _explain(
        self, pairing: Pairing, fingerprints: tuple[Fingerprint, Fingerprint], cells: list[tuple[object, int]]
    ) -> Difference:
        modes = (self.reference.mode, self.candidate.mode)
        difference = explain(self.warehouse, pairing, fingerprints, cells, modes=modes, sample=self.sample)
        attached = "".join(
            f"ATTACH {literal(str(run.database))} AS {quoted(run.mode)} (READ_ONLY);\n"
            for run in (self.reference, self.candidate)
        )
        return replace(difference, sql=f"{attached}{difference.sql};")

    def _count_event_types(self, pairing: Pairing) -> tuple[Count, ...]:
        types = pairing.relation.event_types
        if types is None:
            return ()
        sides = " UNION ALL ".join(
            f"SELECT {pairing.year} AS y, {quoted(types.column)} AS e, {ones} FROM {source}"
            for source, ones in ((pairing.reference, "1 AS r, 0 AS c"), (pairing.candidate, "0, 1"))
        )
        rows = self.warehouse.rows(f"SELECT y, e, sum(r), sum(c) FROM ({sides}) GROUP BY y, e ORDER BY y, e")
        return tuple(Count(year, kind, int(ours), int(theirs)) for year, kind, ours, theirs in rows)
