"""Pairs of results that are equal: the ground into which divergences are planted."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.mutants import targets
from tests.mutants.probe import LEDGER_TABLE, PROBE_TABLE
from tests.mutants.sql import RELATIONS, SNAPSHOT, STATES, execute, query

REFERENCE_MODE, CANDIDATE_MODE = "optimized", "polars"
RECORD = "run_record"


@dataclass(frozen=True)
class Pair:
    """Two results, and the target under which they are equal."""

    reference: Path
    candidate: Path
    target: str


@dataclass(frozen=True)
class Bases:
    """All pairs. They are everybody's: copy them, never change them."""

    folder: Path

    def pair(self, name: str) -> Pair:
        """A pair by name: plain, probed, ledger, parquet; with "by TARGET" under another target."""
        results, _, target = name.partition(" by ")
        suffix = "" if results == "parquet" else ".duckdb"
        reference, candidate = (self.folder / f"{results}-{side}{suffix}" for side in ("reference", "candidate"))
        chosen = target or {"parquet": "plain"}.get(results, results)
        return Pair(reference, candidate, chosen if chosen == "navigator" else str(self.folder / f"{chosen}.yaml"))

    @property
    def manifest(self) -> Path:
        """What dbt says of its models."""
        return self.folder / "manifest.json"

    @property
    def polars(self) -> Path:
        """What the polars engine really wrote: views of Parquet."""
        return self.folder / "polars.duckdb"

    def build(self, medium: Path, polars: Path) -> None:
        """Make all pairs from a run of either engine."""
        shutil.copyfile(medium, self.folder / "plain-reference.duckdb")
        shutil.copyfile(polars, self.polars)
        plain = self.pair("plain")
        execute(plain.candidate, _as_tables(polars))
        probed, ledger, parquet = self.pair("probed"), self.pair("ledger"), self.pair("parquet")
        for side in ("reference", "candidate"):
            source: Path = getattr(plain, side)
            shutil.copyfile(source, getattr(probed, side))
            execute(getattr(probed, side), [PROBE_TABLE])
            execute(getattr(ledger, side), [*_with_tables(source, [RECORD]), LEDGER_TABLE])
            export(source, getattr(parquet, side))
        targets.make_manifest(self.folder)
        for name, change in targets.CHANGES.items():
            targets.derive(self.folder / f"{name}.yaml", self.manifest, change)


def export(database: Path, folder: Path, options: str = "") -> None:
    """Write every relation of a result as one Parquet file."""
    folder.mkdir()
    for relation in (*RELATIONS, RECORD):
        query(database, f"COPY (FROM {relation}) TO '{folder / relation}.parquet' (FORMAT parquet{options})")


def _as_tables(polars: Path) -> list[str]:
    """The views of the polars engine as tables, which can be changed."""
    tables = [relation for relation in (*RELATIONS, RECORD) if relation != STATES]
    return [*_with_tables(polars, tables), f"CREATE VIEW {STATES} AS FROM {SNAPSHOT}"]


def _with_tables(source: Path, tables: Iterable[str]) -> list[str]:
    copies = (f"CREATE TABLE {table} AS FROM source.{table}" for table in tables)
    return [f"ATTACH '{source}' AS source (READ_ONLY)", *copies, "DETACH source"]
