"""The web chat and the board beside it over HTTP: the page, what is new as a stream, and what people do."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse
from pydantic import ValidationError

from bot.channels.web import guard
from bot.channels.web.channel import ADDRESS, WebChannel
from bot.channels.web.incoming import Posted, Update
from bot.channels.web.items import event_text, has_picture, item_of, pressed
from bot.channels.web.page import FILES, file, page
from bot.clock import Clock
from bot.messages.load import reader_of
from bot.messages.markup import escape
from bot.messages.reader import Reader
from storage import chats, inbox, web_chat
from storage.database import Database

MOST_BYTES = 32_768
TICK_S = 2.0
MOST_OPEN = 100
MOST_REV = 2**60
WIDTHS = {"narrow": (380, 380), "wide": (640, 400)}

Chart = Callable[[int, Reader, int, int], Awaitable[str | None]]
"""A signal's chart as SVG by number, reader, width and height in px; None where there is no such signal."""
Board = Callable[[Reader, str | None], Awaitable[Mapping[str, str]]]
"""The parts of the board by name, as HTML for a reader and a person (None: nobody yet)."""


@dataclass(frozen=True, slots=True)
class WebConfig:
    """How the page greets: the installation's language and zone, and names (not addresses) it is reached under."""

    locale: str
    zone: ZoneInfo
    simulated: bool = False
    hosts: frozenset[str] = frozenset()


async def no_chart(number: int, reader: Reader, width: int, height: int) -> str | None:
    """Where no charts are drawn."""
    return None


async def no_board(reader: Reader, person: str | None) -> Mapping[str, str]:
    """Where there is nothing but the chat."""
    return {}


def web_router(
    db: Database,
    clock: Clock,
    config: WebConfig,
    channel: WebChannel,
    *,
    chart: Chart = no_chart,
    board: Board = no_board,
    nudge: Callable[[], None] = lambda: None,
) -> APIRouter:
    """The routes of the web chat. `nudge` is called after something was put into the inbox and committed."""
    web = _Web(db, clock, config, channel, chart, board, nudge)
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/", web.page, methods=["GET", "HEAD"])
    router.add_api_route("/web/static/{name}", web.static, methods=["GET", "HEAD"])
    router.add_api_route("/web/messages", web.messages, methods=["GET"])
    router.add_api_route("/web/events", web.events, methods=["GET"])
    router.add_api_route("/web/inbox", web.inbox, methods=["POST"])
    router.add_api_route("/web/chart/{number}.svg", web.chart, methods=["GET", "HEAD"])
    router.add_api_route("/web/picture/{number}.png", web.picture, methods=["GET", "HEAD"])
    return router


