"""A saved page prices a run, and every rate of it is found again in the page's own bytes."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.catalogue.cases_configuration import WHOLE
from tests.catalogue.cases_saved_pages import MD, SETTINGS, html
from tests.catalogue.small_workspace import started
from tieout.cli import main
from tieout.errors import ExitCode

PAGE = SETTINGS.partition("[prices.page]")[2]
AT = "2026-07-31T06:00:00Z"


@pytest.mark.parametrize(
    ("form", "content", "stands", "cell"),
    [
        ("html-page", html(), "css html > body > table:nth-child(3)", "$2 / 1M tokens"),
        ("markdown-page", MD.encode(), "md line 7, cell 2, part 1", "$2 / 1M tokens"),
    ],
)
def test_a_run_is_priced_by_a_page_and_each_rate_is_derived_again(
    form: str,
    content: bytes,
    stands: str,
    cell: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = started(tmp_path)
    (root / "tieout.toml").write_text(f"{WHOLE}\n[prices.page]{PAGE}", encoding="utf-8")
    page = tmp_path / "page"
    page.write_bytes(content)

    def say(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        return main(["--workspace", str(root), *words]), capsys.readouterr().out

    words = ("--source", "page", "--format", form, "--accessed-at", AT, "--by", "AB")
    assert say("prices", "import", str(page), *words, "--approved-by", "CD")[0] == 0
    for leg in ("usage", "ledger"):
        assert say(leg, "import", str(tmp_path / f"{leg}.csv"), "--by", "AB")[0] == 0
    code, told = say("run", "--period", "2026-08", "--by", "AB", "--json")
    assert code in {ExitCode.APPROVE, ExitCode.INVESTIGATE, ExitCode.HOLD}
    # By hand: 1,000 x 2 + 500 x 8 per million, and 2,000 x 2 per million.
    assert Decimal(json.loads(told)["totals"]["USD"]["expected"]) == Decimal("0.010")
    code, told = say("verify")
    assert code == 0
    assert "2 of 2 rates re-derived" in told
    shown = json.loads(say("prices", "show", "alpha", "--json")[1])
    (one,) = shown["price_sets"]
    line = next(line for line in one["lines"] if line["meter"] == "input_tokens")
    assert line["locator"].startswith(stands)
    place = ("--capture", one["capture_id"], "--locator", line["locator"], "--json")
    found = json.loads(say("prices", "show", *place)[1])
    assert (found["text"], found["around"]) == ("2", cell)
