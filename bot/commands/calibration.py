"""/calibration: whether the win chances that were told came true, bin by bin, and against the base rate alone.

Where a night measured the forecasts of every setup, published or not, those are told: they are many more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.commands.desk import Caller, Desk
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.ports import Answer
from storage import nights
from storage.standing import group_totals
from storage.totals import ALL, NO_P, Total

FEW = 100
_Z = 1.645


async def calibration(desk: Desk, caller: Caller) -> Answer:
    """Answer /calibration."""
    async with desk.db.read() as conn:
        night = await nights.newest(conn)
        found = await group_totals(conn)
    learned = {} if night is None else night["status"].get("forecasts") or {}
    if learned.get("bins"):
        photo = await desk.drawn("calibration", caller.reader, caller.incoming.person.channel)
        return Answer(messages=(replace(message(learned_text(learned, caller.reader)), photo=photo),))
    whole = found.get(ALL, Total())
    rows = {name: one for (of, name), one in found.items() if of == "confidence" and name != NO_P and one.asked}
    told = message(calibration_text(whole, rows, caller.reader))
    photo = await desk.drawn("calibration", caller.reader, caller.incoming.person.channel) if whole.asked else None
    return Answer(messages=(replace(told, photo=photo),))


def calibration_text(whole: Total, rows: dict[str, Total], reader: Reader) -> str:
    """Told against came, then the Brier score (lower is better) beside that of always telling the base rate."""
    title = reader.html("forecasts-title")
    if not whole.asked:
        return lines(title, reader.html("forecasts-none"))
    brier, base = whole.p_square / whole.asked, whole.p_won / whole.asked
    better = base * (1 - base) - brier
    verdict = "few" if whole.asked < FEW else "better" if better > 0 else "worse"
    return lines(
        title,
        *(_row(rows[name], reader) for name in sorted(rows)),
        "",
        reader.html("forecasts-n", n=reader.number(whole.asked), rate=reader.percent(base)),
        reader.html("forecasts-brier", brier=reader.number(round(brier, 4), 3)),
        reader.html("forecasts-base", brier=reader.number(round(base * (1 - base), 4), 3)),
        reader.html("forecasts-verdict", verdict=verdict),
    )


def learned_text(found: Mapping[str, Any], reader: Reader) -> str:
    """What a night measured (engine/learning/reliability.py): bins with intervals, Brier, its gain, how far off."""
    rows = [
        _line(one["said"], one["happened"], (one["low"], one["high"]), one["count"], reader) for one in found["bins"]
    ]
    brier = [] if found["brier"] is None else [reader.html("forecasts-brier", brier=reader.number(found["brier"], 3))]
    n = reader.html("forecasts-learned-n", n=reader.number(found["rows"]))
    return lines(reader.html("forecasts-learned"), *rows, "", n, *brier, *_error(found, reader), *_skill(found, reader))


def _error(found: Mapping[str, Any], reader: Reader) -> list[str]:
    """How far off what is told is on average, chance taken off."""
    one = found.get("ece")
    if one is None:
        return []
    value, how = reader.percent(one["value"], 1), reader.html("forecasts-error-how")
    if one["low"] is None:
        return [reader.html("forecasts-error-alone", value=value), how]
    low, high = reader.percent(one["low"], 1), reader.percent(one["high"], 1)
    return [reader.html("forecasts-error", value=value, low=low.rstrip("%\u00a0"), high=high), how]


def _skill(found: Mapping[str, Any], reader: Reader) -> list[str]:
    """Whether the whole interval of the gain over the base rate is above zero."""
    one = found.get("skill")
    if one is None or one["low"] is None:
        return [reader.html("forecasts-verdict", verdict="few")] if found["rows"] < FEW else []
    return [reader.html("forecasts-verdict", verdict="better" if one["low"] > 0 else "worse")]


def _row(one: Total, reader: Reader) -> str:
    came = one.p_won / one.asked
    return _line(one.p / one.asked, came, wilson(came, one.asked), one.asked, reader)


def _line(told: float, came: float, interval: tuple[float, float], n: int, reader: Reader) -> str:
    low, high = interval
    return reader.html(
        "forecasts-row",
        told=reader.percent(told),
        came=reader.percent(came),
        low=reader.percent(low).rstrip("%\u00a0"),
        high=reader.percent(high),
        n=reader.number(n),
    )


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 90 % interval of a share seen in `n` tries (Wilson's).

    >>> [round(value, 3) for value in wilson(0.5, 10)]
    [0.269, 0.731]
    """
    square = _Z**2 / n
    middle = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * (share * (1 - share) / n + square / (4 * n)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)
