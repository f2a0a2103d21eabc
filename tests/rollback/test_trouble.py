"""A full disk, a read-only folder, signals, a second operator, a clock that is set back."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.rollback.checkout import Checkout
from tests.rollback.conftest import Stage, copied

DISK_IS_FULL = ("No space left on device", "Out of diskspace")  # the second is how git says it of an index
EXECUTE = ("execute", "--yes", "--snapshot-dirty")


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """A small file system of one's own."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting a tmpfs needs root and its privileges")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Take all that is free."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1 << 16))
    return filler


def test_a_disk_that_is_too_small_is_found_before_anything_is_done(stage: Stage, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "size=40m"):
        checkout = copied(Checkout(stage.dirty), disk / "repository")
        assert "MB needed; make room" in checkout.refusal(70, "execute", "--yes", "--snapshot-dirty")
        assert checkout.picture() == stage.before


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "step",
    ["backup", "switch", *(pytest.param(step, marks=SLOW) for step in ("check_rehearsal", "stage", "flag"))],
)
def test_a_disk_that_fills_up_amid_a_step_costs_nothing(stage: Stage, tmp_path: Path, step: str) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "size=200m"):
        checkout = copied(Checkout(stage.dirty), disk / "repository")
        checkout("execute", "--yes", "--snapshot-dirty", FAULT=f"kill {step} begin 1")
        filler = fill(disk)
        for verb in ("resume", "restore"):
            finished = checkout(verb, "--yes")
            assert finished.returncode in {0, 71}, finished  # what needs no room may succeed
            assert finished.returncode == 0 or any(words in finished.stderr for words in DISK_IS_FULL)
        filler.unlink()
        checkout.succeeds("restore", "--yes")
        assert checkout.picture() == stage.before


def test_a_folder_that_cannot_be_written_is_refused_in_one_line(checkout: Checkout) -> None:
    before = checkout.picture()
    with mounted(checkout.state, "ro"):
        assert "cannot be written" in checkout.refusal(70, "execute", "--yes")
        checkout.succeeds("validate")
    assert checkout.picture() == before


def started_and_simulating(checkout: Checkout, tmp_path: Path) -> tuple[subprocess.Popen[str], int]:
    """A rollback whose simulation takes long, and the process of that."""
    note = tmp_path / "simulating"
    process = checkout.start("execute", "--yes", "--snapshot-dirty", TOY_SLEEP=str(note))
    until = time.monotonic() + 60
    while not note.exists() or not note.read_text():
        assert time.monotonic() < until, process.communicate()
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    return process, int(note.read_text())


def assert_gone(pid: int) -> None:
    until = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_it_and_its_simulation_in_one_line(
    dirty: Checkout, tmp_path: Path, number: int, code: int
) -> None:
    before = dirty.picture()
    process, simulation = started_and_simulating(dirty, tmp_path)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code
    assert said.splitlines()[-1] == "rollback: interrupted; see: status"
    assert_gone(simulation)
    assert dirty.picture() == before
    dirty.succeeds("resume", "--yes")
    dirty.assert_rolled_back()


def test_kill_9_ends_the_simulation_too(dirty: Checkout, tmp_path: Path) -> None:
    process, simulation = started_and_simulating(dirty, tmp_path)
    process.kill()
    process.communicate()
    assert_gone(simulation)
    dirty.succeeds("resume", "--yes")
    dirty.assert_rolled_back()


def test_a_second_operator_is_told_who_is_at_it(checkout: Checkout, tmp_path: Path) -> None:
    process, _ = started_and_simulating(checkout, tmp_path)
    for verb in ("execute", "drill", "restore", "resume", "prune"):
        line = checkout.refusal(75, verb, "--yes")
        assert '"verb": "execute"' in line
        assert str(process.pid) in line
    assert "is rehearsing" in checkout.succeeds("status")
    process.terminate()
    process.communicate(timeout=60)


def test_two_operators_at_the_same_moment_make_one_rollback(checkout: Checkout) -> None:
    both = [checkout.start("execute", "--yes") for _ in range(2)]
    ended = sorted(process.wait(timeout=120) for process in both)
    for process in both:
        process.communicate()
    assert ended in ([0, 75], [0, 0])  # the second may come late enough to find all done
    checkout.assert_rolled_back()
    assert len(json.loads(checkout.succeeds("status", "--json"))["runs"]) == 1


