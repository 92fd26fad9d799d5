"""What the screen says is tested at one width."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _one_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
