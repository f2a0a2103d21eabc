"""Equal pairs that look different: none of them may raise an alarm."""

from collections.abc import Callable
from pathlib import Path

from tests.mutants.bases import export
from tests.mutants.expectations import Equal
from tests.mutants.files import by_year
from tests.mutants.mutant import Rearranged
from tests.mutants.options import OTHER_CONFIGURATION, excluding, tolerating
from tests.mutants.processes import HONEST_RUNS
from tests.mutants.sql import EVENTS, LEDGER, PLAN, PROBE, RELATIONS, SNAPSHOT, STATES, again, execute, rebuilt
from tests.mutants.stage import Arguments, Stage

MULTISET = Equal(proof="as multisets")
DUPLICATES = (
    f"CREATE TEMP TABLE twice AS FROM {EVENTS} WHERE employee_id % 7 = 0; {again(EVENTS, 'employee_id % 7 = 0')}"
)


def _changed(name: str, sql: str, expected: Equal | None = None, pair: str = "plain") -> Rearranged:
    """The candidate is changed in a way that does not matter."""

    def prepare(stage: Stage) -> Arguments:
        return stage.compare(candidate=stage.candidate(pair, sql), pair=pair)

    return Rearranged(name, prepare, expected or Equal())


def _ordered(name: str, order: str) -> Rearranged:
    return _changed(name, rebuilt(EVENTS, f"FROM {EVENTS} ORDER BY {order}"), MULTISET)


def _attached(name: str, options: str) -> Rearranged:
    """The candidate in a database of another make."""

    def prepare(stage: Stage) -> Arguments:
        database = stage.folder / "other.duckdb"
        execute(
            stage.candidate(), [f"ATTACH '{database}' AS other ({options})", "COPY FROM DATABASE candidate TO other"]
        )
        return stage.compare(candidate=database)

    return Rearranged(name, prepare)


def _exported(name: str, options: str) -> Rearranged:
    """The candidate as Parquet of another make, beside the reference's folder."""

    def prepare(stage: Stage) -> Arguments:
        folder = stage.folder / "candidate"
        export(stage.bases.pair("plain").candidate, folder, options)
        return stage.compare(candidate=folder, pair="parquet")

    return Rearranged(name, prepare)


def _folder(name: str, change: Callable[[Path], object]) -> Rearranged:
    def prepare(stage: Stage) -> Arguments:
        folder = stage.candidate("parquet")
        change(folder)
        return stage.compare(candidate=folder, pair="parquet")

    return Rearranged(name, prepare)


def _by_year(folder: Path) -> None:
    for relation in RELATIONS:
        by_year(folder, relation)


def _several_files(folder: Path) -> None:
    by_year(folder, EVENTS, "employee_id DESC, event_sequence")
    for number, part in enumerate(sorted((folder / EVENTS).rglob("*.parquet"))):
        part.rename(folder / EVENTS / f"part-{9 - number}.parquet")
        part.parent.rmdir()


def _by_pyarrow(folder: Path) -> None:
    """Another writer, without statistics and with small row groups."""
    from pyarrow import parquet

    for path in folder.glob("*.parquet"):
        content = parquet.read_table(path)
        parquet.write_table(content, path, write_statistics=False, row_group_size=300, version="1.0")


def _by_polars(folder: Path) -> None:
    import polars as pl

    for path in folder.glob("*.parquet"):
        pl.read_parquet(path).write_parquet(path, compression="lz4")


def _duplicates(stage: Stage) -> Arguments:
    """The same rows twice on both sides, at different places."""
    candidate = stage.candidate("plain", DUPLICATES, rebuilt(EVENTS, f"FROM {EVENTS} ORDER BY hash(event_id)"))
    return stage.compare(reference=stage.reference("plain", DUPLICATES), candidate=candidate)


def _other_spelling(column: str, rate: str = "2.5") -> str:
    """The keys of the JSON in another order, with spaces."""
    last = f'"rate":{rate}'
    rest = f"replace(substr(CAST({column} AS VARCHAR), 2), ',{last}', '')"
    return f"UPDATE {PROBE} SET {column} = '{{ {last} , ' || {rest} WHERE employee_id % 3 = 0"


def _excused(stage: Stage) -> Arguments:
    return (*stage.compare(candidate=stage.candidate("plain", OTHER_CONFIGURATION)), "--allow", "same-inputs")


def _volatile(stage: Stage) -> Arguments:
    apart = f"DROP VIEW {STATES}; CREATE TABLE {STATES} AS FROM {SNAPSHOT}"
    change = f"{apart}; UPDATE {SNAPSHOT} SET age = age + 1"
    return (*stage.compare(candidate=stage.candidate("plain", change)), *excluding(stage, "age", relation=SNAPSHOT))


def _within(bound: str, change: str) -> Callable[[Stage], Arguments]:
    def prepare(stage: Stage) -> Arguments:
        candidate = stage.candidate(
            "probed", f"UPDATE {PROBE} SET noise = {change} WHERE isfinite(noise) AND noise > 0"
        )
        return (*stage.compare(candidate=candidate, pair="probed"), *tolerating(stage, "noise", bound, PROBE))

    return prepare


def _other_threads(stage: Stage) -> Arguments:
    run = ("--years", "2025", "2027", "--employees", "300", "--json", "--optimization", "polars")
    return stage.compare(candidate=stage.simulate(*run, "--threads", "2", "--shards", "3").database)


