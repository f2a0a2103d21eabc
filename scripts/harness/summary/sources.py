"""Which files the sessions leave, and who reads them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.summary.document import MOST_FILES, DocumentError, Node, find, read
from harness.summary.mutants import read_mutants
from harness.summary.parity import read_parity
from harness.summary.rollback import read_rollback
from harness.summary.scale import read_comparison, read_scale
from harness.summary.section import Section, Verdict
from harness.summary.sessions import read_sessions


@dataclass(frozen=True)
class Source:
    """The result files of a session."""

    pattern: str
    reader: Callable[[Node], Section]


SOURCES = {
    "sessions": Source("nox_report.json", read_sessions),
    "parity": Source("parity_report.json", read_parity),
    "determinism": Source("parity_report.json", read_parity),
    "parity_mutants": Source("kill_table.json", read_mutants),
    "rollback_drill": Source("evidence.json", read_rollback),
    "scale": Source("scale_results_*.json", read_scale),
    "compare": Source("performance_comparison.json", read_comparison),
}


def sections_of(name: str, folder: Path) -> list[Section]:
    """What stands in the folder of a session; one section that says so if that is nothing that can be used."""
    source = SOURCES[name]
    try:
        found = [_section(source, path) for path in find(folder, source.pattern)]
    except DocumentError as error:
        return [_missing(error)]
    wanted = {part: None for section in found for part in section.parts}  # in their order
    lost = [part for part in wanted if part not in {section.part for section in found}]
    return [*found, *(_missing(DocumentError("it was measured, and left no file"), part) for part in lost[:MOST_FILES])]


def _section(source: Source, path: Path) -> Section:
    try:
        return source.reader(read(path))
    except DocumentError as error:
        return _missing(error)


def _missing(error: DocumentError, part: str = "") -> Section:
    return Section(Verdict.MISSING, f"no result that can be used: {error}", part=part)
