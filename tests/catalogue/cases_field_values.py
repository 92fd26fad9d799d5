"""Catalogue FV: the values of fields, as far as one file shows them; runs stand in cases_runs."""

# ruff: noqa: E501 - a case is one row of the table, however long its bytes are

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.catalogue.reading_case import (
    HEADER,
    JSONL,
    ROW,
    Case,
    accepted,
    cost,
    identity,
    model,
    noted,
    object_with,
    quarantined,
    refused,
    time,
    tokens,
)  # fmt: skip

SECOND = (2, 3, 61)
LEDGER_TOO = "An entry that takes money back is below zero; the ledger's sign is its own."
UNKNOWN = "An empty meter is unknown, not zero, and its row stays real usage (D1, D3): see FV07c for what a run makes of it."
D7 = "A run has no one currency: totals are per currency and never add (D7); nothing is converted."
SMALL = "A number this short may end in a zero by chance, so nothing is proved."


def wider(names: str, good: str, bad: str) -> bytes:
    """A file of three records with further columns behind the five; the second one is bad."""
    rows = "".join(f"2026-08-01T00:00:00Z,m-1,a1,10,0.5,{text}\n" for text in (good, bad, good))
    return f"time,model,id,tokens,cost,{names}\n{rows}".encode()


def times(good: str, bad: str) -> bytes:
    """A file of three records with these times."""
    rows = "".join(f"{text},m-1,a1,10,0.5\n" for text in (good, bad, good))
    return HEADER + rows.encode()


# The places below: the header is 26 bytes and grows by the names behind it with a comma before
# each; a row is 35 bytes and grows alike. Header 26 + 7 and row 35 + 2 put the second row at 70.
PARTS = {
    "meters": {"input_tokens": "tokens", "cache_read_tokens": "cached"},
    "input_includes_parts": True,
}
WRITES = {
    "meters": {"input_tokens": "tokens", "cache_write_tokens": "w5", "cache_write_1h_tokens": "w1"},
    "input_includes_parts": True,
}
LEAVES: dict[str, Any] = {"meters": {"input_tokens": "tokens", "output_tokens": "out"}}
TOTAL = {**LEAVES, "total_tokens": "total"}
TYPES = {"row_type": "type", "row_kinds": {"2": "consumption", "6": "refund"}}
MONEY = {"charged": {"column": "cost", "currency_column": "cur"}}
TASK = {"task_id": "task"}
STATUS = {"outcome": {"column": "status", "values": {"ok": "completed"}}}
BERLIN = {"time": {"column": "time", "form": "local", "zone": "Europe/Berlin"}}
SECONDS = {"time": {"column": "time", "form": "epoch_seconds"}}
MILLISECONDS = {"time": {"column": "time", "form": "epoch_milliseconds"}}
EXPRESSION = {"no_flat_price_when": {"column": "mode", "equals": "tiered_expr"}}
COMMA = {"decimal": ",", "delimiter": ";"}

