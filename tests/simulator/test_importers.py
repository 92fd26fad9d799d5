"""From the simulator through our own readers: counts and money against the truth.

Both log profiles and the catalog reader meet answers that they did not make themselves.
"""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import simulator
from simulator.__main__ import settings
from simulator.facts import invented
from simulator.server import Running
from tests.simulator.conftest import LOG, Asking, Told
from tieout.errors import InputRefused
from tieout.intake.feed import Feed
from tieout.intake.framing import frame
from tieout.metering.reading import read_usage
from tieout.pricebook import CatalogRules, ParsedSource, parse_source, read_catalog_rules
from tieout.workspace.settings import Settings, read_settings

USD_PER_UNIT = Decimal("0.000002")


def profile(repo_root: Path, name: str) -> Feed:
    """A shipped log profile."""
    path = repo_root / "vendors" / "cometapi" / name
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Feed)


def read_all(feed: Feed, documents: list[bytes]) -> pa.Table:
    """Every document read by the feed; nothing may wait in quarantine."""
    tables = []
    for number, content in enumerate(documents):
        name = f"page-{number}.json"
        framed = frame(content, feed, leg="usage", import_id="0" * 12, name=name)
        assert framed.quarantined.num_rows == 0
        read = read_usage(framed.records, feed, import_id="0" * 12, first_row_id=1)
        assert read.quarantined.num_rows == 0
        tables.append(read.rows)
    return pa.concat_tables(tables)


def charged(rows: pa.Table, kind: str) -> Decimal:
    """The charged cost of the rows of one kind, in USD."""
    of_kind = rows.filter(pc.equal(rows["entry_kind"], kind))
    return sum((one for one in of_kind["charged_cost"].to_pylist() if one is not None), Decimal(0))


def assert_complete(rows: pa.Table, up: Running) -> None:
    """As many rows of each kind as there are, and their money."""
    sums = simulator.truth(up.world).sums
    kinds = rows["entry_kind"].to_pylist()
    assert len(kinds) == sums["rows"] == 1201
    assert kinds.count("consumption") == sums["rows.consume"] + sums["rows.error"]
    assert kinds.count("refund") == sums["rows.refund"]
    assert charged(rows, "consumption") == sums["units.consume"] * USD_PER_UNIT
    assert abs(charged(rows, "refund")) == sums["units.refund"] * USD_PER_UNIT
    tokens = sum(row.prompt for row in simulator.truth(up.world).rows)
    assert pc.sum(rows["input_tokens"]).as_py() == tokens


def test_raw_pages_of_the_log_are_read_whole(repo_root: Path, up: Running, asking: Asking) -> None:
    pages = [asking.get(LOG, {"p": page, "page_size": 100}).body for page in range(1, 14)]
    rows = read_all(profile(repo_root, "log-feed.toml"), pages)
    assert_complete(rows, up)
    told = simulator.truth(up.world).rows
    assert pc.sum(rows["cache_write_tokens"]).as_py() == sum(row.write_5m for row in told) > 0
    assert pc.sum(rows["cache_write_1h_tokens"]).as_py() == sum(row.write_1h for row in told) > 0
    outside = rows.filter(pc.invert(rows["input_includes_parts"]))
    assert set(outside["model_as_logged"].to_pylist()) == {"sim-opus-3-20260101"}
    tasks = [row for row in told if row.task is not None]
    assert pc.count(rows["task_id"]).as_py() == len(tasks)


@pytest.mark.slow
def test_what_the_vendors_client_prints_is_read_whole(
    repo_root: Path, up: Running, client: dict[str, list[Told]]
) -> None:
    printed = [one.out.encode() for one in client["pages"]]
    assert json.loads(printed.pop()) == [], "the page behind the last"
    assert_complete(read_all(profile(repo_root, "log-cli-feed.toml"), printed), up)


@pytest.fixture(scope="module")
def rules(repo_root: Path) -> CatalogRules:
    """The shipped catalog rules."""
    return read_catalog_rules((repo_root / "vendors" / "cometapi" / "catalog.toml").read_bytes())


