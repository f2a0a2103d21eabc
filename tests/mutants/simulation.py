"""Mutants: what reached production in the field and no gate caught, and how one wrong value spreads."""

from tests.mutants.mutant import Planted
from tests.mutants.sql import EVENTS, SNAPSHOT, STATES

FAMILY = "simulation"
TERMINATIONS = "event_type = 'termination'"
NEW_HIRES_LEAVE = f"{TERMINATIONS} AND event_payload LIKE '%new_hire%'"
LAST_OF_YEAR = "employee_id > (SELECT quantile_disc(employee_id, 0.75) FROM fct_workforce_snapshot)"
# Every employee who left in 2026 by hazard, beside one who left in 2025: as many as the smaller group has.
AS_LAST_YEAR = f"""
CREATE TEMP TABLE exchanged AS SELECT * FROM
    (SELECT event_id, row_number() OVER (ORDER BY employee_id) AS n FROM {EVENTS}
     WHERE {TERMINATIONS} AND simulation_year = 2026)
    JOIN (SELECT employee_id AS leaver, row_number() OVER (ORDER BY employee_id) AS n FROM {EVENTS}
          WHERE {TERMINATIONS} AND simulation_year = 2025) USING (n);
UPDATE {EVENTS} AS e SET employee_id = x.leaver FROM exchanged AS x WHERE e.event_id = x.event_id
"""
FIRST_LEAVERS = (
    f"SELECT simulation_year, employee_id FROM {EVENTS} WHERE {TERMINATIONS} AND simulation_year = 2026 "
    f"ORDER BY employee_id LIMIT (SELECT count(*) FROM {EVENTS} WHERE {TERMINATIONS} AND simulation_year = 2025)"
)
FIRST_LEAVERS_AGAIN = f"SELECT 2026, employee_id FROM {EVENTS} WHERE {TERMINATIONS} AND simulation_year = 2025"
NOBODY_LEAVES = f"DELETE FROM {EVENTS} WHERE {{where}}; UPDATE {SNAPSHOT} SET termination_date = NULL, is_active = true"
RENAMED = (
    f"UPDATE {EVENTS} SET event_type = 'enrolment' WHERE {{where}}; "
    f"UPDATE {SNAPSHOT} SET is_enrolled = false, enrollment_date = NULL"
)
ON_THE_DAY_OF_HIRE = (
    f"UPDATE {EVENTS} AS e SET event_date = s.hire_date FROM {SNAPSHOT} AS s WHERE s.employee_id = e.employee_id "
    f"AND s.simulation_year = e.simulation_year AND {NEW_HIRES_LEAVE}; "
    f"UPDATE {SNAPSHOT} SET termination_date = hire_date WHERE year(hire_date) = simulation_year AND NOT is_active"
)
# A raise of one cent in 2025, and everything that is computed from the salary afterwards.
VICTIM = (
    f"(SELECT max(employee_id) FROM {EVENTS} WHERE event_type = 'raise' AND simulation_year = 2025 AND employee_id IN "
    f"(SELECT employee_id FROM {SNAPSHOT} WHERE simulation_year = 2027 AND is_active))"
)
A_RAISE = f"event_type = 'raise' AND simulation_year = 2025 AND employee_id = {VICTIM}"
AND_LATER = (
    f"employee_id = {VICTIM} AND ("
    "event_type IN ('raise', 'promotion') AND simulation_year > 2025 OR event_type = 'contribution')"
)
SPREADING = (
    f"UPDATE {SNAPSHOT} SET current_salary = current_salary + 1, account_balance = account_balance + 1 "
    f"WHERE employee_id = {VICTIM}; "
    f"UPDATE {EVENTS} SET amount = amount + 1, salary = salary + 1 WHERE {A_RAISE}; "
    f"UPDATE {EVENTS} SET amount = amount + 1 WHERE {AND_LATER}"
)
# One more leaves in 2025, and every later hire has another id, so that whole years differ after it.
ONE_MORE_LEAVES = (
    f"UPDATE {EVENTS} SET employee_id = employee_id + 1, event_id = event_id + 1000000 WHERE employee_id > "
    f"(SELECT max(employee_id) FROM {EVENTS} WHERE simulation_year = 2025); "
    f"INSERT INTO {EVENTS} SELECT * REPLACE ('termination' AS event_type, 2 AS event_sequence, NULL AS amount, "
    f"NULL AS salary, NULL AS rate) FROM {EVENTS} WHERE {{where}}"
)

