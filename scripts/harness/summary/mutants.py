"""The result of the mutants of the parity gate: kill_table.json."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from harness.reports.tables import Table
from harness.summary.document import DocumentError, Node
from harness.summary.section import Section, verdict_of
from harness.words import counted

READS = 1  # the major version of kill_table.json
REARRANGED = "rearranged"  # the family of pairs that are equal, and must be found so

_Row = tuple[str, str, str, bool, bool]


@dataclass(frozen=True)
class Counts:
    """How many mutants were caught and named, and how many rearranged pairs were found equal."""

    mutants: int
    killed: int
    pairs: int
    equal: int

    @classmethod
    def of(cls, rows: Iterable[tuple[str, bool]]) -> "Counts":
        """Count rows, each given by its family and whether it was judged as it must be."""
        told = list(rows)
        pairs = [good for family, good in told if family == REARRANGED]
        mutants = [good for family, good in told if family != REARRANGED]
        return cls(len(mutants), sum(mutants), len(pairs), sum(pairs))

    def __str__(self) -> str:
        """The one line that matters."""
        killed = f"{self.killed} of {self.mutants} caught and correctly named"
        return f"{killed}; {self.equal} of {self.pairs} rearranged pairs equal"


def read_mutants(document: Node) -> Section:
    """The section of the mutants, and of the tests beside them."""
    document.check_version(READS)
    told = list(document["mutants"].each())
    rows = [_row(each) for each in told]
    good = [caught and named for *_, caught, named in rows]
    counts = Counts.of((each["family"].text(), well) for each, well in zip(told, good, strict=True))
    if any(document["counts"][name].number() != number for name, number in asdict(counts).items()):
        raise DocumentError(f"{document.where}: counts and mutants contradict each other")
    survived = [row for row, well in zip(rows, good, strict=True) if not well]
    failed = tuple(each.text() for each in document["failed"].each())
    others = f"; {counted(len(failed), 'other failure')}" if failed else ""
    return Section(
        verdict=verdict_of(document, _against(rows, survived, failed)),
        headline=f"{counts}{others}",
        sentences=tuple(f"failed: {name}" for name in failed),
        tables=(Table(("mutant", "expected", "observed", "caught", "named"), tuple(map(_cells, survived))),),
    )


def _row(each: Node) -> _Row:
    mutant, expected, observed = (each[name].text() for name in ("mutant", "expected", "observed"))
    return mutant, expected, observed, each["caught"].flag(), each["named"].flag()


def _against(rows: Sequence[_Row], survived: Sequence[_Row], failed: Sequence[str]) -> Iterator[str]:
    """What speaks against a pass."""
    if not rows:
        yield "nothing was planted"
    yield from (f"{mutant} was not caught and named" for mutant, *_ in survived)
    yield from (f"{name} failed" for name in failed)


def _cells(row: _Row) -> tuple[str, ...]:
    mutant, expected, observed, caught, named = row
    return mutant, expected, observed, _yes(caught), _yes(named)


def _yes(answer: bool) -> str:
    return "yes" if answer else "NO"
