"""What one session has to say, whatever it is."""

from dataclasses import dataclass
from enum import StrEnum

from harness.reports.tables import Table


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

    @property
    def evidence(self) -> bool:
        """Whether there is a result at all."""
        return self.verdict is not Verdict.MISSING
