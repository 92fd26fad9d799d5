"""Owners of the policy: a cause group goes to the person named, else to the role (V2, A6)."""

from __future__ import annotations

import pytest

from tests.cli.conftest import AS_OF, Commands

RUN = ("run", "--period", "2026-08", "--as-of", AS_OF, "--by", "CD")


@pytest.mark.parametrize(
    ("owners", "wanted"),
    [
        ('unknown = "EF", otherwise = "GH"', "EF"),
        ('usage = "EF", otherwise = "GH"', "GH"),
        ('usage = "EF"', "incident owner"),
    ],
)
def test_a_cause_group_goes_to_the_owner_of_its_bucket(
    filled: Commands, owners: str, wanted: str
) -> None:
    settings = filled.root / "tieout.toml"
    settings.write_text(f"{settings.read_text()}\n[policy]\nowners = {{ {owners} }}\n")
    (group,) = filled.json(*RUN)["groups"]
    assert (group["bucket"], group["owner"]) == ("unknown", wanted)
