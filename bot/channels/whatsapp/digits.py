"""The text of a message without buttons: the line that tells what the digits 1-4 stand for, and the letters.

WhatsApp shows buttons only from templates that Meta approved; plain text and a digit work always. What a digit means
is the conversation's business.
"""

from __future__ import annotations

import re

from bot.channels.whatsapp.letters import menu_of, told
from bot.messages.markup import plain
from bot.ports import Message

LONGEST = 1600
LONGEST_CAPTION = 1024  # under a picture
LEGEND = "1 👍 · 2 👎 · 3 ⛔ · 4 📝"
_FOLDED = re.compile(r"<blockquote expandable>.*?</blockquote>", re.DOTALL)
_FEEDBACK = re.compile(r"\d+:[fd]:\d+:\w+")


def body_of(message: Message, longest: int = LONGEST) -> str:
    """The text to send: links spelled out, digits and letters explained, at most `longest` characters (UTF-16).

    What folds away under a post elsewhere is left out (WHY tells it), and of other messages where there is no room.

    >>> from bot.ports import Button
    >>> body_of(Message("", "LONG SOL", ((Button("👍 2", "1:f:7:up"),),)))
    'LONG SOL\\n\\n1 👍 · 2 👎 · 3 ⛔ · 4 📝'
    """
    buttons = [button for row in message.buttons for button in row]
    parts = [f"{button.label}: {button.url}" for button in buttons if button.url]
    votes = any(_FEEDBACK.fullmatch(button.data) for button in buttons)
    if votes and "1 👍" not in message.text:
        parts.append(LEGEND)
    elif menu := menu_of(message):
        parts.append(told(menu))
    tail = "\n\n".join(parts)
    room = longest - (_size(tail) + 2 if tail else 0)
    text = message.text
    if (votes and _FOLDED.search(message.html)) or _size(text) > room:
        text = plain(_FOLDED.sub("", message.html)).strip() or text
    if _size(text) > room:
        text = _cut(text, room - 1) + "…"
    return f"{text}\n\n{tail}" if tail else text


def _size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, size: int) -> str:
    """At most `size` UTF-16 units, never half a sign."""
    return text.encode("utf-16-le")[: 2 * max(0, size)].decode("utf-16-le", "ignore")
