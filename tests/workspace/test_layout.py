"""The workspace folder: how it is made, opened, and never overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieout.errors import ConfigurationRefused
from tieout.workspace.layout import Workspace


def test_a_new_workspace_can_be_opened_as_it_is(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "acme-ai")
    opened = Workspace.open(tmp_path / "acme-ai")
    assert opened.settings.workspace == "acme-ai"
    assert opened.settings_content == (tmp_path / "acme-ai" / "tieout.toml").read_bytes()
    digest = opened.store.put(b"bytes")
    assert opened.store.get(digest) == b"bytes"
    assert opened.log.entries() == ()


def test_the_tables_of_a_new_workspace_have_only_headers(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "w")
    assert made.mapping_path.read_text() == (
        "internal_model_alias,source_model_id,pricing_unit,effective_from,effective_to,approved_by,"
        "reviewer,disposition,source_link,captured_spelling,price_line,change_ticket,"
        "approval_record\n"
    )
    assert made.exclusions_path.read_text() == "rule_name,field,equals,reason,approved_by\n"


def test_runs_lie_under_their_period_and_id(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "w")
    assert made.run_path("2026-08", "7f3a") == tmp_path / "w" / "runs" / "2026-08" / "7f3a"


def test_a_workspace_is_never_made_over_another(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "w", 'workspace = "first"\n')
    with pytest.raises(ConfigurationRefused, match="CFG_EXISTS"):
        Workspace.create(tmp_path / "w", 'workspace = "second"\n')
    assert Workspace.open(tmp_path / "w").settings.workspace == "first"


def test_an_interrupted_attempt_is_completed_and_keeps_its_files(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "w")
    made.mapping_path.write_text("kept")
    (tmp_path / "w" / "tieout.toml").unlink()
    again = Workspace.create(tmp_path / "w")
    assert again.mapping_path.read_text() == "kept"


def test_settings_that_are_refused_leave_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused, match="CFG_ZONE"):
        Workspace.create(tmp_path / "w", 'workspace = "w"\nzone = "CST"\n')
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize("place", ["missing", "file", "empty"])
def test_a_folder_without_settings_is_no_workspace(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationRefused, match="CFG_NO_WORKSPACE"):
        Workspace.open(tmp_path / place)


def test_a_folder_name_cannot_smuggle_a_setting_in(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / 'w", zone = "CST')
    assert (made.settings.workspace, made.settings.zone) == ('w", zone = "CST', "UTC")
    with pytest.raises(ConfigurationRefused, match="CFG_NAME"):
        Workspace.create(tmp_path / 'w"\nzone = "CST')
