"""What the tests of the supervisor share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.supervisor.driving import Driver


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[Driver]:
    """A supervisor in an empty folder."""
    driver = Driver(tmp_path)
    with driver.clean():
        yield driver
