"""What the tests of the foreign simulator share."""

from pathlib import Path

import pytest

from tests.foreign.judging import Judge, Outcome


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """The judge in a directory of its own."""
    return Judge(tmp_path)


@pytest.fixture(scope="session")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Path]:
    directory = tmp_path_factory.mktemp("pension")
    outcome = Judge(directory).run("--keep-databases")
    return outcome, max((directory / "out").glob("*Z-*"))


@pytest.fixture(scope="session")
def equal(_kept: tuple[Outcome, Path]) -> Outcome:
    """What the judge says when nothing is wrong."""
    return _kept[0]


@pytest.fixture(scope="session")
def results(_kept: tuple[Outcome, Path]) -> tuple[Path, Path]:
    """The results of batch and stream; to be copied, never changed."""
    return _kept[1] / "batch" / "result", _kept[1] / "stream" / "result"
