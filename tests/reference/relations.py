"""Columns and types of the relations in docs/model.md section 1, in their order."""

from typing import Any, NamedTuple

Rows = list[tuple[Any, ...]]

EVENTS = {
    "event_id": "BIGINT",
    "simulation_year": "INTEGER",
    "employee_id": "BIGINT",
    "event_sequence": "INTEGER",
    "event_type": "VARCHAR",
    "event_date": "DATE",
    "event_payload": "VARCHAR",
    "amount": "BIGINT",
    "salary": "BIGINT",
    "level_id": "INTEGER",
    "rate": "INTEGER",
}
SNAPSHOT = {
    "simulation_year": "INTEGER",
    "employee_id": "BIGINT",
    "birth_date": "DATE",
    "hire_date": "DATE",
    "termination_date": "DATE",
    "is_active": "BOOLEAN",
    "age": "INTEGER",
    "tenure": "INTEGER",
    "current_level": "INTEGER",
    "current_salary": "BIGINT",
    "paid_compensation": "BIGINT",
    "eligibility_date": "DATE",
    "is_enrolled": "BOOLEAN",
    "enrollment_date": "DATE",
    "deferral_rate": "INTEGER",
    "employee_contribution": "BIGINT",
    "employer_match": "BIGINT",
    "investment_return": "BIGINT",
    "account_balance": "BIGINT",
}
HEADCOUNT = {
    "simulation_year": "INTEGER",
    "starting_headcount": "INTEGER",
    "experienced_terminations": "INTEGER",
    "target_headcount": "INTEGER",
    "layoffs": "INTEGER",
    "hires": "INTEGER",
    "new_hire_terminations": "INTEGER",
    "ending_headcount": "INTEGER",
    "first_hire_id": "BIGINT",
    "layoff_from_id": "BIGINT",
}


class Relations(NamedTuple):
    """Rows of the three relations of a run, in the order in which they are stored."""

    events: Rows
    snapshot: Rows
    headcount: Rows


TABLES = {
    "events": "fct_yearly_events",
    "snapshot": "fct_workforce_snapshot",
    "headcount": "fct_headcount_plan",
}
COLUMNS = {"events": EVENTS, "snapshot": SNAPSHOT, "headcount": HEADCOUNT}
KEYS = {
    "events": ("simulation_year", "event_sequence", "employee_id"),
    "snapshot": ("simulation_year", "employee_id"),
    "headcount": ("simulation_year",),
}


def records(relations: Relations, relation: str) -> list[dict[str, Any]]:
    """The rows of one relation with their column names."""
    return [dict(zip(COLUMNS[relation], row, strict=True)) for row in getattr(relations, relation)]
