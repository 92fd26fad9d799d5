"""Golden pages: compared byte for byte, rewritten only when somebody asks for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def same_as_golden() -> Callable[[str, str], None]:
    """Asserts that a text equals its golden file.

    ``TIEOUT_UPDATE_GOLDEN=1 pytest tests/report`` rewrites the files; the change is then reviewed
    like any other. A missing file fails.
    """

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if os.environ.get("TIEOUT_UPDATE_GOLDEN") == "1":
            GOLDEN.mkdir(exist_ok=True)
            file.write_bytes(text.encode())
        assert file.is_file(), f"{file.name} is missing: run with TIEOUT_UPDATE_GOLDEN=1"
        assert text.encode() == file.read_bytes()

    return compare
