"""WhatsApp whole, as `run` builds it, over real sockets: a strict Twilio, our routes, the store, a clock of ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.whatsapp.templates import TEMPLATES, Kind
from bot.clock import TapeClock
from bot.commands.conversation import Conversation, ConversationConfig, Status
from bot.lines import Office
from bot.messages.outgoing import Outgoing
from bot.messages.reader import Reader
from bot.pace import UNLIMITED
from bot.settings import Settings, load_settings
from bot.whatsapp_room import WhatsAppRoom, open_whatsapp
from engine.market.events import Event
from storage import chats, outbox, people, signals, whatsapp
from storage.database import Database
from storage.outbox import PRIORITY
from storage.schema import inbox
from storage.schema import outbox as outbox_table
from tests.channels.talking import side_by_side
from tests.messages.examples import TS, signal
from tests.servers.routes import serving
from tests.servers.twilio_api import Posted, TwilioApi

PUBLIC = "https://sharp.example"
SENDER = "+14155238886"
ANI, BUDI, OWNER = "+62811000111", "+14155550122", "+62800000133"
NOW = TS + 60_000
HOUR = 3_600_000


@dataclass
class Stage:
    """What a test holds."""

    db: Database
    clock: TapeClock
    api: TwilioApi
    room: WhatsAppRoom
    app: str = ""
    submitted: list[Event] = field(default_factory=list)

    async def say(self, number: str, text: str, **extra: str) -> None:
        """A person writes; returns when that was answered."""
        assert await self.api.say(PUBLIC, self.app, number, text, **extra) == 200
        await self.quiet()

    async def press(self, posted: Posted, place: int) -> None:
        """A person presses a button or chooses from a list; returns when that was answered."""
        assert await self.api.press(PUBLIC, self.app, posted, place) == 200
        await self.quiet()

    async def quiet(self) -> None:
        """Until everything that came was dealt with."""
        async with asyncio.timeout(30):
            while True:
                async with self.db.read() as conn:
                    waiting = (await conn.execute(select(inbox.c.id).where(inbox.c.done == 0))).all()
                if not waiting:
                    return
                await asyncio.sleep(0.01)

    async def pass_by(self, ms: int) -> None:
        """Time passes, and everyone notices."""
        self.clock.advance(self.clock.now_ms() + ms)
        self.room.line.sender.nudge()

    async def known(self, number: str, locale: str = "id", *, opted_in: bool = True, owner: bool = False) -> None:
        """A chat that gets signals."""
        async with self.db.write() as conn:
            await chats.upsert_chat(conn, "whatsapp", number, locale=locale, active=True)
            if opted_in:
                await whatsapp.opted_in(conn, number, self.clock.now_ms() - 30 * 24 * HOUR)
            if owner:
                await people.set_person(conn, "whatsapp", number, role="owner")

    async def publish(self, number: int, *to: str, minutes: int = 30) -> None:
        """A signal, asked for in these chats."""
        document = signal(number=number, signal_id=f"6f1c8b0e-0000-5000-8000-{number:012d}")
        document.pop("ledger")
        async with self.db.write() as conn:
            await signals.add(conn, document, ts_ms=TS)
        await self.ask("signal", "waiting", f"signal:{number}", number, *to, expires=minutes)

    async def ask(self, kind: str, state: str, key: str, number: int | None, *to: str, expires: int = 0) -> None:
        """An outbox row for each of these chats."""
        now = self.clock.now_ms()
        async with self.db.write() as conn:
            for address in to:
                await outbox.enqueue(
                    conn, channel="whatsapp", address=address, kind=kind, number=number, state=state, dedupe_key=key,
                    payload={"kind": "pause", "until": None, "reason": "FOMC"} if kind == "notice" else None,
                    priority=PRIORITY[kind], at=now, expires_at=now + expires * 60_000 if expires else None,
                )  # fmt: skip
        self.room.line.sender.nudge()

    async def row(self, key: str, address: str, channel: str = "whatsapp") -> tuple[str, str]:
        """Status and error of an outbox row."""
        mine = (outbox_table.c.dedupe_key == key, outbox_table.c.address == address, outbox_table.c.channel == channel)
        async with self.db.read() as conn:
            found = (await conn.execute(select(outbox_table).where(*mine))).first()
        return ("", "") if found is None else (found.status, found.error)

    async def until(self, key: str, address: str, status: str, error: str = "", channel: str = "whatsapp") -> str:
        """Wait for a row to stand at a status, with an error that begins so; the error."""
        found = ("", "")
        try:
            async with asyncio.timeout(30):
                while True:
                    found = await self.row(key, address, channel)
                    if found[0] == status and found[1].startswith(error):
                        return found[1]
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"{key} of {address} is {found}, not {status} {error}") from None

    def to(self, number: str) -> list[str]:
        """What a person was sent, as the phone shows it."""
        return [posted.body for posted in self.api.messages if posted.to == number]


def templates(api: TwilioApi, *names: str, approved: bool = True) -> str:
    """TWILIO_CONTENT_SIDS with these templates (kind:locale) created at the server."""
    found = []
    for name in names:
        kind, locale = name.split(":")
        known: Kind = next(one for one in TEMPLATES if one == kind)
        template = TEMPLATES[known](Reader(locale, ZoneInfo("UTC")))
        sid = api.add_content(template.document(), approved=approved and template.category == "UTILITY")
        found.append(f"{name}={sid}")
    return ",".join(found)


def settings(api: TwilioApi, folder: Path, sids: str = "", **more: str) -> Settings:
    given = {
        "TWILIO_ACCOUNT_SID": api.account_sid,
        "TWILIO_AUTH_TOKEN": api.auth_token,
        "TWILIO_WHATSAPP_FROM": SENDER,
        "TWILIO_API_BASE_URL": api.url,
        "SHARPSIGNAL_PUBLIC_URL": PUBLIC,
        "SHARPSIGNAL_DATA_DIR": str(folder),
        "TWILIO_CONTENT_SIDS": sids,
        **more,
    }
    return load_settings(given, None)


@asynccontextmanager
async def staged(
    db: Database, api: TwilioApi, clock: TapeClock, config: Settings, *, telegram: bool = False, running: bool = True
) -> AsyncIterator[Stage]:
    """Everything between Twilio and the conversation; `running` False: only the routes."""
    submitted: list[Event] = []

    async def submit(event: Event) -> None:
        submitted.append(event)

    async def status() -> Status:
        return Status(started_ms=NOW)

    async def owners(conn: AsyncConnection) -> list[tuple[str, str]]:
        return [(row.channel, row.user_id) for row in await people.owners(conn)]

    room: WhatsAppRoom | None = None

    def after() -> None:
        if room is not None:
            room.line.sender.nudge()

    talk = Conversation(db, clock, submit, status, ConversationConfig())
    office = Office(db, clock, Outgoing("id", "Asia/Jakarta"), talk, after)
    room = open_whatsapp(office, config, owners, telegram, UNLIMITED)
    assert room is not None
    jobs = [job() for job in room.line.jobs] if running else []
    try:
        async with serving(room.routers) as app, side_by_side(*jobs):
            api.calls_back(PUBLIC, app)
            yield Stage(db, clock, api, room, app, submitted)
    finally:
        await room.line.close()
