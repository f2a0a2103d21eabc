"""Ignored configuration, such as .env: git holds no copy, so a tar archive does."""

import os
import tarfile
from dataclasses import asdict, dataclass
from pathlib import Path

from rollback.tools.errors import VerificationError
from rollback.tools.files import digest, move, read_json, sync, write_json
from rollback.tools.git import Git
from rollback.tools.progress import Progress

LARGEST = 4 << 20  # bytes; what is larger is data
_DATA = (".duckdb", ".parquet")


@dataclass(frozen=True)
class KeptFile:
    """One ignored file as it was."""

    name: str
    sha256: str


class IgnoredFiles:
    """The archive of one run."""

    def __init__(self, git: Git, folder: Path, progress: Progress) -> None:
        self._root = git.root
        self._git = git
        self._archive = folder / "ignored.tar"
        self._list = folder / "ignored.json"
        self._aside = folder / "left"
        self._progress = progress

    def keep(self, *more: str) -> list[str]:
        """Archive every small file that is ignored by itself, and `more`; a folder that is ignored whole is a cache."""
        listed = self._git.names(
            "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "--no-empty-directory", "-z"
        )
        inside_config = self._git.names("ls-files", "--others", "--ignored", "--exclude-standard", "-z", "config")
        names = sorted({name for name in (*listed, *inside_config) if self._is_configuration(name)} | set(more))
        temporary = self._archive.with_name("ignored.tar.part")
        with tarfile.open(temporary, "w") as archive:
            for name in names:
                archive.add(self._root / name, arcname=name, recursive=False)
        sync(temporary)
        temporary.replace(self._archive)
        kept = [KeptFile(name, self._content(self._root / name)) for name in names]
        write_json(self._list, [asdict(file) for file in kept])
        return names

    def give_back(self) -> list[str]:
        """Put back what is missing or differs; what was in its place is moved into the run's folder."""
        wrong = [file.name for file in self._kept() if self._content(self._root / file.name) != file.sha256]
        if wrong:
            with tarfile.open(self._archive) as archive:
                for name in wrong:
                    self._set_aside(name)
                    archive.extract(name, self._root, filter="tar")
        return wrong

    def prove(self) -> None:
        """Show that every kept file is as it was.

        Raises:
            VerificationError: naming those that are not.
        """
        wrong = [file.name for file in self._kept() if self._content(self._root / file.name) != file.sha256]
        if wrong:
            raise VerificationError(f"{self._root}: ignored files that differ: {', '.join(wrong)}")

    def holds(self, name: str) -> bool:
        """Whether the file was there."""
        return any(file.name == name for file in self._kept())

    def _kept(self) -> list[KeptFile]:
        return [KeptFile(**fields) for fields in read_json(self._list)]

    def _is_configuration(self, name: str) -> bool:
        path = self._root / name
        is_file = not name.endswith("/") and path.is_file() and not path.is_symlink()
        return is_file and not any(ending in path.name for ending in _DATA) and path.stat().st_size <= LARGEST

    def _content(self, path: Path) -> str:
        return digest(path, self._progress.tick) if path.is_file() else "missing"

    def _set_aside(self, name: str) -> None:
        path = self._root / name
        if os.path.lexists(path):
            place = self._aside / name
            place.parent.mkdir(parents=True, exist_ok=True)
            move(path, place, self._progress.tick)
