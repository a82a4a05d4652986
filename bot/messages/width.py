"""How wide a line is on a phone, and what fits beside each other: nothing on a chat line wraps badly at 34 columns."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable
from functools import cache

from bot.messages.markup import plain

PHONE = 34
BETWEEN = " · "
PICTURE = "\ufe0f"  # makes the sign before it a picture, which is wide


def columns(text: str) -> int:
    """How many columns a text takes: wide signs (emoji, CJK) are two, joiners and marks none.

    >>> columns("SL 17.150"), columns("▶️ 1"), columns("🟢 LONG")
    (9, 4, 7)
    """
    if text.isascii():
        return len(text)
    total = sum(map(_columns, text))
    if PICTURE in text:
        total += sum(after == PICTURE and _columns(sign) == 1 for sign, after in itertools.pairwise(text))
    return total


@cache
def _columns(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def packed(parts: Iterable[str], width: int = PHONE) -> list[str]:
    """As few lines as these parts need, in their order; a part is never broken.

    >>> packed(["SL 17.150", "TP1 17.532", "TP2 17.744"])
    ['SL 17.150 · TP1 17.532', 'TP2 17.744']
    """
    found: list[str] = []
    taken = width
    for part in parts:
        wide = columns(plain(part))
        if taken + len(BETWEEN) + wide <= width and found:
            found[-1] += BETWEEN + part
            taken += len(BETWEEN) + wide
        else:
            found.append(part)
            taken = wide
    return found
