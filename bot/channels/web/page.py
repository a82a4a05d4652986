"""The page of board and web chat in one language: a template with words, no code and no style of its own in it."""

from __future__ import annotations

import html
import json
import re
from functools import cache
from importlib import resources

from bot.channels.web.incoming import MOST_TEXT
from bot.i18n import LOCALES, say
from bot.messages.reader import Reader

FILES = {
    "chat.css": "text/css",
    "board.css": "text/css",
    "chat.js": "text/javascript",
    "board.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_SAID = ("live", "connecting", "lost", "new", "answering", "failed", "updated", "details", "you", "copied", "picture")
CHIPS = {
    "stats": "chip-stats",
    "active": "chip-active",
    "watch": "chip-watch",
    "status": "chip-status",
    "demo": "chip-demo",
    "help": "chip-help",
}
"""The commands that are a press away, and the text of each one's button."""
_LABELS = ("up", "down", "nofill", "note")


@cache
def file(name: str) -> str:
    """The text of one of the page's files."""
    return resources.files("bot.channels.web").joinpath(name).read_text(encoding="utf-8")


def page(reader: Reader, *, simulated: bool, board: str = "") -> str:
    """The whole page around the board's HTML. `data-words` on the body are the sentences that the script shows."""
    words = {name: reader.plain(f"web-{name}") for name in (*_SAID, *_LABELS)}
    words["too_long"] = reader.plain("web-too-long", most=str(MOST_TEXT))
    words["clock"] = reader.plain("pattern-clock")
    words["copy_failed"] = reader.plain("web-copy-failed", text="%")
    words["chart"] = reader.plain("web-chart", number="%")
    options = "".join(
        f'<option value="{code}" lang="{code}"{" selected" if code == reader.locale else ""}>'
        f"{html.escape(say(code, 'language-name'))}</option>"
        for code in LOCALES
    )
    mark = "" if not simulated else f'<p class="mark" role="note">🎮 {html.escape(reader.plain("web-simulated"))}</p>'
    values = {
        "lang": reader.locale,
        "zone": html.escape(reader.zone.key),
        "words": html.escape(json.dumps(words, ensure_ascii=False), quote=True),
        "languages": options,
        "chips": "".join(_chip(name, say(reader.locale, key)) for name, key in CHIPS.items()),
        "simulated": mark,
        "board": board,
        "most": str(MOST_TEXT),
    }

    def fill(found: re.Match[str]) -> str:
        key = found[1]
        return values[key] if key in values else html.escape(reader.plain(key), quote=True)

    return re.sub(r"\{\{([a-z-]+)\}\}", fill, file("chat.html"))


def _chip(command: str, label: str) -> str:
    return f'<button type="button" data-say="/{command}" title="/{command}">{html.escape(label)}</button>'
