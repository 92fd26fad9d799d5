"""Two engines side by side: Spark is started once, by the one worker that owns this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tieout.engine import spark_session
from tieout.engine.spark import SparkEngine

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder goes to one worker, so that the suite starts one session."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("spark"))
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def spark() -> None:
    """The session of this process; a machine without Java or PySpark skips, and says so."""
    lacking = spark_session.missing()
    if lacking:
        pytest.skip(f"the second engine needs {lacking}, which is not installed")
    spark_session.running()


@pytest.fixture
def engine(spark: None) -> Iterator[SparkEngine]:  # noqa: ARG001 - starts the session
    """An empty Spark engine."""
    opened = SparkEngine()
    yield opened
    opened.close()
