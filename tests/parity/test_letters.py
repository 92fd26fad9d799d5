"""Without what Spark needs, ``--engine spark`` is a letter that says what to install."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest

from tieout.engine import opening
from tieout.engine.opening import open_engine
from tieout.errors import ExitCode, Refusal

pytestmark = pytest.mark.slow


def refused() -> Refusal:
    with pytest.raises(Refusal) as caught:
        open_engine("spark")
    return caught.value


def test_without_pyspark_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "find_spec", lambda _name: None)
    letter = refused()
    assert (letter.code, letter.exit_code) == ("SPARK_MISSING", ExitCode.CONFIGURATION)
    assert "pip install 'tieout[spark]'" in letter.letter()


@pytest.mark.parametrize("home", [None, "nowhere"])
def test_without_java_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str | None
) -> None:
    monkeypatch.setattr(opening, "find_spec", lambda _name: True)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    if home:
        monkeypatch.setenv("JAVA_HOME", str(tmp_path / home))
    letter = refused()
    assert (letter.code, letter.exit_code) == ("JAVA_MISSING", ExitCode.ENVIRONMENT)
    assert "default-jre-headless" in letter.letter()


@pytest.mark.usefixtures("spark")
# PySpark leaves the pipe of a process that did not start to the collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_java_that_does_not_start_is_a_letter_with_its_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho this is no machine >&2\nexit 1\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setattr(sys.modules["tieout.engine.spark_session"], "_STARTED", {})
    before = dict(os.environ)
    letter = refused()
    assert (letter.code, letter.exit_code) == ("SPARK_START", ExitCode.ENVIRONMENT)
    assert "this is no machine" in letter.letter()
    letter.__traceback__ = letter.__cause__ = letter.__context__ = None
    gc.collect()
    assert dict(os.environ) == before
