"""WhatsApp as `run` opens it from the settings: its line, its routes, who opted in, and the notices to owners."""

from __future__ import annotations

from pathlib import Path

from bot.channels.web.router import no_board
from bot.clock import TapeClock
from bot.commands.conversation import Conversation, Status
from bot.lines import Office
from bot.messages.outgoing import Outgoing
from bot.messages.reader import Reader
from bot.people import People, talk_config
from engine.market.events import Event
from storage import chats, whatsapp
from storage.database import Database
from storage.erase import erase
from tests.channels.whatsapp_stage import ANI, BUDI, NOW, settings
from tests.servers.twilio_api import TwilioApi


async def opened(db: Database, clock: TapeClock, api: TwilioApi, folder: Path, **more: str) -> People:
    config = settings(api, folder, WHATSAPP_RECIPIENTS=f"{ANI},{BUDI}", **more)

    async def submit(event: Event) -> None:
        return None

    async def status() -> Status:
        return Status(started_ms=NOW)

    async def chart(number: int, reader: Reader, width: int, height: int) -> str | None:
        return None

    people = People(config, db, clock, lambda text: None)
    talk = Conversation(db, clock, submit, status, talk_config(config, simulated=False))
    office = Office(db, clock, Outgoing("id", "Asia/Jakarta"), talk, people.nudge)
    await people.open(office, chart, no_board, simulated=False)
    return people


async def test_recipients_opted_in_unless_they_said_stop(db: Database, tmp_path: Path) -> None:
    clock = TapeClock(NOW)
    async with db.write() as conn:
        await whatsapp.stopped(conn, BUDI, NOW - 1)
        await chats.upsert_chat(conn, "whatsapp", BUDI, active=True)
        await chats.deactivate(conn, "whatsapp", BUDI, "stop")
    async with TwilioApi(clock) as api:
        people = await opened(db, clock, api, tmp_path)
        assert [line.name for line in people.lines] == ["web", "whatsapp"]
        routes = {getattr(route, "path", "") for router in people.routers for route in router.routes}
        assert {"/webhooks/twilio/whatsapp", "/webhooks/twilio/status"} <= routes
        assert any(path.startswith("/webhooks/twilio/media/") for path in routes)
        await people.close()
    async with db.read() as conn:
        first, second = await whatsapp.window(conn, ANI), await whatsapp.window(conn, BUDI)
        chat = await chats.chat(conn, "whatsapp", BUDI)
    assert (first.opted_in_at, second.opted_in_at, second.stopped_at) == (NOW, None, NOW - 1)
    assert chat is not None and not chat.active


async def test_without_a_public_address_it_sends_and_hears_nothing(db: Database, tmp_path: Path) -> None:
    clock = TapeClock(NOW)
    async with TwilioApi(clock) as api:
        people = await opened(db, clock, api, tmp_path, SHARPSIGNAL_PUBLIC_URL="")
        assert not any("twilio" in getattr(route, "path", "") for router in people.routers for route in router.routes)
        assert "whatsapp" in [line.name for line in people.lines]
        await people.close()


async def test_erasing_a_number_keeps_its_stop_alone(db: Database) -> None:
    async with db.write() as conn:
        await whatsapp.wrote(conn, ANI, NOW)
        await whatsapp.opted_in(conn, ANI, NOW)
        await whatsapp.stopped(conn, ANI, NOW + 1)
        await whatsapp.taken(conn, whatsapp.Delivery("SM1", ANI, "notice", 1, "session", at=NOW))
        found = await erase(conn, "whatsapp", ANI)
        assert (found["deliveries"], found["windows"]) == (1, 1)
        assert await whatsapp.window(conn, ANI) == whatsapp.Window(ANI, stopped_at=NOW + 1)
        assert await whatsapp.delivery_of(conn, "SM1") is None