class _Web:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        config: WebConfig,
        channel: WebChannel,
        chart: Chart,
        board: Board,
        nudge: Callable[[], None],
    ) -> None:
        self._db = db
        self._clock = clock
        self._config = config
        self._listeners = channel.listeners
        self._chart = chart
        self._board = board
        self._nudge = nudge

    async def page(self, request: Request) -> Response:
        if not guard.known_host(request, self._config.hosts):
            return self._refused(403, "unknown_host", "this server is not known under that name")
        reader, person = await self._reader(), guard.person_of(request, self._config.hosts)
        parts = await self._board(reader, person)
        text = page(reader, simulated=self._config.simulated, board="".join(parts.values()))
        response = HTMLResponse(text, headers=guard.PAGE_HEADERS)
        if person is None:
            name = guard.new_person()
            response.set_cookie(guard.COOKIE, name, max_age=31_536_000, httponly=True, samesite="strict")
        return response

    async def static(self, name: str) -> Response:
        if name not in FILES:
            return self._refused(404, "not_found", "no such file")
        return Response(file(name), media_type=FILES[name], headers=guard.PAGE_HEADERS)

    async def messages(self, request: Request, after: int | None = None, limit: int = 60) -> Response:
        """The newest messages, or those added and changed after a rev; `rev` is where to go on from."""
        if not guard.known_host(request, self._config.hosts):
            return self._refused(403, "unknown_host", "this server is not known under that name")
        limit = min(max(1, limit), 500)
        async with self._db.read() as conn:
            if after is None:
                rows = await web_chat.latest(conn, ADDRESS, limit)
            else:
                rows = await web_chat.since(conn, ADDRESS, min(max(0, after), MOST_REV), limit)
            items = [await item_of(conn, row, guard.person_of(request, self._config.hosts)) for row in rows]
        rev = max([after or 0, *(row.rev for row in rows)])
        return self._told({"items": items, "next": None, "rev": rev, "now": self._clock.now_ms()})

    async def events(self, request: Request, after: int = 0) -> Response:
        """Server-sent events: `message` (id is the rev), `toast`, `clock`, `own` (what this person pressed), `reset`
        where the store is another one.

        `board` has what changed of it since the event before; whoever comes (back) gets all of it.
        """
        if not guard.known_host(request, self._config.hosts):
            return self._refused(403, "unknown_host", "this server is not known under that name")
        if len(self._listeners) >= MOST_OPEN:
            return self._refused(503, "too_many", "too many pages are open; close some")
        last = request.headers.get("last-event-id", "")
        rev = int(last) if last.isascii() and last.isdigit() and len(last) < 18 else min(max(0, after), MOST_REV)
        stream = self._stream(rev, guard.person_of(request, self._config.hosts))
        return StreamingResponse(stream, media_type="text/event-stream", headers=guard.PAGE_HEADERS)

    async def _stream(self, rev: int, person: str | None) -> AsyncIterator[str]:
        yield "retry: 1500\n\n"
        shown: Mapping[str, str] = {}
        with self._listeners.listening(person or "") as mine:
            if await self._is_other_store(rev):
                yield event_text("reset", {})
                return
            fresh = True
            while not self._listeners.closed:
                said = [mine.toasts.popleft() for _ in range(len(mine.toasts))]
                async with self._db.read() as conn:
                    rows = await web_chat.since(conn, ADDRESS, rev)
                    items = [await item_of(conn, row, person) for row in rows]
                    own = await pressed(conn, person) if fresh or said else None
                for text in said:  # before the edit that follows it was made
                    yield event_text("toast", {"text": text})
                for item in items:
                    rev = item["rev"]
                    yield event_text("message", item, rev)
                if own is not None:
                    yield event_text("own", {"pressed": own})
                reader, now, fresh = await self._reader(), self._clock.now_ms(), False
                parts = await self._board(reader, person)
                if changed := {name: part for name, part in parts.items() if shown.get(name) != part}:
                    yield event_text("board", {"parts": changed, "all": list(parts)})
                shown = parts
                yield event_text("clock", clock_of(reader, now))
                if not rows and not mine.toasts:
                    await mine.wait(TICK_S)

    async def _is_other_store(self, rev: int) -> bool:
        """A page that has seen `rev` sees it, or that message's newer state, again; else the store was replaced."""
        if rev == 0:
            return False
        async with self._db.read() as conn:
            return not await web_chat.since(conn, ADDRESS, rev - 1, 1)

    async def inbox(self, request: Request) -> Response:
        """Keep what a person did and say 202 once it is committed."""
        refused = self._may_post(request)
        if refused is not None:
            return refused
        person = guard.person_of(request, self._config.hosts)
        if person is None:
            return self._refused(403, "unknown_person", "open the page first")
        body = await _body(request)
        if body is None:
            return self._refused(413, "too_large", f"at most {MOST_BYTES} bytes")
        try:
            posted = Posted.model_validate_json(body)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "body"
            return self._refused(422, "invalid", f"{where}: {first['msg']}")
        fresh = await self._keep(person, posted)
        if fresh:
            self._listeners.changed()
            self._nudge()
        return self._told({"new": fresh}, 202)

    def _may_post(self, request: Request) -> Response | None:
        if not guard.known_host(request, self._config.hosts) or not guard.same_origin(request):
            return self._refused(403, "foreign_origin", "only this server's own page may post here")
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            return self._refused(415, "not_json", "send application/json")
        return None

    async def _keep(self, person: str, posted: Posted) -> bool:
        now = self._clock.now_ms()
        payload = Update(person=person, posted=posted).model_dump_json()
        async with self._db.write() as conn:
            fresh = await inbox.put(conn, "web", f"{person}:{posted.id}", payload, now)
            if fresh and posted.kind == "text":
                await web_chat.add(
                    conn,
                    ADDRESS,
                    html=escape(posted.text),
                    text=posted.text,
                    at=now,
                    reply_to=posted.reply_to,
                    author=person,
                )
        return fresh

    async def chart(self, number: int, size: str = "wide") -> Response:
        width, height = WIDTHS.get(size, WIDTHS["wide"])
        known = 0 < number < 2**53
        text = await self._chart(number, await self._reader(), width, height) if known else None
        if text is None:
            return self._refused(404, "not_found", "no such signal")
        return Response(text, media_type="image/svg+xml", headers=guard.CHART_HEADERS)

    async def picture(self, request: Request, number: int, room: str = "light") -> Response:
        """The picture of a message, for a dark `room` its dark twin where it has one; it never changes."""
        if not guard.known_host(request, self._config.hosts):
            return self._refused(403, "unknown_host", "this server is not known under that name")
        async with self._db.read() as conn:
            row = await web_chat.get(conn, number) if 0 < number < 2**53 else None
        if row is None or row.address != ADDRESS or not has_picture(row):
            return self._refused(404, "not_found", "no such picture")
        headers = guard.CHART_HEADERS | {"Cache-Control": "private, max-age=86400"}
        png = row.attachments[-1 if room == "dark" else 1]
        return Response(base64.b64decode(png), media_type="image/png", headers=headers)

    async def _reader(self) -> Reader:
        """The web chat's own language and zone where it chose some."""
        async with self._db.read() as conn:
            chat = await chats.chat(conn, "web", ADDRESS)
        return reader_of(chat, self._config.locale, self._config.zone.key)

    def _told(self, data: Any, status: int = 200) -> JSONResponse:
        body = {"success": True, "data": data, "timestamp": self._stamp()}
        return JSONResponse(body, status, headers=guard.PAGE_HEADERS)

    def _refused(self, status: int, code: str, message: str) -> JSONResponse:
        body = {"success": False, "error": {"code": code, "message": message}, "timestamp": self._stamp()}
        return JSONResponse(body, status, headers=guard.PAGE_HEADERS)

    def _stamp(self) -> str:
        moment = datetime.fromtimestamp(self._clock.now_ms() / 1000, tz=UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock_of(reader: Reader, now: int) -> dict[str, Any]:
    """The time, and how the chat is told: a page in another language or zone is not up to date."""
    return {"now": now, "named": reader.zone_name(now), "zone": reader.zone.key, "lang": reader.locale}


async def _body(request: Request) -> bytes | None:
    """The body, None where it is longer than we read."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > MOST_BYTES:
            return None
    return bytes(found)
