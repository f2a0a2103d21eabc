"""A command that resists: `python hostile.py READY` writes the file READY when all its processes are there.

It ignores every signal that can be ignored. Two children do the same, one child has a session of its own, one is a
daemon that has no parent any more, one starts two more processes every 10 ms, one of them in a session of its own,
and one lives in a new process every other millisecond.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path


def start(program: Callable[[], None]) -> None:
    """Run it in a child that never comes back."""
    if os.fork() == 0:
        program()
        while True:
            time.sleep(60)


def multiply() -> None:
    """Start processes without end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        start(pass_by)
        start(pass_by_elsewhere)
        time.sleep(0.01)


def hop() -> None:
    """Go on in a child, and end, without end."""
    while os.fork() == 0:
        time.sleep(0.002)
    os._exit(0)


def pass_by() -> None:
    """Be there for a moment."""
    time.sleep(0.3)
    os._exit(0)


def pass_by_elsewhere() -> None:
    """Be there for a moment, in a session of its own."""
    os.setsid()
    pass_by()


def resist() -> None:
    """Do nothing but be there."""


def hide() -> None:
    """Become a daemon."""
    os.setsid()
    if os.fork() != 0:
        os._exit(0)


for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}:
    signal.signal(number, signal.SIG_IGN)
for program in (resist, resist, os.setsid, hide, multiply, hop):
    start(program)
time.sleep(0.05)
Path(sys.argv[1]).write_text("ready")
while True:
    time.sleep(60)
