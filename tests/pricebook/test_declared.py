"""Declared times: a start before, between or after captures, an end, an old price again (D22)."""

from __future__ import annotations

from datetime import UTC, datetime

from tieout.pricebook import CapturedSource, DeclaredStart, build_price_book, parse_source
from tieout.pricebook.book import PriceBook

Span = tuple[int, int | None, int, str, str]


def day(number: int) -> datetime:
    return datetime(2026, 8, number, tzinfo=UTC)


def capture(
    name: str,
    at: int,
    price: int,
    *,
    approved: bool = True,
    names: int = 1,
    grade: str = "B",
    set_aside: bool = False,
) -> CapturedSource:
    text = f'{{"m": {{"input_cost_per_token": {price}}}, "n": {{"input_cost_per_token": 9}}}}'
    parsed = parse_source(text.encode(), "litellm", None)
    return CapturedSource(name, "list", day(at), grade, approved, parsed, names, set_aside)


def spans(book: PriceBook, model: str = "m") -> list[Span]:
    """First day, last day, price, grade and how the start is known, in order of time."""
    rates = {row["price_set_id"]: int(row["unit_rate"]) for row in book.price_lines.to_pylist()}
    return sorted(
        (
            row["effective_from"].day,
            row["effective_until"].day if row["effective_until"] else None,
            rates[row["price_set_id"]],
            row["grade"],
            row["start_basis"],
        )
        for row in book.price_sets.to_pylist()
        if row["source_model_id"] == model
    )


def codes(book: PriceBook) -> list[str]:
    return [finding.code for finding in book.findings]


OLD, NEW = capture("a", 5, 1), capture("b", 15, 2)


def test_a_start_between_two_captures_ends_the_old_price_there() -> None:
    book = build_price_book([OLD, NEW], [DeclaredStart("b", day(10))])
    assert spans(book) == [
        (5, 10, 1, "B", "seen"),
        (10, 15, 2, "D", "declared"),
        (15, None, 2, "B", "seen"),
    ]
    # The price of n did not change, so nothing is declared about it.
    assert spans(book, "n") == [(5, 15, 9, "B", "seen"), (15, None, 9, "B", "seen")]
    assert codes(book) == []


def test_a_start_before_a_capture_of_another_price_is_not_used() -> None:
    book = build_price_book([OLD, NEW], [DeclaredStart("b", day(4))])
    assert spans(book) == [(5, 15, 1, "B", "seen"), (15, None, 2, "B", "seen")]
    assert codes(book) == ["PRICE_DECLARATION"]


def test_a_declaration_about_one_model_leaves_the_others() -> None:
    book = build_price_book([OLD], [DeclaredStart("a", day(1), models=("m",))])
    assert spans(book)[0] == (1, 5, 1, "D", "declared")
    assert spans(book, "n") == [(5, None, 9, "B", "seen")]


def test_a_declaration_about_a_model_the_capture_does_not_name_is_said() -> None:
    book = build_price_book([OLD], [DeclaredStart("a", day(1), models=("zz",))])
    assert codes(book) == ["PRICE_DECLARATION"]


def test_a_start_after_the_capture_puts_the_price_off() -> None:
    book = build_price_book([OLD, NEW], [DeclaredStart("b", day(20), models=("m",))])
    assert spans(book) == [
        (5, 15, 1, "B", "seen"),
        (15, 20, 1, "D", "declared"),
        (20, None, 2, "B", "declared"),
    ]


def test_an_announced_end_leaves_the_price_unknown_afterwards() -> None:
    book = build_price_book([OLD], [DeclaredStart("a", day(5), day(12), ("m",))])
    assert spans(book) == [(5, 12, 1, "B", "seen")]


def test_an_earlier_capture_is_taken_up_again_after_an_end() -> None:
    ends = DeclaredStart("b", day(15), day(20), ("m",))
    again = DeclaredStart("a", day(20), models=("m",))
    book = build_price_book([OLD, NEW, capture("c", 25, 3)], [ends, again])
    assert spans(book) == [
        (5, 15, 1, "B", "seen"),
        (15, 20, 2, "B", "seen"),
        (20, 25, 1, "D", "declared"),
        (25, None, 3, "B", "seen"),
    ]
    assert codes(book) == []


def test_nothing_is_taken_up_where_a_captured_price_is_in_force() -> None:
    book = build_price_book([OLD, NEW], [DeclaredStart("a", day(20), models=("m",))])
    assert spans(book) == [(5, 15, 1, "B", "seen"), (15, None, 2, "B", "seen")]
    assert codes(book) == ["PRICE_DECLARATION"]


def needing(book: PriceBook) -> set[bool]:
    return {row["needs_name"] for row in book.price_sets.to_pylist() if row["grade"] != "B"}


def test_grades_c_and_d_need_two_names() -> None:
    for grade in "CD":
        one = build_price_book([capture("a", 5, 1, grade=grade)])
        two = build_price_book([capture("a", 5, 1, grade=grade, names=2)])
        assert (needing(one), needing(two)) == ({True}, {False})
    assert needing(build_price_book([capture("a", 5, 1, grade="A")])) == {False}
    assert needing(build_price_book([OLD], [DeclaredStart("a", day(1))])) == {True}
    assert needing(build_price_book([OLD], [DeclaredStart("a", day(1), names=2)])) == {False}


def test_a_capture_that_repeats_the_prices_counts_without_an_approval() -> None:
    again = capture("b", 15, 1, approved=False)
    book = build_price_book([OLD, again])
    assert spans(book) == [(5, 15, 1, "B", "seen"), (15, None, 1, "B", "seen")]
    assert codes(book) == []


def test_only_models_in_use_wait_for_an_approval() -> None:
    newer = capture("b", 15, 2, approved=False)
    waits = build_price_book([OLD, newer], in_use={"m"})
    assert spans(waits) == [(5, None, 1, "B", "seen")]
    assert [row["source_model_id"] for row in waits.waiting.to_pylist()] == ["m"]
    enters = build_price_book([OLD, newer], in_use={"n"})
    assert spans(enters) == [(5, 15, 1, "B", "seen"), (15, None, 2, "B", "seen")]
    assert (enters.waiting.num_rows, codes(enters)) == (0, [])


def test_the_first_capture_needs_an_approval_whoever_uses_it() -> None:
    book = build_price_book([capture("a", 5, 1, approved=False)], in_use=())
    assert (book.price_sets.num_rows, codes(book)) == (0, ["PRICE_UNAPPROVED"])


def test_what_was_set_aside_neither_prices_nor_waits() -> None:
    book = build_price_book([OLD, capture("b", 15, 2, approved=False, set_aside=True)])
    assert spans(book) == [(5, None, 1, "B", "seen")]
    assert (book.waiting.num_rows, codes(book)) == (0, ["PRICE_SET_ASIDE"])
