"""Opening an engine by its name: the words of ``--engine``."""

from __future__ import annotations

from typing import Literal

from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.port import Engine
from tieout.engine.spark import SparkEngine

EngineName = Literal["duckdb", "spark"]


def open_engine(engine: Engine | EngineName, threads: int | None = None) -> Engine:
    """An engine with no tables yet; one that is open already is given back as it is.

    Args:
        engine: its name, or the engine.
        threads: threads of an engine that is opened here; no result depends on it.

    Raises:
        ConfigurationRefused: ``SPARK_MISSING``: PySpark is not installed.
        EnvironmentRefused: ``JAVA_MISSING``, ``SPARK_START``: Spark cannot run on this machine.
    """
    if not isinstance(engine, str):
        return engine
    return SparkEngine(threads) if engine == "spark" else DuckDBEngine(threads)
