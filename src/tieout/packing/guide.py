"""``VERIFY.md``: how an outsider checks the pack, step by step, and what each step proves."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from tieout.close.manifest import Manifest


def guide(manifest: Manifest, members: Mapping[str, bytes]) -> bytes:
    """The page for this run."""
    text = (files("tieout.packing") / "template" / "VERIFY.md").read_text("utf-8")
    said = {
        "RUN": manifest.run_id,
        "PERIOD": manifest.period[0],
        "DIGEST": manifest.result_digest,
        "DUCKDB": manifest.libraries.get("duckdb", "2.0"),
        "STATEMENTS": str(len(manifest.statements)),
        "LINES": str(members["trace/lines.jsonl"].count(b"\n")),
    }
    for name, value in said.items():
        text = text.replace(f"@{name}@", value)
    return text.encode("utf-8")
