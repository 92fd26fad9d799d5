"""The .meta.json beside a snapshot, as the source article's capture job writes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tieout.errors import InputRefused
from tieout.evidence.meta import meta_path, read_meta

# The seven names of the job, its placeholders replaced as it asks for.
GOOD = {
    "source": "https://prices.example/v1/list",
    "accessed_at": "2026-08-10T09:00:00Z",
    "base_url_verified_from": "https://docs.example/",
    "pricing_reference_verified_from": "https://docs.example/pricing",
    "public_pricing_cross_check": "https://www.example/pricing/",
    "operator": "job-7",
    "notes": "All endpoint paths must be verified.",
}


def encoded(**changes: object) -> bytes:
    return json.dumps(GOOD | changes).encode()


def test_the_meta_file_of_the_article_is_read_whole() -> None:
    meta = read_meta(encoded())
    assert {name: getattr(meta, name) for name in GOOD} == GOOD
    assert meta.instant == datetime(2026, 8, 10, 9, tzinfo=UTC)
    assert meta.capture_notes() == (
        "base_url_verified_from: https://docs.example/",
        "pricing_reference_verified_from: https://docs.example/pricing",
        "public_pricing_cross_check: https://www.example/pricing/",
        "notes: All endpoint paths must be verified.",
    )


def test_the_meta_file_lies_beside_its_snapshot() -> None:
    snapshot = Path("in/cometapi-pricing-snapshot-2026-08-10T09:00:00Z.json")
    assert meta_path(snapshot).name == "cometapi-pricing-snapshot-2026-08-10T09:00:00Z.meta.json"


def test_an_instant_with_an_offset_is_converted() -> None:
    assert read_meta(encoded(accessed_at="2026-08-10T17:00:00+08:00")).instant == datetime(
        2026, 8, 10, 9, tzinfo=UTC
    )


def test_an_instant_without_marks_is_the_same_instant() -> None:
    assert read_meta(encoded(accessed_at="20260810T090000Z")).instant == datetime(
        2026, 8, 10, 9, tzinfo=UTC
    )


def test_a_key_in_an_address_is_redacted() -> None:
    meta = read_meta(encoded(source="https://prices.example/v1?key=abc&all=1", notes="?token=xyz"))
    assert meta.source == "https://prices.example/v1?key=REDACTED&all=1"
    assert meta.notes == "?token=REDACTED"


@pytest.mark.parametrize(
    "text",
    ["2026-08-10T09:00:00", "2026-08-10", "2026-13-10T09:00:00Z", "10 August 2026", "",
     "2026-08-10T09:00:00+25:00", "2026-08-10 09:00:00Z", "0001-01-01T00:00:00+10:00",
     "2026-08-10T09:00:00Z\n", "20260810T0900Z", "20261310T090000Z", "20260810T090000",
     "\u0662026-08-10T09:00:00Z"],
)  # fmt: skip
def test_an_access_time_that_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(InputRefused, match="META_INSTANT"):
        read_meta(encoded(accessed_at=text))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (encoded(extra="x"), "META_FORM"),
        (json.dumps({k: v for k, v in GOOD.items() if k != "operator"}).encode(), "META_FORM"),
        (encoded(operator=7), "META_FORM"),
        (encoded(operator=" "), "META_FORM"),
        (encoded(notes=None), "META_FORM"),
        (b'{"source":"a","source":"b"}', "META_FORM"),
        (b"[]", "META_FORM"),
        (b"not json", "META_FORM"),
        (b"\xff\xfe", "META_FORM"),
        (b"\xef\xbb\xbf" + encoded(), "META_FORM"),
        (b"[" * 60_000, "META_FORM"),
        (encoded(notes=1.5), "META_FORM"),
        (encoded(notes="x" * 70_000), "META_SIZE"),
        (encoded(source="<PRICING_URL_FROM_DOCS>"), "META_PLACEHOLDER"),
        (encoded(accessed_at="${ACCESS_TS}"), "META_PLACEHOLDER"),
    ],
)
def test_a_meta_file_that_needs_guessing_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read_meta(content)
    assert refused.value.code == code
    assert int(refused.value.exit_code) == 3
