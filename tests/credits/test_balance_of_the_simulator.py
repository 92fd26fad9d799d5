"""The balance that the simulated vendor states, proved from its log, lists and two readings.

The simulator keeps its balance by itself: what was credited, used, returned and paid by others.
Here it is only asked; every unit has to be found in the rows and in what their words say.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import simulator
from simulator.facts import invented
from simulator.server import Running
from tests.simulator.conftest import LOG, Asking
from tieout.actions.claim_movements import came_in
from tieout.actions.closing import run
from tieout.actions.credits import import_movements, propose_movements, state_balance
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import import_files
from tieout.close.runs import find_run
from tieout.workspace.layout import Workspace

# The vendor's number for rows that give units back.
REFUND = 6
SETTINGS = """
workspace = "prepaid"

[usage.gateway]
profile = "cometapi-log"

[ledger.books]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
recorded = { column = "cost", currency = "USD" }

[prices.list]
model = "model"
meters = { input_tokens = "input", output_tokens = "output" }
fixed_unit = "1M tokens"
currency = "USD"
"""


@pytest.fixture(scope="module")
def odd() -> Iterator[Running]:
    """Two days with subscriptions, expressions, tasks and credits that are told in words alone."""
    with simulator.serve("odd", days=2) as running:
        yield running


def balance(asking: Asking) -> int:
    """What the vendor's own profile says is left."""
    return int(asking.get("/api/user/self").data["quota"])


class Prepaid:
    """A workspace with the whole log of the simulator."""

    def __init__(self, folder: Path, up: Running) -> None:
        """Import it, with a price and an entry, without which nothing runs."""
        self.folder, self.up = folder, up
        self.workspace = Workspace.create(folder / "books", SETTINGS)
        opens = datetime.fromtimestamp(up.world.span.opens, UTC)
        self.period = (
            f"{opens:%Y-%m-%d}/{datetime.fromtimestamp(up.world.span.closes, UTC):%Y-%m-%d}"
        )
        self.at = datetime.fromtimestamp(up.world.span.closes + 3600, UTC)
        import_prices(
            self.workspace, self.file("prices.csv", "model,input,output\nsim-chat-4.5,1.25,10\n"),
            source_name="list", source_format="price-list",
            origin=Origin("https://prices.example", opens, "AB"), approved_by="CD", at=self.at,
        )  # fmt: skip
        pages = []
        with closing(Asking(up)) as asking:
            for number in range(1, 1000):
                page = asking.get(LOG, {"p": number, "page_size": 100}).body
                if not json.loads(page)["data"]["items"]:
                    break
                pages.append(self.file(f"page-{number}.json", page.decode()))
            self.closing = balance(asking)
        self.pages = pages
        list(import_files(self.workspace, "usage", pages, operator="AB", at=self.at))
        entry = f"id,at,model,cost\nnone,{opens:%Y-%m-%d}T12:00:00Z,sim-chat-4.5,1\n"
        books = self.file("books.csv", entry)
        list(import_files(self.workspace, "ledger", [books], operator="AB", at=self.at))

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def read(self, second: int, units: int) -> None:
        moment = datetime.fromtimestamp(second, UTC)
        state_balance(
            self.workspace, read_at=moment.isoformat(), units=str(units), source="profile",
            evidence=self.file("profile.json", f"{units}"), by="AB", at=self.at,
        )  # fmt: skip

    def credits(self) -> dict[str, Any]:
        result = run(self.workspace, self.period, operator="job", as_of=self.at)
        found: dict[str, Any] = json.loads(result.document)["credits"]
        return found


def test_every_unit_of_the_simulated_account_is_explained(odd: Running, tmp_path: Path) -> None:
    account = Prepaid(tmp_path, odd)
    account.read(odd.world.span.opens - 1, int(invented().account["opening_units"]))
    account.read(odd.world.now, account.closing)
    before = account.credits()
    # What is told in words alone is missing so far, and nothing else is.
    proposals = propose_movements(account.workspace, tmp_path / "movements.csv").proposals
    assert len(proposals) > 5
    units = [one.units for one in proposals]
    assert None not in units
    assert before["unexplained_units"] == str(sum(one for one in units if one is not None))
    listed = (tmp_path / "movements.csv").read_text(encoding="utf-8")
    assert {row["kind"] for row in csv.DictReader(io.StringIO(listed))} == {
        "gift", "top_up", "adjustment", "bonus",
    }  # fmt: skip
    import_movements(account.workspace, tmp_path / "movements.csv", by="AB", at=account.at)
    after = account.credits()
    assert (after["state"], after["unexplained_units"]) == ("proved", "0")
    funded = {one["funding"] for one in after["movements"]}
    assert funded == {"wallet", "subscription"}


def test_a_refund_row_of_the_log_is_a_movement_that_a_claim_may_name(
    odd: Running, tmp_path: Path
) -> None:
    account = Prepaid(tmp_path, odd)
    account.credits()
    returned = [
        row
        for page in account.pages
        for row in json.loads(page.read_bytes())["data"]["items"]
        if row["type"] == REFUND
    ]
    assert returned
    task = json.loads(returned[0]["other"])["task_id"]
    (came,) = came_in(account.workspace, task, [find_run(account.workspace, None)])
    assert came.amount == Decimal(returned[0]["quota"]) * Decimal("0.000002")
    assert came.where.startswith("row ")
