"""The one Spark session of a process: how it is started, bounded, kept quiet and swept away."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkRuntimeError
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

from tieout.engine.spill import scratch_prefix
from tieout.errors import EnvironmentRefused

# Memory of the session; what does not fit is spilled to the scratch folder.
MEMORY: Final = "2g"
THREADS: Final = 2

# Nothing of the machine's own Spark set-up may take part: it could change a result.
_FOREIGN: Final = (
    "SPARK_HOME", "SPARK_CONF_DIR", "SPARK_LOCAL_DIRS", "SPARK_SUBMIT_OPTS", "SPARK_TESTING",
    "SPARK_REMOTE", "SPARK_CONNECT_MODE", "SPARK_MASTER", "SPARK_DIST_CLASSPATH", "SPARK_CLASSPATH",
    "SPARK_JAVA_OPTS", "SPARK_DAEMON_JAVA_OPTS", "SPARK_DRIVER_MEMORY", "SPARK_PREPEND_CLASSES",
    "HADOOP_CONF_DIR", "YARN_CONF_DIR", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS",
    "PYSPARK_GATEWAY_PORT", "PYSPARK_GATEWAY_SECRET", "PYSPARK_PIN_THREAD", "PYSPARK_PYTHON",
    "PYSPARK_DRIVER_PYTHON", "PYSPARK_SUBMIT_ARGS", "SPARK_LOCAL_IP",
)  # fmt: skip

# What a result could depend on comes first; the rest keeps Spark small, quiet and at home.
_SETTINGS: Final = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.storeAssignmentPolicy": "ANSI",
    "spark.sql.caseSensitive": "false",
    "spark.sql.catalogImplementation": "in-memory",
    # One plan per text: no plan depends on how many rows passed by.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
    "spark.driver.memory": MEMORY,
    "spark.driver.maxResultSize": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.ui.retainedExecutions": "1",
    "spark.ui.retainedJobs": "1",
    "spark.ui.retainedStages": "1",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
}

_LOG_SETTINGS: Final = """\
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n%ex
"""

_LOCK: Final = threading.Lock()
_STARTED: dict[str, tuple[SparkSession, Path]] = {}


def running(threads: int | None = None) -> tuple[SparkSession, Path]:
    """The session of this process and its scratch folder; started by the first who asks.

    Args:
        threads: how many threads a session that starts now has; one that runs keeps its own.

    Raises:
        EnvironmentRefused: ``SPARK_START``: it did not start; its last words are in the letter.
    """
    with _LOCK:
        if "session" not in _STARTED:
            _STARTED["session"] = _start(threads or THREADS)
        return _STARTED["session"]


def _start(threads: int) -> tuple[SparkSession, Path]:
    scratch = Path(tempfile.mkdtemp(prefix=scratch_prefix("spark")))
    atexit.register(shutil.rmtree, scratch, ignore_errors=True)
    for name in ("conf", "local", "tmp", "warehouse"):
        (scratch / name).mkdir()
    (scratch / "conf" / "log4j2.properties").write_text(_LOG_SETTINGS, encoding="utf-8")
    conf = SparkConf(loadDefaults=False).setAll(list(_settings(scratch, threads).items()))
    log = scratch / "session.log"
    try:
        with _own_environment(scratch), log.open("wb") as said:
            gateway = launch_gateway(  # type: ignore[no-untyped-call]
                conf, {"stdout": said, "stderr": said}
            )
            session = SparkSession(SparkContext(conf=conf, gateway=gateway))
    except (PySparkRuntimeError, OSError) as error:
        lines = log.read_text("utf-8", "replace").splitlines() if log.is_file() else []
        shutil.rmtree(scratch, ignore_errors=True)
        raise EnvironmentRefused(
            "SPARK_START",
            "Spark did not start.",
            where=tuple(line for line in lines if line.strip())[-3:],
            remedy="It needs Java 17 or newer and about 3 GB of memory. Or use --engine duckdb.",
        ) from error
    atexit.register(_stop, session, gateway)
    return session, scratch


def _settings(scratch: Path, threads: int) -> dict[str, str]:
    return {
        **_SETTINGS,
        "spark.master": f"local[{int(threads)}]",
        "spark.app.name": "tieout",
        "spark.local.dir": str(scratch / "local"),
        "spark.sql.warehouse.dir": (scratch / "warehouse").as_uri(),
        "spark.driver.extraJavaOptions": (
            f"-Djava.io.tmpdir={scratch / 'tmp'} -Duser.timezone=UTC -Duser.language=en"
            f" -Dlog4j2.configurationFile={(scratch / 'conf' / 'log4j2.properties').as_uri()}"
            " -Djava.net.preferIPv4Stack=true"
            # A session lasts minutes on few cores: the second compiler never earns its keep.
            " -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
        ),
    }


@contextlib.contextmanager
def _own_environment(scratch: Path) -> Iterator[None]:
    """The environment the session starts in: nothing of another Spark, and loopback only."""
    before = {name: os.environ.get(name) for name in _FOREIGN}
    for name in _FOREIGN:
        os.environ.pop(name, None)
    os.environ["SPARK_CONF_DIR"] = str(scratch / "conf")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYSPARK_SUBMIT_ARGS"] = "pyspark-shell"
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _stop(session: SparkSession, gateway: object) -> None:
    """End the session and the process behind it, so that its folder can be swept away."""
    with contextlib.suppress(Exception):
        session.stop()
    process = getattr(gateway, "proc", None)
    with contextlib.suppress(Exception):
        gateway.shutdown()  # type: ignore[attr-defined]
    if process is not None:
        # The other side ends when its input does.
        process.stdin.close()
        with contextlib.suppress(Exception):
            process.wait(10)
