"""Prepared workspaces for every test of this room; nobody writes to them, everybody copies them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.preparing import prepare, rehearsing


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the workspaces and, beside them, the files of each command."""
    return prepare(tmp_path_factory.mktemp("crash") / "prepared").parent


@pytest.fixture(scope="session")
def rehearsed(prepared: Path) -> Iterator[Path]:
    """The same folder, with a workspace that fetches from a vendor on this machine."""
    with rehearsing(prepared):
        yield prepared
