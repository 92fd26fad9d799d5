"""Which rows of the mapping stand: signed by whom, or waiting for what (M1-M4, D2, D27).

While nobody is enrolled the table counts as it is written. From then on only signed rows count,
whether or not they stand in the table, and two source ids are merged by finance and engineering
alone. One replay decides before something is signed and whenever the state is read, so that an
entry written around the commands decides nothing more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tieout.errors import ApprovalRefused, Refusal
from tieout.mapping.alias import Alias, merges, read_row, require_one_meaning, row_text
from tieout.people.duty import in_words
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import MappingApproval, MappingRow, MergeApproval

_Key = tuple[str, str, str, datetime]


@dataclass(frozen=True, slots=True)
class SignedRow:
    """A row that people signed, with the end that was signed last.

    Attributes:
        alias: the row as it stands.
        ruling: the ruling that was signed last for it.
        is_merge: whether finance and engineering signed it.
    """

    alias: Alias
    ruling: Ruling
    is_merge: bool


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row that takes no part.

    Attributes:
        name: the internal name.
        source_model_id: what it would be priced as.
        place: where the row stands: a line of the file, or a ruling.
        code: ``MAP_APPROVAL``: nobody signed it; ``MAP_CHANGED``: something else was signed for
            its alias; ``MAP_MERGE``: it merges two source ids without both signatures; or the code
            with which a signed row does not fit those signed before it.
        why: what it waits for.
        line: its line in the file; 0 where it stands in none.
        ruling_id: the ruling that waits for a signature; or empty.
    """

    name: str
    source_model_id: str
    place: str
    code: str
    why: str
    line: int = 0
    ruling_id: str = ""

    @classmethod
    def of(cls, alias: Alias, code: str, why: str, ruling_id: str = "") -> WaitingRow:
        """The row with what it waits for."""
        place = row_text(alias.alias_id)
        named = alias.internal_model_alias, alias.source_model_id
        return cls(*named, place, code, why, alias.line, ruling_id)


@dataclass(frozen=True, slots=True)
class Standing:
    """The mapping as it counts.

    Attributes:
        aliases: the rows that take part.
        waiting: the rows that do not.
        signed: who signed which row; empty while nobody is enrolled.
    """

    aliases: tuple[Alias, ...]
    waiting: tuple[WaitingRow, ...] = ()
    signed: tuple[SignedRow, ...] = ()

    def ruling_of(self, alias: Alias) -> Ruling | None:
        """The ruling that approves a row; none for a name alone."""
        found = (one.ruling for one in self.signed if one.alias.decides == alias.decides)
        return next(found, None)


@dataclass(slots=True)
class SignedTable:
    """The rows that are signed, by what makes each itself; and the rulings that did not fit."""

    rows: dict[_Key, SignedRow] = field(default_factory=dict)
    refused: list[tuple[Ruling, Refusal]] = field(default_factory=list)

    @classmethod
    def of(cls, replay: Replay) -> SignedTable:
        """The table that the rulings in force leave, in the order in which they came into force."""
        found = cls()
        for ruling in replay.of(MappingApproval, MergeApproval):
            found._take(ruling)
        return found

    def require_fit(self, aliases: Sequence[Alias], *, is_merge: bool) -> None:
        """Refuse rows that cannot stand beside those that are signed.

        Raises:
            ConfigurationRefused: ``MAP_AMBIGUOUS`` or ``MAP_CYCLE``.
            ApprovalRefused: ``MAP_MERGE``: it would change a merge without its two signatures.
        """
        mine = {alias.decides: alias for alias in aliases}
        others = [one for key, one in self.rows.items() if key not in mine]
        changed = [
            one.alias for key, one in self.rows.items() if key in mine and one.is_merge > is_merge
        ]
        if changed:
            raise hidden_merge(changed)
        require_one_meaning([*(one.alias for one in others), *aliases])

    def _take(self, ruling: Ruling) -> None:
        """Take a ruling whole, or leave it where one of its rows does not fit."""
        is_merge = isinstance(ruling.document, MergeApproval)
        try:
            aliases = rows_of(ruling)
            self.require_fit(aliases, is_merge=is_merge)
        except Refusal as refusal:
            self.refused.append((ruling, refusal))
            return
        for alias in aliases:
            self.rows[alias.decides] = SignedRow(alias, ruling, is_merge)


def standing(
    in_file: Sequence[Alias], replay: Replay, source_model_ids: Collection[str] = ()
) -> Standing:
    """The mapping as it counts.

    Args:
        in_file: the rows of the mapping table.
        replay: everything that people signed.
        source_model_ids: the ids that approved sources state; what maps one of them onto another
            is a merge, whatever it was when it was signed.
    """
    if not replay.roster.is_founded:
        return Standing(tuple(in_file))
    table = SignedTable.of(replay)
    lines = {_row_key(one): one.line for one in in_file}
    signed = tuple(
        replace(one, alias=replace(one.alias, line=lines.get(_row_key(one.alias), 0)))
        for one in table.rows.values()
        if not one.alias.is_withdrawn
    )
    ids = frozenset(source_model_ids)
    hidden = {one.alias.decides for one in signed if not one.is_merge and is_merge(one.alias, ids)}
    return Standing(
        tuple(one.alias for one in signed if one.alias.decides not in hidden),
        (
            *(
                WaitingRow.of(
                    one.alias, "MAP_MERGE", "signed as no merge, and it merges two source ids"
                )
                for one in signed
                if one.alias.decides in hidden
            ),
            *_waiting(in_file, table, replay, ids),
        ),
        signed,
    )


