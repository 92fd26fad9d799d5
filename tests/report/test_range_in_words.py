"""A line within its range says the range, and a group that nothing is proved by it (V5, D7)."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.storyteller import STORIES, tell
from tieout.close.document_lines import line_part
from tieout.variance.cause import BY_NAME, RANGES

STORY = STORIES / "booked_as_if_some_tokens_were_cached"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return tell(STORY, tmp_path_factory.mktemp("told") / "workspace")


def test_the_line_says_between_which_amounts_expected_lies(told: dict[str, Any]) -> None:
    said = {one["line_key"]: one["explanation"] for one in told["lines"]}
    sentence = BY_NAME["within_meter_range"].sentence
    assert said["id:r1"] == (
        f"Recorded 0.210000, expected 0.300000 USD. {sentence}"
        " Expected lies between 0.150000 and 0.300000."
    )
    assert "between" not in said["id:r2"]


def test_the_group_says_that_a_range_proves_nothing(told: dict[str, Any]) -> None:
    said = {one["cause"]: one["explanation"] for one in told["summary"]["groups"]}
    assert said["within_meter_range"].endswith(
        "That explains it and proves nothing: other amounts lie in that range as well."
    )
    assert "arithmetic closes" not in said["within_meter_range"]


def test_a_range_alone_is_no_difference_without_an_explanation_and_is_never_approved(
    tmp_path: Path,
) -> None:
    story = tmp_path / "story"
    shutil.copytree(STORY, story)
    for leg in ("usage.csv", "ledger.csv"):
        lines = (story / leg).read_text(encoding="utf-8").splitlines(keepends=True)
        (story / leg).write_text("".join(lines[:2]), encoding="utf-8")
    found = tell(story, tmp_path / "workspace")["summary"]
    assert [one["cause"] for one in found["groups"]] == ["within_meter_range"]
    assert [one["code"] for one in found["triggers"] if one["fired"]] == []
    assert found["decision"] == "investigate"
    assert found["totals"]["USD"]["approved"] == "0"


@pytest.mark.parametrize("cause", sorted(RANGES))
@pytest.mark.parametrize(
    ("high", "causes", "end"),
    [
        (Decimal("0.4"), 1, "Expected lies between 0.100000 and 0.400000."),
        (Decimal("0.4"), 2, "and 0.400000. Something else may explain it as well."),
        (None, 1, "Expected is at least 0.100000, and nothing bounds it."),
    ],
)
def test_each_range_is_told_with_its_ends(
    cause: str, high: Decimal | None, causes: int, end: str
) -> None:
    zero = dict.fromkeys(("basis_part", "overcharge", "usage_rows", "ledger_rows"), Decimal(0))
    blank = dict.fromkeys(
        ("day", "source_model_id", "cost_center", "project", "charged_cost", "booking_variance",
         "billing_variance", "grain", "bucket", "proof", "variance")
    )  # fmt: skip
    row = {
        **zero, **blank, "line_key": "id:a", "currency": "USD", "cause": cause, "causes": causes,
        "line_state": "open", "recorded_cost": Decimal("0.2"), "expected_cost": Decimal("0.3"),
        "low_cost": Decimal("0.1"), "high_cost": high,
    }  # fmt: skip
    figures: Any = {"line_rates": [], "line_references": [], "line_explanations": []}
    part = line_part(row, figures, None, None)  # type: ignore[arg-type]
    assert part["explanation"].endswith(end)
