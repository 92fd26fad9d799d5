"""Fuzz targets: each takes any bytes and lets nothing out but a letter; laws are asserted inside.

A target that raises anything else, or takes long, is a bug. The same targets run on fixed seeds in
the test suite and under coverage guidance in the nightly job.
"""

from __future__ import annotations

import datetime as dt
import gzip
import http.client
import io
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Final

import pyarrow as pa

from fuzz.clean import as_csv, as_jsonl, feed, records
from tieout.actions.json_answer import Envelope, read_answer
from tieout.calendar import parse_instant, parse_period
from tieout.errors import CaptureRefused, IntegrityRefused, Refusal
from tieout.evidence.checkpoint import parse_checkpoint
from tieout.evidence.meta import read_meta
from tieout.fetching.body import decoded, read_body
from tieout.intake.feed import Format, TimeSource
from tieout.intake.framing import frame
from tieout.intake.grammar import read_money, read_quantity, read_rate, read_time
from tieout.mapping.alias import read_mapping
from tieout.metering.reading import read_usage
from tieout.money import NotMoney, fit, parse_money, plain
from tieout.pricebook.locator import verify_locator
from tieout.pricebook.parsing import parse_source
from tieout.pricebook.price_text import read_price
from tieout.pricebook.sources.catalog_rules import read_catalog_rules
from tieout.pricebook.sources.page_profile import PagePrice, PageProfile, PageTable
from tieout.pricebook.sources.price_list_map import PriceListMap
from tieout.rating.exclusion import read_exclusions
from tieout.report.document import load
from tieout.vendors_path import vendor_facts
from tieout.workspace.settings import read_settings

Target = Callable[[bytes], None]

_LIST: Final = PriceListMap(
    model="model",
    meters={"input_tokens": "in", "output_tokens": "out"},
    fixed_unit="1M tokens",
    currency="USD",
)
_PAGE: Final = PageProfile(
    markers=("Prices",),
    currency="USD",
    tables=(
        PageTable(
            header=("Model", "In"),
            model="Model",
            prices=(PagePrice("1M tokens", "input_tokens", "In", "${price}"),),
            unpriced=("-",),
        ),
    ),
)
_RFC3339: Final = TimeSource("at", "rfc3339")


def _usage(form: Format) -> Target:
    """A file of usage: every record is read or waits, counted twice."""
    own = feed(form)

    def target(content: bytes) -> None:
        try:
            framed = frame(content, own, leg="usage", import_id="0" * 12, name="fuzz")
        except IntegrityRefused:
            raise  # two counters that disagree are our own fault, whatever the file holds
        except Refusal:
            return
        reading = read_usage(framed.records, own, import_id="0" * 12, first_row_id=0)
        read = reading.rows.num_rows + reading.quarantined.num_rows
        assert read + framed.quarantined.num_rows == framed.records_framed

    return target


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")


def _same_number(text: str, value: object) -> None:
    """A number that was accepted is the number as written, to the last digit."""
    assert Fraction(text) == Fraction(str(value)), (text, value)


def number(content: bytes) -> None:
    """The three column grammars of numbers: a value or a reason, and the value exact."""
    text = _text(content)
    for reader in (read_quantity, read_money, read_rate):
        values, reasons = reader(pa.array([text]))
        value, reason = values[0].as_py(), reasons[0].as_py()
        assert (value is None) == (reason is not None or text == ""), (text, value, reason)
        if value is not None:
            _same_number(text, value)


def money(content: bytes) -> None:
    """The grammar of an amount, and its canonical text, which reads as itself."""
    text = _text(content)
    try:
        value = parse_money(text)
    except NotMoney:
        return
    _same_number(text, value)
    assert plain(parse_money(plain(value))) == plain(value)
    assert fit(value, 21, 17) == value


def price(content: bytes) -> None:
    """The grammar of a price: zero or more, exact."""
    text = _text(content)
    try:
        value = read_price(text)
    except NotMoney:
        return
    assert value >= 0
    _same_number(text, value)


def moment(content: bytes) -> None:
    """Times with an offset: the standard library reads an accepted one as the same instant."""
    text = _text(content)
    values, reasons = read_time(pa.array([text]), _RFC3339)
    value, reason = values[0].as_py(), reasons[0].as_py()
    assert value is None or reason is None
    if value is not None:
        # Finer digits are cut, as the reader notes; the library reads six of them.
        seconds, point, rest = text.partition(".")
        digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
        plain_text = f"{seconds}.{digits[:6].ljust(6, '0')}{rest[len(digits) :]}" if point else text
        stated = dt.datetime.fromisoformat(plain_text.replace("z", "Z"))
        assert stated.astimezone(dt.UTC).replace(tzinfo=None) == value, (text, value)


def period(content: bytes) -> None:
    """A period is half-open and not empty; an instant has an offset."""
    text = _text(content)
    for read in (lambda: parse_period(text, "Europe/Berlin"), lambda: parse_instant(text, "x")):
        try:
            found = read()
        except Refusal:
            continue
        if not isinstance(found, dt.datetime):
            assert found.start < found.end


def settings(content: bytes) -> None:
    """The settings: a document of known keys, or a letter."""
    _letter(lambda: read_settings(content))


def rules(content: bytes) -> None:
    """The mapping table and the exclusion rules."""
    _letter(lambda: read_mapping(content, "mapping.csv"))
    _letter(lambda: read_exclusions(content, "exclusions.csv"))


def price_list(content: bytes) -> None:
    """A price list in CSV."""
    _letter(lambda: parse_source(content, "price-list", _LIST))


