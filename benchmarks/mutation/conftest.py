"""mutmut names the tests of a mutant in any order: here they run in that of suites.toml, cheap ones first."""

import os

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests, so that most mutants are caught before a whole comparison is made."""
    order = os.environ["CODE_MUTANTS_TESTS"].split()
    items.sort(key=lambda item: order.index(item.path.name))
