"""Recipe 3: real requests and their real books against the price history of their time.

The table of classes is read from the description of the data; the rows that change when only the
last snapshot is used are worked out here, in plain Python over Decimal, from the same two sources.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tieout.actions.closing import run
from tieout.actions.demo_real import RealDemo, run_real_demo
from tieout.actions.price_approval import declare_prices
from tieout.actions.prices import Origin, import_prices
from tieout.actions.records import import_files
from tieout.close.run import RunResult
from tieout.workspace.layout import Workspace

EXPORT = "aider-usage-ledger/aider_message_send_2024-08_2025-03.csv.gz"
PERIOD = "2024-08-13/2025-04-01"
AS_OF = datetime(2025, 9, 2, tzinfo=UTC)
DECLARED_FROM = datetime(2024, 8, 1, tzinfo=UTC)
SHOWN = Decimal("0.0000001")
NOT_YET_IN_THE_BOOK, LATE_PRICE_SOURCE = 330, 270

pytestmark = [pytest.mark.datasets, pytest.mark.slow]

Book = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Request:
    """One row of the client's analytics: usage and books at once."""

    at: datetime
    model: str
    input: int
    output: int
    recorded: Decimal


@pytest.fixture(scope="module")
def as_of_run(datasets: Path, tmp_path_factory: pytest.TempPathFactory) -> RealDemo:
    """The demo on real data: each request at the newest snapshot not after it."""
    return run_real_demo(tmp_path_factory.mktemp("history") / "workspace", datasets)


@pytest.fixture(scope="module")
def last_only_run(
    as_of_run: RealDemo, datasets: Path, tmp_path_factory: pytest.TempPathFactory
) -> RunResult:
    """The same rows, settings and mapping; only the last snapshot, declared for all of them."""
    folder = tmp_path_factory.mktemp("last")
    workspace = Workspace.create(
        folder / "workspace", (as_of_run.root / "tieout.toml").read_text(encoding="utf-8")
    )
    workspace.mapping_path.write_bytes((as_of_run.root / "mapping.csv").read_bytes())
    accessed_at, file = snapshot_files(datasets)[-1]
    captured = import_prices(
        workspace,
        file,
        source_name="litellm-history",
        source_format="litellm",
        origin=Origin("https://prices.example/last", accessed_at, "recipe"),
        approved_by="finance",
        at=AS_OF,
    )
    evidence = folder / "why.txt"
    evidence.write_text("Only the last snapshot is used, to see which rows change.\n", "utf-8")
    declare_prices(
        workspace,
        captured.capture.capture_id,
        effective_from=DECLARED_FROM,
        reason="one price for all rows",
        evidence=evidence,
        declared_by="recipe",
        at=AS_OF,
    )
    for leg in ("usage", "ledger"):
        list(import_files(workspace, leg, [datasets / EXPORT], operator="recipe", at=AS_OF))
    return run(workspace, PERIOD, operator="recipe", as_of=AS_OF)


# --- the two sources, read without the program -----------------------------------------------


def snapshot_files(datasets: Path) -> list[tuple[datetime, Path]]:
    """The price snapshots, oldest first."""
    home = datasets / "litellm-price-history"
    with (home / "MANIFEST.csv").open(encoding="utf-8", newline="") as stream:
        return sorted(
            (datetime.fromisoformat(row["committed_at"]), home / row["file"])
            for row in csv.DictReader(stream)
        )


def read_book(file: Path) -> Book:
    """One snapshot with its decimals exact."""
    book: Book = json.loads(gzip.decompress(file.read_bytes()), parse_float=Decimal)
    return book


def read_requests(datasets: Path) -> list[Request]:
    """The rows in the order of the file."""
    text = gzip.decompress((datasets / EXPORT).read_bytes()).decode()
    return [
        Request(
            datetime.fromtimestamp(int(row["time_unix"]), UTC),
            row["main_model"],
            int(row["prompt_tokens"]),
            int(row["completion_tokens"]),
            Decimal(row["cost_usd"]),
        )
        for row in csv.DictReader(io.StringIO(text))
    ]


