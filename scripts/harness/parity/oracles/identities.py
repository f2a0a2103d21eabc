"""Rules that hold within one result, whatever was simulated."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.errors import DatabaseError
from harness.oracle_settings import Identities, Identity
from harness.parity.judge import Judge
from harness.parity.oracles.evidence import filled, open_result
from harness.parity.oracles.jobs import Job, Plan
from harness.parity.oracles.oracle import ERROR, FAILED, PASSED, Bench, Outcome
from harness.side import Side
from harness.words import counted


@dataclass(frozen=True)
class IdentitiesHold:
    """Queries that must return no row of a run's result."""

    mode: str
    rules: tuple[Identity, ...]
    base: Job

    @property
    def name(self) -> str:
        """The name in the target, and the mode."""
        return f"identities.{self.mode}"

    @property
    def title(self) -> str:
        """What must hold."""
        return f"{len(self.rules)} identities hold in the result of {self.mode}"

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The run."""
        return (self.base,)

    def judge(self, bench: Bench) -> Outcome:
        """Ask for the rows that break a rule."""
        side = bench.runs.side(self.base)
        open_result(bench.judge, side)
        broken, unasked = [], []
        for rule in self.rules:
            try:
                broken += _broken(bench.judge, side, rule)
            except DatabaseError as error:
                unasked.append(f"{rule.name}: {str(error).splitlines()[0]}")
        if broken or unasked:
            return Outcome(FAILED if broken else ERROR, "; ".join((*broken, *unasked)))
        return Outcome(PASSED, f"no row breaks {', '.join(rule.name for rule in self.rules)}")


def identities(plan: Plan, settings: Identities) -> Iterator[IdentitiesHold]:
    """The oracle of each mode."""
    for mode in settings.modes:
        yield IdentitiesHold(mode, tuple(settings.rules), plan.job(mode))


def _broken(judge: Judge, side: Side, rule: Identity) -> list[str]:
    sql = f"(\n{filled(rule.sql, side).rstrip().removesuffix(';')}\n)"
    (total,) = _ask(judge, side, f"SELECT count(*) AS rows FROM {sql}")
    if not total["rows"]:
        return []
    (first,) = _ask(judge, side, f"SELECT * FROM {sql} LIMIT 1")
    shown = ", ".join(f"{name}={content}" for name, content in first.items())
    return [f"{rule.name} ({rule.title}): {counted(total['rows'], 'row')}, the first: {shown}"]


def _ask(judge: Judge, side: Side, sql: str) -> list[dict[str, Any]]:
    return judge.warehouse.named_rows(sql, database=side.name, schema=judge.contract.result.relations_in)
