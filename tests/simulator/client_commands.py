"""Every reading command of the vendor's client that the tests give, by a name of our own."""

from __future__ import annotations

from typing import Final

READING: Final[dict[str, list[str]]] = {
    "models": ["models", "--json", "--no-cache"],
    "models by key": ["models", "--source", "openai", "--json"],
    "model": ["model", "info", "sim-opus-3-20260101", "--json", "--no-cache"],
    "logs": ["logs", "--json", "--limit", "100"],
    "refunds": ["logs", "--json", "--type", "refund", "--limit", "100"],
    "a day": ["logs", "--json", "--start", "2026-09-02", "--end", "2026-09-02T01:00:00"],
    "export": ["logs", "--export", "--type", "consume", "--token-name", "canary"],
    "stats": ["stats", "--json"],
    "balance": ["balance", "--json"],
    "balance of key": ["balance", "--json", "--source", "key"],
    "account": ["account", "--json"],
    "tasks": ["tasks", "--json", "--limit", "100"],
    "failed tasks": ["tasks", "--json", "--status", "FAILURE"],
    "keys": ["tokens", "--json"],
    "keys found": ["tokens", "--json", "--search", "prod"],
    "doctor": ["doctor", "--json"],
    "ops by a user": ["ops", "usage", "--json"],
    "table": ["logs", "--detail"],
}
OPERATING: Final[dict[str, list[str]]] = {
    "usage": ["ops", "usage", "--json", "--user-id", "4711"],
    "key usage": ["ops", "usage", "--json", "--token-name", "canary"],
    "logs": ["ops", "logs", "--json", "--type", "manage", "--limit", "100"],
    "top-ups": ["ops", "topups", "--json"],
    "found": ["ops", "search", "4711", "--json"],
    "summary": ["ops", "summary", "--json", "--user-id", "4711", "--month", "2026-09"],
}


# Thirteen pages hold the whole plain history; the fourteenth is empty.
PAGES: Final = [["logs", "--json", "--limit", "100", "--page", str(page)] for page in range(1, 15)]

# Faults of the log, one for each call; the call after the last is answered well.
FAILING: Final = ("401", "403", "500", "html", "cut-gzip", "drop")


def looked_up(request_id: str) -> list[str]:
    """The command that looks a call up."""
    return ["logs", "--request-id", request_id, "--json"]
