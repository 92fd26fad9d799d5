"""Which sources can be fetched: where each address comes from, how its answer is read.

A source names contract items and holds no address itself: what is fetched was verified by somebody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from tieout.errors import ConfigurationRefused
from tieout.evidence.documents import PriceFormat
from tieout.vendors_path import VendorFacts
from tieout.workspace.document import nearest, refused

FILE_NAME: Final = "sources.toml"


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One source that can be fetched; ``[fetch.sources.NAME]``, or a record of a vendor's file.

    Attributes:
        endpoint: the contract item with its address.
        format: how its bytes are read.
        auth: the contract item with the header and scheme of the credential; or empty.
        key_parameter: the contract item with the parameter of the address that takes the
            credential; or empty.
        credential: the secret that goes along; none for a public address.
        success: the contract item with the flag that says that an answer is one; or empty.
        rows: the contract item with the place of the rows; or empty.
        retry: the contract item with the statuses that may be asked again; or empty.
        no_retry: the one with error codes that end it; obeyed once it is verified; or empty.
        media_types: what an answer may be.
        total_at: where the number of rows stands, keys with points between them; or empty.
    """

    endpoint: str
    format: PriceFormat
    auth: str = ""
    key_parameter: str = ""
    credential: Literal["", "access_token", "api_key"] = ""
    success: str = ""
    rows: str = ""
    retry: str = ""
    no_retry: str = ""
    media_types: tuple[str, ...] = ("application/json",)
    total_at: str = ""

    @property
    def needed(self) -> tuple[str, ...]:
        """The contract items that must be verified before anything is asked."""
        named = (
            self.endpoint, self.auth, self.key_parameter, self.success, self.rows, self.retry,
        )  # fmt: skip
        return tuple(one for one in named if one)


class _Named(msgspec.Struct, frozen=True):
    name: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: tuple[dict[str, object], ...]


def source_named(name: str, declared: Mapping[str, Source], vendors: VendorFacts) -> Source:
    """The source of that name: the workspace's own, else the one a vendor's file declares.

    Raises:
        ConfigurationRefused: ``CFG_SOURCE``: there is none; or a vendor's file cannot be read.
    """
    known = {**shipped_sources(vendors), **declared}
    if name not in known:
        raise refused(
            "CFG_SOURCE", f"There is no source {name[:80]!a} that can be fetched.",
            "tieout.toml, [fetch.sources]", nearest(name, known),
        )  # fmt: skip
    return known[name]


def shipped_sources(vendors: VendorFacts) -> dict[str, Source]:
    """Every source of the vendors' files, by name.

    Raises:
        ConfigurationRefused: ``CFG_SOURCE``: a file cannot be read.
    """
    found: dict[str, Source] = {}
    for place, content in sorted(vendors.items()):
        if place.endswith(f"/{FILE_NAME}"):
            try:
                for one in msgspec.toml.decode(content, type=_File).source:
                    body = {key: value for key, value in one.items() if key != "name"}
                    name = msgspec.convert(one, _Named).name
                    found[name] = msgspec.convert(body, Source)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise _unreadable(place, str(error)) from error
    return found


def _unreadable(place: str, sentence: str) -> ConfigurationRefused:
    return refused("CFG_SOURCE", f"The sources of {place} cannot be read: {sentence}.", place,
        "Compare the file with the one the product came with.")  # fmt: skip
