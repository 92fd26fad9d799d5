"""A run keeps the vendor facts it read, so that a later release calculates it the same (K1, L5)."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Commands
from tieout import vendors_path


def test_facts_of_a_later_release_change_nothing_of_a_run(
    closed: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = tmp_path / "vendors"
    shutil.copytree(vendors_path.vendors_folder(), later)
    for name in ("catalog.toml", "contract-items.toml", "log-feed.toml"):
        (later / "cometapi" / name).write_text("broken", encoding="utf-8")
    monkeypatch.setattr(vendors_path, "vendors_folder", lambda: later)
    assert closed("verify", "--threads", "1") == 0, closed.out + closed.err


def test_the_manifest_names_each_fact_by_the_digest_of_its_bytes(closed: Commands) -> None:
    (path,) = closed.root.glob("runs/*/*/calculation_manifest.json")
    named = json.loads(path.read_bytes())["objects"]["vendors"]
    shipped = vendors_path.vendor_facts()
    assert {
        place: hashlib.sha256(content).hexdigest() for place, content in shipped.items()
    } == named
    for digest in named.values():
        assert (closed.root / "evidence" / "objects" / digest).is_file()
