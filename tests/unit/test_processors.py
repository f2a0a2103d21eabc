"""How many processors a process may use, by folders as the kernel lays them out."""

import os
from pathlib import Path

import pytest

from harness.processors import available_processors

PINNED = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine(folder: Path, membership: str, **files: str) -> tuple[Path, Path]:
    """Folders of cgroups, with dots for slashes in the names of the files, and what a process is a member of."""
    root = folder / "cgroup"
    for name, content in files.items():
        path = root.joinpath(*name.split("__"))
        path = path.with_name(path.name.replace("_dot_", "."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    listed = folder / "membership"
    listed.write_text(membership)
    return root, listed


@pytest.mark.parametrize(
    ("membership", "files"),
    [
        ("0::/\n", {"cpu_dot_max": "50000 100000\n"}),  # half a processor is one
        ("0::/job/step\n", {"job__step__cpu_dot_max": "100000 100000\n", "job__cpu_dot_max": "max 100000\n"}),
        ("0::/job/step\n", {"job__step__cpu_dot_max": "max 100000\n", "job__cpu_dot_max": "90000 100000\n"}),
        (
            "4:memory:/\n3:cpu,cpuacct:/job\n",
            {"cpu__job__cpu_dot_cfs_quota_us": "100000\n", "cpu__job__cpu_dot_cfs_period_us": "100000\n"},
        ),
    ],
)
def test_the_quota_of_a_container_counts(membership: str, files: dict[str, str], tmp_path: Path) -> None:
    assert available_processors(*machine(tmp_path, membership, **files)) == 1


@pytest.mark.parametrize(
    ("membership", "files"),
    [
        ("", {}),
        ("0::/\n", {}),
        ("0::/\n", {"cpu_dot_max": "max 100000\n"}),
        ("0::/\n", {"cpu_dot_max": "nonsense\n"}),
        ("0::/\n", {"cpu_dot_max": "1000000000 100000\n"}),  # more than there are
        ("3:cpu:/\n", {"cpu__cpu_dot_cfs_quota_us": "-1\n", "cpu__cpu_dot_cfs_period_us": "100000\n"}),
    ],
)
def test_without_a_quota_the_processors_that_the_process_is_pinned_to(
    membership: str, files: dict[str, str], tmp_path: Path
) -> None:
    assert available_processors(*machine(tmp_path, membership, **files)) == PINNED


def test_where_there_are_no_cgroups(tmp_path: Path) -> None:
    assert available_processors(tmp_path / "none", tmp_path / "neither") == PINNED
