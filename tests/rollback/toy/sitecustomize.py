"""Kills the rollback at a chosen change to the system. Python imports this by itself; nothing in rollback/ knows of it.

An audit hook sees every file that is opened for writing, every rename, removal and started program. They are counted
anew after each line of the journal. FAULT is "record FILE", or "kill STEP EVENT NUMBER": the process kills itself right
before the change of that number that follows the line of STEP with EVENT.
"""

import itertools
import os
import signal
import sys
from pathlib import Path

CHANGES = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod", "subprocess.Popen"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Faults:
    def __init__(self, order: str, root: Path) -> None:
        self.kind, *self.where = order.split(" ", 3)
        self.root = root
        self.last, self.count, self.busy = ("start", "done"), 0, False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.busy or not self._changes(event, arguments):
            return
        self.busy = True
        try:
            self._note(event, arguments)
        finally:
            self.busy = False

    def _changes(self, event: str, arguments: tuple[object, ...]) -> bool:
        if event == "open":
            return isinstance(arguments[2], int) and bool(arguments[2] & WRITING) and arguments[0] != "/dev/null"
        return event in CHANGES

    def _note(self, event: str, arguments: tuple[object, ...]) -> None:
        import json

        journals = sorted(self.root.glob(".git/rollback/runs/*/journal.jsonl"))
        lines = journals[-1].read_bytes().split(b"\n")[:-1] if journals else []
        entry = json.loads(lines[-1]) if lines else {"step": "start", "event": "done"}
        position = (entry["step"], entry["event"])
        self.count = self.count + 1 if position == self.last else 1
        self.last = position
        if self.kind == "record":
            with Path(self.where[0]).open("a") as file:
                file.write(json.dumps([*position, self.count, event, str(arguments[0])]) + "\n")
        elif [*position, str(self.count)] == self.where:
            os.kill(os.getpid(), signal.SIGKILL)


def run_backwards() -> None:
    """Set the clock back by an hour at every look."""
    import datetime as dt

    now = dt.datetime.now
    hours = itertools.count(1)

    class Backwards(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Backwards":
            then = now(tz) - dt.timedelta(hours=next(hours))
            return cls(*then.timetuple()[:6], tzinfo=tz)

    dt.datetime = Backwards  # type: ignore[misc]


if "rollback.tools" in sys.orig_argv:
    if "FAULT" in os.environ:
        sys.addaudithook(Faults(os.environ["FAULT"], Path(sys.orig_argv[sys.orig_argv.index("--root") + 1])))
    if "CLOCK_RUNS_BACKWARDS" in os.environ:
        run_backwards()
