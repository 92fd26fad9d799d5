"""The command line: which commands there are, and how each of them can end.

The modules of the commands are loaded when a command is used, so that the program starts at once.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Annotated, Final, NoReturn

from cyclopts import App, CycloptsError, Group, Parameter, RepeatArgumentError
from rich.console import Console

from tieout import __version__
from tieout.cli.face import Face, json_text
from tieout.errors import ConfigurationRefused, EnvironmentRefused, ExitCode, Refusal
from tieout.report.shown import visible

# Noun or verb, where it is kept, and its line in the help.
COMMANDS: Final = (
    ("init", "tieout.cli.init:app", "Make a workspace; propose its settings from your own files."),
    ("prices", "tieout.cli.price_review:app", "Price sources and the price book."),
    ("usage", "tieout.cli.usage:app", "Usage: import exports, fetch the vendor's log, check both."),
    ("ledger", "tieout.cli.ledger:app", "The books: import them, check them."),
    (
        "contract",
        "tieout.cli.contract:app",
        "What the vendor's contract says, and who verified it.",
    ),
    ("mapping", "tieout.cli.mapping:app", "Which model names are priced as which."),
    (
        "exclusions",
        "tieout.cli.exclusions:app",
        "Which usage rows are left out; who signed that.",
    ),
    ("estimate", "tieout.cli.estimate:app", "Prices and meters that are estimated; two sign them."),
    (
        "credits",
        "tieout.cli.credit_books:app",
        "Prepaid credits: what moved, what the balance was.",
    ),
    ("run", "tieout.cli.run:app", "Tie out a period: the main job."),
    ("daily", "tieout.cli.daily:app", "The morning check: fetch, run, and what is different."),
    ("variance", "tieout.cli.variance_decide:app", "Review by cause group or line; decide."),
    ("escalate", "tieout.cli.escalate:app", "What somebody else needs to answer a cause group."),
    ("claim", "tieout.cli.claim:app", "Claims on the vendor: found, filed, answered, credited."),
    ("checklist", "tieout.cli.checklist:app", "Thirteen items, answered by query or by name."),
    ("adjust", "tieout.cli.adjust:app", "An adjustment beside the books, signed by two."),
    ("key", "tieout.cli.key:app", "Your own key, with which you sign."),
    ("people", "tieout.cli.people:app", "Who may sign what: found, add, revoke, review."),
    ("policy", "tieout.cli.policy:app", "The local policy, and the one that people signed."),
    ("sign", "tieout.cli.sign:app", "Sign a run, or a ruling that waits for you."),
    ("close", "tieout.cli.close:app", "Close a period; its figures do not move any more."),
    ("reopen", "tieout.cli.reopen:app", "Open a closed period again, with two signatures."),
    ("calculation", "tieout.cli.calculation:app", "The calculation in force, and its approval."),
    ("report", "tieout.cli.report:app", "The report of a run, to hand on."),
    ("pack", "tieout.cli.pack:app", "One file from which an outsider re-performs a run."),
    ("verify", "tieout.cli.verify:app", "Read every kept byte again; calculate a run again."),
    ("doctor", "tieout.cli.doctor:app", "Health of the store and of the machine under it."),
    ("demo", "tieout.cli.demo:app", "The main job on a generated month with known faults."),
)


def _default(value: object) -> str | None:
    """How the help shows what holds without an option."""
    return str(value) if value not in (None, False, "", ()) else None


app = App(
    name="tieout",
    version=__version__,
    version_flags=["--version"],
    help_format="plaintext",
    help="Tieout ties out AI API spend: prices, usage and the cost ledger, line by line.",
    help_epilogue="Example:\n\n    tieout demo",
    # A list has no flag that empties it, and an empty default says nothing.
    default_parameter=Parameter(negative_iterable=(), show_default=_default),
    print_error=False,
    exit_on_error=False,
    result_action="return_value",
)
for _index, (_name, _place, _help) in enumerate(COMMANDS):
    app.command(_place, name=_name, help=_help, sort_key=_index)
app.meta.suppress_keyboard_interrupt = app.suppress_keyboard_interrupt = False
app.meta.group_parameters = Group("Everywhere", sort_key=99)
app.register_install_completion_command()


@app.meta.default
def everywhere(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    workspace: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Read the options that go with every command, then do the command.

    Args:
        tokens: the command and its own options.
        workspace: folder of the workspace; by default the one around the current folder.
        json: answer with one JSON object.
    """
    command, bound, asked = app.parse_args(tokens)
    if "face" in asked:
        bound.arguments["face"] = Face(workspace, json)
    result = command(*bound.args, **bound.kwargs)
    return result if isinstance(result, int) else ExitCode.APPROVE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: the command line without the program; by default that of the process.
    """
    if arguments is None:
        sys.excepthook = _crash
        # Arrow's default allocator hands memory back and faults it in again, at half a second for
        # 400,000 rows. Arrow is not loaded yet, and whoever set another one keeps it.
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    given = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name that the terminal cannot spell must not end the command.
            stream.reconfigure(errors="backslashreplace")
    try:
        # The help page and the version are answers too; they come back without a code.
        app.console = Console(width=Face(workspace=None, as_json=False).width)
        return int(app.meta(given) or ExitCode.APPROVE)
    except CycloptsError as error:
        return _refused(_command_line(error), given)
    except Refusal as refusal:
        return _refused(refusal, given)
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted; nothing was published.\n")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Whoever read the answer has gone; the exit must not try to write to them again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.ENVIRONMENT
    except (OSError, MemoryError) as error:
        return _refused(_machine(error), given)


def _refused(refusal: Refusal, given: Sequence[str]) -> int:
    """The refusal as a letter, or as JSON where that was asked for."""
    if "--json" in given:
        sys.stdout.write(json_text(refusal.as_json()))
    else:
        # Text out of a file may stand in the letter; nothing in it may move the cursor.
        lines = [visible(line) for line in refusal.letter().split("\n")]
        sys.stderr.write("\n".join(lines))
    return refusal.exit_code


def _command_line(error: CycloptsError) -> Refusal:
    if isinstance(error, RepeatArgumentError):
        return ConfigurationRefused(
            "CFG_CONFLICT",
            "An option is given twice.",
            where=(str(error.token.keyword),),
            remedy="Give it once; neither of the two was taken.",
        )
    return ConfigurationRefused(
        "COMMAND_LINE",
        "The command line cannot be understood.",
        where=tuple(line for line in str(error).split("\n") if line.strip()),
        remedy="See the command's own example: add --help.",
    )


def _machine(error: OSError | MemoryError) -> Refusal:
    said = str(error) or "memory is exhausted"
    return EnvironmentRefused(
        "MACHINE",
        "The machine could not do it.",
        where=(f"{type(error).__name__}: {said}",),
        remedy="Look at disk space, memory and rights; nothing was half written. Then repeat it.",
    )


def _crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> NoReturn:
    """A bug: the whole trace, and an exit code that no decision has."""
    traceback.print_exception(kind, error, trace)
    sys.stderr.flush()
    os._exit(ExitCode.INTEGRITY)
