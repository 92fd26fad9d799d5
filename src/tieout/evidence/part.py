"""A part of a large store: which digests one verification of several reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tieout.errors import ConfigurationRefused

_FORM: Final = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """Part ``number`` of ``parts``, counted from 1; every digest falls into exactly one part."""

    number: int = 1
    parts: int = 1

    @classmethod
    def parse(cls, text: str) -> Part:
        """Read ``n/t``, for example ``2/7``.

        Raises:
            ConfigurationRefused: ``VERIFY_PART``: it is no part of anything.
        """
        found = _FORM.fullmatch(text)
        if found is not None and int(found[1]) <= int(found[2]):
            return cls(int(found[1]), int(found[2]))
        raise ConfigurationRefused(
            "VERIFY_PART",
            "That is no part of a store.",
            where=(ascii(text[:40]),),
            remedy="Write the part and how many there are, for example --part 2/7.",
        )

    @property
    def is_whole(self) -> bool:
        """Whether there is only this part."""
        return self.parts == 1

    def holds(self, digest: str) -> bool:
        """Whether the bytes of that SHA-256 fall into this part."""
        return int(digest, 16) % self.parts == self.number - 1

    def __str__(self) -> str:
        """The part as it was written."""
        return f"{self.number}/{self.parts}"


WHOLE: Final = Part()