DROPPED = ("amount", "salary", "level_id", "rate", "event_payload")

SIMULATION = [
    Planted("the same people leave in two years", FAMILY, AS_LAST_YEAR, root=FIRST_LEAVERS,
            becomes=("missing", "extra"), named_too=FIRST_LEAVERS_AGAIN,
            words="Counts agree, people do not"),
    Planted("nobody leaves", FAMILY, NOBODY_LEAVES, TERMINATIONS, becomes="missing", also=(SNAPSHOT, STATES)),
    Planted("event ids are row numbers of their type", FAMILY,
            f"UPDATE {EVENTS} AS e SET event_id = n.n FROM (SELECT event_id, row_number() OVER "
            f"(PARTITION BY simulation_year, event_type ORDER BY event_id) AS n FROM {EVENTS}) AS n "
            "WHERE e.event_id = n.event_id", "true", columns=("event_id",)),
    Planted("an event type renamed, and nobody enrolled downstream", FAMILY, RENAMED, "event_type = 'enrollment'",
            columns=("event_type",), also=(SNAPSHOT, STATES)),
    Planted("a switch not passed: no escalation", FAMILY, f"DELETE FROM {EVENTS} WHERE {{where}}",
            "event_type = 'deferral_escalation'", becomes="missing"),
    Planted("leaving on the day of hire", FAMILY, ON_THE_DAY_OF_HIRE, f"{NEW_HIRES_LEAVE} AND event_date <> "
            f"(SELECT any_value(hire_date) FROM {SNAPSHOT} AS s WHERE s.employee_id = {EVENTS}.employee_id)",
            columns=("event_date",), also=(SNAPSHOT, STATES)),
    Planted("> instead of >=: who is exactly old enough", FAMILY, f"DELETE FROM {EVENTS} WHERE {{where}}",
            f"event_type = 'promotion' AND EXISTS (FROM {SNAPSHOT} AS s WHERE s.employee_id = {EVENTS}.employee_id AND "
            f"s.simulation_year = {EVENTS}.simulation_year AND s.tenure = 2)", becomes="missing"),
    Planted("> instead of >=: the last day of the year", FAMILY,
            f"UPDATE {EVENTS} SET event_date = event_date - 1 WHERE {{where}}",
            "event_type = 'investment_return' AND event_date = make_date(simulation_year, 12, 31)",
            columns=("event_date",)),
    Planted("all of a type on one day", FAMILY,
            f"UPDATE {EVENTS} SET event_date = make_date(simulation_year, 7, 15) WHERE {{where}}",
            f"{TERMINATIONS} AND event_date <> make_date(simulation_year, 7, 15)", columns=("event_date",)),
    Planted("a fast path that leaves out the last quarter", FAMILY, f"DELETE FROM {EVENTS} WHERE {{where}}",
            f"event_type = 'investment_return' AND {LAST_OF_YEAR}", becomes="missing"),
    Planted("11 columns instead of 16", FAMILY,
            "; ".join(f"ALTER TABLE {EVENTS} DROP {column}" for column in DROPPED),
            drift=tuple(("missing column", column) for column in DROPPED)),
    Planted("a raise of one cent that spreads to all later years", FAMILY, SPREADING,
            f"{A_RAISE} OR {AND_LATER}", columns=("amount", "salary"), also=(SNAPSHOT, STATES), one_root=True),
    Planted("one more leaves, and all later hires have other ids", FAMILY, ONE_MORE_LEAVES, A_RAISE, becomes=None),
    Planted("a rate taken for a probability: raises thirty times as large", FAMILY,
            f"UPDATE {EVENTS} SET amount = amount * 30 WHERE {{where}}", "event_type = 'raise'", columns=("amount",)),
    Planted("draws that forgot the year", FAMILY,
            f"UPDATE {EVENTS} SET event_date = make_date(simulation_year, month(event_date), 1) WHERE {{where}}",
            f"{TERMINATIONS} AND day(event_date) <> 1", columns=("event_date",)),
]  # fmt: skip
