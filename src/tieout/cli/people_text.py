"""The review listing as text for a person."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.actions.people_review import PeopleReview
from tieout.cli.ruling_text import state
from tieout.findings import plural
from tieout.people.replay import Ruling
from tieout.report.layout import aligned, wrapped
from tieout.report.shown import minute, visible

_SHORT = 12


def reviewed_text(found: PeopleReview, width: int) -> str:
    """Everybody who signs, keys that no longer do, what waits, and what nobody could sign."""
    lines = _people(found, width)
    if found.revoked:
        lines += ["", *wrapped("revoked keys", width)]
        for one in found.revoked:
            said = (
                f"{one.key_id[:_SHORT]}  {one.name}, {minute(one.since)} by"
                f" {', '.join(one.by)}: {one.reason}"
            )
            lines += wrapped(said, width, indent="    ", hang=2)
    waiting = plural(len(found.waiting), "ruling waits", "rulings wait")
    lines += _rulings(waiting, found.waiting, width)
    taken_back = plural(len(found.withdrawn), "ruling was withdrawn", "rulings were withdrawn")
    lines += _rulings(taken_back, found.withdrawn, width)
    if found.unsigned:
        count = plural(len(found.unsigned), "decision stands", "decisions stand")
        lines += ["", *wrapped(f"{count} on a name alone: tieout sign ENTRY", width)]
        for each in found.unsigned:
            said = (
                f"{each.entry[:_SHORT]}  {each.kind} by {each.by}, {minute(each.at)}: {each.about}"
            )
            lines += wrapped(said, width, indent="    ", hang=2)
    if found.gaps:
        said = f"with these people nobody can bring into force: {', '.join(found.gaps)}"
        lines += ["", *wrapped(said, width)]
    lines += ["", *wrapped(_policy(found), width)]
    return "\n" + "\n".join(lines) + "\n"


def _rulings(title: str, rulings: Sequence[Ruling], width: int) -> list[str]:
    if not rulings:
        return []
    lines = ["", *wrapped(title, width)]
    for ruling in rulings:
        said = (
            f"{ruling.ruling_id}  {ruling.kind} by {ruling.statement.by},"
            f" {minute(ruling.statement.at)}; {state(ruling)}"
        )
        lines += wrapped(said, width, indent="    ", hang=2)
    return lines


def _people(found: PeopleReview, width: int) -> list[str]:
    if not found.people:
        said = "Nobody is enrolled here: names are recorded unsigned. Found it: tieout people found"
        return wrapped(said, width)
    rows = [("name", "roles", "key", "since", "enrolled by")]
    rows += [
        (
            visible(one.person.name),
            ", ".join(one.person.roles),
            one.person.key_id[:_SHORT],
            minute(one.since),
            visible(", ".join(one.by)),
        )
        for one in found.people
    ]
    return aligned(rows, "lllll", width, flexible=(1, 4))


def _policy(found: PeopleReview) -> str:
    if found.policy_signed:
        return f"policy {found.policy_version} is signed"
    return f"policy {found.policy_version} as it is written is not signed: tieout policy show"
