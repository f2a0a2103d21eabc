"""Mutants: one value of the real result is another one."""

from tests.mutants.mutant import Planted
from tests.mutants.sql import EVENTS, PLAN, SNAPSHOT, STATES, a_row, an_event

FAMILY = "value"
# No contribution is as large; both sides get it, so that only the last digit differs.
LARGE = f"UPDATE {EVENTS} SET amount = {{amount}} WHERE {an_event('contribution', 2026)}"


def _event(name: str, change: str, where: str, column: str, pair: str = "plain") -> Planted:
    sql = f"UPDATE {EVENTS} SET {column} = {change} WHERE {{where}}"
    return Planted(name, FAMILY, sql, where, columns=(column,), pair=pair)


def _state(name: str, change: str, where: str, column: str) -> Planted:
    sql = f"UPDATE {SNAPSHOT} SET {column} = {change} WHERE {{where}}"
    return Planted(name, FAMILY, sql, where, SNAPSHOT, (column,), also=(STATES,))


def _large(name: str, amount: int) -> Planted:
    where = an_event("contribution", 2026)
    sql = f"UPDATE {EVENTS} SET amount = amount + 1 WHERE {{where}}"
    return Planted(name, FAMILY, sql, where, columns=("amount",), both=LARGE.format(amount=amount))


VALUES = [
    _event("a cent in an event, dbt asked for its models", "amount + 1", an_event("contribution", 2027), "amount",
           "plain by navigator"),
    _event("a cent less in the first year", "amount - 1", an_event("promotion", 2025), "amount"),
    _event("a return with the other sign", "-amount", an_event("investment_return", 2026, "amount <> 0"), "amount"),
    _event("rounded to dollars", "amount // 100 * 100", an_event("raise", 2026, "amount % 100 > 0"), "amount"),
    _event("one basis point", "rate + 1", an_event("enrollment", 2026), "rate"),
    _event("NULL became 0", "0", an_event("hire", 2026, "rate IS NULL"), "rate"),
    _event("0 became NULL", "NULL", an_event("enrollment_change", 2026, "rate = 0"), "rate"),
    _event("a day later", "event_date + 1", an_event("termination", 2026), "event_date"),
    _event("a trailing space", "event_type || ' '", an_event("raise", 2027), "event_type"),
    _event("another case", "upper(event_type)", an_event("promotion", 2026), "event_type"),
    _event("an empty payload", "''", an_event("eligibility", 2026), "event_payload"),
    _event("a payload of nothing", "NULL", an_event("eligibility", 2027), "event_payload"),
    _event("every rate of a type in another unit", "rate * 10", "event_type = 'raise'", "rate"),
    _state("a cent in a state", "account_balance + 1", a_row(SNAPSHOT, 2026), "account_balance"),
    _state("a state flipped", "NOT is_active", a_row(SNAPSHOT, 2025), "is_active"),
    _state("a date became NULL", "NULL", a_row(SNAPSHOT, 2027, "enrollment_date IS NOT NULL"), "enrollment_date"),
    _state("no contribution became NULL", "NULL", a_row(SNAPSHOT, 2026, "employee_contribution = 0"),
           "employee_contribution"),
    Planted("one more hire planned", FAMILY, f"UPDATE {PLAN} SET hires = hires + 1 WHERE {{where}}",
            "simulation_year = 2026", PLAN, ("hires",), entity=""),
    Planted("a view that lags behind its table", FAMILY,
            f"DROP VIEW {STATES}; CREATE TABLE {STATES} AS FROM {SNAPSHOT}; "
            f"UPDATE {STATES} SET current_salary = current_salary + 100 WHERE {{where}}",
            a_row(SNAPSHOT, 2026), STATES, ("current_salary",)),
    _large("a cent at 1e15", 10**17),
    _large("2^53 + 1", 2**53),
    _event("a cent in the last row as stored", "amount + 1", f"rowid = (SELECT max(rowid) FROM {EVENTS})", "amount"),
]  # fmt: skip
