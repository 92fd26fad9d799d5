"""Bombs: small or giant files made to exhaust whoever reads them, and what refusing each one costs.

Every bomb goes the way of an operator's file: opened and hashed here, read in a child. Printed are
the code it ends under, seconds, and how far the memory of this process and of the child grew.
"""

from __future__ import annotations

import gzip
import io
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from tieout.actions.guarded import SERVER, opened, prices_read, records_read
from tieout.actions.reading_child import Records
from tieout.errors import Refusal
from tieout.intake.child_server import Ending
from tieout.intake.feed import AmountSource, Feed, FieldSource, Format, TimeSource
from tieout.pricebook.sources.price_list_map import PriceListMap
from tieout.workspace.layout import SETTINGS_FILE, Workspace

Where = Literal["usage", "ledger", "litellm", "price-list", "settings"]
MIB: Final = 1 << 20
COLUMNS: Final = PriceListMap(
    model="model", meters={"input_tokens": "in"}, fixed_unit="1M tokens", currency="USD"
)


class Bomb(NamedTuple):
    """One bomb: its name, the door it is brought to, its form, its code, and who writes it."""

    name: str
    where: Where
    form: Format
    code: str
    write: Callable[[Path], object]


class Cost(NamedTuple):
    """What refusing a bomb cost: its code, seconds, and bytes of growth here and in the child."""

    code: str
    seconds: float
    own_growth: int
    child_growth: int


def feed(where: Where, form: Format) -> Feed:
    """A feed for either leg."""
    money = AmountSource(column="cost", currency="USD")
    time_of = TimeSource(column="at", form="rfc3339")
    if where == "ledger":
        return Feed(format=form, time=time_of, model="model", recorded=money)
    return Feed(
        format=form,
        time=time_of,
        model="model",
        outcome=FieldSource(value="completed"),
        meters={"input_tokens": "tokens"},
    )


def measure_one(bomb: Bomb, path: Path) -> Cost:
    """Bring a bomb that lies at a path to its door."""
    SERVER.start()
    SERVER.last = None
    before = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    started = time.perf_counter()
    code = _outcome(bomb, path)
    seconds = time.perf_counter() - started
    ended = _last_ending()
    child = 0 if ended is None else ended.peak_growth
    return Cost(code, seconds, max(0, _memory("VmHWM") - before), child)


def _last_ending() -> Ending | None:
    return SERVER.last


def _outcome(bomb: Bomb, path: Path) -> str:
    """The code of the refusal, or the reason under which its records wait."""
    try:
        if bomb.where == "settings":
            settings = path.with_name(SETTINGS_FILE)
            settings.unlink(missing_ok=True)
            settings.hardlink_to(path)
            Workspace.open(path.parent)
            return "read"
        with opened(path) as source:
            if bomb.where == "litellm" or bomb.where == "price-list":  # noqa: PLR1714 - for types
                rules = COLUMNS if bomb.where == "price-list" else None
                parsed = prices_read(source, bomb.where, rules)[1]
                return ", ".join(sorted({one.reason_code for one in parsed.refused})) or "read"
            asked = Records(source.name, bomb.where, "f", feed(bomb.where, bomb.form), "0" * 12)
            with records_read(source, asked) as read:
                return ", ".join(one.reason_code for one in read.reading.waiting) or "read"
    except Refusal as refusal:
        return refusal.code


def _memory(field: str) -> int:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    return 0


