"""What the parity tests share."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harness.warehouse import Warehouse
from tests.parity.explaining import Lab
from tests.parity.judging import Judge, Outcome


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the fake simulator keeps the results that are right."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def judge(tmp_path: Path, store: Path) -> Judge:
    """The judge of the fake simulator."""
    return Judge(tmp_path, store)


@pytest.fixture(scope="session")
def equal(tmp_path_factory: pytest.TempPathFactory, store: Path) -> Outcome:
    """What the judge says when nothing is wrong."""
    return Judge(tmp_path_factory.mktemp("equal"), store)()


@pytest.fixture(scope="session")
def cent(tmp_path_factory: pytest.TempPathFactory, store: Path) -> Outcome:
    """What the judge says when one cent of the last event is wrong."""
    return Judge(tmp_path_factory.mktemp("cent"), store)("cent")


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Two databases that no other test fills; modules whose tests share tables have one of their own."""
    with closing(Warehouse(tmp_path, "1GB")) as opened:
        yield Lab(opened)
