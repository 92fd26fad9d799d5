"""The pair of a snapshot and its ``.meta.json``: reads the second file of the pair.

A controlled capture job writes the snapshot as ``NAME.json`` and what it knows about it as
``NAME.meta.json``. The meta file is read strictly: an unknown name, a missing one or an unfilled
placeholder is refused, because nobody can say later what it meant.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from tieout.errors import InputRefused
from tieout.evidence.canonical import parse_document
from tieout.evidence.redact import redacted

_LONGEST: Final = 64 * 1024
_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})"
    # The same instant without its marks, for file systems that allow no colon in a name.
    r"|\d{8}T\d{6}Z",
    re.ASCII,
)
_PLACEHOLDER: Final = re.compile(r"<[A-Z][A-Z0-9_]*>|\$\{[A-Z_]+\}")


class CaptureMeta(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a capture job wrote beside its snapshot, secrets redacted.

    Attributes:
        source: the address the snapshot was read from.
        accessed_at: when, as written: an RFC 3339 instant, or 20260810T090000Z.
        operator: the job or the reviewer.
        base_url_verified_from: the page that the base address was verified from.
        pricing_reference_verified_from: the page that the pricing reference was verified from.
        public_pricing_cross_check: the public page it was to be checked against.
        notes: free text.
    """

    source: str
    accessed_at: str
    operator: str
    base_url_verified_from: str = ""
    pricing_reference_verified_from: str = ""
    public_pricing_cross_check: str = ""
    notes: str = ""

    @property
    def instant(self) -> datetime:
        """The access time in UTC."""
        return datetime.fromisoformat(self.accessed_at).astimezone(UTC)

    def capture_notes(self) -> tuple[str, ...]:
        """What a capture record has no field for, as its notes, so that nothing is lost."""
        names = (
            "base_url_verified_from",
            "pricing_reference_verified_from",
            "public_pricing_cross_check",
            "notes",
        )
        return tuple(f"{name}: {getattr(self, name)}" for name in names if getattr(self, name))


def meta_path(snapshot: Path) -> Path:
    """Where the meta file of a snapshot lies: ``NAME.json`` has ``NAME.meta.json``."""
    return snapshot.with_name(f"{snapshot.stem}.meta.json")


def read_meta(content: bytes) -> CaptureMeta:
    """Read a meta file strictly, redacting what looks like a secret.

    Raises:
        InputRefused: ``META_SIZE``, ``META_FORM``, ``META_INSTANT`` or ``META_PLACEHOLDER``.
    """
    if len(content) > _LONGEST:
        raise _refused("META_SIZE", f"It has {len(content)} bytes; {_LONGEST} are enough.")
    try:
        meta = msgspec.convert(parse_document(content), CaptureMeta, strict=True)
    except (ValueError, msgspec.ValidationError) as error:
        raise _refused("META_FORM", redacted(str(error))) from error
    fields = {name: getattr(meta, name) for name in meta.__struct_fields__}
    for name, value in fields.items():
        if _PLACEHOLDER.search(value):
            raise _refused("META_PLACEHOLDER", f"{name}: a placeholder was never filled in")
        if name in {"source", "operator"} and not value.strip():
            raise _refused("META_FORM", f"{name}: is empty")
    if not _is_instant(meta.accessed_at):
        raise _refused("META_INSTANT", f"accessed_at: {meta.accessed_at[:40]!a} is no instant")
    return CaptureMeta(**{name: redacted(value) for name, value in fields.items()})


def _is_instant(text: str) -> bool:
    if _INSTANT.fullmatch(text) is None:
        return False
    try:
        datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return True


def _refused(code: str, detail: str) -> InputRefused:
    return InputRefused(
        code,
        "The meta file of a snapshot cannot be read without guessing.",
        where=(detail,),
        remedy="Correct the .meta.json file: source, accessed_at (like 2026-08-10T09:00:00Z), "
        "operator, and the pages it was verified from.",
    )
