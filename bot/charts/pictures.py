"""Pictures for chats: a signal's chart, the curve of all results, and what the win chances were worth."""

from __future__ import annotations

import asyncio
import html

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.charts.calibration import calibration_svg, learned_svg
from bot.charts.chart_of import SignalCharts
from bot.charts.equity import equity_svg
from bot.charts.raster import png
from bot.messages.reader import Reader
from bot.ports import Photo
from storage import nights, results
from storage.curve import curve
from storage.database import Database

PHONE = (420, 420)
SCALE = 2.5


class Pictures:
    """Draws by name: a signal's number, `equity` or `calibration`. `simulated`: results are of a simulated market."""

    def __init__(self, db: Database, charts: SignalCharts, simulated: bool = False) -> None:
        self._db = db
        self._charts = charts
        self._simulated = simulated

    async def __call__(self, what: str, reader: Reader, dark: bool) -> Photo | None:
        """The picture; None where there is no such signal. Drawn beside the loop: it takes a tenth of a second."""
        svg = await self._svg(what, reader)
        if svg is None:
            return None
        return Photo(await asyncio.to_thread(png, svg, dark, SCALE), _told(svg))

    async def _svg(self, what: str, reader: Reader) -> str | None:
        if what.isdigit():
            return await self._charts.svg(int(what), reader, *PHONE)
        async with self._db.read() as conn:
            if what == "equity":
                return equity_svg(await curve(conn), reader, *PHONE, simulated=self._simulated)
            if what == "calibration":
                return await reliability_svg(conn, reader, *PHONE, simulated=self._simulated)
        return None


async def reliability_svg(conn: AsyncConnection, reader: Reader, width: int, height: int, *, simulated: bool) -> str:
    """What win chances were worth, of the same forecasts as `/calibration` tells."""
    night = await nights.newest(conn)
    learned = {} if night is None else night["status"].get("forecasts") or {}
    if learned.get("bins"):
        return learned_svg(learned, reader, width, height, simulated=simulated)
    return calibration_svg(await results.forecasts(conn), reader, width, height, simulated=simulated)


def _told(svg: str) -> str:
    """What the chart says in words.

    >>> _told('<svg><desc id="d">Sum &lt;1</desc></svg>')
    'Sum <1'
    """
    return html.unescape(svg.partition('<desc id="d">')[2].partition("</desc>")[0])
