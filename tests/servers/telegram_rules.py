"""What Telegram refuses in a text or a keyboard, as far as our messages can meet it."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

TAGS = {"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}
ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
Fail = Callable[[int, str], Exception]


class Entities(HTMLParser):
    """Keeps the plain text and the first thing that is wrong with the markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.plain = ""
        self.wrong = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong = self.wrong or f'Unsupported start tag "{tag}" at byte offset {self.getpos()[1]}'
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong = self.wrong or f'Unmatched end tag at byte offset {self.getpos()[1]}, found "</{tag}>"'

    def handle_data(self, data: str) -> None:
        if "<" in data:
            self.wrong = self.wrong or "Unsupported start tag"
        self.plain += data

    def handle_entityref(self, name: str) -> None:
        if name not in ENTITIES:
            self.plain += f"&{name};"
        else:
            self.plain += ENTITIES[name]

    def handle_charref(self, name: str) -> None:
        self.plain += chr(int(name[1:], 16) if name[:1] in "xX" else int(name))

    def finish(self) -> str:
        self.close()
        if self._open:
            self.wrong = self.wrong or f'Can\'t find end tag corresponding to start tag "{self._open[-1]}"'
        return self.wrong


def length(text: str) -> int:
    """As Telegram counts: UTF-16 units, so most emoji are two.

    >>> length("a🟢")
    3
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_text(text: str, parse_mode: Any, fail: Fail, most: int = 4096) -> str:
    """The text that people see; at most `most` UTF-16 units after the markup is read."""
    plain = text
    if parse_mode == "HTML":
        entities = Entities()
        entities.feed(text)
        wrong = entities.finish()
        if wrong:
            raise fail(400, f"Bad Request: can't parse entities: {wrong}")
        plain = entities.plain
    if not plain.strip():
        raise fail(400, "Bad Request: message text is empty")
    if length(plain) > most:
        raise fail(
            400, "Bad Request: message is too long" if most > 1024 else "Bad Request: message caption is too long"
        )
    return plain


def check_picture(picture: Any, fail: Fail) -> None:
    """A PNG or JPEG file of at most 10 MB whose sides are at most 10,000 together and 20 to 1."""
    if not isinstance(picture, bytes) or not picture:
        raise fail(400, "Bad Request: there is no photo in the request")
    if len(picture) > 10_000_000:
        raise fail(413, "Request Entity Too Large")
    if picture[:3] == b"\xff\xd8\xff":
        return
    if picture[:8] != b"\x89PNG\r\n\x1a\n" or picture[12:16] != b"IHDR":
        raise fail(400, "Bad Request: IMAGE_PROCESS_FAILED")
    width, height = int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])
    if not width or not height or width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise fail(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")


def check_document(document: Any, fail: Fail) -> None:
    """A file of 1 byte to 50 MB."""
    if not isinstance(document, bytes):
        raise fail(400, "Bad Request: there is no document in the request")
    if not document:
        raise fail(400, "Bad Request: file must be non-empty")
    if len(document) > 50_000_000:
        raise fail(413, "Request Entity Too Large")


def check_keyboard(markup: Any, fail: Fail) -> None:
    """Inline buttons carry 1-64 bytes of data or a link; a ForceReply's placeholder has at most 64 characters."""
    if not isinstance(markup, dict):
        return
    if length(str(markup.get("input_field_placeholder") or "")) > 64:
        raise fail(400, "Bad Request: PLACEHOLDER_TOO_LONG")
    for row in markup.get("inline_keyboard", []):
        for key in row:
            data = key.get("callback_data")
            copied = key.get("copy_text")
            if copied is not None and not 1 <= len(copied.get("text", "")) <= 256:
                raise fail(400, "Bad Request: BUTTON_COPY_TEXT_INVALID")
            if key.get("style") not in (None, "danger", "success", "primary"):
                raise fail(400, "Bad Request: BUTTON_STYLE_INVALID")
            if data is None and copied is None and not key.get("url"):
                raise fail(400, "Bad Request: text buttons are unallowed in the inline keyboard")
            if data is not None and not 1 <= len(data.encode()) <= 64:
                raise fail(400, "Bad Request: BUTTON_DATA_INVALID")
