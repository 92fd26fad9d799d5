"""Price sources on the command line: bytes, approval, declared starts, one model's history."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

from tests.cli.conftest import PRICES, Commands

Words = tuple[str | Path, ...]

LITELLM = {
    "beta": {
        "input_cost_per_token": 1.5e-07,
        "output_cost_per_token": 6e-07,
        "litellm_provider": "x",
        "mode": "chat",
    },
    "gamma": {"mode": "chat", "litellm_provider": "x"},
}


def litellm_words(file: Path, accessed_at: str = "2026-07-31T06:00:00Z") -> Words:
    return (
        *("prices", "import", file, "--source", "map", "--format", "litellm"),
        *("--accessed-at", accessed_at, "--url", "https://example.com/map", "--by", "AB"),
    )


def test_an_import_keeps_the_exact_bytes(tieout: Commands, price_words: Words) -> None:
    (found,) = tieout.json(*price_words)["captures"]
    assert found["sha256"] == hashlib.sha256(PRICES.encode()).hexdigest()
    assert (found["models"], found["prices"], found["not_read"]) == (1, 2, {})
    stored = tieout.root / "evidence" / "objects" / found["sha256"]
    assert stored.read_bytes() == PRICES.encode()


def test_the_same_source_again_changes_nothing(tieout: Commands, price_words: Words) -> None:
    tieout(*price_words)
    (again,) = tieout.json(*price_words)["captures"]
    assert again["is_new"] is False
    assert len(tieout.json("prices", "list")["captures"]) == 1


def test_a_packed_source_is_stored_unpacked_and_its_own_digest_noted(
    tieout: Commands, tmp_path: Path
) -> None:
    plain = json.dumps(LITELLM).encode()
    packed = gzip.compress(plain, mtime=0)
    file = tmp_path / "map.json.gz"
    file.write_bytes(packed)
    (found,) = tieout.json(*litellm_words(file))["captures"]
    assert found["sha256"] == hashlib.sha256(plain).hexdigest()
    (record,) = tieout.json("prices", "list")["captures"]
    assert any(hashlib.sha256(packed).hexdigest() in note for note in record["notes"])


def test_prices_that_cannot_be_read_are_counted_and_not_hidden(
    tieout: Commands, tmp_path: Path
) -> None:
    file = tmp_path / "map.json"
    file.write_text(json.dumps(LITELLM), encoding="utf-8")
    (found,) = tieout.json(*litellm_words(file))["captures"]
    assert found["prices"] == 2
    assert sum(found["not_read"].values()) == 1, "gamma states no price"


def test_an_unreadable_source_is_refused_before_anything_is_recorded(
    tieout: Commands, tmp_path: Path
) -> None:
    file = tmp_path / "map.json"
    file.write_text('{"beta": ', encoding="utf-8")
    assert tieout(*litellm_words(file)) == 3
    assert tieout.json("prices", "list")["captures"] == []


def test_a_price_list_without_its_column_map_is_refused(tieout: Commands, tmp_path: Path) -> None:
    words: list[str | Path] = [
        *("prices", "import", tmp_path / "prices.csv", "--source", "other", "--format")
    ]
    words += ["price-list", "--accessed-at", "2026-07-31T06:00:00Z", "--by", "AB"]
    assert tieout(*words) == 2
    assert tieout.err.startswith("CFG_PRICE_MAP")
    assert "[prices.other]" in tieout.err


def test_a_capture_without_a_time_or_a_name_is_refused(tieout: Commands, tmp_path: Path) -> None:
    words: list[str | Path] = [
        "prices",
        "import",
        tmp_path / "prices.csv",
        "--source",
        "list",
        "--format",
    ]
    assert tieout(*words, "price-list", "--by", "AB") == 2
    assert "--accessed-at" in tieout.err
    assert tieout(*words, "price-list", "--accessed-at", "2026-07-31T06:00:00Z") == 2
    assert "--by" in tieout.err
    assert tieout(*words, "price-list", "--accessed-at", "2026-07-31", "--by", "AB") == 2
    assert tieout.err.startswith("CFG_INSTANT")


def test_the_meta_file_of_a_capture_job_says_the_rest(tieout: Commands, tmp_path: Path) -> None:
    meta = tmp_path / "prices.meta.json"
    said = {
        "source": "https://example.com/prices",
        "accessed_at": "2026-07-31T06:00:00Z",
        "operator": "ci-pricing-snapshot",
    }
    meta.write_text(json.dumps(said), encoding="utf-8")
    words = ("prices", "import", tmp_path / "prices.csv", "--source", "list")
    assert tieout(*words, "--format", "price-list", "--meta", meta) == 0
    (record,) = tieout.json("prices", "list")["captures"]
    assert record["operator"] == "ci-pricing-snapshot"
    assert record["source_url"] == "https://example.com/prices"
    assert record["accessed_at"] == "2026-07-31T06:00:00Z"


def test_an_unapproved_source_prices_nothing_until_somebody_accepts_it(
    filled: Commands, tmp_path: Path
) -> None:
    file = tmp_path / "map.json"
    file.write_text(json.dumps(LITELLM), encoding="utf-8")
    (found,) = filled.json(*litellm_words(file))["captures"]
    assert filled.json("prices", "show", "beta")["price_sets"] == []
    assert filled.json("prices", "show", "beta")["unapproved"] == [found["capture_id"]]
    assert filled("prices", "approve", found["capture_id"], "--by", "CD") == 0
    (price_set,) = filled.json("prices", "show", "beta")["price_sets"]
    assert price_set["effective_from"] == "2026-07-31T06:00:00Z"
    assert {line["unit_rate"] for line in price_set["lines"]} == {"0.00000015", "0.0000006"}
    assert {line["locator"] for line in price_set["lines"]} == {
        "/beta/input_cost_per_token",
        "/beta/output_cost_per_token",
    }


def test_a_history_by_manifest_shows_what_changed_between_captures(
    tieout: Commands, tmp_path: Path
) -> None:
    for name, price in (("one.csv", "2"), ("two.csv", "3")):
        (tmp_path / name).write_text(f"model,in,out\nalpha,{price},8\n", encoding="utf-8")
    (tmp_path / "history.csv").write_text(
        "file,accessed_at,url\n"
        "one.csv,2026-07-01T00:00:00Z,https://example.com/1\n"
        "two.csv,2026-08-01T00:00:00+02:00,https://example.com/2\n",
        encoding="utf-8",
    )
    words: Words = ("prices", "import", "--manifest", tmp_path / "history.csv", "--source", "list")
    words += ("--format", "price-list", "--by", "AB", "--approved-by", "CD")
    assert tieout(*words) == 0
    history = tieout.json("prices", "show", "alpha")
    intervals = [(s["effective_from"], s["effective_until"]) for s in history["price_sets"]]
    assert intervals == [
        ("2026-07-01T00:00:00Z", "2026-07-31T22:00:00Z"),
        ("2026-07-31T22:00:00Z", None),
    ]
    (change,) = history["changes"]
    assert (change["change"], change["meter"]) == ("price_change", "input_tokens")
    assert tieout("prices", "show", "alpha") == 0
    assert "price change input_tokens" in " ".join(tieout.out.split())


def test_a_declared_start_is_provisional_and_says_so(
    tieout: Commands, tmp_path: Path, price_words: Words
) -> None:
    (capture,) = tieout.json(*price_words)["captures"]
    evidence = tmp_path / "announcement.txt"
    evidence.write_text("the price holds since June", encoding="utf-8")
    words = ("prices", "declare", capture["capture_id"], "--from", "2026-06-01T00:00:00Z")
    assert tieout(*words, "--reason", "announced", "--evidence", evidence, "--by", "AB") == 0
    first, second = tieout.json("prices", "show", "alpha")["price_sets"]
    assert (first["grade"], first["declared"]) == ("D", True)
    assert first["effective_from"] == "2026-06-01T00:00:00Z"
    assert first["effective_until"] == second["effective_from"] == "2026-07-31T06:00:00Z"
    assert (second["grade"], second["declared"]) == ("B", False)


def test_a_model_no_capture_names_is_refused_with_what_is_near(
    tieout: Commands, price_words: Words
) -> None:
    tieout(*price_words)
    assert tieout("prices", "show", "alpah") == 2
    assert tieout.err.startswith("MODEL_UNKNOWN")
    assert "alpha" in tieout.err


def test_a_list_without_one_readable_price_is_refused_with_the_first_reasons(
    tieout: Commands, tmp_path: Path, price_words: Words
) -> None:
    rows = "".join(f"m{number},ask us,n/a\n" for number in range(5))
    (tmp_path / "prices.csv").write_text("model,in,out\n" + rows, encoding="utf-8")
    assert tieout(*price_words) == 3
    assert tieout.err.startswith("PRICE_NOTHING_READ")
    assert [line.split(":")[0].strip() for line in tieout.err.splitlines() if ": " in line] == [
        "m0", "m0", "m1",
    ]  # fmt: skip
    assert "[prices.list]" in tieout.err
    assert tieout.json("prices", "list")["captures"] == []


def test_an_empty_list_of_prices_is_refused(tieout: Commands, tmp_path: Path) -> None:
    file = tmp_path / "map.json"
    file.write_text("{}", encoding="utf-8")
    assert tieout(*litellm_words(file)) == 3
    assert tieout.json("prices", "list")["captures"] == []


def test_an_import_says_from_when_it_prices_usage(
    tieout: Commands, tmp_path: Path, price_words: Words
) -> None:
    assert tieout(*price_words) == 0
    capture = tieout.json("prices", "list")["captures"][0]["capture_id"]
    said = " ".join(tieout.out.split())
    assert tieout(*price_words) == 0
    said = " ".join(tieout.out.split())
    assert "prices usage from 2026-07-31 06:00Z on" in said
    assert f"tieout prices declare {capture} --from" in said
    assert tieout.json(*price_words)["captures"][0]["prices_from"] == "2026-07-31T06:00:00Z"
    later = tmp_path / "later.csv"
    later.write_text(PRICES.replace("2,8", "3,8"), encoding="utf-8")
    words = [later if word == tmp_path / "prices.csv" else word for word in price_words]
    assert tieout(*(str(w).replace("2026-07-31", "2026-08-31") for w in words)) == 0
    said = " ".join(tieout.out.split())
    assert "prices usage from 2026-08-31 06:00Z on" in said
    assert "declare" not in said, "an earlier capture prices the usage before"


def test_a_list_with_dates_of_its_own_says_nothing_of_its_capture(
    tieout: Commands, tmp_path: Path, price_words: Words
) -> None:
    path = tieout.root / "tieout.toml"
    dated = path.read_text("utf-8").replace(
        'fixed_unit = "1M tokens"', 'fixed_unit = "1M tokens"\neffective_from = "since"'
    )
    path.write_text(dated, encoding="utf-8")
    text = "model,in,out,since\nalpha,2,8,2026-01-01T00:00:00Z\n"
    (tmp_path / "prices.csv").write_text(text, encoding="utf-8")
    assert tieout.json(*price_words)["captures"][0]["prices_from"] is None
    assert tieout(*price_words) == 0
    assert "prices usage from" not in tieout.out
