"""The journal of a run: one fsynced JSON line per event. What was done, and what is left to do, is derived from it."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rollback.tools.errors import StepError
from rollback.tools.files import as_json, sync

BEGIN, DONE, FAILED = "begin", "done", "failed"


@dataclass(frozen=True)
class Entry:
    """One line."""

    at: str
    step: str
    event: str
    milliseconds: int
    details: dict[str, Any]


class Journal:
    """Grows only. The order of the lines counts, never their time: a clock may be set back."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, step: str, event: str, milliseconds: int = 0, details: dict[str, Any] | None = None) -> None:
        """Add a line; it is on the disk when this returns."""
        fields = {"at": f"{datetime.now(UTC):%FT%TZ}", "step": step, "event": event, "ms": milliseconds}
        line = as_json({**fields, "details": details or {}})
        is_new = not self.path.exists()
        with self.path.open("x+b" if is_new else "r+b") as file:
            self._cut_torn_line(file.fileno())
            file.seek(0, os.SEEK_END)
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync(self.path.parent)

    def entries(self) -> list[Entry]:
        """All whole lines."""
        return list(self._read())

    def done(self, step: str) -> bool:
        """Whether the step has come to its end."""
        return any(entry.step == step and entry.event == DONE for entry in self._read())

    def begun(self, step: str) -> bool:
        """Whether the step was ever started: then it may have done anything from nothing to all."""
        return any(entry.step == step for entry in self._read())

    def details(self, step: str) -> dict[str, Any]:
        """What the finished step has left for later ones; empty before."""
        found = [entry.details for entry in self._read() if entry.step == step and entry.event == DONE]
        return found[-1] if found else {}

    def _read(self) -> Iterator[Entry]:
        if not self.path.exists():
            return
        whole, _newline, _torn = self.path.read_bytes().rpartition(b"\n")
        for number, line in enumerate(filter(None, whole.split(b"\n")), 1):
            try:
                fields = json.loads(line)
                entry = Entry(fields["at"], fields["step"], fields["event"], fields["ms"], fields["details"])
            except (ValueError, KeyError, TypeError) as error:
                raise StepError(f"{self.path}: line {number} is damaged ({error})") from error
            yield entry

    def _cut_torn_line(self, descriptor: int) -> None:
        """A power cut may leave a last line without its end: it never happened."""
        content = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
        os.ftruncate(descriptor, content.rfind(b"\n") + 1)
