"""Other processes at the database: one that holds it open, one that is killed, one that comes and goes."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PYTHON = sys.executable
Leave = Callable[[Path], None]
INSERT = "insert into fct_yearly_events select 1000000 + i, 'late', 1 from range(10) t(i)"

_HOLD = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""
# Autocommit without a checkpoint: after kill -9 the rows stand in the write-ahead log only.
_DIE = """
import duckdb, os, signal, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("set checkpoint_threshold = '1TB'")
connection.execute(sys.argv[2])
os.kill(os.getpid(), signal.SIGKILL)
"""
_WRITE = """
import duckdb, sys
with duckdb.connect(sys.argv[1]) as connection:
    connection.execute(sys.argv[2])
"""
# Every transaction writes its rows and how many there are then: a copy in which the two differ is none.
_COME_AND_GO = """
import duckdb, random, sys, time
random.seed(1)
while True:
    try:
        with duckdb.connect(sys.argv[1]) as connection:
            connection.execute("set checkpoint_threshold = '64KB'")
            for _ in range(random.randrange(1, 6)):
                connection.execute("begin")
                connection.execute("insert into pile select range, md5(range::varchar) from range(200)")
                connection.execute("insert into tally select count(*) from pile")
                connection.execute("commit")
                time.sleep(random.random() * 0.02)
    except duckdb.Error:
        pass
    time.sleep(random.random() * 0.06)
"""


@contextmanager
def holding_open(database: Path) -> Iterator[None]:
    """Somebody has the database open for writing meanwhile."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    assert process.stdout.readline() == "open\n"
    try:
        yield
    finally:
        process.communicate("")


@contextmanager
def holding_lock(lock: Path) -> Iterator[None]:
    """A run of the simulator is going on: it holds this file."""
    program = (
        "import fcntl, sys; file = open(sys.argv[1], 'a'); fcntl.lockf(file, fcntl.LOCK_EX); print('held', flush=True)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", f"{program}; sys.stdin.read()", str(lock)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    try:
        yield
    finally:
        process.communicate("")


@contextmanager
def coming_and_going(database: Path) -> Iterator[None]:
    """Somebody writes now and then meanwhile."""
    process = subprocess.Popen([sys.executable, "-c", _COME_AND_GO, str(database)])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def write(database: Path, sql: str = INSERT) -> None:
    """Somebody writes, and closes the database."""
    subprocess.run([sys.executable, "-c", _WRITE, str(database), sql], check=True)


def write_and_die(database: Path, sql: str = INSERT) -> None:
    """Somebody writes, and is killed; what he wrote is in the write-ahead log."""
    finished = subprocess.run([sys.executable, "-c", _DIE, str(database), sql], check=False)
    assert finished.returncode == -9
    assert database.with_name(database.name + ".wal").stat().st_size > 0
