"""Refusals: what Tieout will not do, said as a letter to a person.

A refusal is neither a finding (data, see :mod:`tieout.findings`) nor a bug (an assertion). It stops
the command, publishes nothing, and says what happened, where, and what to do next, under a stable
code. The exit codes are the contract of the command line (product section 4).
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command line; 0, 1 and 9 come only from a decision (D26)."""

    APPROVE = 0
    INVESTIGATE = 1
    CONFIGURATION = 2
    INPUT = 3
    INTEGRITY = 4
    ENVIRONMENT = 5
    CONFLICT = 6
    CAPTURE = 7
    APPROVAL = 8
    HOLD = 9
    INTERRUPTED = 130


class Refusal(Exception):
    """A command refused: a stable code, what happened, where, and the next step.

    Attributes:
        code: stable upper-case code, for example ``CSV_OPEN_QUOTE``.
        what: one sentence, what happened.
        where: file, record, line or setting, as lines of text; may be empty.
        remedy: what to do next, in the imperative.
        exit_code: the exit code of the command line for this kind of refusal.
    """

    exit_code: ExitCode = ExitCode.INPUT

    def __init__(self, code: str, what: str, *, where: tuple[str, ...] = (), remedy: str) -> None:
        """Keep the facts of the letter; :meth:`letter` lays them out."""
        super().__init__(f"{code}: {what}")
        self.code = code
        self.what = what
        self.where = where
        self.remedy = remedy

    def letter(self) -> str:
        """The refusal as text for a terminal: code, sentence, places, next step."""
        places = "".join(f"  {line}\n" for line in self.where)
        gap = "\n" if places else ""
        return f"{self.code}  {self.what}\n{gap}{places}\n  {self.remedy}\n"

    def as_json(self) -> dict[str, object]:
        """The refusal as one JSON object, for ``--json``."""
        return {
            "refused": self.code,
            "what": self.what,
            "where": list(self.where),
            "next": self.remedy,
            "exit_code": int(self.exit_code),
        }


class ConfigurationRefused(Refusal):
    """The command line or a configuration file cannot be used; nothing was read."""

    exit_code = ExitCode.CONFIGURATION


class InputRefused(Refusal):
    """An input file cannot be read without guessing; nothing was published."""

    exit_code = ExitCode.INPUT


class IntegrityRefused(Refusal):
    """Stored bytes, counts or control totals do not agree with one another."""

    exit_code = ExitCode.INTEGRITY


class EnvironmentRefused(Refusal):
    """The machine failed: disk full, no permission, a failed fsync."""

    exit_code = ExitCode.ENVIRONMENT


class ConflictRefused(Refusal):
    """Somebody else holds the workspace, or it moved on meanwhile."""

    exit_code = ExitCode.CONFLICT


class CaptureRefused(Refusal):
    """A source was not fetched as it must be; what came is recorded as failed, never as prices."""

    exit_code = ExitCode.CAPTURE


class ApprovalRefused(Refusal):
    """What was to be approved raises an alarm that nobody has answered."""

    exit_code = ExitCode.APPROVAL