def litellm(content: bytes) -> None:
    """A price map in JSON."""
    _letter(lambda: parse_source(content, "litellm", None))


def catalog(content: bytes) -> None:
    """A vendor's catalog in JSON."""
    rules_of = read_catalog_rules(vendor_facts()["cometapi/catalog.toml"])
    _letter(lambda: parse_source(content, "cometapi-catalog", rules_of))


def _page(form: str) -> Target:
    """A saved page: a letter, or prices that are each found again at their place."""

    def target(content: bytes) -> None:
        try:
            parsed = parse_source(content, form, _PAGE)
        except Refusal as refused:
            if not refused.code or not refused.letter():
                raise
            return
        for price in parsed.prices[:3]:
            assert verify_locator(content, price.locator) == price.price_text, price

    return target


def stored(content: bytes) -> None:
    """What is read back: capture records, checkpoints and reports."""
    _letter(lambda: read_meta(content))
    _letter(lambda: parse_checkpoint(content, Path("checkpoint")))
    _letter(lambda: load(content))


def answer(content: bytes) -> None:
    """The body of an answer: what is taken for whole, a second reader takes for the same bytes."""
    for name, value in (("content-length", "24"), ("transfer-encoding", "chunked")):
        body = read_body(io.BytesIO(content), ((name, value),), 1 << 20)
        if body.trouble is not None:
            continue
        other = http.client.HTTPResponse(_Sent(f"{name}: {value}".encode(), content))  # type: ignore[arg-type]
        other.begin()
        assert other.read() == body.content
        try:
            unpacked = decoded(body.content, "gzip", 1 << 20, 200)
        except CaptureRefused:
            continue
        assert gzip.decompress(body.content) == unpacked


class _Sent:
    """A connection over which an answer has come."""

    def __init__(self, header: bytes, body: bytes) -> None:
        self._whole = b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\n" + body

    def makefile(self, _mode: str) -> io.BytesIO:
        """The bytes."""
        return io.BytesIO(self._whole)


def answered_json(content: bytes) -> None:
    """An answer in JSON: its rows are there and as many as it states, or a letter."""
    _letter(lambda: read_answer(content, Envelope("success", "data", "total")))


def _letter(read: Callable[[], object]) -> None:
    try:
        read()
    except Refusal as refused:
        if not refused.code or not refused.letter():
            raise


TARGETS: Final[dict[str, Target]] = {
    "csv": _usage("csv"),
    "jsonl": _usage("jsonl"),
    "json": _usage("json"),
    "number": number,
    "money": money,
    "price": price,
    "moment": moment,
    "period": period,
    "settings": settings,
    "rules": rules,
    "price-list": price_list,
    "litellm": litellm,
    "catalog": catalog,
    "html-page": _page("html-page"),
    "markdown-page": _page("markdown-page"),
    "stored": stored,
    "answer": answer,
    "answered-json": answered_json,
}


def seeds() -> dict[str, list[bytes]]:
    """Good input for each target, from which damage starts."""
    import random  # noqa: PLC0415 - only the seeds need dice

    rows = records(4, random.Random(7))  # noqa: S311 - repeatable, not unguessable
    lines = as_jsonl(rows)
    texts = [b"0", b"-12.50", b"1e-7", b"123456789012.125", b"0.000000000000000001", b""]
    return {
        "csv": [b"".join(as_csv(rows))],
        "jsonl": [b"".join(lines)],
        "json": [b"[" + b",".join(lines) + b"]"],
        "number": texts,
        "money": texts,
        "price": texts,
        "moment": [b"2026-08-01T00:00:00Z", b"2026-08-01T00:00:00.123456789+05:30"],
        "period": [b"2026-08", b"2026-08-01/2026-08-04", b"2026-08-01T00:00:00Z"],
        "settings": [b'workspace = "a"\n[ledger_terms]\nrecorded_step = "0.01"\n'],
        "rules": [
            (
                b"internal_model_alias,source_model_id,pricing_unit,effective_from,approved_by\n"
                b"a,b,1M tokens,2026-01-01T00:00:00Z,AB\n"
            ),
            b"rule_name,field,equals,reason,approved_by\nt,environment,test,why,AB\n",
        ],
        "price-list": [b"model,in,out\na,1,2\n"],
        "litellm": [json.dumps({"a": {"input_cost_per_token": 1e-6, "mode": "chat"}}).encode()],
        "catalog": [
            (
                b'{"success":true,"total":1,"data":[{"id":"a","pricing":'
                b'{"currency":"USD","input":1,"output":2,"ratio":0.8}}]}'
            )
        ],
        "html-page": [
            (
                b"<!doctype html><html><body><h2>Prices</h2>"
                b"<table><tr><th>Model</th><th>In</th></tr>"
                b"<tr><td><a href=x>a</a></td><td><p>$1.50</p></td></tr>"
                b"<tr><td>b</td><td>-</td></tr></table></body></html>"
            )
        ],
        "markdown-page": [
            b"## Prices\n\n| Model | In |\n|---|---|\n| [a](x) | $1.50 <br/> |\n| `b` | - |\n"
        ],
        "stored": [b"{}", b"tieout 1\n"],
        "answer": [
            b"8\r\n01234567\r\n0\r\n\r\n",
            b"%x\r\n%s\r\n0\r\nx: y\r\n\r\n" % (len(gzip.compress(b"{}")), gzip.compress(b"{}")),
            b"{'not': 'packed at all'}",
        ],
        "answered-json": [b'{"success":true,"total":2,"data":[{"a":1e2},{"a":-0.5}]}'],
    }
