"""``tieout people``: who may sign what, and by which key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, get_args

from cyclopts import App, Parameter

from tieout.actions.people import add_person, found_people, revoke_key, ruling_json
from tieout.actions.people_review import review_people
from tieout.actions.start import find_workspace
from tieout.cli.face import Here
from tieout.cli.people_text import reviewed_text
from tieout.cli.ruling_text import made_text
from tieout.cli.signing_key import signing_key
from tieout.errors import ConfigurationRefused
from tieout.people.person import Person, Role

_FOUND_EXAMPLE: Final = (
    "Example:\n\n"
    '    tieout people found --person "AB=preparer,finance,administrator:PUBLIC" \\\n'
    '      --person "CD=checker,engineering:PUBLIC" --key ab.key\n\n'
    "The second founder then signs: tieout sign RULING --key cd.key"
)

app = App(name="people", help_epilogue="Example:\n\n    tieout people review")


@app.command(help_epilogue=_FOUND_EXAMPLE)
def found(
    *,
    person: tuple[str, ...],
    key: tuple[Path, ...],
    passphrase_file: tuple[Path, ...] = (),
    face: Here,
) -> None:
    """Found the people of a workspace, and its policy with them; two of them sign.

    Args:
        person: NAME=ROLE,ROLE:PUBLIC, with the line that key new printed; once for each.
        key: the key file of a founder; with one, it waits for the second founder.
        passphrase_file: the file with the passphrase of each key, in their order; by default
            TIEOUT_PASSPHRASE, or the terminal.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    people = [_person(said) for said in person]
    if passphrase_file and len(passphrase_file) != len(key):
        raise _not_a_person("There are not as many passphrase files as keys.", "--passphrase-file")
    files = passphrase_file or (None,) * len(key)
    keys = [signing_key(one, file) for one, file in zip(key, files, strict=True)]
    made = found_people(workspace, people, keys)
    face.answer(made_text(made, face.width), ruling_json(made))


@app.command(
    help_epilogue=(
        "Example:\n\n"
        "    tieout people add EF --roles preparer --public-key PUBLIC \\\n"
        '      --reason "joins the team" --key ab.key'
    )
)
def add(
    name: Annotated[str, Parameter(name="NAME")],
    /,
    *,
    roles: str,
    public_key: str,
    reason: str,
    key: Path,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Enrol a person, or give somebody another key or other roles; a second person signs it too.

    Args:
        name: initials or name.
        roles: preparer, checker, finance, engineering, auditor, administrator; with commas between.
        public_key: the line that key new printed for the person.
        reason: why.
        key: your key file.
        passphrase_file: a file that holds your passphrase; by default TIEOUT_PASSPHRASE, or the
            terminal.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    made = add_person(
        workspace,
        name,
        roles=_roles(roles),
        public_key=public_key,
        reason=reason,
        key=signing_key(key, passphrase_file),
    )
    face.answer(made_text(made, face.width), ruling_json(made))


@app.command(
    help_epilogue='Example:\n\n    tieout people revoke 3f9a51c20b77 --reason "lost" --key ab.key'
)
def revoke(
    key_id: Annotated[str, Parameter(name="KEY_ID")],
    /,
    *,
    reason: str,
    key: Path,
    passphrase_file: Path | None = None,
    face: Here,
) -> None:
    """Revoke a key: it signs nothing from here on, and what it brought into force stands.

    Args:
        key_id: the id of the key, or its beginning, from tieout people review.
        reason: why.
        key: your key file.
        passphrase_file: a file that holds your passphrase; by default TIEOUT_PASSPHRASE, or the
            terminal.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    own = signing_key(key, passphrase_file)
    made = revoke_key(workspace, key_id, reason=reason, key=own)
    face.answer(made_text(made, face.width), ruling_json(made))


@app.command(help_epilogue="Example:\n\n    tieout people review")
def review(*, face: Here) -> None:
    """Who may sign, since when and enrolled by whom; revoked keys; rulings that wait.

    Args:
        face: where the answer goes.
    """
    listed = review_people(find_workspace(face.workspace))
    face.answer(reviewed_text(listed, face.width), listed.as_json())


def _person(said: str) -> Person:
    name, is_given, rest = said.partition("=")
    roles, is_whole, public_key = rest.partition(":")
    if not is_given or not is_whole:
        raise _not_a_person("A person is given as NAME=ROLE,ROLE:PUBLIC.", ascii(said[:120]))
    return Person(name, tuple(sorted(_roles(roles))), public_key)


def _roles(said: str) -> list[Role]:
    known: dict[str, Role] = {role: role for role in get_args(Role)}
    found = []
    for word in said.split(","):
        if word.strip() not in known:
            raise _not_a_person(f"{word.strip()[:40]!a} is no role.", ", ".join(known))
        found.append(known[word.strip()])
    return found


def _not_a_person(what: str, *where: str) -> ConfigurationRefused:
    return ConfigurationRefused(
        "COMMAND_LINE", what, where=where, remedy="See the command's own example: add --help."
    )
