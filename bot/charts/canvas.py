"""The sheet of a chart that is not about one signal: title, what it says in words, its size, and round numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.charts.frame import element
from bot.charts.look import STYLE
from bot.messages.reader import Reader


def sheet(title: str, told: str, parts: Sequence[str], width: int, height: int) -> str:
    """A whole SVG document; `told` is the same in words for those who do not see it."""
    inside = [
        element("title", title, id="t"),
        element("desc", told, id="d"),
        f"<style>{STYLE}</style>",
        element("rect", class_="bg", width=width, height=height, rx=8),
        *parts,
        element("text", title, class_="head", x=12, y=22),
    ]
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t d">{"".join(inside)}</svg>'


def empty(title: str, words: str, width: int, height: int) -> str:
    """A sheet that says plainly that there is nothing to draw yet."""
    middle = element("text", words, class_="axis", x=width / 2, y=height / 2, text_anchor="middle")
    return sheet(title, words, [middle], width, height)


def steps(low: float, high: float, most: int) -> list[float]:
    """Round values in [low, high], at most `most` of them and always zero where it lies inside.

    >>> steps(-1.2, 3.4, 6)
    [-1.0, 0.0, 1.0, 2.0, 3.0]
    """
    raw = max(high - low, 1e-9) / max(1, most - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(size * power for size in (1, 2, 2.5, 5, 10, 20) if size * power >= raw)
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]


def water(simulated: bool, reader: Reader, x: float, y: float, width: float) -> list[str]:
    """The mark across everything of a simulated market."""
    if not simulated:
        return []
    word = reader.plain("chart-simulated")
    size = min(56.0, width / len(word) * 1.1)
    turn = f"rotate(-12 {x:.1f} {y:.1f})"
    return [
        element("text", word, class_="water", x=x, y=y + size / 3, font_size=size, text_anchor="middle", transform=turn)
    ]
