"""The chart of a stored signal: its documents from the store, its bars from wherever they are kept."""

from __future__ import annotations

from bot.charts.bars import Bars, window
from bot.charts.signal_svg import signal_svg
from bot.clock import Clock
from bot.messages.load import load_view
from bot.messages.reader import Reader
from storage.database import Database


class SignalCharts:
    """Draws signals by number, as they stand now."""

    def __init__(self, db: Database, clock: Clock, bars: Bars) -> None:
        self._db = db
        self._clock = clock
        self._bars = bars

    async def svg(self, number: int, reader: Reader, width: int = 640, height: int = 400) -> str | None:
        """The chart as SVG text; None where no signal has that number."""
        async with self._db.read() as conn:
            view = await load_view(conn, number)
        if view is None:
            return None
        start, end = window(view.document, view.outcome, self._clock.now_ms())
        bars = await self._bars(view.document["pair"], start, end)
        return signal_svg(
            bars,
            view.document,
            view.progress,
            view.outcome,
            reader,
            simulated=view.simulated,
            width=width,
            height=height,
        )
