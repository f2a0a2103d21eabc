#!/usr/bin/env python3
"""Hold the promises of config/flags.toml: guarded code stays as long as it was promised, and no longer.

A flag introduced in 1.1.0 and kept for 2 releases guards its code in 1.1 and 1.2; from 1.3.0 on the code must be gone.
Every feature flag that the code names must be registered, every registered one must be read by the simulator, and its
release point must be recorded in rollback/release_points.toml.
Exit code: 0 all promises kept, 1 broken (one line each), 2 could not judge, 130 interrupted.
"""

import argparse
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from harness import cli
from harness.errors import ExitCode, HarnessError
from harness.relation import Section, Text

PROGRAM = "flags"
REGISTRY = "config/flags.toml"
RELEASE_POINTS = "rollback/release_points.toml"
SIMULATOR = ("navigator_orchestrator/", "dbt/")  # where a flag must be read; elsewhere it can only be set
NAME = re.compile(r"FEATURE_FLAG_[A-Z0-9_]+")
READING = re.compile(rf"""(?<=["']){NAME.pattern}(?=["'])""")  # the whole name in quotes: a comment reads nothing
RELEASE = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")


class Release(NamedTuple):
    """What counts of a release number: patches neither extend nor end a promise."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


def parse_release(text: object) -> Release:
    """The release that a number like 1.2.0 belongs to."""
    match = RELEASE.fullmatch(str(text))
    if match is None:
        raise ValueError(f"{text!r} is not a release number like 1.2.0")
    return Release(int(match[1]), int(match[2]))


class Flag(Section):
    """An entry of the registry."""

    owner: Text
    description: Text
    values: list[Text] = Field(min_length=1)
    default: Text
    introduced: Annotated[Release, BeforeValidator(parse_release)]
    releases_kept: int = Field(ge=1)
    code: list[Text] = Field(min_length=1)
    release_point: Text

    @model_validator(mode="after")
    def _valid_default(self) -> Self:
        if self.default not in self.values:
            raise ValueError(f"default: {self.default!r} is not one of values: {', '.join(self.values)}")
        return self

    @property
    def last(self) -> Release:
        """The last release that still carries the code."""
        return self.introduced._replace(minor=self.introduced.minor + self.releases_kept - 1)


@dataclass(frozen=True)
class Tree:
    """What git tracks or would add: what a run left behind keeps no promise."""

    root: Path
    files: tuple[str, ...]

    def has(self, path: str) -> bool:
        """Whether there is such a file, or a file below such a folder."""
        return any(name == path or name.startswith(f"{path}/") for name in self.files)

    def search(self, pattern: re.Pattern[str], folders: tuple[str, ...] = ("",)) -> dict[str, list[str]]:
        """What the pattern finds in code, and where; tests plant flags, and prose may name those that are gone."""
        found: dict[str, list[str]] = {}
        for name in self.files:
            if name.startswith(folders) and not (name == REGISTRY or name.startswith("tests/") or name.endswith(".md")):
                text = (self.root / name).read_text(encoding="utf-8", errors="replace")
                for flag in set(pattern.findall(text)):
                    found.setdefault(flag, []).append(name)
        return found


def main(argv: list[str]) -> int:
    """Check the tree as it is for the release that the command line names."""
    arguments = _build_parser().parse_args(argv)
    return cli.guarded(PROGRAM, lambda: _check(arguments.root, arguments.version))


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("version", nargs="?", metavar="X.Y.Z", help="release to check for (default: pyproject.toml's)")
    root = Path(__file__).resolve().parents[1]
    parser.add_argument("--root", type=Path, default=root, metavar="DIR", help="repository (default: this one)")
    return parser


def _check(root: Path, version: str | None) -> ExitCode:
    flags = read_registry(root / REGISTRY)
    release = _release(root / "pyproject.toml", version)
    points = read_toml(root / RELEASE_POINTS)
    findings = list(broken_promises(flags, release, list_tree(root), list(points)))
    if findings:
        print(*findings, f"FLAGS BROKEN at {release}: {len(findings)} to mend", sep="\n")
        return ExitCode.FAIL
    kept = ", ".join(f"{name} until {flag.last}" for name, flag in flags.items())
    print(f"FLAGS KEPT at {release}: {kept or 'none registered, none used'}")
    return ExitCode.PASS


def read_registry(path: Path) -> dict[str, Flag]:
    """The flags by name.

    Raises:
        HarnessError: the file is not what it should be; one line for each problem, with its key.
    """
    flags: dict[str, Flag] = {}
    problems: list[str] = []
    for name, entry in read_toml(path).items():
        if not NAME.fullmatch(name) or not isinstance(entry, dict):
            problems.append(f"{name}: is not a table named FEATURE_FLAG_ and capital letters")
            continue
        try:
            flags[name] = Flag.model_validate(entry)
        except ValidationError as error:
            problems += (f"{name}{_explain(problem)}" for problem in error.errors())
    if problems:
        raise HarnessError("\n".join(f"{path}: {problem}" for problem in problems))
    return flags


def _explain(problem: Any) -> str:  # noqa: ANN401  pydantic's own type is of pydantic_core
    key = "".join(f".{part}" for part in problem["loc"])
    return f"{key}: {problem['msg'].removeprefix('Value error, ')}"


def read_toml(path: Path) -> dict[str, Any]:
    """The content of a TOML file.

    Raises:
        HarnessError: it cannot be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise HarnessError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise HarnessError(f"{path}: is not valid TOML: {error}") from None


