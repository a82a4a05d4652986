"""Under a signal's candles: the setup in the field's words, and how each of the eight layers voted.

Each layer has a track from -1 to 1, signed to the side of the signal: right of the middle speaks for it, left against
it. A layer that had no vote has an empty, dotted track.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.charts.frame import element
from bot.messages.reader import Reader
from engine.decision.signal import LAYER_NAMES

CAPTION = 17.0
CELL = 25.0
_NARROW = 560
_CHARACTER = 6.2  # px of a character at 11 px
_MATCH = 0.2


def evidence_height(width: int) -> float:
    """How many px the caption and the tracks take: one row of eight where there is room, else two of four."""
    return CAPTION + CELL * (len(LAYER_NAMES) // _columns(width)) + 4


def evidence(document: Mapping[str, Any], reader: Reader, width: int, top: float) -> list[str]:
    """Caption and tracks as SVG elements from `top` px downwards, `width` px wide."""
    columns = _columns(width)
    cell = (width - 16) / columns
    parts = [*_caption(document, reader, width, top + 12)]
    for i, layer in enumerate(LAYER_NAMES):
        x, y = 8 + cell * (i % columns), top + CAPTION + CELL * (i // columns)
        parts += _track(document, layer, reader, x, y, cell - 10)
    return parts


def _columns(width: int) -> int:
    return 8 if width >= _NARROW else 4


def _caption(document: Mapping[str, Any], reader: Reader, width: int, y: float) -> list[str]:
    market = reader.plain("reasons-market", state=document["market_state"])
    words = f"{document['setup_15m']} · {document['regime']}"
    parts = [element("text", words, class_="soft", x=12, y=y)]
    if (len(words) + len(market) + 2) * _CHARACTER < width - 24:
        parts.append(element("text", market, class_="soft", x=width - 12, y=y, text_anchor="end"))
    return parts


def _track(document: Mapping[str, Any], layer: str, reader: Reader, x: float, y: float, width: float) -> list[str]:
    score, state = document["layers_score"][layer], document["layers_state"][layer]
    name = reader.plain("layer", name=layer)
    middle, line = x + width / 2, y + 17
    voted = score is not None and state in ("live", "rebuilt")
    dash = "none" if voted else "1 4"
    parts = [
        element("text", name, class_="soft", x=x, y=y + 10, font_size="10"),
        element("line", class_="track", x1=x, x2=x + width, y1=line, y2=line, stroke_dasharray=dash),
        element("line", class_="track", x1=middle, x2=middle, y1=line - 4, y2=line + 4),
    ]
    if voted:
        agrees = score if document["side"] == "long" else -score
        way = "for" if agrees > _MATCH else "against" if agrees < -_MATCH else "neutral"
        end = middle + width / 2 * max(-1.0, min(1.0, agrees))
        left = min(middle, end)
        parts.append(element("rect", class_=f"vote-{way}", x=left, y=line - 3, width=abs(end - middle), height=6, rx=2))
    return parts
