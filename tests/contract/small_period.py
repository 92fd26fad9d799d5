"""A day of one vendor's calls, one of each kind that a contract item decides, and its books.

Catalog (prices per 1M tokens, list times ratio 0.8; per call without a ratio):
  chat    input 10, output 20, ratio 0.8: charged 8 and 16
  opus    input 5, output 25, ratio 0.8: charged 4 and 20
  image   0.5 a call, as charged
Log, units of 0.000002 USD, each at 10:00 or later of 3 August 2026:
  a1 chat  1,000 in, 500 out    8,000 + 8,000 millionths = 0.016        8,000 units, as its frozen
           ratios give: (1,000 + 500 x 2) x 5 x 0.8
  a2 chat  failed for good, 500 in, 0 out: full cost 0.004              0 units
  a3 chat  a failed attempt of 100 in (0.0008), then a call that completed: 1,000 in, 0 out: 0.008;
           its frozen ratios give 1,000 x 4 x 0.8 = 3,200 units, and 4,000 were charged
  a4 opus  1,000 in beside 2,000 read from a cache: the cache has no price, so it waits unrated
  a5 image one call, 0.5; its task failed and came back in full: 250,000 units, its frozen price
  a6 image one call, 0.5: 250,000 units
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tieout.actions.closing import run
from tieout.actions.contract import ProofShown, contradict_item, verify_items
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import import_files
from tieout.workspace.layout import Workspace

AS_OF: Final = datetime(2026, 8, 5, 9, tzinfo=UTC)
PERIOD: Final = "2026-08-03"
_START: Final = int(datetime(2026, 8, 3, 10, tzinfo=UTC).timestamp())

SETTINGS: Final = """\
workspace = "small"

[usage.log]
profile = "cometapi-log"
environment = { value = "production" }
cost_center = "token_name"

[ledger.books]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
cost_center = "team"
recorded = { column = "cost", currency = "USD" }
"""

TOKENS: Final = {"currency": "USD / M Tokens", "ratio": 0.8}
CATALOG: Final[dict[str, Any]] = {
    "success": True,
    "data": [
        {"id": "chat", "pricing": {**TOKENS, "input": 10, "output": 20}},
        {"id": "opus", "pricing": {**TOKENS, "input": 5, "output": 25}},
        {"id": "image", "pricing": {"currency": "USD", "per_request": 0.5}},
    ],
}


def call(number: int, model: str, **said: Any) -> dict[str, Any]:
    """A row of the log as the vendor writes it."""
    other = said.pop("other", {"cache_tokens": 0})
    return {
        "created_at": _START + 60 * number, "type": 2, "model_name": model, "token_name": "team",
        "prompt_tokens": 0, "completion_tokens": 0, "quota": 0, "use_time": 2, "is_stream": False,
        "request_id": f"a{number}", "other": json.dumps(other), **said,
    }  # fmt: skip


TASK: Final = {"is_task": True, "task_id": "t5", "cache_tokens": 0,
               "model_price": 0.5, "group_ratio": 1}  # fmt: skip
CHAT: Final = {"cache_tokens": 0, "model_ratio": 5, "completion_ratio": 2, "group_ratio": 0.8}
ROWS: Final = [
    call(1, "chat", prompt_tokens=1000, completion_tokens=500, quota=8000, other=CHAT),
    call(2, "chat", type=5, prompt_tokens=500),
    call(3, "chat", type=5, prompt_tokens=100, created_at=_START + 179),
    call(3, "chat", prompt_tokens=1000, quota=4000, other={**CHAT, "model_ratio": 4}),
    call(4, "opus", prompt_tokens=1000, quota=2400,
         other={"cache_tokens": 2000, "usage_semantic": "anthropic"}),
    call(5, "image", quota=250_000, other=TASK),
    call(7, "image", type=6, quota=250_000, request_id=None, other=TASK),
    call(6, "image", quota=250_000),
]  # fmt: skip
BOOKS: Final = (("a1", "chat", "0.016"), ("a2", "chat", "0.004"), ("a3", "chat", "0.008"),
                ("a4", "opus", "0.0048"), ("a6", "image", "0.5"))  # fmt: skip


def made(folder: Path, settings: str = SETTINGS) -> Workspace:
    """A workspace with the catalog, the log and the books."""
    workspace = Workspace.create(folder / "workspace", settings)
    catalog, log, books = folder / "catalog.json", folder / "log.json", folder / "books.csv"
    catalog.write_text(json.dumps(CATALOG))
    log.write_text(json.dumps({"success": True, "data": {"items": ROWS}}))
    lines = [f"{name},2026-08-03T10:30:00Z,{model},team,{cost}" for name, model, cost in BOOKS]
    books.write_text("\n".join(["id,at,model,team,cost", *lines]) + "\n")
    accessed = datetime(2026, 7, 20, 8, tzinfo=UTC)
    import_prices(
        workspace, catalog, source_name="catalog", source_format="cometapi-catalog",
        origin=Origin("https://prices.example/list", accessed, "AB"), approved_by="CD", at=AS_OF,
    )  # fmt: skip
    list(import_files(workspace, "usage", [log], operator="AB", at=AS_OF))
    list(import_files(workspace, "ledger", [books], operator="AB", at=AS_OF))
    return workspace


def report(workspace: Workspace, as_of: datetime = AS_OF) -> dict[str, Any]:
    """The report of a run of the day."""
    found: dict[str, Any] = json.loads(
        run(workspace, PERIOD, operator="AB", as_of=as_of, threads=1).document
    )
    return found


def proof(text: str = "rows of a test") -> ProofShown:
    """A proof somebody might show."""
    return ProofShown(text.encode(), "proof.txt", "https://docs.example/page")


def verify(workspace: Workspace, *items: str, at: datetime = AS_OF, **said: Any) -> None:
    """Verify items by one letter."""
    verify_items(
        workspace, items, proof="letter", evidence=proof(), verified_by="AB", at=at, **said
    )


def contradict(workspace: Workspace, item: str, at: datetime = AS_OF) -> None:
    """Contradict an item."""
    contradict_item(
        workspace, item, reason="a statement says otherwise", evidence=proof("statement"),
        contradicted_by="CD", at=at,
    )  # fmt: skip
