"""Putting the rows of a census into another order, and showing that nothing else was done to it."""

import random
from collections import Counter
from pathlib import Path

from harness.errors import InternalError
from harness.expressions import literal
from harness.parity.pairing import Pairing
from harness.parity.proof import count_unmatched, prove_in_order
from harness.relation import Relation
from harness.warehouse import Warehouse

SEED = 20_240_229  # fixed: the same census is shuffled the same way in every invocation
TEXT, PARQUET = (".csv", ".tsv"), (".parquet",)


def shuffle(warehouse: Warehouse, census: Path, into: Path) -> str:
    """Write the census into a file with its rows in another order; why that is not possible, if so."""
    if census.suffix in PARQUET:
        return _shuffle_parquet(warehouse, census, into)
    if census.suffix in TEXT:
        return _shuffle_text(census, into)
    known = ", ".join((*PARQUET, *TEXT))
    return f"the rows of {census.name} cannot be shuffled: the judge knows {known}"


def _shuffle_parquet(warehouse: Warehouse, census: Path, into: Path) -> str:
    source = literal(str(census))
    warehouse.rows(
        f"COPY (SELECT * EXCLUDE (file_row_number) FROM read_parquet({source}, file_row_number = true) "
        f"ORDER BY hash(file_row_number, {SEED}), file_row_number) TO {literal(str(into))} (FORMAT parquet)"
    )
    sources = [f"read_parquet({literal(str(path))})" for path in (census, into)]
    columns = warehouse.columns(sources[0])
    pairing = Pairing("census", Relation(), sources[0], sources[1], columns)
    if warehouse.columns(sources[1]) != columns or count_unmatched(warehouse, pairing):
        raise InternalError(f"{census.name}: shuffling its rows changed them")
    rows = warehouse.number(f"SELECT count(*) FROM {sources[0]}")
    return _same_order(rows) if prove_in_order(warehouse, pairing) else ""


def _shuffle_text(census: Path, into: Path) -> str:
    header, *rows = census.read_bytes().splitlines(keepends=True) or [b""]
    if any(line.count(b'"') % 2 for line in rows):
        return f"the rows of {census.name} cannot be shuffled line by line: some reach over several lines"
    if rows and not rows[-1].endswith((b"\n", b"\r")):
        rows[-1] += header[len(header.rstrip(b"\r\n")) :]
    shuffled = random.Random(SEED).sample(rows, len(rows))
    into.write_bytes(b"".join((header, *shuffled)))
    if Counter(into.read_bytes().splitlines(keepends=True)[1:]) != Counter(rows):
        raise InternalError(f"{census.name}: shuffling its rows changed them")
    return _same_order(len(rows)) if shuffled == rows else ""


def _same_order(rows: int) -> str:
    return f"the order of the {rows:,} rows of the census cannot be changed"
