"""Everything that talks with people: the lines that are configured, their chats, owners, and the claim link."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Set
from types import MappingProxyType
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.web.channel import ADDRESS, WebChannel
from bot.channels.web.guard import LOCAL_PERSON
from bot.channels.web.router import Board, Chart, WebConfig, web_router
from bot.claim import Claim
from bot.clock import Clock
from bot.commands.access import owner_addresses
from bot.commands.conversation import ConversationConfig
from bot.commands.ops import LineState, Ops
from bot.lines import Line, Office, web_line
from bot.ops_log import OpsLog
from bot.places import take_in
from bot.settings import Settings, secrets_of
from bot.telegram_room import open_telegram
from bot.terminal import terminal_reader
from storage import chats, whatsapp
from storage.database import Database
from storage.people import PersonRow

LOG = logging.getLogger(__name__)
POLLER = "live"
LEFT_S = 0.02  # by then what was claimed has left, as a rule
NONE: Mapping[str, Claim] = MappingProxyType({})


def talk_config(settings: Settings, simulated: bool) -> ConversationConfig:
    """Who may what. On a simulated market the person at this machine is the owner."""
    owners = {("telegram", str(user)) for user in settings.telegram_owner_ids}
    if simulated:
        owners.add(("web", LOCAL_PERSON))
    places = {("telegram", str(chat)) for chat, _ in settings.telegram_chat_ids}
    places |= {("whatsapp", number) for number in settings.whatsapp_recipients}
    places.add(("web", ADDRESS))
    return ConversationConfig(settings.locale, settings.timezone, frozenset(owners), frozenset(places), simulated)


class People:
    """The open lines and the HTTP routes that belong to them. A simulated market talks on the web chat only."""

    def __init__(self, settings: Settings, db: Database, clock: Clock, say: Callable[[str], None]) -> None:
        self.lines: list[Line] = []
        self.routers: list[APIRouter] = []
        self._settings = settings
        self._db = db
        self._clock = clock
        self._say = say
        self._log = OpsLog(secrets_of(settings))
        logging.getLogger().addHandler(self._log)
        self.end_streams: Callable[[], None] = lambda: None

    async def open(self, office: Office, chart: Chart, board: Board, simulated: bool) -> None:
        """Build the lines and make their chats known."""
        places = self._open_web(office, chart, board, simulated)
        if not simulated:
            places += self._open_telegram(office)
            places += self._open_whatsapp(office)
        async with self._db.write() as conn:
            owners = talk_config(self._settings, simulated).owner_ids
            await take_in(conn, places, owners, self._clock.now_ms())
            for channel, address in places:
                if channel == "whatsapp":
                    await whatsapp.opted_in(conn, address, self._clock.now_ms(), again=False)

        if not simulated and self._settings.telegram_bot_token is None:
            await self._offer_web_claim()
        office.talk.show_ops(Ops(self.states, self._log.lines))

    def states(self) -> list[LineState]:
        """How each open line does."""
        return [
            LineState(line.name, line.connected(), line.problem(), line.sender.counts.sent, line.sender.counts.floods)
            for line in self.lines
        ]

    def claims(self) -> dict[str, Claim]:
        """For a transaction that may make rows: what the lines to the chats outside take in it, by channel."""
        made = {line.name: line.sender.claim() for line in self.lines if line.name != WebChannel.name}
        return {name: claim for name, claim in made.items() if claim is not None}

    def nudge(self, claimed: Mapping[str, Claim] = NONE) -> None:
        """Rows were committed: what was claimed goes, and the other senders look a moment later."""
        for claim in claimed.values():
            claim.land()
        for line in self.lines:
            if line.name not in claimed:
                if claimed:
                    asyncio.get_running_loop().call_later(LEFT_S, line.sender.nudge)
                else:
                    line.sender.nudge()

    async def owners(self, by_setting: Set[tuple[str, str]], conn: AsyncConnection) -> list[tuple[str, str]]:
        """Where owners read on the open lines, as (channel, address)."""
        open_now = {line.name for line in self.lines}
        return [place for place in await owner_addresses(conn, by_setting) if place[0] in open_now]

    async def close(self) -> None:
        """End the connections."""
        logging.getLogger().removeHandler(self._log)
        for line in self.lines:
            await line.sender.close()
            await line.close()

    def _open_web(self, office: Office, chart: Chart, board: Board, simulated: bool) -> list[tuple[str, str]]:
        s = self._settings
        web = WebChannel(self._db, self._clock)
        line = web_line(office, web)
        self.end_streams = web.listeners.close
        name = urlsplit(s.public_url or "").hostname
        config = WebConfig(s.locale, ZoneInfo(s.timezone), simulated, frozenset({name} if name else ()))
        self.lines.append(line)
        nudge = line.worker.nudge
        self.routers.append(web_router(self._db, self._clock, config, web, chart=chart, board=board, nudge=nudge))
        return [("web", ADDRESS)]

    def _open_telegram(self, office: Office) -> list[tuple[str, str]]:
        s = self._settings

        async def named(username: str) -> None:
            office.talk.name_bot(username)
            await self._offer_claim(username)

        line = open_telegram(office, s, POLLER, talk_config(s, simulated=False).owner_ids, named)
        if line is None:
            return []
        self.lines.append(line)
        self.routers += line.routers
        return [("telegram", str(chat) if topic is None else f"{chat}:{topic}") for chat, topic in s.telegram_chat_ids]

    async def _offer_claim(self, username: str) -> None:
        """Without a configured owner: a one-time link that makes whoever opens it first the owner."""
        if self._settings.telegram_owner_ids:
            return
        nonce = await self._claim("telegram")
        if nonce is not None:
            link = f"https://t.me/{username}?start=claim_{nonce}"
            reader = terminal_reader(self._settings)
            self._say(reader.plain("start-claim-link", link=link))

    async def _offer_web_claim(self) -> None:
        """Without Telegram the web chat is claimed by a word that only this machine's console shows."""
        nonce = await self._claim("web")
        if nonce is not None:
            reader = terminal_reader(self._settings)
            self._say(reader.plain("start-claim-word", word=f"/start claim_{nonce}"))

    async def _claim(self, channel: str) -> str | None:
        """The open claim's word; None where the channel has its owner."""
        async with self._db.write() as conn:
            if any(self._may_come(row) for row in await chats.owners(conn, channel)):
                return None
            nonce = await chats.open_claim(conn)
            if nonce is None:
                nonce = secrets.token_urlsafe(16)
                await chats.create_claim(conn, nonce, self._clock.now_ms())
        return nonce

    def _may_come(self, owner: PersonRow) -> bool:
        """Whether an owner can still be known: under a public name nobody is taken for the person at this machine."""
        local = (owner.channel, owner.user_id) == ("web", LOCAL_PERSON)
        return not (local and self._settings.public_url)

    def _open_whatsapp(self, office: Office) -> list[tuple[str, str]]:
        from bot.whatsapp_room import open_whatsapp

        s, by_setting = self._settings, talk_config(self._settings, simulated=False).owner_ids
        telegram = any(line.name == "telegram" for line in self.lines)
        room = open_whatsapp(office, s, lambda conn: self.owners(by_setting, conn), telegram)
        if room is None:
            return []
        self.lines.append(room.line)
        self.routers += room.routers
        if not room.routers:
            LOG.warning("SHARPSIGNAL_PUBLIC_URL is not set: WhatsApp replies cannot reach us")
        return [("whatsapp", number) for number in s.whatsapp_recipients]
