"""The file that lets one measurement at a time have the machine, whoever made it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.errors import UsageError, WorkspaceError
from harness.scale.lease import exclusive_lease, lease_file

NOBODY = 65534


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files that every user can look into."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        monkeypatch.setattr(tempfile, "tempdir", name)
        yield Path(name)


@contextmanager
def another_user() -> Iterator[None]:
    """As somebody who owns nothing here; only root can become one."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(mine)


def test_every_user_may_write_the_file(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        with exclusive_lease() as lease:
            lease.begin(folder, folder / "tree")
    finally:
        os.umask(before)
    assert lease_file().parent == folder
    assert lease_file().stat().st_mode & 0o777 == 0o666


@pytest.mark.usefixtures("folder")
def test_a_file_that_may_only_be_read_is_held_all_the_same() -> None:
    lease_file().write_text("{}")
    lease_file().chmod(0o444)
    with another_user(), exclusive_lease() as lease:
        assert lease.begin(Path("session"), Path("tree")) == 0
        with pytest.raises(UsageError, match="another measurement is running"), exclusive_lease():
            pass


@pytest.mark.usefixtures("folder")
def test_a_file_that_cannot_be_opened_is_named() -> None:
    lease_file().mkdir()
    with pytest.raises(WorkspaceError, match=f"cannot open the lease {lease_file()}: Is a directory; remove it"):
        exclusive_lease().__enter__()