@pytest.mark.parametrize("before", ["snapshot begin", pytest.param("stage done", marks=SLOW)])
def test_a_commit_that_is_being_written_is_not_robbed_of_its_lock(dirty: Checkout, before: str) -> None:
    dirty(*EXECUTE, FAULT=f"kill {before} 1")
    editor = dirty.variables({"GIT_EDITOR": "sleep 60 #"})
    commit = subprocess.Popen(["git", "commit", "-a"], cwd=dirty.root, env=editor, start_new_session=True)
    lock = dirty.root / ".git" / "index.lock"
    try:
        until = time.monotonic() + 20
        while not lock.exists():
            assert time.monotonic() < until
            time.sleep(0.02)
        line = dirty.refusal(70, "resume", "--yes")
        assert f"git is at work here (process {commit.pid})" in line
        assert lock.exists()
        assert dirty.git("branch", "--show-current") == "main"
    finally:
        os.killpg(commit.pid, signal.SIGKILL)
        commit.wait()
    finished = dirty("resume", "--yes")  # now it is a lock that a killed git has left
    assert finished.returncode == 0
    assert "left by a git that was killed; removed" in finished.stderr
    dirty.assert_rolled_back()


def test_file_names_may_hold_any_byte(checkout: Checkout) -> None:
    for name in (b"caf\xe9.csv", b"caf\xe9.local"):
        (checkout.root / os.fsdecode(name)).write_bytes(name)
    before = checkout.picture()
    assert r"caf\udce9.csv" in checkout.succeeds("validate")
    assert r"caf\udce9.csv" in checkout.refusal(70, "execute", "--yes")
    checkout.succeeds("execute", "--yes", "--snapshot-dirty")
    assert not (checkout.root / os.fsdecode(b"caf\xe9.csv")).exists()
    checkout.succeeds("restore", "--yes")
    assert checkout.picture() == before


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [("plan.json", b"", 70), ("plan.json", b"{}\n", 70), ("journal.jsonl", b"\xff{\n", 71), ("snapshot.json", b"", 71)],
)
def test_a_damaged_file_of_a_run_is_named_in_one_line(stage: Stage, file: str, content: bytes, code: int) -> None:
    checkout = stage.set(stage.rolled_back)
    (checkout.newest() / file).write_bytes(content)
    verbs: list[tuple[str, ...]] = (
        [("restore", "--yes")] if file == "snapshot.json" else [("status",), ("execute", "--yes")]
    )
    for verb in verbs:
        finished = checkout(*verb)
        assert finished.returncode == code
        last = finished.stderr.splitlines()[-1]
        assert last.startswith("rollback: ")
        assert file in last


def test_a_clock_that_runs_backwards_changes_nothing(stage: Stage) -> None:
    checkout = stage.set(stage.dirty)
    checkout.succeeds("drill")
    checkout.succeeds("execute", "--yes", "--snapshot-dirty", CLOCK_RUNS_BACKWARDS="1")
    checkout.assert_rolled_back()
    checkout.succeeds("restore", "--yes", CLOCK_RUNS_BACKWARDS="1")
    assert checkout.picture() == stage.before
    assert checkout.status()["condition"] == "restored"


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(8))
def test_git_itself_may_be_killed_amid_the_switch(stage: Stage, moment: int) -> None:
    checkout = stage.set(stage.dirty)
    add_many_files(checkout)
    before = checkout.picture()
    checkout("execute", "--yes", "--snapshot-dirty", FAULT="kill stage done 1")
    process = subprocess.Popen(
        [str(checkout.script), "resume", "--yes"],
        cwd=checkout.root,
        env=checkout.variables({}),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    journal = checkout.newest() / "journal.jsonl"
    while process.poll() is None and '"switch"' not in journal.read_text():
        time.sleep(0.001)
    time.sleep(0.02 * moment)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if moment % 2:
        checkout.succeeds("resume", "--yes")
        checkout.assert_rolled_back()
    checkout.succeeds("restore", "--yes")
    assert checkout.picture() == before


def add_many_files(checkout: Checkout) -> None:
    """So that switching takes long enough to be killed in."""
    shutil.rmtree(checkout.root / "many", ignore_errors=True)
    (checkout.root / "many").mkdir()
    for number in range(3000):
        (checkout.root / "many" / f"{number}.txt").write_text(f"{number}\n")
    checkout.git("add", "many")
    checkout.git("commit", "--quiet", "--message", "many", "--", "many")
