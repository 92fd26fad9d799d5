"""The period, imported once for each order of rows and number of files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.determinism.period import prepared
from tieout.workspace.layout import Workspace


@pytest.fixture(scope="session")
def period(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Workspace]:
    """A fresh copy of the workspace with the period in that order and that many files."""
    made: dict[tuple[str, str], Path] = {}

    def copy(order: str, parts: str) -> Workspace:
        if (order, parts) not in made:
            folder = tmp_path_factory.mktemp("period")
            made[order, parts] = prepared(folder, order, int(parts)).root
        target = tmp_path_factory.mktemp("cell") / "workspace"
        shutil.copytree(made[order, parts], target)
        return Workspace.open(target)

    return copy
