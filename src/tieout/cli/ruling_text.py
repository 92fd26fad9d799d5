"""Rulings as text for a person: what was decided, who signed it, whose signature it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tieout.cli.face import next_text
from tieout.people.duty import in_words
from tieout.people.replay import Ruling
from tieout.people.unsigned import Unsigned
from tieout.report.layout import wrapped
from tieout.report.shown import minute, visible


def made_text(ruling: Ruling, width: int) -> str:
    """The answer to whoever has just signed: what, and what is still missing."""
    step = next_signature(ruling)
    return shown_text(ruling, width) + (next_text(step) if step else "")


def shown_text(ruling: Ruling, width: int, policy: Mapping[str, object] | None = None) -> str:
    """A ruling with every field that its signers sign.

    Args:
        ruling: the ruling.
        width: the most columns a line may take.
        policy: the terms of the policy that it names, where it names one.
    """
    lines = wrapped(f"ruling {ruling.ruling_id}  {ruling.kind}  {state(ruling)}", width)
    lines += field_lines({k: v for k, v in ruling.said.items() if k != "is"}, width)
    if policy is not None:
        lines += ["", *wrapped("that policy says", width), *field_lines(policy, width)]
    signed = ", ".join(f"{one.name} ({', '.join(one.roles)})" for one in ruling.signers)
    lines += ["", *wrapped(f"signed by {signed}, {minute(ruling.statement.at)}", width)]
    return "\n" + "\n".join(lines) + "\n"


def named_text(found: Sequence[Unsigned], width: int) -> str:
    """Decisions under a name alone, each with every field that is endorsed."""
    lines: list[str] = []
    for one in found:
        lines += ["", *wrapped(f"entry {one.entry[:12]}  {one.kind}  {minute(one.at)}", width)]
        lines += field_lines(one.body, width)
    return "\n".join(lines) + "\n"


def state(ruling: Ruling) -> str:
    """Whether it counts, which signatures it lacks, or who took it back."""
    if ruling.withdrawn is not None:
        return f"withdrawn by {ruling.withdrawn.by}: {ruling.withdrawn.reason}"
    return "in force" if ruling.is_in_force else f"waits for {in_words(ruling.lacking)}"


def field_lines(fields: Mapping[str, object], width: int, prefix: str = "") -> list[str]:
    """The fields of a document, one line each; what holds fields is spelled out."""
    lines: list[str] = []
    for name, value in fields.items():
        for place, text in _spelled(f"{prefix}{name}", value):
            lines += wrapped(f"{place.replace('_', ' ')}: {text}", width, indent="    ", hang=4)
    return lines


def _spelled(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _spelled(f"{name}, {key}", inner)
    elif isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value):
        for number, inner in enumerate(value, 1):
            yield from _spelled(f"{name} {number}", inner)
    elif isinstance(value, list | tuple):
        yield name, ", ".join(_listed(one) for one in value) or "none"
    else:
        yield name, _plain(value)


def _listed(value: object) -> str:
    """One item of a list; a list in it is a place of which one will do."""
    return " or ".join(map(_plain, value)) if isinstance(value, list | tuple) else _plain(value)


def _plain(value: object) -> str:
    if value is None or value == "":
        return "none"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def ruling_lines(ruling: Ruling, width: int) -> list[str]:
    """Its id, who signed, and whether it is in force."""
    names = ", ".join(map(visible, ruling.names))
    return wrapped(
        f"{ruling.kind} {ruling.ruling_id}  signed by {names}  {state(ruling)}", width, hang=2
    )


def next_signature(ruling: Ruling) -> str:
    """The command by which the next person signs it; empty where none can."""
    return f"tieout sign {ruling.ruling_id} --key FILE" if ruling.waits else ""
