"""Where one mutant is prepared: a folder of its own with copies of the results, and the judge beside them."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import SharedRun
from tests.mutants.bases import CANDIDATE_MODE, REFERENCE_MODE, Bases, Pair
from tests.mutants.judging import Outcome, run_judge
from tests.mutants.sql import execute

Arguments = Sequence[str | Path]


@dataclass
class Stage:
    """One mutant's place."""

    folder: Path
    bases: Bases
    simulate: Callable[..., SharedRun]
    closing: ExitStack
    environment: dict[str, str] = field(default_factory=dict)

    def candidate(self, pair: str = "plain", *statements: str) -> Path:
        """A copy of the candidate, changed."""
        return self._copy(self.bases.pair(pair).candidate, "candidate", statements)

    def reference(self, pair: str = "plain", *statements: str) -> Path:
        """A copy of the reference, changed."""
        return self._copy(self.bases.pair(pair).reference, "reference", statements)

    def both(self, *statements: str, pair: str = "plain") -> Arguments:
        """Compare the two after the same change to both."""
        return self.compare(
            reference=self.reference(pair, *statements), candidate=self.candidate(pair, *statements), pair=pair
        )

    def compare(
        self, *, reference: Path | None = None, candidate: Path | None = None, pair: str = "plain"
    ) -> Arguments:
        """The arguments that compare two results; those of the pair if none are given."""
        base: Pair = self.bases.pair(pair)
        results = (reference or base.reference, candidate or base.candidate)
        modes = ("--reference", REFERENCE_MODE, "--candidates", CANDIDATE_MODE)
        return ("--compare", *results, "--target", base.target, *modes)

    def judge(self, arguments: Arguments) -> Outcome:
        """Run the judge."""
        return run_judge(self.folder / "out", arguments, self.environment)

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def _copy(self, source: Path, name: str, statements: Sequence[str]) -> Path:
        path = self.folder / f"{name}{source.suffix}"
        if source.is_dir():
            shutil.copytree(source, path)
        else:
            shutil.copyfile(source, path)
            execute(path, statements)
        return path
