"""From our small HTML to a message: the plain text is the same words without the tags."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from bot.ports import Button, Message

_TAG = re.compile(r"</?(?:b|code|blockquote)>|<blockquote expandable>")


def escape(text: str) -> str:
    """Foreign text made harmless.

    >>> escape("a < b & 'c'")
    'a &lt; b &amp; &#x27;c&#x27;'
    """
    return html.escape(text, quote=True)


def whole(text: str) -> str:
    """Foreign text made harmless that stays in one line on a page.

    >>> whole("SL < 9")
    'SL&nbsp;&lt;&nbsp;9'
    """
    return escape(text).replace(" ", "&nbsp;")


def plain(markup: str) -> str:
    """The words of our HTML.

    >>> plain("<b>1h</b> close &lt; 5<blockquote expandable>why</blockquote>")
    '1h close < 5why'
    """
    words = _TAG.sub("", markup) if "<" in markup else markup
    return html.unescape(words) if "&" in words else words


def lines(*parts: str | None) -> str:
    """Join what is there, a line each; an empty string is an empty line, None is nothing.

    >>> lines("a", None, "b")
    'a\\nb'
    """
    return "\n".join(part for part in parts if part is not None)


def fold(parts: Iterable[str]) -> str:
    """Detail that opens on a tap."""
    return f"<blockquote expandable>{chr(10).join(parts)}</blockquote>"


def message(
    markup: str, buttons: tuple[tuple[Button, ...], ...] = (), *, silent: bool = False, force_reply: str | None = None
) -> Message:
    """A channel-neutral message of our HTML."""
    return Message(html=markup, text=plain(markup), buttons=buttons, silent=silent, force_reply=force_reply)
