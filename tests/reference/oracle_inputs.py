"""What the oracle computes with: tables by key, a year, and an employee carried from year to year."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tests.reference.oracle_draws import Draw, Stream, draw

Row = dict[str, Any]
Cents = int


class Tables:
    """The parameter tables of section 13, by key."""

    def __init__(self, tables: dict[str, list[Row]]) -> None:
        self.rules = {row["simulation_year"]: row for row in tables["yearly_rules"]}
        self.segments = {
            (row["simulation_year"], row["age_band"], row["tenure_band"], row["level_id"]): row
            for row in tables["segment_parameters"]
        }
        self.levels = {(row["simulation_year"], row["level_id"]): row for row in tables["comp_levers"]}
        self.merit = {
            (row["simulation_year"], row["level_id"], row["rating"]): row["merit_bps"] for row in tables["merit_matrix"]
        }
        self.slots = {(row["simulation_year"], row["slot"]): row for row in tables["percentile_slots"]}
        self.age_bands = {row["age"]: row for row in tables["age_bands"]}
        self.tenure_bands = {row["tenure"]: row for row in tables["tenure_bands"]}


@dataclass(frozen=True)
class Year:
    """A simulation year and what holds in it."""

    number: int
    seed: int
    tables: Tables

    @property
    def rules(self) -> Row:
        return self.tables.rules[self.number]

    @property
    def start(self) -> dt.date:
        return dt.date(self.number, 1, 1)

    @property
    def length(self) -> int:
        """`L`."""
        return (dt.date(self.number + 1, 1, 1) - self.start).days

    def day(self, date: dt.date) -> int:
        """Day of the year, counted from 0; negative before, `L` or more after it."""
        return (date - self.start).days

    def date(self, day: int) -> dt.date:
        return self.start + dt.timedelta(days=day)

    def draw(self, employee_id: int, stream: Stream) -> Draw:
        return draw(self.seed, employee_id, self.number, stream)


@dataclass
class Employee:
    """What is carried from year to year."""

    employee_id: int
    birth_date: dt.date
    hire_date: dt.date
    level: int
    salary: Cents
    balance: Cents = 0
    deferral_rate: int = 0
    is_enrolled: bool = False
    enrollment_date: dt.date | None = None
    eligibility_date: dt.date | None = None
    termination_date: dt.date | None = None
