"""A proposal from own files: what it recognises, what it asks, and that it prices nothing."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tomllib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.actions.guarded import looked_at
from tieout.errors import ConfigurationRefused, InputRefused
from tieout.intake.framing import frame
from tieout.ledger.reading import read_ledger
from tieout.metering.reading import read_usage
from tieout.pricebook.sources.price_list_map import PriceListMap
from tieout.vendors_path import vendor_facts
from tieout.workspace.layout import Workspace
from tieout.workspace.proposal import Proposal, propose
from tieout.workspace.settings import read_settings
from tieout.workspace.toml_text import comment, toml_table

USAGE_CSV = (
    "request_id,created_at,model,status,prompt_tokens,completion_tokens,cached_tokens,total_tokens,team\n"
    "r-1,2026-08-01T00:00:01Z,m-1,200,100,10,40,110,search\n"
    "r-2,2026-08-01T00:00:02Z,m-1,500,100,0,0,100,search\n"
    "r-3,2026-08-01T00:00:03Z,m-2,weird,7,3,0,10,chat\n"
)
LEDGER_CSV = (
    "entry_id;posted_at;model;team;cost_usd\n"
    "L1;2026-08-01;m-1;search;1.25\n"
    "L2;2026-08-02;m-2;chat;0.5\n"
)


def proposed(folder: Path, files: dict[str, str | bytes]) -> tuple[Proposal, dict[str, Any]]:
    """A proposal for files of that content, with its TOML tree."""
    paths = []
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        paths.append(path)
    proposal = propose([looked_at(path) for path in paths], "acme")
    return proposal, tomllib.loads(proposal.text)


def doubts(proposal: Proposal) -> list[str]:
    """The questions of a proposal."""
    return [line for line in proposal.text.split("\n") if line.startswith("# UNSURE: ")]


def test_a_usage_export_and_a_ledger_become_two_feeds(tmp_path: Path) -> None:
    proposal, tree = proposed(
        tmp_path, {"usage_2026-08.csv": USAGE_CSV, "books-08.csv": LEDGER_CSV}
    )
    assert proposal.files == {"usage_2026-08.csv": "usage", "books-08.csv": "ledger"}
    usage, ledger = tree["usage"]["usage"], tree["ledger"]["books"]
    assert usage["time"] == {"column": "created_at", "form": "rfc3339"}
    assert (usage["model"], usage["request_id"]) == ("model", "request_id")
    assert usage["meters"] == {
        "input_tokens": "prompt_tokens",
        "cache_read_tokens": "cached_tokens",
        "output_tokens": "completion_tokens",
    }
    assert usage["outcome"]["values"] == {
        "200": "completed", "500": "failed", "weird": "unclassified",
    }  # fmt: skip
    assert ledger["delimiter"] == ";"
    assert ledger["time"] == {"column": "posted_at", "form": "date", "zone": "UTC"}
    assert ledger["recorded"] == {"column": "cost_usd", "currency": "USD"}
    assert ledger["ledger_entry_id"] == "entry_id"
    assert tree["matching"]["keys"] == ["day", "source_model_id", "cost_center"]


def test_a_proposal_is_unconfirmed_and_prices_nothing(tmp_path: Path) -> None:
    proposal, tree = proposed(tmp_path, {"u.csv": USAGE_CSV})
    assert tree["confirmed"] is False
    with pytest.raises(ConfigurationRefused, match="CFG_UNCONFIRMED"):
        read_settings(proposal.text.encode()).require_confirmed()


def test_every_question_is_marked_and_counted(tmp_path: Path) -> None:
    proposal, _ = proposed(tmp_path, {"u.csv": USAGE_CSV, "b.csv": LEDGER_CSV})
    asked = doubts(proposal)
    about = ["your days", "created_at the start", "weird", "say no zone", "the request id"]
    about += ["list, net", "decimals"]
    assert [word for word in about if sum(word in line for line in asked) != 1] == []
    assert len(asked) == len(about) == proposal.unsure


def test_a_proposal_reads_the_files_it_was_made_from(tmp_path: Path) -> None:
    proposal, _ = proposed(tmp_path, {"u.csv": USAGE_CSV, "b.csv": LEDGER_CSV})
    settings = read_settings(proposal.text.encode())
    usage, ledger = settings.usage["u"], settings.ledger["b"]
    framed = frame(USAGE_CSV.encode(), usage, leg="usage", import_id="i", name="u.csv")
    rows = read_usage(framed.records, usage, import_id="i", first_row_id=1).rows
    assert rows.column("outcome").to_pylist() == ["completed", "failed", "unclassified"]
    framed = frame(LEDGER_CSV.encode(), ledger, leg="ledger", import_id="j", name="b.csv")
    entries = read_ledger(framed.records, ledger, import_id="j", first_row_id=1).rows
    assert [str(cost.normalize()) for cost in entries.column("recorded_cost").to_pylist()] == [
        "1.25", "0.5",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "includes", "asked"),
    [
        pytest.param([("100", "10", "40", "110")], True, False, id="the total excludes the parts"),
        pytest.param([("100", "10", "40", "150")], False, False, id="the total adds the parts"),
        pytest.param([("100", "10", "140", "")], False, False, id="a part beyond the whole"),
        pytest.param([("100", "10", "40", "")], True, True, id="nothing shows it"),
        pytest.param([("100", "10", "100", "")], True, True, id="a part as large as the whole"),
        pytest.param([("100", "10", "0", "110")], True, True, id="no part was ever used"),
    ],
)
def test_the_cache_convention_is_shown_by_sums_or_asked(
    tmp_path: Path, rows: list[tuple[str, ...]], includes: bool, asked: bool
) -> None:
    head = "request_id,start_time,model,prompt_tokens,completion_tokens,cached_tokens,total_tokens"
    lines = [f"r,2026-08-01T00:00:00Z,m,{','.join(row)}" for row in rows]
    proposal, tree = proposed(tmp_path, {"u.csv": "\n".join([head, *lines])})
    assert tree["usage"]["u"]["input_includes_parts"] is includes
    assert any("include cached_tokens" in line for line in doubts(proposal)) is asked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-08-01T09:00:00+02:00", {"form": "rfc3339"}),
        ("1785542400", {"form": "epoch_seconds"}),
        ("1785542400000", {"form": "epoch_milliseconds"}),
        ("2026-08-01 09:00:00.25", {"form": "local", "zone": "UTC"}),
        ("2026-08-01", {"form": "date", "zone": "UTC"}),
        ("01.08.2026", {"form": "rfc3339", "column": "?"}),
    ],
)
def test_the_form_of_a_time_is_taken_from_its_texts(
    tmp_path: Path, text: str, expected: dict[str, str]
) -> None:
    content = f"timestamp,model,prompt_tokens\n{text},m,1\n"
    proposal, tree = proposed(tmp_path, {"u.csv": content})
    assert tree["usage"]["u"]["time"] == {"column": "timestamp", **expected}
    assert any("zone; UTC" in line for line in doubts(proposal)) is ("zone" in expected)
    assert any("recognised as the time" in line for line in doubts(proposal)) is (
        "column" in expected
    )


def test_json_records_are_found_where_they_stand(tmp_path: Path) -> None:
    record = {
        "id": "r-1", "start_time": 1785542400, "model": "m",
        "usage": {"prompt_tokens": 5, "completion_tokens": 2}, "more": '{"team": "search"}',
    }  # fmt: skip
    content = json.dumps({"page": 1, "answer": {"items": [record]}}, indent=1)
    _, tree = proposed(tmp_path, {"u.json": content})
    feed = tree["usage"]["u"]
    assert (feed["format"], feed["records_at"]) == ("json", ["answer.items"])
    assert feed["meters"]["input_tokens"] == "usage.prompt_tokens"
    assert (feed["nested_json"], feed["cost_center"]) == (["more"], "more.team")


def test_lines_of_json_and_gzip_are_recognised(tmp_path: Path) -> None:
    line = '{"timestamp": "2026-08-01T00:00:00Z", "model": "m", "input_tokens": 5}\n'
    proposal, tree = proposed(tmp_path, {"u.jsonl.gz": gzip.compress((line * 3).encode())})
    assert tree["usage"]["u"]["format"] == "jsonl"
    assert "3 rows looked at" in proposal.text


def test_a_parquet_file_is_looked_at_like_the_others(tmp_path: Path) -> None:
    sink = io.BytesIO()
    table = pa.table({"date": ["2026-08-01"], "model": ["m"], "amount_usd": ["0.10"]})
    pq.write_table(table, sink)
    _, tree = proposed(tmp_path, {"books.parquet": sink.getvalue()})
    assert tree["ledger"]["books"]["format"] == "parquet"
    assert tree["ledger"]["books"]["recorded"] == {"column": "amount_usd", "currency": "USD"}


@pytest.mark.parametrize(
    ("columns", "unit", "asked"),
    [
        ("input_price_per_1m,output_price_per_1m", "1M tokens", False),
        ("input_usd_per_1k,output_usd_per_1k", "1K tokens", False),
        ("input_cost_per_token,output_cost_per_token", "token", False),
        ("input_price,output_price", "1M tokens", True),
    ],
)
def test_the_unit_of_a_price_list_is_named_or_asked(
    tmp_path: Path, columns: str, unit: str, asked: bool
) -> None:
    content = f"model,{columns},currency\nm-1,2.00,8.00,USD\n"
    proposal, tree = proposed(tmp_path, {"prices.csv": content})
    assert proposal.files == {"prices.csv": "price list"}
    price_list = read_settings(proposal.text.encode()).prices["prices"]
    assert isinstance(price_list, PriceListMap)
    first, second = columns.split(",")
    assert price_list.meters == {"input_tokens": first, "output_tokens": second}
    assert set(price_list.units.values()) == {unit}
    assert any("the unit of" in line for line in doubts(proposal)) is asked
    assert tree["confirmed"] is False


def test_a_price_to_a_line_names_its_unit_or_is_asked(tmp_path: Path) -> None:
    told = "model_id,meter,price,unit,currency\nm-1,input,2.00,1M tokens,USD\n"
    silent = "model_id,price\nm-1,$2.00\n"
    proposal, tree = proposed(tmp_path, {"told.csv": told, "silent.csv": silent})
    assert tree["prices"]["told"] == {
        "model": "model_id", "price": "price", "meter": "meter", "unit": "unit",
        "currency_column": "currency", "meaning": "list",
    }  # fmt: skip
    assert tree["prices"]["silent"]["fixed_unit"] == "1M tokens"
    asked = " ".join(doubts(proposal))
    for word in ("no plain numbers", "what a price is for", "says the unit", "the currency"):
        assert asked.count(word) == 1
    assert set(read_settings(proposal.text.encode()).prices) == {"told", "silent"}


def test_a_price_map_by_model_needs_no_column_map(tmp_path: Path) -> None:
    content = json.dumps({"m-1": {"input_cost_per_token": 3e-05, "output_cost_per_token": 6e-05}})
    proposal, tree = proposed(tmp_path, {"prices.json": content})
    assert proposal.files == {"prices.json": "price list"}
    assert not {"usage", "ledger", "prices"} & set(tree)


def test_one_file_with_tokens_and_cost_may_feed_two_legs(tmp_path: Path) -> None:
    content = "time,model,prompt_tokens,cost_usd\n2026-08-01T00:00:00Z,m,5,0.1\n"
    proposal, tree = proposed(tmp_path, {"both.csv": content})
    assert proposal.files == {"both.csv": "usage and ledger"}
    assert "charged" not in tree["usage"]["both"]
    assert tree["ledger"]["both"]["recorded"]["column"] == "cost_usd"
    assert any("share one origin" in line for line in doubts(proposal))


def test_files_of_one_shape_share_one_feed(tmp_path: Path) -> None:
    _, tree = proposed(tmp_path, {"part-1.csv": USAGE_CSV, "part-2.csv": USAGE_CSV})
    assert list(tree["usage"]) == ["part"]


def test_a_file_of_no_kind_is_named_and_asked_about(tmp_path: Path) -> None:
    proposal, tree = proposed(tmp_path, {"menu.csv": "dish,taste\nsoup,good\n"})
    assert proposal.files == {"menu.csv": "unknown"}
    assert any("neither usage nor ledger" in line for line in doubts(proposal))
    assert not {"usage", "ledger"} & set(tree)


def test_a_near_miss_of_a_column_name_is_no_match(tmp_path: Path) -> None:
    content = "timestamp,modle,prompt_tokens\n2026-08-01T00:00:00Z,m,5\n"
    proposal, tree = proposed(tmp_path, {"u.csv": content})
    assert tree["usage"]["u"]["model"] == "?"
    assert any("no column names the model" in line for line in doubts(proposal))


@pytest.mark.parametrize(
    "content", [b"", b"  \n", b"PAR1 but no more", b"\x1f\x8bnot gzip", b"[1,2"]
)
def test_a_file_of_no_form_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputRefused) as caught:
        proposed(tmp_path, {"broken.csv": content})
    assert caught.value.code == "LOOK_UNREADABLE"
    assert "broken.csv" in caught.value.letter()


def test_a_proposal_makes_a_workspace_that_opens(tmp_path: Path) -> None:
    proposal, _ = proposed(tmp_path, {"u.csv": USAGE_CSV})
    made = Workspace.create(tmp_path / "w", proposal.text)
    assert not made.settings.confirmed


def test_a_vendors_own_log_is_proposed_by_its_profile(tmp_path: Path) -> None:
    vendor = tmp_path / "vendors" / "vend"
    vendor.mkdir(parents=True)
    (vendor / "log-feed.toml").write_text(
        'format = "json"\nrecords_at = ["rows"]\nmodel = "model_name"\nrow_type = "kind"\n'
        'time = { column = "written", form = "epoch_seconds" }\n'
        'outcome = { value = "completed" }\nrow_kinds = { "2" = "consumption" }\n'
        'meters = { input_tokens = "p", output_tokens = "c" }\n'
    )
    row = {"model_name": "m", "kind": 2, "written": 1785542400, "prompt_tokens": 1, "p": 1, "c": 2}
    (tmp_path / "log.json").write_text(json.dumps({"rows": [row]}))
    proposal = propose(
        [looked_at(tmp_path / "log.json")], "acme", vendor_facts(tmp_path / "vendors")
    )
    assert tomllib.loads(proposal.text)["usage"]["log"] == {"profile": "vend-log"}
    assert any("columns are those of vend-log" in line for line in doubts(proposal))


@pytest.mark.law
@given(
    st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=4, unique=True),
    st.lists(st.text(max_size=8), min_size=1, max_size=3),
)
def test_hostile_texts_never_become_settings(names: list[str], texts: list[str]) -> None:
    table = dict.fromkeys(names, texts[0])
    tree = tomllib.loads("\n".join([*map(comment, texts), f"x = {toml_table(table)}"]))
    half = dict.fromkeys(range(55296, 57344), "?")
    assert tree == {"x": {name.translate(half): texts[0].translate(half) for name in names}}


@pytest.mark.parametrize("evil", ['x"\nconfirmed = true\n#', "x\r\nconfirmed = true", "x'''\\"])
def test_a_hostile_status_cannot_confirm_the_proposal(tmp_path: Path, evil: str) -> None:
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerows(
        [["time", "model", "prompt_tokens", "status"], ["2026-08-01T00:00:00Z", "m", "5", evil]]
    )
    proposal, tree = proposed(tmp_path, {"u.csv": sink.getvalue()})
    assert tree["confirmed"] is False
    assert list(tree["usage"]["u"]["outcome"]["values"].values()) == ["unclassified"]
    assert not read_settings(proposal.text.encode()).confirmed


@pytest.mark.datasets
@pytest.mark.parametrize(
    ("file", "kind", "meters"),
    [
        ("azure-llm-2023-code/AzureLLMInferenceTrace_code.csv.gz", "usage", "ContextTokens"),
        (
            "aider-usage-ledger/aider_message_send_2024-08_2025-03.csv.gz", "usage and ledger",
            "prompt_tokens",
        ),
        ("focus-sample-1.0/focus_sample.csv.gz", "ledger", None),
        ("litellm-price-history/model_prices_2024-07-18.json.gz", "price list", None),
    ],
)  # fmt: skip
def test_real_exports_are_taken_for_what_they_are(
    datasets: Path, file: str, kind: str, meters: str | None
) -> None:
    path = datasets / file
    proposal = propose([looked_at(path)], "acme")
    assert proposal.files == {path.name: kind}
    feeds = list(read_settings(proposal.text.encode()).usage.values())
    assert [feed.meters["input_tokens"] for feed in feeds] == ([meters] if meters else [])
