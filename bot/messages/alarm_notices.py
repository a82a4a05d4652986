"""What those who run the bot read of an alarm and of its end."""

from __future__ import annotations

from bot.messages.markup import lines
from bot.messages.notices import Payload
from bot.messages.reader import Reader
from bot.slo import BY_NAME


def alarm(payload: Payload, reader: Reader) -> str:
    """A figure is beyond its bound: what it measures, how far, since when."""
    value, bound = (_figure(payload, name, reader) for name in ("value", "bound"))
    return lines(
        reader.html("notice-alarm", name=_name(payload, reader)),
        reader.html("alarm-means", name=payload["slo"]),
        reader.html("notice-alarm-value", value=value, bound=bound),
        reader.html("notice-alarm-since", at=reader.clock(payload["since"])),
    )


def over(payload: Payload, reader: Reader) -> str:
    """It is within its bound again."""
    return lines(
        reader.html("notice-alarm-over", name=_name(payload, reader)),
        reader.html("notice-alarm-over-after", span=reader.span(payload["seconds"])),
    )


def _name(payload: Payload, reader: Reader) -> str:
    return reader.plain("alarm-name", name=payload["slo"])


def _figure(payload: Payload, which: str, reader: Reader) -> str:
    unit, value = BY_NAME[payload["slo"]].unit, float(payload[which])
    if unit == "share":
        return reader.percent(value, 1)
    shown = reader.number(round(value, 2), 2)
    return reader.plain("unit-seconds", value=shown) if unit == "s" else reader.plain("unit-errors", value=shown)
