"""Withdrawing: whoever made a ruling takes it back while it waits for a further signature.

What was in force once is never taken back: it is corrected by another ruling. What is withdrawn
stays in the log, readable, with who took it back and why.
"""

from __future__ import annotations

from collections.abc import Iterable

from tieout.errors import ApprovalRefused
from tieout.people.duty import Signer
from tieout.people.roster import Roster
from tieout.people.ruled import Ruling
from tieout.people.ruling import Withdrawal


def require_withdrawable(document: Withdrawal, rulings: Iterable[Ruling]) -> Ruling:
    """The ruling that a withdrawal names, which waits for a signature.

    Raises:
        ApprovalRefused: ``WITHDRAW_RULING``: there is none, or it does not wait.
    """
    found = next((one for one in rulings if one.entry == document.entry), None)
    if found is None:
        raise _refused("There is no such ruling.", ascii(document.entry[:64]))
    if found.is_in_force:
        names = ", ".join(found.names)
        raise _refused("That ruling is in force.", f"ruling {found.ruling_id}, signed by {names}")
    if found.withdrawn is not None:
        raise withdrawn_already(found)
    return found


def require_author(ruling: Ruling, signer: Signer, roster: Roster) -> None:
    """Refuse whoever takes back what somebody else decided.

    An administrator does it for an author who signs no more: else nobody ever could, and what
    waits keeps a period from its sign-off.

    Raises:
        ApprovalRefused: ``WITHDRAW_AUTHOR``.
    """
    author = ruling.statement.by
    if signer.name == author:
        return
    if author not in roster.people and "administrator" in signer.roles:
        return
    who = author if author in roster.people else "an administrator"
    raise ApprovalRefused(
        "WITHDRAW_AUTHOR",
        "Only its author withdraws a ruling; or an administrator, once the author signs no more.",
        where=(f"ruling {ruling.ruling_id}, made by {author}", f"{signer.name} asked"),
        remedy=f"Have it withdrawn by {who}; or leave it unsigned.",
    )


def withdrawn_already(ruling: Ruling) -> ApprovalRefused:
    """The refusal of anything more about a ruling that was withdrawn."""
    assert ruling.withdrawn is not None
    said = ruling.withdrawn
    return _refused(
        "That ruling was withdrawn.",
        f"ruling {ruling.ruling_id}, by {said.by}: {said.reason[:80]!a}",
    )


def _refused(what: str, where: str) -> ApprovalRefused:
    return ApprovalRefused(
        "WITHDRAW_RULING",
        what,
        where=(where,),
        remedy="See what waits for a signature: tieout people review",
    )
