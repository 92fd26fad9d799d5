"""What every test may ask for: the root of the repository and the real data sets made by others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[1]

# Laws are searched with the same examples everywhere: a red test is red on the next machine too.
settings.register_profile("tieout", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("tieout")


# What is dear to start, and which tests share it.
SHARED = {
    "tests/parity/": "spark",
    "tests/simulator/": "vendor-client",
    # A whole month, walked from hold to close once for all tests of the file.
    "tests/docs/test_demo_close.py": "demo-close",
    "tests/docs/test_real_close.py": "real-close",
    "tests/docs/test_prepaid_close.py": "prepaid-close",
    "tests/differential/test_gateway_month.py": "gateway-month",
}


class OneOwnerEach(LoadScopeScheduling):  # type: ignore[misc] # the plugin has no types
    """Test by test to whichever worker is free, but tests that share something to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((one for place, one in SHARED.items() if nodeid.startswith(place)), nodeid)


# The group marks of the plugin say the same and go unheard: pytest 9.2 keeps ids in another place.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneOwnerEach:
    """A session of Spark costs a machine of Java: one worker starts it, the other never does."""
    return OneOwnerEach(config, log)


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
