"""The candidates of contract items that come with the product, all unverified (C1, C4).

A candidate says what a public source claims and what leans on it. Nothing here is a fact: a person
verifies an item with proof of their own.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tieout.contract.leaning import check_leans
from tieout.contract.value_form import Form, check_value
from tieout.errors import ConfigurationRefused
from tieout.vendors_path import VendorFacts

FILE_NAME = "contract-items.toml"


class Candidate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One promise of a vendor's API as public sources state it.

    Attributes:
        item_id: stable name.
        area: endpoint, auth, request, response, error, price or rounding.
        claim: what the source says.
        value: the value, as text of the declared form; empty where no source states one.
        status: always unverified; verification is never shipped.
        source: where it is said in public.
        grade: how good the source is.
        needed_for: what leans on it, in words; also what will, in a later release.
        proves_not: what it does not prove.
        form: the form of the value; code reads only values of a declared form.
        leans: what leans on it in this release, see :mod:`tieout.contract.leaning`.
        owner: who looks after it first.
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
    form: Form = "text"
    leans: tuple[str, ...] = ()
    owner: str = "API integration owner"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    item: tuple[Candidate, ...]


def read_candidates(vendors: VendorFacts, vendor: str) -> tuple[Candidate, ...]:
    """The candidates of one vendor; none where the product has no file for it.

    Raises:
        ConfigurationRefused: ``CFG_CONTRACT_ITEMS`` for a file that cannot be read, a candidate
            that claims to be verified, a name that stands twice, a value that is not of its form,
            or something leaning on it that no code knows.
    """
    content = vendors.get(f"{vendor}/{FILE_NAME}")
    if content is None:
        return ()
    try:
        items = msgspec.toml.decode(content, type=_File).item
        for item in items:
            check_leans(item.leans)
            if item.value:
                check_value(item.form, item.value)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        raise _refused(vendor, str(error)) from error
    verified = [item.item_id for item in items if item.status != "unverified"]
    if verified:
        raise _refused(vendor, f"candidates are unverified, but not {', '.join(verified)}")
    names = [item.item_id for item in items]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise _refused(vendor, f"one record a fact, but two of {', '.join(twice)}")
    return items


def _refused(vendor: str, sentence: str) -> ConfigurationRefused:
    return ConfigurationRefused(
        "CFG_CONTRACT_ITEMS",
        f"The contract item candidates of {vendor} cannot be used.",
        where=(sentence,),
        remedy="Compare the file with the one the product came with.",
    )
