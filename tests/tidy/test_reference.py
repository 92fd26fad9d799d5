"""The reference pages made from the code are the ones that are checked in."""

from __future__ import annotations

import pytest

from scripts.write_reference import FOLDER, declared_tables, grid, pages


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_reference_page_is_up_to_date(name: str) -> None:
    written = FOLDER / name
    assert written.is_file(), f"docs/reference/{name} is missing: run make docs"
    assert written.read_text(encoding="utf-8") == pages()[name], "out of date: run make docs"


def test_the_tables_page_names_every_column_with_its_meaning() -> None:
    page = pages()["tables.md"]
    for table in declared_tables():
        for column in table.columns:
            assert f"| `{column.name}` | `{column.type.value}` |" in page
            assert column.meaning.replace("|", "\\|") in page


def test_a_bar_inside_a_cell_does_not_cut_the_grid() -> None:
    assert grid(("a", "b"), [("x|y", "z")]) == "| a | b |\n| --- | --- |\n| x\\|y | z |\n"
