"""What the documents and pyproject.toml say is true. Each checker takes a root and returns what is not."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.commands import exists, named_commands

ROOT = Path(__file__).resolve().parents[2]

Plant = Callable[[dict[str, str]], None]


# --- documents name only commands that exist ----------------------------------------------------------------


def unknown_commands(root: Path) -> list[str]:
    """What the documents call and the repository does not have, with the program that should know it."""
    return [
        f"{path.relative_to(root)}: {program} {name}"
        for path in documents(root)
        for program, name in named_commands(path.read_text())
        if not exists(root, (program, name))
    ]


def documents(root: Path) -> list[Path]:
    """Every page for readers but the changelog: history may name what is gone."""
    patterns = ("*.md", ".github/*.md", "docs/**/*.md", "rollback/*.md")
    return [page for p in patterns for page in sorted(root.glob(p)) if page.name != "CHANGELOG.md"]


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


SCRIPT = "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--all')\nparser.parse_args()\n"
ROLLBACK = "[[ $* == help || $* == 'help drill' ]] && echo 'drill [--yes]'"
FLY = "import sys\nsys.argv[1] == 'run' or sys.exit(2)\nprint('--seed')\n"
SIMULATOR = "python -m navigator_orchestrator"
CALLS = {
    "python scripts/no_such_judge.py --everything": ["python scripts/no_such_judge.py"],
    "python3 -P scripts/judge.py --all --everything=1": ["scripts/judge.py --everything"],
    "scripts/gone.sh": ["file scripts/gone.sh"],
    "./scripts/judge.py --al": ["./scripts/judge.py --al"],
    "judge.py": [],
    "./rollback/rollback_plan.sh frobnicate": ["rollback_plan.sh frobnicate"],
    "rollback_plan.sh drill --no": ["rollback_plan.sh drill --no"],
    ".git/rollback/rollback_plan.sh drill --yes": [],
    "PYTHON=python3.12 make gone": ["make gone"],
    "cd dbt && make lost": ["make lost"],
    "make test; make left": ["make left"],
    "make test gone": ["make gone"],
    "make -j2 vanished": ["make vanished"],
    "make -j 2 -C dbt test ARGS='-x gone' # gone": [],
    "make test_gone": ["make test_gone"],
    ".venv/bin/nox --session disappeared": ["nox disappeared"],
    "nox --sessions=away -- -s gone": ["nox away"],
    "nox -e nowhere": ["nox nowhere"],
    "python3.11 -m nox -s lint nowhere -k x": ["nox nowhere"],
    "python -m navigator_orchestrator fly --flag": [f"{SIMULATOR} fly", f"{SIMULATOR} fly --flag"],
    "python -m navigator_orchestrator run --seed 1 --no-such-flag": [f"{SIMULATOR} run --no-such-flag"],
    "$ python -m nowhere.at_all": ["python -m nowhere.at_all"],
    "python -m pytest --whatever tests": [],
    "python -c 'import x' gone.py --gone": [],
    'make: "gone" is not there; make room': [],
    "… MB needed; make room": [],
    "it's printed; make room": [],
}


@pytest.mark.parametrize("form", ["`{}`", "```\n{}\n```\n"])
@pytest.mark.parametrize("call", CALLS)
def test_a_part_of_a_command_that_does_not_exist_is_found(tmp_path: Path, plant: Plant, call: str, form: str) -> None:
    plant(
        {
            "README.md": form.format(call),
            "Makefile": "test: ## t\n",
            "noxfile.py": "import nox\n@nox.session\ndef lint(s): ...\n",
            "scripts/judge.py": SCRIPT,
            "rollback/rollback_plan.sh": ROLLBACK,
            "navigator_orchestrator/__main__.py": FLY,
        }
    )
    assert unknown_commands(tmp_path) == [f"README.md: {told}" for told in CALLS[call]]


def test_a_command_on_two_lines_is_one(tmp_path: Path, plant: Plant) -> None:
    plant({"README.md": "```\npython scripts/judge.py --all \\\n  --gone\n```\n", "scripts/judge.py": SCRIPT})
    assert unknown_commands(tmp_path) == ["README.md: scripts/judge.py --gone"]


def test_a_dependency_that_is_missing_or_too_old_in_the_lock_is_found(tmp_path: Path, plant: Plant) -> None:
    groups = '[dependency-groups]\na = ["Old_One>=2", "here", "gone", {include-group = "b"}]\nb = []\n'
    plant({"pyproject.toml": groups, "requirements.lock": "old-one==1.9 \\\nhere[extra]==1.0 ; x\n"})
    assert unlocked_dependencies(tmp_path) == ["Old_One>=2", "gone"]
