"""Where the system offers less, or more, than Linux usually does."""

import os
from pathlib import Path

import pytest

from harness.supervisor.cgroup import make_group
from harness.supervisor.reaping import Reaper
from tests.supervisor.driving import MIB, WORKLOADS, Driver


def test_psutil_sees_memory_and_says_what_it_cannot_know(driver: Driver) -> None:
    record = driver.run(*WORKLOADS, "parallel", method="psutil")
    memory = record["memory"]
    assert (memory["method"], memory["peak_pss"], memory["pss_samples"]) == ("psutil", None, 0)
    assert 40 * MIB < memory["lower"] < 52 * MIB
    assert 4 * 40 * MIB < memory["upper"] < 4 * 40 * MIB + 5 * 12 * MIB
    assert record["io"] == dict.fromkeys(record["io"])
    assert record["noise"]["run_queue_share"] is None
    assert record["noise"]["least_available_bytes"] > 0
    assert record["exit_code"] == 0


def test_psutil_ends_a_tree_and_its_known_orphans(driver: Driver) -> None:
    record = driver.run("sh", "-c", "(setsid sleep 60 & sleep 0.4) & sleep 60 & sleep 60", method="psutil", timeout=0.8)
    assert record["killed_by"] == "timeout"
    assert driver.living() == []


def test_psutil_decides_on_the_sum_of_the_rss(driver: Driver) -> None:
    record = driver.run(*WORKLOADS, "shared", method="psutil", max_memory=400 * MIB)
    assert record["killed_by"] == "memory"


def test_without_pidfd_the_end_of_the_command_is_polled_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", "sleep 0.1; exit 3"], {})
    reaper = Reaper(pid)
    assert not reaper.wait(0)
    assert reaper.exit_code is None
    assert reaper.wait(30)
    assert reaper.exit_code == 3


@pytest.fixture
def cgroups(tmp_path: Path) -> Path:
    """Files such as the kernel shows for cgroups; this process is in /user/session."""
    (tmp_path / "membership").write_text("1:name=systemd:/x\n0::/user/session\n")
    (tmp_path / "user" / "session").mkdir(parents=True)
    for folder in ("user", "user/session"):
        (tmp_path / folder / "cgroup.subtree_control").write_text("cpu pids")
    return tmp_path


@pytest.mark.parametrize("parent", ["user/session", "user"])
def test_a_group_is_made_where_its_memory_can_be_limited(cgroups: Path, parent: str) -> None:
    (cgroups / parent / "cgroup.subtree_control").write_text("cpu memory pids\n")
    group = make_group(1000, cgroups, cgroups / "membership")
    assert group is not None
    path = cgroups / parent / f"supervisor-{os.getpid()}"
    assert (path / "memory.max").read_text() == "1250"
    assert (path / "memory.oom.group").read_text() == "1"
    group.enter()
    assert (path / "cgroup.procs").read_text() == str(os.getpid())
    assert not group.was_limited()
    (path / "memory.events").write_text("low 0\nmax 7\noom 1\noom_kill 5\n")
    assert group.was_limited()


def test_no_group_is_made_elsewhere(cgroups: Path) -> None:
    assert make_group(1000, cgroups, cgroups / "membership") is None
    assert make_group(1000, cgroups, cgroups / "nothing") is None
    assert [path.name for path in (cgroups / "user").iterdir() if path.is_dir()] == ["session"]


def test_asking_for_a_group_never_fails(driver: Driver) -> None:
    record = driver.run("true", cgroup="auto", max_memory=100 * MIB)
    assert (record["exit_code"], record["killed_by"]) == (0, None)
