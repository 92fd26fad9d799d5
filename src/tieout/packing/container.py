"""The container of a pack: a ZIP file of one exact form, so that no byte of it is free.

ZIP leaves room for two readers to see two contents: lists that disagree, doubled names, bytes in
between. Here every member is stored as it is, in the order of its name, with a fixed time and mode;
reading puts the file together again and compares it whole.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

from tieout.errors import InputRefused, IntegrityRefused

MOST_BYTES: Final = (1 << 32) - 1
MOST_MEMBERS: Final = (1 << 16) - 1
_NAME: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,127}){0,7}", re.ASCII
)
# 1 January 1980, the first day that ZIP knows; a plain file that its owner may write to.
_TIME, _DAY, _MODE = 0, 0x0021, 0o100644 << 16
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")


def is_member_name(name: str) -> bool:
    """Whether a name may stand in a pack: plain steps, none of which leads out of it."""
    return _NAME.fullmatch(name) is not None


def packed(members: Mapping[str, bytes]) -> bytes:
    """The one file that holds these members.

    Raises:
        InputRefused: ``PACK_SIZE``: the form holds no more than 4 GiB and 65,535 members.
    """
    assert all(is_member_name(name) for name in members), "a member without a plain name"
    room = sum(len(content) + 2 * len(name) + 76 for name, content in members.items()) + 22
    if room > MOST_BYTES or len(members) > MOST_MEMBERS:
        raise InputRefused(
            "PACK_SIZE",
            "The run is too large for one pack.",
            where=(f"{room:,} bytes in {len(members):,} members",),
            remedy="Run the period in parts, for example day by day, and pack each of them.",
        )
    whole, index = bytearray(), bytearray()
    for name, content in sorted(members.items()):
        facts = (0, 0, _TIME, _DAY, zlib.crc32(content), len(content), len(content), len(name), 0)
        place, plain = len(whole), name.encode("ascii")
        whole += _LOCAL.pack(b"PK\x03\x04", 20, *facts) + plain + content
        index += _CENTRAL.pack(b"PK\x01\x02", 0x0314, 20, *facts, 0, 0, 0, _MODE, place) + plain
    count = len(members)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(index), len(whole), 0)
    return bytes(whole + index + end)


def unpacked(content: bytes) -> dict[str, bytes]:
    """The members of a pack, by name.

    Raises:
        IntegrityRefused: ``PACK_FORM``: it is no ZIP file, or not in the one form of a pack.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            listed = opened.infolist()
            sound = all(one.compress_type == zipfile.ZIP_STORED for one in listed) and all(
                is_member_name(one.filename) and one.file_size <= len(content) for one in listed
            )
            members = {one.filename: opened.read(one) for one in listed} if sound else {}
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, EOFError, RuntimeError):
        raise _other_form("It is not a ZIP file that can be read whole.") from None
    if not sound or len(members) != len(listed):
        raise _other_form("A member is packed, has a name that leads elsewhere, or stands twice.")
    if packed(members) != content:
        raise _other_form("Bytes stand in it that belong to no member.")
    return members


def _other_form(what: str) -> IntegrityRefused:
    return IntegrityRefused(
        "PACK_FORM",
        "The file is not a pack as Tieout writes it.",
        where=(what,),
        remedy="Get the file again from whoever made it; a pack is handed on as it is.",
    )
