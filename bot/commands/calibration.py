"""/calibration: whether the win chances that were told came true, bin by bin, and against the base rate alone."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.desk import Caller, Desk
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.ports import Answer
from storage.standing import group_totals
from storage.totals import ALL, NO_P, Total

FEW = 100
_Z = 1.645


async def calibration(desk: Desk, caller: Caller) -> Answer:
    """Answer /calibration."""
    async with desk.db.read() as conn:
        found = await group_totals(conn)
    whole = found.get(ALL, Total())
    rows = {name: one for (of, name), one in found.items() if of == "confidence" and name != NO_P and one.asked}
    told = message(calibration_text(whole, rows, caller.reader))
    photo = await desk.picture("calibration", caller.reader, False) if whole.asked else None
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


def _row(one: Total, reader: Reader) -> str:
    low, high = wilson(one.p_won / one.asked, one.asked)
    return reader.html(
        "forecasts-row",
        told=reader.percent(one.p / one.asked),
        came=reader.percent(one.p_won / one.asked),
        low=reader.percent(low).rstrip("%\u00a0"),
        high=reader.percent(high),
        n=reader.number(one.asked),
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
