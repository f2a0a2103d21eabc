"""Mutants: nothing is there to compare, or not all of it."""

from tests.mutants.expectations import Expected, Unjudged
from tests.mutants.mutant import Planted, Staged
from tests.mutants.sql import EVENTS, PLAN, SNAPSHOT, STATES, rebuilt
from tests.mutants.stage import Arguments, Stage

FAMILY = "evidence"


def _both(name: str, sql: str, expected: Expected) -> Staged:
    """The same change to both sides, so that they stay equal."""
    return Staged(name, FAMILY, lambda stage: stage.both(sql), expected)


def _one(name: str, sql: str, expected: Expected) -> Staged:
    return Staged(name, FAMILY, lambda stage: stage.compare(candidate=stage.candidate("plain", sql)), expected)


def _nothing_at_all(stage: Stage) -> Arguments:
    return stage.both(*(f"DELETE FROM {relation}" for relation in (EVENTS, SNAPSHOT, PLAN)))


def _missing(about: str, where: str) -> Unjudged:
    return Unjudged("relations", about, f"missing from {where}")


def _extra(about: str) -> Unjudged:
    return Unjudged("relations", about, "declare it")


RENAMED = f"UPDATE {EVENTS} SET event_type = 'rise'"
DROPPED = f"DROP VIEW {STATES}"
RECASED = f"ALTER TABLE {EVENTS} RENAME TO other; ALTER TABLE other RENAME TO Fct_Yearly_Events"

EVIDENCE: list[Staged | Planted] = [
    _both("no events on either side", f"DELETE FROM {EVENTS}", Unjudged("not-empty", EVENTS, "0 and 0 rows")),
    Staged("no rows at all on either side", FAMILY, _nothing_at_all, Unjudged("not-empty", SNAPSHOT, "0 and 0 rows")),
    Planted("no events on one side", FAMILY, f"DELETE FROM {EVENTS}", "true", becomes="missing"),
    Planted("events on one side only", FAMILY, "SELECT 1", "true", becomes="extra", reference=f"DELETE FROM {EVENTS}"),
    _one("a relation is missing on one side", DROPPED, _missing(STATES, "candidate")),
    Staged("a relation is missing on the side of the reference", FAMILY,
           lambda stage: stage.compare(reference=stage.reference("plain", DROPPED)), _missing(STATES, "reference")),
    _both("a relation is missing on both sides", DROPPED, _missing(STATES, "reference and candidate")),
    _one("a relation that nobody declared", "CREATE TABLE fct_bonus AS SELECT 1 AS one", _extra("fct_bonus")),
    _both("a relation that nobody declared, on both sides", "CREATE TABLE fct_bonus AS SELECT 1 AS one",
          _extra("fct_bonus")),
    _one("a relation in another case", RECASED, _missing(EVENTS, "candidate")),
    _one("relations in another schema", f"CREATE SCHEMA marts; CREATE TABLE marts.{PLAN} AS FROM {PLAN}; "
         f"DROP TABLE {PLAN}", _missing(PLAN, "candidate")),
    Planted("a year is missing on one side", FAMILY, f"DELETE FROM {EVENTS} WHERE {{where}}", "simulation_year = 2027",
            becomes="missing"),
    _both("a year is missing on both sides", f"DELETE FROM {EVENTS} WHERE simulation_year = 2026",
          Unjudged("years", EVENTS, "2026")),
    _both("the last year is missing on both sides", f"DELETE FROM {EVENTS} WHERE simulation_year = 2027",
          Unjudged("years", EVENTS, "2027")),
    Planted("a year that nobody asked for, on one side", FAMILY,
            f"INSERT INTO {EVENTS} SELECT * REPLACE (2028 AS simulation_year) FROM {EVENTS} WHERE {{where}}",
            "simulation_year = 2027", becomes="extra",
            root=f"SELECT 2028, employee_id FROM {EVENTS} WHERE simulation_year = 2027"),
    _both("a year that nobody asked for, on both sides",
          f"INSERT INTO {EVENTS} SELECT * REPLACE (2028 AS simulation_year) FROM {EVENTS} WHERE simulation_year = 2027",
          Unjudged("years", EVENTS, "2028")),
    Planted("an event type is missing on one side", FAMILY, f"DELETE FROM {EVENTS} WHERE {{where}}",
            "event_type = 'enrollment_change'", becomes="missing"),
    _both("an event type is missing on both sides", f"DELETE FROM {EVENTS} WHERE event_type = 'promotion'",
          Unjudged("event-types", EVENTS, "promotion")),
    Planted("an event type is renamed on one side", FAMILY,
            f"{RENAMED} WHERE {{where}}", "event_type = 'raise'", columns=("event_type",)),
    _both("an event type is renamed on both sides", f"{RENAMED} WHERE event_type = 'raise'",
          Unjudged("event-types", EVENTS, "raise")),
    Planted("an event type is missing in one year", FAMILY, f"DELETE FROM {EVENTS} WHERE {{where}}",
            "event_type = 'termination' AND simulation_year = 2026", becomes="missing"),
    _both("a key column that nobody has", rebuilt(EVENTS, f"SELECT * EXCLUDE (event_sequence) FROM {EVENTS}"),
          Unjudged("columns", EVENTS, "event_sequence")),
    _one("a view whose table is gone", f"CREATE TABLE gone AS FROM {SNAPSHOT}; CREATE OR REPLACE VIEW {STATES} AS "
         "FROM gone; DROP TABLE gone", Unjudged(text="gone", finding="ERROR")),
]  # fmt: skip
