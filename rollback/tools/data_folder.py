"""The Parquet files that a database reads through views lie in a folder beside it: DATABASE.data."""

from pathlib import Path

from rollback.tools.errors import VerificationError
from rollback.tools.files import Tick, beside, copy, digest, read_json, write_json

LIST = "data.json"


def keep(database: Path, folder: Path, tick: Tick) -> None:
    """Copy the files, and write down what they are."""
    source = beside(database, ".data")
    sums: dict[str, str] = {}
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        name = str(path.relative_to(source))
        _copy(path, folder / "data" / name, tick)
        sums[name] = digest(path, tick)
    write_json(folder / LIST, sums)


def give_back(database: Path, folder: Path, tick: Tick) -> None:
    """Put back the files that are missing or differ.

    Raises:
        VerificationError: the kept copy is corrupt.
    """
    target = beside(database, ".data")
    for name, sha256 in read_json(folder / LIST).items():
        path, kept = target / name, folder / "data" / name
        if path.is_file() and digest(path, tick) == sha256:
            continue
        if not kept.is_file() or digest(kept, tick) != sha256:
            raise VerificationError(f"{kept}: sha256 differs: this backup is corrupt")
        _copy(kept, path, tick)


def _copy(source: Path, target: Path, tick: Tick) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    copy(source, target, tick)
