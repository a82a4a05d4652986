"""That nothing was published for long, and how many setups were kept back meanwhile: in /health and as a notice.

The payload of `held_back`: ms (how long), p_win and confluence (setups refused first for these).
"""

from __future__ import annotations

from bot.messages.markup import lines
from bot.messages.notices import Payload
from bot.messages.reader import Reader


def notice(payload: Payload, reader: Reader) -> str:
    """How long, what was kept back, and that this is no fault."""
    return lines(*counted(payload, reader), reader.html("held-back-means"))


def counted(payload: Payload, reader: Reader) -> list[str]:
    """How long, and the counts."""
    return [
        reader.html("held-back-since", span=reader.span(payload["ms"] / 1000)),
        reader.html("held-back-p-win", count=reader.number(payload["p_win"])),
        reader.html("held-back-confluence", count=reader.number(payload["confluence"])),
    ]
