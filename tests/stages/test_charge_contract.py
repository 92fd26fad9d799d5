"""What charges recomputed rest on: each contract item withdraws its own formulas, and no others.

Units are 0.000002 USD. Rows of one vendor's log, and what they come to, by hand:
  tokens   7 in at a ratio of 1.4: 9.8, so 10 units; a version that cuts charges 9
  audio    10 text in and 5 audio in at 2, at a ratio of 1: 20 units
  fixed    0.04 USD a call: 20,000 units; a token makes it billed
  task     15 units x 1.5 = 22.5, cut to 22, x 1.54 = 33.88, cut to 33; the other way about 23.1,
           cut to 23, and 34.5, cut to 34
  fee      40 units, as the row states
And a row of tokens, as above, in the log of somebody else.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.world import World, asked
from tieout.engine.statements import statement

GROUP = {"group_ratio": "1"}
TOKENS = {"model_ratio": "1.4", **GROUP}
ROWS: dict[str, dict[str, Any]] = {
    "tokens": {"input_tokens": "7", "charged_units": "10", "frozen": TOKENS},
    "audio": {
        "input_tokens": "15", "audio_input_tokens": "5", "charged_units": "20",
        "counts": {"text_input_tokens": "10", "audio_input_tokens": "5"},
        "frozen": {"model_ratio": "1", "audio_ratio": "2", "marks": ["audio"], **GROUP},
    },
    "fixed": {"input_tokens": "1", "charged_units": "20000",
              "frozen": {"model_price": "0.04", **GROUP}},
    "task": {"input_tokens": "1", "charged_units": "34",
             "frozen": {"model_price": "0.00003", "marks": ["task"], "factors": ["1.5", "1.54"],
                        **GROUP}},
    "fee": {"input_tokens": "1", "charged_units": "40", "frozen": {"fee_units": "40"}},
}  # fmt: skip
WITHDRAWN = {
    "charged:units": {"tokens", "audio", "fixed", "task", "fee"},
    "charged:formula": {"tokens", "audio"},
    "charged:rounding": {"tokens", "audio", "fixed"},
    "charged:tasks": {"task"},
    "usage:kinds": set(),
}


def world(*terms: str) -> World:
    """One row a formula, and a stranger; these figure classes are contradicted."""
    made = World()
    made.logs.append({"import_id": "usage", "vendor": "gateway"})
    made.logs.append({"import_id": "other", "vendor": "stranger"})
    made.contradicted.extend({"vendor": "gateway", "term": term} for term in terms)
    for fields in ROWS.values():
        units = Decimal(fields["charged_units"])
        made.use("m", output_tokens="0", charged_cost=units * Decimal("0.000002"), **fields)
    made.use("m", output_tokens="0", import_id="other", charged_cost=Decimal("0.00002"),
             **ROWS["tokens"])  # fmt: skip
    return made


def recomputed(*terms: str) -> list[dict[str, Any]]:
    engine = asked(world(*terms))
    found: list[dict[str, Any]] = engine.fetch(
        "SELECT * FROM recomputed_charge ORDER BY row_id"
    ).to_pylist()
    engine.close()
    return found


def leaning(*terms: str) -> dict[str, tuple[int, Decimal | None, Decimal | None]]:
    engine = asked(world(*terms))
    for view in ("review/rate_used", "review/contract_lean"):
        engine.run(statement(view))
    found = engine.fetch(
        "SELECT term, uses, amount, change FROM contract_lean WHERE vendor = 'gateway'"
    ).to_pylist()
    engine.close()
    return {one["term"]: (one["uses"], one["amount"], one["change"]) for one in found}


def test_nothing_contradicted_recomputes_every_row() -> None:
    found = recomputed()
    assert [one["formula"] for one in found] == [*ROWS, "tokens"]
    assert {one["reason"] for one in found} == {None}
    assert {one["agreement"] for one in found} == {"equal"}


@pytest.mark.parametrize("term", WITHDRAWN)
def test_a_contradicted_class_withdraws_its_own_formulas_and_no_others(term: str) -> None:
    *own, stranger = recomputed(term)
    unknown = {one["formula"] for one in own if one["reason"] == "CONTRACT_CONTRADICTED"}
    assert unknown == WITHDRAWN[term]
    for one in own:
        if one["formula"] in unknown:
            assert one["agreement"] == "not_recomputed"
            assert {one[f"{name}_units"] for name in ("exact", "recomputed", "least", "most")} == {
                None
            }
            assert one["recomputed_cost"] is None
        else:
            assert (one["reason"], one["agreement"]) == (None, "equal")
    assert (stranger["reason"], stranger["agreement"]) == (None, "equal")


def test_two_contradicted_classes_withdraw_a_row_once() -> None:
    found = recomputed("charged:formula", "charged:rounding", "charged:units")
    assert len(found) == len(ROWS) + 1
    assert [one["reason"] for one in found] == ["CONTRACT_CONTRADICTED"] * len(ROWS) + [None]


def test_a_row_that_could_not_be_recomputed_keeps_its_own_reason() -> None:
    made = World()
    made.logs.append({"import_id": "usage", "vendor": "gateway"})
    made.contradicted.append({"vendor": "gateway", "term": "charged:formula"})
    made.use("m", input_tokens="10", charged_units="9", frozen=TOKENS)
    engine = asked(made)
    (one,) = engine.fetch("SELECT reason FROM recomputed_charge").to_pylist()
    assert one["reason"] == "METER_NOT_RECORDED"


def test_the_money_behind_each_class_is_what_rests_on_it_and_what_would_move() -> None:
    found = leaning()
    unit = Decimal("0.000002")
    # 10 and 20 units; no other formula is known, so nobody can say what would move.
    assert found["charged:formula"] == (2, 30 * unit, None)
    # And 20,000; a version that cuts makes 9 of the 9.8 units, and the same of the rest.
    assert found["charged:rounding"] == (3, 20_030 * unit, 1 * unit)
    # 34 units by one order of the factors, 33 by the other.
    assert found["charged:tasks"] == (1, 34 * unit, 1 * unit)
    assert found["charged:units"] == (5, (10 + 20 + 20_000 + 34 + 40) * unit, None)


def test_what_would_rest_on_a_contradicted_class_is_unknown_and_still_counted() -> None:
    assert leaning("charged:formula")["charged:formula"] == (2, None, None)
    assert leaning("charged:tasks")["charged:tasks"] == (1, None, None)
    rounding = leaning("charged:rounding")["charged:rounding"]
    assert rounding == (3, None, None)
