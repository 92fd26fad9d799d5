"""The layout of a workspace folder: what lies where, how it is made, how it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Final

from tieout.errors import ConfigurationRefused
from tieout.evidence.checkpoint import new_origin
from tieout.evidence.durable import make_folder, write_new_file
from tieout.evidence.log import EvidenceLog
from tieout.evidence.store import EvidenceStore
from tieout.workspace.book_terms import starter_books
from tieout.workspace.document import LARGEST
from tieout.workspace.policy_signing import starter_policy
from tieout.workspace.settings import Settings, read_settings
from tieout.workspace.toml_text import toml_text

SETTINGS_FILE: Final = "tieout.toml"
RECORD_FOLDERS: Final = ("evidence", "witness", "runs")
MAPPING_HEADER: Final = (
    "internal_model_alias,source_model_id,pricing_unit,effective_from,effective_to,approved_by,"
    "reviewer,disposition,source_link,captured_spelling,price_line,change_ticket,approval_record\n"
)
EXCLUSIONS_HEADER: Final = "rule_name,field,equals,reason,approved_by\n"


@dataclass(frozen=True)
class Workspace:
    """One workspace: its folder, its settings as they were read, and the paths in it.

    Attributes:
        root: the folder.
        settings: the checked settings.
        settings_content: the bytes they were read from, for the manifest.
    """

    root: Path
    settings: Settings
    settings_content: bytes

    @classmethod
    def open(cls, path: Path) -> Workspace:
        """Open the workspace in a folder; nothing but its settings is read.

        Raises:
            ConfigurationRefused: ``CFG_NO_WORKSPACE``, or the code of a refused setting.
        """
        file = path / SETTINGS_FILE
        try:
            with file.open("rb") as stream:
                content = stream.read(LARGEST + 1)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise ConfigurationRefused(
                "CFG_NO_WORKSPACE",
                "There is no workspace in this folder.",
                where=(str(path),),
                remedy="Make one with tieout init DIR, or name another folder.",
            ) from error
        return cls(path, read_settings(content, SETTINGS_FILE), content)

    @classmethod
    def create(cls, path: Path, settings_text: str | None = None) -> Workspace:
        """Make a workspace; what an interrupted attempt left is completed.

        Args:
            path: the folder, new or without settings in it.
            settings_text: the text of ``tieout.toml``; by default the commented template.

        Raises:
            ConfigurationRefused: ``CFG_EXISTS``: there is a workspace here already;
                ``CFG_PATH_OVERLAP``: it would lie in the records of another one.
        """
        refuse_inside_records(path)
        if (path / SETTINGS_FILE).exists():
            raise ConfigurationRefused(
                "CFG_EXISTS",
                "There is a workspace in this folder already.",
                where=(str(path / SETTINGS_FILE),),
                remedy="Use it as it is, or choose another folder.",
            )
        text = template(path.resolve().name) if settings_text is None else settings_text
        settings = read_settings(text.encode("utf-8"), SETTINGS_FILE)
        make_folder(path)
        if not (path / "evidence" / "checkpoint").exists():
            origin = new_origin(settings.workspace)
            EvidenceStore.create(path / "evidence", path / "witness", origin)
        for name, content in (
            ("mapping.csv", MAPPING_HEADER),
            ("exclusions.csv", EXCLUSIONS_HEADER),
        ):
            if not (path / name).exists():
                write_new_file(path / name, content.encode("utf-8"))
        # Last, because a folder with settings counts as a workspace.
        write_new_file(path / SETTINGS_FILE, text.encode("utf-8"))
        return cls.open(path)

    @cached_property
    def store(self) -> EvidenceStore:
        """The bytes that were captured and imported."""
        return EvidenceStore(self.evidence_path)

    @cached_property
    def log(self) -> EvidenceLog:
        """What happened, and who decided what."""
        return EvidenceLog(self.evidence_path, self.witness_path)

    @property
    def evidence_path(self) -> Path:
        """The evidence store."""
        return self.root / "evidence"

    @property
    def witness_path(self) -> Path:
        """The copies of checkpoints that are meant to be kept elsewhere as well."""
        return self.root / "witness"

    @property
    def mapping_path(self) -> Path:
        """The mapping table."""
        return self.root / "mapping.csv"

    @property
    def exclusions_path(self) -> Path:
        """The exclusion rules."""
        return self.root / "exclusions.csv"

    @property
    def runs_path(self) -> Path:
        """All runs, one folder a period."""
        return self.root / "runs"

    def run_path(self, period_folder: str, run_id: str) -> Path:
        """The folder of one run."""
        return self.runs_path / period_folder / run_id


def refuse_inside_records(path: Path) -> None:
    """Refuse to write a file or a folder among the records of a workspace.

    Raises:
        ConfigurationRefused: ``CFG_PATH_OVERLAP``: it would be taken for tampering later on.
    """
    whole = path.resolve()
    for folder in whole.parents:
        inner = whole.relative_to(folder).parts[0]
        if inner in RECORD_FOLDERS and (folder / SETTINGS_FILE).is_file():
            raise ConfigurationRefused(
                "CFG_PATH_OVERLAP",
                f"Nothing but Tieout's own records may lie in {inner}.",
                where=(str(path),),
                remedy="Name a place outside the evidence, witness and runs of a workspace.",
            )


def template(name: str) -> str:
    """The commented settings of a new workspace of that name."""
    text = (files("tieout.workspace") / "template" / SETTINGS_FILE).read_text("utf-8")
    parts = {
        "@NAME@": toml_text(name or "workspace"),
        "@BOOKS@": starter_books(),
        "@POLICY@": starter_policy(),
    }
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text
