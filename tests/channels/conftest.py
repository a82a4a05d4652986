"""What the channels' tests share: an open store, a Bot API server, and Twilio on a clock that a test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import TapeClock
from storage.database import Database
from tests.channels.whatsapp_stage import NOW
from tests.servers.telegram_api import TelegramApi
from tests.servers.twilio_api import TwilioApi


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}")
    yield database
    await database.close()


@pytest.fixture
async def api() -> AsyncIterator[TelegramApi]:
    async with TelegramApi() as server:
        yield server


@pytest.fixture
def clock() -> TapeClock:
    return TapeClock(NOW)


@pytest.fixture
async def twilio(clock: TapeClock) -> AsyncIterator[TwilioApi]:
    async with TwilioApi(clock) as server:
        yield server
