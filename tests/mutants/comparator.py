"""Mutants: the judge itself breaks, or sees nothing."""

from collections.abc import Callable

from tests.mutants.expectations import Expected, Refused, Unjudged
from tests.mutants.mutant import Staged
from tests.mutants.options import CENT
from tests.mutants.sql import EVENTS, rebuilt
from tests.mutants.stage import Arguments, Stage

FAMILY = "comparator"
# Python reads sitecustomize.py before anything else. This one stands between the judge and DuckDB.
BETWEEN = """
import os, duckdb
connect = duckdb.connect

class Between:
    def __init__(self):
        self.real, self.kept = connect(), None

    def execute(self, sql, *more):
        self.kept = None
        self.real.execute(sql, *more)
        if "{word}" in sql:
            {fault}
        return self

    def fetchall(self):
        return self.real.fetchall() if self.kept is None else self.kept

    def __getattr__(self, name):
        return getattr(self.real, name)

duckdb.connect = Between
"""
PROOF, FINGERPRINT = "POSITIONAL JOIN", "bit_xor"
SEES_NO_VALUE = "self.kept = [(0,)]"
SEES_NO_HASH = "self.kept = [(*row[:3], *[0] * (len(row) - 3)) for row in self.real.fetchall()]"
SEES_GHOSTS = "self.kept = [(*row[:3], *[id(row)] * (len(row) - 3)) for row in self.real.fetchall()]"
IN_ANOTHER_ORDER = rebuilt(EVENTS, f"FROM {EVENTS} ORDER BY event_id DESC")


def _broken(word: str, fault: str, change: str = CENT, *arguments: str) -> Callable[[Stage], Arguments]:
    """Compare a pair, with something between the judge and DuckDB."""

    def prepare(stage: Stage) -> Arguments:
        stage.write("sitecustomize.py", BETWEEN.replace("{word}", word).replace("{fault}", fault))
        stage.environment["PYTHONPATH"] = str(stage.folder)
        return (*stage.compare(candidate=stage.candidate("plain", change)), *arguments)

    return prepare


def _unloadable(stage: Stage) -> Arguments:
    stage.write("duckdb.py", "raise ImportError('not for this machine')")
    stage.environment["PYTHONPATH"] = str(stage.folder)
    return stage.compare()


def _breaks(name: str, fault: str, expected: Expected) -> Staged:
    return Staged(name, FAMILY, _broken(PROOF, fault), expected)


COMPARATOR = [
    _breaks("it crashes", "raise RuntimeError('a defect')", Unjudged(text="a defect", finding="ERROR")),
    _breaks("it runs out of memory", "raise MemoryError('no more')", Unjudged(text="no more", finding="ERROR")),
    _breaks("it is interrupted", "raise KeyboardInterrupt", Unjudged(text="", finding="INTERRUPTED", exit_code=130)),
    _breaks("it is killed", "os.kill(os.getpid(), 9)", Refused("", exit_code=-9)),
    _breaks("it compares no values", SEES_NO_VALUE, Unjudged("negative-controls", EVENTS, "not noticed")),
    Staged("its fingerprint sees nothing", FAMILY, _broken(FINGERPRINT, SEES_NO_HASH),
           Unjudged(text="the fingerprints agree, but the rows differ", finding="ERROR")),
    Staged("its fingerprint sees nothing and decides", FAMILY,
           _broken(FINGERPRINT, SEES_NO_HASH, CENT, "--proof", "fingerprint"),
           Unjudged("negative-controls", EVENTS, "not noticed")),
    Staged("its fingerprint sees ghosts", FAMILY, _broken(FINGERPRINT, SEES_GHOSTS, IN_ANOTHER_ORDER),
           Unjudged(text="the fingerprints differ, but all rows are equal", finding="ERROR")),
    Staged("it cannot be loaded", FAMILY, _unloadable, Refused("not for this machine")),
]  # fmt: skip
