"""Running the supervisor as its users do."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SUPERVISOR = [sys.executable, "-P", "-S", str(ROOT / "scripts" / "harness" / "supervisor" / "__main__.py")]
PYTHON = [sys.executable, "-I", "-S"]  # small and quick to start
WORKLOADS = [*PYTHON, str(Path(__file__).with_name("workloads.py"))]
HOSTILE = [*PYTHON, str(Path(__file__).with_name("hostile.py"))]
MIB = 1 << 20
MARKER = "SUPERVISOR_TEST"


@dataclass
class Driver:
    """A folder, and a mark in the environment of all that is started from here."""

    folder: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __post_init__(self) -> None:
        self.record = self.folder / "record.json"

    @property
    def log(self) -> Path:
        """Where the output is written, if asked for."""
        return self.folder / "run.log"

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the command has, whatever it does."""
        return dict(os.environ) | {MARKER: self.mark}

    def command(self, *command: str | Path, **options: object) -> list[str]:
        """The command line; `max_log=1` is `--max-log=1`."""
        flags = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
        return [*SUPERVISOR, f"--record={self.record}", *flags, "--", *map(str, command)]

    def start(self, *command: str | Path, **options: object) -> subprocess.Popen[str]:
        """Start without waiting."""
        return subprocess.Popen(
            self.command(*command, **options),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command: str | Path, **options: object) -> dict[str, Any]:
        """Run to the end; the record."""
        return self.finish(self.start(*command, **options))

    def finish(self, supervisor: subprocess.Popen[str], exit_code: int = 0) -> dict[str, Any]:
        """Wait for the end; the record."""
        output = supervisor.communicate(timeout=60)
        assert supervisor.returncode == exit_code, output
        content = json.loads(self.record.read_text())
        assert isinstance(content, dict)
        return content

    def living(self) -> list[int]:
        """The processes that bear the mark and are no zombies."""
        return [pid for pid in processes() if f"{MARKER}={self.mark}".encode() in environment_of(pid) and runs(pid)]

    @contextmanager
    def clean(self) -> Iterator[None]:
        """Whatever happens inside, leave nothing behind."""
        try:
            yield
        finally:
            for pid in self.living():
                os.kill(pid, 9)


def processes() -> list[int]:
    """All of the machine."""
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def environment_of(pid: int) -> bytes:
    """What a process was started with."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def runs(pid: int) -> bool:
    """Whether it is there, and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until(happened: Callable[[], object]) -> None:
    """Wait for something that must happen."""
    until = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)