def _database_and_folder(stage: Stage) -> Arguments:
    return stage.compare(candidate=stage.bases.pair("parquet").candidate)


def _folder_and_database(stage: Stage) -> Arguments:
    return stage.compare(reference=stage.bases.pair("parquet").reference)


RESPELLED = Equal(proof="JSON in one spelling")
TOLERATED = Equal(proof="apart from what the tolerances allow")
KEYLESS = rebuilt(PROBE, f"FROM {PROBE} ORDER BY hash(employee_id)")
TABLES_INDEXED = f"CREATE UNIQUE INDEX i ON {EVENTS} (event_id); CREATE INDEX j ON {EVENTS} (employee_id, event_type)"
CONSTRAINED = (
    f"ALTER TABLE {PLAN} ALTER simulation_year SET NOT NULL; ALTER TABLE {PLAN} ADD PRIMARY KEY (simulation_year)"
)
INSERTED_AND_DELETED = (
    f"{again(EVENTS, 'true')}; CHECKPOINT; DELETE FROM {EVENTS} WHERE rowid >= (SELECT count(*) // 2 FROM {EVENTS}); "
    f"VACUUM; CHECKPOINT"
)
COLUMN_CAME_AND_WENT = f"ALTER TABLE {EVENTS} ADD x INTEGER; ALTER TABLE {EVENTS} DROP x; CHECKPOINT"

REARRANGED = [
    Rearranged("as the engines wrote them", lambda stage: stage.compare(pair="plain by navigator"),
               Equal(proof="row by row in stored order")),
    Rearranged("views of Parquet and tables", lambda stage: stage.compare(candidate=stage.bases.polars)),
    Rearranged("other numbers of threads and shards", _other_threads),
    HONEST_RUNS,
    _ordered("backwards", "rowid DESC"),
    _ordered("in no order", "hash(event_id)"),
    _ordered("by employee", "employee_id, event_date, event_sequence"),
    _ordered("by event type", "event_type, amount DESC NULLS FIRST, event_id"),
    _changed("a million rows in another order", rebuilt(LEDGER, f"FROM {LEDGER} ORDER BY amount, event_date"), MULTISET,
             "ledger"),
    _changed("with indexes", TABLES_INDEXED),
    _changed("with constraints", CONSTRAINED),
    _changed("after deletes and a vacuum", INSERTED_AND_DELETED),
    _changed("after a column came and went", COLUMN_CAME_AND_WENT),
    _changed("a table for a view", f"DROP VIEW {STATES}; CREATE TABLE {STATES} AS FROM {SNAPSHOT}"),
    _changed("a comment and statistics", f"COMMENT ON TABLE {EVENTS} IS 'made elsewhere'; ANALYZE"),
    _changed("without compression", f"PRAGMA force_compression = 'uncompressed'; {rebuilt(EVENTS, f'FROM {EVENTS}')}; "
             "CHECKPOINT"),
    _changed("NaN, -0.0 and nested values in another order", rebuilt(PROBE, f"FROM {PROBE} ORDER BY hash(employee_id)"),
             MULTISET, "probed"),
    _changed("no key, in another order", KEYLESS, MULTISET, "probed by keyless"),
    _changed("JSON with other spaces and order of keys", _other_spelling("payload"), RESPELLED, "probed"),
    _changed("text that is declared as JSON, likewise", _other_spelling("note"), RESPELLED, "probed"),
    _changed("JSON of large numbers, likewise", _other_spelling("figures", "2.50"), RESPELLED, "probed"),
    _attached("of another storage version", "STORAGE_VERSION 'v1.0.0'"),
    _attached("with small row groups", "ROW_GROUP_SIZE 2048"),
    _attached("with small blocks", "BLOCK_SIZE 16384"),
    Rearranged("the same duplicates on both sides", _duplicates, MULTISET),
    Rearranged("a database and a folder of Parquet", _database_and_folder),
    Rearranged("a folder of Parquet and a database", _folder_and_database),
    _exported("Parquet: zstd", ", COMPRESSION zstd"),
    _exported("Parquet: gzip", ", COMPRESSION gzip"),
    _exported("Parquet: uncompressed", ", COMPRESSION uncompressed"),
    _exported("Parquet: small row groups", ", ROW_GROUP_SIZE 2048"),
    _exported("Parquet: no dictionaries", ", DICTIONARY_SIZE_LIMIT 1"),
    _exported("Parquet: second version", ", PARQUET_VERSION v2"),
    _folder("Parquet: partitioned by year", _by_year),
    _folder("Parquet: several files in another order", _several_files),
    _folder("Parquet: by pyarrow, without statistics", _by_pyarrow),
    _folder("Parquet: by polars", _by_polars),
    Rearranged("a precondition excused", _excused, Equal(waived="same-inputs")),
    Rearranged("a column that is excluded", _volatile),
    Rearranged("within an absolute tolerance", _within("abs_tol: 0.5", "noise + 0.25"), TOLERATED),
    Rearranged("within a relative tolerance", _within("rel_tol: 1.0e-9", "noise * (1 + 1e-12)"), TOLERATED),
    Rearranged("within one ulp", _within("ulps: 1", "nextafter(noise, 'inf'::DOUBLE)"), TOLERATED),
    Rearranged("fingerprints only", lambda stage: (*stage.compare(), "--proof", "fingerprint"),
               Equal(finding="EQUAL fingerprint")),
]  # fmt: skip
