"""Mutants: one value of a type that the simulator does not use, but others do."""

from tests.mutants.mutant import Planted
from tests.mutants.sql import PROBE, a_row, rebuilt

FAMILY = "value of another type"


def _unlike(name: str, column: str, change: str, extra: str) -> Planted:
    """An UPDATE writes nothing where DuckDB takes the new value for equal to the old one."""
    where = a_row(PROBE, 2026, extra)
    value = f"CASE WHEN {where} THEN {change} ELSE {column} END"
    sql = rebuilt(PROBE, f"SELECT * REPLACE ({value} AS {column}) FROM {PROBE}")
    return Planted(name, FAMILY, sql, where, PROBE, (column,), pair="probed")


def _probe(name: str, column: str, change: str, extra: str = "true", year: int = 2026) -> Planted:
    sql = f"UPDATE {PROBE} SET {column} = {change} WHERE {{where}}"
    return Planted(name, FAMILY, sql, a_row(PROBE, year, extra), PROBE, (column,), pair="probed")


NUMBER = "isfinite(noise) AND noise > 0"

TYPES = [
    _probe("DOUBLE: 1 ulp", "noise", "nextafter(noise, 'inf'::DOUBLE)", NUMBER),
    _probe("DOUBLE: 1e-12 of it", "noise", "noise * (1 + 1e-12)", NUMBER),
    _unlike("DOUBLE: -0.0", "noise", "'-0.0'::DOUBLE", "noise = 0"),
    _probe("DOUBLE: NaN became NULL", "noise", "NULL", "isnan(noise)"),
    _probe("DOUBLE: NULL became NaN", "noise", "'nan'::DOUBLE", "noise IS NULL"),
    _probe("DOUBLE: NULL became 0", "noise", "0", "noise IS NULL", 2027),
    _probe("DOUBLE: infinity of the other sign", "noise", "'-inf'::DOUBLE", "isinf(noise)"),
    _probe("DOUBLE: infinity became the largest number", "noise", "1.7976931348623157e308::DOUBLE", "isinf(noise)"),
    _probe("FLOAT: 1 ulp", "single", "single * (1 + 1.2e-7)::FLOAT"),
    _probe("DECIMAL: a cent at 1e15", "wealth", "wealth + 0.01"),
    _probe("DECIMAL: a cent at 1e30", "fortune", "fortune + 0.01"),
    _probe("HUGEINT: 2^100 + 1", "huge", "huge + 1"),
    _probe("BIGINT: odd above 2^53", "big", "big + 1"),
    _probe("UBIGINT: above 2^63", "unsigned", "unsigned + 1"),
    _probe("VARCHAR: trailing space", "label", "label || ' '", "label IS NOT NULL"),
    _probe("VARCHAR: case", "label", "lower(label)", "label IS NOT NULL"),
    _probe("VARCHAR: decomposed accent", "label", "replace(label, 'é', 'e' || chr(769))", "label IS NOT NULL"),
    _probe("VARCHAR: NULL became empty", "label", "''", "label IS NULL"),
    _probe("VARCHAR: NULL became the word", "label", "'NULL'", "label IS NULL", 2027),
    _probe("BOOLEAN: NULL became false", "flag", "false", "flag IS NULL"),
    _probe("INTEGER: NULL became 0", "score", "0", "score IS NULL"),
    _probe("TIMESTAMP: 1 µs", "moment", "moment + INTERVAL 1 MICROSECOND"),
    _probe("TIMESTAMPTZ: 1 µs", "zoned", "zoned + INTERVAL 1 MICROSECOND"),
    _probe("TIMESTAMPTZ: an hour of another zone", "zoned", "zoned + INTERVAL 1 HOUR"),
    _probe("TIME: 1 µs", "clock", "clock + INTERVAL 1 MICROSECOND"),
    _probe("DATE: 1 day", "day", "day - 1"),
    _probe("BLOB: last byte", "raw", "raw || '\\x00'::BLOB"),
    _probe("ENUM: another member", "mood", "'high'", "mood = 'low'"),
    _probe("LIST: another order", "tags", "list_reverse(tags)"),
    _probe("LIST: a NULL more", "tags", "list_append(tags, NULL)"),
    _unlike("LIST of DOUBLE: -0.0 in it", "weights", "['-0.0'::DOUBLE, weights[2]]", "true"),
    _probe("STRUCT: NULL in a field", "details", "{'a': details.a, 'b': NULL}"),
    _probe("MAP: another value", "attributes", "MAP {'x': attributes['x'], 'y': attributes['y'] + 1}"),
    _probe("UUID: last digit", "uid", "(substr(uid::VARCHAR, 1, 35) || CASE WHEN uid::VARCHAR LIKE '%0' THEN '1' "
           "ELSE '0' END)::UUID"),
    _unlike("INTERVAL: 1 month for 30 days", "span", "INTERVAL 1 MONTH", "true"),
]  # fmt: skip


def _json(name: str, old: str, new: str, column: str = "payload") -> Planted:
    sql = f"UPDATE {PROBE} SET {column} = replace({column}, '{old}', '{new}') WHERE {{where}}"
    return Planted(name, "JSON", sql, a_row(PROBE, 2026), PROBE, (column,), pair="probed")


JSONS = [
    _json("1 and 1.0", '"step":1', '"step":1.0'),
    _json('1 and "1"', '"step":1', '"step":"1"'),
    _json("nested value", '"grade":"a"', '"grade":"b"'),
    _json("array order", "[1,2,3]", "[1,3,2]"),
    _json("null and absent", '"note":null,', ""),
    _json("a key that stands twice", '"note":null', '"note":null,"note":null'),
    _json("a key in another case", '"note"', '"Note"'),
    _json("2^53 + 1", "9007199254740992", "9007199254740993", "figures"),
    _json("a cent at 1e15", "1000000000000000.01", "1000000000000000.02", "figures"),
    _json("2.50 and 2.5", '"rate":2.50', '"rate":2.5', "figures"),
    _json("text that is declared as JSON: nested value", '"grade":"a"', '"grade":"b"', "note"),
    _json("text that is declared as JSON: array order", "[1,2,3]", "[3,2,1]", "note"),
    _json("text that is declared as JSON: no JSON any more", '"note":null', '"note":nul', "note"),
]  # fmt: skip
