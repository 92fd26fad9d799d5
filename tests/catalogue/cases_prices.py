"""What price sources say wrongly, oddly or twice: every case, with what must happen.

The reference page of bad input is made from these cases; their titles are read by users.
"""

# ruff: noqa: E501 - a case is one row of the table, however long its bytes are

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tieout.pricebook import PriceListMap

Outcome = Literal[
    "quarantined", "file refused", "run refused", "configuration refused", "noted", "excluded",
    "unmapped", "waits", "accepted", "not applicable",
]  # fmt: skip
Form = Literal["cometapi-catalog", "price-list", "litellm"]
Rates = dict[tuple[str, str], str]

P = "/data/0/pricing"
IN, OUT, REQUEST, SECOND = (
    ("m", meter) for meter in ("input_tokens", "output_tokens", "requests", "seconds")
)
LONG = PriceListMap(
    model="model", price="price", meter="what", unit="per", currency_column="cur",
    effective_from="from", effective_until="until",
)  # fmt: skip
COMMA = PriceListMap(
    model="model", price="price", meter="what", unit="per", currency_column="cur",
    effective_from="from", effective_until="until", delimiter=";", decimal=",",
)  # fmt: skip
HEADER = "model,what,price,per,cur,from,until\n"


@dataclass(frozen=True, slots=True)
class Use:
    """A call at a time, and what becomes of it.

    Attributes:
        at: when.
        state: its row state.
        reason: the reason of that state.
        cost: what it should cost, worked out by hand; "0" where it has no rate.
    """

    at: str
    state: str
    reason: str
    cost: str


@dataclass(frozen=True, slots=True)
class PriceCase:
    """One case.

    Attributes:
        id: number in the catalogue; variants end in a letter.
        title: the case in plain words.
        outcome: what must happen.
        code: the stable code; empty where nothing is said.
        why: where it is not applicable, or ends otherwise than one may expect: why that is so.
        form: how the source is read.
        content: its bytes.
        columns: the column map of a price list.
        place: where the refusal or the note points, exactly.
        rates: what one unit costs by model and meter, as fractions, once the source is accepted;
            nothing else may price.
        notes: how many places the note counts.
        aside: further notes the source may have.
        later: a later capture of the same source that nobody has accepted.
        change: the class of the difference to the later capture.
        other: another source of the same time.
        uses: calls and what becomes of them.
    """

    id: str
    title: str
    outcome: Outcome
    code: str = ""
    why: str = ""
    form: Form = "cometapi-catalog"
    content: bytes = b""
    columns: PriceListMap | None = None
    place: str = ""
    rates: Rates = field(default_factory=dict)
    notes: int = 1
    aside: tuple[str, ...] = ()
    later: bytes = b""
    change: str = ""
    other: bytes = b""
    uses: tuple[Use, ...] = ()


def catalog(*rows: str) -> bytes:
    """A catalog; a row that is only its prices is that of the model m."""
    whole = [row if '"id"' in row else f'{{"id": "m", "pricing": {row}}}' for row in rows]
    return f'{{"success": true, "total": {len(rows)}, "data": [{", ".join(whole)}]}}'.encode()


def request(price: str, more: str = "") -> str:
    """The prices of a model that is priced per request."""
    return f'{{"currency": "USD", "per_request": {price}{more}}}'


def bad_price(number: str, title: str, price: str, code: str) -> PriceCase:
    """A price per request that cannot be read."""
    return bad_row(number, title, request(price), code, f"{P}/per_request")


def bad_row(number: str, title: str, row: str, code: str, place: str) -> PriceCase:
    """A row of a catalog that cannot be read; that its number is a text may be noted beside."""
    return PriceCase(
        number, title, "quarantined", code, content=catalog(row), place=place,
        aside=("NUM_AS_STRING",),
    )  # fmt: skip


def bad_line(
    number: str, title: str, line: str, code: str, column: str, columns: PriceListMap = LONG
) -> PriceCase:
    """A line of a price list that cannot be read."""
    content, place = listed(line, columns=columns), f"line 2, column {column}"
    return PriceCase(number, title, "quarantined", code, "", "price-list", content, columns, place)


def listed(*lines: str, columns: PriceListMap = LONG) -> bytes:
    """A price list under its header."""
    return (HEADER.replace(",", columns.delimiter) + "".join(lines)).encode()


def read(
    number: str, title: str, rates: Rates, *rows: str, why: str = "", aside: tuple[str, ...] = ()
) -> PriceCase:
    """A catalog that is read, and its rates."""
    return PriceCase(
        number, title, "accepted", why=why, content=catalog(*rows), rates=rates, aside=aside
    )