NUMBERS = (
    quarantined("FV01", "Tokens below zero", tokens("-5"), "NUM_NEGATIVE", SECOND, "tokens"),
    quarantined("FV02", "A fraction of a token", tokens("5.6"), "NUM_FRACTION", SECOND, "tokens"),
    noted("FV03", "A whole number written with a point", tokens("12.0"), "NUM_INTEGRAL_DECIMAL", 1, 3, reads=((2, "input_tokens", Decimal(12)),)),
    quarantined("FV04", "Tokens with an exponent", tokens("1e3"), "NUM_FORM", SECOND, "tokens"),
    quarantined("FV04b", "Tokens in hexadecimal", tokens("0x10"), "NUM_FORM", SECOND, "tokens"),
    quarantined("FV04c", "Tokens with an underscore", tokens("1_000"), "NUM_FORM", SECOND, "tokens"),
    quarantined("FV04d", "Tokens with a plus", tokens("+7"), "NUM_FORM", SECOND, "tokens"),
    quarantined("FV04e", "Tokens between spaces", tokens(" 7 "), "NUM_FORM", SECOND, "tokens"),
    quarantined("FV04f", "Tokens that are a word", tokens("true"), "NUM_FORM", SECOND, "tokens"),
    accepted("FV04g", "An amount with an exponent is exact", cost("1.5e-7"), 3, reads=((2, "charged_cost", Decimal("0.00000015")),)),
    quarantined("FV05", "Tokens with a thousands separator", tokens("1,234"), "NUM_LOCALE", SECOND, "tokens"),
    quarantined("FV05b", "An amount with a decimal comma that the feed does not declare", cost("0,01"), "NUM_LOCALE", SECOND, "cost"),
    accepted("FV05c", "An amount with the decimal comma that the feed declares", (HEADER + ROW).replace(b",", b";").replace(b"0.5", b"0,5"), 1, feed=COMMA, reads=((1, "charged_cost", Decimal("0.5")),)),
    quarantined("FV06", "Full-width digits", tokens("\uff11\uff12"), "NUM_NON_ASCII", SECOND, "tokens"),
    quarantined("FV06b", "Arabic digits", tokens("\u0661\u0662"), "NUM_NON_ASCII", SECOND, "tokens"),
    accepted("FV07", "Tokens empty", tokens(""), 3, reads=((1, "input_tokens", Decimal(10)), (2, "input_tokens", None)), why=UNKNOWN),
    accepted("FV07b", "Tokens zero", tokens("0"), 3, reads=((2, "input_tokens", Decimal(0)),)),
    quarantined("FV08", "Tokens of 20 digits", tokens("99999999999999999999"), "NUM_RANGE", SECOND, "tokens"),
    quarantined("FV08b", "An amount of 18 integer digits", cost("123456789012345678"), "NUM_RANGE", SECOND, "cost", why="D29: at most 17."),
    quarantined("FV08c", "An amount of 22 decimals", cost("0.0000000000000000000001"), "NUM_SCALE", SECOND, "cost", why="D29: at most 21."),
    accepted("FV08d", "An amount of 17 integer digits and 21 decimals", cost("12345678901234567.000000000000000000001"), 3, reads=((2, "charged_cost", Decimal("12345678901234567.000000000000000000001")),), why="D29 holds more than the 18 digits of the catalogue's grammar."),
    quarantined("FV08e", "An amount of 65 characters", cost("1" * 65), "NUM_TOO_LONG", SECOND, "cost"),
    quarantined("FV08f", "Tokens of 13 digits", tokens("1234567890123"), "NUM_RANGE", SECOND, "tokens", why="D29: at most 12, where the catalogue's grammar has 15."),
    quarantined("FV09", "Leading zeros", tokens("007"), "NUM_FORM", SECOND, "tokens"),
    quarantined("FV10", "More cached tokens than prompt tokens", wider("cached", "4", "11"), "TOKENS_INCONSISTENT", (2, 3, 70), "tokens", feed=PARTS),
    quarantined("FV10b", "More tokens written to both caches than prompt tokens", wider("w5,w1", "4,6", "5,6"), "TOKENS_INCONSISTENT", (2, 3, 71), "tokens", feed=WRITES),
    accepted("FV10c", "Every prompt token was cached", wider("cached", "10", "10"), 3, feed=PARTS),
    quarantined("FV11", "The total is not prompt and completion together", wider("out,total", "4,14", "4,15"), "TOKENS_SUM", (2, 3, 76), "total", feed=TOTAL),
    accepted("FV11b", "The same where the feed names no total", wider("out,total", "4,14", "4,15"), 3, feed=LEAVES, also=("SCHEMA_NEW_KEY",)),
    quarantined("FV12", "Cost not a number", cost("NaN"), "NUM_NONFINITE", SECOND, "cost"),
    quarantined("FV12b", "Cost infinite", cost("-inf"), "NUM_NONFINITE", SECOND, "cost"),
    quarantined("FV12c", "Cost empty, in the ledger", cost(""), "NUM_MISSING", SECOND, "cost", leg="ledger", also=("SCHEMA_NEW_KEY",)),
    accepted("FV12d", "What the vendor took is empty, in the usage", cost(""), 3, reads=((2, "charged_cost", None), (2, "currency", None)), why="The vendor's charge is one more witness (K5); without it the row stays, its charge unknown."),
    quarantined("FV13", "A call that was charged less than nothing", cost("-0.5"), "NUM_NEGATIVE", SECOND, "cost"),
    accepted("FV13b", "An entry below zero, in the ledger", cost("-0.5"), 3, leg="ledger", also=("SCHEMA_NEW_KEY",), reads=((2, "recorded_cost", Decimal("-0.5")),), why=LEDGER_TOO),
    accepted("FV14", "A refund whose number is above zero: the sign is that of its type", wider("type", "2", "6"), 3, feed=TYPES, reads=((1, "charged_cost", Decimal("0.5")), (2, "charged_cost", Decimal("-0.5")), (2, "entry_kind", "refund"))),
    quarantined("FV15", "A dollar sign", cost("$0.01"), "NUM_CURRENCY_SIGN", SECOND, "cost"),
    quarantined("FV15b", "A currency code behind the number", cost("0.01 USD"), "NUM_CURRENCY_SIGN", SECOND, "cost"),
    quarantined("FV15c", "A currency code before the number", cost("USD0.01"), "NUM_CURRENCY_SIGN", SECOND, "cost"),
    accepted("FV16", "Another currency than the other rows", wider("cur", "USD", "EUR"), 3, feed=MONEY, reads=((1, "currency", "USD"), (2, "currency", "EUR"), (2, "charged_cost", Decimal("0.5"))), why=D7),
    quarantined("FV16b", "An amount without its currency", wider("cur", "USD", ""), "CURRENCY_MISSING", (2, 3, 69), "cur", feed=MONEY),
    quarantined("FV16c", "A currency that is no code of three letters", wider("cur", "USD", "US$"), "CURRENCY_FORM", (2, 3, 69), "cur", feed=MONEY),
    quarantined("FV18", "Brackets for a minus", cost("(1.23)"), "NUM_FORM", SECOND, "cost"),
    quarantined("FV18b", "A minus behind the number", cost("1.23-"), "NUM_FORM", SECOND, "cost"),
)  # fmt: skip

