"""Two snapshots compared by meaning, on made and on captured prices."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tieout.pricebook import CatalogRules, ParsedSource, PriceListMap, diff, parse_source
from tieout.pricebook.diff import is_near_power_of_ten

LIST = PriceListMap(
    model="model", price="price", meter="meter", unit="unit", currency_column="cur",
    multiplier="factor", effective_from="from", effective_until="until", time_form="date",
    zone="UTC",
)  # fmt: skip


def prices(*lines: str) -> ParsedSource:
    text = "model,meter,price,unit,cur,factor,from,until\n" + "".join(f"{x}\n" for x in lines)
    return parse_source(text.encode(), "price-list", LIST)


BASE = "m,input_tokens,3,1M tokens,USD,,,"
CASES = [
    ("the same", BASE, "unchanged"),
    ("another price", "m,input_tokens,4,1M tokens,USD,,,", "price_change"),
    ("another spelling", "m,input_tokens,3.00,1M tokens,USD,,,", "cosmetic"),
    ("an exponent", "m,input_tokens,3e0,1M tokens,USD,,,", "cosmetic"),
    ("a slip of a thousand", "m,input_tokens,3000,1M tokens,USD,,,", "unit_slip"),
    ("a slip of a tenth", "m,input_tokens,0.3,1M tokens,USD,,,", "unit_slip"),
    ("a slip with a small change", "m,input_tokens,3030,1M tokens,USD,,,", "unit_slip"),
    ("eight times", "m,input_tokens,24,1M tokens,USD,,,", "price_change"),
    ("twelve times", "m,input_tokens,36,1M tokens,USD,,,", "price_change"),
    ("per 1K at the same charge", "m,input_tokens,0.003,1K tokens,USD,,,", "unit_change"),
    ("per 1K at the same number", "m,input_tokens,3,1K tokens,USD,,,", "unit_change"),
    ("another currency", "m,input_tokens,3,1M tokens,EUR,,,", "price_change"),
    ("list with a ratio, same charge", "m,input_tokens,3.75,1M tokens,USD,0.8,,", "meaning_change"),
    ("list with a ratio, other charge", "m,input_tokens,3,1M tokens,USD,0.8,,", "price_change"),
    ("free from now on", "m,input_tokens,0,1M tokens,USD,,,", "price_change"),
    ("an end announced", "m,input_tokens,3,1M tokens,USD,,,2026-12-01", "announced"),
]


@pytest.mark.parametrize(("line", "change"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_difference_has_the_class_of_its_meaning(line: str, change: str) -> None:
    (found,) = diff(prices(BASE), prices(line))
    assert found.change == change
    assert found.needs_approval == (change not in {"unchanged", "cosmetic"})


def test_list_and_ratio_moving_against_each_other_are_a_note() -> None:
    old, new = "m,requests,4,request,USD,0.5,,", "m,requests,2.5,request,USD,0.8,,"
    assert [d.change for d in diff(prices(old), prices(new))] == ["note"]


def test_a_binary_leftover_put_right_is_a_note_and_the_last_digit_is_not() -> None:
    old = prices("m,seconds,0.08000000000000002,second,USD,,,")
    assert [d.change for d in diff(old, prices("m,seconds,0.08,second,USD,,,"))] == ["note"]
    assert [d.change for d in diff(old, prices("m,seconds,0.080000000000001,second,USD,,,"))] == [
        "price_change"
    ]


PROMOTION = ("m,input_tokens,2,1M tokens,USD,,,2026-09-01",)
ANNOUNCED = (*PROMOTION, "m,input_tokens,3,1M tokens,USD,,2026-09-01,")
AUGUST, SEPTEMBER = datetime(2026, 8, 20, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC)
AFTER = "m,input_tokens,3,1M tokens,USD,,,"


@pytest.mark.parametrize(
    ("old", "new", "read_at", "changes"),
    [
        (PROMOTION, ANNOUNCED, AUGUST, ["unchanged", "announced"]),
        (ANNOUNCED, PROMOTION, AUGUST, ["unchanged", "announced"]),
        (ANNOUNCED, ANNOUNCED, AUGUST, ["unchanged"]),
        (ANNOUNCED, ANNOUNCED, SEPTEMBER, ["promotion_ended"]),
        (ANNOUNCED, (AFTER,), SEPTEMBER, ["promotion_ended"]),
        (PROMOTION, (AFTER,), SEPTEMBER, ["promotion_ended"]),
        (PROMOTION, (AFTER,), AUGUST, ["price_change"]),
        ((AFTER.replace("3", "1"),), (AFTER,), SEPTEMBER, ["price_change"]),
        (PROMOTION, (AFTER.replace(",3,", ",1,"),), SEPTEMBER, ["price_change"]),
        (
            ANNOUNCED,
            (*PROMOTION, "m,input_tokens,4,1M tokens,USD,,2026-09-01,"),
            AUGUST,
            ["unchanged", "announced"],
        ),
    ],
    ids=[
        "a later price announced", "an announcement withdrawn", "still to come",
        "its time has come", "the page forgets the dates", "no later price was announced",
        "dearer before its end", "never dated", "cheaper after its end", "announced otherwise",
    ],
)  # fmt: skip
def test_what_is_announced_and_what_has_ended_are_told_apart(
    old: tuple[str, ...], new: tuple[str, ...], read_at: datetime, changes: list[str]
) -> None:
    assert [d.change for d in diff(prices(*old), prices(*new), read_at)] == changes


def test_models_come_and_go() -> None:
    found = diff(prices(BASE), prices("n,input_tokens,3,1M tokens,USD,,,"))
    assert [(d.source_model_id, d.change) for d in found] == [
        ("m", "model_removed"),
        ("n", "model_added"),
    ]


def test_a_price_that_became_unreadable_is_not_a_removed_model() -> None:
    bad = prices("m,input_tokens,3,1M tokens,USD,x,,")
    (lost,) = diff(prices(BASE), bad)
    (back,) = diff(bad, prices(BASE))
    assert (lost.change, back.change) == ("note", "note")
    assert "PRICE_RATIO" in lost.text
    assert [d.change for d in diff(bad, bad)] == ["unchanged"]
    assert [d.change for d in diff(bad, prices(BASE.replace("m,", "n,")))] == [
        "model_removed",
        "model_added",
    ]


def test_from_per_request_to_per_second_is_a_unit_change() -> None:
    found = diff(prices("v,requests,2,request,USD,,,"), prices("v,seconds,0.4,second,USD,0.8,,"))
    assert [(d.change, d.meter) for d in found] == [
        ("unit_change", "requests"),
        ("unit_change", "seconds"),
    ]


def test_a_meter_priced_anew_is_a_price_change() -> None:
    found = diff(prices(BASE), prices(BASE, "m,cache_read_tokens,1,1M tokens,USD,,,"))
    assert [(d.change, d.meter, d.old is None) for d in found] == [
        ("unchanged", "input_tokens", False),
        ("price_change", "cache_read_tokens", True),
    ]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("3", "30", True),
        ("30", "3", True),
        ("0.000003", "3", True),
        ("1", "9.8", True),
        ("1", "9.79", False),
        ("1", "10.2", True),
        ("1", "10.21", False),
        ("9.9", "99.5", True),
        ("1.01", "999", True),
        ("3", "3", False),
        ("3", "3.01", False),
        ("1", "1.0", False),
        ("0", "10", False),
    ],
)
def test_a_factor_near_a_power_of_ten_is_seen(one: str, other: str, near: bool) -> None:
    assert is_near_power_of_ten(Decimal(one), Decimal(other)) is near


@pytest.fixture
def captured(
    captured_rows: list[dict[str, object]], rules: CatalogRules
) -> Callable[..., ParsedSource]:
    """Published rows of one source for some models, as the catalog would serve them."""

    def read(source_id: str, *models: str) -> ParsedSource:
        rows = []
        for row in captured_rows:
            if row["source_id"] == source_id and (row["id"] in models or not models):
                pricing = {k: v for k, v in dict(row["pricing"]).items() if v is not None}  # type: ignore[call-overload]
                rows.append({"id": row["id"], "pricing": pricing})
        answer = {"success": True, "total": len(rows), "data": rows}
        return parse_source(json.dumps(answer).encode(), "cometapi-catalog", rules)

    return read


@pytest.mark.datasets
def test_the_june_page_and_the_august_catalog_charge_the_same(
    captured: Callable[..., ParsedSource],
) -> None:
    june = captured("model-pages-2026-06", "claude-opus-4-8")
    august = captured("catalog-2026-08-10", "claude-opus-4-8")
    assert [(p.price_text, p.dialect) for p in june.prices] == [
        ("4", "discounted"),
        ("20", "discounted"),
    ]
    assert [(p.price_text, p.multiplier_text) for p in august.prices] == [
        ("5.0", "0.8"),
        ("25.0", "0.8"),
    ]
    assert [d.change for d in diff(june, august)] == ["meaning_change", "meaning_change"]


@pytest.mark.datasets
def test_veo3_from_may_to_august_is_a_price_change(captured: Callable[..., ParsedSource]) -> None:
    (found,) = diff(captured("catalog-2026-05-07", "veo3"), captured("catalog-2026-08-10", "veo3"))
    assert (found.change, found.meter) == ("price_change", "seconds")
    assert found.old is not None
    assert found.new is not None
    assert (found.old.unit_rate, found.new.unit_rate) == (Decimal("0.05"), Decimal("0.32"))


@pytest.mark.datasets
def test_the_captured_charges_are_the_ones_their_source_states(
    captured_rows: list[dict[str, object]], captured: Callable[..., ParsedSource]
) -> None:
    parsed = captured("catalog-2026-08-10")
    rates = {(p.source_model_id, p.meter): p.unit_rate * p.per for p in parsed.prices}
    fields = {"input": "input_tokens", "output": "output_tokens", "per_second": "seconds"}
    checked = 0
    for row in captured_rows:
        pricing = dict(row["pricing"])  # type: ignore[call-overload]
        charged = dict(row.get("charged") or {})  # type: ignore[call-overload]
        for name, amount in charged.items():
            if row["source_id"] == "catalog-2026-08-10" and pricing[name] is not None:
                assert rates[str(row["id"]), fields[name]] == Decimal(str(amount))
                checked += 1
    assert checked >= 20


@pytest.mark.datasets
def test_the_may_capture_is_full_of_binary_leftovers_kept_exactly(
    captured_rows: list[dict[str, object]], captured: Callable[..., ParsedSource]
) -> None:
    parsed = captured("catalog-2026-05-07")
    rows = [row for row in captured_rows if row["source_id"] == "catalog-2026-05-07"]
    assert parsed.models == len(rows) == 62
    assert Counter(p.meter for p in parsed.prices) == {"requests": 39, "seconds": 9}
    assert Counter(r.reason_code for r in parsed.refused) == {"PRICE_MISSING": 14}
    sora = next(p for p in parsed.prices if p.source_model_id == "sora-2")
    assert str(sora.unit_rate) == sora.price_text == "0.08000000000000002"
