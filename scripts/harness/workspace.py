"""The judge's own files: one new directory per invocation, and results that appear whole or not at all."""

import json
import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from harness.errors import WorkspaceError


class Workspace:
    """A directory of its own below the output directory, or that of an earlier invocation which is gone on with.

    The reports stand in it and, as copies for those who look for the newest, in the output directory itself.
    """

    def __init__(self, output: Path, reports: tuple[str, ...], earlier: Path | None = None) -> None:
        self.output = output.resolve()
        self.directory = earlier or self.output / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}"
        try:
            self.directory.mkdir(parents=True, exist_ok=earlier is not None)
            for name in reports:  # an older report must not be taken for the one of this invocation
                (self.output / name).unlink(missing_ok=True)
        except OSError as error:
            raise WorkspaceError(
                f"--output: cannot write to {self.output}: {error.strerror}; name another directory"
            ) from None

    def subdirectory(self, name: str) -> Path:
        """A new, empty directory for one run."""
        path = self.directory / name
        path.mkdir()
        return path

    def publish(self, name: str, text: str) -> Path:
        """Write a report into the directory, and its copy into the output directory."""
        return self.publish_bytes(name, text.encode("utf-8", "backslashreplace"))

    def publish_bytes(self, name: str, content: bytes) -> Path:
        """The same for a report that is no text."""
        path = self.directory / name
        try:
            write_whole(path, content)
            write_whole(self.output / name, content)
        except OSError as error:
            raise WorkspaceError(f"cannot write {error.filename or path}: {error.strerror}") from None
        return path

    def drop(self, *paths: Path) -> None:
        """Remove what is not needed any more."""
        for path in paths:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            file.write(content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def as_json(document: Mapping[str, object]) -> str:
    """The text of a result file."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