def _release(pyproject: Path, version: str | None) -> Release:
    try:
        if version is not None:
            return parse_release(version)
        return parse_release(read_toml(pyproject)["project"]["version"])
    except (KeyError, TypeError):
        raise HarnessError(f"{pyproject}: project.version is missing; name the release to check for") from None
    except ValueError as error:
        source = f"{pyproject}: project.version: " if version is None else ""
        raise HarnessError(f"{source}{error}") from None


def list_tree(root: Path) -> Tree:
    """The tree as git sees it.

    Raises:
        HarnessError: it is not a repository.
    """
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    listed = subprocess.run(command, cwd=root, capture_output=True, check=False)
    if listed.returncode != 0:
        raise HarnessError(f"{root}: git cannot list it: {os.fsdecode(listed.stderr).strip()}")
    return Tree(root, tuple(name for name in os.fsdecode(listed.stdout).split("\0") if (root / name).is_file()))


def broken_promises(flags: dict[str, Flag], release: Release, tree: Tree, points: list[str]) -> Iterator[str]:
    """Everything that is not as the registry promises, one line each.

    Raises:
        HarnessError: a flag says nothing about that release.
    """
    readers = tree.search(READING, SIMULATOR)
    for name, flag in flags.items():
        if release.major > flag.introduced.major:
            raise HarnessError(
                f"{REGISTRY}: {name}.introduced: releases_kept counts minor releases of {flag.introduced.major}.x and"
                f" promises nothing about {release}; remove the flag, or register it anew"
            )
        for problem in _broken(flag, release, tree, readers.get(name, [])):
            yield f"{name}: {problem}"
        if flag.release_point not in points:
            known = ", ".join(points) or "none"
            yield f"{name}: release point {flag.release_point!r} is not in {RELEASE_POINTS}; recorded: {known}"
    for name, files in sorted(tree.search(NAME).items()):
        if name not in flags:
            yield f"{name}: is used in {', '.join(files)}, but not registered in {REGISTRY}"


def _broken(flag: Flag, release: Release, tree: Tree, readers: list[str]) -> Iterator[str]:
    """Whether a flag is kept for its time and no longer."""
    promise = f"promised from {flag.introduced} until {flag.last}"
    expired = release > flag.last
    for path in flag.code:
        if tree.has(path) == expired:
            yield f"{path} is {'still there' if expired else 'gone'} at {release}, but {promise}"
    if not readers:
        yield f"is registered, but nothing in {' or '.join(SIMULATOR)} reads it"
    elif expired:
        yield f"is still read in {', '.join(readers)} at {release}, but {promise}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
