"""What tests of the price witness share: the shipped catalog rules and hand-made catalogs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tieout.pricebook import CatalogRules, ParsedSource, parse_source, read_catalog_rules

CatalogReader = Callable[..., ParsedSource]


@pytest.fixture(scope="session")
def rules(repo_root: Path) -> CatalogRules:
    """The catalog rules the product ships."""
    return read_catalog_rules((repo_root / "vendors" / "cometapi" / "catalog.toml").read_bytes())


@pytest.fixture
def read_rows(rules: CatalogRules) -> CatalogReader:
    """Read a catalog whose rows are given as JSON texts."""

    def read(*rows: str) -> ParsedSource:
        return parse_source(envelope(*rows), "cometapi-catalog", rules)

    return read


@pytest.fixture(scope="session")
def captured_rows(datasets: Path) -> list[dict[str, object]]:
    """Rows of the vendor's catalog as others captured and published them."""
    path = datasets.parent / "reference" / "cometapi-catalog-examples.json"
    if not path.is_file():
        pytest.skip("published catalog rows are not here")
    rows: list[dict[str, object]] = json.loads(path.read_text())["rows"]
    return rows


def envelope(*rows: str) -> bytes:
    """A catalog answer around rows that are JSON texts."""
    return f'{{"success": true, "total": {len(rows)}, "data": [{", ".join(rows)}]}}'.encode()
