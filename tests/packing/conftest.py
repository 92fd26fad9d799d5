"""The signed period, made once, and the stand-alone verifier as a module of its own."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.packing.signed_period import Signed, signed_period
from tests.tidy.repository import PACKAGE


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """The small period with people, sign-offs and its pack."""
    return signed_period(tmp_path_factory.mktemp("signed"))


@pytest.fixture(scope="session")
def verifier() -> ModuleType:
    """The verifier, loaded from its file as an outsider would."""
    return load_verifier(PACKAGE / "packing" / "verify_pack.py")


def load_verifier(path: Path) -> ModuleType:
    """The module in a file, which belongs to no package."""
    spec = importlib.util.spec_from_file_location("verify_pack_alone", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
