"""One changed byte anywhere under a signed run: the signatures are stale, or verify fails (G24)."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.controls.office import approved, both_signed
from tieout.actions import signing_off
from tieout.actions.evidence import verify_evidence
from tieout.close import pending
from tieout.errors import Refusal
from tieout.vendors_path import vendor_facts
from tieout.workspace.layout import Workspace

pytestmark = pytest.mark.slow

# How many bytes are changed, one at a time; a thousand at night (make nightly-controls).
_CHANGES: Final = int(os.environ.get("TIEOUT_CONTROL_CHANGES", "60"))
_SEED: Final = 20260803
# The policy of the settings is that of another month once it changes, and is tried apart (D24).
_POLICY: Final = b'[policy]\nversion = "p1"\n'


def places(root: Path) -> list[tuple[Path, int]]:
    """Every file that a signed run rests on, with the bytes of it that are tried."""
    found = []
    for folder in ("evidence", "witness", "runs"):
        found += [path for path in sorted((root / folder).rglob("*")) if path.is_file()]
    found = [path for path in found if path.name != "lock" and path.stat().st_size]
    sizes = [(path, path.stat().st_size) for path in found]
    settings = (root / "tieout.toml").read_bytes()
    assert settings.endswith(_POLICY)
    sizes.append((root / "tieout.toml", len(settings) - len(_POLICY)))
    sizes += [
        (root / name, (root / name).stat().st_size) for name in ("mapping.csv", "exclusions.csv")
    ]
    return sizes


def noticed(root: Path) -> bool:
    """Whether somebody who looks is told: nothing stands, or a refusal, or verify disagrees."""
    try:
        workspace = Workspace.open(root)
        state = signing_off.show_approval(workspace)
        if not state.signatures or not all(one.stands for one in state.signatures):
            return True
        return not verify_evidence(workspace).agrees
    except Refusal:
        return True


@pytest.fixture
def signed_office(tmp_path: Path) -> Path:
    """A run that two people signed."""
    workspace = approved(tmp_path)
    both_signed(workspace)
    return workspace.root


def test_every_changed_byte_is_noticed(signed_office: Path, tmp_path: Path) -> None:
    assert not noticed(signed_office)
    chosen = random.Random(_SEED)  # noqa: S311 - repeatable, not secret
    every = places(signed_office)
    missed = []
    for number in range(_CHANGES):
        # Each file in turn, then any of them: small ones must not hide behind large ones.
        path, size = every[number] if number < len(every) else chosen.choice(every)
        kept = tmp_path / "kept"
        shutil.copy2(path, kept)
        content = bytearray(path.read_bytes())
        place = chosen.randrange(size)
        content[place] ^= 1 << chosen.randrange(8)
        mode = path.stat().st_mode
        path.chmod(0o600)
        path.write_bytes(bytes(content))
        path.chmod(mode)
        if not noticed(signed_office):
            missed.append((path.relative_to(signed_office).as_posix(), place))
        path.chmod(0o600)
        path.write_bytes(kept.read_bytes())
        path.chmod(mode)
    assert missed == []
    assert not noticed(signed_office)


def test_a_changed_vendor_fact_makes_the_signatures_stale(
    signed_office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = vendor_facts()
    for place in facts:
        changed = {**facts, place: facts[place] + b"\n"}
        monkeypatch.setattr(pending, "vendor_facts", lambda changed=changed: changed)
        state = signing_off.show_approval(Workspace.open(signed_office))
        assert [one.stands for one in state.signatures] == [False, False]
        assert state.changed == (f"vendor facts {place}",)
