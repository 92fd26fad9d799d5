"""A cause group as a decision about it sees it: its scope, its digest, its money (D16)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tieout.money import plain
from tieout.people.ruling import DisposedGroup, GroupScope

_HALF: Final = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """Open lines of one cause in one scope: the unit of review.

    Attributes:
        group_id: its name, which depends on cause and scope alone.
        digest: over everything a decision rests on: lines, amounts, prices, cause.
        scope: what it is about.
        lines: how many lines it has.
        net: sum of their differences.
        gross: sum of their sizes.
        assumed: what the explanations of its lines assume, each once, in order; None where the
            run that found it is older than this.
    """

    group_id: str
    digest: str
    scope: GroupScope
    lines: int
    net: Decimal
    gross: Decimal
    assumed: tuple[str, ...] | None = ()

    @property
    def plus(self) -> Decimal:
        """What the lines above come to."""
        return (self.gross + self.net) * _HALF

    @property
    def minus(self) -> Decimal:
        """What the lines below come to, without sign."""
        return (self.gross - self.net) * _HALF

    def disposed(self) -> DisposedGroup:
        """The group as a disposition names it."""
        return DisposedGroup(
            self.group_id,
            self.digest,
            self.scope,
            plain(self.net),
            plain(self.gross),
            self.assumed,
        )


def group_id_of(scope: GroupScope) -> str:
    """A name for a cause group that depends on its cause and scope alone (D16)."""
    named = [scope.cause, scope.bucket, scope.source_model_id, scope.cost_center,
             scope.project, scope.currency, scope.proof]  # fmt: skip
    return "g-" + hashlib.sha256(repr(named).encode()).hexdigest()[:8]
