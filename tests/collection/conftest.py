"""A workspace that may fetch from the simulator: items verified, the token in a variable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator import Running
from simulator.facts import invented
from tieout.contract.candidate import read_candidates
from tieout.evidence.documents import Verification
from tieout.evidence.records import append
from tieout.vendors_path import vendor_facts
from tieout.workspace.layout import Workspace

TOKEN_VARIABLE = "SIMULATED_ACCESS_TOKEN"  # noqa: S105 - the name of a variable
SETTINGS = """
workspace = "rehearsal"

[usage.log]
profile = "cometapi-log"

[collecting]
pages_per_minute = 6000
batch_rows = {batch_rows}

[fetch]
access_token_env = "SIMULATED_ACCESS_TOKEN"
rehearsal = true
trust = "authority.pem"
resolve = {{ {resolve} }}
"""
# Every item that fetching the log and the vendor's sums leans on.
LEANT_ON = (
    "endpoint-log",
    "auth-access-token",
    "log-parameters",
    "log-first-page",
    "log-page-size",
    "log-total-cap",
    "log-time-bounds",
    "log-total-path",
    "log-envelope",
    "success-flag",
    "retry-codes",
    "no-retry-error-codes",
)
FILTERS = ("log-filter-parameters",)
SUMS = (
    "endpoint-log-stat",
    "log-stat-path",
    "endpoint-aggregates",
    "aggregates-parameters",
    "aggregates-path",
    "aggregates-range",
)

Rehearse = Callable[..., Workspace]


def verified(workspace: Workspace, *names: str) -> None:
    """Verify these items with the values of their candidates."""
    at = datetime(2026, 9, 1, tzinfo=UTC)
    proof = workspace.store.put(b"a test against the simulator")
    for one in read_candidates(vendor_facts(), "cometapi"):
        if one.item_id in names:
            document = Verification(
                vendor="cometapi",
                item_id=one.item_id,
                value=one.value,
                proof="test",
                proof_object=proof,
                proof_name="simulator",
                source_url="",
                verified_by="CD",
                verified_at="2026-09-01T00:00:00Z",
            )
            append(workspace.log, document, at)


def rehearsal(root: Path, up: Running, *, batch_rows: int = 500, sums: bool = True) -> Workspace:
    """A workspace in that folder that fetches from a running simulator."""
    resolve = ", ".join(f'"{host}" = "{place}"' for host, place in up.hosts.items())
    made = Workspace.create(root, SETTINGS.format(resolve=resolve, batch_rows=batch_rows))
    (made.root / "authority.pem").write_bytes(up.authority.read_bytes())
    verified(made, *LEANT_ON, *FILTERS, *(SUMS if sums else ()))
    return made


@pytest.fixture
def rehearse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rehearse:
    """Makes a workspace that fetches from a running simulator."""

    def make(up: Running, *, batch_rows: int = 500, sums: bool = True) -> Workspace:
        monkeypatch.setenv(TOKEN_VARIABLE, invented().account["access_token"])
        return rehearsal(tmp_path / "books", up, batch_rows=batch_rows, sums=sums)

    return make
