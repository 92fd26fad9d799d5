"""One result digest, whatever machine, order, threads or number of files (L5).

Here: the cells that cover every pair of settings on DuckDB. `make nightly-cells` adds Spark, and
full cells by lot.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.determinism.cells import SETTINGS, by_lot, every_cell, pairs_of, pairwise
from tests.determinism.period import run_cell
from tieout.workspace.layout import Workspace

COVER = pairwise(("duckdb",))


def test_the_cover_has_every_pair_of_settings_and_the_lot_is_beside_it() -> None:
    wanted = set().union(*(pairs_of(cell) for cell in every_cell()))
    covered = set().union(*(pairs_of(cell) for cell in pairwise()))
    assert covered == wanted
    # 15 settings beyond the first of their kind make at least this many pairs.
    assert len(wanted) == sum(
        len(a) * len(b) for n, a in enumerate(SETTINGS) for b in SETTINGS[n + 1 :]
    )
    assert not set(by_lot(20)) & set(pairwise())


@pytest.fixture(scope="module")
def digest(period: Callable[[str, str], Workspace]) -> str:
    """The result digest of the plainest cell."""
    found = run_cell(period("as is", "1"), COVER[0]._replace(order="as is", parts="1"))
    rows = found["rows"]
    assert isinstance(rows, dict)
    assert rows["received"] > rows["rated"] > 0
    return str(found["result_digest"])


@pytest.mark.slow
@pytest.mark.parametrize("cell", COVER, ids=lambda cell: cell.name)
def test_every_cell_of_the_cover_has_the_one_result_digest(
    cell: object, digest: str, period: Callable[[str, str], Workspace]
) -> None:
    (cell,) = [one for one in COVER if one == cell]
    assert run_cell(period(cell.order, cell.parts), cell)["result_digest"] == digest
