"""A workspace whose names lead to a server of this machine, and a register with verified items."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.fetching.loopback import NAME, NOW, Seen, Waits, trust_file
from tieout.contract.candidate import Candidate
from tieout.contract.register import ContractItem, Register
from tieout.fetching import Caps, Guard
from tieout.workspace.layout import Workspace

AT = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
VALUES = {
    "endpoint-catalog": f"https://{NAME}/list",
    "success-flag": "success",
    "catalog-rows-path": "data",
    "retry-codes": "429, 500, 503, 504, 524",
    "no-retry-error-codes": "invalid_request",
    "auth-access-token": "X-Account: Bearer",
    "quota-key-parameter": "key",
}
SETTINGS = """
workspace = "acme"
[fetch]
resolve = {{ "{name}" = "127.0.0.1:{port}" }}
trust = "authority.pem"
{more}
"""
# Beside what is fetched: one call, and its entry in the books.
FEEDS = """
[usage.gateway]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
outcome = { column = "status", values = { "200" = "completed" } }
meters = {}
cost_center = "team"
[ledger.books]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
cost_center = "team"
recorded = { column = "cost", currency = "USD" }
"""
USAGE = "id,at,model,status,team\nr1,2026-11-21T10:00:00Z,m,200,search\n"
LEDGER = "id,at,model,cost,team\nr1,2026-11-21T10:00:00Z,m,0.5,search\n"
ROW = '{"id": "m", "pricing": {"currency": "USD", "per_request": %s}}'


def register(status: str = "verified", **changed: str) -> Register:
    """The contract items that a capture leans on, all of one status unless said otherwise."""
    items = []
    for item_id, value in VALUES.items():
        candidate = Candidate(
            item_id, "endpoint", "claim", value, "unverified", "a page", "official", "tests", ""
        )
        stands = changed.get(item_id.replace("-", "_"), status)
        items.append(ContractItem("vendor", candidate, stands, value))  # type: ignore[arg-type]
    return Register(tuple(items), NOW)


def workspace_for(seen: Seen, folder: Path, more: str = "rehearsal = true") -> Workspace:
    """A new workspace that reaches the server."""
    text = SETTINGS.format(name=NAME, port=seen.port, more=more)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "authority.pem").write_bytes(trust_file().read_bytes())
    return Workspace.create(folder, text)


def hurried(guard: Guard) -> Guard:
    """The guard with the clock of the tests; its waits take no time."""
    return replace(
        guard, clock=lambda: NOW, sleep=Waits(), caps=Caps(deadline_ms=5_000), environment={}
    )


def catalog(*prices: str, total: int | None = None) -> bytes:
    """A catalog with a model for each price per request."""
    rows = ", ".join(
        ROW.replace('"m"', f'"m{n}"' if n else '"m"') % price for n, price in enumerate(prices)
    )
    count = len(prices) if total is None else total
    return f'{{"success": true, "total": {count}, "data": [{rows}]}}'.encode()
