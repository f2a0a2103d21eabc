#!/usr/bin/env python3
"""Change the code of the comparison in one place at a time, and count the changes that no test notices.

mutmut makes the changes and runs the tests, in a copy of the code and in a virtual environment of its own. Only a
failed test counts as notice taken: no time-out, and no change that no test reaches.
Exit code: 0 enough changes were noticed, 1 too few, 2 they could not be made or tested.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
UV = ROOT / ".venv" / "bin" / "uv"
REQUIRED = 0.9
OUTCOMES = {0: "survived", 1: "killed", 3: "killed", -24: "timeout", 24: "timeout", 152: "timeout", None: "not tested"}
SUITES: dict[str, dict[str, list[str]]] = tomllib.loads((HERE / "suites.toml").read_text(encoding="utf-8"))
MODULES = [module.rpartition(".")[2] for suite in SUITES.values() for module in suite["modules"]]
# Run by the Python of the environment: the changed lines of each mutant that it is given.
SHOW = """
import json, sys
from mutmut.mutation.diff_apply import get_diff_for_mutant
diffs = {name: get_diff_for_mutant(name).splitlines()[2:] for name in sys.argv[1:]}
print(json.dumps({name: [line for line in diff if line[:1] in "+-"] for name, diff in diffs.items()}))
"""


class CannotMeasureError(Exception):
    """Something other than a test went wrong."""


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", nargs="+", choices=MODULES, default=MODULES, metavar="MODULE", help="default: all")
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1, metavar="N", help="mutants at a time")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the counts and all survivors as JSON")
    return parser


def main(argv: list[str]) -> int:
    """Make and test the mutants that the command line asks for."""
    arguments = build_parser().parse_args(argv)
    begin = time.monotonic()
    outcomes: dict[str, str] = {}
    survivors: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory(prefix="code-mutants-") as name:
        try:
            programs = _install(Path(name) / "venv")
            for suite in SUITES:
                found = _test_suite(Path(name) / suite, suite, programs, arguments.modules, arguments.children)
                alive = [key for key, outcome in found.items() if outcome != "killed"]
                if alive:
                    survivors |= json.loads(_run(programs / "python", "-c", SHOW, *alive, cwd=Path(name) / suite))
                outcomes |= found
        except (CannotMeasureError, OSError) as error:
            print(f"code_mutants: {error}", file=sys.stderr)
            return 2
    for key, lines in survivors.items():
        print("\n".join([f"{key.removeprefix('harness.')}: {outcomes[key]}", *(f"    {line}" for line in lines)]))
    counts = {
        module: Counter(outcomes[key] for key in outcomes if _module(key) == module) for module in arguments.modules
    }
    counts["all"] = sum(counts.values(), Counter())
    seconds = round(time.monotonic() - begin)
    _print_table(counts)
    print(f"\n{_rate(counts['all']):.1%} killed in {seconds} s; required {REQUIRED:.0%}")
    if arguments.output:
        modules = {module: {"rate": round(_rate(count), 4), **count} for module, count in counts.items()}
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        report = {"seconds": seconds, "modules": modules, "survivors": survivors}
        arguments.output.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if _rate(counts["all"]) >= REQUIRED else 1


def _install(environment: Path) -> Path:
    """Make the virtual environment; where its programs lie."""
    python = environment / "bin" / "python"
    _run(UV, "venv", "--quiet", "--python", sys.executable, environment)
    requirements = ("--no-deps", "--requirement", HERE / "requirements.txt")
    _run(UV, "pip", "install", "--quiet", "--python", python, *requirements)
    _run(UV, "pip", "check", "--quiet", "--python", python)
    return environment / "bin"


def _test_suite(project: Path, suite: str, programs: Path, modules: list[str], children: int) -> dict[str, str]:
    """Copy the code and the tests of a suite, and mutate those of the modules that it has."""
    wanted = [module for module in SUITES[suite]["modules"] if module.rpartition(".")[2] in modules]
    if not wanted:
        return {}
    shutil.copytree(ROOT / "scripts" / "harness", project / "src" / "harness")
    (project / "tests" / "parity").mkdir(parents=True)
    for test in SUITES[suite]["tests"]:
        shutil.copy(ROOT / "tests" / "parity" / test, project / "tests" / "parity")
    shutil.copy(HERE / "conftest.py", project)
    files = [f"src/harness/{module.replace('.', '/')}.py" for module in wanted]
    missing = [file for file in files if not (project / file).is_file()]
    if missing:
        raise CannotMeasureError(f"suites.toml: no module {missing[0]}")
    configuration = (HERE / "project.toml").read_text(encoding="utf-8")
    (project / "pyproject.toml").write_text(f"{configuration}only_mutate = {json.dumps(files)}\n", encoding="utf-8")
    os.environ["CODE_MUTANTS_TESTS"] = " ".join(SUITES[suite]["tests"])
    _run(programs / "mutmut", "run", "--max-children", str(children), cwd=project)
    found: dict[str, str] = {}
    for path in (project / "mutants" / "src").rglob("*.meta"):
        codes: dict[str, int | None] = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        found |= {key: OUTCOMES.get(code, "other") for key, code in codes.items()}
    if not found or "not tested" in found.values():
        raise CannotMeasureError(f"mutmut did not test all {len(found)} mutants of the suite {suite}")
    return found


def _run(*command: str | Path, cwd: Path = HERE) -> str:
    argv = [str(part) for part in command]
    try:
        return subprocess.run(argv, cwd=cwd, check=True, capture_output=True, text=True).stdout
    except subprocess.CalledProcessError as error:
        told = (error.stdout + error.stderr).replace("\r", "\n").strip().splitlines()
        raise CannotMeasureError("\n".join([f"{argv[0]} failed:", *told[-30:]])) from None


def _module(key: str) -> str:
    return key.rpartition(".")[0].rpartition(".")[2]


def _rate(counts: Counter[str]) -> float:
    return counts["killed"] / max(1, counts.total())


def _print_table(counts: dict[str, Counter[str]]) -> None:
    columns = ("killed", "survived", "timeout", "other")
    print(f"\n{'module':14}{'mutants':>9}{''.join(f'{column:>10}' for column in columns)}{'rate':>9}")
    for module, count in counts.items():
        numbers = "".join(f"{count[column]:>10}" for column in columns)
        print(f"{module:14}{count.total():>9}{numbers}{_rate(count):>9.1%}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
