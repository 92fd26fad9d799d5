"""A canary key, the places it could have got to, and a search that knows its disguises.

The search shares no code with the program: its forms are made here, and it also looks for pieces of
the key with anything in between, so that a split key is found as well.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pyarrow.parquet as pq

CANARY = "tk-Qz7/Lw+Kx93=TbV0n5RyHdWs84"
# A run of this many letters and digits of the key is no chance: 62 to the tenth is 8 x 10^17.
_PIECE = 10
_OTHER = re.compile(rb"[^A-Za-z0-9]+")


def forms(key: str) -> set[bytes]:
    """The ways a key may be written."""
    raw = key.encode()
    found = {
        raw,
        quote(key, safe="").encode(),
        quote(key, safe="").lower().encode(),
        quote_plus(key).encode(),
        "".join(f"%{byte:02X}" for byte in raw).encode(),
        raw.hex().encode(),
        raw.hex().upper().encode(),
        json.dumps(key)[1:-1].encode(),
        json.dumps(key)[1:-1].replace("/", "\\/").encode(),
        "".join(f"\\u{byte:04x}" for byte in raw).encode(),
        "".join(f"&#{byte};" for byte in raw).encode(),
        key.encode("utf-16-le"),
        key.encode("utf-16-be"),
        raw[::-1],
    }
    for shift in range(3):
        coded = base64.b64encode(b"x" * shift + raw)
        # Of the first four signs some depend on what stands before the key, of the last four on
        # what stands behind it.
        core = coded[4 if shift else 0 : (shift + len(raw)) // 3 * 4]
        found |= {core, core.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def hits(blob: bytes, key: str = CANARY) -> list[str]:
    """What of the key stands in the bytes; empty if nothing does."""
    found = [form.decode("latin-1") for form in forms(key) if form in blob]
    squeezed, bare = _OTHER.sub(b"", blob), _OTHER.sub(b"", key.encode())
    pieces = (bare[at : at + _PIECE] for at in range(len(bare) - _PIECE + 1))
    return found + [f"piece {piece.decode()}" for piece in pieces if piece in squeezed]


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder: its name, its bytes, and what a packed one holds."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield str(path), str(path).encode() + b"\n" + contents(path.read_bytes())


def contents(raw: bytes) -> bytes:
    """The bytes as they are, and unpacked where they are gzip or Parquet."""
    if raw[:2] == b"\x1f\x8b":
        return raw + zlib.decompressobj(47).decompress(raw)
    if raw[:4] == b"PAR1":
        rows = pq.read_table(io.BytesIO(raw)).to_pylist()
        return raw + repr(rows).encode("utf-8", "surrogateescape")
    return raw


def processes(of: int) -> Iterator[tuple[str, bytes]]:
    """Command lines of a process and all below it, and the environments of those below."""
    for one in _below(of):
        folder = Path("/proc") / str(one)
        try:
            yield f"command line of {one}", (folder / "cmdline").read_bytes()
            if one != of:
                yield f"environment of {one}", (folder / "environ").read_bytes()
        except OSError:
            continue


def _below(of: int) -> list[int]:
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text(encoding="latin-1")
            except OSError:
                continue
            parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [of]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found
