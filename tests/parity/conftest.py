"""Two engines side by side: Spark is started once, by the one worker that owns this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tieout.engine.opening import missing_for_spark, open_engine
from tieout.engine.port import Engine


@pytest.fixture(scope="session")
def spark() -> None:
    """The session of this process; a machine without Java or PySpark skips, and says so."""
    lacking = missing_for_spark()
    if lacking:
        pytest.skip(f"the second engine needs {lacking}, which is not installed")
    open_engine("spark").close()


@pytest.fixture
def engine(spark: None) -> Iterator[Engine]:  # noqa: ARG001 - starts the session
    """An empty Spark engine."""
    opened = open_engine("spark")
    yield opened
    opened.close()
