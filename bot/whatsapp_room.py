"""WhatsApp whole, as it is configured: its line, its routes, and what keeps its windows and templates in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.whatsapp.answers import WhatsAppAnswers
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.held import Elsewhere
from bot.channels.whatsapp.keeper import WhatsAppKeeper
from bot.channels.whatsapp.letters import pressed
from bot.channels.whatsapp.line import TwilioLine
from bot.channels.whatsapp.media import MediaShelf
from bot.channels.whatsapp.outbound import WhatsAppRender
from bot.channels.whatsapp.webhook import twilio_router
from bot.lines import Line, Office, whatsapp_line
from bot.pace import WHATSAPP, Limits, Pacer
from bot.ports import Answer, Incoming
from bot.settings import Settings
from storage import outbox
from storage.outbox import PRIORITY, NewRow

Owners = Callable[[AsyncConnection], Awaitable[list[tuple[str, str]]]]
STATUS = "/webhooks/twilio/status"
MEDIA = "whatsapp-media"


@dataclass(frozen=True, slots=True)
class WhatsAppRoom:
    """The line, who keeps it in order, and the routes that Twilio calls (none without a public address)."""

    line: Line
    keeper: WhatsAppKeeper
    routers: tuple[APIRouter, ...]


class LetteredOffice(Office):
    """An office in which a single letter is a press on the menu that was sent before."""

    async def handle(self, incoming: Incoming) -> Answer:
        """The conversation's answer."""
        async with self.db.read() as conn:
            meant = await pressed(conn, incoming)
        return await Office.handle(self, meant)


def open_whatsapp(
    office: Office, settings: Settings, owners: Owners, telegram: bool, limits: Limits = WHATSAPP
) -> WhatsAppRoom | None:
    """Build it; None where Twilio is not configured. `owners` finds where owners read; `telegram`: it is open."""
    s = settings
    if s.twilio_account_sid is None or s.twilio_auth_token is None or s.twilio_whatsapp_from is None:
        return None
    token, root = s.twilio_auth_token.get_secret_value(), s.public_url
    callback = None if root is None else root.rstrip("/") + STATUS
    wire = TwilioLine(
        s.twilio_account_sid, token, s.twilio_whatsapp_from, s.twilio_api_base_url, status_callback=callback
    )
    shelf = None if root is None else MediaShelf(s.data_dir / MEDIA, token, root, office.clock)
    elsewhere = Elsewhere(telegram, _teller(owners, office), office.after)
    sids = s.twilio_content_sids
    channel = WhatsAppChannel(wire, office.db, office.clock, sids=sids, shelf=shelf, elsewhere=elsewhere)
    pacer = Pacer(limits, office.clock)
    answers = WhatsAppAnswers(channel, pacer, office.clock, office.db, s.locale)
    render = WhatsAppRender(office.render, s.locale, s.timezone)
    lettered = LetteredOffice(office.db, office.clock, render, office.talk, office.after)
    line = whatsapp_line(lettered, channel, answers, pacer, channel.ping)
    line.close = channel.close
    keeper = WhatsAppKeeper(office.db, office.clock, sids, elsewhere, s.locale, s.timezone)
    line.jobs.append(keeper.run)
    if root is None or shelf is None:
        return WhatsAppRoom(line, keeper, ())

    def wrote() -> None:
        line.worker.nudge()
        line.sender.nudge()
        keeper.nudge()

    calls = twilio_router(office.db, token, root, office.clock, wrote, keeper.nudge)
    return WhatsAppRoom(line, keeper, (calls, shelf.router()))


def _teller(
    owners: Owners, office: Office
) -> Callable[[AsyncConnection, str, str, Mapping[str, Any]], Awaitable[None]]:
    async def tell(conn: AsyncConnection, kind: str, key: str, payload: Mapping[str, Any]) -> None:
        what = (None, kind, key, dict(payload), PRIORITY["notice"], office.clock.now_ms())
        places = await owners(conn)
        await outbox.enqueue_many(conn, [NewRow(channel, address, "notice", *what) for channel, address in places])

    return tell
