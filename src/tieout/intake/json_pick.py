"""From parsed JSON objects to text columns: the feed's keys are picked, the rest is dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from operator import itemgetter
from typing import Any, NamedTuple

import pyarrow as pa

from tieout.intake.feed import Feed
from tieout.intake.nested import Reach, Unreadable, check_case, nested_note, scalar
from tieout.intake.records import Damage, Fault, Note, Place, notes_on_extras, schema_of

_SHAPES = 1024
FLUSH = 1 << 14

Row = tuple[Any, ...]


class _Shape(NamedTuple):
    """What objects with the same keys have in common: a plan per column, and unknown keys."""

    plan: tuple[tuple[str | None, tuple[str, ...], str], ...]
    extras: tuple[str, ...]
    fault: Fault | None
    flat: bool
    whole: Callable[[dict[str, Any]], Row] | None


class Picker:
    """Picks a feed's columns out of objects and gathers them as tables."""

    def __init__(self, feed: Feed) -> None:
        """Prepare for the columns of a feed."""
        self.columns = feed.columns()
        self.schema: pa.Schema = schema_of(self.columns)
        self.damaged: list[Damage] = []
        self._reach = Reach(feed.nested_json)
        self._row_type = feed.row_type
        self._no_usage = {text for text, kind in feed.row_kinds.items() if kind == "not_usage"}
        self._unread = 0
        self._shapes: dict[tuple[str, ...], _Shape] = {}
        self._extras: Counter[str] = Counter()
        self._with_extras = 0
        self._places: list[Place] = []
        self._rows: list[Row] = []
        self._tables: list[pa.Table] = []

    def pick(self, record: object) -> Row | Fault:
        """The values of the feed's columns, or why the record cannot be read."""
        if not isinstance(record, dict):
            return Fault(
                "JSON_SYNTAX", "The record is not a JSON object; check records_at in the feed."
            )
        keys = tuple(record)
        shape = self._shapes.get(keys) or self._shape(keys)
        if shape.fault is not None:
            return shape.fault
        if shape.extras:
            self._extras.update(shape.extras)
            self._with_extras += 1
        if shape.whole is not None:
            return shape.whole(record)
        if shape.flat:
            return tuple([record[key] if key is not None else None for key, _, _ in shape.plan])
        try:
            return tuple(
                [
                    None if key is None else self._reach.follow(record[key], path, column)
                    for key, path, column in shape.plan
                ]
            )
        except Unreadable as error:
            nested = error.fault.reason_code == "JSON_NESTED"
            return (self._without_json(record, shape) if nested else None) or error.fault

    def _without_json(self, record: dict[str, Any], shape: _Shape) -> Row | None:
        """The values of a row that is no usage, those inside broken JSON text left out."""
        values: dict[str, Any] = {}
        for key, path, column in shape.plan:
            try:
                values[column] = (
                    None if key is None else self._reach.follow(record[key], path, column)
                )
            except Unreadable as error:
                if error.fault.reason_code != "JSON_NESTED":
                    return None
                values[column] = None
        if self._row_type is None or values[self._row_type] not in self._no_usage:
            return None
        self._unread += 1
        return tuple(values.values())

    def keep(self, place: Place, row: Row | Fault) -> None:
        """Take one record, readable or not."""
        if isinstance(row, Fault):
            self.damaged.append(Damage(place, *row))
            return
        self._places.append(place)
        self._rows.append(row)
        if len(self._rows) >= FLUSH:
            self._flush()

    def table(self) -> pa.Table:
        """All readable records as one table."""
        self._flush()
        return pa.concat_tables([self.schema.empty_table(), *self._tables])

    def notes(self, table: pa.Table) -> list[Note]:
        """Notes about keys that are not read, and columns that no record has."""
        notes = notes_on_extras(sorted(self._extras), self._with_extras)
        if self._unread:
            notes.append(nested_note(self._unread))
        for column in self.columns:
            if table.num_rows and table[column].null_count == table.num_rows:
                notes.append(
                    Note("SCHEMA_ABSENT", table.num_rows, f"No record has a value for {column}.")
                )
        if not table.num_rows and not self.damaged:
            notes.append(Note("FILE_NO_ROWS", 0, "The file holds no records."))
        return notes

    def _shape(self, keys: tuple[str, ...]) -> _Shape:
        plan: list[tuple[str | None, tuple[str, ...], str]] = []
        fault: Fault | None = None
        present = frozenset(keys)
        for column in self.columns:
            key, path = _holder(column, present)
            if key is None:
                try:
                    check_case(column, keys, column)
                    check_case(column.partition(".")[0], keys, column)
                except Unreadable as error:
                    fault = fault or error.fault
            plan.append((key, path, column))
        named = [key for key, _, _ in plan if key is not None]
        used = set(named)
        flat = not any(path for _, path, _ in plan)
        shape = _Shape(
            tuple(plan),
            tuple(key for key in keys if key not in used),
            fault,
            flat=flat,
            whole=itemgetter(*named) if flat and len(named) == len(plan) > 1 else None,
        )
        if len(self._shapes) >= _SHAPES:
            self._shapes.clear()
        self._shapes[keys] = shape
        return shape

    def _flush(self) -> None:
        if not self._rows:
            return
        faults: dict[int, Fault] = {}
        across = zip(*self._rows, strict=True)
        cells = [
            _texts(values, name, faults) for name, values in zip(self.columns, across, strict=True)
        ]
        places = [
            pa.array(values, kind.type)
            for values, kind in zip(zip(*self._places, strict=True), self.schema, strict=False)
        ]
        table = pa.table([*places, *cells], schema=self.schema)
        if faults:
            self.damaged.extend(Damage(self._places[row], *faults[row]) for row in faults)
            table = table.filter(pa.array([row not in faults for row in range(len(self._rows))]))
        self._tables.append(table)
        self._places, self._rows = [], []


def _holder(column: str, present: frozenset[str]) -> tuple[str | None, tuple[str, ...]]:
    """The key of an object that holds a column, and the path from there: longest key first."""
    if column in present:
        return column, ()
    parts = column.split(".")
    for size in range(len(parts) - 1, 0, -1):
        key = ".".join(parts[:size])
        if key in present:
            return key, tuple(parts[size:])
    return None, ()


def _texts(values: tuple[object, ...], column: str, faults: dict[int, Fault]) -> pa.Array:
    """Values as a text array; the rows whose value is no scalar go into ``faults``."""
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        texts: list[str | None] = []
        for row, value in enumerate(values):
            try:
                texts.append(scalar(value, column))
            except Unreadable as error:
                faults.setdefault(row, error.fault)
                texts.append(None)
        return pa.array(texts, pa.string())
