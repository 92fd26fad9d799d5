"""Fixtures of the evidence room: a filled store, and a process that may write again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evidence.small_store import Workspace, filled
from tieout.evidence import durable


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return filled(tmp_path / "workspace")


@pytest.fixture(autouse=True)
def healthy_process() -> Iterator[None]:
    """A failed fsync poisons the process for good; each test stands for a process of its own."""
    durable.HEALTH.failed_sync = ""
    yield
    durable.HEALTH.failed_sync = ""
