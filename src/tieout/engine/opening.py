"""Opening an engine by its name: the words of ``--engine``."""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.port import Engine
from tieout.errors import ConfigurationRefused, EnvironmentRefused

EngineName = Literal["duckdb", "spark"]
_SPARK: Final = "tieout.engine.spark"


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
    if engine == "duckdb":
        return DuckDBEngine(threads)
    _require_spark()
    # By name, because PySpark is an optional extra: nothing else may import that module.
    spark: Engine = import_module(_SPARK).SparkEngine(threads)
    return spark


def missing_for_spark() -> str | None:
    """What Spark needs and this machine has not: PySpark or Java; None where all of it is there."""
    if find_spec("pyspark") is None:
        return "PySpark"
    home = os.environ.get("JAVA_HOME")
    java = Path(home, "bin", "java").is_file() if home else shutil.which("java") is not None
    return None if java else "Java"


def _require_spark() -> None:
    lacking = missing_for_spark()
    if lacking == "PySpark":
        raise ConfigurationRefused(
            "SPARK_MISSING",
            "The engine spark needs PySpark, which is not installed.",
            remedy="Install it: pip install 'tieout[spark]'. Or use --engine duckdb.",
        )
    if lacking:
        raise EnvironmentRefused(
            "JAVA_MISSING",
            "The engine spark needs Java 17 or newer, and no java was found.",
            where=("looked at JAVA_HOME and PATH",),
            remedy="Install a Java runtime, on Debian: apt-get install default-jre-headless."
            " Or use --engine duckdb.",
        )
