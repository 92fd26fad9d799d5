"""Telling somebody: a short message through the notification library, where one is asked for.

Off by default. Where to tell stands in an environment variable, for such an address may hold a
secret: no message, letter or record repeats it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final, Protocol

from tieout.errors import ConfigurationRefused, EnvironmentRefused

_SECONDS: Final = 20
_MOST_PLACES: Final = 20


class Sender(Protocol):
    """What sends a message to the places it was given."""

    def add(self, place: str, /) -> bool:
        """Add a place; false where it is no address."""
        ...

    def send(self, title: str, body: str, /) -> bool:
        """Send to every place; false where one of them did not take it."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """Whether somebody was told, and why not.

    Attributes:
        places: how many places the message went to.
        why_not: why nobody was told; empty where somebody was.
    """

    places: int = 0
    why_not: str = ""


def tell(
    variable: str, title: str, body: str, environment: Mapping[str, str] | None = None
) -> Told:
    """Send a message to every place that a variable names.

    Args:
        variable: the variable; one address a line. Nobody is told where it is empty.
        title: the first line.
        body: plain text.
        environment: the variables of the process.

    Raises:
        ConfigurationRefused: ``NOTIFY_ABSENT``: the library is not installed; ``NOTIFY_PLACE``:
            the variable is not set, or a line of it is no address.
        EnvironmentRefused: ``NOTIFY_FAILED``: a place did not take the message.
    """
    if not variable:
        return Told(why_not="nobody is named in tieout.toml under [daily]")
    said = (os.environ if environment is None else environment).get(variable, "")
    places = [line.strip() for line in said.splitlines() if line.strip()]
    if not places or len(places) > _MOST_PLACES:
        raise _no_place(variable, "it names no place, or more than 20")
    sender = _sender()
    for number, place in enumerate(places, start=1):
        if not sender.add(place):
            raise _no_place(variable, f"line {number} is no address the library knows")
    if not sender.send(title, body):
        raise EnvironmentRefused(
            "NOTIFY_FAILED",
            "A place did not take the message; the run itself is published.",
            where=(f"places named by {variable}: {len(places)}",),
            remedy="Try the addresses with the notification library's own command.",
        )
    return Told(places=len(places))


def _sender() -> Sender:
    try:
        # By name, because the library is an optional extra: nothing else may import that module.
        found: Sender = import_module("tieout.actions.notify_library").sender(_SECONDS)
    except ModuleNotFoundError as error:
        raise ConfigurationRefused(
            "NOTIFY_ABSENT",
            "The notification library is not installed.",
            where=("daily.notify_env",),
            remedy="Install it with: pip install 'tieout[notify]'. Or take the setting out.",
        ) from error
    return found


def _no_place(variable: str, why: str) -> ConfigurationRefused:
    return ConfigurationRefused(
        "NOTIFY_PLACE",
        "There is no place to tell.",
        where=(f"{variable}: {why}",),
        remedy="Set the variable to one address a line, or take daily.notify_env out.",
    )
