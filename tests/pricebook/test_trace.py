"""From any amount to the price bytes in two commands, and every rate derived again (L1, P2)."""

from __future__ import annotations

import json
import shlex
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.storyteller import STORIES, tell
from tieout.actions.closing import read_report, verify
from tieout.actions.demo_month import run_demo
from tieout.actions.price_bytes import show_price_bytes
from tieout.actions.price_use import UsedPrice, used_prices
from tieout.cli import main
from tieout.pricebook.rederived import block, rate, text_at
from tieout.workspace.layout import Workspace


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A story with two models, own dates, and a price that ends."""
    root = tmp_path_factory.mktemp("story") / "workspace"
    tell(STORIES / "promotion_ends_in_mid_month", root)
    return Workspace.open(root)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A small demo month, kept."""
    root = tmp_path_factory.mktemp("demo") / "workspace"
    run_demo(root, requests=12_000)
    return Workspace.open(root)


def second_command(workspace: Workspace, price: UsedPrice) -> str:
    """What ``prices show --capture --locator`` prints as the text of a price."""
    found = show_price_bytes(workspace, price.capture_id, price.locator)
    content = workspace.store.get(found.capture.sha256)
    raw = content[found.byte_offset or 0 :].decode()
    # The place is told in bytes: the text, perhaps in quotes, stands in the stored object there.
    assert found.text in raw[: raw.index("\n") + 1 if "\n" in raw else None]
    return found.text


def require_bytes(workspace: Workspace, prices: tuple[UsedPrice, ...]) -> None:
    """Every price leads to its text, and its text and factor come to its rate."""
    for price in prices:
        assert second_command(workspace, price) == price.price_text
        derived = rate(price.price_text, price.pricing_unit, price.multiplier_text)
        assert derived == Fraction(price.unit_rate)


def figures(report: dict[str, Any]) -> list[tuple[dict[str, str], str, str]]:
    """Every expected amount of the report: what it is limited to, its currency, the amount."""
    found: list[tuple[dict[str, str], str, str]] = [
        ({}, currency, total["expected"]) for currency, total in report["summary"]["totals"].items()
    ]
    for section, name, key in (
        ("models", "model", "source_model_id"),
        ("days", "day", "day"),
        ("cost_centers", "cost_center", "cost_center"),
        ("projects", "project", "project"),
    ):
        found += [
            ({name: row[key] or ""}, row["currency"], row["expected"])
            for row in report[section]
            if row["expected"] and Fraction(row["expected"])
        ]
    return found


def add_up(workspace: Workspace, report: dict[str, Any]) -> int:
    """Each figure is the sum of what its price lines priced, each of which leads to bytes."""
    traced, seen = 0, set[tuple[str, str]]()
    for limits, currency, expected in figures(report):
        found = used_prices(workspace, limits={**limits, "currency": currency})
        assert sum(Fraction(one.expected) for one in found.prices) == Fraction(expected), limits
        new = tuple(one for one in found.prices if (one.capture_id, one.locator) not in seen)
        seen |= {(one.capture_id, one.locator) for one in new}
        require_bytes(workspace, new)
        traced += len(found.prices)
    return traced


def test_every_figure_of_a_story_leads_to_bytes_in_two_commands(story: Workspace) -> None:
    _, document = read_report(story)
    report = json.loads(next(story.root.glob("runs/*/*/report.json")).read_bytes())
    assert add_up(story, report) > 0
    assert document.summary.totals


def test_every_figure_and_line_of_the_demo_leads_to_bytes_in_two_commands(month: Workspace) -> None:
    found, document = read_report(month)
    report = json.loads(found.report_path.read_bytes())
    assert add_up(month, report) > 100
    lines = [line for line in (*document.headline_lines, *document.lines) if line.rates]
    assert len(lines) > 20
    seen = set()
    for line in lines:
        for one in line.rates:
            if (one.capture_id, one.locator, one.unit_rate) in seen:
                continue
            seen.add((one.capture_id, one.locator, one.unit_rate))
            assert one.capture_id is not None
            assert one.locator is not None
            assert one.unit_rate is not None
            shown = show_price_bytes(month, one.capture_id, one.locator)
            assert shown.text == one.price_text
            derived = rate(shown.text, one.pricing_unit or "", one.multiplier_text)
            assert derived == Fraction(one.unit_rate)


