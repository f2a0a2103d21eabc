"""Fixture repositories: no test of the rollback touches this checkout."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.rollback import fixture_databases
from tests.rollback.checkout import Checkout, build


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The repository that the others are copies of."""
    folder = tmp_path_factory.mktemp("rollback")
    databases = folder / "databases"
    databases.mkdir()
    fixture_databases.make(databases)
    return build(folder / "repository", databases)


@pytest.fixture
def checkout(built: Checkout, tmp_path: Path) -> Checkout:
    """A repository of one's own."""
    return copied(built, tmp_path / "repository")


@pytest.fixture
def dirty(checkout: Checkout) -> Checkout:
    """One with uncommitted work of every kind."""
    checkout.make_dirty()
    return checkout


@dataclass(frozen=True)
class Stage:
    """A repository that every test finds in one of two states, always at the same path: plans hold absolute paths."""

    checkout: Checkout
    before: dict[str, str]  # the picture of the dirty repository
    dirty: Path  # copies of the two states
    rolled_back: Path

    def set(self, state: Path) -> Checkout:
        """Bring the repository into a state."""
        shutil.rmtree(self.checkout.root, ignore_errors=True)
        return copied(Checkout(state), self.checkout.root)


@pytest.fixture(scope="session")
def stage(built: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Dirty before a rollback, and after it."""
    folder = tmp_path_factory.mktemp("stage")
    checkout = copied(built, folder / "repository")
    checkout.make_dirty()
    before = checkout.picture()
    copied(checkout, folder / "dirty")
    checkout.succeeds("execute", "--yes", "--snapshot-dirty")
    copied(checkout, folder / "rolled-back")
    return Stage(checkout, before, folder / "dirty", folder / "rolled-back")


@pytest.fixture
def rolled_back(stage: Stage) -> Checkout:
    """A repository whose work was dirty, after `execute`."""
    return stage.set(stage.rolled_back)


def copied(source: Checkout, target: Path) -> Checkout:
    """Copy a repository with everything in it."""
    shutil.copytree(source.root, target, symlinks=True)
    return Checkout(target)
