"""A secret that cannot be printed, stored or carried away, and finding it where it must not stand.

Nothing that shows an object shows a secret: not ``repr``, not a format, not a traceback with its
local variables, not pickle, copy or JSON. Its value leaves through :meth:`Secret.reveal` alone,
which only the transport calls.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NoReturn, final

REDACTED: Final = "REDACTED"
SHORTEST: Final = 8
_LONGEST: Final = 4096
# What a header may carry and no shell or file mangles: visible ASCII without blanks.
_PLAIN: Final = re.compile(r"[\x21-\x7e]+")


class SecretRefused(ValueError):
    """A text that is no secret; the message never repeats it.

    Attributes:
        code: ``CFG_SECRET_EMPTY``, ``CFG_SECRET_SHORT`` or ``CFG_SECRET_CHARS``.
    """

    def __init__(self, code: str, sentence: str) -> None:
        """Keep the code and say the sentence."""
        super().__init__(sentence)
        self.code = code


@final
class Secret:
    """A key or token, known by the name of the setting that led to it."""

    __slots__ = ("_take", "name")

    name: str
    _take: Callable[[], str]

    def __init__(self, text: str, name: str) -> None:
        """Keep a text out of sight.

        Args:
            text: the key; line ends must have been taken off its end.
            name: the setting it comes from, for messages.

        Raises:
            SecretRefused: the text is empty, too short to be told from plain words, or holds what
                no header may hold.
        """
        if not text:
            raise SecretRefused("CFG_SECRET_EMPTY", "It is empty.")
        if not _PLAIN.fullmatch(text) or len(text) > _LONGEST:
            raise SecretRefused(
                "CFG_SECRET_CHARS", "It holds line ends, blanks or signs that no header may carry."
            )
        if len(text) < SHORTEST:
            raise SecretRefused("CFG_SECRET_SHORT", f"It has fewer than {SHORTEST} characters.")
        # A closure, not a field: what lists the fields of an object does not list this.
        object.__setattr__(self, "_take", lambda: text)
        object.__setattr__(self, "name", name)

    def reveal(self) -> str:
        """The secret itself; for the transport alone."""
        return self._take()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse."""
        raise AttributeError(name)

    def __repr__(self) -> str:
        """The name of the setting, never the value."""
        return f"Secret({self.name})"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied."""
        raise TypeError("a secret is not carried away")

    def __getstate__(self) -> NoReturn:
        """Refuse to hand out the state."""
        raise TypeError("a secret is not carried away")

    def stands_in(self, content: bytes) -> bool:
        """Whether the secret stands in the bytes, in any of its spellings."""
        return _pattern(self).search(content) is not None

    def taken_out(self, content: bytes) -> bytes:
        """The bytes with every spelling of the secret replaced."""
        return _pattern(self).sub(REDACTED.encode(), content)

    def taken_out_of_text(self, text: str) -> str:
        """The text with every spelling of the secret replaced."""
        content = text.encode("utf-8", "surrogateescape")
        return self.taken_out(content).decode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret and the one place of a request where it goes.

    Attributes:
        secret: the key or token.
        header: the name of the header that carries it; empty where the address does.
        scheme: the word before it in the header; may be empty.
        parameter: the name of the parameter of the address; empty where a header carries it.
    """

    secret: Secret
    header: str = ""
    scheme: str = ""
    parameter: str = ""

    def __post_init__(self) -> None:
        """One place, not two and not none."""
        assert bool(self.header) != bool(self.parameter)


@lru_cache(maxsize=16)
def _pattern(secret: Secret) -> re.Pattern[bytes]:
    """Every spelling, the longest first, so that what is left over is never half of one."""
    spellings = sorted(set(_spellings(secret.reveal())), key=len, reverse=True)
    return re.compile(b"|".join(spellings))


def _spellings(text: str) -> Iterator[bytes]:
    """Patterns of the ways a text is written: plain, escaped, hexadecimal, base64."""
    raw = text.encode()
    yield b"".join(_one_sign(byte) for byte in raw)
    yield b"(?i:" + re.escape(raw.hex().encode()) + b")"
    for shift in range(3):
        yield from _base64_core(raw, shift)


def _one_sign(byte: int) -> bytes:
    """One character: itself, percent-encoded, or escaped as in JSON and HTML."""
    sign = bytes([byte])
    forms = [
        re.escape(sign),
        b"%%%02x" % byte,
        b"\\\\u00%02x" % byte,
        b"\\\\x%02x" % byte,
        b"&#%d;" % byte,
        b"&#x%x;" % byte,
    ]
    if sign in b'"\\/':
        forms.append(b"\\\\" + re.escape(sign))
    return b"(?:" + forms[0] + b"|(?i:" + b"|".join(forms[1:]) + b"))"


def _base64_core(raw: bytes, shift: int) -> Iterator[bytes]:
    """The characters of base64 that depend on the secret alone, after so many bytes before it."""
    coded = base64.b64encode(b"\0" * shift + raw)
    first = (0, 2, 3)[shift]
    bits = (shift + len(raw)) * 8
    core = coded[first : bits // 6]
    yield re.escape(core)
    yield re.escape(core.replace(b"+", b"-").replace(b"/", b"_"))
