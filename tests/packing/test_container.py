"""The container: any ZIP program reads it, and only its one form is read as a pack."""

from __future__ import annotations

import io
import random
import zipfile
from types import ModuleType

import pytest

from tieout.errors import InputRefused, IntegrityRefused
from tieout.packing import container
from tieout.packing.container import is_member_name, packed, unpacked

MEMBERS = {"run.sql": b"SELECT 1;\n", "evidence/checkpoint": b"", "run/a.parquet": b"PAR1" * 9}


def zipped(members: dict[str, bytes], **how: int) -> bytes:
    """The same members by another program."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", **how) as opened:  # type: ignore[call-overload]
        for name, content in members.items():
            opened.writestr(name, content)
    return sink.getvalue()


def test_a_zip_program_reads_what_was_packed() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(MEMBERS))) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == MEMBERS
        assert opened.namelist() == sorted(MEMBERS)


def test_what_was_packed_comes_out_again() -> None:
    assert unpacked(packed(MEMBERS)) == MEMBERS


def test_each_turned_bit_is_refused() -> None:
    content = packed(MEMBERS)
    for place in range(len(content)):
        for bit in (0, 3, 7):
            bent = content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]
            with pytest.raises(IntegrityRefused, match="PACK_FORM"):
                unpacked(bent)


@pytest.mark.parametrize(
    "content",
    [
        zipped(MEMBERS),
        zipped(MEMBERS, compression=zipfile.ZIP_DEFLATED),
        b"MZ" + packed(MEMBERS),
        packed(MEMBERS) + b"\0",
        packed(MEMBERS)[:-1],
        packed({}) + packed(MEMBERS),
        b"",
        b"PK",
    ],
)
def test_another_form_of_the_same_content_is_refused(content: bytes) -> None:
    with pytest.raises(IntegrityRefused, match="PACK_FORM"):
        unpacked(content)


@pytest.mark.parametrize(
    "name",
    ["../up", "/root", "a/../b", "a//b", "", "a/", ".hidden", "a\\b", "c:x", "a\n", "ä", "x" * 200],
)
def test_a_name_that_leads_elsewhere_is_refused_by_both_readers(
    verifier: ModuleType, name: str
) -> None:
    assert not is_member_name(name)
    content = zipped({"evidence/checkpoint": b"", name or "..": b""})
    with pytest.raises(IntegrityRefused, match="PACK_FORM"):
        unpacked(content)
    assert verifier.check(content)[0].startswith("WRONG")


def test_noise_is_never_a_pack(verifier: ModuleType) -> None:
    rng = random.Random(4)  # noqa: S311 - the same noise each time
    for _ in range(200):
        noise = b"PK\x03\x04" + rng.randbytes(rng.randint(0, 200))
        assert verifier.check(noise)[0].startswith("WRONG")
        with pytest.raises(IntegrityRefused, match="PACK_FORM"):
            unpacked(noise)


def test_a_pack_beyond_the_form_is_refused_before_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(container, "MOST_BYTES", 300)
    with pytest.raises(InputRefused, match="PACK_SIZE"):
        packed(MEMBERS)
