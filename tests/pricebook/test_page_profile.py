"""A profile of a page that leaves something open is refused before any page is read."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from tests.catalogue.cases_saved_pages import SETTINGS, html
from tieout.errors import ConfigurationRefused, IntegrityRefused
from tieout.pricebook import (
    PageBlock,
    PagePrice,
    PageProfile,
    PageTable,
    parse_source,
    verify_locator,
)
from tieout.pricebook.sources.written import dates_in, one_space, price_in
from tieout.workspace.settings import read_settings

PRICE = PagePrice(unit="1M tokens", meter="input_tokens", column="In", written="${price}")
TABLE = PageTable(header=("Model", "In"), model="Model", prices=(PRICE,))
BLOCK = PageBlock(block="div", model="h3", price="p", prices=(PagePrice(unit="image"),))
GOOD = PageProfile(markers=("Prices",), currency="USD", tables=(TABLE,))


def with_price(**changes: str) -> PageProfile:
    price = msgspec.structs.replace(PRICE, **changes)
    return with_table(prices=(price,))


def with_table(**changes: object) -> PageProfile:
    return msgspec.structs.replace(GOOD, tables=(msgspec.structs.replace(TABLE, **changes),))


def with_block(**changes: object) -> PageProfile:
    return msgspec.structs.replace(GOOD, blocks=(msgspec.structs.replace(BLOCK, **changes),))


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (msgspec.structs.replace(GOOD, markers=()), "no text that must stand"),
        (msgspec.structs.replace(GOOD, markers=("Prices", " ")), "an empty marker"),
        (msgspec.structs.replace(GOOD, absent=("",)), "an empty marker"),
        (msgspec.structs.replace(GOOD, tables=()), "neither a table nor a block"),
        (msgspec.structs.replace(GOOD, currency="usd"), "no ISO 4217 code"),
        (msgspec.structs.replace(GOOD, stated_on="Updated {day}"), "writes a date without"),
        (with_price(written="free"), "exactly one {price}"),
        (with_price(written="{price} to {price}"), "exactly one {price}"),
        (with_price(written="{price} on {day}"), "exactly one {price}"),
        (with_price(meter="tokens"), "a meter that is not known"),
        (with_price(unit="512x512 tile"), "a unit that is not known"),
        (with_price(times="0"), "no number above zero"),
        (with_price(times="ten"), "no number above zero"),
        (with_price(column="Out"), "not in its header (table 1)"),
        (with_table(header=("Model", "In", "In")), "one text in it twice (table 1)"),
        (with_table(header=()), "(table 1)"),
        (with_table(prices=()), "names no price (table 1)"),
        (with_table(multiplier="Times"), "not in its header (table 1)"),
        (with_block(prices=()), "names no price (block 1)"),
        (with_block(model=""), "an empty selector (block 1)"),
        (with_block(prices=(PRICE,)), "names a column, which a block does not have"),
    ],
)
def test_a_profile_that_leaves_something_open_is_refused(profile: PageProfile, said: str) -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        profile.check("prices.page")
    assert caught.value.code == "CFG_PAGE_PROFILE"
    assert said in caught.value.what
    assert caught.value.where == ("prices.page",)


def test_a_good_profile_is_accepted() -> None:
    GOOD.check()
    with_block().check()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('form = "page"\n', "", "CFG_UNKNOWN_KEY"),
        ('form = "page"', 'form = "pdf"', "CFG_TYPE"),
        ("heading =", "headding =", "CFG_UNKNOWN_KEY"),
        ("written =", "writen =", "CFG_UNKNOWN_KEY"),
        ('currency = "USD"', 'currency = "Dollar"', "CFG_PAGE_PROFILE"),
    ],
)
def test_a_profile_in_the_settings_is_checked_key_by_key(old: str, new: str, code: str) -> None:
    assert old in SETTINGS
    with pytest.raises(ConfigurationRefused) as caught:
        read_settings(SETTINGS.replace(old, new, 1).encode())
    assert caught.value.code == code
    assert caught.value.where[0].startswith("prices")


def test_a_selector_that_is_none_is_refused() -> None:
    profile = msgspec.structs.replace(with_block(block="div[["), tables=(), markers=("Prices",))
    with pytest.raises(ConfigurationRefused, match="CFG_PAGE_PROFILE"):
        parse_source(html(), "html-page", profile)


def test_a_page_without_its_profile_is_refused() -> None:
    with pytest.raises(ConfigurationRefused, match="CFG_PRICE_FORMAT"):
        parse_source(html(), "html-page", None)


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        ("$3", "${price}", ("3", 2, 2)),
        ("$0.027 per M input tokens", "${price} per M input tokens", ("0.027", 2, 6)),
        ("USD 1.5e-7", "USD {price}", ("1.5e-7", 5, 10)),
        ("3.00", "{price}", ("3.00", 1, 4)),
        ("$3", "{price}", None),
        ("from $3", "${price}", None),
        ("$3 per M output tokens", "${price} per M input tokens", None),
        ("$three", "${price}", None),
        ("$", "${price}", None),
        ("", "{price}", None),
        ("\u0663", "{price}", None),
    ],
)
def test_a_number_is_found_only_where_the_form_has_it(
    text: str, form: str, found: tuple[str, int, int] | None
) -> None:
    got = price_in(text, form)
    assert (None if got is None else (got.text, got.first, got.last)) == found


def test_dates_are_read_as_the_form_says() -> None:
    text = "Last updated: July 20, 2026. Updated 2026-02-30. Valid from 2026-08-01"
    assert dates_in(text, "updated: {monthname} {day}, {year}") == {date(2026, 7, 20)}
    assert dates_in(text, "from {year}-{month}-{day}") == {date(2026, 8, 1)}
    assert dates_in(text, "Updated {year}-{month}-{day}") == set()


def test_white_space_is_one_space_and_a_no_break_space_is_none() -> None:
    assert one_space(" a \t\r\n b\u00a0c ") == "a b\u00a0c"


@pytest.mark.parametrize("around", ["<tablices<", "<x-y>", "<a.b>", "<svg><linearGradient>"])
def test_a_price_below_an_element_of_any_name_is_found_again(around: str) -> None:
    """A name such as ``tablices<`` is none that a selector could hold."""
    page = html(more="<p>before</p>").replace(b"<table>", f"{around}</h2><table>".encode())
    profile = read_settings(SETTINGS.encode()).prices["page"]
    assert isinstance(profile, PageProfile)
    prices = parse_source(page, "html-page", profile).prices
    assert len(prices) == 4
    assert all(verify_locator(page, one.locator) == one.price_text for one in prices)


@pytest.mark.parametrize(
    "place",
    [
        "css html > body > table:nth-child(3)",
        "css html > body > p, part 1, characters 1-9999",
        "css html > body > table:nth-child(3) tr, part 1, characters 1-1",
        "css html > body > nothing, part 1, characters 1-1",
        "css [[, part 1, characters 1-1",
        "css html > body > h2:nth-child(1), part 2, characters 1-1",
        "css html > body > h2:nth-child(1), part 1, characters 3-2",
        "md line 3, cell 1, part 1, characters 1-1",
    ],
)
def test_a_locator_that_leads_to_nothing_is_refused(place: str) -> None:
    with pytest.raises(IntegrityRefused, match="PRICE_LOCATOR"):
        verify_locator(html(), place)
