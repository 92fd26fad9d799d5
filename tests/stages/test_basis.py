"""The declared basis of the ledger: one item, and only what remains beyond it opens a line (D9)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.world import World, asked, rows, terms
from tieout.money import RoundingRule
from tieout.review.decision import SliceFacts, decide, decide_slice

RATES = {"input_tokens": "0.000002", "output_tokens": "0.00001"}
TOKENS = {"input_tokens": "1000", "output_tokens": "100"}  # list 0.003; times 0.8: 0.0024
CENT = RoundingRule("line", Decimal("0.01"))


def world_of(amount: str | None = None, **fields: Any) -> World:
    world = World()
    world.price("m", RATES, multiplier="0.8", until="08-20")
    world.price("m", {**RATES, "input_tokens": "0.000003"}, multiplier="0.8", start="08-20")
    world.use(request_id="a", **{**TOKENS, **fields})
    if amount is not None:
        world.book(amount, request_id="a")
    return world


def lines(world: World, basis: str, **said: Any) -> list[dict[str, Any]]:
    found = rows(
        asked(world, replace(terms(**said), basis=basis)),
        "SELECT * FROM variance_line ORDER BY line_key",
    )
    for one in found:
        parts = ("rate", "quantity", "mapping", "timing", "rounding", "unknown", "basis")
        assert sum(one[f"{part}_part"] for part in parts) == one["variance"]
    return found


def filed(world: World, basis: str, **said: Any) -> tuple[str, str, Decimal]:
    (one,) = lines(world, basis, **said)
    return one["cause"], one["proof"], one["basis_part"]


@pytest.mark.parametrize(
    ("amount", "cause"),
    [
        ("0.003", "ties_out"),  # 1000 x 0.000002 + 100 x 0.00001
        ("0.0024", "other_basis"),  # times 0.8
        ("0.00192", "ratio_applied_twice"),  # times 0.8 again
        ("0.004", "price_not_in_force"),  # 1000 x 0.000003 + 100 x 0.00001
        ("0.0102", "tokens_swapped"),  # 100 x 0.000002 + 1000 x 0.00001
        ("3", "factor_thousand"),
        ("0.000003", "factor_thousand"),
        ("0.0031", "unknown"),
    ],
)
def test_causes_are_found_on_the_basis_of_list(amount: str, cause: str) -> None:
    # Whatever the cause, 0.003 - 0.0024 is the basis and not the error.
    found = filed(world_of(amount), "list")
    assert found[::2] == (cause, Decimal("0.0006"))


def test_a_list_ledger_counts_quantities_at_list() -> None:
    world = world_of()
    world.book("0.005", request_id="a", input_tokens="2000", output_tokens="100")
    (one,) = lines(world, "list")
    assert (one["cause"], one["quantity_part"]) == ("quantities_differ", Decimal("0.002"))
    world.ledger[0]["recorded_cost"] = Decimal("0.0065")
    (one,) = lines(world, "list")
    # 0.005 at list: 0.002 by quantity, 0.0015 by rate, 0.0006 by basis.
    assert [one[f"{p}_part"] for p in ("quantity", "rate", "basis")] == [
        Decimal("0.002"), Decimal("0.0015"), Decimal("0.0006"),
    ]  # fmt: skip


def test_a_failed_call_is_booked_at_list_in_a_list_ledger() -> None:
    found = filed(world_of("0.003", outcome="failed"), "list")
    assert found == ("uncounted_calls_booked", "suspected", Decimal(0))


def test_a_net_ledger_has_no_basis_part() -> None:
    assert filed(world_of("0.0024"), "net") == ("ties_out", "none", Decimal(0))
    assert filed(world_of("0.003"), "net") == ("ratio_not_applied", "proved", Decimal(0))


def test_a_list_ledger_without_a_multiplier_is_on_the_basis_of_expected() -> None:
    world = World()
    world.price("m", RATES)
    world.use(request_id="a", **TOKENS)
    world.book("0.003", request_id="a")
    assert filed(world, "list") == ("ties_out", "none", Decimal(0))


def test_a_list_ledger_rounds_what_it_holds() -> None:
    # 0.019 + 0.0095 = 0.0285 at list, rounded 0.03; net of the ratio 0.0228, rounded 0.02.
    world = world_of("0.03", input_tokens="9500", output_tokens="950")
    assert filed(world, "list", rounding=CENT) == ("declared_rounding", "proved", Decimal("0.0057"))


def test_a_list_ledger_rounds_a_day_at_list() -> None:
    # At list 0.003 and 0.006 make 0.009, rounded 0.01; the second line carries 0.001.
    world = world_of("0.003")
    world.use(request_id="b", input_tokens="2000", output_tokens="200")
    world.book("0.007", request_id="b")
    rule = RoundingRule("day", Decimal("0.01"))
    found = [one["cause"] for one in lines(world, "list", rounding=rule)]
    assert found == ["ties_out", "declared_rounding"]


def test_money_in_the_neighbour_period_is_compared_on_the_basis() -> None:
    world = World()
    world.price("m", RATES, multiplier="0.8")
    world.use(at="08-31 23:50", request_id="a", **TOKENS)
    world.book("0.003", at="09-01 00:10", request_id="a")
    assert filed(world, "list") == ("other_period", "proved", Decimal("0.0006"))


# --- charged ---------------------------------------------------------------------------------


def test_booking_decides_where_the_ledger_holds_charges() -> None:
    # Expected 0.0024, charged 0.0030: 0.0006 is billing whatever the books hold.
    for amount, cause in (
        ("0.003", "ties_out"), ("0.0024", "other_basis"), ("0.0031", "unknown"),
    ):  # fmt: skip
        (one,) = lines(world_of(amount, charged_cost="0.003"), "charged")
        assert (one["cause"], one["basis_part"]) == (cause, Decimal("0.0006"))
        assert one["billing_variance"] == one["basis_part"] == one["overcharge"]
        assert one["booking_variance"] == one["variance"] - one["basis_part"]


def test_a_charge_below_the_price_is_no_claim() -> None:
    (one,) = lines(world_of("0.002", charged_cost="0.002"), "charged")
    assert (one["cause"], one["basis_part"], one["overcharge"]) == (
        "ties_out", Decimal("-0.0004"), Decimal(0),
    )  # fmt: skip


def test_a_charge_above_the_price_by_a_rounding_is_no_claim() -> None:
    for step, claim in (("0.0012", Decimal(0)), ("0.0011", Decimal("0.0006"))):
        (one,) = lines(world_of("0.003", charged_cost="0.003"), "charged", step=step)
        assert one["overcharge"] == claim


def test_claims_are_one_group_a_model() -> None:
    world = World()
    world.price("m", RATES)
    for name, team in (("a", "x"), ("b", "y"), ("c", "z")):
        world.use(request_id=name, cost_center=team, charged_cost="0.005", **TOKENS)
        world.book("0.005", request_id=name, cost_center=team)
    engine = asked(world, replace(terms(), basis="charged"))
    (group,) = rows(engine, "SELECT * FROM cause_group")
    assert (group["cause"], group["cost_center"], group["lines"], group["net"]) == (
        "charged_above_price", None, 3, Decimal("0.006"),
    )  # fmt: skip
    buckets = rows(engine, "SELECT bucket, lines, net, gross FROM bucket_total ORDER BY bucket")
    assert buckets == [
        {"bucket": "rounding", "lines": 0, "net": Decimal(0), "gross": Decimal(0)},
        {"bucket": "source", "lines": 0, "net": Decimal("0.006"), "gross": Decimal("0.006")},
    ]


def test_a_line_whose_charge_is_unknown_cannot_be_compared_on_that_basis() -> None:
    world = world_of("0.0024")
    world.use(request_id="b", charged_cost="0.0024", **TOKENS)
    world.book("0.0024", request_id="b")
    first, second = lines(world, "charged")
    assert (first["line_state"], first["cause"], first["bucket"]) == (
        "not_comparable", "charge_unknown", "usage",
    )  # fmt: skip
    assert second["cause"] == "ties_out"


# --- cash-effective, and the decision ----------------------------------------------------------


def test_a_ledger_in_cash_terms_is_compared_with_expected() -> None:
    assert filed(world_of("0.0024"), "cash-effective") == ("ties_out", "none", Decimal(0))


def facts(**counts: int) -> SliceFacts:
    zero = Decimal(0)
    base = {"lines": 1, "open_lines": 0, "lines_not_comparable": 0, "unknown_lines": 0}
    return SliceFacts(
        "m", "m", None, "USD", **{**base, "unverified_rows": 0, **counts}, doubt=zero,
        unbounded_lines=0, expected_cost=zero, charged_cost=None, recorded_cost=zero,
        variance=zero, gross=zero,
    )  # fmt: skip


def test_an_unknown_gap_of_the_basis_is_never_approved() -> None:
    def verdict(*, unknown: bool) -> str:
        return decide(
            [decide_slice(facts(), Decimal(0))], [], hold_limit=Decimal(0), quarantined=0,
            quarantine_limit=0, open_groups=0, unanswered=[], failed_items=[],
            declared_prices=False,
            basis_unknown=unknown,
        ).decision  # fmt: skip

    assert (verdict(unknown=False), verdict(unknown=True)) == ("approve", "investigate")


def test_a_slice_on_an_unknown_basis_is_withheld() -> None:
    assert decide_slice(facts(), Decimal(0)).decision == "approve"
    assert decide_slice(facts(), Decimal(0), basis_unknown=True).decision == "investigate"


def test_a_slice_says_that_charges_are_unknown() -> None:
    said = decide_slice(facts(lines_not_comparable=1, lines_without_charge=1), Decimal(0)).reason
    assert said == "1 line cannot be compared: the ledger holds charges, and the charge is unknown"
