"""Addresses of price sources: an ordinary one is kept, as is none; the rest is in the catalogue."""

from __future__ import annotations

import pytest

from tieout.errors import ConfigurationRefused
from tieout.evidence.source_url import check_source_url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://example.com",
        "https://example.com:443/prices",
        "HTTPS://Docs.Example.co.uk/a-b/c_d.html?page=2&sort=model",
        "https://raw.example.org/owner/name/0123abcd/model_prices.json",
        "https://example.com/list?token=",
    ],
)
def test_an_ordinary_address_is_kept(url: str) -> None:
    check_source_url(url)


@pytest.mark.parametrize("url", ["https://", "https:///prices", "https://[1/", "https://-a.com/"])
def test_an_address_without_a_host_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationRefused, match="CFG_URL_"):
        check_source_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://me:hunter@example.com/",
        "https://example.com/?x=1&access_token=hunter",
        "https://me:hunter@/",
        "https://example.com/a?sig=hunter#hunter",
    ],
)
def test_a_letter_never_repeats_a_secret(url: str) -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        check_source_url(url)
    assert "hunter" not in caught.value.letter()
