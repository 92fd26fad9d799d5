"""Claims on the vendor: found by runs, handed over, filed, answered, credited (B6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from tieout.calendar import zone
from tieout.close.claims import claim_part, claims_part
from tieout.close.line_diff import published_bytes
from tieout.close.runs import RunFolder, find_run
from tieout.credits.claim import Claim, ClaimScope, FoundClaim, claims_of
from tieout.errors import ConfigurationRefused
from tieout.evidence.records import runs
from tieout.people.record import rulings_of
from tieout.people.replay import Replay
from tieout.report.claim_parts import Claim as ClaimPart
from tieout.report.claim_parts import Claims
from tieout.workspace.layout import Workspace

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class KnownClaims:
    """Every claim that the newest runs find or that somebody filed, as it stands by now.

    Attributes:
        claims: oldest charges first.
        runs: the newest run of each period, by its label.
        rulings: what people signed.
    """

    claims: tuple[Claim, ...]
    runs: dict[str, RunFolder]
    rulings: Replay

    def one(self, claim_id: str) -> Claim:
        """The claim of that name, or of the one name that begins so.

        Raises:
            ConfigurationRefused: ``CLAIM_UNKNOWN``.
        """
        found = [one for one in self.claims if claim_id and one.claim_id.startswith(claim_id)]
        if len(found) != 1:
            raise ConfigurationRefused(
                "CLAIM_UNKNOWN",
                "There is no claim of that name." if not found else "That name is cut too short.",
                where=(ascii(claim_id[:80]),),
                remedy="List them: tieout claim list",
            )
        return found[0]

    @property
    def part(self) -> Claims:
        """The claims as a report states them."""
        return msgspec.convert(claims_part(self.claims), Claims)


def list_claims(
    workspace: Workspace,
    *,
    period: str | None = None,
    at: datetime | None = None,
    rulings: Replay | None = None,
) -> KnownClaims:
    """Every claim, as it stands by now: what the newest run of each period finds, and the steps.

    Args:
        workspace: the workspace.
        period: claims for the charges of this period alone.
        at: the instant of the look; now, if it is left out.
        rulings: what people signed; by default all of it.
    """
    newest = {one.period: one for one in runs(workspace.log)}
    chosen = {
        label: find_run(workspace, one.run_id)
        for label, one in newest.items()
        if period in (None, label)
    }
    found = {label: _found(workspace, one) for label, one in chosen.items()}
    said = rulings_of(workspace.log) if rulings is None else rulings
    settings = workspace.settings
    day = (at or datetime.now(UTC)).astimezone(zone(settings.zone)).date()
    claims = claims_of(
        [one for claims in found.values() for one in claims or ()],
        said.rulings,
        day,
        [label for label, claims in found.items() if claims is not None],
        settings.policy.claim_days,
    )
    mine = tuple(one for one in claims if period in (None, one.scope.period))
    return KnownClaims(mine, chosen, said)


def show_claim(claim: Claim) -> ClaimPart:
    """One claim as a report states it."""
    return msgspec.convert(claim_part(claim), ClaimPart)


def _found(workspace: Workspace, found: RunFolder) -> tuple[FoundClaim, ...] | None:
    """What a run finds was taken too much; None of a run made before claims were looked for."""
    report = msgspec.json.decode(published_bytes(workspace, found, "report.json"))
    if "claims" not in report:
        return None
    return tuple(
        _read(one)
        for one in report["claims"]["claims"]
        if one["period"] == found.record.period and one["digest"] is not None
    )


def _read(part: Json) -> FoundClaim:
    days = (date.fromisoformat(part[name]) for name in ("first_day", "last_day"))
    scope = ClaimScope(part["period"], part["cause"], part["model"], part["currency"], *days)
    charged, amount = Decimal(part["charged"]), Decimal(part["amount"])
    return FoundClaim(scope, part["rows"], charged, amount, part["digest"])
