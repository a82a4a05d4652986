"""`/record`, its curve and `/record.csv`: what everybody may see, made once for every state of the record."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException

from bot.charts.equity import equity_svg
from bot.charts.pictures import reliability_svg
from bot.clock import Clock
from bot.commands.desk import ConversationConfig
from bot.messages.reader import Reader
from bot.record.asked import Asked, language, read
from bot.record.csv_file import csv_text
from bot.record.insights_page import insights_page
from bot.record.page import PER_PAGE, SIZES, Shown, page, pages, style
from storage import nights, record
from storage.database import Database
from storage.record_figures import measured

KEPT = 64
_Make = Callable[[Asked, record.Wanted, Reader], Awaitable[str]]
_SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# A picture brings its own style.
PICTURE = _SAFE | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "public, max-age=30",
    "Vary": "Accept-Language",
}
HEADERS = _SAFE | {"Cache-Control": "public, max-age=30", "Vary": "Accept-Language"}


@dataclass(frozen=True, slots=True)
class RecordConfig:
    """The language where the browser names none of ours, the zone of all times, and whether the market is made up."""

    locale: str
    zone: ZoneInfo
    simulated: bool = False


def record_config(talk: ConversationConfig) -> RecordConfig:
    """As the talk with people is set up."""
    return RecordConfig(talk.locale, ZoneInfo(talk.timezone), talk.simulated)


def record_router(db: Database, clock: Clock, config: RecordConfig) -> APIRouter:
    """The routes of the public record; they only read."""
    rooms = _Record(db, clock, config)
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/record", rooms.page, methods=["GET", "HEAD"])
    router.add_api_route("/record.csv", rooms.file, methods=["GET", "HEAD"])
    router.add_api_route("/record/equity-{size}.svg", rooms.equity, methods=["GET", "HEAD"])
    router.add_api_route("/record/calibration-{size}.svg", rooms.calibration, methods=["GET", "HEAD"])
    router.add_api_route("/insights", rooms.insights, methods=["GET", "HEAD"])
    router.add_api_route("/record/style.css", rooms.style, methods=["GET", "HEAD"])
    return router


class _Record:
    def __init__(self, db: Database, clock: Clock, config: RecordConfig) -> None:
        self._db = db
        self._clock = clock
        self._config = config
        self._made: OrderedDict[str, str] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def style(self) -> Response:
        return Response(style(), media_type="text/css", headers=_SAFE | {"Cache-Control": "public, max-age=3600"})

    async def insights(self, request: Request) -> Response:
        """What the newest night learned."""
        asked = read(request.query_params)
        locale = language(asked, request.headers.get("accept-language", ""), self._config.locale)
        async with self._db.read() as conn:
            night = await nights.newest(conn)
        made = insights_page(night, Reader(locale, self._config.zone), simulated=self._config.simulated)
        return Response(made, media_type="text/html", headers=HEADERS | {"Content-Language": locale})

    async def page(self, request: Request) -> Response:
        """A page; a browser that has it already hears 304."""
        return await self._answer(request, "", "text/html", self._page)

    async def equity(self, request: Request, size: str) -> Response:
        """The curve of the same signals as a picture."""
        if size not in SIZES:
            raise HTTPException(404)
        return await self._answer(request, size, "image/svg+xml", partial(self._equity, *SIZES[size]))

    async def calibration(self, request: Request, size: str) -> Response:
        """What the win chances of all signals were worth, as a picture."""
        if size not in SIZES:
            raise HTTPException(404)
        async with self._db.read() as conn:
            night = await nights.newest(conn) or {}
        what = f"chances {size} {night.get('cut')}"
        return await self._answer(request, what, "image/svg+xml", partial(self._calibration, *SIZES[size]))

    async def _answer(self, request: Request, what: str, media_type: str, make: _Make) -> Response:
        """What is made for these filters and this language, once for every state of the record."""
        asked = read(request.query_params)
        locale = language(asked, request.headers.get("accept-language", ""), self._config.locale)
        async with self._db.read() as conn:
            state = await record.mark(conn)
        wanted = asked.wanted(self._clock.now_ms())
        tag = hashlib.sha256(repr((what, state, locale, asked, wanted)).encode()).hexdigest()[:32]
        headers = (HEADERS if media_type == "text/html" else PICTURE) | {"ETag": f'"{tag}"', "Content-Language": locale}
        if f'"{tag}"' in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        async with self._one_at_a_time:
            if tag not in self._made:
                self._made[tag] = await make(asked, wanted, Reader(locale, self._config.zone))
            self._made.move_to_end(tag)
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
            return Response(self._made[tag], media_type=media_type, headers=headers)

    async def _equity(self, width: int, height: int, asked: Asked, wanted: record.Wanted, reader: Reader) -> str:
        async with self._db.read() as conn:
            curve = (await measured(conn, wanted)).curve
        return equity_svg(curve, reader, width, height, simulated=self._config.simulated)

    async def _calibration(self, width: int, height: int, asked: Asked, wanted: record.Wanted, reader: Reader) -> str:
        async with self._db.read() as conn:
            return await reliability_svg(conn, reader, width, height, simulated=self._config.simulated)

    async def _page(self, asked: Asked, wanted: record.Wanted, reader: Reader) -> str:
        """The page's text; a page number beyond the last one is the last one."""
        async with self._db.read() as conn:
            whole = await measured(conn, wanted)
            at = min(asked.page, pages(whole))
            shown = Shown(
                entries=await record.entries(conn, wanted, PER_PAGE, (at - 1) * PER_PAGE),
                measured=whole,
                pairs=await record.pairs(conn),
                chains=await record.chains(conn),
                since=await record.first_at(conn),
                simulated=self._config.simulated,
            )
        return page(shown, replace(asked, page=at), reader)

    async def file(self, request: Request) -> Response:
        """The same signals as a file, all pages of them."""
        wanted = read(request.query_params).wanted(self._clock.now_ms())
        headers = _SAFE | {"Content-Disposition": 'attachment; filename="sharpsignal-record.csv"'}
        return StreamingResponse(csv_text(self._db, wanted), media_type="text/csv; charset=utf-8", headers=headers)
