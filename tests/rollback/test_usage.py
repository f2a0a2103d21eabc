"""Command line and help: what is asked for, and what is refused."""

import pytest

from tests.rollback.checkout import ROOT, Checkout

VERBS = sorted(path.stem for path in (ROOT / "rollback" / "lib").glob("*.sh"))


def test_the_verbs_are_those_of_the_runbook(checkout: Checkout) -> None:
    assert " ".join(VERBS) == "drill execute help prune restore resume status validate"


def test_help_lists_every_verb_and_explains_each(checkout: Checkout) -> None:
    listed = checkout.succeeds("help")
    for verb in VERBS:
        assert f"\n  {verb}: " in listed
        assert f"rollback_plan.sh {verb}" in checkout.succeeds("help", verb)


def test_help_is_where_it_is_looked_for(checkout: Checkout) -> None:
    for word in ("--help", "-h"):
        assert checkout.succeeds(word) == checkout.succeeds("help")
        for verb in VERBS:
            assert checkout.succeeds(verb, word) == checkout.succeeds("help", verb)
    assert checkout.succeeds("execute", "--yes", "--help") == checkout.succeeds("help", "execute")
    assert not checkout.state.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("undo",),
        ("../tools",),
        ("execute",),
        ("restore",),
        ("resume", "--no"),
        ("drill", "--employees", "0"),
        ("drill", "--census", "absent.csv"),
        ("execute", "--yes", "--release-point", "v0"),
        ("help", "nothing"),
    ],
)
def test_wrong_usage_is_64_in_one_line(checkout: Checkout, arguments: tuple[str, ...]) -> None:
    before = checkout.picture()
    finished = checkout(*arguments)
    assert (finished.returncode, finished.stdout) == (64, "")
    assert finished.stderr.count("\n") == 1
    assert checkout.picture() == before
