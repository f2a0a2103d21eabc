"""Tracing a difference back to where it begins: the first relation, the first year, the first entity."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.errors import DatabaseError
from harness.parity.coverage import ignored_because
from harness.parity.explain.beginning import in_order_of_beginning, in_time
from harness.parity.explain.graph import Order, order_of_relations
from harness.parity.explain.history import tell_history
from harness.parity.explain.makers import Side, tell_makers
from harness.parity.explanation import Explanation, Moment, RelationStep
from harness.parity.fingerprint import take_fingerprint
from harness.parity.pairing import Pairing, pair_up
from harness.parity.results import Finding, RelationResult
from harness.parity.schema_check import schema_drift
from harness.relation import Relation
from harness.target import Contract
from harness.warehouse import Warehouse
from harness.words import counted, first_few

Found = tuple[dict[str, str], dict[str, str]]

SAME, DIFFERENT, ONE_SIDE, NOT_COMPARED = "same", "different", "one side only", "not compared"
_NAMED = 8  # relations that a sentence lists


def trace(
    warehouse: Warehouse,
    contract: Contract,
    manifest: Path | None,
    modes: tuple[str, str],
    results: tuple[RelationResult, ...],
    found: Found,
) -> Explanation | None:
    """Where the difference between two sides begins; None if no relation differs.

    `found` holds the SQL name of each relation of either side.

    Raises:
        TargetError: the manifest cannot be read.
    """
    by_name = {result.name: result for result in results if result.finding is Finding.DIFFERENT}
    if not by_name:
        return None
    order = order_of_relations(contract, manifest, found[0] | found[1])
    stepper = _Stepper(warehouse, contract, modes, {result.name: result for result in results}, found, order)
    steps = tuple(stepper.steps())
    differing = in_order_of_beginning(step for step in steps if step.status == DIFFERENT and not step.ignored)
    first = differing[0]
    declared = [by_name[step.name] for step in differing if step.name in by_name]
    before = [step.name for step in steps[: steps.index(first)] if step.status == ONE_SIDE]
    sides = [
        (mode, {name: side[name] for name in before if name in side}) for mode, side in zip(modes, found, strict=True)
    ]
    entity = next(filter(None, map(_first_entity, declared)), None)
    history = tell_history(warehouse, _with_entity(warehouse, contract, found, entity), entity) if entity else ()
    return Explanation(
        order=order.rests_on,
        first_relation=first.name,
        first_year=first.first_year,
        steps=steps,
        entity=entity,
        history=history,
        words=(
            *_about_steps(steps, differing),
            *_about_makers(warehouse, contract, by_name.get(first.name), sides),
            *_about_history(entity, history),
        ),
        differing=tuple(step.name for step in differing),
    )


@dataclass(frozen=True)
class _Stepper:
    """Says of each relation whether it is the same on both sides; compares those that the contract leaves out."""

    warehouse: Warehouse
    contract: Contract
    modes: tuple[str, str]
    results: Mapping[str, RelationResult]
    found: Found
    order: Order

    def steps(self) -> Iterator[RelationStep]:
        """The relations of either side, those that are made first in front."""
        declared = list(self.contract.relations)
        names = [*declared, *sorted((self.found[0] | self.found[1]).keys() - set(declared))]
        last = len(self.order.names)
        for name in sorted(names, key=lambda name: last if (place := self.order.place(name)) is None else place):
            if any(name in side for side in self.found):
                yield self._step(name)

    def _step(self, name: str) -> RelationStep:
        declared = name in self.contract.relations
        if name in self.results:
            result = self.results[name]
            if result.finding is not Finding.DIFFERENT:
                return RelationStep(name, SAME, declared, _detail(result))
            year = result.difference.first_year if result.difference else None
            return RelationStep(name, DIFFERENT, declared, _detail(result), year)
        holders = [mode for mode, side in zip(self.modes, self.found, strict=True) if name in side]
        if len(holders) == 1:
            return RelationStep(name, ONE_SIDE, declared, f"only in {holders[0]}")
        why_not = "not asked for" if declared else self._why_not(name)
        if why_not:
            return RelationStep(name, NOT_COMPARED, declared, why_not)
        try:
            return self._compare(name)
        except DatabaseError as error:
            return RelationStep(name, NOT_COMPARED, declared, str(error).splitlines()[0])

    def _why_not(self, name: str) -> str | None:
        """A relation of which nobody knows when it is made cannot be where the difference begins."""
        questions = [self.contract.provenance, *(mode.witness for mode in self.contract.modes.values())]
        if any(re.search(rf"\b{re.escape(name)}\b", question.sql or "") for question in questions if question):
            return ignored_because(self.contract, name) or "it says how the result was made"
        if self.order.by_graph and self.order.place(name) is None:
            return "no part of the dbt graph"
        return None

    def _compare(self, name: str) -> RelationStep:
        """Whether both sides hold the same rows of an undeclared relation, and what is known of it."""
        ignored = not self.order.by_graph and ignored_because(self.contract, name) is not None
        step = RelationStep(name, DIFFERENT, declared=False, detail="", ignored=ignored)
        sources = (self.found[0][name], self.found[1][name])
        columns = (self.warehouse.columns(sources[0]), self.warehouse.columns(sources[1]))
        drift = schema_drift(*columns)
        if drift:
            return replace(step, detail="; ".join(map(str, drift)))
        relations = self.contract.relations.values()
        volatile = {name: why for relation in relations for name, why in relation.volatile.items()}
        known = {column.name for column in columns[0]} - volatile.keys()
        year = next((relation.year for relation in relations if relation.year in known), None)
        pairing = pair_up(name, Relation(volatile=volatile, year=year), sources, columns, drift)
        found = self._compare_rows(step, pairing)
        canonical = None if found.status == SAME else pairing.canonical()
        return self._compare_rows(step, canonical) if canonical else found

    def _compare_rows(self, step: RelationStep, pairing: Pairing) -> RelationStep:
        ours = take_fingerprint(self.warehouse, pairing, pairing.reference)
        theirs = take_fingerprint(self.warehouse, pairing, pairing.candidate)
        rows = counted(ours.rows, "row")
        if ours.cells == theirs.cells:
            return replace(step, status=SAME, detail=rows)
        detail = f"{rows}, not the same" if ours.rows == theirs.rows else f"{ours.rows:,} → {theirs.rows:,} rows"
        year = min((year for year, _ in ours.differing(theirs) if year is not None), default=None)
        # What holds only the last of the years may have differed in those before.
        forgets = (
            year is not None
            and year == min(other for other in ours.rows_by_year | theirs.rows_by_year if other is not None)
            and self._began_before(year)
        )
        return replace(step, detail=detail, first_year=None if forgets else year)

    def _began_before(self, year: object) -> bool:
        """Whether a declared relation has rows of an earlier year."""
        years = (count.year for result in self.results.values() for count in result.counts)
        return any(in_time(other) < in_time(year) for other in years if other is not None)


def _detail(result: RelationResult) -> str:
    told = [str(drift) for drift in result.drift]
    if result.difference:
        told.append(result.difference.words[0])
    return "; ".join(told) or counted(result.rows_reference, "row")


def _first_entity(result: RelationResult) -> dict[str, Any] | None:
    roots = result.difference.roots if result.difference else None
    return roots.first if roots else None


def _with_entity(
    warehouse: Warehouse, contract: Contract, found: Found, entity: Mapping[str, object]
) -> Iterator[Pairing]:
    """The declared relations that have a year and the entity's column on both sides."""
    for name, relation in contract.relations.items():
        if relation.year is None or not all(name in side for side in found):
            continue
        sources = (found[0][name], found[1][name])
        columns = (warehouse.columns(sources[0]), warehouse.columns(sources[1]))
        pairing = pair_up(name, relation, sources, columns, schema_drift(*columns))
        if {column.name for column in pairing.columns}.issuperset((*relation.needed, *entity)):
            yield pairing.canonical() or pairing


