"""Settings and command lines that cannot be meant are refused by name, before anything is read."""

from __future__ import annotations

import json
import operator
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.catalogue.cases_configuration import CASES, ConfigurationCase
from tests.catalogue.small_workspace import (
    contents,
    filled,
    opened_files,
    price_words,
    started,
)
from tieout.cli import main
from tieout.workspace.layout import Workspace

REFUSED = [one for one in CASES if one.outcome in ("configuration refused", "run refused")]
ACCEPTED = [one for one in CASES if one.outcome == "accepted"]


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two workspaces, made once: one that has settings only, one with records of August."""
    folder = tmp_path_factory.mktemp("catalogue")
    for name in ("started", "filled"):
        (folder / name).mkdir()
    started(folder / "started")
    filled(folder / "filled")
    return {name: folder / name for name in ("started", "filled")}


@pytest.fixture
def folder(
    stages: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Path]:
    """A fresh copy of each workspace, the current folder beside the first."""
    found = {}
    for name, place in stages.items():
        shutil.copytree(place, tmp_path / name)
        found[name] = tmp_path / name
    monkeypatch.chdir(tmp_path / "started")
    return found


def answer(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> tuple[int, Any, str]:
    """Exit code, JSON answer and everything that was said by a command."""
    capsys.readouterr()
    code = main(["--workspace", "small", *words, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out), out + err


def with_settings(case: ConfigurationCase, root: Path) -> None:
    """Put the settings of a case into a workspace."""
    (root / "tieout.toml").unlink()
    (root / case.file).write_bytes(case.settings)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.id)
def test_what_cannot_be_meant_is_refused_before_anything_is_read(
    case: ConfigurationCase,
    folder: dict[str, Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = folder["filled" if case.exclusions else "started"]
    monkeypatch.chdir(here)
    root = here / "small"
    with_settings(case, root)
    words = case.words
    if case.exclusions:
        with (root / "exclusions.csv").open("a", encoding="utf-8") as file:
            file.write(case.exclusions)
    if "CAPTURE" in words:
        _, captured, _ = answer(capsys, price_words(here))
        capture = captured["captures"][0]["capture_id"]
        words = tuple(capture if word == "CAPTURE" else word for word in words)
    before = contents(here)
    with opened_files(here) as opened:
        code, letter, said = answer(capsys, words)
    place = case.place if case.place != "." else "small"
    assert (letter.get("refused"), code, letter.get("exit_code")) == (case.code, 2, 2)
    assert place in letter["where"]
    assert letter["next"]
    if case.secret:
        assert case.secret not in said
    if case.opened:
        assert set(opened) <= {*case.opened}
    after = contents(here)
    if case.outcome == "run refused":
        # The bytes of the configuration are kept, whatever came of it; no run is.
        after = {name: after[name] for name in after if name in before}
        assert not (root / "runs").exists()
    assert after == before


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.id)
def test_what_has_one_reading_is_read_exactly(
    case: ConfigurationCase, folder: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    root = folder["started"] / "small"
    with_settings(case, root)
    code, listed, _ = answer(capsys, case.words)
    assert (code, listed["captures"]) == (0, [])
    setting, value = case.value
    read = operator.attrgetter(setting)(Workspace.open(root).settings)
    assert read == (Decimal(value) if isinstance(read, Decimal) else type(read)(value))
    assert not isinstance(read, float)


def test_settings_that_read_like_yaml_are_told_how_toml_writes_it(
    folder: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (case,) = (one for one in CASES if one.id == "CF03")
    with_settings(case, folder["started"] / "small")
    _, letter, _ = answer(capsys, case.words)
    assert "TOML: write key = value" in letter["next"]


@pytest.mark.parametrize(
    "case", [one for one in CASES if one.id in ("CF05", "CF05b", "CF05c")], ids=lambda one: one.id
)
def test_a_misspelled_key_is_answered_with_the_nearest(
    case: ConfigurationCase, folder: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    with_settings(case, folder["started"] / "small")
    _, letter, _ = answer(capsys, case.words)
    nearest = {"CF05": "hold_limit", "CF05b": "policy", "CF05c": "cost_center"}[case.id]
    assert letter["next"] == f"Did you mean {nearest}?"
