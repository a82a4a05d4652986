"""A refusal in plain words with its number and the limit it was held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.messages.reader import Reader

UNKNOWN = "–"
PLACES = {"heat": 0, "liquidity": 0}
PERCENT = {"coverage": 0, "p_win": 0, "volatility": 1, "spread": 2}


def refusal_text(reason: str, numbers: Mapping[str, Any], now: int, reader: Reader) -> str:
    """One reason; `numbers` is what the evidence holds of it ({}: unknown), `now` when it was said (ms).

    >>> from zoneinfo import ZoneInfo
    >>> refusal_text("costs", {"value": 0.312, "limit": 0.25}, 0, Reader("en", ZoneInfo("UTC")))
    'costs 0.31R, at most 0.25R'
    """
    form = _form(reason, reader)
    until = numbers.get("until")
    return reader.plain(
        "refusal",
        reason=f"stale_{numbers['how']}" if reason == "stale" and "how" in numbers else reason,
        value=_said(numbers, "value", form),
        limit=_said(numbers, "limit", form),
        first=_said(numbers, "tp1", form),
        first_limit=_said(numbers, "tp1_limit", form),
        until=UNKNOWN if until is None else reader.until(int(until), now),
    )


def _said(numbers: Mapping[str, Any], name: str, form: Callable[[float], str]) -> str:
    return form(numbers[name]) if name in numbers else UNKNOWN


def _form(reason: str, reader: Reader) -> Callable[[float], str]:
    if reason in PERCENT:
        return lambda value: reader.percent(value, PERCENT[reason])
    return lambda value: reader.number(round(value, 6), PLACES.get(reason, 2))
