"""The wheel: it carries the SQL, the templates and the vendor data, and nothing of the workshop."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.tidy.repository import PACKAGE, ROOT, files


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names inside a wheel built from this tree with the locked build tools."""
    if find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed: `make setup` brings it")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def shipped(folder: Path, inside: str) -> set[str]:
    """The names under which the repository's files of a folder belong in the wheel."""
    return {
        f"{inside}/{path.relative_to(folder).as_posix()}"
        for path in files()
        if path.is_relative_to(folder)
    }


@pytest.mark.slow
def test_the_wheel_carries_the_whole_package(wheel_names: set[str]) -> None:
    assert sorted(shipped(PACKAGE, "tieout") - wheel_names) == []


@pytest.mark.slow
def test_the_wheel_carries_the_vendor_data(wheel_names: set[str]) -> None:
    wanted = shipped(ROOT / "vendors", "tieout/vendors")
    assert wanted
    assert sorted(wanted - wheel_names) == []


@pytest.mark.slow
def test_the_wheel_carries_nothing_of_the_workshop(wheel_names: set[str]) -> None:
    wanted = shipped(PACKAGE, "tieout") | shipped(ROOT / "vendors", "tieout/vendors")
    extra = {name for name in wheel_names if ".dist-info/" not in name} - wanted
    assert sorted(extra) == []
