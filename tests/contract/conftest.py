"""The small period, read once."""

from __future__ import annotations

import pytest

from tests.contract.flipping import Flipped
from tests.contract.small_period import made


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Flipped:
    """Documents of the small period under any register."""
    return Flipped(made(tmp_path_factory.mktemp("contract")))
