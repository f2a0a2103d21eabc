"""The rows of each side, as SQL for DuckDB; a row depends on nothing but its number and the seed."""

from measuring.dataset import FIRST_YEAR, YEARS, Kind
from measuring.seeded import CANDIDATES, EXTRA_SEQUENCE, fault_of_row, faulty

EVENT_TYPES = (
    "hire",
    "termination",
    "promotion",
    "raise",
    "enrollment",
    "enrollment_change",
    "contribution",
    "forfeiture",
    "eligibility",
    "state",
)
REASONS = ("merit", "cola", "tenure", "plan", "leave")
EVENTS_OF_EMPLOYEE = 4  # in a year
KEY = "employee_id, simulation_year, event_type, event_sequence"
COLUMNS = f"{KEY}, amount, level, payload, score, flag, event_date"


def rows_of(kind: Kind, rows: int, seed: int, begin: int = 0, end: int | None = None) -> str:
    """SQL: the rows of a side, or those that `ordered` has from number `begin` to before `end`."""
    end = rows if end is None else end
    all_rows = _numbered(f"range({begin}, {end})", rows, seed)
    shuffled = f"ORDER BY hash(i, {seed + 1})"
    match kind:
        case Kind.ORDERED | Kind.COPY:
            return f"SELECT {COLUMNS} FROM ({all_rows})"
        case Kind.SHUFFLED:
            return f"SELECT {COLUMNS} FROM ({all_rows}) {shuffled}"
        case Kind.NUDGED:
            nudged = "nextafter(score, CAST('infinity' AS DOUBLE)) AS score"
            return f"SELECT {_replaced({'score': nudged})} FROM ({all_rows}) {shuffled}"
        case Kind.SEEDED:
            faulty_rows = _with_faults(all_rows, f"i >= {begin} AND i < {end}", rows, seed)
            return f"SELECT {COLUMNS} FROM ({faulty_rows}) {shuffled}"


def _numbered(numbers: str, rows: int, seed: int) -> str:
    in_year = rows // YEARS
    types, reasons = list(EVENT_TYPES), list(REASONS)
    payload = (
        f"""'{{"reason":"' || {reasons}[1 + CAST((h >> 44) % {len(reasons)} AS INTEGER)]"""
        """ || '","source":"batch","ref":"' || lpad(to_hex(hash(h) % 4294967296), 8, '0')"""
        """ || '","v":' || CAST((h >> 50) % 100 AS VARCHAR) || '}'"""
    )
    return f"""
        SELECT
            i,
            CAST(r // {EVENTS_OF_EMPLOYEE} AS BIGINT) AS employee_id,
            CAST({FIRST_YEAR} + y AS INTEGER) AS simulation_year,
            {types}[1 + CAST(h % {len(types)} AS INTEGER)] AS event_type,
            CAST(1 + r % {EVENTS_OF_EMPLOYEE} AS INTEGER) AS event_sequence,
            CASE WHEN (h >> 8) % 5 > 0 THEN CAST(CAST((h >> 16) % 20000000 AS DECIMAL(18, 2)) / 100 AS DECIMAL(18, 2))
            END AS amount,
            CAST(1 + (h >> 40) % 8 AS INTEGER) AS level,
            {payload} AS payload,
            CAST(hash(h, 1) % 1000003 AS DOUBLE) / 10007.0 AS score,
            (h >> 58) % 2 = 1 AS flag,
            DATE '2025-01-01' + CAST(365 * y + (h >> 20) % 365 AS INTEGER) AS event_date
        FROM (SELECT i, i // {in_year} AS y, i % {in_year} AS r, hash(i, {seed}) AS h FROM {numbers} AS numbers(i))
    """


def _with_faults(all_rows: str, within: str, rows: int, seed: int) -> str:
    """Every row as its fault leaves it; the fault of a row is chosen among evenly spaced ones."""
    step = rows // CANDIDATES
    candidates = _numbered(f"range({step // 2}, {rows}, {step})", rows, seed)
    drawn = f"row_number() OVER (PARTITION BY amount IS NULL ORDER BY hash(i, {seed + 2}))"
    columns = {column: faulty(column) for column in ("amount", "level", "payload", "score")}
    another = f"CASE fault WHEN 'extra' THEN {EXTRA_SEQUENCE} ELSE event_sequence END AS event_sequence"
    return f"""
        WITH candidates AS MATERIALIZED (SELECT *, {drawn} AS n FROM ({candidates})),
        faults AS MATERIALIZED (SELECT *, {fault_of_row()} AS fault FROM candidates)
        SELECT i, {_replaced(columns)}
        FROM ({all_rows}) LEFT JOIN (SELECT i, fault FROM faults) USING (i)
        WHERE fault IS DISTINCT FROM 'missing'
        UNION ALL
        SELECT i, {_replaced({"event_sequence": another})} FROM faults
        WHERE fault IN ('extra', 'duplicate') AND {within}
    """


def _replaced(replacements: dict[str, str]) -> str:
    return ", ".join(replacements.get(name, name) for name in COLUMNS.split(", "))
