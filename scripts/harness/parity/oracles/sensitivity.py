"""How many rows differ between two runs that must not agree."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.errors import RunError
from harness.expressions import literal, quoted
from harness.parity.judge import Judge
from harness.parity.oracles.evidence import open_result
from harness.parity.pairing import Pairing, pair_up
from harness.parity.proof import count_unmatched
from harness.parity.schema_check import schema_drift
from harness.relation import Relation
from harness.side import Side


@dataclass(frozen=True)
class Sensitivity:
    """A run whose result is compared with those of runs that were asked for something else."""

    judge: Judge
    base: Side

    def require_same(self, again: Side) -> None:
        """Where runs differ although nothing was varied, a difference between others proves nothing.

        Raises:
            RunError: it does.
        """
        open_result(self.judge, self.base)
        changed = {name: number for name, number in self.changes(self.pairings(again)).items() if number}
        if changed:
            raise RunError(
                f"{self.base.name} and {again.name} differ in {', '.join(changed)}, although nothing was varied; "
                "so another difference proves nothing"
            )

    def changes(self, pairings: Mapping[str, Pairing]) -> dict[str, int]:
        """In each relation the distinct rows that one side has more often."""
        return {name: count_unmatched(self.judge.warehouse, pairing) for name, pairing in pairings.items()}

    def changes_of_type(self, pairings: Mapping[str, Pairing], event_type: str) -> int:
        """The same for events of one type, wherever they stand."""
        return sum(
            count_unmatched(self.judge.warehouse, pairing, is_type(pairing.relation, event_type))
            for pairing in pairings.values()
            if pairing.relation.event_types
        )

    def pairings(self, other: Side) -> dict[str, Pairing]:
        """The relations that both sides have, as they are compared."""
        judge = self.judge
        found = [open_result(judge, side, covering=False) for side in (self.base, other)]
        pairings = {}
        for name, relation in judge.exclusions.apply(judge.contract, judge.exclusions_file).relations.items():
            if name in found[0] and name in found[1]:
                sources = (found[0][name], found[1][name])
                columns = (judge.warehouse.columns(sources[0]), judge.warehouse.columns(sources[1]))
                pairing = pair_up(name, _exact(relation), sources, columns, schema_drift(*columns))
                pairings[name] = pairing.canonical() or pairing
        return pairings


def is_type(relation: Relation, event_type: str) -> str:
    """A condition: the row is an event of the type."""
    column = quoted(relation.event_types.column) if relation.event_types else "NULL"
    return f"CAST({column} AS VARCHAR) = {literal(event_type)}"


def _exact(relation: Relation) -> Relation:
    """Columns that may lie apart by a little would differ without a cause: they are left out."""
    bent = {name: tolerance.reason for name, tolerance in relation.tolerances.items()}
    return relation.model_copy(update={"volatile": relation.volatile | bent, "tolerances": {}})
