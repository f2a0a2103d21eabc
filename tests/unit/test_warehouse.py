"""Questions to results that a signal cuts short."""

from contextlib import closing
from pathlib import Path

import pytest

from harness.warehouse import Warehouse


class Cut:
    """A connection of which each query is cut short, with what DuckDB 2.0 was seen to raise after SIGTERM."""

    def execute(self, sql: str) -> None:
        raise RuntimeError("Query interrupted")


def test_a_signal_amid_a_query_is_an_interruption(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Warehouse(tmp_path, "1GB")) as warehouse, monkeypatch.context() as patch:
        patch.setattr(warehouse, "_connection", Cut())
        with pytest.raises(KeyboardInterrupt):
            warehouse.rows("SELECT 1")
