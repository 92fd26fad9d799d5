"""Which column comes from where: plain names, dots into objects, JSON text inside a column.

A name that exists exactly as written wins over dots; a key in other case is a fault, not a match.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from tieout.intake.feed import Feed
from tieout.intake.records import PLACE, Damage, Fault, Note, Place
from tieout.intake.strict_json import StrictJson, skip_space, too_deep

_REMEMBERED = 4096


class Unreadable(Exception):
    """One record cannot be read; the fault says why."""

    def __init__(self, fault: Fault) -> None:
        """Keep the fault for the quarantine row."""
        super().__init__(fault.reason_code)
        self.fault = fault


class Wanted(NamedTuple):
    """How a feed's columns come out of a file's columns.

    Attributes:
        plain: columns that stand in the file under their own name.
        nested: column of the file to the feed's columns inside its JSON text, with their paths.
        missing: file columns the feed needs and the file lacks.
    """

    plain: tuple[str, ...]
    nested: dict[str, tuple[tuple[str, tuple[str, ...]], ...]]
    missing: tuple[str, ...]

    @property
    def physical(self) -> tuple[str, ...]:
        """Every column of the file that must be read, each once."""
        return tuple(dict.fromkeys((*self.plain, *self.nested)))


def wanted_columns(feed: Feed, names: Iterable[str]) -> Wanted:
    """Where each of the feed's columns stands in a file with these column names."""
    present = frozenset(names)
    plain: list[str] = []
    missing: list[str] = []
    nested: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for column in feed.columns():
        holder = next((n for n in feed.nested_json if column.startswith(f"{n}.")), None)
        if column in present:
            plain.append(column)
        elif holder is not None and holder in present:
            path = tuple(column[len(holder) + 1 :].split("."))
            nested.setdefault(holder, []).append((column, path))
        else:
            missing.append(column if holder is None else holder)
    return Wanted(
        tuple(plain),
        {holder: tuple(paths) for holder, paths in nested.items()},
        tuple(dict.fromkeys(missing)),
    )


class Reach:
    """Follows a path of keys into values, through JSON text where the feed says there is some."""

    def __init__(self, nested_json: Iterable[str]) -> None:
        """Take the columns that hold JSON text."""
        self._nested_json = frozenset(nested_json)
        self._strict = StrictJson()
        self._text = ""
        self._parsed: Any = None

    def follow(self, value: Any, path: tuple[str, ...], column: str) -> Any:  # noqa: ANN401
        """The value at the end of the path, None where a key is absent.

        Raises:
            Unreadable: ``JSON_NESTED``, ``FIELD_TYPE``, ``SCHEMA_CASE`` or a fault of JSON.
        """
        for position, key in enumerate(path):
            if isinstance(value, str):
                value = self._opened(value, column, path[position:])
            if value is None:
                return None
            if not isinstance(value, dict):
                raise Unreadable(
                    Fault(
                        "FIELD_TYPE",
                        "A value stands where an object was expected; check the dots in the name.",
                        column,
                    )
                )
            rest = ".".join(path[position:])
            if rest in value:
                return value[rest]
            if key not in value:
                check_case(key, value, column)
                return None
            value = value[key]
        return value

    def _opened(self, text: str, column: str, rest: tuple[str, ...]) -> Any:  # noqa: ANN401
        if not text:
            return None
        holder = column[: -len(".".join(rest)) - 1]
        if holder not in self._nested_json:
            raise Unreadable(
                Fault(
                    "FIELD_TYPE",
                    "A value stands where an object was expected; check the dots in the name.",
                    column,
                )
            )
        if text == self._text:
            return self._parsed
        self._parsed = self._parse(text, holder)
        self._text = text
        return self._parsed

    def _parse(self, text: str, holder: str) -> Any:  # noqa: ANN401
        broken = Fault(
            "JSON_NESTED", "The column does not hold one JSON object; check nested_json.", holder
        )
        if too_deep(text):
            raise Unreadable(Fault("DEPTH_LIMIT", "The JSON nests too deep.", holder))
        try:
            value, end, fault = self._strict.read(text, skip_space(text, 0))
        except (json.JSONDecodeError, RecursionError) as error:
            raise Unreadable(broken) from error
        if fault is not None:
            raise Unreadable(fault._replace(column_name=holder))
        if skip_space(text, end) != len(text) or not (value is None or isinstance(value, dict)):
            raise Unreadable(broken)
        return value