def test_the_two_commands_as_a_person_types_them(
    story: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ["--workspace", str(story.root)]
    assert main(["prices", "used", "--model", "aster-1", *here]) == 0
    page = capsys.readouterr().out
    commands = [line.strip() for line in page.splitlines() if "tieout prices show" in line]
    assert len(commands) == 4, "two meters of two prices"
    assert main([*shlex.split(commands[0])[1:], *here]) == 0
    shown = capsys.readouterr().out
    for said in ("sha256", "https://prices.example/list", "2026-08-02", "finance", "aster-1,1,10,"):
        assert said in shown


def test_verify_counts_the_rates_it_derived_again(story: Workspace) -> None:
    (check,) = [one for one in verify(story).checks if one.name == "rates, from stored bytes"]
    assert check.agrees
    assert check.detail == "4 of 4 rates re-derived"


def test_a_reader_that_reads_wrongly_is_found_though_it_does_so_every_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tieout.pricebook import price_text, source_reader  # noqa: PLC0415 - the fault's place

    sound = price_text.read_price

    def wrong(text: str, decimal: str = ".") -> Any:
        return sound("3", decimal) if text == "2" else sound(text, decimal)

    monkeypatch.setattr(source_reader, "read_price", wrong)
    root = tmp_path / "workspace"
    tell(STORIES / "price_changed_at_noon", root)
    found = verify(Workspace.open(root))
    failed = [check for check in found.checks if not check.agrees]
    assert [check.name for check in failed] == ["rates, from stored bytes"], "digests all agree"
    assert "3 of 4 rates re-derived" in failed[0].detail
    assert "the bytes give 1/500000, the run used 0.000003" in failed[0].detail


# --- the other way to a text -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "locator", "value", "raw"),
    [
        ('{"a": [0, {"b/c": 1.50}]}', "/a/1/b~1c", "1.50", "1.50"),
        ('\ufeff { "\u00e4" : { "x" : "2e-7" , "y": null } }', "/\u00e4/x", "2e-7", '"2e-7"'),
        ('{"a": {}, "b": [[], {"c": -1}]}', "/b/1/c", "-1", "-1"),
        ('{"a\\u0062": 7}', "/ab", "7", "7"),
        ("m,p\n\nx,1\ny,2\n", "line 4, column p", "2", "y,2\n"),
        ('m,p\n"x\ny",1\nz,2\n', "line 4, column p", "2", "z,2\n"),
        ('m,p\r\n"x,1",3\r\n', "line 2, column m", "x,1", '"x,1",3\r\n'),
    ],
)
def test_a_place_is_found_without_the_readers(
    content: str, locator: str, value: str, raw: str
) -> None:
    found = text_at(content.encode(), locator)
    assert (found.value, found.raw) == (value, raw)
    assert content.encode()[found.offset :].startswith(raw.encode())


@pytest.mark.parametrize(
    "locator", ["/a/2", "/b", "/a/0/x", "/a", "line 9, column p", "line 1", "css html"]
)
def test_a_place_that_is_not_there_is_refused(locator: str) -> None:
    from tieout.errors import IntegrityRefused  # noqa: PLC0415

    with pytest.raises(IntegrityRefused) as refusal:
        text_at(b'{"a": [1, true]}', locator)
    assert refusal.value.code == "PRICE_LOCATOR"


def test_blocks_are_the_powers_of_the_units_table() -> None:
    from tieout.pricebook.units import SPELLINGS  # noqa: PLC0415

    for unit in SPELLINGS.values():
        assert block(unit.name) == unit.per
