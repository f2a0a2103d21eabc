"""A copy of the configuration in which one value is another."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from harness.errors import InternalError, TargetError
from harness.oracle_settings import Configuration, Knob


@dataclass(frozen=True)
class ConfigurationFolder:
    """What runs are configured by."""

    folder: Path
    file: str

    def check(self, knob: Knob) -> None:
        """Refuse what cannot be turned.

        Raises:
            TargetError: naming what is wrong and what is valid.
        """
        self._changed(knob)

    def copy_changed(self, knob: Knob, into: Path) -> None:
        """Copy the folder and change the one value."""
        self._copy({knob.file: self._changed(knob)}, into)

    def copy_unchanged(self, knobs: Iterable[Knob], into: Path) -> None:
        """Copy the folder and write the files again in which knobs stand, with the values that they have."""
        self._copy({knob.file: _read(self.folder / knob.file) for knob in knobs}, into)

    def _copy(self, documents: Mapping[str, Any], into: Path) -> None:
        if into.resolve().is_relative_to(self.folder):
            raise TargetError(f"oracles.configuration.folder: {self.folder} holds the output directory {into}")
        shutil.copytree(self.folder, into)
        for file, document in documents.items():
            path = into / file
            path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
            if _read(path) != document:
                raise InternalError(f"{path}: does not hold what was written into it")

    def _changed(self, knob: Knob) -> Any:  # noqa: ANN401  a YAML document
        where = f"oracles.knobs.{knob.name}"
        document = _read(self.folder / knob.file, where)
        *parents, last = knob.key.split(".")
        place = document
        for depth, part in enumerate(parents):
            place = place[_find(place, part, f"{where}: {knob.file}: {'.'.join(parents[:depth])}")]
        key = _find(place, last, f"{where}: {knob.file}: {'.'.join(parents)}")
        if place[key] == knob.value:
            raise TargetError(f"{where}: value: {knob.key} of {knob.file} is {knob.value!r} already")
        place[key] = knob.value
        return document


def configuration_folder(settings: Configuration, working_directory: Path) -> ConfigurationFolder:
    """The folder of a target.

    Raises:
        TargetError: it is not there.
    """
    folder = (working_directory / settings.folder).resolve()
    if not (folder / settings.file).is_file():
        raise TargetError(f"oracles.configuration: there is no file {folder / settings.file}")
    return ConfigurationFolder(folder, settings.file)


def _read(path: Path, where: str = "") -> Any:  # noqa: ANN401  a YAML document
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise TargetError(f"{where}: {path} cannot be read: {error}") from None


def _find(place: object, part: str, where: str) -> Any:  # noqa: ANN401  a key can be a number, a date or text
    """The key that is written so in a dotted path."""
    keys: list[Any] = list(place) if isinstance(place, dict) else []
    if isinstance(place, list):
        keys = list(range(len(place)))
    found = [key for key in keys if str(key) == part]
    if not found:
        raise TargetError(f"{where}: unknown key {part!r}; valid keys: {', '.join(map(str, keys)) or 'none'}")
    return found[0]