def noted(number: str, title: str, code: str, place: str, rates: Rates, *rows: str) -> PriceCase:
    """A catalog that is read with a note."""
    return PriceCase(number, title, "noted", code, content=catalog(*rows), place=place, rates=rates)


_REVIEW = "Every change waits for a person, whatever its size; until then the price before holds."
_WAITS = "No run is refused for it; calls of the model wait, the rest is tied out."
_TIERS = "Tiers are not read. What the source says of them is named for review, never used."
_NOT_ZERO = "A price that is not stated is not zero: calls that need it wait."

CASES: tuple[PriceCase, ...] = (
    bad_price("PR01", "a price with its unit in words", '"$3 / 1M tokens"', "PRICE_TEXT"),
    bad_line("PR01b", "a price with its unit in words in a price list", "m,requests,$3 / call,request,USD,,\n",
        "PRICE_TEXT", "price"),
    bad_line("PR01c", "a unit of a price list that nobody knows", "m,requests,3,apple,USD,,\n",
        "PRICE_TEXT", "per"),
    PriceCase("PR01d", "a unit in words, in the column for units", "accepted", form="price-list",
        columns=LONG, content=listed("m,input_tokens,3,1M tokens,USD,,\n"),
        rates={IN: "3/1000000"}),
    bad_price("PR02", "a decimal comma", '"3,00"', "NUM_LOCALE"),
    bad_price("PR02b", "points for groups and a decimal comma", '"1.234,56"', "NUM_LOCALE"),
    bad_price("PR02c", "a no-break space between groups", '"1\u00a0234.56"', "NUM_LOCALE"),
    PriceCase("PR02d", "a decimal comma that the settings declare", "accepted", form="price-list",
        columns=COMMA, content=listed("m;requests;3,25;request;USD;;\n", columns=COMMA),
        rates={REQUEST: "13/4"}, why="A person has declared the decimal sign of this list."),
    bad_line("PR02e", "points for groups beside a declared decimal comma",
        "m;requests;1.234,56;request;USD;;\n", "NUM_LOCALE", "price", COMMA),
    noted("PR03", "a price with an exponent", "NUM_SCIENTIFIC", f"{P}/per_request",
        {REQUEST: "15/100000000"}, request("1.5E-7")),
    bad_price("PR04", "an exponent of seven digits", "1e2000000", "NUM_EXPONENT"),
    bad_price("PR04b", "an exponent no price has", "1e99", "NUM_RANGE"),
    bad_price("PR05", "a number of 65 digits", "1" * 65, "NUM_TOO_LONG"),
    bad_price("PR05b", "a number of a million digits", "1" * 1_000_000, "NUM_TOO_LONG"),
    PriceCase("PR05c", "a number of more digits than a price file may have bytes", "file refused",
        "SIZE_LIMIT", content=b"1" * (64 * 1024 * 1024 + 1),
        place="prices.dat: record 0, line 1, byte 0"),
    PriceCase("PR05d", "a cell of a price list with a million digits", "file refused", "CSV_SYNTAX",
        "A cell of more than 131,072 characters is no cell, and what follows it is not trusted.",
        form="price-list", columns=LONG, place="prices.dat: line 2",
        content=listed(f"m,requests,{'1' * 1_000_000},request,USD,,\n")),
    noted("PR06", "a price that looks like a product of binary floats", "NUM_BINARY_ARTIFACT",
        f"{P}/per_request", {REQUEST: "8000000000000002/100000000000000000"},
        request("0.08000000000000002")),
    noted("PR06b", "a price that looks like such a product, from below", "NUM_BINARY_ARTIFACT", f"{P}/per_request",
        {REQUEST: "6999999999999999/100000000000000000"}, request("0.06999999999999999")),
    read("PR07", "a list price with its ratio", {IN: "4/1000000", OUT: "20/1000000"},
        '{"currency": "USD / M Tokens", "input": 5, "output": 25, "ratio": 0.8}'),
    read("PR07b", "a ratio of one", {REQUEST: "3"}, request("3", ', "ratio": 1.0')),
    read("PR08", "a price without a ratio, which is charged as it stands",
        {IN: "4/1000000", OUT: "24/1000000"},
        '{"currency": "USD / M Tokens", "input": 4, "output": 24}'),
    noted("PR08b", "a ratio of null", "PRICE_RATIO_NULL", f"{P}/ratio", {REQUEST: "3"},
        request("3", ', "ratio": null')),
    PriceCase("PR09", "rows with and without a ratio in one catalog", "noted",
        "PRICE_DIALECT_MIXED", "Each row is read by its own keys; nothing prices before a person "
        "has accepted the catalog.", content=catalog(request("1"),
        '{"id": "n", "pricing": {"currency": "USD", "per_request": 1, "ratio": 0.8}}'),
        rates={REQUEST: "1", ("n", "requests"): "8/10"}),
    bad_row("PR10", "a ratio of zero", request("1", ', "ratio": 0'), "PRICE_RATIO", f"{P}/ratio"),
    bad_row("PR10b", "a negative ratio", request("1", ', "ratio": -0.8'), "PRICE_RATIO",
        f"{P}/ratio"),
    bad_row("PR10c", "a ratio above one", request("1", ', "ratio": 1.0000001'), "PRICE_RATIO",
        f"{P}/ratio"),
    bad_row("PR10d", "a ratio in words", request("1", ', "ratio": "eight tenths"'), "PRICE_RATIO",
        f"{P}/ratio"),
    bad_row("PR10e", "a ratio that is not a number (NaN)", request("1", ', "ratio": "NaN"'),
        "PRICE_RATIO", f"{P}/ratio"),
    bad_row("PR10f", "a ratio of true", request("1", ', "ratio": true'), "PRICE_RATIO",
        f"{P}/ratio"),
    PriceCase("PR11", "prices of null", "waits", "PRICE_MISSING", _NOT_ZERO, place=P,
        content=catalog('{"currency": "USD", "input": null, "output": null}')),
    PriceCase("PR11b", "a model without prices", "waits", "PRICE_MISSING", _NOT_ZERO,
        content=catalog('{"id": "m"}'), place="/data/0"),
    PriceCase("PR11c", "one of two prices null", "waits", "PRICE_MISSING", _NOT_ZERO,
        content=catalog('{"currency": "USD", "input": 2, "output": null}'), place=f"{P}/output",
        rates={IN: "2/1000000"}),
    PriceCase("PR11d", "an empty price in a price list", "waits", "PRICE_MISSING", _NOT_ZERO,
        form="price-list", columns=LONG, content=listed("m,requests,,request,USD,,\n"),
        place="line 2, column price"),
    noted("PR12", "a price of zero", "PRICE_ZERO", f"{P}/per_request", {REQUEST: "0"},
        request("0")),
    bad_price("PR13", "a negative price", "-1", "NUM_RANGE"),
    bad_price("PR13b", "a price that is not a number (NaN)", '"NaN"', "NUM_RANGE"),
    bad_price("PR13c", "an infinite price", '"-Infinity"', "NUM_RANGE"),
    PriceCase("PR13d", "NaN as a bare word, which JSON does not have", "file refused",
        "JSON_NONFINITE", content=catalog(request("NaN")), place="prices.dat"),
    bad_row("PR14", "a price per request and one per second", request("1", ', "per_second": 2'),
        "PRICE_UNIT_AMBIGUOUS", P),
    bad_row("PR14b", "a price of tokens and one per request", request("1", ', "input": 2'),
        "PRICE_UNIT_AMBIGUOUS", P),
    PriceCase("PR14c", "two prices per second, one of input and one of output", "quarantined",
        "PRICE_UNIT_AMBIGUOUS", form="litellm", place="/m",
        content=b'{"m": {"input_cost_per_second": 1, "output_cost_per_second": 2}}'),
    bad_row("PR15", "a currency that is not listed", '{"currency": "CNY", "per_request": 1}',
        "PRICE_CURRENCY", f"{P}/currency"),
    bad_row("PR15b", "an empty currency", '{"currency": "", "per_request": 1}', "PRICE_CURRENCY",
        f"{P}/currency"),
    bad_row("PR15c", "a currency in small letters", '{"currency": "usd", "per_request": 1}',
        "PRICE_CURRENCY", f"{P}/currency"),
    bad_line("PR15d", "a currency in small letters in a price list",
        "m,requests,3,request,usd,,\n", "PRICE_CURRENCY", "cur"),
    noted("PR15e", "a currency text that names another unit than the price", "PRICE_UNIT_STATED",
        f"{P}/currency", {SECOND: "2"}, '{"currency": "USD / M Tokens", "per_second": 2}'),
    noted("PR15f", "no currency, where one is declared for the catalog", "CURRENCY_NOT_STATED",
        f"{P}/currency", {SECOND: "2"}, '{"currency": null, "per_second": 2}'),
    PriceCase("PR16", "a price a thousand times higher, as if its unit had changed", "waits",
        "PRICE_UNAPPROVED", _REVIEW, content=catalog(request("0.002")), rates={REQUEST: "1/500"},
        later=catalog(request("2")), change="unit_slip"),
    PriceCase("PR16b", "a price whose number stands and whose unit changed", "waits", "PRICE_UNAPPROVED", _REVIEW,
        form="price-list", columns=LONG, content=listed("m,input_tokens,2,1M tokens,USD,,\n"),
        rates={IN: "2/1000000"}, later=listed("m,input_tokens,2,1K tokens,USD,,\n"),
        change="unit_change"),
    PriceCase("PR17", "a price that moved far", "waits", "PRICE_UNAPPROVED", _REVIEW,
        content=catalog(request("1")), rates={REQUEST: "1"}, later=catalog(request("3")),
        change="price_change"),
    PriceCase("PR17b", "a price that moved by a binary leftover", "waits", "PRICE_UNAPPROVED",
        _REVIEW, content=catalog(request("1")), rates={REQUEST: "1"},
        later=catalog(request("1.000000000000000001")), change="note"),
    noted("PR18", "a model twice, with equal prices", "PRICE_DUPLICATE", "/data/1",
        {REQUEST: "1/2"}, request("0.50"), request("0.5")),
    PriceCase("PR18b", "a line twice, with equal prices", "noted", "PRICE_DUPLICATE",
        form="price-list", columns=LONG, place="line 3, column price", rates={REQUEST: "3"},
        content=listed("m,requests,3,request,USD,,\n", "m,requests,3.0,request,USD,,\n")),
    PriceCase("PR19", "a model twice, with different prices", "waits", "PRICE_CONFLICT", _WAITS,
        content=catalog(request("1"), request("2")), place="/data/1"),
    PriceCase("PR19b", "a model twice, with equal charge but another meaning", "waits",
        "PRICE_CONFLICT", _WAITS, content=catalog(request("4"), request("5", ', "ratio": 0.8')),
        place="/data/1", aside=("PRICE_DIALECT_MIXED",)),
    PriceCase("PR19c", "a line twice, with different prices", "waits", "PRICE_CONFLICT", _WAITS,
        form="price-list", columns=LONG, place="line 3, column price",
        content=listed("m,requests,3,request,USD,,\n", "m,requests,4,request,USD,,\n",
        "m,input_tokens,1,1M tokens,USD,,\n", "n,requests,5,request,USD,,\n"),
        rates={("n", "requests"): "5"}),
    PriceCase("PR20", "two sources that disagree", "waits", "PRICE_OVERLAP", _WAITS,
        content=catalog(request("1")), other=catalog(request("2")),
        uses=(Use("08-10 12:00", "unrated", "PRICE_OVERLAP", "0"),)),
    PriceCase("PR20b", "two sources that agree", "accepted", content=catalog(request("1")),
        other=catalog(request("1.0")), uses=(Use("08-10 12:00", "rated", "COMPLETED", "1"),)),
    read("PR21", "a model whose id and code differ", {("m.5", "requests"): "1"},
        '{"id": "m.5", "code": "m-5", "pricing": {"currency": "USD", "per_request": 1}}',
        why="Only the id is a name of the model."),
    read("PR22", "one display name on two models",
        {REQUEST: "1", ("M", "requests"): "2"},
        '{"id": "m", "name": "Em", "pricing": {"currency": "USD", "per_request": 1}}',
        '{"id": "M", "name": "Em", "pricing": {"currency": "USD", "per_request": 2}}',
        why="Display names are never compared."),
    PriceCase("PR23", "a model that is only announced", "waits", "PRICE_UPCOMING",
        "It cannot be called yet.", place="/data/0", content=catalog(
        '{"id": "m", "upcoming": true, "pricing": {"currency": "USD", "per_request": 1}}')),
    read("PR23b", "a model that is announced no longer", {REQUEST: "1"},
        '{"id": "m", "upcoming": false, "pricing": {"currency": "USD", "per_request": 1}}'),
    PriceCase("PR24", "a price that begins later", "waits", "PRICE_NOT_IN_FORCE",
        "It prices nothing before its time.", form="price-list", columns=LONG,
        content=listed("m,requests,3,request,USD,2026-08-15T00:00:00Z,\n"),
        uses=(Use("08-14 23:59", "unrated", "PRICE_NOT_IN_FORCE", "0"),
              Use("08-15 00:00", "rated", "COMPLETED", "3"))),
    PriceCase("PR24b", "a price without a date of its own", "accepted",
        why="It holds from the time its source was read, which every import says.",
        content=catalog(request("3")),
        uses=(Use("08-01 23:59", "unrated", "PRICE_NOT_IN_FORCE", "0"),
              Use("08-02 00:00", "rated", "COMPLETED", "3"))),
    bad_line("PR24c", "a date that does not exist",
        "m,requests,3,request,USD,2026-02-30T00:00:00Z,\n", "PRICE_EFFECTIVE", "from"),
    bad_line("PR24d", "a time without an offset", "m,requests,3,request,USD,2026-08-15T00:00:00,\n",
        "PRICE_EFFECTIVE", "from"),
    bad_line("PR24e", "a price that ends before it starts",
        "m,requests,3,request,USD,2026-08-15T00:00:00Z,2026-08-15T00:00:00Z\n", "PRICE_EFFECTIVE",
        "until"),
    PriceCase("PR25", "a promotion that ends inside the period", "accepted", form="price-list",
        columns=LONG, why="Each call costs what held when it started.",
        content=listed("m,requests,2,request,USD,,2026-08-15T00:00:00Z\n",
                       "m,requests,3,request,USD,2026-08-15T00:00:00Z,\n"),
        uses=(Use("08-14 23:59", "rated", "COMPLETED", "2"),
              Use("08-15 00:00", "rated", "COMPLETED", "3"))),
    read("PR26", "eighteen decimals", {REQUEST: "1/1000000000000000000"},
        request("0.000000000000000001"), why="The price of one unit may have that many."),
    bad_price("PR26b", "nineteen decimals", "0.0000000000000000001", "NUM_SCALE"),
    PriceCase("PR26c", "thirteen decimals per million tokens, which are nineteen per token",
        "quarantined", "NUM_SCALE", place=f"{P}/input",
        content=catalog('{"currency": "USD", "input": 0.0000000000001, "output": 1}')),
    bad_price("PR26d", "more decimals than any amount may have", "0." + "0" * 21 + "1",
        "NUM_SCALE"),
    read("PR26e", "more decimals than any amount may have, all zeros at the end", {REQUEST: "1/2"},
        request("0.5" + "0" * 30), why="Zeros at the end are no digits."),
    PriceCase("PR27", "a table of tiers beside the price", "noted", "SCHEMA_NEW_KEY", _TIERS,
        content=catalog(request("1", ', "tiers": [{"from": 0, "to": 9}, {"from": 5}]')), place=P,
        rates={REQUEST: "1"}),
    PriceCase("PR27b", "a table of tiers instead of a price", "waits", "PRICE_MISSING", _TIERS,
        content=catalog('{"currency": "USD", "tiers": [{"from": 5, "price": 1}]}'), place=P,
        aside=("SCHEMA_NEW_KEY",)),
    PriceCase("PR27c", "a price above a number of tokens, beside the price", "noted",
        "PRICE_KEY_NOT_READ", _TIERS, form="litellm", rates={IN: "1/100"},
        content=b'{"m": {"input_cost_per_token": 0.01,'
                b' "input_cost_per_token_above_128k_tokens": 0.02}}'),
    PriceCase("PR28", "a price older than the policy allows when it was used", "noted",
        "PRICE_STALE", "The run is published and holds: the models of the old price wait (D30).",
        place="in force from 2026-05-01 06:00:00"),
    noted("PR29", "a key of the prices that nobody knows", "SCHEMA_NEW_KEY", P, {REQUEST: "1"},
        request("1", ', "cache_read": 0.1')),
    noted("PR29b", "a key that holds an object", "SCHEMA_NEW_KEY", P, {REQUEST: "1"},
        request("1", ', "cache": {"read": {"hit": 0.1}}')),
    PriceCase("PR29c", "a column of a price list that the settings do not name", "noted",
        "SCHEMA_NEW_KEY", form="price-list", place="line 2, column above",
        columns=PriceListMap(model="model", meters={"requests": "call"}, fixed_unit="request",
                             currency="USD"),
        content=b"model,call,above\nm,3,4\nn,5,6\n",
        rates={REQUEST: "3", ("n", "requests"): "5"}),
    PriceCase("PR30", "numbers given as texts", "noted", "NUM_AS_STRING", place=f"{P}/ratio",
        content=catalog(request('"2.50"', ', "ratio": "0.8"')), rates={REQUEST: "2"}, notes=2),
    PriceCase("PR30b", "a price given as a text in a price map", "noted", "NUM_AS_STRING",
        form="litellm", content=b'{"m": {"input_cost_per_token": "0.01"}}', rates={IN: "1/100"},
        place="/m/input_cost_per_token"),
)  # fmt: skip
