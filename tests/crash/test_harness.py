"""The harness catches what it is there for: seven seeded defects, each by a way of looking (L4)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.commands import words_of
from tests.crash.defects import (
    DEFECTS,
    Defect,
    acknowledged_early,
    close_error_ignored,
    failed_sync_retried,
    head_written_in_place,
    no_sync_of_files,
    no_sync_of_folders,
    planted,
    renamed_before_sync,
)
from tests.crash.harness import (
    by_failed_syncs,
    by_killing,
    by_losing_on_close,
    by_power_cuts,
)

pytestmark = [pytest.mark.crash, pytest.mark.slow]

Look = Callable[[Path, Path, tuple[str, ...]], list[str]]

CAUGHT: dict[Defect, Look] = {
    no_sync_of_files: by_power_cuts,
    no_sync_of_folders: by_power_cuts,
    acknowledged_early: by_power_cuts,
    renamed_before_sync: by_power_cuts,
    close_error_ignored: by_losing_on_close,
    failed_sync_retried: by_failed_syncs,
    head_written_in_place: by_killing,
}


LOOKS = (by_failed_syncs, by_killing, by_losing_on_close, by_power_cuts)


def name(function: object) -> str:
    """How a function is called in the list of tests."""
    return str(getattr(function, "__name__", function))


def approve(prepared: Path) -> tuple[str, ...]:
    return words_of("prices approve", prepared)


def test_every_seeded_defect_has_a_way_of_being_caught() -> None:
    assert set(CAUGHT) == set(DEFECTS)
    assert len(DEFECTS) == 7


@pytest.mark.parametrize("look", LOOKS, ids=name)
def test_the_program_as_it_is_breaks_nothing(look: Look, prepared: Path, tmp_path: Path) -> None:
    assert look(prepared / "small", tmp_path, approve(prepared)) == []


@pytest.mark.parametrize("defect", DEFECTS, ids=name)
def test_a_seeded_defect_is_caught(defect: Defect, prepared: Path, tmp_path: Path) -> None:
    words = approve(prepared)
    with planted(defect):
        assert CAUGHT[defect](prepared / "small", tmp_path, words) != []


@pytest.mark.parametrize("defect", [no_sync_of_files, no_sync_of_folders])
def test_killing_alone_does_not_catch_a_missing_fsync(
    defect: Defect, prepared: Path, tmp_path: Path
) -> None:
    words = approve(prepared)
    with planted(defect):
        assert by_killing(prepared / "small", tmp_path, words) == []
