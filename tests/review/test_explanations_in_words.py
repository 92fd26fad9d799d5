"""What is assumed, and what else closes the lines, in the words of a report (V5, L7)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from tieout.close.explanations import (
    assumed,
    filed_in_words,
    of_group,
    of_line,
    others_of_group,
    others_of_line,
)

GROUP = {
    "cause": "tokens_swapped", "bucket": "usage", "proof": "suspected", "source_model_id": "m",
    "cost_center": None, "project": None, "currency": "USD",
    "variants": 1, "first_variant": "input and output",
}  # fmt: skip


def beside(cause: str, variant: str, lines: int, **scope: Any) -> dict[str, Any]:
    return {
        **GROUP, "closing_cause": cause, "variant": variant, "is_filed": cause == GROUP["cause"],
        "lines": lines, "net": Decimal("1.50"), "explanations": 5, **scope,
    }  # fmt: skip


FIGURES: Any = {
    "explaining_prices": [
        {"price_set_id": "set-1", "capture_id": "cap1", "accessed": datetime(2026, 8, 3)}  # noqa: DTZ001
    ],
    "group_explanations": [
        beside("tokens_swapped", "input and output", 9),
        beside("counted_repeatedly", "twice", 3),
        beside("counted_repeatedly", "three times", 2),
        beside("other_model_price", "n", 1),
        beside("posted_as_credit", "opposite sign", 1, cost_center="other team"),
    ],
    "line_explanations": [
        {
            "line_key": "id:a", "cause": cause, "variant": variant, "is_filed": filed,
            "counterpart": None, "counterpart_period": None, "explanations": 3,
        }
        for cause, variant, filed in (
            ("tokens_swapped", "input and output", True),
            ("other_model_price", "n", False),
            ("other_model_price", "o", False),
        )
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("cause", "variant", "words"),
    [
        ("price_not_in_force", "set-1", "the price of capture cap1 (2026-08-03)"),
        ("cache_not_counted", "cache_read_tokens", "cache read tokens"),
        ("meter_not_counted", "output_tokens with its parts", "output tokens with its parts"),
        ("other_cost_center", "counterpart chat", "chat"),
        ("other_cost_center", "counterpart ", "none stated"),
        ("other_model_price", "counterpart n", "counterpart n"),
        ("power_of_ten", "a tenth", "a tenth"),
    ],
)
def test_what_is_assumed_is_told_in_a_few_words(cause: str, variant: str, words: str) -> None:
    assert assumed(cause, variant, FIGURES) == words


@pytest.mark.parametrize(
    ("cause", "variant", "words"),
    [
        ("other_model_price", "n", " The other model is n."),
        ("other_model", "counterpart n", " The other model is n."),
        ("other_cost_center", "counterpart ", " The other side names no cost center."),
        ("part_counted_twice", "cache_read_tokens", " The meter: cache read tokens."),
        ("power_of_ten", "a tenth", " The factor: a tenth."),
        ("tokens_swapped", "input and output", ""),
        ("left_out_booked", "RULE:test key", " The rule: test key."),
        ("left_out_booked", "rows that repeat another", " They are the rows that repeat another."),
        # A model of such a name is no rule.
        ("other_model_price", "RULE:x", " The other model is RULE:x."),
    ],
)
def test_a_group_says_what_all_its_lines_assume(cause: str, variant: str, words: str) -> None:
    group = {**GROUP, "cause": cause, "first_variant": variant, "cost_center": "own"}
    assert filed_in_words(group, FIGURES) == words
    assert filed_in_words({**group, "variants": 2}, FIGURES) == ""
    # Where another assumption of the cause closes some of them as well, none is the one.
    other = {**beside(cause, "other", 1, cost_center="own"), "cause": cause, "is_filed": False}
    figures: Any = {"group_explanations": [other]}
    assert filed_in_words(group, figures) == ""


def test_what_closes_lines_of_a_group_as_well_is_named_with_how_many() -> None:
    assert others_of_group(GROUP, FIGURES) == (
        " What closes some of them as well: counted more than once in one entry (3 lines),"
        " priced as another model (1 line)."
    )
    assert others_of_group({**GROUP, "cost_center": "nobody"}, FIGURES) == ""


def test_what_closes_a_line_as_well_is_named_once() -> None:
    said = others_of_line("id:a", "tokens_swapped", FIGURES)
    assert said == " What closes it as well: priced as another model."
    assert others_of_line("id:b", "tokens_swapped", FIGURES) == ""


def test_the_report_counts_explanations_that_it_does_not_show() -> None:
    assert of_group(GROUP, FIGURES)["explanations_of"] == 5
    shown = of_line("id:a", FIGURES)
    assert [one["assumed"] for one in shown["explanations"]] == ["input and output", "n", "o"]
    assert of_line("id:b", FIGURES) == {"explanations": [], "explanations_of": 0}