def _long(before: bytes, piece: bytes, times: int, after: bytes) -> Callable[[Path], object]:
    """Writes one piece many times over, between two others."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(before)
            for _ in range(times):
                file.write(piece)
            file.write(after)

    return write


def _gzip(
    before: bytes, piece: bytes, times: int, *, twice: bool = False
) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        packer = zlib.compressobj(9, wbits=31)
        packed = [packer.compress(before), *(packer.compress(piece) for _ in range(times))]
        content = b"".join([*packed, packer.flush()])
        path.write_bytes(gzip.compress(content) if twice else content)

    return write


def _zstd(piece: bytes, times: int) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        with pa.OSFile(str(path), "wb") as file, pa.CompressedOutputStream(file, "zstd") as stream:
            for _ in range(times):
                stream.write(piece)

    return write


def _dictionary(path: Path) -> None:
    rows = 100_000
    long = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * MIB]))
    names = ("at", "model", "tokens", "cost")
    table = pa.table(dict.fromkeys(names, long))
    pq.write_table(table, path, compression="zstd", store_schema=False)


def _rows(path: Path) -> None:
    nothing = pa.nulls(20_000_000, pa.string())
    names = ("at", "model", "tokens", "cost")
    pq.write_table(pa.table(dict.fromkeys(names, nothing)), path, compression="zstd")


def _footer(path: Path) -> None:
    sink = io.BytesIO(bytes(9 * MIB))
    path.write_bytes(b"PAR1" + sink.getvalue() + (9 * MIB).to_bytes(4, "little") + b"PAR1")


_HEAD: Final = b"at,model,tokens,cost\n"
_ROW: Final = b"2026-08-01T00:00:00Z,m,1,0.5\n"
_MANY: Final = b",".join(b"c%d" % number for number in range(1_000_000))
_KEYS: Final = b",".join(b'"k%d":1' % number for number in range(1_000_000))
_OBJECTS: Final = b",".join(b'"k%d":{}' % number for number in range(100_000))
_DEEP: Final = 100_000
_NINES: Final = b"9" * MIB
# Ninety-five of these and their frame are 10^8 digits; nine hundred and fifty-four are 10^9.
_HUNDRED: Final = 95
_THOUSAND: Final = 954


def bombs() -> Iterator[Bomb]:
    """Every bomb of the catalogue that is cheap to make."""
    for leg in ("usage", "ledger"):
        yield Bomb("gzip", leg, "csv", "BOMB", _gzip(_HEAD, bytes(MIB), 512))
        yield Bomb(
            "gzip in gzip", leg, "csv", "FILE_MAGIC", _gzip(b"", bytes(MIB), 512, twice=True)
        )
        yield Bomb("zstd", leg, "csv", "BOMB", _zstd(bytes(MIB), 512))
        yield Bomb("10^9 digits in gzip", leg, "jsonl", "BOMB", _gzip(b'{"a":', _NINES, _THOUSAND))
    yield from _json_bombs()
    yield from _csv_bombs()
    for name, write in (
        ("dictionary", _dictionary),
        ("20,000,000 empty rows", _rows),
        ("footer of 9 MiB", _footer),
    ):
        yield Bomb(f"Parquet: {name}", "usage", "parquet", "BOMB", write)
        yield Bomb(f"Parquet: {name}", "ledger", "parquet", "BOMB", write)
    yield from _price_bombs()
    yield from _settings_bombs()


def _json_bombs() -> Iterator[Bomb]:
    line = b'{"at":"2026-08-01T00:00:00Z","model":'
    deep = b"[" * _DEEP + b"]" * _DEEP
    forms: tuple[tuple[Format, bytes, bytes], ...] = (("jsonl", b"", b"\n"), ("json", b"[", b"]"))
    for form, before, after in forms:
        one = before + line
        yield Bomb("depth 100,000", "usage", form, "DEPTH_LIMIT", _long(one, deep, 1, b"}" + after))
        yield Bomb(
            "10^8 digits", "usage", form, "SIZE_RECORD", _long(one, _NINES, _HUNDRED, b"}" + after)
        )
        yield Bomb(
            "text of 100 MB", "ledger", form, "SIZE_RECORD",
            _long(one + b'"', b"x" * MIB, 100, b'"}' + after),
        )  # fmt: skip
        yield Bomb(
            "10^6 keys and one twice", "usage", form, "SIZE_RECORD",
            _long(before + b"{" + _KEYS + b',"k0":1}', after, 1, b""),
        )  # fmt: skip
    same = _long(b"{", b'"a":1,' * 10_000, 100, b'"a":1}')
    yield Bomb("one key 10^6 times", "usage", "jsonl", "SIZE_RECORD", same)
    yield Bomb("one key 10^6 times", "ledger", "json", "SIZE_RECORD", same)
    twice = _long(b"{" + _OBJECTS, b',"k0":[]}', 1, b"")
    yield Bomb("10^5 objects, one key twice", "usage", "json", "JSON_DUP_KEY", twice)
    heap = _long(b"[{" + _OBJECTS, b"}]", 1, b"")
    yield Bomb("10^5 objects in one record", "usage", "json", "SIZE_RECORD", heap)
    yield Bomb(
        "depth 100,000, no end", "usage", "json", "DEPTH_LIMIT", _long(b"", b"[" * _DEEP, 1, b"")
    )
    yield Bomb(
        "10^6 keys around the list, one twice", "usage", "json", "SIZE_RECORD",
        _long(b"{" + _KEYS + b',"k0":[]}', b"", 1, b""),
    )  # fmt: skip


def _csv_bombs() -> Iterator[Bomb]:
    yield Bomb(
        "record of 100 MB", "usage", "csv", "SIZE_RECORD",
        _long(_HEAD + b"2026-08-01T00:00:00Z,", b"m" * MIB, 100, b",1,0\n" + _ROW),
    )  # fmt: skip
    yield Bomb(
        "quote open over 30 MB", "usage", "csv", "CSV_OPEN_QUOTE",
        _long(_HEAD + b'"', _ROW * 10_000, 100, b""),
    )  # fmt: skip
    yield Bomb(
        "quotes opened and closed, 30 MB", "ledger", "csv", "CSV_OPEN_QUOTE",
        _long(_HEAD + b'"', b'"",' * 100_000, 100, b""),
    )  # fmt: skip
    yield Bomb("10^6 columns", "usage", "csv", "SIZE_RECORD", _long(_MANY, b"\n", 1, b""))
    yield Bomb(
        "10^6 columns in a row", "ledger", "csv", "SIZE_RECORD", _long(_HEAD + _MANY, b"\n", 1, b"")
    )
    yield Bomb("10^6 digits", "usage", "csv", "NUM_TOO_LONG",
        _long(_HEAD + b"2026-08-01T00:00:00Z,m,", b"9" * 1_000_000, 1, b",1\n"))  # fmt: skip


def _price_bombs() -> Iterator[Bomb]:
    name: Where = "litellm"
    deep = b"[" * _DEEP
    yield Bomb("prices: gzip", name, "json", "BOMB", _gzip(b"{", b" " * MIB, 512))
    yield Bomb("prices: zstd", name, "json", "BOMB", _zstd(b" " * MIB, 512))
    yield Bomb(
        "prices: gzip in gzip", name, "json", "FILE_MAGIC", _gzip(b"", bytes(MIB), 512, twice=True)
    )
    yield Bomb("prices: depth 100,000", name, "json", "DEPTH_LIMIT", _long(b'{"m":', deep, 1, b""))
    yield Bomb("prices: 10^7 digits", name, "json", "SIZE_RECORD",
        _long(b'{"m":{"input_cost_per_token":', b"9" * 10_000_000, 1, b"}}"))  # fmt: skip
    yield Bomb(
        "prices: 10^8 digits", name, "json", "SIZE_LIMIT", _long(b'{"m":', _NINES, _HUNDRED, b"}")
    )
    yield Bomb("prices: text of 40 MB", name, "json", "SIZE_RECORD",
        _long(b'{"m":"', b"x" * MIB, 40, b'"}'))  # fmt: skip
    yield Bomb("prices: 10^6 keys, the last twice", name, "json", "SIZE_RECORD",
        _long(b"{" + _KEYS, b',"k999999":1}', 1, b""))  # fmt: skip
    yield Bomb("prices: 10^5 models, the last twice", name, "json", "JSON_DUP_KEY",
        _long(b"{" + _OBJECTS, b',"k99999":{}}', 1, b""))  # fmt: skip
    yield Bomb("prices: 10^6 digits", name, "json", "NUM_TOO_LONG",
        _long(b'{"m":{"input_cost_per_token":', b"9" * 1_000_000, 1, b"}}"))  # fmt: skip
    name = "price-list"
    yield Bomb("prices: 10^6 columns", name, "csv", "SIZE_RECORD", _long(_MANY, b"\n", 1, b""))
    yield Bomb("prices: quote open over 30 MB", name, "csv", "CSV_SYNTAX",
        _long(b'model,in\n"', b"a,1\n" * 10_000, 750, b""))  # fmt: skip
    yield Bomb("prices: zstd of a list", name, "csv", "BOMB", _zstd(b"\n" * MIB, 512))


def _settings_bombs() -> Iterator[Bomb]:
    name: Where = "settings"
    yield Bomb("settings: over 1 MiB", name, "csv", "CFG_TOO_LARGE", _long(b"", b"# \n", MIB, b""))
    yield Bomb(
        "settings: 10^8 bytes", name, "csv", "CFG_TOO_LARGE", _long(b"#", b"x" * MIB, 96, b"")
    )
    yield Bomb(
        "settings: arrays nest", name, "csv", "CFG_TOO_LARGE", _long(b"a=", b"[" * _DEEP, 1, b"")
    )
    yield Bomb("settings: tables nest", name, "csv", "CFG_TOO_LARGE",
        _long(b"a=", b"{a=" * _DEEP, 1, b""))  # fmt: skip
    yield Bomb(
        "settings: dotted key", name, "csv", "CFG_TOO_LARGE", _long(b"a", b".a" * _DEEP, 1, b"=1")
    )
    yield Bomb("settings: dotted table", name, "csv", "CFG_TOO_LARGE",
        _long(b"[a", b".a" * _DEEP, 1, b"]\n"))  # fmt: skip
    yield Bomb(
        "settings: 10^6 digits", name, "csv", "CFG_SYNTAX", _long(b"a=", b"9" * 1_000_000, 1, b"")
    )
    yield Bomb("settings: 10^5 tables", name, "csv", "CFG_UNKNOWN_KEY",
        _long(b"", b"[[a]]\n" * 100_000, 1, b""))  # fmt: skip


def giants() -> Iterator[Bomb]:
    """Bombs that take a gigabyte of disk: for the bench alone."""
    for where, form, code in (
        ("usage", "jsonl", "SIZE_RECORD"),
        ("usage", "json", "SIZE_RECORD"),
        ("ledger", "csv", "SIZE_RECORD"),
        ("litellm", "json", "SIZE_LIMIT"),
    ):
        yield Bomb("10^9 digits", where, form, code, _long(b'{"a":', _NINES, _THOUSAND, b"}"))  # type: ignore[arg-type]


def measure(folder: Path) -> Iterator[str]:
    """A line for each bomb."""
    yield f"  {'bomb':<40}{'door':<11}{'ends as':<16}{'seconds':>8}{'own MiB':>9}{'child MiB':>11}"
    for number, bomb in enumerate((*bombs(), *giants())):
        path = folder / f"bomb-{number}"
        bomb.write(path)
        cost = measure_one(bomb, path)
        size = path.stat().st_size
        path.unlink()
        mark = "" if cost.code == bomb.code else f"  not {bomb.code}"
        yield (
            f"  {bomb.name:<40}{bomb.where:<11}{cost.code[:15]:<16}{cost.seconds:>8.2f}"
            f"{cost.own_growth / MIB:>9.1f}{cost.child_growth / MIB:>11.1f}"
            f"   file {size / MIB:,.2f} MiB{mark}"
        )
