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


def check_text(text: str, parse_mode: Any, fail: Fail) -> str:
    """The text that people see; 4096 characters after the markup is read."""
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
    if len(plain) > 4096:
        raise fail(400, "Bad Request: message is too long")
    return plain


def check_keyboard(markup: Any, fail: Fail) -> None:
    """Inline buttons carry 1-64 bytes of data or a link; a ForceReply's placeholder has at most 64 characters."""
    if not isinstance(markup, dict):
        return
    if len(str(markup.get("input_field_placeholder") or "")) > 64:
        raise fail(400, "Bad Request: PLACEHOLDER_TOO_LONG")
    for row in markup.get("inline_keyboard", []):
        for key in row:
            data = key.get("callback_data")
            copied = key.get("copy_text")
            if copied is not None and not 1 <= len(copied.get("text", "")) <= 256:
                raise fail(400, "Bad Request: BUTTON_COPY_TEXT_INVALID")
            if data is None and copied is None and not key.get("url"):
                raise fail(400, "Bad Request: text buttons are unallowed in the inline keyboard")
            if data is not None and not 1 <= len(data.encode()) <= 64:
                raise fail(400, "Bad Request: BUTTON_DATA_INVALID")
