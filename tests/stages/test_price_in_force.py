"""price_in_force: half-open stretches, overlaps counted, gaps left open, the best grade first."""

from __future__ import annotations

from tests.stages.conftest import Stage

PATH = "pricebook/price_in_force"
SHOWN = "source_model_id, effective_from, effective_until, rates_in_force, price_set_id"


def test_an_overlap_counts_two_prices_and_a_gap_has_none(stage: Stage) -> None:
    """Given these tables.

    price_set
    price_set_id | source_model_id | effective_from | effective_until | rates_digest | grade
    a            | m               | 08-01          | 08-11           | x            | B
    b            | m               | 08-09          | 08-15           | y            | B
    c            | m               | 08-20          | -               | x            | B
    """
    assert stage.makes(PATH, SHOWN) == [
        ("m", "08-01", "08-09", 1, "a"),
        ("m", "08-09", "08-11", 2, "a"),
        ("m", "08-11", "08-15", 1, "b"),
        ("m", "08-20", None, 1, "c"),
    ]


def test_two_sources_of_one_price_are_one_price(stage: Stage) -> None:
    """Given these tables.

    price_set
    price_set_id | source_model_id | effective_from | rates_digest | grade
    a            | m               | 08-01          | x            | B
    b            | m               | 08-01          | x            | B
    """
    assert stage.makes(PATH, "rates_in_force, price_set_id") == [(1, "a")]


def test_a_signed_agreement_has_authority_over_a_published_price(stage: Stage) -> None:
    """Given these tables.

    price_set
    price_set_id | source_model_id | effective_from | effective_until | rates_digest | grade
    agreed       | m               | 08-05          | 08-10           | x            | A
    public       | m               | 08-01          | -               | y            | B
    """
    assert stage.makes(PATH, "effective_from, rates_in_force, price_set_id, grade") == [
        ("08-01", 1, "public", "B"),
        ("08-05", 1, "agreed", "A"),
        ("08-10", 1, "public", "B"),
    ]
