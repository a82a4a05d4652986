"""From prices and times to pixels, and the small pieces of SVG a chart is made of."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

_MINUTE = 60_000
_TICKS_MINUTES = (15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 5760)


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot's box in pixels and what it spans in ms and price."""

    left: float
    top: float
    right: float
    bottom: float
    start: int
    end: int
    low: float
    high: float

    def x(self, ts: int) -> float:
        """Pixels from the left, kept inside the plot."""
        share = (ts - self.start) / max(1, self.end - self.start)
        return self.left + (self.right - self.left) * min(1.0, max(0.0, share))

    def y(self, price: float) -> float:
        """Pixels from the top, kept inside the plot."""
        share = (price - self.low) / (self.high - self.low)
        return self.bottom - (self.bottom - self.top) * min(1.0, max(0.0, share))


def element(name: str, text: str = "", /, **attributes: str | float | int) -> str:
    """One SVG element; a trailing or inner underscore in an attribute's name is nothing or a hyphen.

    >>> element("text", "a<b", x=1.0, class_="t", text_anchor="end")
    '<text x="1" class="t" text-anchor="end">a&lt;b</text>'
    """
    parts = [f'{key.rstrip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items()]
    head = " ".join([name, *parts])
    return f"<{head}>{html.escape(text)}</{name}>" if text else f"<{head}/>"


def spread_out(wanted: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """Places near the wanted ones (ascending), at least `gap` apart and inside [top, bottom] if they fit.

    >>> spread_out([10.0, 11.0, 40.0], 5.0, 0.0, 41.0)
    [10.0, 15.0, 40.0]
    """
    places = list(wanted)
    for i in range(len(places)):
        floor = top if i == 0 else places[i - 1] + gap
        places[i] = max(places[i], floor)
    for i in reversed(range(len(places))):
        ceiling = bottom if i == len(places) - 1 else places[i + 1] - gap
        places[i] = min(places[i], ceiling)
    return places


def price_ticks(low: float, high: float, most: int) -> list[float]:
    """Round prices inside (low, high), at most `most`.

    >>> price_ticks(0.93, 2.1, 3)
    [1.0, 1.5, 2.0]
    """
    raw = (high - low) / max(1, most)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(size * power for size in (1, 2, 2.5, 5, 10, 20) if size * power >= raw)
    first = math.ceil(low / step)
    return [index * step for index in range(first, first + most + 1) if low < index * step < high]


def time_ticks(start: int, end: int, most: int, zone: tzinfo) -> list[tuple[int, str]]:
    """Round local times in (start, end), at most `most`, as HH:MM or the day (dd/mm) at midnight."""
    span = max(1, end - start)
    step = next((m for m in _TICKS_MINUTES if span / (m * _MINUTE) <= most), _TICKS_MINUTES[-1]) * _MINUTE
    offset = datetime.fromtimestamp(start / 1000, tz=UTC).astimezone(zone).utcoffset()
    shift = 0 if offset is None else round(offset.total_seconds() * 1000)
    first = -(-(start + shift) // step) * step - shift
    ticks = []
    for ts in range(first, end, step):
        local = datetime.fromtimestamp(ts / 1000, tz=UTC).astimezone(zone)
        midnight = local.hour == 0 and local.minute == 0
        ticks.append((ts, f"{local:%d/%m}" if midnight else f"{local:%H:%M}"))
    return ticks


def _value(value: str | float | int) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return html.escape(str(value))
