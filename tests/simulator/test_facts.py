"""Facts stand in data: the code holds none of the vendor's, and nothing invented is real."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from simulator.facts import facts, invented, scenarios
from simulator.faults import Faults
from tests.tidy import text_rules
from tests.tidy.repository import files_under


def items(repo_root: Path) -> dict[str, str]:
    """Values of the contract items."""
    content = (repo_root / "vendors" / "cometapi" / "contract-items.toml").read_text("utf-8")
    return {one["item_id"]: one["value"] for one in tomllib.loads(content)["item"]}


def test_the_simulators_code_holds_no_vendor_facts(repo_root: Path) -> None:
    modules = files_under(repo_root / "simulator", ".py")
    ids = {model.id for model in invented().models}
    found = {path.name: text_rules.vendor_facts(path.read_text("utf-8"), ids) for path in modules}
    assert len(modules) > 10
    assert {name: facts for name, facts in found.items() if facts} == {}


def test_no_invented_model_is_one_that_the_vendors_data_names(repo_root: Path) -> None:
    real = {
        name
        for path in files_under(repo_root / "vendors", ".toml")
        for name in text_rules.model_ids(path.read_text("utf-8"))
    }
    assert real
    assert real & {model.id for model in invented().models} == set()
    assert all(model.id.removeprefix("brushlab/").startswith("sim-") for model in invented().models)


def test_paths_and_caps_are_those_of_the_contract_items(repo_root: Path) -> None:
    known = items(repo_root)
    assert facts().paths["log"] == urlsplit(known["endpoint-log"]).path
    assert facts().paths["detail"] == "/api/model/"
    assert (facts().page_cap, facts().total_cap) == (100, 10_000)
    assert facts().bearer == ("Authorization", "Bearer")
    assert set(facts().own["items"]["paths"].values()) <= set(known)


@pytest.mark.parametrize("name", sorted(scenarios()))
def test_each_scenario_says_what_it_is_and_names_faults_that_exist(name: str) -> None:
    one = scenarios()[name]
    assert one.says.endswith(".")
    assert set(one.faults) <= Faults(facts(), one).names()
