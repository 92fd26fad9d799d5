"""One prepared workspace for every test of this room; nobody writes to it, everybody copies it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.commands import prepare


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the workspace ``small`` and, beside it, the files of each command."""
    return prepare(tmp_path_factory.mktemp("crash") / "prepared").parent
