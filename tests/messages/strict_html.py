"""Reads a message as Telegram would: only our tags, closed in order, everything else escaped."""

from __future__ import annotations

from html.parser import HTMLParser

ALLOWED = {"b": [], "code": [], "blockquote": [("expandable", None)]}


class Strict(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED and attrs == ALLOWED[tag], f"<{tag} {attrs}>"
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> without its start"

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"comment {data}")


def words(markup: str) -> str:
    """The text of a message's HTML, after all checks."""
    reader = Strict()
    reader.feed(markup)
    reader.close()
    assert reader.open == [], f"not closed: {reader.open}"
    return reader.words
