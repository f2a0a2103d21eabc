"""Writing the reports of a comparison."""

from pathlib import Path
from typing import Any

from harness.errors import WorkspaceError
from harness.scale.comparing.document import document_of
from harness.scale.comparing.markdown import render_markdown
from harness.scale.comparing.report import Report
from harness.workspace import as_json, write_whole


class Publication:
    """The two files. Older ones are gone at once: they must not be taken for those of this comparison."""

    def __init__(self, markdown: Path, document: Path) -> None:
        self.markdown, self.document = markdown, document
        for path in (document, markdown):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, "")
                path.unlink()
            except OSError as error:
                raise WorkspaceError(f"cannot write {path}: {error.strerror}; name another file") from None

    def publish(self, report: Report, context: dict[str, Any]) -> None:
        """Write both; the JSON, whose verdict counts, last."""
        contents = {
            self.markdown: render_markdown(report, str(self.document)),
            self.document: as_json(document_of(report, context)),
        }
        for path, text in contents.items():
            try:
                write_whole(path, text)
            except OSError as error:
                raise WorkspaceError(f"cannot write {path}: {error.strerror}") from None
