"""One small demo month, written once, for every test of this room."""

from __future__ import annotations

import pytest

from tests.demo.oracle import Oracle
from tieout.demo.write import write_month


@pytest.fixture(scope="session")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    """A month of 12,000 requests, read back from its files."""
    return Oracle(write_month(tmp_path_factory.mktemp("demo"), seed=7, requests=12_000))
