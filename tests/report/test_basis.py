"""The reconciling item of the declared basis, on the screen and on the page (D9)."""

from __future__ import annotations

from typing import Any

from tests.report.samples import PAYLOAD, raw, reloaded
from tieout.report import html
from tieout.report.document import Document
from tieout.report.text import render


def with_basis(model: str, **changed: Any) -> Document:
    content = raw("full")
    currency = next(iter(content["summary"]["totals"]))
    money = {"net": "1.5", "plus": "2", "minus": "-0.5"}
    content["summary"]["totals"][currency]["basis"] = {
        "declared": "charged", **money, "lines": 1200, "models_of": 12, "evidence": "Because.",
        "models": [{"source_model_id": model, "lines": 1200, **money}], **changed,
    }  # fmt: skip
    return reloaded(content)


def test_the_item_is_shown_net_and_gross_with_its_models() -> None:
    screen = " ".join(render(with_basis("aster-1")).split())
    assert "basis charged: +1.50 USD over 1,200 lines is one reconciling item" in screen
    assert "(plus +2.00, minus -0.50): aster-1 +1.50" in screen
    page = html.render(with_basis("aster-1"))
    assert "Charged basis, USD" in page
    assert "over 1,200 lines" in page
    assert "and 11 more models" in page
    assert "Because." in page


def test_an_unknown_gap_says_unknown() -> None:
    unknown = with_basis(
        "x", declared="cash-effective", net=None, plus=None, minus=None, models=[], models_of=0
    )
    assert "basis cash-effective: unknown. Because." in " ".join(render(unknown).split())
    assert "amount unknown" in html.render(unknown)


def test_a_hostile_model_name_runs_nothing() -> None:
    report = with_basis(PAYLOAD, evidence=PAYLOAD)
    assert "\x1b" not in render(report)
    assert "\u202e" not in render(report)
    assert "<script>alert(1)" not in html.render(report)
