"""Feedback without buttons: what the digits 1-4 and the emoji themselves stand for, and the line that says so.

WhatsApp shows buttons only from templates that Meta approved; plain text and a digit work always.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bot.ports import Button, Message

LONGEST = 1600
KINDS = ("up", "down", "nofill", "note")
EMOJI = ("👍", "👎", "⛔", "📝")
_SILENT = frozenset("\ufe0f\u20e3\u200d") | {chr(code) for code in range(0x1F3FB, 0x1F400)}


def choice_of(text: str) -> int | None:
    """Which of the four a reply means, from 0; None for any other text.

    >>> [choice_of(text) for text in ("1", " 2.", "3️⃣", "４", "👍🏽", "📝", "12", "1 bagus")]
    [0, 1, 2, 3, 0, 3, None, None]
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text.strip()) if sign not in _SILENT)
    plain = plain.strip().rstrip(".)").strip()
    if plain in ("1", "2", "3", "4"):
        return int(plain) - 1
    return EMOJI.index(plain) if plain in EMOJI else None


def choices(message: Message) -> tuple[Button, ...]:
    """The buttons of a message that a digit can press, in order."""
    return tuple(button for row in message.buttons for button in row if button.data)[:4]


def body_of(message: Message) -> str:
    """The text to send: links spelled out, the digits explained, at most 1600 characters as Twilio counts them.

    >>> keys = tuple(Button(sign, f"1:f:7:{kind}") for sign, kind in zip(EMOJI, KINDS))
    >>> body_of(Message("", "LONG SOL", (keys,)))
    'LONG SOL\\n\\n1 👍 · 2 👎 · 3 ⛔ · 4 📝'
    """
    links = [f"{button.label}: {button.url}" for row in message.buttons for button in row if button.url]
    legend = legend_of(choices(message))
    if legend and "1 👍" in message.text:
        legend = ""
    tail = "\n\n".join(part for part in ("\n".join(links), legend) if part)
    room = LONGEST - (_size(tail) + 2 if tail else 0)
    text = message.text if _size(message.text) <= room else _cut(message.text, room - 1) + "…"
    return f"{text}\n\n{tail}" if tail else text


def legend_of(buttons: Sequence[Button]) -> str:
    """The digits and what they stand for.

    >>> legend_of([Button("✅", "y"), Button("❌", "n")])
    '1 ✅ · 2 ❌'
    """
    return " · ".join(f"{place} {button.label}" for place, button in enumerate(buttons, 1))


def _size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, size: int) -> str:
    """At most `size` UTF-16 units, never half a sign."""
    return text.encode("utf-16-le")[: 2 * max(0, size)].decode("utf-16-le", "ignore")