IDS = (
    quarantined("FV19", "An id that a spreadsheet turned into a number", identity("1.23457E+15"), "ID_MANGLED", SECOND, "id"),
    quarantined("FV19b", "An id that a spreadsheet turned into a date", identity("2-Sep"), "ID_MANGLED", SECOND, "id"),
    quarantined("FV19c", "An id that did not fit into its cell", identity("#####"), "ID_MANGLED", SECOND, "id"),
    refused("FV20", "Every id ends in zeros behind its 15th digit", HEADER + ROW.replace(b"a1", b"123456789012345000") + ROW.replace(b"a1", b"987654321012345000"), "ID_MANGLED", (1, 2, 26), why="The import refuses the file, so that no run ever sees it."),
    accepted("FV20b", "One id of several has other digits there", HEADER + ROW.replace(b"a1", b"123456789012345000") + ROW.replace(b"a1", b"987654321012345001"), 2),
    accepted("FV20c", "Two ids of 16 digits that end in zero", HEADER + ROW.replace(b"a1", b"1234567890123450") + ROW.replace(b"a1", b"9876543210123450"), 2, why=SMALL),
    accepted("FV21", "A task without a request id", wider("task", "t1", "t2").replace(b"a1", b""), 3, feed=TASK, reads=((2, "request_id", None), (2, "task_id", "t2"))),
    quarantined("FV22", "An id with a space", identity("a 2"), "ID_FORM", SECOND, "id"),
    quarantined("FV22b", "An id of 10,000 characters", identity("a" * 10_000), "ID_FORM", SECOND, "id"),
    quarantined("FV22c", "An id with a NUL", identity("a\x002"), "CTRL_NUL", SECOND, why="A NUL is found before a record has fields, as in ST08."),
    quarantined("FV22d", "An id with a line break", identity("a\n2"), "ID_FORM", SECOND, "id"),
    accepted("FV22e", "An id of 512 characters", identity("a" * 512), 3),
    quarantined("FV23", "A model name with a space behind it", model("m-1 "), "MODEL_WHITESPACE", SECOND, "model"),
    quarantined("FV23b", "A model name with a tab before it", model("\tm-1"), "MODEL_WHITESPACE", SECOND, "model", also=("TEXT_ACTIVE",)),
    quarantined("FV23c", "A model name with a no-break space behind it", model("m-1\u00a0"), "MODEL_WHITESPACE", SECOND, "model"),
    noted("FV25", "A model name with a Cyrillic letter that looks Latin", model("m-\u0430"), "MODEL_CONFUSABLE", 1, 3, why="FV25b shows that a run leaves such a row unmapped."),
    quarantined("FV26", "A model name in another normal form", model("cafe\u0301"), "TEXT_INVISIBLE", SECOND, "model"),
    quarantined("FV26b", "A model name with a zero-width space", model("m\u200b-1"), "TEXT_INVISIBLE", SECOND, "model"),
    quarantined("FV26c", "A model name with a sign that turns the direction", model("m\u202e-1"), "TEXT_INVISIBLE", SECOND, "model"),
    quarantined("FV26d", "A Kelvin sign for a K, which normal form C does not know", model("\u212a-1"), "TEXT_INVISIBLE", SECOND, "model", also=("MODEL_CONFUSABLE",)),
    *(
        noted(f"FV27{letter}", f"A model name that is {said}", model(text), "TEXT_ACTIVE", 1, 3, reads=((2, "model_as_logged", text.replace('""', '"')),))
        for letter, said, text in (
            ("", "a script", "<script>alert(1)</script>"),
            ("b", "a command for a spreadsheet", "=cmd|'/C calc'!A0"),
            ("c", "a function for a spreadsheet", "@SUM(1)"),
            ("d", "a sum for a spreadsheet", "-2+3"),
        )
    ),
    *(
        noted(f"FV28{letter}", f"A model name with {said}", model(text), "TEXT_ACTIVE", 1, 3, reads=((2, "model_as_logged", text.replace('""', '"')),))
        for letter, said, text in (
            ("", "a quote", 'm""1'),
            ("b", "a semicolon", "m;1"),
            ("c", "two dashes", "m--1"),
            ("d", "a percent sign", "m%1"),
            ("e", "a line break", "m\n1"),
            ("f", "an escape sign", "m\x1b[31m1"),
            ("g", "an apostrophe", "m'1"),
        )
    ),
)  # fmt: skip

