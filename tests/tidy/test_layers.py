"""The direction of imports: the contract holds for the package, and breaks when it should."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.tidy.repository import ROOT

SKELETON_IMPORTS = {
    "engine/duckdb.py": "import duckdb",
    "engine/spark.py": "import py4j\nimport pyspark",
    "engine/spark_session.py": "import pyspark",
    "cli/prices.py": "import cyclopts\nimport tieout.close",
    "fetching/transport.py": "import urllib3",
    "signing/key.py": "import cryptography",
    "actions/notify_library.py": "import apprise",
    "report/html.py": "import jinja2",
    "pricebook/sources/page.py": "import markdown_it\nimport selectolax",
    "rating/cost.py": "import tieout.mapping\nimport tieout.pricebook",
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter in a folder that holds ``pyproject.toml`` and ``src``."""
    program = (
        "import sys; from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(no_cache=True))"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """An empty house of the declared rooms under our own contracts, with only proper imports."""
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    package = tmp_path / "src" / "tieout"
    for layer in tomllib.loads(settings)["tool"]["importlinter"]["contracts"][0]["layers"]:
        for name in layer.split("|"):
            folder = package / name.strip(" ()")
            folder.mkdir(parents=True)
            (folder / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "pricebook" / "sources").mkdir()
    (package / "pricebook" / "sources" / "__init__.py").touch()
    for place, lines in SKELETON_IMPORTS.items():
        (package / place).write_text(lines, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_the_package_keeps_its_layers() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_house_with_proper_imports_passes(skeleton: Path) -> None:
    done = lint(skeleton)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "line", "complaint"),
    [
        ("pricebook/y.py", "import selectolax", "tieout.pricebook.y -> selectolax"),
        ("workspace/y.py", "import markdown_it", "tieout.workspace.y -> markdown_it"),
        ("metering/x.py", "import tieout.ledger", "tieout.metering.x -> tieout.ledger"),
        ("pricebook/x.py", "import tieout.metering", "tieout.pricebook.x -> tieout.metering"),
        (
            "money/x.py",
            "import tieout.errors\nimport tieout.tables",
            "tieout.money.x -> tieout.tables",
        ),
        ("review/x.py", "from tieout import close", "tieout.review.x -> tieout.close"),
        ("rating/x.py", "import duckdb", "tieout.rating.x -> duckdb"),
        ("engine/x.py", "import duckdb", "tieout.engine.x -> duckdb"),
        ("engine/opening.py", "import pyspark", "tieout.engine.opening -> pyspark"),
        ("close/x.py", "import cyclopts", "tieout.close.x -> cyclopts"),
        ("fetching/x.py", "import urllib3", "tieout.fetching.x -> urllib3"),
        ("actions/x.py", "import apprise", "tieout.actions.x -> apprise"),
        ("people/x.py", "import cryptography", "tieout.people.x -> cryptography"),
        ("cli/x.py", "import jinja2", "tieout.cli.x -> jinja2"),
        ("a_new_room.py", "", "tieout.a_new_room"),
    ],
)
def test_a_planted_breach_is_reported(
    skeleton: Path, place: str, line: str, complaint: str
) -> None:
    (skeleton / "src" / "tieout" / place).write_text(line, encoding="utf-8")
    done = lint(skeleton)
    assert done.returncode == 1
    assert complaint in done.stdout
