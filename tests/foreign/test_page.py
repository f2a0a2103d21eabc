"""docs/your-own-simulator.md cannot rot: its commands run, its excerpts are real, its tables are complete."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from harness.exclusions import Exclusions
from harness.oracle_settings import Oracles
from harness.parity.checks import WAIVABLE
from harness.parity.oracles.agreement import check_oracles
from harness.parity.results import Finding
from harness.target_file import load_target
from harness.workload import PLACEHOLDERS
from tests.foreign.judging import ROOT, TARGET
from tests.foreign.target_keys import oracle_keys, target_keys

PAGE = (ROOT / "docs" / "your-own-simulator.md").read_text(encoding="utf-8")
TARGETS = [TARGET.read_text(encoding="utf-8"), (ROOT / "config/targets/navigator.yaml").read_text(encoding="utf-8")]
ORACLES = ROOT / "tests" / "parity" / "oracles_target.yaml"
REFUSALS = [line.split("|")[1] for line in PAGE.partition("## Common refusals")[2].splitlines()[4:]]


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def _key_table() -> Iterator[tuple[str, str, str]]:
    """Each key of the target with its default and its example."""
    _, _, rest = PAGE.partition("| key | meaning | default | example |\n")
    for line in rest.partition("\n\n")[0].splitlines()[1:]:
        keys, _, default, example = (cell.strip() for cell in line.strip("|").split(" |"))
        yield from ((key, default, example.strip("`")) for key in re.findall(r"`([^`]+)`", keys))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder that looks like the clone, in which commands may leave what they like."""
    for name in ("config", "scripts", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


def test_commands_do_what_the_page_says(desk: Path) -> None:
    last = 0
    for command, shown in _commands():
        if command == "echo $?":
            assert [str(last)] == shown
            last = 0
            continue
        assert last == 0, "a command failed, and the page does not say so"
        finished = subprocess.run(
            ["bash", "-c", command], cwd=desk, capture_output=True, text=True, check=False, timeout=60
        )
        last, said = finished.returncode, finished.stdout + finished.stderr
        missing = [line for line in shown if _timeless(line) not in _timeless(said).splitlines()]
        assert not missing, f"{command}\n{said}"
    assert last == 0


def _commands() -> Iterator[tuple[str, list[str]]]:
    """Each command of the page with the lines that it shows of what comes out."""
    for block in _blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = part.splitlines()
            yield command, shown


def _timeless(text: str) -> str:
    """The text without times, and without the widths of columns that depend on them."""
    return re.sub(r" +", " ", re.sub(r"\d+\.\d\d s", "# s", text))


@pytest.mark.parametrize("block", _blocks("yaml"), ids=lambda block: block.splitlines()[0])
def test_excerpts_are_from_real_files(block: str) -> None:
    if block.startswith("exclusions:"):
        assert Exclusions.model_validate(yaml.safe_load(block)).exclusions
    elif block.startswith("oracles:"):
        pass  # it is read by the test below
    else:
        assert any(block in text for text in TARGETS)


def test_the_example_of_oracles_has_all_of_them_and_fits_a_target(tmp_path: Path) -> None:
    (block,) = (block for block in _blocks("yaml") if block.startswith("oracles:"))
    content = yaml.safe_load(ORACLES.read_text(encoding="utf-8")) | {"working_directory": str(ORACLES.parent)}
    path = tmp_path / "target.yaml"
    path.write_text(yaml.safe_dump(content | yaml.safe_load(block)), encoding="utf-8")
    loaded = load_target(str(path))
    check_oracles(loaded)
    assert loaded.target.oracles
    assert loaded.target.oracles.model_fields_set == Oracles.model_fields.keys()


def test_every_key_is_described_with_its_default() -> None:
    assert {key: default for key, default, _ in _key_table()} == target_keys()


def test_every_oracle_is_described_with_its_keys() -> None:
    _, _, rest = PAGE.partition("| oracle | what must hold | keys |\n")
    described: dict[str, set[str]] = {}
    for line in rest.partition("\n\n")[0].splitlines()[1:]:
        names, meaning, keys = (set(re.findall(r"`([a-z_]+)`", cell)) for cell in line.strip("|").split(" | "))
        described |= dict.fromkeys(names, keys | meaning)
    known = oracle_keys()
    assert described.keys() == known.keys() - {"configuration"}
    for name, keys in described.items():
        assert known[name] <= keys, name
    assert known["configuration"] <= described["knobs"]


def test_examples_of_keys_are_yaml() -> None:
    for key, _, example in _key_table():
        assert yaml.safe_load(example) is not None or not example, key


def test_every_placeholder_is_described() -> None:
    assert all(f"`{{{name}}}`" in PAGE for name in PLACEHOLDERS)


def test_every_precondition_that_can_be_excused_is_named() -> None:
    (line,) = (line for line in PAGE.splitlines() if line.startswith("`two-results`"))
    assert re.findall(r"`([a-z][a-z-]*)`", line) == list(WAIVABLE)


def test_every_finding_is_described_with_its_exit_code() -> None:
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", PAGE, re.MULTILINE)
    described = {name: int(code) for code, names in rows for name in re.findall(r"`([^`]+)`", names)}
    assert described == {finding.value: int(finding.exit_code) for finding in Finding}


def test_refusals_are_worded_as_the_judge_words_them() -> None:
    (*sources,) = (path.read_text(encoding="utf-8") for path in (ROOT / "scripts" / "harness").rglob("*.py"))
    for refusal in REFUSALS:
        for words in re.findall(r"`([^`]+)`", refusal):
            assert any(words in source for source in sources), words


def test_the_page_is_short() -> None:
    assert len(PAGE.splitlines()) < 230
