"""`.env.rollback` is read line by line, never executed, and only says what a rollback has to say."""

from pathlib import Path

import pytest

from navigator_orchestrator.environment import read_rollback_file
from navigator_orchestrator.errors import NavigatorError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".env.rollback"


def refusal(path: Path) -> str:
    with pytest.raises(NavigatorError) as refused:
        read_rollback_file(path)
    return str(refused.value)


def test_key_and_value_are_read_and_comments_and_empty_lines_skipped(path: Path) -> None:
    path.write_text(
        "# rolled back, see FEATURE_FLAG_X=true\n\n  FEATURE_FLAG_LEGACY_EVENTS=true\t\r\nROLLBACK_ID=20261123T2242-a1"
    )
    assert read_rollback_file(path) == {"FEATURE_FLAG_LEGACY_EVENTS": "true", "ROLLBACK_ID": "20261123T2242-a1"}


def test_without_the_file_nothing_is_set(path: Path) -> None:
    assert read_rollback_file(path) == {}


@pytest.mark.parametrize(
    "line",
    [
        "no value",
        "export ROLLBACK_ID=1",
        "ROLLBACK_ID = 1",
        "ROLLBACK_ID=",
        'ROLLBACK_ID="1"',
        "ROLLBACK_ID=$(touch {0})",
        "ROLLBACK_ID=`touch {0}`",
        "ROLLBACK_ID=1; touch {0}",
        "ROLLBACK_ID=1 # why",
        "\ufeffROLLBACK_ID=1",
        "ROLLBACK_ID=1\u2028",
    ],
)
def test_any_other_line_is_refused_with_its_number_and_never_executed(path: Path, line: str) -> None:
    touched = path.parent / "touched"
    path.write_text("FEATURE_FLAG_LEGACY_EVENTS=true\n\n" + line.format(touched) + "\n", encoding="utf-8")
    assert refusal(path).startswith(f"{path}:3: expected KEY=VALUE without quotes or spaces; found ")
    assert not touched.exists()


def test_a_comment_cannot_hide_a_second_line(path: Path) -> None:
    """Only what ends a line in an editor ends one here."""
    path.write_text("# no rollback\u2028FEATURE_FLAG_LEGACY_EVENTS=true\n", encoding="utf-8")
    assert read_rollback_file(path) == {}


@pytest.mark.parametrize(
    "key", ["FEATURE_FLAG_LEGACY_EVENT", "feature_flag_legacy_events", "DBT_DEV_EMPLOYEE_LIMIT", "PATH"]
)
def test_another_key_is_refused(path: Path, key: str) -> None:
    path.write_text(f"{key}=true\n")
    assert refusal(path) == f"{path}:1: unknown key '{key}'; valid keys: FEATURE_FLAG_LEGACY_EVENTS, ROLLBACK_ID"


@pytest.mark.parametrize("value", ["1", "TRUE", "yes"])
def test_the_flag_is_true_or_false(path: Path, value: str) -> None:
    path.write_text(f"# x\nFEATURE_FLAG_LEGACY_EVENTS={value}\n")
    said = f"FEATURE_FLAG_LEGACY_EVENTS='{value}': only 'true' or 'false' are accepted"
    assert refusal(path) == f"{path}:2: {said}"


def test_a_key_that_stands_twice_is_refused(path: Path) -> None:
    path.write_text("FEATURE_FLAG_LEGACY_EVENTS=true\nFEATURE_FLAG_LEGACY_EVENTS=false\n")
    assert refusal(path) == f"{path}:2: FEATURE_FLAG_LEGACY_EVENTS stands twice; keep one"


def test_a_file_that_is_no_text_is_refused(path: Path) -> None:
    path.write_bytes(b"ROLLBACK_ID=\xff\n")
    assert refusal(path) == f"{path}: is not UTF-8 text of KEY=VALUE lines"
