"""Price sources: what cannot be read waits with its place, what is odd is counted, nothing is lost.

Rates are compared as fractions; what a source states is listed again here by readers of its own.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest

from tests.catalogue.cases_prices import CASES, PriceCase
from tests.catalogue.small_workspace import contents, filled
from tests.world import World, rows, terms
from tieout.actions.prices import Origin, import_prices
from tieout.cli import main
from tieout.close.calculation import calculate
from tieout.engine.duckdb import DuckDBEngine
from tieout.errors import ExitCode, InputRefused
from tieout.pricebook import (
    CapturedSource,
    CatalogRules,
    ParsedSource,
    PriceBook,
    build_price_book,
    diff,
    parse_source,
    read_catalog_rules,
)
from tieout.workspace.layout import Workspace

FIRST = datetime(2026, 8, 2, tzinfo=UTC)
LATER = datetime(2026, 8, 20, tzinfo=UTC)
MONEY_WORDS = ("cost", "pric")

READ = [one for one in CASES if one.content and one.outcome != "file refused" and not one.uses]
REFUSED = [one for one in CASES if one.outcome == "file refused"]
CHANGED = [one for one in CASES if one.later]
USED = [one for one in CASES if one.uses]


@pytest.fixture(scope="module")
def rules(repo_root: Path) -> CatalogRules:
    """How a catalog is read."""
    return read_catalog_rules((repo_root / "vendors" / "cometapi" / "catalog.toml").read_bytes())


def parsed_as(case: PriceCase, content: bytes, rules: CatalogRules) -> ParsedSource:
    """The source of a case, read."""
    settings = rules if case.form == "cometapi-catalog" else case.columns
    return parse_source(content, case.form, settings)


def capture(
    parsed: ParsedSource, name: str = "source", at: datetime = FIRST, *, approved: bool = True
) -> CapturedSource:
    """A capture of what was read."""
    capture_id = f"{name}-{at:%m%d}"
    return CapturedSource(capture_id, name, at, "B", approved=approved, parsed=parsed)


def in_force(book: PriceBook) -> dict[tuple[str, str], Fraction]:
    """The unit rates that a price book holds, by model and meter."""
    models = {row["price_set_id"]: row["source_model_id"] for row in book.price_sets.to_pylist()}
    return {
        (models[row["price_set_id"]], row["meter"]): Fraction(row["unit_rate"])
        for row in book.price_lines.to_pylist()
    }


def stated(case: PriceCase) -> Iterator[str]:
    """The place of every price and every row that a source states, found without the product."""
    if case.form == "cometapi-catalog":
        for index, row in enumerate(json.loads(case.content, parse_int=str)["data"]):
            yield f"/data/{index}"
            for key in ("input", "output", "per_request", "per_second"):
                if (row.get("pricing") or {}).get(key) is not None:
                    yield f"/data/{index}/pricing/{key}"
    elif case.form == "litellm":
        for model, entry in json.loads(case.content).items():
            yield f"/{model}"
            for key in entry:
                if any(word in key for word in MONEY_WORDS):
                    yield f"/{model}/{key}"
    else:
        assert case.columns is not None
        text = io.StringIO(case.content.decode(), newline="")
        columns = {*case.columns.meters.values(), case.columns.price}
        for number, line in enumerate(csv.DictReader(text, delimiter=case.columns.delimiter), 2):
            yield f"line {number}"
            yield from (f"line {number}, column {c}" for c in columns if c and line[c])


def unaccounted(case: PriceCase, parsed: ParsedSource) -> list[str]:
    """The places of a source that are neither a price line, in force or waiting, nor listed."""
    places = [*stated(case)]
    told = {price.locator for price in parsed.prices}
    told |= {refusal.locator for refusal in parsed.refused}
    told |= {where for note in parsed.notes for where in note.where}
    # A refusal of the terms of a row, its ratio or currency or unit, holds for all its prices;
    # the refusal of one price holds for that price alone.
    terms = {refusal.locator for refusal in parsed.refused} - {*places}
    unread = {note.message.partition(" ")[0] for note in parsed.notes}

    def is_told(place: str) -> bool:
        # The place of a row stands before the places of its prices.
        row = next(
            one for one in places if place == one or place.startswith((f"{one}/", f"{one},"))
        )
        inner = (f"{row}/", f"{row},")
        if place == row:
            return place in told or any(one.startswith(inner) for one in told)
        outer = any(place.startswith((f"{one}/", f"{one},")) for one in told)
        by_terms = any(one.startswith(inner) for one in terms)
        return place in told or outer or by_terms or place.rpartition("/")[2] in unread

    return [place for place in places if not is_told(place)]


@pytest.mark.parametrize("case", READ, ids=lambda case: case.id)
def test_a_price_source_says_what_the_case_says(case: PriceCase, rules: CatalogRules) -> None:
    parsed = parsed_as(case, case.content, rules)
    book = build_price_book([capture(parsed)])
    assert in_force(book) == {key: Fraction(text) for key, text in case.rates.items()}
    refused = [(one.refusal.reason_code, one.refusal.locator) for one in book.refused]
    notes = {note.code: note for note in parsed.notes}
    if case.outcome in ("quarantined", "waits") and not case.later:
        assert refused == [(case.code, case.place)]
        assert {*notes} <= {*case.aside}
    elif case.outcome == "noted":
        assert refused == []
        assert {*notes} <= {case.code, *case.aside}
        assert notes[case.code].rows == case.notes
        assert case.place == "" or case.place in notes[case.code].where
    else:
        assert refused == []
        assert {*notes} <= {*case.aside}


@pytest.mark.parametrize("case", READ, ids=lambda case: case.id)
def test_every_price_of_a_source_is_a_line_or_listed(case: PriceCase, rules: CatalogRules) -> None:
    parsed = parsed_as(case, case.content, rules)
    places = [*stated(case)]
    assert places
    assert unaccounted(case, parsed) == []
    lines = [price.locator for price in parsed.prices]
    assert len({*lines}) == len(lines)
    assert {*lines} <= {*places}
    waiting = {price.source_model_id for price in parsed.prices} & parsed.waiting_models()
    in_use = {price.source_model_id for prices in parsed.usable().values() for price in prices}
    assert waiting | in_use == {price.source_model_id for price in parsed.prices}
    assert not waiting & in_use


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.id)
def test_a_price_file_that_is_refused_leaves_no_trace(case: PriceCase, tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "small")
    if case.columns is not None:
        settings = msgspec.structs.replace(workspace.settings, prices={"source": case.columns})
        workspace = Workspace(workspace.root, settings, b"")
    file = tmp_path / "prices.dat"
    file.write_bytes(case.content)
    before = contents(workspace.root)
    with pytest.raises(InputRefused) as caught:
        import_prices(
            workspace,
            file,
            source_name="source",
            source_format=case.form,
            origin=Origin("", FIRST, "AB"),
        )
    assert (caught.value.code, caught.value.where) == (case.code, (case.place,))
    assert caught.value.exit_code is ExitCode.INPUT
    assert caught.value.remedy
    assert contents(workspace.root) == before


@pytest.mark.parametrize("case", CHANGED, ids=lambda case: case.id)
def test_a_changed_price_waits_until_somebody_accepts_it(
    case: PriceCase, rules: CatalogRules
) -> None:
    before, after = (parsed_as(case, one, rules) for one in (case.content, case.later))
    (change,) = diff(before, after)
    assert (change.change, change.needs_approval) == (case.change, True)
    book = build_price_book([capture(before), capture(after, at=LATER, approved=False)])
    assert in_force(book) == {key: Fraction(text) for key, text in case.rates.items()}
    assert set(book.price_sets.column("capture_id").to_pylist()) == {"source-0802"}
    assert [(one.code, one.rows) for one in book.findings] == [(case.code, 1)]
    assert "capture source-0820 is not approved" in book.findings[0].message
    accepted = build_price_book([capture(before), capture(after, at=LATER)])
    assert len(accepted.price_sets) == 2


@pytest.mark.parametrize("case", USED, ids=lambda case: case.id)
def test_a_call_costs_what_was_in_force_or_waits(case: PriceCase, rules: CatalogRules) -> None:
    captures = [capture(parsed_as(case, case.content, rules))]
    if case.other:
        captures.append(capture(parsed_as(case, case.other, rules), "another"))
    book = build_price_book(captures)
    world = World()
    for use in case.uses:
        world.use(at=use.at)
    inputs = replace(world.inputs(), price_sets=book.price_sets, price_lines=book.price_lines)
    engine = DuckDBEngine(1)
    try:
        calculate(engine, inputs, terms())
        found = rows(
            engine,
            "SELECT s.row_state, s.state_reason, coalesce(c.expected_cost, 0) AS cost"
            " FROM usage_state AS s LEFT JOIN expected_cost AS c ON c.row_id = s.row_id"
            " ORDER BY s.row_id",
        )
    finally:
        engine.close()
    assert [(r["row_state"], r["state_reason"], Fraction(r["cost"])) for r in found] == [
        (use.state, use.reason, Fraction(use.cost)) for use in case.uses
    ]


def test_an_old_price_is_named_its_model_waits_and_the_run_is_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """PR28: read on 1 May and used until 4 August, 95 days later; the policy allows 45."""
    (case,) = (one for one in CASES if one.id == "PR28")
    root = filled(tmp_path, "2026-05-01T06:00:00Z")
    words = ("run", "--period", "2026-08", "--as-of", "2099-09-02T09:00:00Z", "--by", "AB")
    capsys.readouterr()
    code = main(["--workspace", str(root), *words, "--json"])
    assert code == ExitCode.HOLD
    (path,) = (root / "runs").rglob("report.json")
    report = json.loads(path.read_text(encoding="utf-8"))
    (found,) = (one for one in report["findings"] if one["code"] == case.code)
    waiting = {one["decision"] for one in report["slices"] if one["source_model_id"] == "alpha"}
    assert waiting == {"hold"}
    fired = {one["code"]: one["text"] for one in report["summary"]["triggers"] if one["fired"]}
    assert "within the age that the policy allows: alpha 2 rows" in fired["price_source_unknown"]
    assert case.place in found["where"]
    assert (found["rows"], found["severity"]) == (2, "open")
    assert "95 days" in found["message"]


def test_every_case_is_looked_at_by_a_test() -> None:
    looked_at = {one.id for one in (*READ, *REFUSED, *CHANGED, *USED)} | {"PR28"}
    left = {one.id for one in CASES if one.outcome != "not applicable"} - looked_at
    assert left == set()


def test_a_lost_price_would_be_noticed(rules: CatalogRules) -> None:
    (case,) = (one for one in CASES if one.id == "PR19c")
    parsed = parsed_as(case, case.content, rules)
    short = replace(parsed, prices=parsed.prices[1:])
    assert unaccounted(case, short) == ["line 2", "line 2, column price"]


def test_a_lost_price_beside_a_refused_one_would_be_noticed(rules: CatalogRules) -> None:
    (case,) = (one for one in CASES if one.id == "PR26c")
    parsed = parsed_as(case, case.content, rules)
    assert unaccounted(case, replace(parsed, prices=())) == ["/data/0/pricing/output"]
