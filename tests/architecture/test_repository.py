"""The rules that hold the repository together. Each checker takes a root and returns what breaks the rule."""

import ast
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE_FOLDERS = ("scripts", "navigator_orchestrator", "rollback", "tests", "benchmarks")
MAX_PYTHON_LINES = 300
MAX_DISPATCHER_LINES = 100
# Spelled in two halves, so that this file is not a finding of its own.
MACHINE_ADDRESSES = ("file:" + "//", "--index" + "-url", "--extra-index" + "-url", "/opt" + "/pypi")

Plant = Callable[[dict[str, str]], None]


# --- dbt is also the name of a Python package ---------------------------------------------------------------


def dbt_shadows(root: Path) -> list[str]:
    """Python under dbt/, which hides the package dbt, and modules named dbt_*, which dbt loads as plugins."""
    python_in_dbt = (root / "dbt").rglob("*.py")
    test_folders = (path for path in (root / "tests").rglob("dbt") if path.is_dir())
    tops = (root, root / "scripts", root / "navigator_orchestrator")
    plugins = (path for top in tops for path in top.glob("dbt_*") if path.is_dir() or path.suffix == ".py")
    return sorted(str(path.relative_to(root)) for path in (*python_in_dbt, *test_folders, *plugins))


# --- judges and judged meet only at a command line and a database -------------------------------------------


def boundary_crossings(root: Path) -> list[str]:
    """Imports of the simulator in the harness, and of the harness in the simulator."""
    judges = {"scripts", "harness", *(path.stem for path in (root / "scripts").glob("*.py"))}
    forbidden = {"scripts": {"navigator_orchestrator"}, "navigator_orchestrator": judges}
    return [
        f"{path.relative_to(root)}:{line} imports {module}"
        for folder, names in forbidden.items()
        for path in sorted((root / folder).rglob("*.py"))
        for line, module in imports(path)
        if module.split(".")[0] in names
    ]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and absolute module name of every import, `importlib.import_module("…")` included."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield node.lineno, module
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield node.lineno, module


# --- files stay small enough to read ------------------------------------------------------------------------


def oversized_files(root: Path) -> list[str]:
    """Python files and shell dispatchers over their budget of lines."""
    budgets = {path: MAX_PYTHON_LINES for folder in CODE_FOLDERS for path in (root / folder).rglob("*.py")}
    budgets |= dict.fromkeys(root.glob("*.py"), MAX_PYTHON_LINES)
    budgets |= dict.fromkeys([*root.glob("rollback/*.sh"), *root.glob(".ci/*")], MAX_DISPATCHER_LINES)
    return [
        f"{path.relative_to(root)} has {lines} lines, at most {budget}"
        for path, budget in budgets.items()
        if (lines := len(path.read_text().splitlines())) > budget
    ]


# --- nothing of the machine it was written on ---------------------------------------------------------------


def machine_addresses(root: Path) -> list[str]:
    """Files that name a package index or a path of the machine."""
    return [
        f"{path.relative_to(root)} contains {address}"
        for path in repository_files(root)
        for address in MACHINE_ADDRESSES
        if address.encode() in path.read_bytes()
    ]


def repository_files(root: Path) -> list[Path]:
    """What git tracks or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return [path for name in listing.split("\0") if (path := root / name).is_file()]


# --- the repository keeps the rules -------------------------------------------------------------------------


@pytest.mark.parametrize("checker", [dbt_shadows, boundary_crossings, oversized_files, machine_addresses])
def test_the_repository_keeps_the_rule(checker: Callable[[Path], list[str]]) -> None:
    assert checker(ROOT) == []


# --- and each rule can fail ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["dbt/__init__.py", "dbt/macros/x.py", "tests/dbt/test_x.py", "dbt_x.py", "scripts/dbt_x.py",
     "navigator_orchestrator/dbt_x.py", "scripts/dbt_x/__init__.py"],
)  # fmt: skip
def test_python_that_shadows_dbt_is_found(tmp_path: Path, plant: Plant, name: str) -> None:
    plant({name: "", "dbt/dbt_project.yml": "", "navigator_orchestrator/runner.py": ""})
    assert len(dbt_shadows(tmp_path)) == 1


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("scripts/parity.py", "import navigator_orchestrator.cli"),
        ("scripts/harness/census.py", "from navigator_orchestrator import census"),
        (
            "scripts/harness/census.py",
            "def f():\n    import importlib\n    importlib.import_module('navigator_orchestrator')",
        ),
        ("navigator_orchestrator/run.py", "from harness.parity.results import dump"),
        ("navigator_orchestrator/run.py", "import scripts.harness"),
        ("navigator_orchestrator/run.py", "import judge"),
    ],
)
def test_an_import_across_the_boundary_is_found(tmp_path: Path, plant: Plant, name: str, line: str) -> None:
    plant({"scripts/judge.py": "import harness.results", name: line})
    (finding,) = boundary_crossings(tmp_path)
    assert finding.startswith(name)


@pytest.mark.parametrize(
    ("name", "budget"),
    [("scripts/harness/x.py", MAX_PYTHON_LINES), ("tests/unit/x.py", MAX_PYTHON_LINES),
     ("benchmarks/big.py", MAX_PYTHON_LINES),
     ("rollback/rollback_plan.sh", MAX_DISPATCHER_LINES), (".ci/run", MAX_DISPATCHER_LINES)],
)  # fmt: skip
def test_a_file_over_its_budget_is_found(tmp_path: Path, plant: Plant, name: str, budget: int) -> None:
    plant({name: "x\n" * budget})
    assert oversized_files(tmp_path) == []
    plant({name: "x\n" * (budget + 1)})
    assert oversized_files(tmp_path) == [f"{name} has {budget + 1} lines, at most {budget}"]


@pytest.mark.parametrize("address", MACHINE_ADDRESSES)
def test_an_address_of_the_machine_is_found(tmp_path: Path, plant: Plant, address: str) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    plant({"clean.md": "nothing", "requirements.lock": f"# {address} here"})
    assert machine_addresses(tmp_path) == [f"requirements.lock contains {address}"]
