"""Catalogue LG without PostgreSQL: what only a ledger can have."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq

from tests.catalogue.run_case import CALL, ENTRY, LEDGER, SETTINGS, USAGE, RunCase, absent

OTHER = CALL.replace(b"r1", b"r2")
SECOND = ENTRY.replace(b"e1,r1", b"e2,r2")
TWO = (USAGE + CALL + OTHER,)
LG_TWO = {"matched": 1, "quarantined": 1}
MIXED = SETTINGS.replace(
    'recorded = { column = "cost", currency = "USD" }',
    'recorded = { column = "cost", currency_column = "money" }',
)
MONEY_HEADER = LEDGER.replace(b"cost", b"cost,money")  # 29 bytes
IN_USD, IN_EUR = (ENTRY.replace(b"\n", b",%b\n" % code) for code in (b"USD", b"EUR"))  # 43 bytes


def waits(number: str, title: str, code: str, amount: bytes, why: str = "") -> RunCase:
    """A ledger whose second entry has this amount."""
    return RunCase(
        number, title, "quarantined", code, why, usage=TWO, rows={"rated": 2},
        ledger=(LEDGER + ENTRY + SECOND.replace(b"0.2\n", amount + b"\n"),), entries=LG_TWO,
        places=(("ledger", 2, 3, 62),), decision="hold",
    )  # fmt: skip


def binary() -> bytes:
    """A ledger in Parquet whose amounts are binary floating point."""
    sink = io.BytesIO()
    columns = {
        "entry": ["e1"], "id": ["r1"], "at": ["2026-08-03T09:00:00Z"], "model": ["aster-1"],
        "cost": pa.array([0.2], pa.float64()),
    }  # fmt: skip
    pq.write_table(pa.table(columns), sink, write_page_checksum=True)
    return sink.getvalue()


CASES: tuple[RunCase, ...] = (
    RunCase("LG01", "The amounts are binary floating point", "noted", "PQ_DOUBLE",
        "D11: a float enters as its shortest decimal text, so 0.2 is 0.2.",
        ledger=(binary(),), totals={"USD": ("0.2", "0.2", "0.2", "0.2")},
        settings=SETTINGS.replace('books]\nformat = "csv"', 'books]\nformat = "parquet"')),
    waits("LG02", "An amount with its currency sign", "NUM_CURRENCY_SIGN", b"$0.20"),
    waits("LG02b", "A negative amount in brackets", "NUM_FORM", b"(0.20)"),
    waits("LG02c", "An amount with a decimal comma, where none was declared", "NUM_LOCALE",
        b'"0,2"'),
    waits("LG03", "An amount that is not a number", "NUM_NONFINITE", b"NaN"),
    waits("LG03b", "An amount that is infinite", "NUM_NONFINITE", b"-Infinity"),
    waits("LG03c", "An amount that is empty", "NUM_MISSING", b""),
    RunCase("LG04", "Debit and credit are declared as two columns, with no sign",
        "configuration refused", "CFG_UNKNOWN_KEY",
        "A feed names one amount; negate = true says that credits are written as positive.",
        settings=SETTINGS.replace('column = "cost"', 'debit = "cost", credit = "credit"'),
        said="ledger.books.recorded.debit"),
    RunCase("LG05", "One journal line id stands on two equal entries", "noted",
        "posted_repeatedly", "D4: ledger rows are never removed; what is booked twice is shown.",
        ledger=(LEDGER + ENTRY + ENTRY,), entries={"matched": 2},
        totals={"USD": ("0.2", "0.2", "0.2", "0.4")}),
    RunCase("LG05b", "One journal line id stands on two different entries", "noted", "unknown",
        "D4: ledger rows are never removed; both amounts count, and their sum is not explained.",
        ledger=(LEDGER + ENTRY + ENTRY.replace(b"0.2", b"0.3"),), entries={"matched": 2},
        totals={"USD": ("0.2", "0.2", "0.2", "0.5")}),
    absent("LG06", "The period is closed already", "Periods are not closed yet; a run never is."),
    RunCase("LG14", "Bytes that are no UTF-8", "quarantined", "ENC_INVALID_UTF8",
        usage=TWO, rows={"rated": 2}, entries=LG_TWO, places=(("ledger", 2, 3, 62),),
        ledger=(LEDGER + ENTRY + SECOND.replace(b"aster-1", b"ast\xe9r"),), decision="hold"),
    RunCase("LG15", "The entries are in two currencies", "accepted", "",
        "D7: totals are per currency, and currencies never add.",
        settings=MIXED, usage=TWO, rows={"rated": 2}, entries={"matched": 1, "unmatched": 1},
        ledger=(MONEY_HEADER + IN_USD + IN_EUR.replace(b"r1", b"r9"),),
        totals={"USD": ("0.4", "0.4", "0.4", "0.2"), "EUR": ("0", "0", "0", "0.2")}),
    RunCase("LG15b", "A currency that is no code", "quarantined", "CURRENCY_FORM",
        settings=MIXED, usage=TWO, rows={"rated": 2}, entries=LG_TWO,
        ledger=(MONEY_HEADER + IN_USD + IN_USD.replace(b"r1", b"r2").replace(b"USD", b"Dollar"),),
        places=(("ledger", 2, 3, 72),), decision="hold"),
    RunCase("LG16", "A row with the total of the ledger", "quarantined", "CSV_FOOTER",
        entries=LG_TWO, ledger=(LEDGER + ENTRY + b"Total,,,,0.2\n",),
        places=(("ledger", 2, 3, 62),), decision="hold"),
)  # fmt: skip
