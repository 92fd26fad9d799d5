"""Statements: the SQL files of the stages, read as they are and named after the table they make."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Statement:
    """One SELECT and the table it makes.

    Attributes:
        table: name of the table, which is the name of the file.
        folder: stage folder inside the package, for example ``rating``.
        sql: the text, run as written on every engine.
    """

    table: str
    folder: str
    sql: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text: what the manifest names."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def statement(path: str) -> Statement:
    """The statement at ``folder/table`` inside the package, for example ``rating/rated_meter``."""
    folder, _, table = path.rpartition("/")
    file = resources.files("tieout").joinpath(*folder.split("/"), f"{table}.sql")
    return Statement(table, folder, file.read_text(encoding="utf-8"))
