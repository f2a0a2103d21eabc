"""Every known kind of divergence is planted, one at a time; the gate must catch it and name where it begins."""

from dataclasses import asdict

import pytest

from harness.summary.mutants import REARRANGED
from tests.mutants import kill_table
from tests.mutants.catalogue import ALL
from tests.mutants.kill_table import Row
from tests.mutants.mutant import Mutant
from tests.mutants.stage import Stage

pytestmark = pytest.mark.mutants


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: f"{mutant.family}: {mutant.name}")
def test_it_is_caught_and_named(mutant: Mutant, stage: Stage, request: pytest.FixtureRequest) -> None:
    row = Row(mutant.name, mutant.family)
    record = asdict(row)
    request.node.user_properties.append((kill_table.PROPERTY, record))
    arguments, expected = mutant.plant(stage)
    row = row.judged(expected, stage.judge(arguments))
    record.update(asdict(row))
    assert not row.problems
    assert (row.caught, row.named) == (True, True)


def test_no_mutant_stands_twice() -> None:
    names = [(mutant.family, mutant.name) for mutant in ALL]
    assert len(names) == len(set(names))


def test_the_families_are_as_large_as_promised() -> None:
    rearranged = [mutant for mutant in ALL if mutant.family == REARRANGED]
    assert len(ALL) - len(rearranged) >= 60
    assert len(rearranged) >= 20
