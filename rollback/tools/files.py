"""Files that are whole or absent, and known by their content."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rollback.tools.errors import StepError

CHUNK = 1 << 23

Tick = Callable[[], None]


def sync(path: Path) -> None:
    """Make a file, or the names in a folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part. Its mode is kept, or set."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is None and path.exists():
            mode = path.stat().st_mode & 0o7777
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync(path.parent)


def as_json(document: object, indent: int | None = None) -> bytes:
    """Readable UTF-8; a byte of a file name that is none becomes the escape that reads as the same byte again."""
    return (json.dumps(document, indent=indent, ensure_ascii=False) + "\n").encode(errors="backslashreplace")


def write_json(path: Path, document: object) -> None:
    """Write a JSON file, whole."""
    write_whole(path, as_json(document, indent=2))


def read_json(path: Path) -> Any:  # noqa: ANN401  JSON is what it is
    """Read a JSON file.

    Raises:
        StepError: it is damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise StepError(f"{path}: is not readable JSON ({error})") from error


def digest(path: Path, tick: Tick) -> str:
    """SHA-256 of a file."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return digest_open(descriptor, tick)
    finally:
        os.close(descriptor)


def digest_open(descriptor: int, tick: Tick) -> str:
    """SHA-256 of an open file, which stays open: closing any descriptor of it would drop the locks on it."""
    sha, offset = hashlib.sha256(), 0
    while chunk := os.pread(descriptor, CHUNK, offset):
        sha.update(chunk)
        offset += len(chunk)
        tick()
    return sha.hexdigest()


def copy_open(source: int, target: Path, tick: Tick) -> None:
    """Copy an open file, which stays open, to a new file that appears whole."""
    temporary = target.with_name(f"{target.name}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        offset = 0
        while sent := os.sendfile(descriptor, source, offset, CHUNK):
            offset += sent
            tick()
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary.replace(target)
    sync(target.parent)


def copy(source: Path, target: Path, tick: Tick) -> None:
    """Copy a file to a new file that appears whole."""
    descriptor = os.open(source, os.O_RDONLY)
    try:
        copy_open(descriptor, target, tick)
    finally:
        os.close(descriptor)


def move(source: Path, target: Path, tick: Tick) -> None:
    """Move a file to another place, on another file system, too."""
    if source.stat().st_dev == target.parent.stat().st_dev:
        sync(source)
        source.replace(target)
        sync(target.parent)
    else:
        copy(source, target, tick)
        source.unlink()


def beside(path: Path, ending: str) -> Path:
    """The path with something added to its name."""
    return path.with_name(path.name + ending)


def write_ahead_log(database: Path) -> Path:
    """Where DuckDB keeps what is not in the database file yet."""
    return beside(database, ".wal")


def free_bytes(place: Path) -> int:
    """What an ordinary user can still write there."""
    status = os.statvfs(existing_parent(place))
    return status.f_bavail * status.f_frsize


def existing_parent(path: Path) -> Path:
    """The nearest folder above that exists."""
    return next(parent for parent in (path, *path.parents) if parent.is_dir())
