"""The candidates of contract items that come with the product, all unverified (C1, C4).

An item says what a public source claims and what the calculation needs it for. Nothing here is a
fact: a person verifies an item with proof of their own.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tieout.errors import ConfigurationRefused
from tieout.vendors_path import VendorFacts

FILE_NAME = "contract-items.toml"


class ContractItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One promise of a vendor's API, with its public source and its status (C2).

    Attributes:
        item_id: stable name.
        area: endpoint, auth, request, response, error, price or rounding.
        claim: what the source says.
        value: the value, as text.
        status: unverified until a person verifies it.
        source: where it is said in public.
        grade: how good the source is.
        needed_for: what in the calculation leans on it.
        proves_not: what it does not prove.
    """

    item_id: str
    area: str
    claim: str
    value: str
    status: Literal["unverified", "verified", "contradicted", "expired"]
    source: str
    grade: str
    needed_for: str
    proves_not: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    item: tuple[ContractItem, ...]


def read_candidates(vendors: VendorFacts, vendor: str) -> tuple[ContractItem, ...]:
    """The candidates of one vendor; none where the product has no file for it.

    Raises:
        ConfigurationRefused: ``CFG_CONTRACT_ITEMS`` for a file that cannot be read, or a candidate
            that claims to be verified: verification is never shipped.
    """
    content = vendors.get(f"{vendor}/{FILE_NAME}")
    if content is None:
        return ()
    try:
        items = msgspec.toml.decode(content, type=_File).item
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _refused(vendor, str(error)) from error
    verified = [item.item_id for item in items if item.status != "unverified"]
    if verified:
        raise _refused(vendor, f"candidates are unverified, but not {', '.join(verified)}")
    return items


def _refused(vendor: str, sentence: str) -> ConfigurationRefused:
    return ConfigurationRefused(
        "CFG_CONTRACT_ITEMS",
        f"The contract item candidates of {vendor} cannot be used.",
        where=(sentence,),
        remedy="Compare the file with the one the product came with.",
    )
