"""The order in which relations are made: from the manifest of dbt, or from the target."""

import json
from pathlib import Path

import pytest

from harness.errors import TargetError
from harness.parity.explain.graph import order_of_relations
from harness.relation import Ignored, Relation
from harness.target import Contract
from tests.parity.explaining import write_manifest

CONTRACT = Contract(
    name="fake",
    relations={"states": Relation(), "events": Relation()},
    ignore=[Ignored(pattern="int_*", reason="a step"), Ignored(pattern="run_record", reason="it is provenance")],
)


def _order(path: Path) -> tuple[str, ...]:
    return order_of_relations(CONTRACT, path, ()).names


def test_relations_are_ordered_as_dbt_makes_them(tmp_path: Path) -> None:
    nodes = {"d": ["b", "c"], "c": ["a"], "b": ["a"], "model_of_z": [], "a": ["census"], "census": [], "check_a": ["a"]}
    path = write_manifest(tmp_path, nodes, census="seed", check_a="test")
    assert _order(path) == ("z", "census", "a", "c", "b", "d")
    assert order_of_relations(CONTRACT, path, ()).rests_on == "the dbt graph of manifest.json"


def test_seeds_have_no_parents_and_sources_are_no_relations(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    seed = {"resource_type": "seed", "name": "census", "depends_on": {"macros": []}}
    model = {"resource_type": "model", "name": "stg", "depends_on": {"nodes": ["seed.p.census", "source.p.raw"]}}
    path.write_text(json.dumps({"nodes": {"model.p.stg": model, "seed.p.census": seed}}), encoding="utf-8")
    assert _order(path) == ("census", "stg")


def test_without_a_manifest_the_target_gives_the_order() -> None:
    order = order_of_relations(CONTRACT, None, ("stray", "run_record", "int_b", "events", "int_a"))
    assert order.names == ("states", "events", "int_b", "int_a", "run_record", "stray")
    assert order.rests_on == "the target fake"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not a manifest of dbt"),
        ("[]", "not a manifest of dbt"),
        ("{}", "not a manifest of dbt: KeyError: 'nodes'"),
        ('{"nodes": {"a": {"resource_type": "model"}}}', "not a manifest of dbt: KeyError: 'depends_on'"),
        ('{"nodes": {"a": 1}}', "not a manifest of dbt"),
    ],
)
def test_a_bad_manifest_is_named(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(TargetError, match=complaint) as error:
        _order(path)
    assert str(error.value).startswith(f"{path}: ")


def test_a_missing_or_circular_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"gone\.json: No such file or directory; dbt writes it with: dbt parse"):
        _order(tmp_path / "gone.json")
    with pytest.raises(TargetError, match=r"manifest\.json: the relations depend on each other in a circle: .*model"):
        _order(write_manifest(tmp_path, {"a": ["b"], "b": ["a"]}))
