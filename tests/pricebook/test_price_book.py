"""The price book over time: intervals, declared starts, digests, what does not price."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa

from tieout.findings import Severity
from tieout.pricebook import (
    CapturedSource,
    DeclaredStart,
    ParsedSource,
    PriceBook,
    PriceListMap,
    build_price_book,
    parse_source,
)
from tieout.tables import PRICE_LINE, PRICE_SET


def day(number: int, month: int = 8) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


def litellm(text: str) -> ParsedSource:
    return parse_source(text.encode(), "litellm", None)


def capture(
    name: str,
    at: datetime,
    parsed: ParsedSource,
    *,
    source: str = "catalog",
    approved: bool = True,
) -> CapturedSource:
    return CapturedSource(name, source, at, "B", approved, parsed)


ONE = litellm('{"m": {"input_cost_per_token": 1, "output_cost_per_token": 2}}')
OTHER = litellm('{"m": {"input_cost_per_token": 3}, "n": {"input_cost_per_token": 4}}')
ONLY_N = litellm('{"n": {"input_cost_per_token": 4}}')


def spans(book: PriceBook) -> list[tuple[str, str, int, int | None]]:
    """Model, capture, first day, last day (August; none while open), in order."""
    return sorted(
        (
            row["source_model_id"],
            row["capture_id"],
            row["effective_from"].day,
            row["effective_until"].day if row["effective_until"] else None,
        )
        for row in book.price_sets.to_pylist()
    )


def test_a_capture_holds_until_the_next_of_its_source() -> None:
    book = build_price_book(
        [
            capture("b", day(10), OTHER),
            capture("a", day(1), ONE),
            capture("x", day(5), ONE, source="page"),
        ]
    )
    assert spans(book) == [
        ("m", "a", 1, 10),
        ("m", "b", 10, None),
        ("m", "x", 5, None),
        ("n", "b", 10, None),
    ]


def test_a_model_missing_in_the_next_capture_ends() -> None:
    book = build_price_book([capture("a", day(1), ONE), capture("b", day(10), ONLY_N)])
    assert spans(book) == [("m", "a", 1, 10), ("n", "b", 10, None)]


def test_equal_prices_captured_again_make_their_own_set_with_one_digest() -> None:
    book = build_price_book([capture("a", day(1), ONE), capture("b", day(10), ONE)])
    assert spans(book) == [("m", "a", 1, 10), ("m", "b", 10, None)]
    rows = book.price_sets.to_pylist()
    expected = hashlib.sha256(b"USD\ninput_tokens=1\noutput_tokens=2").hexdigest()
    assert [row["rates_digest"] for row in rows] == [expected, expected]
    assert len({row["price_set_id"] for row in rows}) == 2


def test_an_unapproved_capture_neither_prices_nor_ends_a_price() -> None:
    book = build_price_book(
        [capture("a", day(1), ONE), capture("b", day(10), OTHER, approved=False)]
    )
    assert spans(book) == [("m", "a", 1, None)]
    assert [(f.code, f.rows) for f in book.findings] == [("PRICE_UNAPPROVED", 2)]


def test_two_captures_of_one_instant_both_hold() -> None:
    book = build_price_book(
        [
            capture("a", day(1), ONE),
            capture("b", day(1), ONLY_N),
            capture("c", day(9), ONLY_N),
        ]
    )
    assert spans(book) == [("m", "a", 1, 9), ("n", "b", 1, 9), ("n", "c", 9, None)]


def test_a_set_keeps_its_name_when_a_later_capture_ends_it() -> None:
    before = build_price_book([capture("a", day(1), ONE)])
    after = build_price_book([capture("a", day(1), ONE), capture("b", day(10), ONE)])
    first = before.price_sets.column("price_set_id").to_pylist()
    assert first[0] in after.price_sets.column("price_set_id").to_pylist()


def test_a_declared_start_reaches_back_as_a_set_of_its_own() -> None:
    book = build_price_book([capture("a", day(10), ONE)], [DeclaredStart("a", day(1))])
    assert spans(book) == [("m", "a", 1, 10), ("m", "a", 10, None)]
    rows = sorted(book.price_sets.to_pylist(), key=lambda row: row["effective_from"])
    assert [(row["grade"], row["declared"]) for row in rows] == [("D", True), ("B", False)]
    assert rows[0]["rates_digest"] == rows[1]["rates_digest"]
    assert book.price_lines.num_rows == 4


def test_the_last_declaration_of_a_capture_counts() -> None:
    book = build_price_book(
        [capture("a", day(10), ONE)], [DeclaredStart("a", day(1)), DeclaredStart("a", day(5))]
    )
    assert spans(book) == [("m", "a", 5, 10), ("m", "a", 10, None)]


def test_a_declaration_that_cannot_hold_is_an_open_finding() -> None:
    book = build_price_book(
        [capture("a", day(1), ONE), capture("b", day(10), ONE)],
        [
            DeclaredStart("a", day(12)),
            DeclaredStart("b", day(5)),
            DeclaredStart("z", day(1)),
        ],
    )
    assert spans(book) == [("m", "a", 1, 10), ("m", "b", 10, None)]
    assert [(f.code, f.severity, f.where) for f in book.findings] == [
        ("PRICE_DECLARATION", Severity.OPEN, (name,)) for name in ("a", "b", "z")
    ]


DATED = PriceListMap(
    model="model",
    price="price",
    meter="meter",
    fixed_unit="token",
    currency="USD",
    effective_from="from",
    effective_until="until",
    time_form="date",
    zone="UTC",
)


def dated(*lines: str) -> ParsedSource:
    text = "model,meter,price,from,until\n" + "".join(f"{line}\n" for line in lines)
    return parse_source(text.encode(), "price-list", DATED)


def test_lines_with_their_own_dates_keep_them() -> None:
    parsed = dated(
        "m,input_tokens,3,2026-08-02,2026-08-20",
        "m,input_tokens,4,2026-08-20,",
        "m,output_tokens,9,,2026-08-15",
    )
    book = build_price_book(
        [capture("a", day(10), parsed), capture("b", day(25), ONLY_N)], [DeclaredStart("a", day(5))]
    )
    rows = {row["price_set_id"]: row for row in book.price_sets.to_pylist()}
    found = sorted(
        (
            rows[line["price_set_id"]]["effective_from"].day,
            rows[line["price_set_id"]]["effective_until"].day,
            rows[line["price_set_id"]]["declared"],
            line["meter"],
            int(line["unit_rate"]),
        )
        for line in book.price_lines.to_pylist()
        if rows[line["price_set_id"]]["source_model_id"] == "m"
    )
    assert found == [
        (2, 10, False, "input_tokens", 3),
        (5, 10, True, "output_tokens", 9),
        (10, 15, False, "input_tokens", 3),
        (10, 15, False, "output_tokens", 9),
        (15, 20, False, "input_tokens", 3),
        (20, 25, False, "input_tokens", 4),
    ]


def test_an_announced_price_superseded_before_it_began_is_counted() -> None:
    parsed = dated("m,input_tokens,3,2026-08-20,")
    book = build_price_book([capture("a", day(1), parsed), capture("b", day(10), ONLY_N)])
    assert spans(book) == [("n", "b", 10, None)]
    assert [(f.code, f.rows) for f in book.findings] == [("PRICE_SUPERSEDED", 1)]


def test_an_unreadable_price_withholds_its_model_and_is_listed() -> None:
    parsed = litellm(
        '{"m": {"input_cost_per_token": 1, "output_cost_per_token": "x"},'
        ' "n": {"input_cost_per_token": 1}}'
    )
    book = build_price_book([capture("a", day(1), parsed)])
    assert spans(book) == [("n", "a", 1, None)]
    (refused,) = book.refused
    assert (refused.capture_id, refused.refusal.source_model_id) == ("a", "m")
    assert refused.refusal.withholds
    assert [f.rows for f in book.findings if f.code == "PRICE_TEXT"] == [1]


def test_the_tables_have_the_declared_shape_and_no_forbidden_null() -> None:
    book = build_price_book([capture("a", day(1), ONE)], [DeclaredStart("a", day(1, month=7))])
    for table, declared in ((book.price_sets, PRICE_SET), (book.price_lines, PRICE_LINE)):
        assert table.schema == declared.schema
        assert table.num_rows > 0
        for column in declared.columns:
            assert column.nullable or table.column(column.name).null_count == 0
    empty = build_price_book([])
    assert (empty.price_sets.schema, empty.price_lines.num_rows) == (PRICE_SET.schema, 0)


def test_what_a_line_charges_stands_beside_what_it_says() -> None:
    text = "model,meter,price,factor\nm,requests,2,0.80\n"
    columns = PriceListMap(
        model="model", price="price", meter="meter", fixed_unit="request", currency="USD",
        multiplier="factor",
    )  # fmt: skip
    book = build_price_book(
        [capture("a", day(1), parse_source(text.encode(), "price-list", columns))]
    )
    (line,) = book.price_lines.to_pylist()
    assert (line["price_text"], line["multiplier_text"]) == ("2", "0.80")
    assert (line["list_unit_rate"], line["unit_rate"]) == (Decimal(2), Decimal("1.6"))
    assert line["twice_unit_rate"] == Decimal("1.28")


def test_instants_are_held_in_utc_whatever_offset_they_came_with() -> None:
    at = datetime.fromisoformat("2026-08-10T09:00:00+08:00")
    book = build_price_book([capture("a", at, ONE)])
    assert book.price_sets.column("effective_from").to_pylist() == [datetime(2026, 8, 10, 1)]  # noqa: DTZ001
    assert book.price_sets.schema.field("effective_from").type == pa.timestamp("us")


def test_a_declared_stretch_ends_with_its_line_or_with_the_capture() -> None:
    ended = dated("m,input_tokens,3,,2026-08-07", "n,input_tokens,4,,2026-08-20")
    book = build_price_book([capture("a", day(10), ended)], [DeclaredStart("a", day(5))])
    assert spans(book) == [("m", "a", 5, 7), ("n", "a", 5, 10), ("n", "a", 10, 20)]
