"""Sections as Markdown, shedding what does not fit, but never a verdict."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.reports.markdown import bullets, grid, inert, largest_that_fits
from harness.reports.tables import Table
from harness.summary.section import Section, Verdict
from harness.summary.sessions import Job

# GitHub's own limit of a comment is 65,536; the rest is for the first lines.
LIMIT = 65_000
MARKER = "<!-- scale_parity_tests -->"  # by which the workflow finds the comment again
GATE = "required"  # the job whose result decides
_JOBS = 40  # that are shown


@dataclass(frozen=True)
class Room:
    """How much of each section is shown, and of the headlines, which are told twice."""

    rows: int
    sentences: int
    width: int
    headline: int


# In the last one there is room for the verdicts of ten files of each session, whatever they are called.
WHOLE = Room(1_000, 200, 4_000, 600)
ROOMS = (
    WHOLE,
    Room(300, 100, 1_500, 600),
    Room(100, 30, 600, 600),
    Room(30, 8, 300, 300),
    Room(8, 3, 200, 200),
    Room(0, 0, 0, 100),
    Room(0, 0, 0, 20),
)


@dataclass(frozen=True)
class Entry:
    """A section, the session that it is of, and what GitHub says of the job; None: nobody was asked."""

    session: str
    section: Section
    job: Verdict | None = None

    @property
    def title(self) -> str:
        """What stands above it."""
        return f"{self.session}: {self.section.part}" if self.section.part else self.session

    @property
    def good(self) -> bool:
        """Whether nobody says anything else."""
        return self.section.verdict is Verdict.PASS and self.job in (None, Verdict.PASS)


def job_summary(entries: Sequence[Entry]) -> str:
    """The sections below each other."""
    return _fitting(lambda _: [], entries)


def comment(entries: Sequence[Entry], jobs: Sequence[Job], commit: str, run_url: str) -> str:
    """The verdict first, then a line for each session, then the sections: folded if all is well."""
    gate = next((job.verdict for job in jobs if job.name == GATE), Verdict.COULD_NOT_JUDGE)
    skipped = [job.name for job in jobs if job.verdict is Verdict.SKIPPED]
    first = [
        MARKER,
        f"### {'✅ All required checks passed' if gate is Verdict.PASS else f'{gate.mark}: this may not be merged'}",
        f"Commit {inert(commit[:12], 40)}, [log of the run]({run_url}).",
    ]
    unasked = [f"not run, as nothing asked for it: {', '.join(skipped)}"] if skipped else []
    table = Table(("job", "result", "time"), _rows(jobs)).first(_JOBS)

    def start(room: Room) -> list[str]:
        width = room.headline
        told = _folded("All jobs", grid(table, min(width, 100)))
        return [*first, bullets(unasked, width), grid(_overview(entries), width), told]

    return _fitting(start, entries)


def alert(sections: Sequence[Section], run_url: str) -> str:
    """The body of an issue; nothing if nothing calls for one."""
    alerts = [sentence for section in sections for sentence in section.alerts]
    if not alerts:
        return ""
    start = ["The history of the nightly measurements shows a degradation that lasts:", bullets(alerts, 2_000)]
    start.append(f"[Log of the run]({run_url}), which holds the history as an artifact.")
    return _fitting(lambda _: start, [])


def _overview(entries: Sequence[Entry]) -> Table:
    rows = ((e.title, e.job.mark if e.job else "–", e.section.verdict.mark, e.section.headline) for e in entries)
    return Table(("session", "job", "verdict", "result"), tuple(rows))


def _rows(jobs: Iterable[Job]) -> tuple[tuple[str, str, str], ...]:
    return tuple((job.name, job.verdict.mark, job.time) for job in jobs)


def _fitting(start: Callable[[Room], Sequence[str]], entries: Sequence[Entry]) -> str:
    forms = (_blocks(start(room), entries, room) for room in ROOMS)
    return largest_that_fits(forms, "the artifacts of the run", LIMIT)


def _blocks(start: Sequence[str], entries: Sequence[Entry], room: Room) -> Iterator[str]:
    yield from filter(None, start)
    for entry in entries:
        blocks = "\n\n".join(filter(None, _section(entry, room)))
        yield _folded(entry.title, blocks, room.headline) if start and entry.good else blocks
    if room != WHOLE and entries:
        yield "Not all of it fits here; the rest stands in the artifacts of the run."


def _section(entry: Entry, room: Room) -> Iterator[str]:
    section = entry.section
    yield f"#### {section.verdict.mark} · {inert(entry.title, min(room.headline, 200))}"
    yield inert(section.headline, room.headline)
    if section.verdict is Verdict.PASS and entry.job not in (None, Verdict.PASS):
        yield "**GitHub says that this job did not succeed, whatever its result says.**"
    if room.width:
        yield bullets(section.sentences[: room.sentences], room.width)
        yield from (grid(table.first(room.rows), room.width) for table in section.tables)


def _folded(title: str, blocks: str, width: int = 200) -> str:
    return f"<details><summary>{inert(title, min(width, 200))}</summary>\n\n{blocks}\n\n</details>" if blocks else ""
