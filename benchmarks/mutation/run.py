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
TESTS = "test_kills*.py"  # they run within the process, which is all that mutmut sees, and fast
REQUIRED = 0.9
OUTCOMES = {0: "survived", 1: "killed", 3: "killed", -24: "timeout", 24: "timeout", 152: "timeout", None: "not tested"}
CONFIGURATION = tomllib.loads((HERE / "mutmut.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
MODULES = [Path(name).stem for name in CONFIGURATION["only_mutate"]]
# Run by the Python of the environment: the changed lines of each mutant that it is given.
SHOW = """
import json, sys
from mutmut.mutation.diff_apply import get_diff_for_mutant
names = sys.argv[1:]
diffs = {name: get_diff_for_mutant(name).splitlines()[2:] for name in names}
print(json.dumps({name: [line for line in diff if line[:1] in "+-"] for name, diff in diffs.items()}))
"""


class CannotMeasureError(Exception):
    """Something other than a test went wrong."""


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", nargs="+", choices=MODULES, default=MODULES, metavar="MODULE", help="default: all")
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1, metavar="N", help="tests run at a time")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the counts and all survivors as JSON")
    return parser


def main(argv: list[str]) -> int:
    """Make and test the mutants that the command line asks for."""
    arguments = build_parser().parse_args(argv)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="code-mutants-") as name:
        folder = Path(name)
        project, programs = folder / "project", folder / "venv" / "bin"
        try:
            _set_up(folder / "venv", project)
            patterns = [f"harness.*{module}.x*" for module in arguments.modules]
            _run(project, programs / "mutmut", "run", "--max-children", str(arguments.children), *patterns)
            outcomes = _outcomes(project, arguments.modules)
            alive = [key for key, outcome in outcomes.items() if outcome != "killed"]
            survivors = json.loads(_run(project, programs / "python", "-c", SHOW, *alive)) if alive else {}
        except CannotMeasureError as error:
            print(f"code_mutants: {error}", file=sys.stderr)
            return 2
    counts = {
        module: Counter(outcomes[key] for key in outcomes if _module(key) == module) for module in arguments.modules
    }
    rate = _rate(sum(counts.values(), Counter()))
    seconds = round(time.monotonic() - begin)
    _print_report(counts, survivors, outcomes)
    print(f"\n{rate:.1%} of {len(outcomes)} mutants killed in {seconds} s; required {REQUIRED:.0%}")
    if arguments.output:
        modules = {module: {"rate": round(_rate(count), 4), **count} for module, count in counts.items()}
        report = {"seconds": seconds, "rate": round(rate, 4), "modules": modules, "survivors": survivors}
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if rate >= REQUIRED else 1


def _set_up(environment: Path, project: Path) -> None:
    """Install mutmut, and copy what it changes and the tests that it runs."""
    shutil.copytree(ROOT / "scripts" / "harness", project / "src" / "harness")
    (project / "tests" / "parity").mkdir(parents=True)
    for test in (ROOT / "tests" / "parity").glob(TESTS):
        shutil.copy(test, project / "tests" / "parity")
    shutil.copy(HERE / "conftest.py", project)
    shutil.copy(HERE / "mutmut.toml", project / "pyproject.toml")
    python = environment / "bin" / "python"
    _run(project, UV, "venv", "--quiet", "--python", sys.executable, environment)
    requirements = ("--no-deps", "--requirement", HERE / "requirements.txt")
    _run(project, UV, "pip", "install", "--quiet", "--python", python, *requirements)
    _run(project, UV, "pip", "check", "--quiet", "--python", python)


def _run(project: Path, *command: str | Path) -> str:
    argv = [str(part) for part in command]
    try:
        return subprocess.run(argv, cwd=project, check=True, capture_output=True, text=True).stdout
    except subprocess.CalledProcessError as error:
        told = (error.stdout + error.stderr).replace("\r", "\n").strip().splitlines()
        raise CannotMeasureError("\n".join([f"{argv[0]} failed:", *told[-30:]])) from None
    except OSError as error:
        raise CannotMeasureError(f"cannot start {argv[0]}: {error.strerror}") from None


def _outcomes(project: Path, modules: list[str]) -> dict[str, str]:
    """What became of each mutant of the modules."""
    found: dict[str, str] = {}
    for path in (project / "mutants" / "src").rglob("*.meta"):
        codes: dict[str, int | None] = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        found |= {key: OUTCOMES.get(code, "other") for key, code in codes.items() if _module(key) in modules}
    untested = [key for key, outcome in found.items() if outcome == "not tested"]
    if untested or not found:
        raise CannotMeasureError(f"mutmut did not test {len(untested)} of {len(found)} mutants: {untested[:3]}")
    return found


def _module(key: str) -> str:
    return key.rpartition(".")[0].rpartition(".")[2]


def _rate(counts: Counter[str]) -> float:
    return counts["killed"] / max(1, counts.total())


def _print_report(counts: dict[str, Counter[str]], survivors: dict[str, list[str]], outcomes: dict[str, str]) -> None:
    for key, lines in survivors.items():
        print("\n".join([f"{key.removeprefix('harness.')}: {outcomes[key]}", *(f"    {line}" for line in lines)]))
    print(f"\n{'module':16}{'mutants':>9}{'killed':>9}{'survived':>10}{'timeout':>9}{'other':>7}{'rate':>8}")
    for module, count in counts.items():
        numbers = (
            f"{count.total():>9}{count['killed']:>9}{count['survived']:>10}{count['timeout']:>9}{count['other']:>7}"
        )
        print(f"{module:16}{numbers}{_rate(count):>8.1%}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