def read_aliases(root: Path) -> list[dict[str, str]]:
    """The mapping the runs use."""
    with (root / "mapping.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def expected(request: Request, book: Book, aliases: list[dict[str, str]]) -> Decimal | None:
    """Price times tokens at one snapshot: exact id, or the alias in force; unknown without both."""
    name: str | None = request.model
    if name not in book:
        moment = request.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        name = next(
            (
                row["source_model_id"]
                for row in aliases
                if row["internal_model_alias"] == request.model
                and row["effective_from"] <= moment
                and (not row["effective_to"] or moment < row["effective_to"])
            ),
            None,
        )
    entry = book.get(name or "", {})
    rates = [entry.get(f"{side}_cost_per_token") for side in ("input", "output")]
    if None in rates:
        return None
    return Decimal(rates[0] or 0) * request.input + Decimal(rates[1] or 0) * request.output


@pytest.fixture(scope="module")
def both_results(
    as_of_run: RealDemo, datasets: Path
) -> list[tuple[Request, Decimal | None, Decimal | None]]:
    """Each request with its expected cost at its own time and at the last snapshot."""
    aliases = read_aliases(as_of_run.root)
    books = [(moment, read_book(file)) for moment, file in snapshot_files(datasets)]
    found = []
    for request in read_requests(datasets):
        own = [book for moment, book in books if moment <= request.at][-1]
        last = books[-1][1]
        found.append((request, expected(request, own, aliases), expected(request, last, aliases)))
    return found


# --- what the program published ---------------------------------------------------------------


def published(folder: Path) -> dict[int, Decimal]:
    """The expected cost of each rated row, by its number in the file."""
    rows = pq.read_table(folder / "expected_ledger.parquet").to_pylist()
    found: dict[int, Decimal] = {}
    for row in rows:
        found[row["ordinal"]] = found.get(row["ordinal"], Decimal(0)) + row["expected_cost"]
    return found


def changed_rows(one: Mapping[int, Decimal], other: Mapping[int, Decimal]) -> set[int]:
    """The rows whose expected cost differs, or is known in one of the two only."""
    return {row for row in one.keys() | other.keys() if one.get(row) != other.get(row)}


def stated_classes(datasets: Path) -> list[tuple[int, str]]:
    """Rows and money of each class, as the description of the data has them."""
    text = (datasets / "aider-usage-ledger" / "SOURCE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([0-9,]+) \| ([0-9.]+) \|$", text, re.MULTILINE)
    return [(int(count.replace(",", "")), money) for _, count, money in rows]


def test_the_classes_are_those_the_description_states(as_of_run: RealDemo, datasets: Path) -> None:
    stated = stated_classes(datasets)
    assert len(stated) == 6
    found = [
        (one.rows, f"{one.recorded:.4f}" if one.recorded else "0") for one in as_of_run.classes
    ]
    assert found == stated
    assert as_of_run.result.summary["totals"]["USD"]["recorded"].startswith("156.5382")


def test_the_whole_table_of_classes_agrees_with_the_demo_s_own_copy(as_of_run: RealDemo) -> None:
    assert all(one.agrees for one in (*as_of_run.classes, as_of_run.total))


def test_every_row_costs_what_the_history_says(
    as_of_run: RealDemo, both_results: list[tuple[Request, Decimal | None, Decimal | None]]
) -> None:
    wanted = {
        number: cost
        for number, (_, cost, _) in enumerate(both_results, start=1)
        if cost is not None
    }
    assert published(as_of_run.result.folder) == wanted


def test_with_the_last_snapshot_for_all_rows_each_changed_row_is_named(
    as_of_run: RealDemo,
    last_only_run: RunResult,
    both_results: list[tuple[Request, Decimal | None, Decimal | None]],
) -> None:
    wanted = {number for number, (_, own, last) in enumerate(both_results, start=1) if own != last}
    named = changed_rows(published(as_of_run.result.folder), published(last_only_run.folder))
    assert named == wanted
    assert len(named) > NOT_YET_IN_THE_BOOK
    assert last_only_run.summary["result_digest"] != as_of_run.result.summary["result_digest"]


def test_most_rows_without_a_price_then_equal_the_last_snapshot(
    as_of_run: RealDemo, last_only_run: RunResult
) -> None:
    lines = pq.read_table(as_of_run.result.folder / "variance_lines.parquet").to_pylist()
    waiting = {row["line_key"] for row in lines if row["state_not_rated"] == "unrated"}
    assert len(waiting) == NOT_YET_IN_THE_BOOK
    again = pq.read_table(last_only_run.folder / "variance_lines.parquet").to_pylist()
    late = [row for row in again if row["line_key"] in waiting and row["line_state"] == "ties_out"]
    assert len(late) == LATE_PRICE_SOURCE


def test_a_declared_price_is_never_approved_by_itself(last_only_run: RunResult) -> None:
    fired = {one["code"] for one in last_only_run.summary["triggers"] if one["fired"]}
    assert "price_source_unknown" in fired
    assert last_only_run.summary["decision"] != "approve"


def test_the_sources_used_here_are_as_described(datasets: Path) -> None:
    requests = read_requests(datasets)
    assert len(requests) == 4_446
    assert sum((one.recorded for one in requests), Decimal(0)).quantize(SHOWN) == Decimal(
        "156.5382105"
    )
    assert len(snapshot_files(datasets)) == 24
