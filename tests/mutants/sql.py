"""SQL that the mutants share: names of relations, and conditions that choose rows by what they are."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

EVENTS = "fct_yearly_events"
SNAPSHOT = "fct_workforce_snapshot"
STATES = "employee_state_by_year"
PLAN = "fct_headcount_plan"
PROBE = "fct_probe"
LEDGER = "fct_ledger"
RELATIONS = (EVENTS, SNAPSHOT, STATES, PLAN)


def an_event(event_type: str, year: int, extra: str = "true") -> str:
    """A condition: the row is the last such event."""
    return (
        f"event_id = (SELECT max(event_id) FROM {EVENTS} "
        f"WHERE event_type = '{event_type}' AND simulation_year = {year} AND {extra})"
    )


def a_row(relation: str, year: int, extra: str = "true") -> str:
    """A condition: the row is that of the last such employee in the year."""
    return (
        f"simulation_year = {year} AND employee_id = "
        f"(SELECT max(employee_id) FROM {relation} WHERE simulation_year = {year} AND {extra})"
    )


def again(relation: str, where: str) -> str:
    """Insert copies of rows."""
    return f"INSERT INTO {relation} FROM {relation} WHERE {where}"


def rebuilt(relation: str, select: str) -> str:
    """Make the table anew from itself."""
    return f"CREATE OR REPLACE TABLE {relation} AS {select}"


def execute(database: Path, statements: Iterable[str]) -> None:
    """Change a database."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for statement in statements:
            connection.execute(statement)


def query(database: Path, statement: str) -> list[tuple[object, ...]]:
    """Ask a database."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(statement).fetchall()
