"""What the documents and pyproject.toml say is true. Each checker takes a root and returns what is not."""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]

Plant = Callable[[dict[str, str]], None]


# --- documents name only commands that exist ----------------------------------------------------------------


def unknown_commands(root: Path) -> list[str]:
    """`make TARGET` and `nox -s SESSION` in the documents that the Makefile and the noxfile do not have."""
    targets = set(re.findall(r"^([a-z][a-z-]*):", (root / "Makefile").read_text(), re.MULTILINE))
    sessions = nox_sessions(root / "noxfile.py")
    return [
        f"{path.relative_to(root)}: {tool} {name}"
        for path in documents(root)
        for tool, name in named_commands(path.read_text())
        if name not in (targets if tool == "make" else sessions)
    ]


def documents(root: Path) -> list[Path]:
    """Every page for readers but the changelog: history may name what is gone."""
    patterns = ("*.md", ".github/*.md", "docs/**/*.md", "rollback/*.md")
    return [page for p in patterns for page in sorted(root.glob(p)) if page.name != "CHANGELOG.md"]


def named_commands(markdown: str) -> Iterator[tuple[str, str]]:
    """The commands in code blocks and code spans, as ("make", target) and ("nox", session)."""
    prose, *blocks = re.split(r"^ *```.*\n", markdown, flags=re.MULTILINE)  # text and code blocks alternate
    code = [line for block in blocks[::2] for line in block.splitlines()]
    code += re.findall(r"`([^`\n]+)`", "\n".join([prose, *blocks[1::2]]))
    for line in code:
        if found := re.match(r"\s*(?:\$ )?make ([a-z][a-z-]*)", line):
            yield "make", found[1]
        if found := re.search(r"\bnox -s ((?:[a-z_]+ ?)+)", line):
            yield from (("nox", session) for session in found[1].split())


def nox_sessions(noxfile: Path) -> set[str]:
    """The functions that the noxfile decorates with nox.session."""
    return {
        node.name
        for node in ast.parse(noxfile.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(decorator).startswith("nox.session") for decorator in node.decorator_list)
    }


# --- the lock holds what pyproject.toml asks for ------------------------------------------------------------


def unlocked_dependencies(root: Path) -> list[str]:
    """Requirements of the dependency groups that no pin in the lock satisfies."""
    groups = tomllib.loads((root / "pyproject.toml").read_text())["dependency-groups"]
    wanted = (Requirement(entry) for group in groups.values() for entry in group if isinstance(entry, str))
    lock = (root / "requirements.lock").read_text()
    pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==([^ ;]+)", lock, re.MULTILINE)
    locked = {canonicalize_name(name): version for name, version in pins}
    versions = ((need, locked.get(canonicalize_name(need.name))) for need in wanted)
    return [str(need) for need, version in versions if version is None or version not in need.specifier]


# --- this repository ----------------------------------------------------------------------------------------


def test_every_command_in_the_documents_exists() -> None:
    assert unknown_commands(ROOT) == []


def test_the_lock_satisfies_every_dependency_group() -> None:
    assert unlocked_dependencies(ROOT) == []


def test_the_readme_names_the_two_commands_of_a_newcomer() -> None:
    commands = set(named_commands((ROOT / "README.md").read_text()))
    assert {("make", "parity"), ("make", "test")} <= commands


def test_every_make_target_is_documented_in_its_help() -> None:
    targets = re.findall(r"^([a-z][a-z-]*):(?!=)(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [name for name, rest in targets if "## " not in rest] == []


# --- and each rule can fail ---------------------------------------------------------------------------------


def test_a_command_that_does_not_exist_is_found(tmp_path: Path, plant: Plant) -> None:
    prose = "Do make sure. `make test`, `make gone`, `nox -s lint -- x`\n"
    block = "```\n$ make lost\nnox -s lint away\n```\n"
    makefile = "help: ## h\ntest: ## t\n"
    noxfile = "import nox\n@nox.session\ndef lint(s): ...\ndef away(s): ...\n"
    plant({"README.md": prose + block + "`nox -s gone`", "Makefile": makefile, "noxfile.py": noxfile})
    assert sorted(unknown_commands(tmp_path)) == [
        "README.md: make gone",
        "README.md: make lost",
        "README.md: nox away",
        "README.md: nox gone",
    ]


def test_a_dependency_that_is_missing_or_too_old_in_the_lock_is_found(tmp_path: Path, plant: Plant) -> None:
    groups = '[dependency-groups]\na = ["Old_One>=2", "here", "gone", {include-group = "b"}]\nb = []\n'
    plant({"pyproject.toml": groups, "requirements.lock": "old-one==1.9 \\\nhere[extra]==1.0 ; x\n"})
    assert unlocked_dependencies(tmp_path) == ["Old_One>=2", "gone"]
