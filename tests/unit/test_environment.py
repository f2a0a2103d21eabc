"""`.env.rollback` is read, never executed, and the process environment wins over it."""

from pathlib import Path

import pytest

from navigator_orchestrator.environment import effective_environment, legacy_flag, read_env_file
from navigator_orchestrator.errors import NavigatorError


def test_the_file_lies_below_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FEATURE_FLAG_LEGACY_EVENTS", raising=False)
    monkeypatch.setenv("DBT_DEV_EMPLOYEE_LIMIT", "7")
    text = "# rolled back\n\nFEATURE_FLAG_LEGACY_EVENTS=true\n  DBT_DEV_EMPLOYEE_LIMIT=9\nEMPTY=\n"
    (tmp_path / ".env.rollback").write_text(text)
    environment = effective_environment(tmp_path)
    assert legacy_flag(environment) is True
    assert environment["DBT_DEV_EMPLOYEE_LIMIT"] == "7"
    assert environment["EMPTY"] == ""


def test_without_the_file_the_environment_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FEATURE_FLAG_LEGACY_EVENTS", raising=False)
    assert legacy_flag(effective_environment(tmp_path)) is None


@pytest.mark.parametrize(
    "line", ["no value", "export A=1", "A = 1", "a=1", 'A="1"', "A=$(touch {0})", "A=`touch {0}`", "A=1; touch {0}"]
)
def test_any_other_line_is_refused_and_never_executed(tmp_path: Path, line: str) -> None:
    touched = tmp_path / "touched"
    path = tmp_path / ".env.rollback"
    path.write_text("GOOD=1\n" + line.format(touched) + "\n")
    with pytest.raises(NavigatorError) as refused:
        effective_environment(tmp_path)
    assert str(refused.value).startswith(f"{path}:2: expected KEY=VALUE without quotes or spaces; found ")
    assert not touched.exists()


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "binary"
    path.write_bytes(b"A=\xff\n")
    with pytest.raises(NavigatorError, match="is not UTF-8 text"):
        read_env_file(path)
