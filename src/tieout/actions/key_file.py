"""What ``tieout key`` does: a person's own key, in a file that nobody else can use (A3)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tieout.errors import ConflictRefused
from tieout.evidence.durable import write_new_file
from tieout.signing.key import SigningKey, new_key
from tieout.workspace.layout import refuse_inside_records

_OWNER_ALONE: Final = 0o600


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key in its file; nothing here opens it.

    Attributes:
        file: where it is.
        key_id: the id of the key.
        public_key: its public half, which is what gets enrolled.
    """

    file: Path
    key_id: str
    public_key: str

    @classmethod
    def of(cls, file: Path, key: SigningKey) -> KeyFile:
        """The file of an open key."""
        return cls(file, key.key_id, key.public_key)

    def as_json(self) -> dict[str, object]:
        """The result as one JSON object."""
        return {"file": str(self.file), "key_id": self.key_id, "public_key": self.public_key}


def require_place(file: Path) -> None:
    """Refuse a place for a key where something is, or where the records of a workspace are.

    Raises:
        ConfigurationRefused: ``CFG_PATH_OVERLAP``.
        ConflictRefused: ``FILE_EXISTS``.
    """
    refuse_inside_records(file)
    if os.path.lexists(file):
        raise ConflictRefused(
            "FILE_EXISTS",
            "There is a file of that name; Tieout overwrites nothing.",
            where=(str(file),),
            remedy="Name another file: whoever loses a key cannot get it back.",
        )


def make_key(file: Path, passphrase: str) -> KeyFile:
    """Make a key, locked with a passphrase, in a new file that its owner alone may read.

    Args:
        file: where it goes; nothing is there yet.
        passphrase: at least 12 characters.

    Raises:
        InputRefused: ``KEY_PASSPHRASE``.
        ConfigurationRefused: ``CFG_PATH_OVERLAP``.
        ConflictRefused: ``FILE_EXISTS``.
        EnvironmentRefused: the machine failed.
    """
    require_place(file)
    key, content = new_key(passphrase)
    write_new_file(file, content, _OWNER_ALONE)
    return KeyFile.of(file, key)
