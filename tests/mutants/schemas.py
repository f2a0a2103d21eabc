"""Mutants: the values are the same, but the schema is another one; and a schema that hides a value."""

from tests.mutants.mutant import Planted
from tests.mutants.sql import EVENTS, PROBE, SNAPSHOT, STATES, a_row, an_event, rebuilt

TYPE, COLUMN = "type", "column"
VIEW = f"CREATE OR REPLACE VIEW {STATES} AS FROM {SNAPSHOT}"


def _type(name: str, column: str, type_: str, relation: str = PROBE) -> Planted:
    pair = "probed" if relation == PROBE else "plain"
    sql = f"ALTER TABLE {relation} ALTER {column} TYPE {type_}"
    return Planted(name, TYPE, sql, relation=relation, pair=pair, drift=(("type of", column),))


TYPES = [
    _type("BIGINT as VARCHAR", "amount", "VARCHAR", EVENTS),
    _type("BIGINT as DOUBLE", "amount", "DOUBLE", EVENTS),
    _type("INTEGER as BIGINT", "level_id", "BIGINT", EVENTS),
    _type("DATE as TIMESTAMP", "event_date", "TIMESTAMP", EVENTS),
    _type("INTEGER key as VARCHAR", "event_sequence", "VARCHAR", EVENTS),
    _type("DECIMAL as DOUBLE", "pay", "DOUBLE"),
    _type("DECIMAL of another scale", "pay", "DECIMAL(18, 4)"),
    _type("DOUBLE as FLOAT", "ratio", "FLOAT"),
    _type("TIMESTAMP as TIMESTAMPTZ", "moment", "TIMESTAMPTZ"),
    _type("BOOLEAN as INTEGER", "flag", "INTEGER"),
    _type("ENUM as VARCHAR", "mood", "VARCHAR"),
    _type("JSON as VARCHAR", "payload", "VARCHAR"),
    _type("HUGEINT as DECIMAL", "huge", "DECIMAL(38, 0)"),
    _type("UUID as VARCHAR", "uid", "VARCHAR"),
    _type("LIST as VARCHAR", "weights", "VARCHAR[]"),
    Planted("STRUCT with other fields", TYPE,
            rebuilt(PROBE, f"SELECT * REPLACE ({{'a': details.a, 'B': details.b}} AS details) FROM {PROBE}"), "true",
            PROBE, ("details",), pair="probed", drift=(("type of", "details"),)),
    Planted("another type hides a changed value", TYPE,
            f"ALTER TABLE {EVENTS} ALTER amount TYPE DECIMAL(18, 2); "
            f"UPDATE {EVENTS} SET amount = amount + 0.01 WHERE {{where}}", an_event("contribution", 2026),
            columns=("amount",), drift=(("type of", "amount"),)),
]  # fmt: skip

COLUMNS = [
    Planted("a column is missing", COLUMN, f"ALTER TABLE {EVENTS} DROP rate", drift=(("missing column", "rate"),)),
    Planted("a column of the key is missing", COLUMN, f"ALTER TABLE {EVENTS} DROP event_sequence",
            drift=(("missing column", "event_sequence"),)),
    Planted("a column is extra", COLUMN, f"ALTER TABLE {EVENTS} ADD note VARCHAR", drift=(("extra column", "note"),)),
    Planted("columns in another order", COLUMN, rebuilt(EVENTS, f"SELECT * EXCLUDE (salary), salary FROM {EVENTS}"),
            drift=(("order of columns", "salary"),)),
    Planted("a column in another case", COLUMN, f"ALTER TABLE {EVENTS} RENAME rate TO Rate",
            drift=(("spelling of", "rate"),)),
    Planted("a column has another name", COLUMN, f"ALTER TABLE {EVENTS} RENAME rate TO rate_bps",
            drift=(("missing column", "rate"), ("extra column", "rate_bps"))),
    Planted("two columns have each other's names", COLUMN,
            f"ALTER TABLE {EVENTS} RENAME amount TO x; ALTER TABLE {EVENTS} RENAME salary TO amount; "
            f"ALTER TABLE {EVENTS} RENAME x TO salary",
            "coalesce(amount, -1) <> coalesce(salary, -1)", columns=("amount", "salary"),
            drift=(("order of columns", "amount"),)),
    Planted("an extra column hides a changed value", COLUMN,
            f"ALTER TABLE {EVENTS} ADD note VARCHAR; UPDATE {EVENTS} SET amount = amount + 1 WHERE {{where}}",
            an_event("raise", 2026), columns=("amount",), drift=(("extra column", "note"),)),
    Planted("columns in another order hide a changed value", COLUMN,
            rebuilt(SNAPSHOT, f"SELECT * EXCLUDE (age), age FROM {SNAPSHOT}")
            + f"; UPDATE {SNAPSHOT} SET age = age + 1 WHERE {{where}}; {VIEW}",
            a_row(SNAPSHOT, 2026), SNAPSHOT, ("age",), drift=(("order of columns", "age"),), also=(STATES,)),
]  # fmt: skip

SCHEMAS = [*TYPES, *COLUMNS]
