"""Reading JSON that nobody vouches for: with limits, and a type for every value that is used."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import HarnessError

MOST_BYTES = 64 * 1024 * 1024
_DEPTH = 4  # of folders that are looked into
MOST_FILES = 10  # of a session
_LARGEST = 1e15


class DocumentError(HarnessError):
    """A file is missing, is no JSON, or is not what its name says."""


@dataclass(frozen=True)
class Node:
    """A value of a document, which knows where it stands."""

    content: Any
    where: str

    def __getitem__(self, key: str) -> "Node":
        """A field, which must be there."""
        found = self.maybe(key)
        if found is None:
            raise DocumentError(f"{self.where}: {key} is missing")
        return found

    def maybe(self, key: str) -> "Node | None":
        """A field; None if it is absent or null."""
        if not isinstance(self.content, dict):
            raise self._not("an object")
        value = self.content.get(key)
        return None if value is None else Node(value, f"{self.where}.{key}")

    def each(self) -> Iterator["Node"]:
        """The entries of a list."""
        if not isinstance(self.content, list):
            raise self._not("a list")
        return (Node(value, f"{self.where}[{place}]") for place, value in enumerate(self.content))

    def text(self) -> str:
        """A text."""
        if not isinstance(self.content, str):
            raise self._not("a text")
        return self.content

    def number(self) -> float:
        """A number that can be shown."""
        if isinstance(self.content, bool) or not isinstance(self.content, int | float):
            raise self._not("a number")
        if not -_LARGEST < self.content < _LARGEST:
            raise DocumentError(f"{self.where} is beyond any sense")
        return float(self.content) if isinstance(self.content, float) else int(self.content)

    def label(self) -> str:
        """A text, or a number as text."""
        return self.content if isinstance(self.content, str) else f"{self.number():.15g}"

    def flag(self) -> bool:
        """Yes or no."""
        if not isinstance(self.content, bool):
            raise self._not("true or false")
        return self.content

    def one_of(self, *values: str) -> str:
        """One of a few texts."""
        text = self.text()
        if text not in values:
            raise DocumentError(f"{self.where} is {text[:50]!r}, which is none of {', '.join(values)}")
        return text

    def check_version(self, major: int) -> None:
        """Refuse a schema of another major version than the one that is read here."""
        version = self["schema_version"].text()
        if version.partition(".")[0] != str(major):
            raise DocumentError(f"{self.where}: schema version {version[:20]!r} is not {major}.x, which is read here")

    def _not(self, wanted: str) -> DocumentError:
        names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
        return DocumentError(f"{self.where} is {names.get(type(self.content), 'a number')}, not {wanted}")


def read(path: Path) -> Node:
    """The content of a file.

    Raises:
        DocumentError: it cannot be read, is too large, or is no JSON.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise DocumentError(f"{path.name} cannot be read: {error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise DocumentError(f"{path.name} is larger than {MOST_BYTES:,} bytes")
    try:
        return Node(json.loads(content, parse_constant=_refuse), path.name)
    except (ValueError, RecursionError):
        raise DocumentError(f"{path.name} is not JSON") from None


def find(folder: Path, pattern: str) -> list[Path]:
    """The files of a name that lie highest in a folder: below them lie copies of single runs.

    Raises:
        DocumentError: there is none.
    """
    for depth in range(_DEPTH):
        found = sorted(path for path in folder.glob("*/" * depth + pattern) if path.is_file() and not path.is_symlink())
        if found:
            return found[:MOST_FILES]
    raise DocumentError(f"{pattern} is missing")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
