"""Endorsing on the command line: entries on a name alone are shown, then signed (D27)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tieout.actions.people import endorse_entries, named_entries, ruling_json, unsigned_json
from tieout.cli.face import Face, next_text
from tieout.cli.ruling_text import made_text, named_text
from tieout.cli.signing_key import signing_key
from tieout.workspace.layout import Workspace


def is_named(workspace: Workspace, name: str) -> bool:
    """Whether that is an entry that a name alone stands behind."""
    return bool(named_entries(workspace, [name], strict=False))


def sign_entries(
    workspace: Workspace,
    names: Sequence[str],
    reason: str,
    key: Path | None,
    passphrase_file: Path | None,
    face: Face,
) -> None:
    """Endorse the entries with a key; without one, show every field of them."""
    found = named_entries(workspace, names)
    if key is None:
        step = f"tieout sign {' '.join(one.entry[:12] for one in found)} --reason WHY --key FILE"
        text = named_text(found, face.width) + next_text(step)
        face.answer(text, {"entries": [unsigned_json(one) for one in found], "next": step})
        return
    own = signing_key(key, passphrase_file)
    made = endorse_entries(workspace, [one.entry for one in found], reason=reason, key=own)
    face.answer(made_text(made, face.width), ruling_json(made))
