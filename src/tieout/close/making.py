"""The making of a run's tables: what goes into the engine and what comes out is compared.

The checks of one table run beside the making of the next, because they cost as much as the making;
one worker takes them in turn. At the end every check is settled in the order of the tables, so that
the refusal names the first bad one, also where a later stage fell over its rows (L2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

import pyarrow as pa
import pyarrow.compute as pc

from tieout.close.pipeline import Receipt, Stage, make_again, run_table, with_controls
from tieout.engine.port import Engine
from tieout.engine.rows import same_rows
from tieout.errors import IntegrityRefused

# How many tables may be made from others that are not proved yet.
_AHEAD: Final = 3
# How many rows are read back at once: a large table is never held a second time as a whole.
_AT_ONCE: Final = 400_000


class Making:
    """Tables loaded and made, each checked beside the next; leaving settles every check."""

    def __init__(self, engine: Engine) -> None:
        """Begin with an engine that may hold tables already."""
        self._engine = engine
        self._beside = ThreadPoolExecutor(max_workers=1)
        self._checks: list[Future[None]] = []
        self._receipts: list[Receipt] = []
        self._proved = 0

    def __enter__(self) -> Self:
        """The making itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Settle every check in the order of the tables.

        Raises:
            IntegrityRefused: ``NOT_HELD``, ``CONTROL_TOTAL`` or ``NOT_REPEATABLE`` of the first
                bad table; it goes before a failure of a later one, which may be no more than its
                consequence.
            InputRefused: ``SUM_LIMIT``: a control total that its decimal type cannot hold.
        """
        try:
            if kind is None or issubclass(kind, Exception):
                for check in self._checks:
                    check.result()
        finally:
            self._beside.shutdown(cancel_futures=True)

    def load(self, name: str, table: pa.Table) -> None:
        """Load a table; whether it came in as it was is checked beside what follows."""
        self._engine.load(name, table)
        self._later(lambda: require_loaded(self._engine, name, table))

    def stage(self, stage: Stage) -> Receipt:
        """Make a stage's table; its control totals and its second making are checked beside.

        Returns:
            The receipt without its control totals; :attr:`receipts` have them.
        """
        self._catch_up()
        receipt = run_table(self._engine, stage)
        self._later(lambda: self._prove(stage, receipt))
        return receipt

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """The receipts of all stages, in order, with their control totals; after leaving."""
        return tuple(self._receipts)

    def _catch_up(self) -> None:
        """Wait for all but the last few checks: rows that are wrong multiply from join to join."""
        proved = max(self._proved, len(self._checks) - _AHEAD)
        for check in self._checks[self._proved : proved]:
            check.result()
        self._proved = proved

    def _prove(self, stage: Stage, receipt: Receipt) -> None:
        proved = with_controls(self._engine, stage, receipt)
        make_again(self._engine, proved)
        self._receipts.append(proved)

    def _later(self, check: Callable[[], None]) -> None:
        self._checks.append(self._beside.submit(check))


def require_loaded(engine: Engine, name: str, table: pa.Table) -> None:
    """Refuse where a table did not come in as it was, by reading it back.

    Rows read back go another way than they came, and are compared by Arrow alone. The engine's own
    word (:meth:`Engine.holds`) would add nothing: it may read Arrow in the same wrong way twice.

    Raises:
        IntegrityRefused: ``NOT_HELD``, naming the table.
    """
    for condition, part in _parts(table):
        if not same_rows(engine.fetch(f'SELECT * FROM "{name}"{condition}'), part):
            raise _not_held(name, table, f"Loading {name}")


def _parts(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Parts of a table, each with the condition of its rows; one part where no id is in order.

    The conditions leave no row out: what lies before the first id, after the last or has none
    belongs to the first or the last part.
    """
    starts = range(0, table.num_rows, _AT_ONCE)
    if len(starts) < 2 or not _in_order_of_id(table):
        yield "", table
        return
    for start in starts:
        bounds = [
            f"{word} {table['row_id'][at].as_py()}"
            for word, at in (("row_id >=", start), ("row_id <", start + _AT_ONCE))
            if 0 < at < table.num_rows
        ]
        missing = " OR row_id IS NULL" if start == 0 else ""
        yield f" WHERE {' AND '.join(bounds)}{missing}", table.slice(start, _AT_ONCE)


def _in_order_of_id(table: pa.Table) -> bool:
    if "row_id" not in table.column_names:
        return False
    ids = table["row_id"]
    rising = pc.all(pc.less(ids.slice(0, len(ids) - 1), ids.slice(1)), skip_nulls=False)
    return rising.as_py() is True


def require_held(engine: Engine, name: str, table: pa.Table, what: str) -> None:
    """Refuse where the engine's table is not the Arrow table, row for row.

    Raises:
        IntegrityRefused: ``NOT_HELD``, naming the table.
    """
    if not engine.holds(name, table):
        raise _not_held(name, table, what)


def _not_held(name: str, table: pa.Table, what: str) -> IntegrityRefused:
    return IntegrityRefused(
        "NOT_HELD",
        f"{what} does not keep its rows.",
        where=(f"{table.num_rows:,} rows outside the engine, other rows in its {name}",),
        remedy="Nothing was published. Run again; if it repeats, report it.",
    )


def require_same(what: str, first: object, second: object) -> None:
    """Refuse where the engine answered the same question in two ways.

    Raises:
        IntegrityRefused: ``NOT_REPEATABLE``, naming the question.
    """
    if first != second:
        raise IntegrityRefused(
            "NOT_REPEATABLE",
            f"{what} came out differently when it was asked a second time.",
            remedy="Nothing was published. Run again; if it repeats, report it.",
        )
