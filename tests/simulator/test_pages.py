"""Public pages about prices say what the catalog says, except where a conflict is asked for."""

from __future__ import annotations

from fractions import Fraction

import simulator
from tests.simulator.conftest import Asking

Cells = set[tuple[str, str, Fraction]]


def stated(markdown: str, heading: str = "Comet price") -> Cells:
    """Model, column and price of every cell with a price, of the table under that heading."""
    table = markdown.partition(f"## {heading}")[2].partition("##")[0].strip().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    heads = rows[0]
    return {
        (row[0], head, Fraction(cell.removeprefix("$").removesuffix("/M").removesuffix("/s")))
        for row in rows[2:]
        for head, cell in zip(heads, row, strict=True)
        if cell.startswith("$")
    }


def catalog_says(client: Asking) -> Cells:
    """The same of the catalog: list price times ratio."""
    units = {
        "input": "Input",
        "output": "Output",
        "per_request": "Per request",
        "per_second": "Per second",
    }
    return {
        (row["id"], unit, Fraction(str(price)) * Fraction(str(row["pricing"]["ratio"])))
        for row in client.get("/api/models").data
        for name, unit in units.items()
        if (price := row["pricing"][name]) is not None
    }


def test_pages_and_catalog_agree_about_every_price(asking: Asking) -> None:
    expected = catalog_says(asking)
    assert stated(asking.get("/pricing.md").body.decode()) == expected
    assert stated(asking.get("/pricing/about-pricing.md").body.decode()) == expected
    assert len(expected) == 13
    listed = stated(asking.get("/pricing.md").body.decode(), "Official price")
    assert ("sim-chat-4.5", "Input", Fraction("1.25")) in listed
    page = asking.get("/pricing/").body.decode()
    assert all(f"<td>{model}</td>" in page for model, _, _ in expected)


def test_in_a_conflict_each_page_disagrees_about_one_price() -> None:
    with simulator.serve("conflict", days=1, rows_per_day=50) as up:
        client = Asking(up)
        expected = catalog_says(client)
        price_page = stated(client.get("/pricing.md").body.decode())
        docs_page = stated(client.get("/pricing/about-pricing.md").body.decode())
        client.close()
    # 5 x 0.8 = 4 where the catalog has 4 x 0.8 = 3.2; 6 x 0.8 = 4.8 where it has 5 x 0.8 = 4.
    assert price_page - expected == {("sim-moon-2", "Output", Fraction(4))}
    assert docs_page - expected == {
        ("sim-opus-3-20260101", "Input", Fraction("4.8")),
    }
    assert len(expected - price_page) == len(expected - docs_page) == 1


def test_a_models_own_page_holds_that_model_alone(asking: Asking) -> None:
    found = stated(asking.get("/models/lunalab/sim-moon-2.md").body.decode())
    assert {model for model, _, _ in found} == {"sim-moon-2"}
    assert b"sim-moon-2" in asking.get("/models/lunalab/sim-moon-2/").body


def test_a_model_is_found_by_its_code_and_not_by_its_id(asking: Asking) -> None:
    assert asking.get("/api/model/sim-chat-4-5").data["id"] == "sim-chat-4.5"
    assert asking.get("/api/model/sim-chat-4.5").said["success"] is False
    assert asking.get("/api/model/sim-hidden-1").said["success"] is False