def _about_steps(steps: tuple[RelationStep, ...], differing: Sequence[RelationStep]) -> Iterator[str]:
    first, *others = differing
    if not first.declared:
        yield f"{first.name} is an intermediate step: {first.detail}."
    before = [step for step in steps[: steps.index(first)] if step.status == SAME]
    if before:
        yield f"{counted(len(before), 'relation')} made before it {'is' if len(before) == 1 else 'are'} the same."
    if others:
        after = first_few([step.name for step in others], _NAMED)
        yield f"After it {'differs' if len(others) == 1 else 'differ'}: {after}."


def _about_makers(
    warehouse: Warehouse, contract: Contract, first: RelationResult | None, sides: Sequence[Side]
) -> Iterator[str]:
    """Nothing for an intermediate step: there the difference begins where it is seen."""
    roots = first.difference.roots if first and first.difference else None
    types = contract.relations[first.name].event_types if first else None
    if roots and types:
        yield from tell_makers(warehouse, roots, types.column, sides)


def _about_history(entity: Mapping[str, object] | None, history: tuple[Moment, ...]) -> Iterator[str]:
    for moment in history:
        if moment.first_difference:
            who = ", ".join(f"{name} {content}" for name, content in (entity or {}).items())
            where = ", ".join(f"{name} {content}" for name, content in moment.key.items() if name not in (entity or {}))
            what = f"{', '.join(moment.columns)} changed" if moment.columns else moment.status
            yield f"The first to diverge is {who}: {moment.relation}{f', {where}' if where else ''}: {what}."
