"""One line is one line: decisions say singular and plural as a person would."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tieout.review.decision import SliceFacts, decide_slice


def reason(**counts: int) -> str:
    facts = {
        "lines": 1, "open_lines": 0, "lines_not_comparable": 0, "unknown_lines": 0,
        "unverified_rows": 0, "unbounded_lines": 0, **counts,
    }  # fmt: skip
    zero = Decimal(0)
    return decide_slice(
        SliceFacts(
            model="m", source_model_id="m", cost_center=None, currency="USD", doubt=zero,
            expected_cost=zero, charged_cost=None, recorded_cost=zero, variance=zero, gross=zero,
            **facts,
        ),
        zero,
    ).reason  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"lines": 1}, "1 line ties out"),
        ({"lines": 1200}, "1,200 lines tie out"),
        ({"lines": 2, "open_lines": 1}, "1 line differs, with a cause"),
        ({"lines": 2, "open_lines": 2}, "2 lines differ, all with a cause"),
        ({"unknown_lines": 1}, "1 line differs without an explanation"),
        ({"unknown_lines": 3}, "3 lines differ without an explanation"),
        (
            {"lines": 3, "unbounded_lines": 1},
            "the expected cost of 1 line is provisional: nothing bounds its high end",
        ),
        ({"lines_not_comparable": 1}, "1 line cannot be compared: expected is unknown"),
        ({"lines_not_comparable": 2}, "2 lines cannot be compared: expected is unknown"),
    ],
)
def test_a_slice_counts_its_lines_in_words_that_fit(counts: dict[str, int], sentence: str) -> None:
    assert reason(**counts) == sentence
