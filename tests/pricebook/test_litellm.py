"""Price maps in LiteLLM's form: what is read, what is named as not read, and 24 real snapshots."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from tieout.errors import InputRefused
from tieout.pricebook import ParsedSource, parse_source, verify_locator

KEYS = [
    ("input_cost_per_token", "input_tokens", "token"),
    ("output_cost_per_token", "output_tokens", "token"),
    ("cache_read_input_token_cost", "cache_read_tokens", "token"),
    ("cache_creation_input_token_cost", "cache_write_tokens", "token"),
    ("cache_creation_input_token_cost_above_1hr", "cache_write_1h_tokens", "token"),
    ("input_cost_per_audio_token", "audio_input_tokens", "token"),
    ("output_cost_per_audio_token", "audio_output_tokens", "token"),
    ("output_cost_per_reasoning_token", "reasoning_tokens", "token"),
    ("input_cost_per_request", "requests", "request"),
    ("input_cost_per_second", "seconds", "second"),
    ("output_cost_per_second", "seconds", "second"),
    ("output_cost_per_image", "images", "image"),
    ("input_cost_per_character", "characters", "character"),
]

# Copied by eye from the snapshots: day, model, key, text.
SPOTS = [
    ("2024-07-18", "gpt-4o", "input_cost_per_token", "5e-06"),
    ("2024-07-18", "gpt-4o-mini", "input_cost_per_token", "1.5e-07"),
    ("2024-07-18", "claude-3-5-sonnet-20240620", "output_cost_per_token", "1.5e-05"),
    ("2025-03-24", "o1", "output_cost_per_token", "6e-05"),
    ("2025-09-01", "gpt-4o", "input_cost_per_token", "2.5e-06"),
    ("2025-09-01", "gpt-4o", "cache_read_input_token_cost", "1.25e-06"),
]


def read(text: str) -> ParsedSource:
    return parse_source(text.encode(), "litellm", None)


def noted(parsed: ParsedSource, code: str) -> dict[str, int]:
    return {note.message: note.rows for note in parsed.notes if note.code == code}


@pytest.mark.parametrize(("key", "meter", "unit"), KEYS)
def test_a_known_key_prices_its_meter_per_one(key: str, meter: str, unit: str) -> None:
    (price,) = read(f'{{"a/b~c": {{"{key}": 1.5e-07}}}}').prices
    assert (price.meter, price.pricing_unit, price.per) == (meter, unit, 1)
    assert (price.price_text, price.currency, price.dialect) == ("1.5e-07", "USD", "list")
    assert Fraction(price.unit_rate) == Fraction(15, 100_000_000)
    assert price.locator == f"/a~1b~0c/{key}"


def test_a_key_that_is_not_read_is_named_and_counted() -> None:
    parsed = read(
        '{"a": {"input_cost_per_token": 1, "input_cost_per_token_batches": 0.5, "mode": "chat"},'
        ' "b": {"input_cost_per_token_batches": 0.5, "search_context_cost_per_query": {"low": 1}}}'
    )
    assert noted(parsed, "PRICE_KEY_NOT_READ") == {
        "input_cost_per_token_batches is not read": 2,
        "search_context_cost_per_query is not read": 1,
    }
    assert [(r.source_model_id, r.reason_code) for r in parsed.refused] == [("b", "PRICE_MISSING")]


def test_seconds_priced_in_and_out_are_ambiguous() -> None:
    parsed = read('{"a": {"input_cost_per_second": 1, "output_cost_per_second": 1}}')
    assert parsed.prices == ()
    assert [r.reason_code for r in parsed.refused] == ["PRICE_UNIT_AMBIGUOUS"]


def test_seconds_beside_tokens_are_ambiguous() -> None:
    parsed = read('{"a": {"output_cost_per_second": 1, "output_cost_per_token": 1}}')
    assert [r.reason_code for r in parsed.refused] == ["PRICE_UNIT_AMBIGUOUS"]


def test_a_request_price_adds_to_token_prices() -> None:
    parsed = read('{"a": {"input_cost_per_request": 0.005, "output_cost_per_token": 2.8e-07}}')
    assert {p.meter for p in parsed.prices} == {"requests", "output_tokens"}
    assert parsed.refused == ()


def test_a_character_price_beside_a_token_price_is_noted_not_added() -> None:
    parsed = read('{"a": {"input_cost_per_token": 1, "input_cost_per_character": 0.25}}')
    assert [p.meter for p in parsed.prices] == ["input_tokens"]
    assert sum(noted(parsed, "PRICE_ALTERNATIVE").values()) == 1


def test_a_null_price_is_missing_and_not_zero() -> None:
    parsed = read('{"a": {"input_cost_per_token": 1, "output_cost_per_token": null}}')
    assert [p.meter for p in parsed.prices] == ["input_tokens"]
    assert [(r.reason_code, r.locator) for r in parsed.refused] == [
        ("PRICE_MISSING", "/a/output_cost_per_token")
    ]


def test_the_sample_entry_is_no_model() -> None:
    parsed = read('{"sample_spec": {"input_cost_per_token": 0}, "a": {"input_cost_per_token": 1}}')
    assert parsed.models == 1
    assert sum(noted(parsed, "PRICE_SAMPLE").values()) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [("[]", "PRICE_SHAPE"), ("{}", "PRICE_EMPTY"), ('{"a": 1, "a": 2}', "JSON_DUP_KEY")],
)
def test_a_file_that_is_no_price_map_is_refused(text: str, code: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read(text)
    assert refused.value.code == code


def test_entries_that_are_no_models_are_listed() -> None:
    parsed = read('{"a": 1, "b": {"input_cost_per_token": []}}')
    assert [(r.source_model_id, r.reason_code) for r in parsed.refused] == [
        ("a", "PRICE_ROW"),
        ("b", "PRICE_TEXT"),
    ]


@pytest.fixture(scope="session")
def history(datasets: Path) -> dict[str, bytes]:
    """The 24 real snapshots by day."""
    folder = datasets / "litellm-price-history"
    return {
        path.name.removeprefix("model_prices_").removesuffix(".json.gz"): gzip.decompress(
            path.read_bytes()
        )
        for path in sorted(folder.glob("*.json.gz"))
    }


@pytest.mark.datasets
def test_every_model_of_the_real_snapshots_is_priced_or_refused(
    datasets: Path, history: dict[str, bytes]
) -> None:
    with (datasets / "litellm-price-history" / "MANIFEST.csv").open(newline="") as lines:
        manifest = {row["file"][13:23]: int(row["models"]) for row in csv.DictReader(lines)}
    assert len(manifest) == 24
    counted = {}
    for day, content in history.items():
        parsed = parse_source(content, "litellm", None)
        samples = sum(noted(parsed, "PRICE_SAMPLE").values())
        counted[day] = parsed.models + samples
    assert counted == manifest


@pytest.mark.datasets
def test_the_last_snapshot_refuses_what_it_does_not_state(history: dict[str, bytes]) -> None:
    parsed = parse_source(history["2025-09-01"], "litellm", None)
    # Counted apart, over the raw text: 82 rows price seconds both ways, three seconds and tokens.
    reasons = Counter(refusal.reason_code for refusal in parsed.refused)
    assert reasons["PRICE_UNIT_AMBIGUOUS"] == 82 + 3
    assert set(reasons) == {"PRICE_UNIT_AMBIGUOUS", "PRICE_MISSING"}


@pytest.mark.datasets
@pytest.mark.parametrize(("day", "model", "key", "text"), SPOTS)
def test_a_real_price_is_kept_as_written(
    day: str, model: str, key: str, text: str, history: dict[str, bytes]
) -> None:
    locator = f"/{model}/{key}"
    parsed = parse_source(history[day], "litellm", None)
    (price,) = (price for price in parsed.prices if price.locator == locator)
    assert price.price_text == text == verify_locator(history[day], locator)
    # The same text also stands in the raw bytes, close behind the model and the key.
    at = history[day].index(f'"{model}": {{'.encode())
    entry = history[day][at : history[day].index(b"}", at)]
    assert f'"{key}": {text}'.encode() in entry
