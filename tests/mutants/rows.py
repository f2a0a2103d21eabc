"""Mutants: rows that are missing, extra, doubled, moved, or whose values changed places."""

from tests.mutants.mutant import Planted
from tests.mutants.sql import EVENTS, PLAN, PROBE, SNAPSHOT, STATES, a_row, again, an_event

ROWS = "row"
PLACES = "values change places"
NO_KEY, KEYLESS = "row without a key of its own", "probed by keyless"

LAST_RAISE, FIRST_HIRE = an_event("raise", 2026), an_event("hire", 2025)
LEAVER = an_event("termination", 2025)  # has no row in the next year that another could collide with
AN_ENTITY = "(SELECT max(employee_id) FROM fct_workforce_snapshot WHERE simulation_year = 2025 AND is_active)"
TWO_RAISES = (
    "event_id IN (SELECT max(event_id) FROM fct_yearly_events WHERE event_type = 'raise' AND simulation_year = 2026 "
    "UNION ALL SELECT min(event_id) FROM fct_yearly_events WHERE event_type = 'raise' AND simulation_year = 2026)"
)


def _swapped(column: str) -> str:
    """An update that exchanges a column between exactly two rows."""
    other = f"SELECT o.{column} FROM {EVENTS} AS o WHERE {TWO_RAISES.replace('event_id IN', 'o.event_id IN', 1)}"
    return f"UPDATE {EVENTS} AS e SET {column} = ({other} AND o.event_id <> e.event_id) WHERE {{where}}"


EXTRA = (
    f"INSERT INTO {EVENTS} SELECT * REPLACE (12 AS event_sequence, event_id + 1000000 AS event_id, "
    f"'bonus' AS event_type) FROM {EVENTS} WHERE {{where}}"
)

ROW_MUTANTS = [
    Planted("a missing event", ROWS, f"DELETE FROM {EVENTS} WHERE {{where}}", LAST_RAISE, becomes="missing"),
    Planted("an extra event", ROWS, EXTRA, LAST_RAISE, becomes="extra"),
    Planted("a missing state", ROWS, f"DELETE FROM {SNAPSHOT} WHERE {{where}}", a_row(SNAPSHOT, 2027), SNAPSHOT,
            becomes="missing", also=(STATES,)),
    Planted("a missing plan of a year", ROWS, f"DELETE FROM {PLAN} WHERE {{where}}", "simulation_year = 2027", PLAN,
            becomes="missing", entity=""),
    Planted("a missing employee", ROWS, f"DELETE FROM {EVENTS} WHERE {{where}}; DELETE FROM {SNAPSHOT} WHERE {{where}}",
            f"employee_id = {AN_ENTITY}", becomes="missing", also=(SNAPSHOT, STATES)),
    Planted("every second event missing", ROWS, f"DELETE FROM {EVENTS} WHERE {{where}}", "employee_id % 2 = 0",
            becomes="missing"),
    Planted("a doubled event", ROWS, again(EVENTS, "{where}"), LAST_RAISE, becomes="duplicate_key"),
    Planted("3 copies for 2", ROWS, again(EVENTS, "{where} LIMIT 1"), LAST_RAISE, both=again(EVENTS, LAST_RAISE),
            becomes={"duplicate_key": 1}),
    Planted("2 copies for 1, one of them changed", ROWS,
            f"INSERT INTO {EVENTS} SELECT * REPLACE (amount + 1 AS amount) FROM {EVENTS} WHERE {{where}}", LAST_RAISE,
            becomes="duplicate_key"),
    Planted("duplicates that compensate each other", ROWS, again(EVENTS, LAST_RAISE),
            reference=again(EVENTS, FIRST_HIRE), becomes={"duplicate_key": 2},
            root=f"SELECT simulation_year, employee_id FROM {EVENTS} WHERE {FIRST_HIRE}"),
    Planted("moved to the next year", ROWS, f"UPDATE {EVENTS} SET simulation_year = 2026 WHERE {{where}}", LEAVER,
            becomes="moved"),
    Planted("a renumbered sequence", ROWS, f"UPDATE {EVENTS} SET event_sequence = 12 WHERE {{where}}", LEAVER,
            becomes="moved"),
    Planted("every sequence renumbered", ROWS, f"UPDATE {EVENTS} SET event_sequence = event_sequence + 20", "true",
            becomes="moved"),
    Planted("events of an employee who does not exist", ROWS,
            f"UPDATE {EVENTS} SET employee_id = 999999 WHERE {{where}}",
            f"simulation_year = 2026 AND employee_id = {AN_ENTITY}", becomes=("missing", "extra")),
    Planted("a NULL in the key", ROWS, f"UPDATE {EVENTS} SET employee_id = NULL WHERE {{where}}", LAST_RAISE,
            becomes=("missing", "extra")),
    Planted("a NULL in the key on both sides, another value beside it", ROWS,
            f"UPDATE {EVENTS} SET amount = amount + 1 WHERE {{where}}", "employee_id IS NULL", columns=("amount",),
            both=f"UPDATE {EVENTS} SET employee_id = NULL WHERE {LAST_RAISE}"),
    Planted("a NULL year", ROWS, f"UPDATE {EVENTS} SET simulation_year = NULL WHERE {{where}}", LEAVER,
            becomes="moved"),
    Planted("another value, and no key", NO_KEY, f"UPDATE {PROBE} SET score = score + 1 WHERE {{where}}",
            a_row(PROBE, 2026, "score > 0"), PROBE, ("score",), becomes=("missing", "extra"), pair=KEYLESS),
    Planted("a doubled row, and no key", NO_KEY, again(PROBE, "{where}"), a_row(PROBE, 2026), PROBE, ("employee_id",),
            more_columns=True, becomes="extra", pair=KEYLESS),
    Planted("a key that stands twice", NO_KEY, f"UPDATE {EVENTS} SET event_id = event_id // 100 WHERE {{where}}",
            "simulation_year = 2026", becomes=None, pair="plain by event_id"),
    Planted("last column of two employees exchanged", PLACES, _swapped("rate"), TWO_RAISES, columns=("rate",)),
    Planted("amounts that keep their sum", PLACES, _swapped("amount"), TWO_RAISES, columns=("amount",)),
    Planted("a cent from one to the other", PLACES,
            f"UPDATE {EVENTS} SET amount = amount + CASE WHEN {LAST_RAISE} THEN 1 ELSE -1 END WHERE {{where}}",
            TWO_RAISES, columns=("amount",)),
    Planted("two employees exchanged", PLACES, _swapped("employee_id"), TWO_RAISES, columns=("event_id", "amount"),
            more_columns=True),
    Planted("everybody has the amount of the neighbour", PLACES,
            f"UPDATE {EVENTS} AS e SET amount = n.amount FROM (SELECT event_id, coalesce(lead(amount) OVER o, "
            f"first_value(amount) OVER o) AS amount FROM {EVENTS} WHERE event_type = 'raise' AND "
            "simulation_year = 2026 WINDOW o AS (ORDER BY event_id)) AS n WHERE e.event_id = n.event_id",
            "event_type = 'raise' AND simulation_year = 2026", columns=("amount",)),
    Planted("other people, the same counts", PLACES,
            f"UPDATE {EVENTS} SET employee_id = employee_id + 1000 WHERE {{where}}",
            "event_type = 'termination' AND simulation_year = 2026", becomes=("missing", "extra"),
            words="Counts agree, people do not"),
]  # fmt: skip
