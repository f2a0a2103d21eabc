"""Tables that the simulator does not have: a column of every type, and a million rows."""

from tests.mutants.sql import LEDGER, PROBE, SNAPSHOT

DOCUMENT = '{{"age":{},"list":[1,2,3],"nested":{{"grade":"a","step":1}},"note":null,"rate":2.5}}'
FIGURES = (
    '{{"age":{},"rate":2.50,"units":9007199254740992,"wealth":1000000000000000.01}}'  # more than a DOUBLE can hold
)
# é is one code point here. NULL, NaN, infinity and zero take turns, so that each can be changed into another.
PROBE_TABLE = f"""
CREATE TYPE mood AS ENUM ('low', 'middle', 'high');
CREATE TABLE {PROBE} AS
SELECT
    simulation_year,
    employee_id,
    CAST(CASE employee_id % 6 WHEN 0 THEN NULL WHEN 1 THEN 'nan' WHEN 2 THEN 'inf' WHEN 3 THEN '0.0'
         ELSE CAST(current_salary / 7 AS VARCHAR) END AS DOUBLE) AS noise,
    CAST(current_salary / 9 AS FLOAT) AS single,
    CAST(employee_id AS DOUBLE) / 4 AS ratio,
    CAST(employee_id AS DECIMAL(18, 2)) AS pay,
    CAST('1000000000000000.01' AS DECIMAL(18, 2)) + employee_id AS wealth,
    CAST('1000000000000000000000000000000.01' AS DECIMAL(38, 2)) + employee_id AS fortune,
    CAST('1267650600228229401496703205376' AS HUGEINT) + employee_id AS huge,
    9007199254740992 + 2 * employee_id AS big,
    CAST('18446744073709551000' AS UBIGINT) + CAST(employee_id AS UBIGINT) AS unsigned,
    CASE WHEN employee_id % 5 > 0 THEN 'José ' || employee_id END AS label,
    CASE WHEN employee_id % 5 > 0 THEN is_active END AS flag,
    CASE WHEN employee_id % 5 > 0 THEN age END AS score,
    TIMESTAMP '2025-03-30 01:30:00' + to_microseconds(employee_id) AS moment,
    CAST(TIMESTAMP '2025-03-30 01:30:00' + to_microseconds(employee_id) AS TIMESTAMPTZ) AS zoned,
    TIME '09:00:00' + to_microseconds(employee_id) AS clock,
    hire_date AS day,
    CAST(format('{DOCUMENT}', age) AS JSON) AS payload,
    CAST(format('{FIGURES}', age) AS JSON) AS figures,
    format('{DOCUMENT}', age) AS note,
    '\\x00\\xFF'::BLOB || encode('e' || employee_id) AS raw,
    CAST(CASE employee_id % 3 WHEN 0 THEN 'low' WHEN 1 THEN 'middle' ELSE 'high' END AS mood) AS mood,
    ['a', 'b', CAST(employee_id AS VARCHAR)] AS tags,
    [CAST(0 AS DOUBLE), CAST(employee_id AS DOUBLE) / 4] AS weights,
    {{'a': age, 'b': 'x' || employee_id}} AS details,
    MAP {{'x': age, 'y': tenure}} AS attributes,
    CAST(md5(CAST(employee_id AS VARCHAR)) AS UUID) AS uid,
    to_days(30) AS span
FROM {SNAPSHOT}
ORDER BY simulation_year, employee_id
"""

LEDGER_TABLE = f"""
CREATE TABLE {LEDGER} AS
SELECT
    CAST(2025 + i // 350000 AS INTEGER) AS simulation_year,
    (i // 10) % 50000 AS employee_id,
    CAST(i % 10 AS INTEGER) AS event_sequence,
    'posting ' || i % 7 AS event_type,
    DATE '2025-01-01' + CAST(i % 365 AS INTEGER) AS event_date,
    (i * 7919) % 1000000 AS amount
FROM range(1000000) AS numbers(i)
"""
# All but a thousand rows belong to one employee of one year, and so to one bucket of whatever hashes them.
SKEWED_LEDGER = f"""
CREATE OR REPLACE TABLE {LEDGER} AS
SELECT
    CAST(CASE WHEN i < 500 THEN 2025 WHEN i < 1000 THEN 2027 ELSE 2026 END AS INTEGER) AS simulation_year,
    CASE WHEN i < 1000 THEN i ELSE 7 END AS employee_id,
    CAST(CASE WHEN i < 1000 THEN 1 ELSE i END AS INTEGER) AS event_sequence,
    (i * 7919) % 1000000 AS amount
FROM range(300000) AS numbers(i)
"""
