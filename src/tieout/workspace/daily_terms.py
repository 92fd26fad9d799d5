"""Local terms of the morning check: what is fetched first, and who is told (A7)."""

from __future__ import annotations

import msgspec

from tieout.workspace.document import refused
from tieout.workspace.fetch_terms import VARIABLE, inline_secret


class Daily(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The morning check; ``[daily]``.

    Attributes:
        sources: price sources that are fetched first.
        logs: usage feeds whose vendor's log is fetched first.
        notify_env: the variable that holds where to tell of new, grown and overdue groups, one
            address a line, in the form of the notification library; nobody is told without it.
    """

    sources: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()
    notify_env: str = ""

    def check(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            ConfigurationRefused: ``CFG_INLINE_SECRET`` or ``CFG_CONFLICT``. No letter repeats what
                may be a secret.
        """
        if self.notify_env and not VARIABLE.fullmatch(self.notify_env):
            raise inline_secret("daily.notify_env")
        for key, named in (("sources", self.sources), ("logs", self.logs)):
            if len(set(named)) < len(named):
                raise refused(
                    "CFG_CONFLICT", "A name is given twice.", f"daily.{key}", "Give it once."
                )
