"""A cause group as a paragraph: how much, on what lines, why, and how that is known (V5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tieout.close.cause_groups import in_words
from tieout.close.figures import Figures
from tieout.variance.cause import BY_NAME, EQUAL_AMOUNT

NOTHING: Any = {
    "prices_not_in_force": [],
    "models_not_searched": [],
    "group_explanations": [],
    "lines_not_repriced": [],
}


def said(
    cause: str, net: str, gross: str, proof: str = "", *, figures: Figures = NOTHING, **facts: Any
) -> str:
    row = {
        "source_model_id": "m", "cause": cause, "proof": proof or BY_NAME[cause].proof,
        "lines": 3, "currency": "USD", "net": Decimal(net), "gross": Decimal(gross),
        "first_variant": "v", "variants": 1,
        "first_day": date(2026, 8, 10), "last_day": date(2026, 8, 18), **facts,
    }  # fmt: skip
    return in_words(row, figures)


@pytest.mark.parametrize(
    ("words", "beginning"),
    [
        (said("tokens_swapped", "1.505", "1.505"),
         "The ledger holds 1.51 USD more than expected on 3 lines from 2026-08-10 to 2026-08-18."),
        (said("not_in_ledger", "-1234.5", "1234.5", lines=1, last_day=date(2026, 8, 10)),
         "The ledger holds 1,234.50 USD less than expected on 1 line on 2026-08-10."),
        # A net of 0.02 out of 0.06 more and 0.04 less.
        (said("unknown", "0.02", "0.1"), "The ledger holds 0.06 USD more and 0.04 USD less than"),
        (said("not_in_ledger", "-0.0000024", "0.0000024"), "The ledger holds 0.0000024 USD less"),
        (said("other_day", "0", "4.8"), "The ledger holds 2.40 USD more and 2.40 USD less than"),
        (said("halves_cancel", "25", "25"), "The vendor charged 25.00 USD more than its price on"),
        (said("unknown", "5", "5", first_day=None, last_day=None),
         "The ledger holds 5.00 USD more than expected on 3 lines."),
    ],
)  # fmt: skip
def test_the_paragraph_begins_with_the_money_and_hides_neither_sign(
    words: str, beginning: str
) -> None:
    assert words.startswith(beginning)


def test_what_is_proved_says_so_and_what_only_closes_says_that() -> None:
    assert said("not_in_ledger", "-1", "1").endswith("That is proved.")
    assert said("tokens_swapped", "1", "1").endswith("no evidence beside it is on record.")
    assert said("one_of_other_days", "0", "1").endswith("with ids of their calls, would settle it.")
    assert said("booked_as_charged", "1", "1").endswith(
        "The books agree with the charge, and what is open is a question for the vendor."
    )
    for cause in ("other_period", "other_day"):
        equal = "equal amount on another day"
        words = said(cause, "1", "1", proof="suspected", first_variant=equal)
        assert words.endswith(EQUAL_AMOUNT)
        either = "Another cause closes some of these lines, or their counterparts, too"
        assert either in said(cause, "1", "1", proof="suspected")
    # Proved elsewhere, and here another cause closes some of the lines as well.
    rival = said("price_not_in_force", "1", "1", proof="suspected")
    assert rival.endswith("Another cause closes some of these lines as well, so nothing is proved.")
    assert said("unknown", "1", "1").endswith(BY_NAME["unknown"].sentence)


@pytest.mark.parametrize("cause", ["unknown", "within_price_range", "booked_as_charged"])
def test_what_was_not_tried_is_said_where_nothing_closes_a_line(cause: str) -> None:
    left_out = {"source_model_id": "m", "currency": "USD", "usage_rows": 5001, "prices": 4}
    figures: Figures = NOTHING | {"models_not_searched": [left_out]}
    ending = "was not tried for this model: 5,001 open calls at 4 prices are too many."
    assert said(cause, "1", "1", figures=figures).endswith(ending)
    lines = {"source_model_id": "m", "currency": "USD", "lines": 2, "usage_rows": 10_007}
    figures = NOTHING | {"lines_not_repriced": [lines]}
    assert said(cause, "1", "1", figures=figures).endswith(
        "The prices of other models were not tried on 2 lines of this model:"
        " 10,007 open calls are too many."
    )
    for other in ({"source_model_id": "n"}, {"currency": "EUR"}):
        assert "not tried" not in said(cause, "1", "1", figures=figures, **other)
    assert "not tried" not in said("not_in_ledger", "1", "1", figures=figures)
