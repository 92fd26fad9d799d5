"""The pages as text: their links lead somewhere, and their tables are those of the data."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

LINK = re.compile(r"\]\(([^)#]+)\)")


def broken(page: Path) -> list[str]:
    """Links of a page to files that are not there."""
    return [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]


def test_every_link_of_the_guides_leads_to_a_file(repo_root: Path) -> None:
    pages = [*(repo_root / "docs" / "guide").glob("*.md"), *(repo_root / "examples").rglob("*.md")]
    assert len(pages) >= 4
    assert {page.name: broken(page) for page in pages if broken(page)} == {}


def test_a_planted_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[here](page.md) and [gone](nowhere.md)")
    assert broken(page) == ["nowhere.md"]


def test_every_guide_stands_in_the_index(repo_root: Path) -> None:
    index = (repo_root / "docs" / "README.md").read_text()
    guides = {f"guide/{page.name}" for page in (repo_root / "docs" / "guide").glob("*.md")}
    assert guides - set(LINK.findall(index)) == set()


def test_table_of_the_real_period_is_the_one_stated_with_the_data(repo_root: Path) -> None:
    stated = tomllib.loads((repo_root / "vendors" / "aider" / "history.toml").read_text())["stated"]
    wanted = {one["class"]: (one["rows"], one["recorded"]) for one in stated["classes"]}
    wanted["received"] = (stated["received"], stated["recorded"])
    page = (repo_root / "docs" / "guide" / "real-period.md").read_text()
    rows = re.findall(
        r"^  (\S.*?) +([\d,]+) +([\d,]+) +([\d.]+) +([\d.]+)  agrees$", page, re.MULTILINE
    )
    shown = {name: (int(count.replace(",", "")), money) for name, count, _, money, _ in rows}
    assert shown == wanted
    assert [row for row in rows if row[1] != row[2] or row[3] != row[4]] == []


@pytest.mark.parametrize("profile", ["log-feed.toml", "log-cli-feed.toml"])
def test_each_cometapi_profile_is_named_in_its_guide(repo_root: Path, profile: str) -> None:
    name = f"cometapi-{profile.removesuffix('-feed.toml')}"
    assert (repo_root / "vendors" / "cometapi" / profile).is_file()
    assert f"`{name}`" in (repo_root / "docs" / "guide" / "cometapi.md").read_text()


def test_each_item_the_guide_names_stands_in_the_register(repo_root: Path) -> None:
    content = (repo_root / "vendors" / "cometapi" / "contract-items.toml").read_text()
    known = {item["item_id"] for item in tomllib.loads(content)["item"]}
    page = (repo_root / "docs" / "guide" / "cometapi.md").read_text()
    table = page.partition("| item | claim |")[2].partition("\n\n")[0]
    named = {name for row in table.split("\n") for name in re.findall(r"`([a-z-]+)`", row[:40])}
    assert len(named) >= 8
    assert named <= known
