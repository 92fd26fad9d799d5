"""The written month: the same bytes from the same seed, vendor-like rows, a truth that foots."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest

from tests.demo.oracle import END, FIRST, HALF_STEP, Oracle, half_away, start_of
from tests.report.spreadsheet import live
from tieout.demo.write import write_month
from tieout.errors import ConfigurationRefused

_MAKE = """
import sys
from pathlib import Path
from tieout.demo.write import write_month
write_month(Path(sys.argv[1]), seed=7, requests=12_000)
"""


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_two_processes_with_other_hash_seeds_write_the_same_bytes(
    oracle: Oracle, tmp_path: Path, repo_root: Path
) -> None:
    found = []
    for hash_seed in ("1", "4242"):
        folder = tmp_path / hash_seed
        environment = {
            **os.environ,
            "PYTHONHASHSEED": hash_seed,
            "PYTHONPATH": str(repo_root / "src"),
        }
        command = [sys.executable, "-c", _MAKE, str(folder)]
        subprocess.run(command, check=True, env=environment)
        found.append(digests(folder))
    assert found[0] == found[1] == digests(oracle.month.folder)


def test_another_seed_writes_another_month(oracle: Oracle, tmp_path: Path) -> None:
    other = digests(write_month(tmp_path, seed=8, requests=12_000).folder)
    assert other["ledger/ledger.csv"] != digests(oracle.month.folder)["ledger/ledger.csv"]
    assert (
        other["prices/catalog-2026-08-10.json"]
        == (digests(oracle.month.folder)["prices/catalog-2026-08-10.json"])
    )


def test_a_month_too_small_for_its_faults_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused) as refusal:
        write_month(tmp_path, requests=50)
    assert refusal.value.code == "DEMO_TOO_SMALL"
    assert list(tmp_path.iterdir()) == []


def test_pages_come_newest_first_and_below_the_vendors_caps(oracle: Oracle) -> None:
    for page in oracle.pages:
        times = [row["created_at"] for row in page["data"]["items"]]
        assert times == sorted(times, reverse=True)
        assert 1 <= len(times) <= 1000
        assert page["success"] is True
        assert page["data"]["total"] < 10_000


def test_each_seam_between_windows_repeats_one_row_byte_for_byte(oracle: Oracle) -> None:
    copies = Counter(oracle.raw)
    repeated = {text: count for text, count in copies.items() if count > 1}
    windows = sum(1 for page in oracle.pages if page["data"]["page"] == 1)
    assert set(repeated.values()) == {2}
    assert len(repeated) == windows - 1 == oracle.truth["rows"]["repeated"]


def test_every_quota_follows_from_the_ratios_frozen_in_its_row(oracle: Oracle) -> None:
    checked: Counter[int] = Counter()
    for row in oracle.rows:
        other = row["other"]
        if row["type"] not in {2, 6}:
            continue
        group = Fraction(other["group_ratio"])
        if other["model_price"] != -1:
            exact = Fraction(other["model_price"]) * 500_000 * group * other.get("seconds", 1)
        else:
            cached = other["cache_tokens"]
            base = row["prompt_tokens"]
            if other.get("usage_semantic") != "anthropic":
                base -= cached
            weighted = base + cached * Fraction(other["cache_ratio"])
            weighted += row["completion_tokens"] * Fraction(other["completion_ratio"])
            exact = weighted * Fraction(other["model_ratio"]) * group
        assert row["quota"] == max(1, floor(exact + Fraction(1, 2))), row["request_id"]
        checked[row["type"]] += 1
    assert checked[2] > 12_000
    assert checked[6] == 2


def test_a_request_id_repeats_only_on_failed_attempts(oracle: Oracle) -> None:
    by_id: dict[str, list[int]] = {}
    for row in oracle.rows:
        if row.get("request_id"):
            by_id.setdefault(row["request_id"], []).append(row["type"])
    shared = [sorted(types) for types in by_id.values() if len(types) > 1]
    assert shared
    assert all(types == [2, 5] for types in shared)


def test_the_log_has_every_kind_of_row(oracle: Oracle) -> None:
    kinds = Counter(row["type"] for row in oracle.rows)
    assert kinds[1] == kinds[3] == 1
    assert kinds[6] == 2
    assert kinds[5] > 100
    assert any(row["other"].get("usage_semantic") == "anthropic" for row in oracle.rows)
    assert any(start_of(row) < FIRST for row in oracle.rows)
    assert any(start_of(row) >= END for row in oracle.rows)


def test_no_call_straddles_the_change_of_its_price(oracle: Oracle) -> None:
    change = int(oracle.month.captures[1].accessed_at.timestamp())
    moving = {"kimi-k3", "doubao-seedance-2-0"}
    sides = Counter(start_of(row) < change for row in oracle.rows if row["model_name"] in moving)
    assert min(sides.values()) > 10
    for row in oracle.rows:
        if row["model_name"] in moving and row["type"] == 2:
            assert not start_of(row) - 1 <= change <= row["created_at"] + 1


def test_the_totals_of_the_truth_are_those_of_the_files(oracle: Oracle) -> None:
    totals = {name: Fraction(text) for name, text in oracle.truth["totals"].items()}
    lines = list(oracle.lines.values())
    assert totals["expected"] == sum(line.expected for line in lines)
    assert totals["charged"] == sum(line.charged for line in lines)
    assert totals["recorded"] == sum(line.recorded for line in lines)
    assert totals["variance"] == totals["recorded"] - totals["expected"]
    assert totals["variance"] == totals["booking"] + totals["billing"]
    for name in ("variance", "booking", "billing"):
        assert totals[name] == totals[f"{name}_plus"] + totals[f"{name}_minus"]


def test_the_buckets_foot_to_the_variance(oracle: Oracle) -> None:
    buckets = oracle.truth["buckets"]
    net = sum(Fraction(bucket["net"]) for bucket in buckets.values())
    gross = sum(Fraction(bucket["gross"]) for bucket in buckets.values())
    assert net == Fraction(oracle.truth["totals"]["variance"])
    assert gross == sum(abs(line.variance) for line in oracle.lines.values())
    for name, bucket in buckets.items():
        if name != "rounding":
            faults = [fault for fault in oracle.truth["faults"] if fault["bucket"] == name]
            assert bucket["count"] == sum(fault["lines"] for fault in faults), name
            assert Fraction(bucket["net"]) == sum(Fraction(f["variance"]) for f in faults), name


def test_the_row_counts_are_those_of_the_files(oracle: Oracle) -> None:
    rows = oracle.truth["rows"]
    usage = [
        row for row in oracle.rows if row["type"] in {2, 5, 6} and FIRST <= start_of(row) < END
    ]
    excluded = [row for row in usage if row["token_name"] in oracle.excluded_keys]
    kept = [row for row in usage if row["token_name"] not in oracle.excluded_keys]
    unmapped = [r for r in kept if oracle.price(r["model_name"], start_of(r)) is None]
    cached = [row for row in kept if row["other"].get("cache_tokens", 0)]
    assert rows["in_period"] == len(usage) + rows["repeated"]
    assert rows["excluded"] == len(excluded) > 0
    assert rows["unmapped"] == len(unmapped) > 0
    assert rows["unrated"] == len(cached) > 0
    assert rows["rated"] == len(kept) - len(unmapped) - len(cached)
    booked = [entry for entry in oracle.entries if entry["booked_at"].startswith("2026-08")]
    assert oracle.truth["ledger_rows"]["in_period"] == len(booked)


def test_everything_outside_the_faults_ties_out_within_half_a_step(oracle: Oracle) -> None:
    faulty = {name for fault in oracle.truth["faults"] for name in fault["request_ids"]}
    clean = [line for name, line in oracle.lines.items() if name not in faulty]
    assert len(clean) > 10_000
    for line in clean:
        assert line.comparable
        assert abs(line.variance) <= HALF_STEP
        assert line.recorded == half_away(line.expected, 6)


def test_no_cell_of_the_tables_of_the_month_would_run_in_a_spreadsheet(oracle: Oracle) -> None:
    month = oracle.month
    for path in (month.ledger_file, month.mapping, month.exclusions):
        assert live(path.read_bytes(), frozenset({"cost_usd"})) == [], path.name
