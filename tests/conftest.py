"""What every test may ask for: the root of the repository and the real data sets made by others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import Statement

ROOT = Path(__file__).resolve().parents[1]

# Laws are searched with the same examples everywhere: a red test is red on the next machine too.
settings.register_profile("tieout", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("tieout")


# What is dear to start, and which tests share it beyond their file.
SHARED = {
    "tests/crash/": "prepared",
    "tests/parity/": "spark",
    "tests/simulator/": "vendor-client",
}
# Files of many tests that share little, or of few that take hours at night.
SPREAD = (
    "tests/controls/test_state_space.py", "tests/faults/test_planted_faults.py",
    "tests/properties/test_parts_add_up.py", "tests/properties/test_rows_are_located.py",
    "tests/recipes/test_month_from_a_trace.py", "tests/review/test_decisions_in_a_run.py",
    "tests/scenarios/test_scenarios.py",
)  # fmt: skip


class OneOwnerEach(LoadScopeScheduling):  # type: ignore[misc] # the plugin has no types
    """File by file to whichever worker is free, and what is shared beyond a file to the same one.

    A worker that has no part of a file does not make what the tests of the file share once more.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, _ = nodeid.partition("::")
        own = nodeid if file in SPREAD else file
        return next((one for place, one in SHARED.items() if file.startswith(place)), own)


# The group marks of the plugin say the same and go unheard: pytest 9.2 keeps ids in another place.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneOwnerEach:
    """A session of Spark costs a machine of Java: one worker starts it, the other never does."""
    # In the order they stand in: a dear file of few tests would come last, and one worker wait.
    config.option.loadscopereorder = False
    return OneOwnerEach(config, log)


# A run makes every table a second time and compares; that is a third of what a small run costs. It
# does so in the tests where a run is the subject. Where it is only the setting, once is enough.
MADE_TWICE = (
    "tests/demo/", "tests/determinism/", "tests/differential/", "tests/faults/", "tests/parity/",
    "tests/cli/test_demo.py", "tests/cli/test_real_demo.py",
    "tests/credits/test_credits_of_a_run.py", "tests/docs/test_demo_close.py",
    "tests/docs/test_guide.py",
)  # fmt: skip
assert all((ROOT / place).exists() for place in (*SHARED, *SPREAD, *MADE_TWICE)), "one is gone"
_compared = DuckDBEngine.repeats
_twice = True


def _repeats(engine: DuckDBEngine, statement: Statement) -> bool:
    return _compared(engine, statement) if _twice else True


DuckDBEngine.repeats = _repeats  # type: ignore[assignment, method-assign]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture of the test: whether its runs make every table a second time."""
    global _twice  # noqa: PLW0603 - the hook has no other place to keep it
    _twice = item.nodeid.startswith(MADE_TWICE)


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The folder that holds ``pyproject.toml``."""
    return ROOT


@pytest.fixture(scope="session")
def datasets() -> Path:
    """The folder of real data sets: ``TIEOUT_DATASETS``, or ``../shared/datasets`` beside the repo.

    A machine without them skips, with the reason; a setting that points nowhere is a mistake and
    fails.
    """
    named = os.environ.get("TIEOUT_DATASETS")
    if named:
        assert Path(named).is_dir(), f"TIEOUT_DATASETS names no folder: {named}"
        return Path(named)
    beside = ROOT.parent / "shared" / "datasets"
    if not beside.is_dir():
        pytest.skip("real data sets are not here: set TIEOUT_DATASETS to their folder")
    return beside
