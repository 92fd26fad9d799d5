"""One ruling as it stands: what was decided, who signed it, what it lacks, what took it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from tieout.people.duty import Duty, Signer
from tieout.people.ruling import KIND, RulingDocument
from tieout.people.statement import Statement


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """That a ruling was taken back while it waited.

    Attributes:
        entry: the digest of the withdrawal's entry in the log.
        seq: the number of the entry that brought the withdrawal into force.
        by: who withdrew it.
        reason: why.
    """

    entry: str
    seq: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """One ruling as it stands.

    Attributes:
        entry: the digest of its entry in the log.
        seq: the number of that entry.
        statement: what was signed, by whom first, and when.
        content: the exact bytes that were signed.
        signers: everybody who signed, in order.
        duty: the signatures it needs, by the policy that was in force when it was made.
        lacking: the signatures that are still missing; in force where there are none.
        in_force_at: the number of the entry that brought it into force; 0 while it waits.
        withdrawn: what took it back before it was in force; none where nothing did.
    """

    entry: str
    seq: int
    statement: Statement
    content: bytes
    signers: tuple[Signer, ...]
    duty: Duty
    lacking: Duty
    in_force_at: int = 0
    withdrawn: Withdrawn | None = None

    @property
    def ruling_id(self) -> str:
        """The name of the ruling: the first 12 digits of its entry."""
        return self.entry[:12]

    @property
    def document(self) -> RulingDocument:
        """What was decided."""
        return self.statement.ruling

    @property
    def kind(self) -> str:
        """Which kind of ruling it is."""
        return KIND[type(self.document)]

    @property
    def said(self) -> dict[str, Any]:
        """What was decided, field by field, as it stands in what was signed."""
        found: dict[str, Any] = msgspec.to_builtins(self.document)
        return found

    @property
    def is_in_force(self) -> bool:
        """Whether every signature it needs is there."""
        return not self.lacking

    @property
    def waits(self) -> bool:
        """Whether it lacks a signature and may still get it."""
        return bool(self.lacking) and self.withdrawn is None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of everybody who signed."""
        return tuple(one.name for one in self.signers)
