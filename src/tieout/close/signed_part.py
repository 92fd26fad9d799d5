"""What the artifacts say of a ruling: who signed it, when, why, and on which evidence."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from tieout.people.replay import Ruling


def signed_part(ruling: Ruling) -> dict[str, Any]:
    """A ruling with its signers, its reason and its evidence, as a JSON object."""
    document = ruling.document
    names = getattr(document, "evidence_names", ())
    objects = getattr(document, "evidence_objects", ())
    return {
        "ruling_id": ruling.ruling_id,
        "entry": ruling.entry,
        "at": ruling.statement.at,
        "signers": [
            {"name": one.name, "key_id": one.key_id, "roles": list(one.roles)}
            for one in ruling.signers
        ],
        "reason": getattr(document, "reason", ""),
        "evidence": [
            # Whoever wrote it may have named fewer than there are.
            {"name": name, "sha256": digest}
            for digest, name in zip_longest(objects, names[: len(objects)], fillvalue="")
        ],
    }
