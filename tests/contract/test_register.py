"""The register: candidates with the log replayed over them, as of an instant (C1-C3)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.contract.flipping import contradiction, verification
from tieout.contract.candidate import read_candidates
from tieout.contract.leaning import AXES, fetches, figures
from tieout.contract.register import Register, read_register, vendors_with_items
from tieout.contract.value_form import NotOfItsForm, check_value, integer, numbers, per_unit, words
from tieout.errors import ConfigurationRefused
from tieout.vendors_path import vendor_facts

FACTS = vendor_facts()
ITEMS = read_candidates(FACTS, "cometapi")

# The rows of the method's table "Contract details to verify", each with what it asks for.
TABLE = {
    "endpoint paths": ("base-url", "endpoint-catalog", "endpoint-log", "endpoint-quota",
                       "endpoint-chat"),
    "auth headers": ("auth-api-key", "auth-access-token", "scoping-headers", "quota-key-parameter"),
    "request fields": ("request-fields", "log-parameters"),
    "response fields": ("usage-fields", "responses-usage-fields", "messages-usage-fields",
                        "gemini-usage-fields", "request-id-header", "error-body", "log-envelope"),
    "error behavior": ("error-codes", "retry-codes", "retry-guidance", "billing-failed",
                       "billing-retried", "billing-partial", "streaming-usage"),
    "rate limits and billing": ("price-unit-tokens", "price-unit-media", "currency", "prepaid",
                                "billing-delay", "price-tiers", "rate-limits", "account-discounts",
                                "promotions", "quota-rounding", "day-boundary"),
}  # fmt: skip


def day(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}T00:00:00+00:00").astimezone(UTC)


def register(as_of: datetime, *entries: object) -> Register:
    verified = [one for one in entries if type(one).__name__ == "Verification"]
    contradicted = [one for one in entries if type(one).__name__ == "Contradiction"]
    return read_register(FACTS, ["cometapi"], verified, contradicted, as_of)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", TABLE)
def test_every_row_of_the_table_to_verify_has_records(row: str) -> None:
    names = {one.item_id for one in ITEMS}
    assert set(TABLE[row]) <= names


@pytest.mark.parametrize("fetch", AXES["fetch"][1])
def test_every_fetch_knows_its_address_and_its_retries(fetch: str) -> None:
    leaning = {one.item_id: one for one in ITEMS if fetch in fetches(one.leans)}
    assert f"endpoint-{fetch}" in leaning
    assert "retry-codes" in leaning
    assert all(one.value and one.form != "text" for one in leaning.values())


def test_the_figure_classes_of_one_item_never_overlap() -> None:
    for one in ITEMS:
        axes = {lean.partition(":")[0] for lean in figures(one.leans)}
        assert len(axes) <= 1, one.item_id


def test_nobody_s_word_is_unverified_and_refuses_by_name() -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        register(day("08-01")).require("endpoint-log", "auth-access-token")
    assert caught.value.code == "CONTRACT_UNVERIFIED"
    assert [line.partition(":")[0] for line in caught.value.where] == [
        "endpoint-log",
        "auth-access-token",
    ]


def test_only_what_is_not_verified_is_named() -> None:
    said = verification(
        "endpoint-log", "https://api.example.com/log", verified_at="2026-08-01T00:00:00Z"
    )
    found = register(day("08-02"), said)
    assert found.require("endpoint-log") == {"endpoint-log": "https://api.example.com/log"}
    with pytest.raises(ConfigurationRefused) as caught:
        found.require("endpoint-log", "auth-access-token")
    assert len(caught.value.where) == 1


def test_a_fetch_is_given_the_values_once_all_are_verified() -> None:
    log = [one for one in ITEMS if "log" in fetches(one.leans)]
    found = register(day("09-01"), *(verification(one.item_id, one.value) for one in log))
    assert found.require_fetch("log") == {one.item_id: one.value for one in log}
    assert len(log) >= 10


def test_an_entry_does_not_count_before_its_time() -> None:
    said = verification("billing-failed", "billable", verified_at="2026-08-10T00:00:00Z")
    assert register(day("08-09"), said).item("billing-failed").status == "unverified"
    assert register(day("08-10"), said).item("billing-failed").status == "verified"


def test_a_proof_expires_at_its_re_check_and_warns_before() -> None:
    said = verification("billing-failed", "billable", recheck_at="2026-09-20T00:00:00Z")
    for at, status, warned in (
        ("09-05", "verified", False),
        ("09-06", "verified", True),
        ("09-19", "verified", True),
        ("09-20", "expired", False),
    ):
        item = register(day(at), said).item("billing-failed")
        assert (item.status, item.expires_soon(day(at))) == (status, warned), at
        assert bool(item.stretches) == (status == "verified")


def test_a_contradiction_holds_until_somebody_verifies_anew() -> None:
    first = verification("billing-failed", "billable", verified_at="2026-08-01T00:00:00Z")
    fell = contradiction("billing-failed")
    again = verification("billing-failed", "not billable", verified_at="2026-08-20T00:00:00Z")
    item = register(day("08-10"), first, again, fell).item("billing-failed")
    assert item.status == "contradicted"
    assert item.stretches == ()
    item = register(day("08-21"), first, again, fell).item("billing-failed")
    assert (item.status, item.value) == ("verified", "not billable")
    assert [type(one).__name__ for one in item.history] == [
        "Verification", "Contradiction", "Verification",
    ]  # fmt: skip


def test_a_later_rule_leaves_the_earlier_one_for_the_time_before() -> None:
    first = verification("billing-failed", "not billable", verified_at="2026-08-01T00:00:00Z")
    later = verification(
        "billing-failed", "billable", verified_at="2026-08-20T00:00:00Z",
        holds_from="2026-08-15T00:00:00Z",
    )  # fmt: skip
    found = register(day("08-21"), first, later).item("billing-failed").stretches
    assert [(one.value, one.holds_from) for one in found] == [
        ("not billable", None), ("billable", day("08-15")),
    ]  # fmt: skip
    # A correction of what always held replaces both.
    whole = verification("billing-failed", "billable", verified_at="2026-08-22T00:00:00Z")
    found = register(day("08-23"), first, later, whole).item("billing-failed").stretches
    assert [(one.value, one.holds_from) for one in found] == [("billable", None)]


def test_an_item_that_is_not_known_is_refused() -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        register(day("08-01")).item("endpoint-logs")
    assert caught.value.code == "CONTRACT_UNKNOWN"


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("https-url", "https://api.example.com/a/{code}", "http://api.example.com/a"),
        ("https-url", "https://api.example.com", "https://api.example.com/a?key=1"),
        ("https-url", "https://h.example:8443/a", "https://user@h.example/a"),
        ("header", "Authorization: Bearer", "Authorization: Bearer\nX: y"),
        ("integer", "100", "1e2"),
        ("numbers", "429, 503", "429,503"),
        ("words", "data.items, data", "data items"),
        ("billing", "not billable", "no"),
        ("bounds", "half-open", "open"),
        ("text", "anything at all", "two\nlines"),
    ],
)
def test_a_value_has_its_declared_form(form: str, good: str, bad: str) -> None:
    assert check_value(form, good) == good  # type: ignore[arg-type]
    with pytest.raises(NotOfItsForm):
        check_value(form, bad)  # type: ignore[arg-type]
    with pytest.raises(NotOfItsForm):
        check_value(form, "")  # type: ignore[arg-type]


def test_values_are_read_as_what_they_are() -> None:
    assert numbers("429, 503") == (429, 503)
    assert words("p, page_size") == ("p", "page_size")
    assert integer("10000") == 10_000
    # 1 / 500,000 = 0.000002
    assert format(per_unit("500000").normalize(), "f") == "0.000002"
    with pytest.raises(NotOfItsForm):
        per_unit("3")


def test_a_worth_of_units_agrees_with_the_profiles_that_use_it(repo_root: Path) -> None:
    worth = per_unit(register(day("08-01")).item("units-per-usd").value).normalize()
    for name in ("log-feed.toml", "log-cli-feed.toml"):
        text = (repo_root / "vendors" / "cometapi" / name).read_text()
        assert f'unit_value = "{worth:f}"' in text


def test_no_candidate_file_can_ship_a_verification() -> None:
    content = FACTS["cometapi/contract-items.toml"]
    spoiled = {
        "verified": content.replace(b'status = "unverified"', b'status = "verified"', 1),
        "twice": content + content,
        "unknown lean": content.replace(b'"fetch:log"', b'"fetch:logs"', 1),
        "form": content.replace(b'value = "500000"', b'value = "5e5"', 1),
    }
    for what, text in spoiled.items():
        with pytest.raises(ConfigurationRefused) as caught:
            read_candidates({"cometapi/contract-items.toml": text}, "cometapi")
        assert caught.value.code == "CFG_CONTRACT_ITEMS", what


def test_the_vendors_with_items_are_those_with_a_file() -> None:
    assert vendors_with_items(FACTS) == ("cometapi",)
