"""A ruling that was just signed, as every command that signs one says it."""

from __future__ import annotations

from tieout.people.duty import in_words
from tieout.people.replay import Ruling
from tieout.report.layout import wrapped
from tieout.report.shown import visible


def ruling_lines(ruling: Ruling, width: int) -> list[str]:
    """Its id, who signed, and whether it is in force."""
    names = ", ".join(map(visible, ruling.names))
    stands = "in force" if ruling.is_in_force else f"waits for {in_words(ruling.lacking)}"
    return wrapped(f"{ruling.kind} {ruling.ruling_id}  signed by {names}  {stands}", width, hang=2)


def ruling_json(ruling: Ruling) -> dict[str, object]:
    """The same as a JSON object."""
    return {
        "ruling": ruling.ruling_id,
        "kind": ruling.kind,
        "signed_by": list(ruling.names),
        "in_force": ruling.is_in_force,
        "lacking": [list(place) for place in ruling.lacking],
    }


def next_signature(ruling: Ruling) -> str:
    """The command by which the next person signs it; empty where none is lacking."""
    return "" if ruling.is_in_force else f"tieout sign {ruling.ruling_id} --key FILE"