TIMES = (
    quarantined("FV30", "A time without an offset", time("2026-08-01T00:00:00"), "TIME_NAIVE", SECOND, "time"),
    accepted("FV30b", "A time without an offset, whose zone the feed declares", times("2026-08-01 00:00:00", "2026-08-01T12:00:00"), 3, feed=BERLIN),
    quarantined("FV31", "A local time that comes twice", times("2026-08-01 00:00:00", "2026-10-25 02:30:00"), "TIME_FOLD", (2, 3, 60), "time", feed=BERLIN),
    quarantined("FV32", "A local time that never was", times("2026-08-01 00:00:00", "2026-03-29 02:30:00"), "TIME_GAP", (2, 3, 60), "time", feed=BERLIN),
    quarantined("FV33", "One time in milliseconds where the feed says seconds", times("1785542400", "1785542400000"), "TIME_UNIT", (2, 3, 51), "time", feed=SECONDS),
    quarantined("FV33b", "One time in seconds where the feed says milliseconds", times("1785542400000", "1785542400"), "TIME_UNIT", (2, 3, 54), "time", feed=MILLISECONDS),
    refused("FV33c", "Every time in milliseconds where the feed says seconds", times("1785542400000", "1785542400000"), "TIME_UNIT", (1, 2, 26), feed=SECONDS, why="The import refuses the file, so that no run ever sees it."),
    refused("FV33d", "Every time in seconds where the feed says milliseconds", times("1785542400", "1785542400"), "TIME_UNIT", (1, 2, 26), feed=MILLISECONDS),
    noted("FV34", "Different offsets, each row with its own", time("2026-08-01 02:00:00+02:00"), "TIME_MIXED_OFFSET", 1, 3),
    accepted("FV34b", "Z and +00:00 are one offset", time("2026-08-01 02:00:00+00:00"), 3),
    quarantined("FV35", "A date with slashes", time("01/02/2026"), "TIME_FORM", SECOND, "time"),
    quarantined("FV36", "A leap second", time("2026-06-30T23:59:60Z"), "TIME_FORM", SECOND, "time"),
    quarantined("FV36b", "Hour 24", time("2026-06-30T24:00:00Z"), "TIME_FORM", SECOND, "time"),
    quarantined("FV36c", "Year 0", time("0000-06-30T00:00:00Z"), "TIME_FORM", SECOND, "time"),
    quarantined("FV36d", "Infinity", time("infinity"), "TIME_FORM", SECOND, "time"),
    quarantined("FV36e", "30 February", time("2026-02-30T00:00:00Z"), "TIME_FORM", SECOND, "time"),
    quarantined("FV36f", "29 February of a common year", time("2026-02-29T00:00:00Z"), "TIME_FORM", SECOND, "time"),
    accepted("FV36g", "29 February of a leap year", time("2024-02-29T00:00:00Z"), 3),
    accepted("FV37c", "An entry of the books that is dated ahead", time("2027-01-01T00:00:00Z"), 3, leg="ledger", also=("SCHEMA_NEW_KEY",), why="Books are dated ahead on purpose; only a call cannot have been made later than now."),
    noted("FV40", "The farthest offset east", time("2026-08-01T00:00:00+14:00"), "TIME_MIXED_OFFSET", 1, 3),
    noted("FV40b", "The farthest offset west", time("2026-08-01T00:00:00-12:00"), "TIME_MIXED_OFFSET", 1, 3),
    quarantined("FV40c", "An offset that does not exist", time("2026-08-01T00:00:00+25:00"), "TIME_FORM", SECOND, "time", also=("TIME_MIXED_OFFSET",)),
    noted("FV41", "Nine digits of a second", time("2026-08-01T00:00:00.123456789Z"), "TIME_PRECISION", 1, 3),
)  # fmt: skip

