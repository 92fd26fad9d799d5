"""Reads a page the way a browser would cut it: tags, attributes, texts. Shares no code with it."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

VOID = {"meta", "br", "input", "img", "link", "hr"}


@dataclass
class Element:
    """A start tag, with the text that stands directly inside it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


class Page(HTMLParser):
    """All elements of a page in order, and all its text."""

    def __init__(self) -> None:
        """Start with an empty page."""
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.words: list[str] = []
        self.still_open: list[Element] = []
        self.unbalanced: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.unbalanced.append(f"attribute twice in {tag}")
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self.still_open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self.still_open or self.still_open.pop().tag != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.still_open:
            self.still_open[-1].text += data

    def of(self, tag: str) -> list[Element]:
        """The elements of one tag, in order."""
        return [element for element in self.elements if element.tag == tag]


def read(page: str) -> Page:
    """A page, read to its end."""
    reader = Page()
    reader.feed(page)
    reader.close()
    return reader
