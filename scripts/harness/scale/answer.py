"""What a run left behind: the right mode's mark, a digest of what it computed, and the times of its parts."""

import hashlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from harness.parity.checks import Status
from harness.parity.portable import alone, seal_groups
from harness.parity.provenance import Testimony
from harness.scale.parts import Parts, read_parts
from harness.side import Side
from harness.target import Target
from harness.warehouse import Warehouse

MEMORY_LIMIT = "2GB"


@dataclass(frozen=True)
class Answer:
    """`digests` by relation; `objection` says why the result is not of the run that was asked for."""

    digests: Mapping[str, str]
    parts: Parts
    objection: str = ""


def read_answer(target: Target, side: Side, spill: Path) -> Answer:
    """Ask a result; a faster run that computed less must not count as fast.

    Raises:
        DatabaseError: it cannot be read as the target promises.
    """
    with closing(Warehouse(spill, MEMORY_LIMIT)) as warehouse:
        warehouse.attach(side.name, side.place, target.result.relations_in)
        testimony = Testimony(warehouse, target)
        checks = [*testimony.check_witness(side, fault="not witnessed"), *testimony.check_provenance((side,))]
        failed = [check for check in checks if check.status is Status.FAILED]
        if failed:
            return Answer({}, {}, failed[0].detail)
        found = warehouse.relations(side.name, target.result.relations_in)
        digests = {name: _digest(warehouse, target, name, found[name]) for name in target.relations if name in found}
        return Answer(digests, read_parts(warehouse, target, side))


def _digest(warehouse: Warehouse, target: Target, name: str, source: str) -> str:
    """Rows and a fingerprint that is the same in every version of DuckDB."""
    seals = seal_groups(warehouse, alone(warehouse, name, target.relations[name], source))
    rows = sum(seal.rows for seal in seals.values())
    text = repr(sorted((str(group), seal.rows, seal.digest) for group, seal in seals.items()))
    return f"{rows} rows, {hashlib.sha256(text.encode()).hexdigest()[:16]}"