def effective(parsed: ParsedSource) -> dict[tuple[str, str], Decimal]:
    """What each model and meter is charged, per unit."""
    return {(one.source_model_id, one.meter): one.unit_rate for one in parsed.prices}


def expected_prices() -> dict[tuple[str, str], Fraction]:
    """List price times ratio per unit, from what was invented."""
    meters = {"input": "input_tokens", "output": "output_tokens", "per_request": "requests"}
    found = {}
    for model in invented().models:
        if not model.listed or model.upcoming:
            continue
        for name, meter in {**meters, "per_second": "seconds"}.items():
            price = getattr(model, name)
            if price is not None:
                each = 1_000_000 if meter.endswith("tokens") else 1
                found[model.id, meter] = price * model.ratio / each
    return found


def test_the_catalog_with_ratios_gives_what_is_charged(asking: Asking, rules: CatalogRules) -> None:
    parsed = parse_source(asking.get("/api/models").body, "cometapi-catalog", rules)
    assert {key: Fraction(one) for key, one in effective(parsed).items()} == expected_prices()
    assert [one.source_model_id for one in parsed.refused] == ["sim-next-1"]
    assert {one.dialect for one in parsed.prices} == {"list_with_ratio"}
    assert not [note for note in parsed.notes if note.code == "SCHEMA_NEW_KEY"]


def test_the_catalog_without_ratios_gives_the_same_up_to_its_binary_floats(
    rules: CatalogRules,
) -> None:
    with simulator.serve("discounted", days=1) as up:
        client = Asking(up)
        body = client.get("/api/models").body
        client.close()
    parsed = parse_source(body, "cometapi-catalog", rules)
    expected = expected_prices()
    found = effective(parsed)
    assert found.keys() == expected.keys()
    assert {one.dialect for one in parsed.prices} == {"discounted"}
    # 0.035 x 0.8 as binary floats is 0.028000000000000004; the text is read as it stands.
    assert found["sim-paint-1", "requests"] == Decimal("0.028000000000000004")
    assert all(
        abs(Fraction(found[key]) - price) <= price / 10**15 for key, price in expected.items()
    )


@pytest.fixture(scope="module")
def written_settings(up: Running) -> Settings:
    """The settings that the simulator writes for a workspace."""
    return read_settings(('workspace = "rehearsal"\n' + settings(up)).encode())


@pytest.mark.parametrize(
    ("path", "form"), [("/pricing/", "html-page"), ("/pricing.md", "markdown-page")]
)
def test_the_profile_it_writes_reads_of_the_page_what_the_catalog_says(
    asking: Asking, written_settings: Settings, path: str, form: str
) -> None:
    parsed = parse_source(asking.get(path).body, form, written_settings.prices["page"])
    assert {key: Fraction(one) for key, one in effective(parsed).items()} == expected_prices()
    assert parsed.waiting_models() == set()
    assert written_settings.fetch.rehearsal is True


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("success-false", "API_NOT_SUCCESS"),
        ("html", "JSON_SYNTAX"),
        ("nan", "JSON_NONFINITE"),
        ("duplicate-keys", "JSON_DUP_KEY"),
        ("invalid-utf8", "ENC_INVALID_UTF8"),
    ],
)
def test_a_broken_catalog_prices_nothing(fault: str, code: str, rules: CatalogRules) -> None:
    with simulator.serve(days=1, rows_per_day=50) as up:
        up.world.fail_next(fault)
        client = Asking(up)
        body = client.get("/api/models").body
        client.close()
    with pytest.raises(InputRefused) as refused:
        parse_source(body, "cometapi-catalog", rules)
    assert refused.value.code == code


def test_a_price_too_large_to_be_one_withholds_its_model_alone(rules: CatalogRules) -> None:
    with simulator.serve(days=1, rows_per_day=50) as up:
        up.world.fail_next("overflow")
        client = Asking(up)
        body = client.get("/api/models").body
        client.close()
    parsed = parse_source(body, "cometapi-catalog", rules)
    assert parsed.waiting_models() == {"sim-chat-4.5", "sim-next-1"}, "and the one to come"