def rows_of(ruling: Ruling) -> tuple[Alias, ...]:
    """The rows of a mapping ruling, approved by everybody who signed it.

    Raises:
        ConfigurationRefused: a row that no table could hold.
    """
    document = ruling.document
    assert isinstance(document, MappingApproval | MergeApproval)
    return tuple(
        replace(
            alias_of(row, f"ruling {ruling.ruling_id}, row {place}"),
            approved_by=", ".join(ruling.names),
            ruling_id=ruling.ruling_id,
            place=place,
        )
        for place, row in enumerate(document.rows, start=1)
    )


def alias_of(row: MappingRow, place: str = "the row") -> Alias:
    """A row of a ruling as a row of the table."""
    fields = {name: str(getattr(row, name)) for name in row.__struct_fields__ if name != "evidence"}
    return replace(read_row(fields, 0, place), evidence=dict(row.evidence))


def require_no_merge(aliases: Sequence[Alias], source_model_ids: Collection[str]) -> None:
    """Refuse a merge among ordinary rows: it takes finance and engineering (M3).

    Raises:
        ApprovalRefused: ``MAP_MERGE``.
    """
    found = [one for one in aliases if is_merge(one, frozenset(source_model_ids))]
    if found:
        raise hidden_merge(found)


def hidden_merge(aliases: Sequence[Alias]) -> ApprovalRefused:
    """The refusal of a merge that is signed as if it were an ordinary row."""
    return ApprovalRefused(
        "MAP_MERGE",
        "A row maps one source model id onto another: that is a merge, and no ordinary row.",
        where=tuple(f"{one.internal_model_alias!a} to {one.source_model_id!a}" for one in aliases),
        remedy="Merges are signed by finance and engineering, on their own: tieout mapping approve"
        " --merge --key FILE --reason TEXT",
    )


def is_merge(alias: Alias, ids: frozenset[str]) -> bool:
    """Whether a row maps one source id onto another; one that names its own id merges nothing."""
    return alias.internal_model_alias != alias.source_model_id and bool(merges((alias,), ids))


def _waiting(
    in_file: Sequence[Alias], table: SignedTable, replay: Replay, ids: frozenset[str]
) -> Iterator[WaitingRow]:
    """The rows of the table and of rulings that do not count, those of the table first."""
    asked = _asked(replay)
    for alias in in_file:
        key = _row_key(alias)
        if key not in {_row_key(one.alias) for one in table.rows.values()}:
            pending = asked.pop(key, None)
            yield _unsigned(alias, table, pending, merging=is_merge(alias, ids))
    for alias, ruling in asked.values():
        merging = isinstance(ruling.document, MergeApproval)
        yield _unsigned(alias, table, (alias, ruling), merging=merging)
    for ruling, refusal in table.refused:
        assert isinstance(ruling.document, MappingApproval | MergeApproval)
        for place, row in enumerate(ruling.document.rows, start=1):
            named = row.internal_model_alias, row.source_model_id
            stands = f"ruling {ruling.ruling_id}, row {place}"
            yield WaitingRow(*named, stands, refusal.code, refusal.what)


def _asked(replay: Replay) -> dict[object, tuple[Alias, Ruling]]:
    """The rows of the rulings that lack a signature, those that can be read."""
    found: dict[object, tuple[Alias, Ruling]] = {}
    for ruling in replay.waiting:
        if isinstance(ruling.document, MappingApproval | MergeApproval):
            try:
                found |= {_row_key(alias): (alias, ruling) for alias in rows_of(ruling)}
            except Refusal:
                # It says so when its last signature comes.
                continue
    return found


def _unsigned(
    alias: Alias, table: SignedTable, pending: tuple[Alias, Ruling] | None, *, merging: bool
) -> WaitingRow:
    if pending is not None:
        ruling = pending[1]
        why = (
            f"ruling {ruling.ruling_id}, signed by {', '.join(ruling.names)}, waits for"
            f" {in_words(ruling.lacking)}"
        )
        return WaitingRow.of(
            alias, "MAP_MERGE" if merging else "MAP_APPROVAL", why, ruling.ruling_id
        )
    if merging:
        return WaitingRow.of(alias, "MAP_MERGE", "it merges two source ids, and nobody signed that")
    for one in table.rows.values():
        if alias.decides == one.alias.decides or alias.overlaps(one.alias):
            said = f"signed is {one.alias.source_model_id!a}, {one.alias.alias_id}"
            return WaitingRow.of(
                alias, "MAP_CHANGED", f"{said}; that counts until this row is signed"
            )
    why = "nobody signed it; a name in approved_by is no signature"
    return WaitingRow.of(alias, "MAP_APPROVAL", why)


def _row_key(alias: Alias) -> tuple[object, ...]:
    return (*alias.decides, alias.effective_until)