def check_case(key: str, value: Iterable[str], column: str) -> None:
    """Refuse a record that has the key in another case only.

    Raises:
        Unreadable: ``SCHEMA_CASE``.
    """
    folded = key.casefold()
    if any(other.casefold() == folded for other in value):
        raise Unreadable(Fault("SCHEMA_CASE", "The key is there, in other case.", column))


def scalar(value: object, column: str) -> str | None:
    """A JSON scalar as text; null stays null.

    Raises:
        Unreadable: ``FIELD_TYPE`` for an object or an array.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    raise Unreadable(
        Fault(
            "FIELD_TYPE",
            "An object or list stands where one value was expected; check the name.",
            column,
        )
    )


def expand(
    table: pa.Table, wanted: Wanted, feed: Feed, notes: list[Note] | None = None
) -> tuple[pa.Table, list[Damage]]:
    """A table of file columns as a table of the feed's columns; unreadable rows are damaged.

    Args:
        table: the columns of the file.
        wanted: where the feed's columns stand in it.
        feed: the feed.
        notes: takes the note on rows that are no usage and hold no JSON where some should stand;
            without it such rows are damaged like any other.
    """
    damaged: dict[int, Fault] = {}
    columns = {name: table[name] for name in wanted.plain}
    for holder, paths in wanted.nested.items():
        columns.update(_opened_column(table[holder], paths, feed, damaged))
    order = feed.columns()
    whole = pa.table(
        [*(table[name] for name in PLACE.names), *(columns[name] for name in order)],
        names=[*PLACE.names, *order],
    )
    if damaged and notes is not None and feed.row_type in columns:
        _pardon(damaged, columns[feed.row_type], feed, notes)
    if not damaged:
        return whole, []
    rows = sorted(damaged)
    places = whole.select(PLACE.names).take(pa.array(rows)).to_pylist()
    losses = [
        Damage(Place(**place), *damaged[row]) for row, place in zip(rows, places, strict=True)
    ]
    lost = pc.is_in(pa.array(range(whole.num_rows)), value_set=pa.array(rows))
    return whole.filter(pc.invert(lost)), losses


def nested_note(rows: int) -> Note:
    """The note on rows that are no usage and hold no JSON where some should stand."""
    said = "Rows that are no usage hold no JSON in a column of nested_json; it is left unread."
    return Note("JSON_NESTED", rows, said)


def _pardon(
    damaged: dict[int, Fault], types: pa.ChunkedArray, feed: Feed, notes: list[Note]
) -> None:
    """Take out what is damaged in rows that bear no money, and count it."""
    spared = [
        row
        for row, fault in damaged.items()
        if fault.reason_code == "JSON_NESTED"
        and feed.row_kinds.get(types[row].as_py()) == "not_usage"
    ]
    for row in spared:
        del damaged[row]
    if spared:
        notes.append(nested_note(len(spared)))


def _opened_column(
    texts: pa.ChunkedArray,
    paths: tuple[tuple[str, tuple[str, ...]], ...],
    feed: Feed,
    damaged: dict[int, Fault],
) -> dict[str, pa.Array]:
    reach = Reach(feed.nested_json)
    absent: tuple[str | None, ...] = (None,) * len(paths)
    known: dict[str | None, tuple[str | None, ...] | Fault] = {}
    rows: list[tuple[str | None, ...]] = []
    for row, text in enumerate(texts.to_pylist()):
        found = known.get(text)
        if found is None:
            try:
                found = tuple(
                    scalar(reach.follow(text, path, column), column) for column, path in paths
                )
            except Unreadable as error:
                found = error.fault
            if len(known) >= _REMEMBERED:
                known.clear()
            known[text] = found
        if isinstance(found, Fault):
            damaged.setdefault(row, found)
            found = absent
        rows.append(found)
    across = list(zip(*rows, strict=True)) if rows else [()] * len(paths)
    return {
        column: pa.array(values, pa.string())
        for (column, _), values in zip(paths, across, strict=True)
    }
