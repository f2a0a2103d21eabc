"""What one session has to say, whatever it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from harness.reports.tables import Table
from harness.summary.document import DocumentError, Node


class Verdict(StrEnum):
    """How it ended, in the words of the result files; `missing` and `skipped` are this program's own."""

    PASS = "pass"  # noqa: S105  a verdict
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    COULD_NOT_JUDGE = "could_not_judge"
    INTERRUPTED = "interrupted"
    MISSING = "missing"
    SKIPPED = "skipped"

    @property
    def mark(self) -> str:
        """The verdict as a reader sees it from afar."""
        marks = {Verdict.PASS: "✅ pass", Verdict.FAIL: "❌ FAIL", Verdict.SKIPPED: "⏭️ not run"}
        return marks.get(self, f"⚠️ {self.replace('_', ' ')}")


FROM_FILE = tuple(str(verdict) for verdict in Verdict if verdict not in (Verdict.MISSING, Verdict.SKIPPED))


@dataclass(frozen=True)
class Section:
    """One verdict with what it rests on; the sentences come in order of their weight."""

    verdict: Verdict
    headline: str
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    alerts: tuple[str, ...] = ()  # what calls for an issue
    part: str = ""  # of the session that it is about, if there are several
    parts: tuple[str, ...] = ()  # all that the session must have left

    @property
    def evidence(self) -> bool:
        """Whether there is a result at all."""
        return self.verdict is not Verdict.MISSING


def verdict_of(document: Node, against: Iterable[str] = (), name: str = "verdict") -> Verdict:
    """The verdict of a result, if its exit code says the same, and no part of the result speaks against a pass."""
    verdict = Verdict(document[name].one_of(*FROM_FILE))
    if (verdict is Verdict.PASS) != (document["exit_code"].number() == 0):
        raise DocumentError(f"{document.where}: {name} and exit_code contradict each other")
    return unopposed(verdict, document, against)


def unopposed(verdict: Verdict, document: Node, against: Iterable[str]) -> Verdict:
    """The verdict, unless it is a pass that something in the same result speaks against."""
    first = next(iter(against), None) if verdict is Verdict.PASS else None
    if first is not None:
        raise DocumentError(f"{document.where}: the verdict is a pass, and yet {first}")
    return verdict