WORDS = (
    noted("FV42", "A status that is not listed", wider("status", "ok", "odd"), "STATUS_UNKNOWN", 1, 3, feed=STATUS, reads=((1, "outcome", "completed"), (2, "outcome", "unclassified")), why="A row of real usage is not dropped for a label (D1): its outcome is unclassified, its billing unverified, its money a range."),
    noted("FV42b", "A status that is a number where a word was expected", wider("status", "ok", "200"), "STATUS_UNKNOWN", 1, 3, feed=STATUS, reads=((2, "outcome", "unclassified"),)),
    quarantined("FV43", "A row type that is not listed", wider("type", "2", "9"), "TYPE_UNKNOWN", (2, 3, 68), "type", feed=TYPES),
    accepted("FV46", "A row that the vendor priced by an expression", wider("mode", "flat", "tiered_expr"), 3, feed=EXPRESSION, why="It is read, because its charge counts; the run finds it not reconcilable, for the reason PRICE_EXPRESSION (K5)."),
    Case(id="FV47", title="A row paid by a subscription, with a quota above zero", outcome="not applicable", code="FUNDING", feed={}, why="Nothing is compared with a wallet before the balance of the credits is proved (B1, B2); the class comes with it."),
    noted("FV48", "A column of prompts", HEADER[:-1] + b",prompt\n" + ROW[:-1] + b",tell me\n", "PII_COLUMN", 1, 1, also=("SCHEMA_NEW_KEY",)),
    noted("FV48b", "A column of addresses", HEADER[:-1] + b",ip\n" + ROW[:-1] + b",192.0.2.1\n", "PII_COLUMN", 1, 1, also=("SCHEMA_NEW_KEY",)),
    noted("FV48c", "A key of messages in JSON lines", object_with(b"0.5", b'0.5,"messages":"hello"'), "PII_COLUMN", 1, 3, feed=JSONL, also=("SCHEMA_NEW_KEY",)),
)  # fmt: skip

CASES = (*NUMBERS, *IDS, *TIMES, *WORDS)
